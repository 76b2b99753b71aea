//! Two faults in one place: the one is told beside the other, so that mending the one brings no new error.

use super::clients::told_with_severity;
use super::rows::sound;
use serde_json::{Value, json};
use std::path::Path;

type Row = (&'static str, fn() -> Value, &'static [(&'static str, &'static str)]);

fn failing(rule: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/rules/{rule}/fail.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Lets the tasks' group out to the VPC's own addresses alone.
fn let_out_inside(network: &mut Value) {
    let groups = network["SecurityGroups"].as_array_mut().expect("a list").iter_mut();
    for group in groups.filter(|group| group["GroupName"] == "app") {
        group["IpPermissionsEgress"] = json!([{
            "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{ "CidrIp": "10.0.0.0/16" }]
        }]);
    }
}

const ROWS: &[Row] = &[
    (
        "the tasks' group lets nothing out to S3, and S3's gateway endpoint has lost its route",
        || {
            let mut network = failing("endpoint/s3-gateway-route");
            let_out_inside(&mut network);
            network
        },
        &[("endpoint/s3-gateway-route", "rtb-"), ("sg/egress", "sg-0dc2974ad1d8fc7ac")],
    ),
    (
        "the tasks' group lets nothing out to S3, which has its route",
        || {
            let mut network = sound("endpoint/s3-gateway-route");
            let_out_inside(&mut network);
            network
        },
        &[("sg/egress", "sg-0dc2974ad1d8fc7ac")],
    ),
    (
        "a network ACL and the load balancer's group keep all clients out",
        || {
            let mut network = failing("nacl/load-balancer-subnet");
            network["SecurityGroups"][2]["IpPermissions"] = json!([]);
            network
        },
        &[("nacl/load-balancer-subnet", "acl-"), ("sg/load-balancer-ingress", "")],
    ),
];

#[test]
fn a_fault_hides_no_other() {
    let mut complaints = Vec::new();
    for (name, network, expected) in ROWS {
        let told = told_with_severity(&network());
        let errors: Vec<_> = told.iter().filter(|(severity, ..)| severity == "error").collect();
        let fits = errors.len() == expected.len()
            && errors.iter().zip(*expected).all(|((_, rule, id), due)| rule == due.0 && id.starts_with(due.1));
        if !fits {
            complaints.push(format!("{name}: {told:?}"));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
