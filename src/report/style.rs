//! How output looks: colours, width, characters, links.

use super::visible::visible;
use std::io::IsTerminal;
use std::str::FromStr;

/// The value of `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// As the environment and the terminal say.
    #[default]
    Auto,
    /// Even into a pipe.
    Always,
    /// Never.
    Never,
}

impl ColorChoice {
    /// The words that `--color` takes.
    pub const NAMES: [&'static str; 3] = ["auto", "always", "never"];
}

impl FromStr for ColorChoice {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            other => Err(format!("no such choice of colours: {other}")),
        }
    }
}

/// How output looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether colours are used.
    pub color: bool,
    /// Columns to fill.
    pub width: usize,
    /// Whether lines and marks may be drawn with characters beyond ASCII.
    pub unicode: bool,
    /// Whether the terminal takes hyperlinks.
    pub links: bool,
}

impl Style {
    /// Neither colours nor links, 100 columns: what a pipe gets where `COLUMNS` doesn't say otherwise, and every file.
    pub const PLAIN: Self = Self { color: false, width: 100, unicode: true, links: false };

    /// The style for standard output.
    pub fn for_stdout(choice: ColorChoice) -> Self {
        let out = std::io::stdout();
        let size = terminal_size::terminal_size_of(&out);
        Self::detect(choice, out.is_terminal(), size.map(|(width, _)| width.0), &environment)
    }

    /// The style for standard error, where problems are told.
    pub fn for_stderr(choice: ColorChoice) -> Self {
        let err = std::io::stderr();
        let size = terminal_size::terminal_size_of(&err);
        Self::detect(choice, err.is_terminal(), size.map(|(width, _)| width.0), &environment)
    }

    fn detect(
        choice: ColorChoice,
        terminal: bool,
        columns: Option<u16>,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let dumb = variable("TERM").is_some_and(|term| term == "dumb");
        let forced = variable("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        let refused = variable("NO_COLOR").is_some() || variable("CLICOLOR").is_some_and(|value| value == "0");
        let color = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if variable("NO_COLOR").is_some() => false,
            ColorChoice::Auto => forced || (terminal && !dumb && !refused),
        };
        // Of a terminal its own size counts: `COLUMNS` is that of the one in which a shell was started.
        let width = columns
            .filter(|columns| terminal && *columns > 0)
            .or_else(|| variable("COLUMNS")?.parse().ok().filter(|columns| *columns > 0))
            .map_or(Self::PLAIN.width, |columns| usize::from(columns).clamp(40, 240));
        // A locale that isn't set says nothing, as in most containers; one that is set and isn't UTF-8 says no.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| variable(name));
        let utf8 = locale.is_none_or(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        });
        Self { color, width, unicode: !terminal || (utf8 && !dumb), links: color && terminal && takes_links(variable) }
    }

    /// `text` in the colours of `role`. What comes from the input must have gone through [`visible`] before.
    pub(super) fn paint(&self, role: Role, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let style = role.style();
        format!("{style}{text}{style:#}")
    }

    /// `text`, linked to `url` where the terminal takes links.
    pub(super) fn link(&self, url: &str, text: &str) -> String {
        if self.links { format!("\u{1b}]8;;{}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\", visible(url)) } else { text.to_owned() }
    }

    /// What stands for text that was cut off.
    pub(super) fn ellipsis(&self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }
}

/// An environment variable that is set to something.
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn takes_links(variable: &dyn Fn(&str) -> Option<String>) -> bool {
    const PROGRAMS: [&str; 6] = ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby"];
    variable("TERM_PROGRAM").is_some_and(|program| PROGRAMS.contains(&program.as_str()))
        || variable("VTE_VERSION").is_some_and(|version| version.parse::<u32>().is_ok_and(|version| version >= 5000))
        || variable("WT_SESSION").is_some()
        || variable("KONSOLE_VERSION").is_some()
        || variable("TERM").is_some_and(|term| matches!(term.as_str(), "xterm-kitty" | "alacritty" | "xterm-ghostty"))
}

/// What a piece of text is, which decides its colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Error,
    Warning,
    Info,
    Good,
    Strong,
    Dim,
    Accent,
}

impl Role {
    fn style(self) -> anstyle::Style {
        use anstyle::AnsiColor::{BrightBlue, Cyan, Green, Red, Yellow};
        let bold = anstyle::Style::new().bold();
        match self {
            Role::Error => bold.fg_color(Some(Red.into())),
            Role::Warning => bold.fg_color(Some(Yellow.into())),
            Role::Info => bold.fg_color(Some(BrightBlue.into())),
            Role::Good => bold.fg_color(Some(Green.into())),
            Role::Strong => bold,
            Role::Dim => anstyle::Style::new().dimmed(),
            Role::Accent => anstyle::Style::new().fg_color(Some(Cyan.into())),
        }
    }
}

impl From<crate::rules::Severity> for Role {
    fn from(severity: crate::rules::Severity) -> Self {
        match severity {
            crate::rules::Severity::Error => Role::Error,
            crate::rules::Severity::Warning => Role::Warning,
            crate::rules::Severity::Info => Role::Info,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(choice: ColorChoice, terminal: bool, variables: &[(&str, &str)]) -> Style {
        Style::detect(choice, terminal, Some(120), &|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn colours_follow_the_environment() {
        use ColorChoice::{Always, Auto, Never};
        type Case<'a> = (ColorChoice, bool, &'a [(&'a str, &'a str)], bool);
        let cases: &[Case<'_>] = &[
            (Auto, true, &[], true),
            (Auto, false, &[], false),
            (Auto, true, &[("NO_COLOR", "1")], false),
            (Auto, true, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], false),
            (Auto, true, &[("CLICOLOR", "0")], false),
            (Auto, false, &[("CLICOLOR_FORCE", "1")], true),
            (Auto, false, &[("CLICOLOR_FORCE", "0")], false),
            (Auto, true, &[("TERM", "dumb")], false),
            (Always, false, &[("NO_COLOR", "1")], true),
            (Never, true, &[("CLICOLOR_FORCE", "1")], false),
        ];
        for (choice, terminal, variables, expected) in cases {
            let style = detect(*choice, *terminal, variables);
            assert_eq!(style.color, *expected, "{choice:?} {terminal} {variables:?}");
        }
    }

    #[test]
    fn a_pipe_is_plain_and_a_hundred_columns_wide() {
        assert_eq!(detect(ColorChoice::Auto, false, &[("LANG", "C")]), Style::PLAIN);
        assert_eq!(detect(ColorChoice::Auto, true, &[]).width, 120);
    }

    #[test]
    fn columns_of_the_environment_count_where_there_is_no_terminal() {
        let cases = [
            (false, "72", 72),
            (false, "5", 40),
            (false, "9999", 240),
            (false, "0", 100),
            (false, "-1", 100),
            (false, "wide", 100),
            (true, "72", 120),
        ];
        for (terminal, columns, expected) in cases {
            let style = detect(ColorChoice::Auto, terminal, &[("COLUMNS", columns)]);
            assert_eq!(style.width, expected, "{terminal} {columns}");
        }
    }

    #[test]
    fn an_ascii_locale_gets_ascii() {
        assert!(detect(ColorChoice::Auto, true, &[]).unicode);
        assert!(detect(ColorChoice::Auto, true, &[("LANG", "en_US.UTF-8")]).unicode);
        assert!(!detect(ColorChoice::Auto, true, &[("LANG", "C")]).unicode);
        assert!(!detect(ColorChoice::Auto, true, &[("LC_ALL", "POSIX"), ("LANG", "en_US.UTF-8")]).unicode);
    }
}
