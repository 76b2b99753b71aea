//! Texts that would harm a terminal, and texts without line breaks.

use super::*;

#[test]
fn hostile_text_does_not_reach_the_terminal() {
    let hostile = "\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m\u{202e}evil\u{2066}\u{200b}\r\n\t\u{0}<b>|`*";
    // In every name and description, and in every id, consistently.
    for field in ["Name", "id"] {
        let mut document = broken();
        spoil(&mut document, field, hostile);
        let text = document.to_string();
        for raw in [text.clone(), text.replace("\\u001b", "\\u001B").replace('\u{202e}', "\\u202e")] {
            let scratch = Scratch::new("hostile").with("x.json", &raw);
            for format in ["human", "table", "github", "json", "sarif"] {
                for more in [&[][..], &["-v"], &["-q"]] {
                    let run = scratch.run(&[&["lint", "x.json", "--format", format], more].concat());
                    assert_eq!(run.code, 1, "{field} {format}: {run:#?}");
                    assert!(!harmful(&run.out) && !harmful(&run.err), "{field} {format}: {:?}", run.out);
                }
            }
            for arguments in [
                &["facts", "x.json"][..],
                &["trace", "x.json", "--from", "backend", "--to", "s3"],
                &["trace", "x.json", "--from", hostile, "--to", "s3"],
                &["lint", "x.json", "--select", hostile],
                &["lint", "x.json", "--needs", hostile, "--subnet", hostile],
                &["explain", hostile],
            ] {
                // An argument can't hold a zero.
                let arguments: Vec<String> = arguments.iter().map(|one| one.replace('\0', "")).collect();
                let run = scratch.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
                assert!((0..=3).contains(&run.code), "{arguments:?}: {run:#?}");
                assert!(!harmful(&run.out) && !harmful(&run.err), "{arguments:?}: {:?} {:?}", run.out, run.err);
            }
        }
    }
}

/// Adds a text to every name, or to every id and all that refers to it.
fn spoil(value: &mut Value, field: &str, with: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| spoil(item, field, with)),
        Value::Object(fields) => {
            for (name, inner) in fields.iter_mut() {
                let wanted = match field {
                    "Name" => ["Value", "Description", "GroupName", "LoadBalancerName"].contains(&name.as_str()),
                    _ => (name.ends_with("Id") || name.ends_with("Arn")) && inner != "local",
                };
                match inner {
                    Value::String(text) if wanted => text.push_str(with),
                    // Subnets and groups of a service, of a load balancer, …
                    Value::Array(items) if field == "id" => items.iter_mut().for_each(|item| match item {
                        Value::String(text) if text.starts_with("subnet-") || text.starts_with("sg-") => {
                            text.push_str(with)
                        }
                        other => spoil(other, field, with),
                    }),
                    other => spoil(other, field, with),
                }
            }
        }
        _ => {}
    }
}

#[test]
fn one_line_says_the_same() {
    let document = broken();
    let indented = told("indented", &format!("{document:#}"));
    let minified = told("minified", &document.to_string());
    assert_eq!(minified.lines(), indented.lines());
    let scratch = Scratch::new("one-line").with("x.json", &document.to_string());
    let run = scratch.run(&["lint", "x.json"]);
    let widest = run.out.lines().map(|line| line.chars().count()).max();
    // Commands are never broken.
    let commands = |line: &&str| line.trim_start().starts_with("aws ");
    let widest_text = run.out.lines().filter(|line| !commands(line)).map(|line| line.chars().count()).max();
    assert!(widest_text <= Some(120), "{widest_text:?} {widest:?}\n{}", run.out);
    assert!(run.out.contains("\"NatGatewayId\": \"nat-f3083296960d4449d\""), "{}", run.out);
    assert!(run.out.contains("the NAT gateway") && run.out.contains("it is shown indented"), "{}", run.out);
}
