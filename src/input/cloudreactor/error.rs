//! What can be wrong with the files of CloudReactor's deployer.

use super::super::InputError;
use crate::snapshot::Location;
use std::path::PathBuf;
use thiserror::Error;

/// Files of CloudReactor's deployer that can't be used.
#[derive(Debug, Error)]
pub enum CloudReactorError {
    /// A file can't be read, or is no YAML.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A file is missing.
    #[error("there is no file `{file}`")]
    NoFile {
        /// The file.
        file: String,
        /// The folder that was named.
        folder: String,
        /// The environments that the folder has.
        known: Vec<String>,
        /// The folder below it that has the files.
        below: Option<PathBuf>,
    },
    /// A file is encrypted.
    #[error("this file is encrypted with ansible-vault")]
    Encrypted {
        /// Where it says so.
        location: Location,
    },
    /// The files are not the deployer's.
    #[error("this is not the configuration of CloudReactor's deployer")]
    NotSettings {
        /// Where.
        location: Location,
    },
    /// The files are of another schema.
    #[error("these files have schema {found}, and fargcheck reads schema 4 and the form before it")]
    Schema {
        /// Their schema.
        found: String,
        /// Where that is said.
        location: Location,
    },
    /// No task is deployed.
    #[error("no task is deployed to `{environment}`")]
    NoTask {
        /// The environment.
        environment: String,
        /// The common file.
        location: Location,
    },
    /// A setting has another type.
    #[error("`{key}` must be {expected}")]
    WrongType {
        /// The setting.
        key: String,
        /// What it must be.
        expected: &'static str,
        /// Where.
        location: Location,
    },
}

impl CloudReactorError {
    /// Identifies the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            CloudReactorError::Input(error) => error.code(),
            CloudReactorError::NoFile { .. } => "cloudreactor/no-file",
            CloudReactorError::Encrypted { .. } => "cloudreactor/encrypted",
            CloudReactorError::NotSettings { .. } => "cloudreactor/not-settings",
            CloudReactorError::Schema { .. } => "cloudreactor/schema",
            CloudReactorError::NoTask { .. } => "cloudreactor/no-task",
            CloudReactorError::WrongType { .. } => "cloudreactor/wrong-type",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            CloudReactorError::Input(error) => error.help(),
            CloudReactorError::NoFile { below: Some(below), .. } => {
                format!("the files are in another folder: --cloudreactor {}", below.display())
            }
            CloudReactorError::NoFile { known, folder, .. } if !known.is_empty() => {
                format!("`{folder}` has files of these environments: {}", known.join(", "))
            }
            CloudReactorError::NoFile { .. } => {
                "name the folder that has `common.yml` and a file for each environment: `deploy_config/vars`, or `deploy/vars`".into()
            }
            CloudReactorError::Encrypted { .. } => {
                "decrypt it first, such as into a folder of its own: ansible-vault decrypt --output FILE".into()
            }
            CloudReactorError::NotSettings { .. } => {
                "`common.yml` must have `schema_version: 4`, or `task_name_to_config` as the deployer took it before".into()
            }
            CloudReactorError::Schema { .. } => "check the version: it is a number, 4".into(),
            CloudReactorError::NoTask { .. } => {
                "tasks are the keys of `project_task_name_to_config` (once `task_name_to_config`); those with `deployed: false` are left out".into()
            }
            CloudReactorError::WrongType { .. } => {
                "`example.yml` of the deployer shows its settings: https://github.com/CloudReactor/aws-ecs-cloudreactor-deployer".into()
            }
        }
    }

    /// Where, with what to say about each place.
    pub fn labels(&self) -> Vec<(Location, String)> {
        let (location, text) = match self {
            CloudReactorError::Input(error) => return error.labels(),
            CloudReactorError::NoFile { .. } => return Vec::new(),
            CloudReactorError::Encrypted { location } => (location, "here"),
            CloudReactorError::NotSettings { location } => (location, "in this file"),
            CloudReactorError::Schema { location, .. } => (location, "the schema"),
            CloudReactorError::NoTask { location, .. } => (location, "in this file"),
            CloudReactorError::WrongType { location, .. } => (location, "this value"),
        };
        vec![(location.clone(), text.to_owned())]
    }
}
