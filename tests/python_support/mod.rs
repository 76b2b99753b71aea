//! Virtual environments of Python below the target directory, for tests that need a Python package.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python of an environment with these requirements, which is made first if it isn't there, or was made for others.
pub(crate) fn environment(name: &str, requirements: &Path) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is below the target directory");
    let folder = target.join(format!("{name}-venv"));
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    // Several test processes may start at once: one installs, the others wait. The lock goes with the process.
    let lock = File::create(target.join(format!("{name}-venv.lock"))).expect("the target directory can be written");
    lock.lock().expect("the file system knows locks");
    let wanted = fs::read_to_string(requirements).expect("the requirements are checked in");
    let stamp = folder.join("installed-requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) && python.exists() {
        return python;
    }
    let system = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    run(Command::new(system).args(["-m", "venv", "--clear"]).arg(&folder));
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(requirements));
    fs::write(&stamp, wanted).expect("the environment was just made");
    python
}

fn run(command: &mut Command) {
    let outcome = command.output();
    match &outcome {
        Ok(output) if output.status.success() => {}
        Ok(output) => panic!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => panic!("{command:?} cannot be started: {error}; the tests need Python 3.10 or newer"),
    }
}
