//! Turns `rules/**/*.toml` into one JSON text that the binary embeds: reading it costs a fraction of reading TOML.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("rules");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=rules");
    let mut files = Vec::new();
    if root.is_dir() {
        collect(&root, &mut files)?;
    }
    files.sort();

    let mut rules = Vec::new();
    let mut broken = false;
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        match read(&root, file) {
            Ok(rule) => rules.push(rule),
            Err(error) => {
                broken = true;
                let text = format!("{}: {error}", file.display());
                for line in text.lines() {
                    println!("cargo::error={line}");
                }
            }
        }
    }
    if broken {
        return Err("a rule file is broken, see above".into());
    }
    let target = PathBuf::from(env::var("OUT_DIR")?).join("rules.json");
    fs::write(target, serde_json::to_string(&rules)?)?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    Ok(())
}

/// One rule as `{"id": "nat/available", "rule": {…}}`.
fn read(root: &Path, file: &Path) -> Result<serde_json::Value, Box<dyn Error>> {
    let id = file
        .strip_prefix(root)?
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join("/");
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '/';
    if !id.chars().all(plain) || id.split('/').count() != 2 {
        return Err(format!("`{id}` is no rule id: rules/<group>/<name>.toml, in lower case with hyphens").into());
    }
    let text = fs::read_to_string(file)?;
    let rule: serde_json::Value = toml::from_str(&text)?;
    for key in ["title", "severity", "subject", "require", "message", "help"] {
        if rule.get(key).is_none() {
            return Err(format!("the key `{key}` is missing").into());
        }
    }
    Ok(serde_json::json!({ "id": id, "rule": rule }))
}
