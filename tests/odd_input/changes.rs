//! Networks and texts that are changed at random.

use super::*;
use fargcheck::facts::{self, Model};
use fargcheck::input::{self, InputFile};
use fargcheck::network;
use fargcheck::report::{self, Checkout, Format, RuleInfo, Style};
use fargcheck::rules::{Catalogue, Choice, Judgement, Rule, Severity, judge};
use fargcheck::snapshot::{Source, Sources};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::embedded(&facts::ENTITIES).expect("the built-in rules can be loaded"));

/// The whole way in one process; none where the input is refused.
fn judged(text: &str) -> Option<(Judgement, u8)> {
    let mut sources = Sources::default();
    let source = sources.add(Source::new("x.json", text.to_owned()));
    let snapshot = input::parse(&[InputFile::new(source, 0, None)], &sources).map_err(|error| {
        assert!(!error.to_string().is_empty() && !error.help().is_empty());
        error.labels().iter().for_each(|(place, _)| drop(sources.resolve(place)));
    });
    let snapshot = snapshot.ok()?;
    let network = network::resolve(&snapshot, &[]).ok()?;
    let all: Vec<&Rule> = CATALOGUE.rules().iter().collect();
    let selected = all.iter().map(|rule| rule.id().to_owned()).collect();
    let judgement =
        judge(&Model::new(&network), &Choice { all: all.clone(), selected, severities: Default::default() });
    let rules: Vec<RuleInfo> = all
        .iter()
        .map(|rule| RuleInfo {
            id: rule.id().into(),
            title: rule.file().title.clone(),
            severity: rule.file().severity,
            why: "".into(),
        })
        .collect();
    for (quiet, verbose) in [(false, false), (false, true)] {
        let input = report::Input {
            sources: &sources,
            judgement: &judgement,
            inputs: vec!["x.json".into()],
            version: "0",
            rules: &rules,
            fail_on: Some(Severity::Error),
            incomplete_fails: true,
            exit_code: 0,
            checkout: Checkout::of_process(),
            quiet,
            verbose,
        };
        for format in Format::ALL {
            let mut out = Vec::new();
            report::render(format, &input, &Style::PLAIN, &mut out).expect("memory can be written");
            let text = String::from_utf8(out).expect("a report is UTF-8");
            assert!(!harmful(&text), "{format}");
            if matches!(format, Format::Json | Format::Sarif | Format::Gitlab) {
                assert!(serde_json::from_str::<Value>(&text).is_ok(), "{format}");
            }
        }
    }
    let errors = judgement.findings.iter().any(|finding| finding.severity == Severity::Error);
    let code = if errors {
        1
    } else if judgement.not_checked.iter().any(|one| one.incomplete) {
        3
    } else {
        0
    };
    Some((judgement, code))
}

/// One change of a document: which of its nodes, what happens to it, and a number to choose by.
type Change = (usize, u8, usize);

/// The pointers of every node below the top.
fn nodes(value: &Value, at: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let mut each = |key: String, inner: &Value| {
        at.push(key);
        found.push(at.clone());
        nodes(inner, at, found);
        at.pop();
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, inner)| each(key.clone(), inner)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, inner)| each(index.to_string(), inner)),
        _ => {}
    }
}

fn parent<'v>(document: &'v mut Value, path: &[String]) -> Option<&'v mut Value> {
    path.iter().try_fold(document, |value, key| match value {
        Value::Object(fields) => fields.get_mut(key),
        Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    })
}

fn change(document: &mut Value, (node, kind, choice): Change) {
    let mut paths = Vec::new();
    nodes(document, &mut Vec::new(), &mut paths);
    if paths.is_empty() {
        return;
    }
    let path = &paths[node % paths.len()];
    let other = paths[choice % paths.len()].clone();
    let copy = parent(document, &other).cloned();
    let (key, above) = path.split_last().expect("below the top");
    let Some(above) = parent(document, above) else { return };
    let odd = [
        json!(null),
        json!(-1),
        json!(0),
        json!(65_536),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1.5),
        json!(1e300),
        json!(true),
        json!(false),
        json!(""),
        json!("x"),
        json!("0.0.0.0/0"),
        json!("::/0"),
        json!("10.0.0.0/31"),
        json!("255.255.255.255/32"),
        json!("local"),
        json!("-1"),
        json!("\u{1b}[31m\u{202e}é"),
        json!([]),
        json!({}),
        json!([{}]),
        json!([null]),
        json!("deleted"),
        json!("default"),
        json!("available"),
        json!("blackhole"),
        json!("ENABLED"),
        json!("arn:aws:ecs:::"),
        json!("com.amazonaws.us-east-1.s3"),
    ];
    match (above, kind % 6) {
        (Value::Object(fields), 0) => drop(fields.remove(key)),
        (Value::Array(items), 0) => drop(items.remove(key.parse().expect("an index"))),
        (Value::Array(items), 1) => {
            let copy = items[key.parse::<usize>().expect("an index")].clone();
            items.push(copy);
        }
        (Value::Array(items), 2) => items.reverse(),
        // Another node's value, most often of the wrong type.
        (Value::Object(fields), 3) => drop(fields.insert(key.clone(), copy.unwrap_or_default())),
        (Value::Array(items), 3) => items[key.parse::<usize>().expect("an index")] = copy.unwrap_or_default(),
        // Another odd string where a string stood: what keeps the type goes on into the judgement.
        (Value::Object(fields), 4) if fields[key].is_string() => {
            let strings: Vec<&Value> = odd.iter().filter(|value| value.is_string()).collect();
            fields.insert(key.clone(), strings[choice % strings.len()].clone());
        }
        (Value::Object(fields), 4) if fields[key].is_number() => {
            let numbers: Vec<&Value> = odd.iter().filter(|value| value.is_i64()).collect();
            fields.insert(key.clone(), numbers[choice % numbers.len()].clone());
        }
        (Value::Object(fields), _) => drop(fields.insert(key.clone(), odd[choice % odd.len()].clone())),
        (Value::Array(items), _) => items[key.parse::<usize>().expect("an index")] = odd[choice % odd.len()].clone(),
        _ => {}
    }
}

fn cases(number: u32) -> ProptestConfig {
    // `PROPTEST_CASES` asks for more.
    let number = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(number);
    ProptestConfig { cases: number, failure_persistence: None, ..ProptestConfig::default() }
}

static NETWORKS: LazyLock<[Value; 4]> = LazyLock::new(|| [broken(), endpoints(), nat(), balanced()]);

proptest! {
    #![proptest_config(cases(150))]

    /// Whatever happens to a snapshot, it is judged or refused.
    #[test]
    fn a_changed_network_is_judged_or_refused(
        which in 0usize..4,
        changes in prop::collection::vec((any::<usize>(), any::<u8>(), any::<usize>()), 1..8),
        indented in any::<bool>(),
    ) {
        let mut document = NETWORKS[which].clone();
        changes.into_iter().for_each(|one| change(&mut document, one));
        judged(&if indented { format!("{document:#}") } else { document.to_string() });
    }

    /// The same for bytes that are lost, doubled or changed.
    #[test]
    fn a_changed_text_is_judged_or_refused(
        which in 0usize..4,
        changes in prop::collection::vec((any::<usize>(), 0u8..3, "[\\[\\]{},:\"\\\\0-9a-z \u{e9}\u{feff}]"), 1..6),
    ) {
        let mut text: Vec<char> = NETWORKS[which].to_string().chars().collect();
        for (at, kind, with) in changes {
            // All of it may be lost by then.
            let Some(at) = at.checked_rem(text.len()) else { break };
            match kind {
                0 => drop(text.remove(at)),
                1 => with.chars().for_each(|one| text.insert(at, one)),
                _ => text.truncate(at.max(1)),
            }
        }
        judged(&text.into_iter().collect::<String>());
    }
}

#[test]
fn what_is_not_changed_is_judged_in_process_as_by_the_binary() {
    for network in NETWORKS.iter() {
        let text = network.to_string();
        let (judgement, code) = judged(&text).expect("a network");
        let told = told("by both", &text);
        assert_eq!(i32::from(code), told.code);
        let rules: BTreeSet<&str> = judgement.findings.iter().map(|finding| finding.rule.as_str()).collect();
        assert_eq!(
            rules.len(),
            told.findings.iter().filter_map(|one| one.split(' ').nth(1)).collect::<BTreeSet<_>>().len()
        );
    }
}
