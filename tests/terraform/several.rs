//! Plans and states of one network, each with a part of it, in one run.

use super::support::*;

/// What the arguments of the network's resources name.
const LINKS: [(&str, &str, &str); 16] = [
    ("aws_internet_gateway.main", "vpc_id", "aws_vpc.main"),
    ("aws_subnet.public", "vpc_id", "aws_vpc.main"),
    ("aws_subnet.private[0]", "vpc_id", "aws_vpc.main"),
    ("aws_subnet.private[1]", "vpc_id", "aws_vpc.main"),
    ("aws_route_table.public", "vpc_id", "aws_vpc.main"),
    ("aws_route_table.private", "vpc_id", "aws_vpc.main"),
    ("aws_security_group.app", "vpc_id", "aws_vpc.main"),
    ("aws_nat_gateway.main", "subnet_id", "aws_subnet.public"),
    ("aws_nat_gateway.main", "allocation_id", "aws_eip.nat"),
    ("aws_route.internet", "gateway_id", "aws_internet_gateway.main"),
    ("aws_route.nat", "nat_gateway_id", "aws_nat_gateway.main"),
    ("aws_route.internet", "route_table_id", "aws_route_table.public"),
    ("aws_route.nat", "route_table_id", "aws_route_table.private"),
    ("aws_route_table_association.public", "subnet_id", "aws_subnet.public"),
    ("aws_route_table_association.private[0]", "subnet_id", "aws_subnet.private[0]"),
    ("aws_route_table_association.private[1]", "subnet_id", "aws_subnet.private[1]"),
];

/// The network's plan when all of it exists already, by ids that the service's plan knows.
fn network() -> Value {
    let mut found = plan("states-network");
    let changes = found["resource_changes"].as_array().into_iter().flatten();
    let addresses: Vec<String> = changes.filter_map(|change| change["address"].as_str().map(str::to_owned)).collect();
    let id = |address: &str| match address {
        "aws_subnet.private[0]" => json!("subnet-0a1b2c3d4e5f60001"),
        "aws_subnet.private[1]" => json!("subnet-0a1b2c3d4e5f60002"),
        "aws_security_group.app" => json!("sg-0a1b2c3d4e5f60001"),
        _ => json!(format!("thing-00000000{:08x}", addresses.iter().position(|known| known == address).unwrap_or(0))),
    };
    for address in &addresses {
        set(&mut found, address, "id", id(address));
        set(&mut found, address, "arn", json!(format!("arn:aws:ec2:us-east-1:123456789012:thing/{address}")));
        change(&mut found, address)["change"]["actions"] = json!(["no-op"]);
        if address.starts_with("aws_route_table_association") {
            let table = if address.ends_with(']') { "aws_route_table.private" } else { "aws_route_table.public" };
            set(&mut found, address, "route_table_id", id(table));
        }
    }
    for (address, attribute, to) in LINKS {
        set(&mut found, address, attribute, id(to));
    }
    found
}

/// The same as a state, as `terraform show -json` prints it.
fn state(plan: &Value) -> Value {
    let changes = plan["resource_changes"].as_array().into_iter().flatten();
    let resources = changes.map(|one| {
        json!({"address": one["address"], "mode": "managed", "type": one["type"], "name": one["name"],
            "index": one["index"], "values": one["change"]["after"]})
    });
    let resources: Vec<Value> = resources.collect();
    json!({"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": resources}}})
}

/// The rules that find errors.
fn errors(run: &Run) -> Vec<String> {
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let grave = findings.iter().filter(|finding| finding["severity"] == "error");
    grave.filter_map(|finding| finding["rule"].as_str().map(str::to_owned)).collect()
}

fn written(network: &Value, service: &Value) -> Scratch {
    Scratch::new("several").with("network.json", &network.to_string()).with("service.json", &service.to_string())
}

#[test]
fn a_service_runs_in_the_network_of_another_plan_in_either_order() {
    let scratch = written(&network(), &plan("states-service"));
    for order in [["network.json", "service.json"], ["service.json", "network.json"]] {
        let run = lint(&scratch.0, &order);
        assert_eq!((run.code, errors(&run)), (0, Vec::<String>::new()), "{order:?}: {run:#?}");
        assert_eq!(verdicts(&run), ["app → public.ecr.aws: reachable"], "{order:?}: {run:#?}");
    }
}

#[test]
fn a_service_runs_in_the_network_of_a_state() {
    let scratch = written(&state(&network()), &plan("states-service"));
    let run = lint(&scratch.0, &["network.json", "service.json"]);
    assert_eq!((run.code, errors(&run)), (0, Vec::<String>::new()), "{run:#?}");
    assert_eq!(verdicts(&run), ["app → public.ecr.aws: reachable"], "{run:#?}");
}

#[test]
fn without_the_rule_of_the_other_plan_the_group_lets_nothing_out() {
    let mut service = plan("states-service");
    without(&mut service, "aws_vpc_security_group_egress_rule.out");
    let run = lint(&written(&network(), &service).0, &["network.json", "service.json"]);
    assert_eq!((run.code, errors(&run)), (1, vec!["sg/egress".to_owned()]), "{run:#?}");
}

#[test]
fn what_one_plan_deletes_breaks_what_the_other_runs_there() {
    let mut network = network();
    change(&mut network, "aws_route.nat")["change"] = {
        let mut change = change(&mut network, "aws_route.nat")["change"].clone();
        change["actions"] = json!(["delete"]);
        change["before"] = change["after"].take();
        change
    };
    let scratch = written(&network, &plan("states-service"));
    let run = lint(&scratch.0, &["network.json", "service.json"]);
    assert_eq!((run.code, errors(&run)), (1, vec!["route/private-default-nat".to_owned()]), "{run:#?}");
    let found = &run.json()["findings"][0];
    assert_eq!(
        (&found["affects"][0]["workload"], &found["locations"][0]["file"]),
        (&json!("app"), &json!("network.json"))
    );
}

#[test]
fn what_is_yet_to_be_made_is_told_apart_by_its_file() {
    let scratch = Scratch::new("alike")
        .with("a/plan.json", &plan("founding-nat").to_string())
        .with("b.json", &plan("founding-endpoints").to_string());
    let run = lint(&scratch.0, &["a/plan.json", "b.json"]);
    for id in ["\"plan.module.", "\"b.module."] {
        assert!(run.out.contains(id), "{id}: {}", run.out);
    }
    // Each is a network of its own, and says what it says alone.
    let without_cluster = |line: String| line.rsplit_once('/').map_or(line.clone(), |(_, own)| own.to_owned());
    let mut both: Vec<String> = verdicts(&run).into_iter().map(without_cluster).collect();
    both.sort();
    let mut alone = [verdicts(&lint(&scratch.0, &["a/plan.json"])), verdicts(&lint(&scratch.0, &["b.json"]))].concat();
    alone.sort();
    assert_eq!(both, alone);
}

#[test]
fn onto_what_is_there_both_are_deployed() {
    let there = json!({"Vpcs": [], "Subnets": [], "fargcheck": {"region": "us-east-1"}}).to_string();
    let scratch = written(&network(), &plan("states-service")).with("there.json", &there);
    let run = lint(&scratch.0, &["network.json", "service.json", "--onto", "there.json"]);
    assert_eq!(verdicts(&run), ["app → public.ecr.aws: reachable"], "{run:#?}");
}

#[test]
fn a_plan_that_does_not_name_its_region_is_where_the_other_is() {
    let mut service = plan("states-service");
    service["configuration"]["provider_config"]["aws"]["expressions"]
        .as_object_mut()
        .expect("an object")
        .remove("region");
    let run = lint(&written(&network(), &service).0, &["service.json", "network.json"]);
    assert_eq!((run.code, verdicts(&run)), (0, vec!["app → public.ecr.aws: reachable".to_owned()]), "{run:#?}");
}
