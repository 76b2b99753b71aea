//! Turns `rules/**/*.toml` into a list of constants that the binary holds, and parses their expressions: loading them costs
//! nothing at run time, and a key of the wrong shape is an error of the build.

#[path = "src/rules/files.rs"]
mod files;
#[path = "src/rules/pieces.rs"]
mod pieces;
#[allow(dead_code, reason = "a run reads what the build writes")]
#[path = "src/rules/expression/syntax.rs"]
mod syntax;

use pieces::{Piece, Pieces};
use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};
use toml::{Table, Value};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("rules");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/rules/files.rs");
    println!("cargo::rerun-if-changed=src/rules/pieces.rs");
    println!("cargo::rerun-if-changed=src/rules/expression/syntax.rs");
    stand_at_a_fixed_address()?;
    let files = match root.is_dir() {
        true => files::find(&root).map_err(|(folder, error)| format!("{}: {error}", folder.display()))?,
        false => Vec::new(),
    };

    let mut rules = Vec::new();
    let mut expressions = BTreeSet::new();
    let mut broken = false;
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        match read(&root, file, &mut expressions) {
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
    let target = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(target.join("rules.rs"), format!("&[{}]", rules.concat()))?;
    let (entries, bytes) = parsed(&expressions)?;
    fs::write(target.join("expressions.rs"), format!("&{entries:?}"))?;
    fs::write(target.join("expressions"), bytes)?;
    Ok(())
}

/// Links the program to stand at a fixed address: one that may stand anywhere has every address in its tables put right
/// before each run, 93,000 of them with the SDK's (docs/architecture.md).
fn stand_at_a_fixed_address() -> Result<(), env::VarError> {
    if env::var("CARGO_CFG_TARGET_OS")? == "linux" && env::var("CARGO_CFG_TARGET_ENV")? == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
    Ok(())
}

/// An expression, by its length and then by its text.
type Expression = (usize, String);

/// Where an expression stands, and how long it and its syntax are.
type Entry = (u32, u16, u16);

/// The expressions that can be parsed, each followed by its syntax, and where each stands, as `expression/ready.rs` reads
/// it. Of one that can't be parsed, the rule's test says what is wrong.
fn parsed(expressions: &BTreeSet<Expression>) -> Result<(Vec<Entry>, Vec<u8>), Box<dyn Error>> {
    let (mut entries, mut bytes) = (Vec::new(), Vec::new());
    for (_, text) in expressions {
        let Ok(tree) = cel::parser::PrattParser::new().parse(text) else { continue };
        let (syntax, _) = syntax::write(&tree);
        entries.push((u32::try_from(bytes.len())?, u16::try_from(text.len())?, u16::try_from(syntax.len())?));
        bytes.extend_from_slice(text.as_bytes());
        bytes.extend_from_slice(&syntax);
    }
    Ok((entries, bytes))
}

/// Takes in the expressions of a rule.
fn collect_expressions(rule: &Table, found: &mut BTreeSet<Expression>) {
    let at = rule.get("at").and_then(Value::as_array).into_iter().flatten();
    let at: Vec<&Table> = at.filter_map(Value::as_table).collect();
    let of = |table: &&Table, key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
    let plain = ["when", "require", "resource", "harm"].into_iter().filter_map(|key| of(&rule, key));
    let plain = plain.chain(at.iter().filter_map(|entry| of(entry, "fact")));
    found.extend(plain.map(|text| (text.len(), text)));
    let templates = ["message", "help"].into_iter().filter_map(|key| of(&rule, key));
    for template in templates.chain(at.iter().filter_map(|entry| of(entry, "label"))) {
        found.extend(Pieces::of(&template).filter_map(|piece| match piece {
            Piece::Value(_, text) => Some((text.len(), text.to_owned())),
            Piece::Text(_) | Piece::Stray(_) => None,
        }));
    }
}

/// One rule as the source of a tuple `(id, path, RuleFile)`, its expressions put with the others.
fn read(root: &Path, file: &Path, expressions: &mut BTreeSet<Expression>) -> Result<String, Box<dyn Error>> {
    let id = files::id(root, file);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '/';
    if !id.chars().all(plain) || id.split('/').count() != 2 {
        return Err(format!("`{id}` is no rule id: rules/<group>/<name>.toml, in lower case with hyphens").into());
    }
    let mut rule: Table = toml::from_str(&fs::read_to_string(file)?)?;
    collect_expressions(&rule, expressions);
    let mut source = format!("({id:?}, {:?}, RuleFile {{", format!("rules/{id}.toml"));
    source.push_str(&format!("severity: {},", severity(&text(&mut rule, "severity")?)?));
    for key in ["title", "subject", "require", "message", "help"] {
        source.push_str(&format!("{key}: {},", borrowed(&text(&mut rule, key)?)));
    }
    for key in ["when", "resource", "harm", "why", "known_problems", "deprecated"] {
        source.push_str(&format!("{key}: {},", optional(&mut rule, key)?));
    }
    source.push_str(&format!("catch_all: {},", flag(&mut rule, "catch_all")?));
    for key in ["explains", "symptom", "aliases"] {
        let texts = list(&mut rule, key)?.iter().map(|entry| Ok(borrowed(string(entry, key)?))).collect::<Sources>()?;
        source.push_str(&format!("{key}: Cow::Borrowed(&[{}]),", texts.join(",")));
    }
    for (key, ty, fields) in [("at", "At", at as Fields), ("sources", "Citation", citation)] {
        let entries = list(&mut rule, key)?.into_iter().map(|entry| {
            let Value::Table(mut entry) = entry else {
                return Err(format!("an entry of `{key}` is no table").into());
            };
            let fields = fields(&mut entry)?;
            nothing_left(&entry)?;
            Ok(format!("crate::rules::{ty} {{ {fields} }}"))
        });
        source.push_str(&format!("{key}: Cow::Borrowed(&[{}]),", entries.collect::<Sources>()?.join(",")));
    }
    nothing_left(&rule)?;
    Ok(source + "}),\n")
}

type Sources = Result<Vec<String>, Box<dyn Error>>;
type Fields = fn(&mut Table) -> Result<String, Box<dyn Error>>;

fn at(entry: &mut Table) -> Result<String, Box<dyn Error>> {
    Ok(format!("fact: {}, label: {}", borrowed(&text(entry, "fact")?), borrowed(&text(entry, "label")?)))
}

fn citation(entry: &mut Table) -> Result<String, Box<dyn Error>> {
    let fields = ["document", "aws", "url", "quote"].map(|key| Ok(format!("{key}: {}", optional(entry, key)?)));
    Ok(fields.into_iter().collect::<Sources>()?.join(","))
}

fn severity(level: &str) -> Result<&'static str, Box<dyn Error>> {
    match level {
        "error" => Ok("crate::rules::Severity::Error"),
        "warning" => Ok("crate::rules::Severity::Warning"),
        "info" => Ok("crate::rules::Severity::Info"),
        _ => Err(format!("`{level}` is no severity: error, warning or info").into()),
    }
}

fn text(table: &mut Table, key: &str) -> Result<String, Box<dyn Error>> {
    let value = table.remove(key).ok_or_else(|| format!("the key `{key}` is missing"))?;
    string(&value, key).map(str::to_owned)
}

fn optional(table: &mut Table, key: &str) -> Result<String, Box<dyn Error>> {
    match table.remove(key) {
        Some(value) => Ok(format!("Some({})", borrowed(string(&value, key)?))),
        None => Ok("None".to_owned()),
    }
}

fn flag(table: &mut Table, key: &str) -> Result<bool, Box<dyn Error>> {
    match table.remove(key) {
        Some(value) => value.as_bool().ok_or_else(|| format!("`{key}` is neither true nor false").into()),
        None => Ok(false),
    }
}

fn list(table: &mut Table, key: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    match table.remove(key) {
        Some(Value::Array(entries)) => Ok(entries),
        Some(_) => Err(format!("`{key}` is no list").into()),
        None => Ok(Vec::new()),
    }
}

fn string<'v>(value: &'v Value, key: &str) -> Result<&'v str, Box<dyn Error>> {
    value.as_str().ok_or_else(|| format!("`{key}` is no text").into())
}

fn borrowed(text: &str) -> String {
    format!("Cow::Borrowed({text:?})")
}

fn nothing_left(table: &Table) -> Result<(), Box<dyn Error>> {
    match table.keys().next() {
        Some(key) => Err(format!("a rule has no key `{key}`").into()),
        None => Ok(()),
    }
}
