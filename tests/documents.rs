//! Commands and outputs in README.md are what the program says: each `console` block is run and compared. The pages below
//! docs/rules are what the rules say.
//!
//! `UPDATE_DOCUMENTS=1 cargo test --test documents` writes the outputs anew.

mod documents_support;

use documents_support::{hold, rewritten, root};
use fargcheck::facts::{ENTITIES, Type};
use fargcheck::rules::{Catalogue, Rule};
use std::fs;

const PAGES: [&str; 1] = ["README.md"];

#[test]
fn outputs_are_those_of_the_program() {
    for name in PAGES {
        let page = fs::read_to_string(root().join(name)).expect("the page can be read");
        assert!(page.contains("```console"), "{name} shows the program at work");
        hold(name, &rewritten(&page));
    }
}

/// The page of a rule, from its file.
fn page_of(rule: &Rule) -> String {
    let file = rule.file();
    let prose = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut page = format!("# {}\n\n{}. Severity: **{}**.\n", rule.id(), file.title, file.severity);
    let mut section = |title: &str, text: String| {
        if !text.trim().is_empty() {
            page.push_str(&format!("\n## {title}\n\n{}\n", text.trim_end()));
        }
    };
    section("Why it matters", file.why.as_deref().map(prose).unwrap_or_default());
    let symptoms: Vec<String> = file.symptom.iter().map(|text| format!("- `{text}`")).collect();
    section("What you see", symptoms.join("\n"));
    section("What to do", format!("```text\n{}\n```", rule.outline_help().trim()));
    let when = file.when.as_deref().map_or(String::new(), |when| format!("when\n{}\n\n", when.trim()));
    let rule_text = format!("every {}\n\n{when}require\n{}", rule.subject().name, file.require.trim());
    section("The rule", format!("```text\n{rule_text}\n```"));
    let codes = [file.explains.join("`, `"), if file.catch_all { "any other".into() } else { String::new() }];
    let codes: Vec<String> = codes.into_iter().filter(|codes| !codes.is_empty()).collect();
    section("Blockers it explains", codes.iter().map(|codes| format!("`{codes}`")).collect::<Vec<_>>().join(", "));
    section("Known problems", file.known_problems.as_deref().map(prose).unwrap_or_default());
    let sources = file.sources.iter().map(|source| {
        let place =
            source.document.as_deref().map(str::to_owned).or_else(|| source.aws.as_ref().map(|url| format!("<{url}>")));
        let quote = source.quote.as_ref().map_or(String::new(), |quote| format!(": “{quote}”"));
        format!("- {}{quote}", place.unwrap_or_default())
    });
    section("Sources", sources.collect::<Vec<_>>().join("\n"));
    page
}

#[test]
fn every_rule_has_its_page() {
    let catalogue = Catalogue::embedded(&ENTITIES).expect("the built-in rules are sound");
    let pages = catalogue.rules().iter();
    let expected: Vec<_> = pages.map(|rule| hold(&format!("docs/rules/{}.md", rule.id()), &page_of(rule))).collect();
    for group in
        fs::read_dir(root().join("docs/rules")).expect("the pages").map(|entry| entry.expect("an entry").path())
    {
        for page in fs::read_dir(group).expect("a group").map(|entry| entry.expect("an entry").path()) {
            assert!(expected.contains(&page), "{} is the page of no rule", page.display());
        }
    }
}

/// The reference of facts, from the doc comments of the code that computes them.
fn page_of_facts() -> String {
    let mut page = "# Facts\n\nWhat rules see. Each kind of entity is a `subject` of rules, named by its variable in their \
                    expressions; its fields lead to\nothers. `fargcheck facts PATH` shows them of a network. A field that the \
                    input doesn't hold is unknown ([rule-format.md](rule-format.md)).\n"
        .to_owned();
    let prose = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    for entity in ENTITIES {
        page.push_str(&format!(
            "\n## {}\n\n{} In expressions: `{}`.\n\n",
            entity.name,
            prose(entity.doc),
            entity.variable
        ));
        page.push_str("| field | type | |\n| --- | --- | --- |\n");
        for field in entity.fields {
            page.push_str(&format!("| `{}` | {} | {} |\n", field.name, written(field.ty), prose(field.doc)));
        }
    }
    page
}

fn written(ty: Type) -> String {
    match ty {
        Type::Bool => "bool".into(),
        Type::Int => "int".into(),
        Type::String => "string".into(),
        Type::Word(words) => {
            let words = words.iter().map(|word| if word.is_empty() { "`''`".to_owned() } else { format!("`{word}`") });
            format!("string: {}", words.collect::<Vec<_>>().join(", "))
        }
        Type::Entity(entity) => format!("[{}](#{})", entity.name, entity.name),
        Type::List(element) => format!("list of {}", written(*element)),
        Type::Map => "map of texts".into(),
    }
}

#[test]
fn the_reference_of_facts_is_that_of_the_code() {
    hold("docs/facts.md", &page_of_facts());
}
