//! A directory of a configuration → its modules.
//! <https://developer.hashicorp.com/terraform/language/files>

use super::super::file;
use super::json;
use crate::input::error::InputError;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body, Structure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// A file of a configuration is written by hand: a larger one is none.
const LARGEST: u64 = 8 << 20;

/// A module, as its files have it.
#[derive(Default)]
pub(in super::super) struct Module {
    pub(super) locals: BTreeMap<String, Expression>,
    pub(super) variables: BTreeMap<String, Body>,
    pub(super) outputs: BTreeMap<String, Expression>,
    /// By address: `aws_subnet.a`, `data.aws_vpc.b`.
    pub(super) resources: BTreeMap<String, Body>,
    pub(super) calls: BTreeMap<String, Body>,
}

/// The modules of a configuration, as far as they could be read.
#[derive(Default)]
pub(in super::super) struct Modules {
    /// By path: the names of the modules on the way, `network.subnets`; empty for the root.
    modules: BTreeMap<String, Module>,
    /// Which could not be read, and why.
    pub(in super::super) unread: Vec<(String, String)>,
}

/// What `terraform init` notes of the modules that it fetched.
#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "Modules", default)]
    modules: Vec<Fetched>,
}

#[derive(Deserialize)]
struct Fetched {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Dir")]
    folder: PathBuf,
}

impl Modules {
    /// Reads the modules of a plan's configuration from the directory of its root module.
    ///
    /// # Errors
    /// The directory can't be read, or has not what was planned. Of the modules that it calls that is only unknown.
    pub(in super::super) fn read(folder: &Path, planned: &file::Module) -> Result<Self, InputError> {
        let path = || folder.display().to_string();
        fs::read_dir(folder).map_err(|error| InputError::Unreadable { path: path(), error })?;
        let manifest = fs::read(folder.join(".terraform/modules/modules.json")).ok();
        let manifest = manifest.and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok());
        let fetched = manifest.map(|manifest| manifest.modules).unwrap_or_default();
        // What is fetched lies below the root module, or is named by it.
        let is_relative = |one: &Fetched| one.folder.components().all(|part| !matches!(part, Component::RootDir));
        let fetched = fetched.into_iter().filter(is_relative).map(|one| (one.key, folder.join(one.folder))).collect();
        let mut written = Modules::default();
        written.read_module(String::new(), folder, planned, &fetched);
        match written.unread.pop() {
            Some((_, why)) if written.modules.is_empty() => Err(InputError::NotPlanned { path: path(), why }),
            last => {
                written.unread.extend(last);
                Ok(written)
            }
        }
    }

    /// A module by the names on the way to it.
    pub(super) fn module(&self, path: &str) -> Option<&Module> {
        self.modules.get(path)
    }

    fn read_module(
        &mut self,
        path: String,
        folder: &Path,
        planned: &file::Module,
        fetched: &BTreeMap<String, PathBuf>,
    ) {
        let shown = || {
            if path.is_empty() {
                "the root module".to_owned()
            } else {
                format!("module.{}", path.replace('.', ".module."))
            }
        };
        let module = match Module::read(folder).and_then(|module| module.checked(planned)) {
            Ok(module) => module,
            Err(why) => return self.unread.push((shown(), why)),
        };
        for (name, call) in &planned.module_calls {
            let key = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let source = module.calls.get(name).and_then(|call| call.get_attribute("source")?.value.as_str());
            let own = source.filter(|source| source.starts_with("./") || source.starts_with("../"));
            let place = own.map(|own| folder.join(own)).or_else(|| fetched.get(&key).cloned());
            match place {
                Some(place) => self.read_module(key, &place, &call.module, fetched),
                None => {
                    let why = "its source is not in .terraform/modules: run `terraform init` there";
                    self.unread.push((format!("module.{}", key.replace('.', ".module.")), why.to_owned()));
                }
            }
        }
        self.modules.insert(path, module);
    }
}

impl Module {
    /// Reads the files of a directory, none of those below it.
    fn read(folder: &Path) -> Result<Self, String> {
        let shown = |path: &Path, why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
        let entries = fs::read_dir(folder).map_err(|error| shown(folder, &error))?;
        let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.sort();
        let mut module = Module::default();
        for file in files {
            let Some(name) = file.file_name().and_then(|name| name.to_str()) else { continue };
            if name.starts_with('.') || name.ends_with('~') {
                continue;
            }
            let is_json = name.ends_with(".tf.json");
            if name.ends_with(".tofu") || name.ends_with(".tofu.json") {
                return Err(shown(&file, &"files of OpenTofu's own kind are not read"));
            }
            let Some(stem) = name.strip_suffix(".tf.json").or_else(|| name.strip_suffix(".tf")) else { continue };
            if stem == "override" || stem.ends_with("_override") {
                return Err(shown(&file, &"override files are not read"));
            }
            let known = fs::metadata(&file).map_err(|error| shown(&file, &error))?;
            if !known.is_file() || known.len() > LARGEST {
                return Err(shown(&file, &"it is no file, or larger than 8 MiB"));
            }
            let text = fs::read_to_string(&file).map_err(|error| shown(&file, &error))?;
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            let body = if is_json {
                json::body(text)
            } else {
                hcl_edit::parser::parse_body(text).map_err(|error| error.message().to_owned())
            };
            module.take(body.map_err(|why| shown(&file, &why))?);
        }
        Ok(module)
    }

    fn take(&mut self, body: Body) {
        let blocks = body.into_iter().filter_map(|structure| match structure {
            Structure::Block(block) => Some(block),
            Structure::Attribute(_) => None,
        });
        for block in blocks {
            let Block { labels, body, .. } = &block;
            let label = |at: usize| labels.get(at).map(|label| label.as_str().to_owned());
            match (block.ident.as_str(), label(0), label(1)) {
                ("locals", None, None) => {
                    self.locals.extend(block.body.into_attributes().map(|one| (one.key.to_string(), one.value)));
                }
                ("variable", Some(name), None) => {
                    self.variables.insert(name, block.body);
                }
                ("output", Some(name), None) => {
                    let value = body.get_attribute("value").map(|value| value.value.clone());
                    self.outputs.extend(value.map(|value| (name, value)));
                }
                ("module", Some(name), None) => {
                    self.calls.insert(name, block.body);
                }
                ("resource", Some(ty), Some(name)) => {
                    self.resources.insert(format!("{ty}.{name}"), block.body);
                }
                ("data", Some(ty), Some(name)) => {
                    self.resources.insert(format!("data.{ty}.{name}"), block.body);
                }
                _ => {}
            }
        }
    }

    /// The module, where it is the one that was planned: a directory may be another's, or have been changed since.
    fn checked(self, planned: &file::Module) -> Result<Self, String> {
        let lacks = |what: String| Err(format!("it is not what was planned: it has no {what}"));
        if let Some(lost) = planned.resources.iter().find(|found| !self.resources.contains_key(&found.address)) {
            return lacks(lost.address.clone());
        }
        if let Some(lost) = planned.module_calls.keys().find(|name| !self.calls.contains_key(*name)) {
            return lacks(format!("module.{lost}"));
        }
        if let Some(lost) = planned.outputs.keys().find(|name| !self.outputs.contains_key(*name)) {
            return lacks(format!("output.{lost}"));
        }
        let more = |what: &str| Err(format!("it is not what was planned: {what} is not in the plan"));
        if let Some(new) =
            self.resources.keys().find(|address| !planned.resources.iter().any(|found| found.address == **address))
        {
            return more(new);
        }
        if let Some(new) = self.calls.keys().find(|name| !planned.module_calls.contains_key(*name)) {
            return more(&format!("module.{new}"));
        }
        Ok(self)
    }
}
