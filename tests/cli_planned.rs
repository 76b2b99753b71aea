//! Plans and templates, deployed onto what is there: every command that has a network takes them alike.

mod cli_support;

use cli_support::{Run, Scratch};

/// A VPC with a public subnet and two private ones behind a NAT gateway.
const NETWORK: &str = include_str!("../fixtures/rules/nat/in-public-subnet/pass.json");
const SUBNET: &str = "subnet-04c2cb0f785a4be86";
/// A service in a network that its parameters name.
const TEMPLATE: &str = include_str!("../fixtures/cloudformation/yaml/service-in-given-network.yaml");

/// Runs a command on the template, put onto the network or not.
fn run(command: &[&str], onto: bool) -> Run {
    let vpc = NETWORK.split("\"VpcId\": \"").nth(1).and_then(|rest| rest.split('"').next()).expect("it has a VPC");
    let parameters = [format!("VpcId={vpc}"), format!("Subnets={SUBNET}")];
    let parameters = parameters.iter().flat_map(|value| ["--parameters", value]);
    let mut arguments = command.to_vec();
    arguments.extend(parameters.chain(["--region", "us-east-1", "--stack-name", "shop"]));
    if onto {
        arguments.extend(["--onto", "network.json"]);
    }
    Scratch::new("planned").with("network.json", NETWORK).with("app.yaml", TEMPLATE).run(&arguments)
}

#[test]
fn every_command_takes_what_lint_takes() {
    let trace = run(&["trace", "app.yaml", "--from", "Service", "--to", "internet"], true);
    assert!(trace.code == 0 && trace.out.contains("nat-"), "{trace:#?}");
    let matrix = run(&["matrix", "app.yaml"], true);
    assert!(matrix.code == 0 && matrix.out.contains("public.ecr.aws"), "{matrix:#?}");
    let facts = run(&["facts", "app.yaml", SUBNET], true);
    assert!(facts.code == 0 && facts.out.contains(SUBNET), "{facts:#?}");
    let explain = run(&["explain", "cost/s3-through-nat", "--snapshot", "app.yaml"], true);
    assert!(explain.code == 0, "{explain:#?}");
    let lint = run(&["lint", "app.yaml"], true);
    assert_eq!(lint.code, 0, "{lint:#?}");
}

#[test]
fn without_what_is_there_the_way_is_not_known() {
    let trace = run(&["trace", "app.yaml", "--from", "Service", "--to", "internet"], false);
    assert!(trace.code == 3 && trace.out.contains(SUBNET), "{trace:#?}");
    let matrix = run(&["matrix", "app.yaml"], false);
    assert_eq!(matrix.code, 3, "{matrix:#?}");
}

/// The commands of a finding's help.
fn commands(run: &Run, rule: &str) -> Vec<String> {
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let found = findings.iter().find(|finding| finding["rule"] == rule).unwrap_or_else(|| panic!("{rule}: {run:#?}"));
    let help = found["help"].as_str().unwrap_or_default();
    help.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn commands_take_no_names_of_what_is_planned_for_ids() {
    const PLAN: &str = include_str!("../fixtures/terraform/founding-no-way-out.json");
    let plan = Scratch::new("plan").with("plan.json", PLAN).run(&["lint", "plan.json", "--format", "json"]);
    let lines = commands(&plan, "nat/present");
    let table = "--route-table-id <module.vpc.aws_default_route_table.private_rt> ";
    assert!(lines.iter().any(|line| line.starts_with("aws ec2") && line.contains(table)), "{lines:#?}");
    let last = lines.last().map(String::as_str).unwrap_or_default();
    assert!(last.starts_with("What stands in <…> is only planned"), "{lines:#?}");

    // What exists has its id, in a deployment too; what stands beside it says nothing of plans.
    let broken = include_str!("../fixtures/rules/nat/in-public-subnet/fail.json");
    let scratch = Scratch::new("onto").with("network.json", broken).with("app.yaml", TEMPLATE);
    let onto = ["--parameters", "VpcId=vpc-1", "--parameters", "Subnets=subnet-404", "--onto", "network.json"];
    let run = scratch.run(&[&["lint", "app.yaml", "--format", "json"], &onto[..]].concat());
    let lines = commands(&run, "nat/in-public-subnet");
    assert!(lines.iter().any(|line| line.contains("--route-table-id rtb-")), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.contains("planned")), "{lines:#?}");
}

#[test]
fn helps_name_the_input_wherever_they_are_shown() {
    let broken = include_str!("../fixtures/rules/workload/logs/fail.json");
    let scratch = Scratch::new("explained").with("network.json", broken);
    for command in [&["lint", "network.json"][..], &["explain", "workload", "--snapshot", "network.json"]] {
        let run = scratch.run(command);
        assert!(run.out.contains("fargcheck trace network.json --from"), "{run:#?}");
        assert!(!run.out.contains("<input>"), "{run:#?}");
    }
}
