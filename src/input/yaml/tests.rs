use super::*;
use crate::snapshot::Source;
use proptest::prelude::*;

fn read(text: &str) -> Result<Yaml, InputError> {
    let mut sources = Sources::default();
    let source = sources.add(Source::new("t.yaml", text.to_owned()));
    parse(&sources, source)
}

/// Every value with the text that its range holds, in one line each.
fn shown(text: &str) -> String {
    fn walk(text: &str, path: &str, yaml: &Yaml, lines: &mut Vec<String>) {
        let tag = yaml.tag.as_ref().map(|tag| format!("!{tag} ")).unwrap_or_default();
        let what = match &yaml.value {
            YamlValue::Null => "null".into(),
            YamlValue::Bool(value) => format!("bool {value}"),
            YamlValue::Number(number) => format!("number {number}"),
            YamlValue::String(text) => format!("text {text:?}"),
            YamlValue::List(_) => "list".into(),
            YamlValue::Map(_) => "map".into(),
        };
        lines.push(format!("{path:<10} {tag}{what} at {:?}", &text[yaml.range.clone()]));
        match &yaml.value {
            YamlValue::List(items) => {
                items.iter().enumerate().for_each(|(index, item)| walk(text, &format!("{path}/{index}"), item, lines));
            }
            YamlValue::Map(members) => {
                for (key, value) in members {
                    assert!(text[key.range.clone()].contains(&key.name), "{key:?}");
                    walk(text, &format!("{path}/{}", key.name), value, lines);
                }
            }
            _ => {}
        }
    }
    let mut lines = Vec::new();
    match read(text) {
        Ok(yaml) => walk(text, "", &yaml, &mut lines),
        Err(error) => {
            lines.push(format!("{}: {error}", error.code()));
            for (location, label) in error.labels() {
                let Location::Span { start, length, .. } = location else { continue };
                lines.push(format!("  {label}: byte {start}, {length} long"));
            }
        }
    }
    lines.join("\n")
}

#[test]
fn values_have_their_bytes_and_tags() {
    insta::assert_snapshot!(shown(
        "# a comment
é: \"ü\"   # another
flow: [1, {a: b, 'c d': ~}, 0123, 1.10, 012345678901, 2.5]
empty:
block: |
  one
  two

quoted: ['it''s' , \"a \\\" b\" ] # end
next:
  - !Sub '${a}' # end
  - !Ref Vpc
  - !Select [0, !GetAZs '']
  - !Sub
    - '${a}'
    - a: !!str 1
  - !If
    - Is
    - x: yes
    - true

last: -1
"
    ));
}

#[test]
fn anchors_are_followed_with_the_places_of_what_they_name() {
    insta::assert_snapshot!(shown("a: &x\n  k: [1]\nb: *x\nc: !Tag &y z\nd: *y\n"));
}

#[test]
fn what_cannot_be_read_has_a_place() {
    let bomb = {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let of = format!("*a{}, ", level - 1).repeat(10);
            text.push_str(&format!("a{level}: &a{level} [{}]\n", of.trim_end_matches(", ")));
        }
        text
    };
    let block: String = (0..200).map(|level| format!("{}a:\n", "  ".repeat(level))).collect();
    let cases = [
        ("a key twice", "a:\n  - b: 1\n    c: 2\n    b: 3\n"),
        ("a key twice, quoted", "a: 1\n'a': 2\n"),
        ("a second document", "a: 1\n---\nb: 2\n"),
        ("an unclosed list", "a: [1, 2\nb: 3\n"),
        ("a key that is a list", "? [a, b]\n: 1\n"),
        ("a key that is an alias", "x: &a 1\n*a : 2\n"),
        ("an alias of nothing", "a: *x\n"),
        ("an alias of what holds it", "a: &x [*x]\n"),
        ("a bomb", &bomb),
        ("a deep list", &format!("a: {}", "[".repeat(200))),
        ("a deep map", &block),
        ("a tab", "a:\n\t- b\n"),
    ];
    let shown: Vec<String> = cases.iter().map(|(name, text)| format!("{name}\n{}", shown(text))).collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}

/// A few values may be many bytes.
#[test]
fn a_long_text_is_copied_so_often_and_no_more() {
    let long = "x".repeat(1 << 20);
    let list = |of: &str, times: usize| format!("[{}]", vec![of; times].join(", "));
    let cases = [
        (format!("a: &a {long}\nb: {}\n", list("*a", 10)), true),
        (format!("a: &a {long}\nb: {}\n", list("*a", 100)), false),
        (format!("a: &a [{long}]\nb: &b {}\nc: {}\n", list("*a", 10), list("*b", 10)), false),
        (format!("a: &a !{long} x\nb: {}\n", list("*a", 100)), false),
        (format!("a: &a\n  ? {long}\n  : 1\nb: {}\n", list("*a", 100)), false),
        (
            format!("a: {}{long}\n", (0..100).map(|name| format!("&x{name} [")).collect::<String>()) + &"]".repeat(100),
            false,
        ),
    ];
    for (text, is_taken) in cases {
        let (name, found) = (text.get(..20).unwrap_or_default(), read(&text));
        assert_eq!(
            found.map(drop).map_err(|error| error.code()),
            if is_taken { Ok(()) } else { Err("input/too-many-values") },
            "{name}"
        );
    }
}

#[test]
fn texts_without_a_value_are_null() {
    for text in ["# nothing", "---\n", "~"] {
        assert_eq!(read(text).map(|yaml| yaml.value).ok(), Some(YamlValue::Null), "{text:?}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[-!&*a:{}\\[\\]|>'\"#\n\t ,?é%@0]{0,60}") {
        if let Ok(yaml) = read(&text) {
            prop_assert!(text.get(yaml.range).is_some());
        }
    }
}
