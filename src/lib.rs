//! fargcheck says whether an ECS Fargate task can work in an AWS network, what exactly stops it, and what to change.
//!
//! The library is the program's own: `input` reads what the user has, `snapshot` holds it, `network` resolves it, `reach`
//! answers what can reach what, `facts` shows that to the rules, `rules` judges, `report` shows the judgement, and `cli`
//! has a module for each command. `docs/architecture.md` has the whole picture.

pub mod cli;
#[cfg(feature = "scan")]
pub mod collect;
pub mod facts;
pub mod input;
pub mod network;
pub mod reach;
pub mod report;
pub mod rules;
pub mod snapshot;
