//! Takes a template apart. The build does so too, to parse what stands in braces.

/// A part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'s> {
    /// Text, a doubled brace of it once.
    Text(&'s str),
    /// An expression, and where it begins.
    Value(usize, &'s str),
    /// Where a brace stands that lacks the other.
    Stray(usize),
}

/// The parts of a template. Behind a stray brace nothing more is found.
pub(crate) struct Pieces<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Pieces<'s> {
    pub(crate) fn of(source: &'s str) -> Self {
        Self { source, at: 0 }
    }
}

impl<'s> Iterator for Pieces<'s> {
    type Item = Piece<'s>;

    fn next(&mut self) -> Option<Piece<'s>> {
        let begin = self.at;
        let rest = self.source.get(begin..).filter(|rest| !rest.is_empty())?;
        let brace = rest.find(['{', '}']).unwrap_or(rest.len());
        if brace > 0 {
            self.at += brace;
            return rest.get(..brace).map(Piece::Text);
        }
        if rest.starts_with("{{") || rest.starts_with("}}") {
            self.at += 2;
            return rest.get(..1).map(Piece::Text);
        }
        let Some(end) = end_of_value(rest).filter(|_| rest.starts_with('{')) else {
            self.at = self.source.len();
            return Some(Piece::Stray(begin));
        };
        self.at += end + 1;
        rest.get(1..end).map(|value| Piece::Value(begin + 1, value))
    }
}

/// The index of the brace that closes the one at the start.
fn end_of_value(rest: &str) -> Option<usize> {
    unquoted(rest).find(|&(_, c)| c == '}').map(|(index, _)| index)
}

/// The characters of an expression that stand outside its texts, with their indices.
pub(crate) fn unquoted(source: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    let mut escaped = false;
    source.char_indices().filter(move |&(_, c)| {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None => return true,
        }
        false
    })
}
