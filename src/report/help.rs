//! What a help holds: prose, and commands to type.

/// A part of a help.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'h> {
    /// A paragraph on one line.
    Prose(String),
    /// A line of a command, as it was written.
    Command(&'h str),
}

/// The parts of a help. A sentence that its author broke goes on: whoever shows it breaks it where there is no room.
pub(super) fn parts(help: &str) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut continued = false;
    for line in help.trim().lines().map(str::trim_end) {
        let command = continued || is_command(line);
        continued = command && line.ends_with('\\');
        match parts.last_mut() {
            _ if command => parts.push(Part::Command(line)),
            Some(Part::Prose(before)) if goes_on(before, line) => {
                before.push(' ');
                before.push_str(line);
            }
            _ => parts.push(Part::Prose(line.to_owned())),
        }
    }
    parts
}

/// Whether a sentence goes on in the next line: it has no end yet, and that one begins no item of a list.
fn goes_on(before: &str, line: &str) -> bool {
    let after_digits = line.trim_start_matches(|first: char| first.is_ascii_digit());
    let is_item = line.starts_with(['-', '+', '*']) || (after_digits != line && after_digits.starts_with(['.', ')']));
    !before.is_empty() && !line.is_empty() && !before.ends_with(['.', ':', '?', '!']) && !is_item
}

/// Whether a line of help is to be typed rather than read.
fn is_command(line: &str) -> bool {
    const TOOLS: [&str; 6] = ["aws ", "fargcheck ", "terraform ", "cdk ", "docker ", "$ "];
    line.starts_with([' ', '\t']) || TOOLS.iter().any(|tool| line.starts_with(tool))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_go_on_and_commands_stay() {
        let prose = |text: &str| Part::Prose(text.into());
        let help = "It costs 0.01 USD\na GB. Look:\n    aws a \\\n --b\nOr stop.\nThen\n- a\n2) b\naws c";
        let expected = [
            prose("It costs 0.01 USD a GB. Look:"),
            Part::Command("    aws a \\"),
            Part::Command(" --b"),
            prose("Or stop."),
            prose("Then"),
            prose("- a"),
            prose("2) b"),
            Part::Command("aws c"),
        ];
        assert_eq!(parts(help), expected);
    }
}
