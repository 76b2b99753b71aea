//! The parts of a text that nobody may see in a report: values of environment variables, and what is marked as sensitive.
//!
//! Excerpts show lines beside the one they are about, and these go to logs of builds, which many read. So values are
//! hidden by what the text itself says of them, whatever a label points at:
//! - a task definition's `environment`, a function's `Variables`, and a Terraform resource's `container_definitions`, a
//!   text that holds the former;
//! - what Terraform marks in `before_sensitive`, `after_sensitive` and `sensitive_values`, and all values of variables and
//!   outputs <https://developer.hashicorp.com/terraform/internals/json-format>;
//! - defaults of parameters with `NoEcho`, and values in files of parameters
//!   <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>;
//! - texts under names such as `password` and `splunk-token`.

mod json;
mod yaml;

use std::ops::Range;

/// The bytes of `text` to hide, in order and apart from each other. The text may be broken off or no JSON or YAML at all.
pub(crate) fn secrets(text: &[u8], is_json: bool) -> Vec<Range<usize>> {
    let mut found = if is_json { json::find(text) } else { yaml::find(text) };
    found.retain(|range| !range.is_empty());
    found.sort_by_key(|range| (range.start, range.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match apart.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// What holds values of environment variables and the like, at any depth.
fn is_holder(key: &[u8]) -> bool {
    matches!(
        key,
        b"environment"
            | b"Environment"
            | b"variables"
            | b"Variables"
            | b"outputs"
            | b"output_changes"
            | b"container_definitions"
    )
}

/// Whether the text under a name is one to keep: `MasterUserPassword`, `splunk-token`, `api_key`.
fn is_secret_name(key: &[u8]) -> bool {
    const ENDS: [&[u8]; 9] = [
        b"containerdefinitions",
        b"parametervalue",
        b"password",
        b"passwd",
        b"token",
        b"apikey",
        b"privatekey",
        b"secretstring",
        b"secretaccesskey",
    ];
    // Asked of every text of a file: nothing is allocated, and most names differ in their last letter.
    let ends_with = |end: &&[u8]| {
        let mut letters = key.iter().rev().filter(|byte| !matches!(byte, b'_' | b'-')).map(u8::to_ascii_lowercase);
        end.iter().rev().all(|letter| letters.next() == Some(*letter))
    };
    ENDS.iter().any(ends_with)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn masked(text: &str) -> String {
        let is_json = text.starts_with(['{', '[']);
        let mut out = String::new();
        let mut at = 0;
        for range in secrets(text.as_bytes(), is_json) {
            out.push_str(&text[at..range.start]);
            out.push('…');
            at = range.end;
        }
        out + &text[at..]
    }

    #[test]
    fn json_is_masked_by_what_it_says() {
        let cases = [
            (
                r#"{"name":"app","environment":[{"name":"PW","value":"hunter2"}],"image":5}"#,
                r#"{"name":"app","environment":[…],"image":5}"#,
            ),
            (r#"{"a":{"Environment":{"Variables":{"PW":"hunter2"}}},"b":1}"#, r#"{"a":{"Environment":{…}},"b":1}"#),
            (
                r#"{"container_definitions":"[{\"image\":\"i\"}]","cpu":"256"}"#,
                r#"{"container_definitions":"…","cpu":"256"}"#,
            ),
            (
                r#"{"before":{"a":"x"},"after":{"a":"hunter2","b":["y","hunter2"],"c":"z"},"before_sensitive":false,"after_sensitive":{"a":true,"b":[false,true],"c":false}}"#,
                r#"{"before":{"a":"x"},"after":{"a":"…","b":["y","…"],"c":"z"},"before_sensitive":false,"after_sensitive":{"a":true,"b":[false,true],"c":false}}"#,
            ),
            (
                r#"{"values":{"n":7,"m":8},"sensitive_values":{"n":true}}"#,
                r#"{"values":{"n":…,"m":8},"sensitive_values":{"n":true}}"#,
            ),
            (
                r#"{"Parameters":{"Pw":{"Default":"hunter2","NoEcho":true}}}"#,
                r#"{"Parameters":{"Pw":{"Default":"…","NoEcho":true}}}"#,
            ),
            (
                r#"{"Parameters":{"Pw":{"NoEcho":"true","Default":"hunter2"}}}"#,
                r#"{"Parameters":{"Pw":{"NoEcho":"true","Default":"…"}}}"#,
            ),
            (
                r#"[{"ParameterKey":"Pw","ParameterValue":"hunter2"}]"#,
                r#"[{"ParameterKey":"Pw","ParameterValue":"…"}]"#,
            ),
            (
                r#"{"options":{"splunk-token":"hunter2","awslogs-region":"r"}}"#,
                r#"{"options":{"splunk-token":"…","awslogs-region":"r"}}"#,
            ),
            // Broken off, and with a quote too few in a line before.
            (r#"{"environment":[{"name":"PW","value":"hunt"#, r#"{"environment":[…"#),
            (
                "{\"a\": \"b,\n\"environment\": [{\"value\":\"hunter2\"}],\n\"c\":1}",
                "{\"a\": \"b,\n\"environment\": […],\n\"c\":1}",
            ),
            // A parameter of this name, a tag and an id are none.
            (
                r#"{"Environment":{"Type":"String","Default":"dev"}}"#,
                r#"{"Environment":{"Type":"String","Default":"dev"}}"#,
            ),
            (r#"{"environment":"aws://1/eu-west-1"}"#, r#"{"environment":"aws://1/eu-west-1"}"#),
            (r#"{"Key":"Name","Value":"public-a"}"#, r#"{"Key":"Name","Value":"public-a"}"#),
        ];
        for (text, expected) in cases {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn yaml_is_masked_by_what_it_says() {
        let cases = [
            (
                "- Name: app\n  Environment:\n  - Name: PW\n    Value: hunter2\n  Image: i\n",
                "- Name: app\n  Environment:\n  …\n    …\n  Image: i\n",
            ),
            (
                "- Environment:\n    - Value: |\n\n        hunter2\n- Name: b\n",
                "- Environment:\n    …\n\n        …\n- Name: b\n",
            ),
            (
                "A: {Name: a, Environment: [{Name: PW, Value: hunter2}], Image: i}\nB: 1\n",
                "A: {Name: a, Environment: …\nB: 1\n",
            ),
            (
                "Pw:\n  Default: hunter2\n  Type: String\n  NoEcho: true\nB: 1\n",
                "Pw:\n  Default: …\n  Type: String\n  NoEcho: true\nB: 1\n",
            ),
            (
                "Pw:\n  NoEcho: 'true'\n  Default:\n    hunter2\nB:\n  Default: b\n",
                "Pw:\n  NoEcho: 'true'\n  Default:\n    …\nB:\n  Default: b\n",
            ),
            ("Pw: {NoEcho: true, Default: hunter2}\n", "Pw: {NoEcho: true, Default: …\n"),
            ("MasterUserPassword: hunter2\nPort: 1\n", "MasterUserPassword: …\nPort: 1\n"),
            ("Environment:\n  Type: String\n  Default: dev\n", "Environment:\n  Type: String\n  Default: dev\n"),
            ("Tags:\n  Environment: dev\n", "Tags:\n  Environment: dev\n"),
        ];
        for (text, expected) in cases {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_ends(text in "[{}\\[\\]\":, \n\\\\a-]{0,40}(environment|\"environment\":|NoEcho: true|\"after_sensitive\":true)?[{}\\[\\]\":, \n\\\\aé-]{0,40}") {
            for is_json in [false, true] {
                let found = secrets(text.as_bytes(), is_json);
                prop_assert!(found.iter().all(|range| range.start < range.end && range.end <= text.len()));
                prop_assert!(found.windows(2).all(|pair| pair[0].end < pair[1].start));
            }
        }
    }
}
