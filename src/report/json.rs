//! Not yet.
use super::Input;
use std::io::{self, Write};
pub(super) fn write(_: &Input<'_>, _: &mut dyn Write) -> io::Result<()> { Ok(()) }
