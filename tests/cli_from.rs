//! `trace --from`: what an interface of the input sends with.

mod cli_support;
#[path = "reach_cases/network.rs"]
mod network;

use cli_support::{Scratch, run_in};
use serde_json::json;

/// A network load balancer's interface may have no security group, and is then filtered by none.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html>
#[test]
fn an_interface_without_groups_is_filtered_by_none() {
    let with_groups = |groups: serde_json::Value| {
        let mut document = network::network();
        document["NetworkInterfaces"][3]["Groups"] = groups;
        let scratch = Scratch::new("from").with("network.json", &document.to_string());
        let arguments = ["trace", "network.json", "--from", "eni-near", "--to", "10.2.1.10", "--format", "json"];
        let json = run_in(&scratch.0, &arguments).json();
        (json["verdict"].to_string(), json["reasons"][0]["code"].to_string())
    };
    // The other end lets in who has sg-task.
    assert_eq!(with_groups(json!([{ "GroupId": "sg-task" }])), (r#""reachable""#.into(), "null".into()));
    assert_eq!(with_groups(json!([])), (r#""blocked""#.into(), r#""dest-sg""#.into()));
    assert_eq!(with_groups(json!([{ "GroupId": "sg-endpoint" }])).1, r#""sg-egress""#);
}
