//! Not yet.
use super::Input;
use std::io::{self, Write};
pub(super) fn write(_: &Input<'_>, _: &super::Style, _: &mut dyn Write) -> io::Result<()> { Ok(()) }
