//! `profile`: what a kind of network asks for, in one word. What a configuration says itself counts more.

use crate::cli::declared;
use crate::network::{AddsTo, Declaration};
use crate::rules::Severity;
use crate::snapshot::Location;
use schemars::JsonSchema;
use serde::Deserialize;

/// A kind of network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::cli) enum Profile {
    /// Tasks that CloudReactor manages: each needs the internet, by a NAT gateway or a public IP, and a security group that
    /// lets all TCP out.
    Cloudreactor,
    /// Isolated tasks: no internet, everything through VPC endpoints.
    Endpoints,
    /// Tasks in public subnets, each with a public IP.
    Public,
}

/// What a profile sets.
struct Preset {
    /// What everything that runs needs besides.
    needs: &'static [&'static str],
    /// Whether nothing is to go over the internet.
    isolated: bool,
    /// Rules that are left out.
    ignore: &'static [&'static str],
    /// Levels of rules.
    severity: &'static [(&'static str, Severity)],
}

impl Profile {
    fn preset(self) -> Preset {
        match self {
            // "Internet access will also be required"; "each task must be assigned a security group that allows all
            // outbound access (0.0.0.0.0/0) over TCP": CloudReactor's Networking.
            Profile::Cloudreactor => Preset {
                needs: &["internet"],
                isolated: false,
                ignore: &[],
                severity: &[("sg/all-outbound", Severity::Error)],
            },
            // What goes over the internet is for endpoint/isolated to tell. Narrow outbound rules are meant.
            Profile::Endpoints => Preset {
                needs: &[],
                isolated: true,
                ignore: &["sg/all-outbound", "workload/load-bearing"],
                severity: &[],
            },
            // That tasks live by their public IPs is meant; where one does nothing, the subnet is not what it is taken for.
            Profile::Public => Preset {
                needs: &[],
                isolated: false,
                ignore: &["workload/load-bearing"],
                severity: &[("workload/public-ip-useless", Severity::Error)],
            },
        }
    }

    /// Ids of the rules that it leaves out.
    pub(in crate::cli) fn ignored(self) -> &'static [&'static str] {
        self.preset().ignore
    }

    /// Levels that it gives to rules.
    pub(in crate::cli) fn severities(self) -> &'static [(&'static str, Severity)] {
        self.preset().severity
    }

    /// What it declares of everything that runs.
    pub(super) fn declaration(self, place: &Location) -> Option<Declaration> {
        let needs: Vec<_> =
            self.preset().needs.iter().filter_map(|need| declared::need(need, place.clone()).ok()).collect();
        let isolated = self.preset().isolated;
        (isolated || !needs.is_empty()).then(|| Declaration {
            needs,
            isolated,
            adds_to: Some(AddsTo::Everything),
            ..Declaration::new("the profile", place.clone())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::ENTITIES;
    use crate::rules::Catalogue;
    use crate::snapshot::SourceId;

    #[test]
    fn profiles_name_rules_and_needs_that_exist() {
        let catalogue = Catalogue::embedded(&ENTITIES).expect("the built-in rules can be loaded");
        let place = Location::Span { source: SourceId(0), start: 0, length: 1 };
        for profile in [Profile::Cloudreactor, Profile::Endpoints, Profile::Public] {
            let preset = profile.preset();
            for rule in preset.ignore.iter().chain(preset.severity.iter().map(|(rule, _)| rule)) {
                let own = catalogue.get(rule).unwrap_or_else(|| panic!("{profile:?} names {rule}"));
                let level = preset.severity.iter().find(|(name, _)| name == rule).map(|(_, level)| *level);
                assert_ne!(level, Some(own.file().severity), "{profile:?} changes nothing of {rule}");
            }
            let needs = profile.declaration(&place).map_or(0, |declaration| declaration.needs.len());
            assert_eq!(needs, preset.needs.len(), "{profile:?}");
        }
    }
}
