//! Reads what `syntax` wrote.

use super::syntax::{Foreign, Shape, Token};

/// A place in the bytes of a syntax.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'s> {
    bytes: &'s [u8],
    /// The position of the next node among all nodes, which tells it from the others.
    position: usize,
}

impl<'s> Reader<'s> {
    pub(super) fn new(bytes: &'s [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// The position of the next node.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// The next node. Where the bytes end, nothing is there.
    pub(super) fn next(&mut self) -> Token<'s> {
        self.position += 1;
        self.token().unwrap_or(Token::Foreign(Foreign::Nothing))
    }

    fn token(&mut self) -> Option<Token<'s>> {
        Some(match self.byte()? {
            b'b' => Token::Bool(self.byte()? != 0),
            b'i' => {
                let (number, rest) = self.bytes.split_first_chunk()?;
                self.bytes = rest;
                Token::Int(i64::from_le_bytes(*number))
            }
            b't' => Token::Text(self.text()?),
            b'v' => Token::Variable(self.text()?),
            b'f' => Token::Field(self.text()?),
            b'h' => Token::Has(self.text()?),
            kind @ (b'c' | b'm') => Token::Call { name: self.text()?, is_method: kind == b'm', parts: self.length()? },
            b'l' => Token::List(self.length()?),
            b'e' => {
                const SHAPES: [Shape; 7] = [
                    Shape::Unknown,
                    Shape::Exists,
                    Shape::All,
                    Shape::ExistsOne,
                    Shape::Filter,
                    Shape::Map,
                    Shape::MapWhere,
                ];
                let shape = self.byte()?;
                let shape = SHAPES.into_iter().find(|known| *known as u8 == shape)?;
                Token::Macro { shape, variable: self.text()? }
            }
            b'?' => {
                let what = self.byte()?;
                let known = [Foreign::Structure, Foreign::Null, Foreign::Number];
                Token::Foreign(known.into_iter().find(|known| *known as u8 == what)?)
            }
            _ => return None,
        })
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*byte)
    }

    fn length(&mut self) -> Option<usize> {
        let (length, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(usize::from(u16::from_le_bytes(*length)))
    }

    fn text(&mut self) -> Option<&'s str> {
        let length = self.length()?;
        let (text, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        std::str::from_utf8(text).ok()
    }
}
