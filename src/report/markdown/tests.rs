use super::*;
use crate::report::Format;
use crate::report::sample::{self, Sample};
use pulldown_cmark::{Event, Options, Parser, Tag};

fn shown(sample: &Sample) -> String {
    sample.shown(Format::Markdown, &Style::PLAIN)
}

/// What a reader makes of a summary: its texts, its links, and the HTML in it.
#[derive(Debug, Default)]
struct Rendered {
    text: String,
    links: Vec<String>,
    html: Vec<String>,
    images: usize,
    rows: usize,
}

fn rendered(markdown: &str) -> Rendered {
    let mut rendered = Rendered::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_GFM | Options::ENABLE_STRIKETHROUGH)
    {
        match event {
            Event::Text(text) | Event::Code(text) => rendered.text.push_str(&text),
            Event::Html(text) | Event::InlineHtml(text) => rendered.html.push(text.trim().to_owned()),
            Event::Start(Tag::Link { dest_url, .. }) => rendered.links.push(dest_url.into_string()),
            Event::Start(Tag::Image { .. }) => rendered.images += 1,
            Event::Start(Tag::TableRow) => rendered.rows += 1,
            Event::SoftBreak | Event::HardBreak | Event::End(_) => rendered.text.push('\n'),
            _ => {}
        }
    }
    rendered
}

#[test]
fn the_whole_summary() {
    insta::assert_snapshot!(shown(&Sample::indented()));
}

#[test]
fn nothing_wrong() {
    insta::assert_snapshot!(shown(&Sample::clean()));
}

#[test]
fn hostile_names_stay_names() {
    let hostile = [
        "</summary></details><script>alert(1)</script>",
        "a | b",
        "[x](https://evil.example) ![y](https://evil.example/y.png)",
        "`code` ``` ~~~",
        "*a* _b_ **c** ~~d~~",
        "https://evil.example www.evil.example <https://evil.example>",
        "line\n## heading\n- item",
        "&lt;b&gt; \\",
        "| --- |",
        ":smile: $x^2$ @someone #1",
    ];
    for name in hostile {
        let sample = Sample::new(&[("a]b|c(d).json", sample::NETWORK)], |sources| {
            let mut finding = sample::nat(sources);
            finding.message = format!("m {name} m");
            // A help has lines of its own.
            let line = visible(name);
            finding.help = format!("{line}\naws ec2 describe-vpcs --filters '{line}'\n{line}");
            finding.resource.id = name.into();
            finding.resource.name = Some(format!("n {name}"));
            finding.labels[0].text = name.into();
            finding.affects[0].workload = name.into();
            finding.trace[0].text = name.into();
            finding.seen[0].text = name.into();
            vec![finding]
        });
        let mut sample = sample;
        sample.judgement.not_checked[0].what = name.into();
        sample.judgement.unexplained[0].text = name.into();
        let markdown = shown(&sample);
        let rendered = rendered(&markdown);
        let written = visible(name);
        // Message, resource (twice), label, workload, help's prose, not checked, seen (twice): everywhere it reads as it is.
        let times = rendered.text.matches(written.as_ref()).count();
        assert!(times >= 10, "{name}: read {times} times in\n{markdown}");
        let docs = docs_url("nat/in-public-subnet");
        let strange: Vec<_> = rendered
            .links
            .iter()
            .filter(|link| **link != docs && !link.starts_with("a%5Db%7Cc%28d%29.json#L"))
            .collect();
        assert!(strange.is_empty(), "{name}: {strange:?}");
        assert_eq!((rendered.images, rendered.rows), (0, 1), "{name}:\n{markdown}");
        for html in &rendered.html {
            let known = html.starts_with("<details><summary>") && html.ends_with("</summary>") || html == "</details>";
            assert!(known && !html.contains("<script"), "{name}: {html}");
        }
        assert_eq!(markdown.matches("\n## ").count() + markdown.matches("\n### ").count(), 3, "{name}:\n{markdown}");
    }
}

#[test]
fn commands_stand_in_fences_of_their_own() {
    let cases = [
        ("Look:\naws ec2 describe-vpcs\nThen stop.", "\nLook:\n\n```sh\naws ec2 describe-vpcs\n```\n\nThen stop.\n"),
        ("aws a \\\n  --b\naws c", "\n```sh\naws a \\\n  --b\naws c\n```\n"),
        ("Do:\n    aws a \\\n      --b", "\nDo:\n\n```sh\naws a \\\n  --b\n```\n"),
        ("aws a '```'", "\n````sh\naws a '```'\n````\n"),
        ("1. first\n- second\n2) x", "\n1\\. first\n\n\\- second\n\n2\\) x\n"),
    ];
    for (text, expected) in cases {
        assert_eq!(help(text), expected);
    }
}

#[test]
fn places_lead_to_the_commit_where_there_is_one() {
    let sample = Sample::indented();
    let link = |input: &Input<'_>| place(&sample.judgement.findings[0].labels[0], input);
    let input = sample.input();
    assert!(link(&input).ends_with("](prod/snapshot.json#L17)"), "{}", link(&input));
    let base = "https://github.com/shop/infra/blob/0123abcd/";
    let input = Input { checkout: Checkout::at("/checkout").shown_at(base), ..sample.input() };
    let expected = "](https://github.com/shop/infra/blob/0123abcd/prod/snapshot.json#L17)";
    assert!(link(&input).ends_with(expected), "{}", link(&input));
    let elsewhere = Sample::new(&[("/other/snapshot.json", sample::NETWORK)], sample::all);
    let input = Input { checkout: input.checkout, ..elsewhere.input() };
    assert_eq!(place(&elsewhere.judgement.findings[0].labels[0], &input), "/other/snapshot.json:17");
}

#[test]
fn a_summary_is_never_larger_than_its_page_takes() {
    let mut sample = Sample::indented();
    let first = sample.judgement.findings[0].clone();
    sample.judgement.findings.resize(20_000, first);
    let entry = sample.judgement.not_checked[0].clone();
    sample.judgement.not_checked.resize(20_000, entry);
    let markdown = shown(&sample);
    assert!(markdown.len() <= 1 << 20, "{}", markdown.len());
    let told = ["findings not shown", "Details of ", "- and "].map(|words| markdown.contains(words));
    assert_eq!(told, [true; 3]);
    assert_eq!(markdown.matches("<details>").count(), markdown.matches("\n</details>\n").count());
}
