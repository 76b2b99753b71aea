//! What is wrong with a syntax tree.

use crate::rules::plan::Ty;

/// What is wrong, and with which node.
#[derive(Debug)]
pub(super) struct Fault {
    /// The node's position among all.
    pub(super) at: usize,
    pub(super) focus: Focus,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// Set where the tree is too deep to be read again.
    pub(super) deep: bool,
}

/// Which part of a node a fault is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Focus {
    /// The name of its field, function or variable.
    Name,
    /// All of it.
    All,
}

/// The type with its article.
pub(super) fn with_article(ty: &Ty) -> String {
    let text = ty.to_string();
    let article = if text.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {text}")
}

pub(super) fn unsupported(at: usize, message: &str, help: &str) -> Box<Fault> {
    fault(at, Focus::All, "rule/unsupported", message.to_owned(), Some(help.to_owned()))
}

pub(super) fn fault(at: usize, focus: Focus, code: &'static str, message: String, help: Option<String>) -> Box<Fault> {
    Box::new(Fault { at, focus, code, message, help, deep: false })
}
