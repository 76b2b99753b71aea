//! The tag by which the owner of a resource ignores findings on it.

use super::strict;
use crate::snapshot::IGNORE_TAG;
use serde::Deserialize;
use std::borrow::Cow;

/// The tags of an element, in the form of any of the APIs.
#[derive(Deserialize)]
struct Tagged<'a> {
    #[serde(borrow, default, rename = "Tags", alias = "tags", alias = "TagSet")]
    tags: Option<Vec<Tag<'a>>>,
}

#[derive(Deserialize)]
struct Tag<'a> {
    #[serde(borrow, rename = "Key", alias = "key")]
    key: Cow<'a, str>,
    #[serde(borrow, default, rename = "Value", alias = "value")]
    value: Option<Cow<'a, str>>,
}

/// Whether the tag may occur in a file: in most it does not, and no element need be read again.
pub(super) fn occurs(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, IGNORE_TAG.as_bytes()).is_some()
}

/// The tag's value, where an element has it.
pub(super) fn ignore(element: &str) -> Option<String> {
    if !occurs(element.as_bytes()) {
        return None;
    }
    let tagged: Tagged<'_> = strict::from_str(element).ok()?;
    let tag = tagged.tags?.into_iter().find(|tag| tag.key == IGNORE_TAG)?;
    Some(tag.value.unwrap_or_default().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_every_api_are_read() {
        let cases = [
            (r#"{"Tags": [{"Key": "fargcheck:ignore", "Value": "nat"}]}"#, Some("nat")),
            (
                r#"{"TagSet": [{"Key": "Name", "Value": "a"}, {"Key": "fargcheck:ignore", "Value": "a/b, c"}]}"#,
                Some("a/b, c"),
            ),
            (r#"{"tags": [{"key": "fargcheck:ignore", "value": "nat"}]}"#, Some("nat")),
            (r#"{"tags": [{"key": "fargcheck:ignore"}]}"#, Some("")),
            (r#"{"Tags": [{"Key": "Name", "Value": "fargcheck:ignore"}]}"#, None),
            (r#"{"Description": "fargcheck:ignore", "Tags": []}"#, None),
            (r#"{"Description": "fargcheck:ignore", "Tags": null}"#, None),
            (r#"{"Tags": []}"#, None),
            (r#"{"Tags": [["fargcheck:ignore", "*"]]}"#, None),
        ];
        for (element, expected) in cases {
            assert_eq!(ignore(element).as_deref(), expected, "{element}");
        }
    }
}
