//! What a finding is known again by in the next run, for readers that follow findings from run to run.

use crate::rules::Finding;
use std::collections::HashMap;

/// A fingerprint for each finding, in their order. It comes of the rule, the resource, whose it is and its cluster: neither places in
/// files nor wordings count. Findings that these don't tell apart are numbered, since readers take two with one
/// fingerprint for one.
pub(super) fn fingerprints(findings: &[Finding]) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    findings
        .iter()
        .map(|finding| {
            let mut parts = vec![
                finding.rule.as_str(),
                finding.resource.kind,
                &finding.resource.id,
                finding.account.as_deref().unwrap_or_default(),
                finding.region.as_deref().unwrap_or_default(),
            ];
            parts.extend(finding.cluster.as_deref());
            let hash = hash(&parts);
            let number = seen.entry(hash.clone()).and_modify(|number| *number += 1).or_insert(1);
            format!("{hash}:{number}")
        })
        .collect()
}

/// The fingerprint of what has these parts and is no finding.
pub(super) fn fingerprint(parts: &[&str]) -> String {
    hash(parts)
}

/// FNV-1a over the parts, each ended by a zero byte. It must never change: not with the version of Rust either, as the
/// standard library's hashers may.
fn hash(parts: &[&str]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, Sample};

    #[test]
    fn hashes_are_fnv_1a() {
        // The hash of nothing is from the algorithm's description; the other was computed by another program.
        assert_eq!(hash(&[]), "cbf29ce484222325");
        assert_eq!(hash(&["nat/in-public-subnet", "AWS::EC2::NatGateway"]), "3aeefc6b5ee83c24");
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
    }

    #[test]
    fn places_and_wordings_do_not_count() {
        let first = Sample::indented();
        let mut moved = Sample::new(&[("other/name.json", &format!("\n\n{}", sample::minified(3)))], sample::all);
        for finding in &mut moved.judgement.findings {
            finding.message.push_str(", in other words");
        }
        assert_eq!(fingerprints(&first.judgement.findings), fingerprints(&moved.judgement.findings));
    }

    #[test]
    fn whatever_is_told_apart_has_its_own() {
        let mut findings = Sample::indented().judgement.findings;
        let mut elsewhere = findings[0].clone();
        elsewhere.account = Some("210987654321".into());
        findings.extend([findings[0].clone(), elsewhere]);
        let found = fingerprints(&findings);
        let distinct: std::collections::BTreeSet<_> = found.iter().collect();
        assert_eq!(distinct.len(), 5, "{found:?}");
        assert!(found[0].ends_with(":1") && found[3] == found[0].replace(":1", ":2"), "{found:?}");
    }
}
