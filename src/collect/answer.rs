//! Is it AWS that answered?
//!
//! The SDK's XML reader stops at the first thing it doesn't understand and hands over what it has read so far, and its
//! JSON reader takes an empty body for an empty answer. For a linter that is the worst of errors: a list that came out
//! empty says "there is none". So each successful answer is checked whole before its content counts.

use crate::snapshot::mark_length;
use aws_sdk_ec2::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_ec2::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use serde::de::IgnoredAny;

/// How a service writes its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// EC2 and query protocols: STS, EC2, ELBv2.
    Xml,
    /// AWS JSON 1.1: ECS, ECR.
    Json,
}

/// Turns a successful answer that is not whole into an error.
#[derive(Debug)]
pub(crate) struct WholeAnswer(pub(crate) Wire);

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for WholeAnswer {
    fn name(&self) -> &'static str {
        "WholeAnswer"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        if !response.status().is_success() {
            return Ok(());
        }
        let body = response.body().bytes().ok_or("an answer without a body")?;
        let checked = match self.0 {
            Wire::Xml => whole_xml(body),
            Wire::Json => whole_json(body),
        };
        checked.map_err(|what| {
            let kind = response.headers().get("content-type").unwrap_or("no content type");
            format!("HTTP {}, {kind}: {what}", response.status().as_u16()).into()
        })
    }
}

fn whole_json(body: &[u8]) -> Result<(), &'static str> {
    if body.trim_ascii().is_empty() {
        return Err("an empty body");
    }
    let object: Result<std::collections::HashMap<String, IgnoredAny>, _> = serde_json::from_slice(body);
    object.map(|_| ()).map_err(|_| "not a JSON object")
}

/// Every element that opens closes, in order, and one root holds them all. Whether it is the right root the SDK checks.
fn whole_xml(body: &[u8]) -> Result<(), &'static str> {
    const NOT_XML: &str = "not XML";
    const CUT: &str = "XML that breaks off";
    let text = std::str::from_utf8(&body[mark_length(body)..]).map_err(|_| NOT_XML)?.trim();
    if text.is_empty() {
        return Err("an empty body");
    }
    let mut open: Vec<&str> = Vec::new();
    let mut roots = 0;
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        if open.is_empty() && !rest[..start].trim().is_empty() {
            return Err(NOT_XML);
        }
        let tag = &rest[start..];
        let skip =
            [("<?", "?>"), ("<!--", "-->"), ("<![CDATA[", "]]>")].into_iter().find(|(from, _)| tag.starts_with(from));
        if let Some((from, to)) = skip {
            let end = tag[from.len()..].find(to).ok_or(CUT)?;
            rest = &tag[from.len() + end + to.len()..];
            continue;
        }
        let end = tag_end(tag).ok_or(CUT)?;
        let inner = &tag[1..end];
        if let Some(name) = inner.strip_prefix('/') {
            if open.pop() != Some(name.trim_end()) {
                return Err(NOT_XML);
            }
        } else {
            let name = inner.split([' ', '\t', '\r', '\n', '/']).next().unwrap_or_default();
            if name.is_empty() || name.starts_with('!') {
                return Err(NOT_XML);
            }
            roots += usize::from(open.is_empty());
            if !inner.ends_with('/') {
                open.push(name);
            }
        }
        rest = &tag[end + 1..];
    }
    match (roots, open.is_empty(), rest.trim().is_empty()) {
        (1, true, true) => Ok(()),
        (1, false, _) => Err(CUT),
        _ => Err(NOT_XML),
    }
}

/// Where a tag ends; a `>` inside an attribute's value doesn't end it.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_answers_pass() {
        for text in [
            "<?xml version=\"1.0\"?>\n<A xmlns=\"http://x/>y\"><b/><c d='1'>t &gt;</c></A>\n",
            "<A/>",
            "\u{feff}<A><!-- <b> --><c><![CDATA[<x>]]></c></A>",
        ] {
            assert_eq!(whole_xml(text.as_bytes()), Ok(()), "{text}");
        }
        assert_eq!(whole_json(br#" {"clusterArns":[]} "#), Ok(()));
    }

    #[test]
    fn everything_else_does_not() {
        for text in [
            "",
            " ",
            "OK",
            "<A>",
            "<A><b></A>",
            "<A><b>cut",
            "<A/><B/>",
            "x<A/>",
            "<A/>x",
            "<A><b/",
            "{}",
            "<!DOCTYPE html><html></html>",
            "<html><body><br></body></html>",
            "<A></b></A>",
        ] {
            assert!(whole_xml(text.as_bytes()).is_err(), "{text}");
        }
        for text in ["", "null", "[]", "<html/>", r#"{"a":["#, r#"{"a":1} {"#, "\"x\""] {
            assert!(whole_json(text.as_bytes()).is_err(), "{text}");
        }
    }
}
