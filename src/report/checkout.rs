//! The checkout that a run's files are part of: by what names build servers know them, and where they can be looked at.

use super::uri;
use std::path::{Component, Path, PathBuf};

/// A checkout, and where the run stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// The working directory, from which inputs are named.
    folder: PathBuf,
    /// The root, from which build servers name files.
    root: PathBuf,
    /// The address below which the root's files can be looked at, ended by a slash.
    base: Option<String>,
}

impl Checkout {
    /// The one that the process works in: the nearest folder with a `.git` above the working directory, or else the folder
    /// that the build server names, or else the working directory itself. The server is GitHub Actions
    /// (<https://docs.github.com/en/actions/reference/workflows-and-actions/variables>), GitLab CI
    /// (<https://docs.gitlab.com/ci/variables/predefined_variables/>) or AWS CodeBuild
    /// (<https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html>).
    pub fn of_process() -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self::detect(&std::env::current_dir().unwrap_or_default(), &variable)
    }

    /// One without an address, whose root is the working directory.
    #[cfg(test)]
    pub(super) fn at(folder: &str) -> Self {
        Checkout { folder: folder.into(), root: folder.into(), base: None }
    }

    /// The same with the address of its root.
    #[cfg(test)]
    pub(super) fn shown_at(self, base: &str) -> Self {
        Checkout { base: Some(base.into()), ..self }
    }

    fn detect(folder: &Path, variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let folder = physical(folder);
        let server = Server::detect(variable);
        let given = server.as_ref().map(|server| physical(&server.root)).filter(|root| root.is_dir());
        // A server's folder may hold several repositories, each in a folder of its own, and lies in none.
        let within = |above: &&Path| given.as_ref().is_none_or(|given| above.starts_with(given));
        let repository = folder.ancestors().take_while(within).find(|above| above.join(".git").exists());
        let root = repository.map(Path::to_owned).or_else(|| given.clone()).unwrap_or_else(|| folder.clone());
        let base = server.and_then(|server| server.base).filter(|_| given.is_some());
        Checkout { folder, root, base }
    }

    /// A source's name as seen from the root, with slashes; where it lies elsewhere, its whole path.
    pub(super) fn path(&self, name: &str) -> String {
        self.from(name, &self.root)
    }

    /// A source's name as seen from the working directory, with slashes; where it lies elsewhere, its whole path.
    pub(super) fn path_from_folder(&self, name: &str) -> String {
        self.from(name, &self.folder)
    }

    fn from(&self, name: &str, folder: &Path) -> String {
        if name == "-" {
            return "stdin".to_owned();
        }
        let path = straight(&self.folder.join(name));
        inside(&path, folder).unwrap_or_else(|| slashes(&path))
    }

    /// The same as a URI reference: relative to the root, or a `file` URI.
    pub(super) fn reference(&self, name: &str) -> String {
        uri::reference(&self.path(name))
    }

    /// The address of a line of a source; none where nothing has the addresses of the checkout, or it lies elsewhere.
    pub(super) fn link(&self, name: &str, line: usize) -> Option<String> {
        let path = inside(&straight(&self.folder.join(name)), &self.root)?;
        Some(format!("{}{}#L{line}", self.base.as_ref()?, uri::encode(&path)))
    }

    /// Whether files of the checkout have addresses.
    pub(super) fn has_addresses(&self) -> bool {
        self.base.is_some()
    }
}

/// What a build server says of its checkout.
struct Server {
    root: PathBuf,
    /// The address of the commit's files.
    base: Option<String>,
}

impl Server {
    fn detect(variable: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let of_github = || {
            let (server, repository) = (variable("GITHUB_SERVER_URL")?, variable("GITHUB_REPOSITORY")?);
            Some(format!("{server}/{repository}/blob/{}/", variable("GITHUB_SHA")?))
        };
        let of_gitlab = || Some(format!("{}/-/blob/{}/", variable("CI_PROJECT_URL")?, variable("CI_COMMIT_SHA")?));
        let server = |root: &str, base: &dyn Fn() -> Option<String>| {
            let is_address = |base: &String| base.starts_with("https://") || base.starts_with("http://");
            Some(Server { root: variable(root)?.into(), base: base().filter(is_address) })
        };
        server("GITHUB_WORKSPACE", &of_github)
            .or_else(|| server("CI_PROJECT_DIR", &of_gitlab))
            .or_else(|| server("CODEBUILD_SRC_DIR", &|| None))
    }
}

/// A folder without links, as the system names the working directory; one that isn't there as it is.
fn physical(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

/// The path without `.` and `..`.
fn straight(path: &Path) -> PathBuf {
    let mut straight = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                straight.pop();
            }
            other => straight.push(other),
        }
    }
    straight
}

/// The path as seen from a folder that it is in.
fn inside(path: &Path, folder: &Path) -> Option<String> {
    if let Ok(inside) = path.strip_prefix(folder) {
        return Some(slashes(inside));
    }
    // A link in its name may lead there.
    Some(slashes(path.canonicalize().ok()?.strip_prefix(folder).ok()?))
}

fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A folder for a test, with these folders in it.
    fn folder(folders: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("there is a folder for temporary files");
        for folder in folders {
            fs::create_dir_all(root.path().join(folder)).expect("it can be written");
        }
        root
    }

    fn detect(folder: &Path, variables: &[(&str, &str)]) -> Checkout {
        Checkout::detect(folder, &|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn names_are_seen_from_the_root() {
        let checkout = Checkout { folder: "/repository/deploy".into(), root: "/repository".into(), base: None };
        let cases = [
            ("-", "stdin", "stdin"),
            ("snapshot.json", "deploy/snapshot.json", "snapshot.json"),
            (".//./a/b.json", "deploy/a/b.json", "a/b.json"),
            ("../network/a.json", "network/a.json", "/repository/network/a.json"),
            ("/repository/a.json", "a.json", "/repository/a.json"),
            ("../../other/a.json", "/other/a.json", "/other/a.json"),
            ("/elsewhere/a.json", "/elsewhere/a.json", "/elsewhere/a.json"),
        ];
        for (name, of_root, of_folder) in cases {
            assert_eq!(checkout.path(name), of_root, "{name}");
            assert_eq!(checkout.path_from_folder(name), of_folder, "{name}");
        }
        assert_eq!(checkout.reference("a b.json"), "deploy/a%20b.json");
        assert_eq!(checkout.reference("/no/a b.json"), "file:///no/a%20b.json");
    }

    #[test]
    fn the_root_is_what_git_or_the_server_says() {
        let scratch = folder(&["workspace/infra/.git", "workspace/infra/deploy", "workspace/tools", "plain"]);
        let path = |name: &str| physical(scratch.path()).join(name);
        let text = |name: &str| path(name).to_string_lossy().into_owned();
        let workspace = text("workspace");
        for (variable, value, working, root) in [
            ("", "", "workspace/infra/deploy", "workspace/infra"),
            ("GITHUB_WORKSPACE", &*workspace, "workspace/infra/deploy", "workspace/infra"),
            ("GITHUB_WORKSPACE", &workspace, "workspace/tools", "workspace"),
            ("CI_PROJECT_DIR", &workspace, "workspace/tools", "workspace"),
            ("CODEBUILD_SRC_DIR", &workspace, "workspace/tools", "workspace"),
            ("GITHUB_WORKSPACE", &workspace, "plain", "workspace"),
            ("GITHUB_WORKSPACE", "/no/such/folder", "plain", "plain"),
        ] {
            let found = detect(&path(working), &[(variable, value)]);
            assert_eq!(found.root, path(root), "{variable}={value} in {working}");
        }
        // What lies above the server's folder is not its repository's.
        fs::create_dir(path(".git")).expect("it can be written");
        assert_eq!(detect(&path("workspace/tools"), &[("GITHUB_WORKSPACE", &workspace)]).root, path("workspace"));
        assert_eq!(detect(&path("plain"), &[]).root, path(""));
    }

    #[cfg(unix)]
    #[test]
    fn links_in_names_are_followed() {
        let scratch = folder(&["repository/.git", "repository/network"]);
        let path = |name: &str| physical(scratch.path()).join(name);
        fs::write(path("repository/network/a.json"), "{}").expect("it can be written");
        std::os::unix::fs::symlink(path("repository"), path("link")).expect("it can be written");
        let by_link = path("link/network/a.json").to_string_lossy().into_owned();
        assert_eq!(detect(&path("repository"), &[]).path(&by_link), "network/a.json");
        let workspace = path("link").to_string_lossy().into_owned();
        let linked = detect(&path("link/network"), &[("GITHUB_WORKSPACE", &workspace)]);
        assert_eq!(linked.path("a.json"), "network/a.json");
    }

    #[test]
    fn lines_of_the_checkout_have_addresses() {
        let scratch = folder(&["infra/deploy"]);
        let root = physical(scratch.path()).join("infra").to_string_lossy().into_owned();
        let github = [
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "shop/infra"),
            ("GITHUB_SHA", "0123abcd"),
            ("GITHUB_WORKSPACE", &*root),
        ];
        let gitlab = [
            ("CI_PROJECT_URL", "https://gitlab.example.com/shop/infra"),
            ("CI_COMMIT_SHA", "0123abcd"),
            ("CI_PROJECT_DIR", &*root),
        ];
        let (hub, lab) = ("https://github.com/shop/infra/blob", "https://gitlab.example.com/shop/infra/-/blob");
        let absolute = format!("{root}/x.yml");
        let cases = [
            (&github[..], "", "network/a b.json", Some(format!("{hub}/0123abcd/network/a%20b.json#L7"))),
            (&github[..], "deploy", "x.yml", Some(format!("{hub}/0123abcd/deploy/x.yml#L7"))),
            (&github[..], "deploy", "../x.yml", Some(format!("{hub}/0123abcd/x.yml#L7"))),
            (&github[..], "deploy", &absolute, Some(format!("{hub}/0123abcd/x.yml#L7"))),
            (&github[..], "", "/elsewhere/x.yml", None),
            (&github[..], "", "../x.yml", None),
            (&gitlab[..], "", "x.yml", Some(format!("{lab}/0123abcd/x.yml#L7"))),
            (&[("CODEBUILD_SRC_DIR", &*root)], "", "x.yml", None),
            (&github[1..], "", "x.yml", None),
            (&[("CI_PROJECT_URL", "javascript:alert(1)"), gitlab[1], gitlab[2]], "", "x.yml", None),
        ];
        for (variables, working, file, expected) in cases {
            let checkout = detect(&Path::new(&root).join(working), variables);
            assert_eq!(checkout.link(file, 7), expected, "{file} in {working}");
        }
    }
}
