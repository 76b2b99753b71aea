//! The text of `Fn::Sub`.

/// A part of such a text.
#[derive(Debug, PartialEq)]
pub(super) enum Part<'t> {
    /// As it stands.
    Text(&'t str),
    /// The name between `${` and `}`.
    Variable(&'t str),
}

/// Splits a text into its parts. `${!Name}` stands for `${Name}` itself.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html>
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        let Some(end) = from.find('}') else { break };
        let name = from.get(2..end).unwrap_or_default();
        parts.push(Part::Text(before));
        match name.strip_prefix('!') {
            Some(literal) => {
                parts.push(Part::Text("${"));
                parts.push(Part::Text(literal));
                parts.push(Part::Text("}"));
            }
            None => parts.push(Part::Variable(name.trim())),
        }
        rest = from.get(end + 1..).unwrap_or_default();
    }
    parts.push(Part::Text(rest));
    parts.retain(|part| *part != Part::Text(""));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_parts() {
        use Part::{Text, Variable};
        let cases: [(&str, &[Part<'_>]); 8] = [
            ("", &[]),
            ("a", &[Text("a")]),
            ("${A}", &[Variable("A")]),
            ("x${A}y${B.C}", &[Text("x"), Variable("A"), Text("y"), Variable("B.C")]),
            ("${AWS::Region}-é", &[Variable("AWS::Region"), Text("-é")]),
            ("${!A}b", &[Text("${"), Text("A"), Text("}"), Text("b")]),
            ("${ A }", &[Variable("A")]),
            ("$A ${B", &[Text("$A ${B")]),
        ];
        for (text, expected) in cases {
            assert_eq!(parts(text), expected, "{text}");
        }
    }
}
