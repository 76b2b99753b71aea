//! What is drawn of all sorts of texts, and that drawing never fails.

use super::{Mark, draw};
use crate::report::sample::{NETWORK, place};
use crate::report::style::Style;
use crate::report::text::width;
use crate::rules::Severity;
use crate::snapshot::{Location, Origin, Source, SourceId, Sources, Step};
use proptest::prelude::*;

fn one(text: impl Into<String>) -> Sources {
    let mut sources = Sources::default();
    sources.add(Source::new("a.json", text.into()));
    sources
}

fn span(start: usize, length: usize) -> Location {
    Location::Span { source: SourceId(0), start, length }
}

fn drawn(sources: &Sources, locations: &[Location], style: &Style) -> String {
    let marks: Vec<Mark<'_>> = locations
        .iter()
        .enumerate()
        .map(|(index, location)| Mark {
            location,
            text: ["first", "second place", "third"][index % 3],
            primary: index == 0,
        })
        .collect();
    let picture = draw(&marks, sources, style, Severity::Error, usize::MAX);
    assert!(!picture.text.starts_with("  -->"), "the last resort was taken");
    picture.text
}

/// The underlined text of each label, from top to bottom.
fn underlined(picture: &str) -> Vec<String> {
    let lines: Vec<Vec<char>> = picture.lines().map(|line| line.chars().collect()).collect();
    let mut found = Vec::new();
    for pair in lines.windows(2) {
        let is_underline = |character: &char| matches!(character, '─' | '┬');
        if pair[1].contains(&'┬') && pair[1].contains(&'·') {
            let under = pair[1].iter().enumerate().filter(|(_, character)| is_underline(character));
            found.push(under.filter_map(|(at, _)| pair[0].get(at)).collect());
        }
    }
    found
}

#[test]
fn what_is_pointed_at() {
    let sources = one(NETWORK);
    let cases: [(Location, &str); 8] = [
        (place(&sources, 0, "NatGateways", 0, crate::path!["SubnetId"]), "\"subnet-0b2222222222222222\""),
        (place(&sources, 0, "NatGateways", 0, crate::path![]), "\"nat-0a1b2c3d4e5f60718\""),
        (place(&sources, 0, "NatGateways", 0, crate::path!["NoSuchMember"]), "\"nat-0a1b2c3d4e5f60718\""),
        (place(&sources, 0, "RouteTables", 0, crate::path!["Routes", 1]), "\"0.0.0.0/0\""),
        (place(&sources, 0, "RouteTables", 0, crate::path!["Routes"]), "\"Routes\": ["),
        (place(&sources, 0, "RouteTables", 1, crate::path!["Tags"]), "[]"),
        (place(&sources, 0, "RouteTables", 0, crate::path!["Associations", 0, "Main"]), "false"),
        (place(&sources, 0, "SecurityGroups", 0, crate::path!["IpPermissions", 0, "FromPort"]), "80"),
    ];
    for (location, expected) in cases {
        let picture = drawn(&sources, std::slice::from_ref(&location), &Style::PLAIN);
        assert_eq!(underlined(&picture), [expected], "{location:?}\n{picture}");
    }
}

#[test]
fn the_entity_is_named_where_it_is_far() {
    let sources = one(NETWORK);
    let location = place(&sources, 0, "RouteTables", 0, crate::path!["Routes", 1, "State"]);
    insta::assert_snapshot!(drawn(&sources, &[location], &Style::PLAIN), @r#"
       ╭─[a.json:63:30]
    51 │ "RouteTableId": "rtb-0a1111111111111111",
       ┆
    62 │         "Origin": "CreateRoute",
    63 │         "State": "active"
       ·                  ────┬───
       ·                      ╰── first
    64 │     }
       ╰────
    "#);
}

#[test]
fn labels_on_one_line_and_on_one_value() {
    let text = r#"{"A": [{"Id": "x", "Port": 443}]}"#;
    let sources = one(text);
    let at = |word: &str| span(text.find(word).unwrap_or(0), word.len());
    let locations = [at("443"), at("\"x\""), at("443"), at("443")];
    insta::assert_snapshot!(drawn(&sources, &locations, &Style::PLAIN), @r#"
      ╭─[a.json:1:28]
    1 │ {"A": [{"Id": "x", "Port": 443}]}
      ·               ─┬─          ─┬─
      ·                │            ╰── first; third
      ·                ╰── second place
      ╰────
    "#);
}

#[test]
fn texts_that_are_no_json() {
    let sources = one("# limits\n[severity]\n\"nat/presnt\" = \"warning\"\n\ndescription = \"\"\"\nlong\n\"\"\"\n");
    let name = drawn(&sources, &[span(20, 12)], &Style::PLAIN);
    insta::assert_snapshot!(name, @r#"
      ╭─[a.json:3:1]
    2 │ [severity]
    3 │ "nat/presnt" = "warning"
      · ──────┬─────
      ·       ╰── first
    4 │
      ╰────
    "#);
    let long = drawn(&sources, &[span(46, 30)], &Style::PLAIN);
    assert_eq!(underlined(&long), ["description = \"\"\""], "{long}");
}

#[test]
fn the_end_and_beyond() {
    for text in ["", "\n", "a", "a\n", "{\n", "{\"a\": \"é"] {
        let sources = one(text);
        for start in [0, text.len(), text.len() + 7] {
            drawn(&sources, &[span(start, 0), span(start, 9)], &Style::PLAIN);
        }
    }
}

/// miette panics where a label stands at column 65,536 or beyond.
#[test]
fn columns_beyond_any_terminal() {
    let padding = " ".repeat(70_000);
    let text = format!("{{{padding}\"Vpcs\":[{{\"VpcId\":\"vpc-1\",\"State\":\"{}\"}}]}}", "x".repeat(70_000));
    let sources = one(text.clone());
    for (member, expected) in [("VpcId", "\"vpc-1\""), ("State", "\"xxx")] {
        let entity = drawn(&sources, &[place(&sources, 0, "Vpcs", 0, [Step::Key(member.into())])], &Style::PLAIN);
        assert!(underlined(&entity)[0].starts_with(expected), "{entity}");
        let start = text.find(expected).unwrap_or(0);
        let span = drawn(&sources, &[span(start, 6)], &Style::PLAIN);
        assert!(underlined(&span)[0].starts_with(&expected[..4]), "{span}");
    }
}

#[test]
fn an_entity_too_large_to_lay_out_is_cut() {
    let routes: Vec<String> = (0..20_000).map(|number| format!("{{\"Cidr\":\"10.0.{number}\"}}")).collect();
    let text = format!("{{\"RouteTables\":[{{\"RouteTableId\":\"rtb-1\",\"Routes\":[{}]}}]}}", routes.join(","));
    let sources = one(text);
    let location = place(&sources, 0, "RouteTables", 0, crate::path!["Routes", 15_000, "Cidr"]);
    let picture = drawn(&sources, &[location], &Style::PLAIN);
    assert_eq!(underlined(&picture), ["\"10.0.15000\""], "{picture}");
}

/// In a narrow terminal only the beginning of a long value is underlined, and its label has room beside it.
#[test]
fn labels_stay_in_a_narrow_terminal() {
    let sources = one(NETWORK);
    let location = place(&sources, 0, "NatGateways", 0, crate::path!["SubnetId"]);
    let text = "the subnet that the NAT gateway is in, which has no route to an internet gateway of the VPC";
    for columns in 44..120 {
        let marks = [Mark { location: &location, text, primary: true }];
        let style = Style { width: columns, ..Style::PLAIN };
        let picture = draw(&marks, &sources, &style, Severity::Error, usize::MAX).text;
        for line in picture.lines() {
            assert!(width(line) <= columns, "{columns}: {line}\n{picture}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    /// Whatever the text, the places and the width: no panic, no hostile character, no line wider than the terminal but
    /// for a label that has no room beside its line.
    #[test]
    fn drawing_never_fails(
        text in "([a-z\":,{}\\[\\] é日\u{1b}\u{202e}\t]{0,40}\r?\n?){0,20}",
        places in prop::collection::vec((0usize..900, 0usize..300), 1..6),
        columns in 40usize..160,
        unicode: bool,
        color: bool,
        padding in prop::sample::select(vec![0usize, 450, 600, 66_000]),
    ) {
        let sources = one(format!("{}{text}", " ".repeat(padding)));
        let style = Style { width: columns, unicode, color, links: false };
        let locations: Vec<Location> = places
            .iter()
            .flat_map(|(start, length)| {
                let origin = Origin { source: SourceId(0), offset: (padding + start) as u64, key: "Vpcs", index: Some(0) };
                [span(padding + start, *length), Location::inside(origin, [Step::from("a"), Step::Index(1)])]
            })
            .collect();
        let picture = drawn(&sources, &locations, &style);
        let hostile = picture.contains(['\u{202e}', '\t', '\r']);
        prop_assert!(!hostile);
        let escapes = picture.contains('\u{1b}');
        prop_assert!(color || !escapes);
        for line in picture.lines() {
            let is_code = line.trim_start().starts_with(|first: char| first.is_ascii_digit());
            prop_assert!(!is_code || width(line) <= columns, "{columns}: {line}");
        }
    }
}

#[test]
fn no_secret_is_drawn() {
    let definition = r#"{"resource_changes":[{"address":"aws_ecs_task_definition.app","change":{"after":{"container_definitions":"[{\"environment\":[{\"name\":\"PW\",\"value\":\"hunter2\"}]}]","cpu":"256","family":"hunter2"},"after_sensitive":{"family":true}}}]}"#;
    let pretty = "{\n  \"environment\": [\n    {\n      \"name\": \"PW\",\n      \"value\": \"hunter2\"\n    }\n  ],\n  \"image\": 5\n}\n";
    let wide = Style { width: 400, ..Style::PLAIN };
    for text in [definition, pretty, &definition.replace(':', ": ").replace(',', ",\n")] {
        let sources = one(text);
        let origin = Origin { source: SourceId(0), key: "resource_changes", index: Some(0), offset: 21 };
        let entity = Location::inside(origin, crate::path!["change", "after", "container_definitions"]);
        let places: Vec<Location> = (0..text.len()).step_by(7).map(|start| span(start, 3)).chain([entity]).collect();
        for location in places {
            for style in [&wide, &Style::PLAIN] {
                let picture = drawn(&sources, std::slice::from_ref(&location), style);
                assert!(!picture.contains("hunter2"), "{location:?}\n{picture}");
            }
        }
    }
    let line = r#"{"environment":[{"name":"PW","value":"hunter2"}],"image":5}"#;
    let picture = drawn(&one(line), &[span(line.len() - 2, 1)], &Style::PLAIN);
    assert!(picture.contains(r#"{"environment":[...],"image":5}"#), "{picture}");
    assert_eq!(underlined(&picture), ["5"], "{picture}");
}
