//! The program. Everything is in the library; only the exit is here.

use std::process::ExitCode;

fn main() -> ExitCode {
    let end = |code| std::process::exit(code);
    ExitCode::from(fargcheck::cli::run(std::env::args_os(), end))
}
