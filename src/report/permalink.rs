//! Links to the very lines of the commit that a build runs on.

use super::uri;
use std::path::{Path, PathBuf};

/// Where the files of a checkout can be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permalink {
    /// The checkout.
    root: PathBuf,
    /// The address of its root, ended by a slash.
    base: String,
}

impl Permalink {
    /// Files below `root` can be looked at below `base`, which ends in a slash.
    #[cfg(test)]
    pub(super) fn new(root: &str, base: &str) -> Self {
        Self { root: root.into(), base: base.into() }
    }

    /// As the build server says: GitHub Actions
    /// (<https://docs.github.com/en/actions/reference/workflows-and-actions/variables>) or GitLab CI
    /// (<https://docs.gitlab.com/ci/variables/predefined_variables/>).
    pub fn from_environment() -> Option<Self> {
        Self::detect(&|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    fn detect(variable: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let github = || {
            let (server, repository) = (variable("GITHUB_SERVER_URL")?, variable("GITHUB_REPOSITORY")?);
            let base = format!("{server}/{repository}/blob/{}/", variable("GITHUB_SHA")?);
            Some(Self { root: variable("GITHUB_WORKSPACE")?.into(), base })
        };
        let gitlab = || {
            let base = format!("{}/-/blob/{}/", variable("CI_PROJECT_URL")?, variable("CI_COMMIT_SHA")?);
            Some(Self { root: variable("CI_PROJECT_DIR")?.into(), base })
        };
        github().or_else(gitlab).filter(|link| link.base.starts_with("https://") || link.base.starts_with("http://"))
    }

    /// The address of a line of a file, which is named as seen from `folder`; none where it is outside of the checkout.
    pub(super) fn to(&self, file: &str, line: usize, folder: &Path) -> Option<String> {
        let path = folder.join(file);
        let inside = path.strip_prefix(&self.root).ok()?.to_string_lossy().into_owned();
        if inside.split(['/', '\\']).any(|part| part == "..") {
            return None;
        }
        Some(format!("{}{}#L{line}", self.base, uri::encode(&inside.replace('\\', "/"))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(variables: &[(&str, &str)]) -> Option<Permalink> {
        Permalink::detect(&|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn lines_of_the_checkout_have_addresses() {
        let github = [
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "shop/infra"),
            ("GITHUB_SHA", "0123abcd"),
            ("GITHUB_WORKSPACE", "/repository/infra"),
        ];
        let gitlab = [
            ("CI_PROJECT_URL", "https://gitlab.example.com/shop/infra"),
            ("CI_COMMIT_SHA", "0123abcd"),
            ("CI_PROJECT_DIR", "/repository/infra"),
        ];
        let (hub, lab) = ("https://github.com/shop/infra/blob", "https://gitlab.example.com/shop/infra/-/blob");
        let cases = [
            (
                &github[..],
                "/repository/infra",
                "network/a b.json",
                Some(format!("{hub}/0123abcd/network/a%20b.json#L7")),
            ),
            (&github[..], "/repository/infra/deploy", "x.yml", Some(format!("{hub}/0123abcd/deploy/x.yml#L7"))),
            (&github[..], "/repository/infra", "/repository/infra/x.yml", Some(format!("{hub}/0123abcd/x.yml#L7"))),
            (&github[..], "/repository/infra", "/elsewhere/x.yml", None),
            (&github[..], "/repository/infra", "../x.yml", None),
            (&gitlab[..], "/repository/infra", "x.yml", Some(format!("{lab}/0123abcd/x.yml#L7"))),
        ];
        for (variables, folder, file, expected) in cases {
            let link = detect(variables).expect("all variables are there");
            assert_eq!(link.to(file, 7, Path::new(folder)), expected, "{file} in {folder}");
        }
        assert_eq!(detect(&github[..3]), None);
        let javascript = [("CI_PROJECT_URL", "javascript:alert(1)"), gitlab[1], gitlab[2]];
        assert_eq!(detect(&javascript), None);
    }
}
