//! CloudFormation templates, from the file to what is said of it: what works is left alone, each fault is found and shown at
//! its place in the template, and what CloudFormation would refuse is refused.

mod cli_support;

use cli_support::{Run, Scratch, run_in};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cloudformation").join(name)
}

fn text_of(name: &str) -> String {
    fs::read_to_string(fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn lint(folder: &Path, arguments: &[&str]) -> Run {
    run_in(folder, &[&["lint", "--format", "json"], arguments].concat())
}

/// Every fault that is found: the rule, and the bytes of the template that its first label points at, up to the line's end.
fn faults(run: &Run, text: &str) -> Vec<(String, String)> {
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let grave = findings.iter().filter(|finding| finding["severity"] != "info");
    let told = grave.map(|finding| {
        let place = &finding["locations"][0];
        let number = |key: &str| place[key].as_u64().unwrap_or_default() as usize;
        let shown = text.get(number("offset")..number("offset") + number("length")).unwrap_or_default();
        (finding["rule"].as_str().unwrap_or_default().to_owned(), shown.lines().next().unwrap_or_default().to_owned())
    });
    told.collect()
}

/// Flows that aren't reachable.
fn broken(run: &Run) -> Vec<String> {
    let workloads = run.json()["workloads"].as_array().cloned().unwrap_or_default();
    let flows = workloads.iter().flat_map(|workload| {
        let flows = workload["flows"].as_array().cloned().unwrap_or_default();
        flows.into_iter().map(|flow| (workload["name"].clone(), flow))
    });
    let broken = flows.filter(|(_, flow)| flow["verdict"] != "reachable");
    broken.map(|(name, flow)| format!("{name} {} {}", flow["destination"], flow["verdict"])).collect()
}

fn destinations(run: &Run) -> Vec<String> {
    let workloads = run.json()["workloads"].as_array().cloned().unwrap_or_default();
    let flows = workloads.iter().flat_map(|workload| workload["flows"].as_array().cloned().unwrap_or_default());
    let mut found: Vec<String> = flows.filter_map(|flow| flow["destination"].as_str().map(str::to_owned)).collect();
    found.sort();
    found.dedup();
    found
}

#[test]
fn templates_that_work_are_left_alone() {
    let ecr = ["ecr.api", "ecr.dkr", "logs", "s3"];
    let public = ["logs", "public.ecr.aws"];
    let cases: [(&str, &[&str], &[&str]); 7] = [
        ("cdk/vpc-with-nat.template.json", &ecr, &[]),
        ("cdk/isolated-with-endpoints.template.json", &ecr, &[]),
        ("cdk/public-only.template.json", &ecr, &[]),
        ("cdk/application-load-balanced-fargate-service.template.json", &public, &[]),
        // It has one NAT gateway for two zones; the task that it starts is one.
        ("cdk/scheduled-fargate-task.template.json", &public, &[]),
        ("cdk/queue-processing-fargate-service.template.json", &public, &[]),
        ("yaml/public-private-vpc.yaml", &public, &[]),
    ];
    for (name, reached, expected) in cases {
        let text = text_of(name);
        for region in [None, Some("eu-west-1")] {
            let path = fixture(name);
            let mut arguments = vec![path.to_str().unwrap_or_default()];
            arguments.extend(region.iter().flat_map(|region| ["--region", region]));
            let run = lint(Path::new("."), &arguments);
            let found: Vec<String> = faults(&run, &text).into_iter().map(|(rule, _)| rule).collect();
            assert_eq!(
                (run.code, found.as_slice()),
                (0, &*expected.iter().map(ToString::to_string).collect::<Vec<_>>()),
                "{name} {region:?}"
            );
            assert_eq!(broken(&run), [""; 0], "{name} {region:?}");
            assert_eq!(destinations(&run), reached, "{name} {region:?}");
        }
    }
}

/// A template with a fault planted: what is replaced by what, and what is found where.
struct Fault {
    what: &'static str,
    on: &'static str,
    edits: &'static [(&'static str, &'static str)],
    rule: &'static str,
    /// What the first label points at.
    at: &'static str,
}

const YAML: &str = "yaml/public-private-vpc.yaml";
const ENDPOINTS: &str = "cdk/isolated-with-endpoints.template.json";
const PUBLIC: &str = "cdk/public-only.template.json";

/// A network ACL that lets no replies in, before the cluster.
const ACL: &str = "  TaskAcl:
    Type: AWS::EC2::NetworkAcl
    Properties: {VpcId: !Ref VPC}
  TaskAclOut:
    Type: AWS::EC2::NetworkAclEntry
    Properties: {NetworkAclId: !Ref TaskAcl, RuleNumber: 100, Protocol: -1, RuleAction: allow, Egress: true, CidrBlock: 0.0.0.0/0}
  TaskAclIn:
    Type: AWS::EC2::NetworkAclEntry
    Properties: {NetworkAclId: !Ref TaskAcl, RuleNumber: 100, Protocol: 6, RuleAction: allow, CidrBlock: 0.0.0.0/0, PortRange: {From: 80, To: 443}}
  TaskAclOne:
    Type: AWS::EC2::SubnetNetworkAclAssociation
    Properties: {NetworkAclId: !Ref TaskAcl, SubnetId: !Ref PrivateSubnetOne}
  Cluster:
    Type: AWS::ECS::Cluster
";

#[rustfmt::skip]
const FAULTS: &[Fault] = &[
    Fault { what: "NAT gateway in a private subnet", on: YAML,
            edits: &[("SubnetId: !Ref PublicSubnetOne\n  NatGatewayTwoAddress", "SubnetId: !Ref PrivateSubnetOne\n  NatGatewayTwoAddress")],
            rule: "nat/in-public-subnet", at: "!Ref NatGatewayOne" },
    Fault { what: "internet gateway not attached", on: YAML,
            edits: &[("Type: AWS::EC2::VPCGatewayAttachment", "Type: AWS::CloudFormation::WaitConditionHandle")],
            rule: "igw/attached", at: "Type: AWS::EC2::InternetGateway" },
    Fault { what: "egress to port 80 alone", on: YAML,
            edits: &[("GroupDescription: Access to the containers", "SecurityGroupEgress:\n        - {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}\n      GroupDescription: Access to the containers")],
            rule: "sg/egress", at: "- {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}" },
    Fault { what: "load balancer not let in", on: YAML,
            edits: &[("SourceSecurityGroupId: !GetAtt LoadBalancerSecurityGroup.GroupId", "SourceSecurityGroupId: !Ref ServiceSecurityGroup")],
            rule: "sg/task-from-load-balancer", at: "Type: AWS::EC2::SecurityGroup" },
    Fault { what: "DNS support off", on: YAML,
            edits: &[("EnableDnsSupport: true", "EnableDnsSupport: false")],
            rule: "dns/support", at: "false" },
    Fault { what: "one private subnet to the internet gateway", on: YAML,
            edits: &[("      NatGatewayId: !Ref NatGatewayOne\n", "      GatewayId: !Ref InternetGateway\n")],
            rule: "workload/mixed-subnets", at: "!Ref InternetGateway" },
    Fault { what: "default route lost", on: YAML,
            edits: &[("Type: AWS::EC2::Route\n    Properties:\n      RouteTableId: !Ref PrivateRouteTableOne", "Type: AWS::CloudFormation::WaitConditionHandle\n    Properties:\n      RouteTableId: !Ref PrivateRouteTableOne")],
            rule: "route/private-default-nat", at: "Type: AWS::EC2::RouteTable" },
    Fault { what: "network ACL without replies", on: YAML,
            edits: &[("  Cluster:\n    Type: AWS::ECS::Cluster\n", ACL)],
            rule: "nacl/return", at: "Type: AWS::EC2::NetworkAcl" },
    Fault { what: "no public address", on: PUBLIC,
            edits: &[("\"AssignPublicIp\": \"ENABLED\"", "\"AssignPublicIp\": \"DISABLED\"")],
            rule: "workload/public-ip", at: "\"DISABLED\"" },
    Fault { what: "private DNS off", on: ENDPOINTS,
            edits: &[("\"PrivateDnsEnabled\": true", "\"PrivateDnsEnabled\": false")],
            rule: "endpoint/private-dns", at: "false" },
    Fault { what: "private DNS left at its default", on: ENDPOINTS,
            edits: &[("    \"PrivateDnsEnabled\": true,\n", "")],
            rule: "endpoint/private-dns", at: "{" },
    Fault { what: "DNS host names off", on: ENDPOINTS,
            edits: &[("\"EnableDnsHostnames\": true", "\"EnableDnsHostnames\": false")],
            rule: "dns/hostnames", at: "false" },
    Fault { what: "endpoints' group closed to port 443", on: ENDPOINTS,
            edits: &[("\"FromPort\": 443", "\"FromPort\": 444"), ("\"ToPort\": 443", "\"ToPort\": 444")],
            rule: "sg/endpoint-ingress", at: "[" },
];

#[test]
fn each_fault_is_found_at_its_place_in_the_template() {
    for fault in FAULTS {
        let mut text = text_of(fault.on);
        for (from, to) in fault.edits {
            assert!(text.contains(from), "{}: {from}", fault.what);
            text = text.replacen(from, to, 1);
        }
        let scratch = Scratch::new(&format!("cfn-{}", fault.rule.replace('/', "-")));
        let name = Path::new(fault.on).file_name().and_then(|name| name.to_str()).unwrap_or_default();
        fs::write(scratch.0.join(name), &text).expect("the target directory can be written");
        let run = lint(&scratch.0, &[name]);
        assert_eq!(run.code, 1, "{}: {run:#?}", fault.what);
        assert_eq!(faults(&run, &text), [(fault.rule.to_owned(), fault.at.to_owned())], "{}", fault.what);
    }
}

#[test]
fn the_missing_gateway_endpoint_is_shown_in_the_template() {
    let name = "cdk/isolated-without-s3-gateway.template.json";
    let text = text_of(name);
    let run = lint(Path::new("."), &[fixture(name).to_str().unwrap_or_default()]);
    assert_eq!(run.code, 1);
    assert_eq!(faults(&run, &text), [("endpoint/s3-gateway".to_owned(), "{".to_owned())]);
    let finding = &run.json()["findings"][0];
    let resource = json!({"type": "AWS::EC2::VPC", "id": "Vpc8378EB38", "name": "Stack/Vpc", "arn": null});
    assert_eq!(finding["resource"], resource);
    let pointers: Vec<&str> =
        finding["locations"].as_array().into_iter().flatten().filter_map(|place| place["pointer"].as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/Resources/VpcisolatedSubnet1RouteTableE442650B",
            "/Resources/VpcEcrApi2DC95EDF",
            "/Resources/VpcEcrDkr1989671C",
            "/Resources/DefinitionCF7721AC/Properties/ContainerDefinitions/0/Image",
        ]
    );
    for place in finding["locations"].as_array().into_iter().flatten() {
        assert!(place["file"].as_str().is_some_and(|file| file.ends_with(name)), "{place}");
    }
}

#[test]
fn parameters_decide_what_is_made() {
    let path = fixture(YAML);
    let path = path.to_str().unwrap_or_default();
    let nats = |arguments: &[&str]| {
        let facts = lint(Path::new("."), &[&[path], arguments].concat());
        facts.faults()
    };
    assert_eq!(nats(&[]), [""; 0]);
    assert_eq!(nats(&["--parameters", "SingleNatGateway=true"]), ["nat/zone-redundancy"]);
    let scratch = Scratch::new("cfn-parameters");
    let file = scratch.0.join("parameters.json");
    fs::write(&file, r#"[{"ParameterKey": "SingleNatGateway", "ParameterValue": "true"}]"#).expect("written");
    let file = file.to_str().unwrap_or_default();
    assert_eq!(nats(&["--parameters", file]), ["nat/zone-redundancy"]);
    assert_eq!(nats(&["--parameters", file, "--parameters", "SingleNatGateway=false"]), [""; 0]);
}

#[test]
fn what_has_no_value_is_unknown_and_named() {
    let path = fixture("yaml/service-in-given-network.yaml");
    let run = lint(Path::new("."), &[path.to_str().unwrap_or_default()]);
    assert_eq!((run.code, run.faults()), (3, vec![]));
    let told = run.json()["notChecked"].to_string();
    for name in ["Subnets", "VpcId"] {
        assert!(told.contains(&format!("it has no value: --parameters {name}=VALUE")), "{told}");
    }
}

/// A route or an association whose table isn't known may be that of any.
#[test]
fn a_part_of_what_is_not_known_accuses_nobody_of_lacking_it() {
    let text = text_of(YAML);
    let scratch = Scratch::new("cfn-somewhere");
    let cases = [
        ("DestinationCidrBlock: 0.0.0.0/0\n      NatGatewayId: !Ref NatGatewayOne", "Routes of PrivateRouteTableOne"),
        ("SubnetId: !Ref PrivateSubnetOne", "Associations of PrivateRouteTableOne"),
    ];
    for (after, told) in cases {
        let known = format!("RouteTableId: !Ref PrivateRouteTableOne\n      {after}");
        assert!(text.contains(&known), "{known}");
        let hidden = text.replace(&known, &format!("RouteTableId: !ImportValue table\n      {after}"));
        fs::write(scratch.0.join("template.yaml"), hidden).expect("written");
        let run = lint(&scratch.0, &["template.yaml"]);
        assert_eq!((run.code, run.faults()), (3, vec![]), "{after}: {run:#?}");
        let not_checked = run.json()["notChecked"].to_string();
        assert!(not_checked.contains(told), "{after}: {not_checked}");
    }
}

/// A live network, with a private subnet whose default route leads to a NAT gateway, or nowhere.
fn network(default_route: bool) -> Value {
    let mut routes = vec![json!({"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"})];
    if default_route {
        routes.push(json!({"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "active"}));
    }
    let everything = json!([{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]);
    let acl = |egress: bool| json!({"RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, "CidrBlock": "0.0.0.0/0"});
    json!({
        "fargcheck": {"schema": 1, "account": "123456789012", "region": "eu-west-1"},
        "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "State": "available", "IsDefault": false, "DhcpOptionsId": "default"}],
        "VpcAttributes": [{"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}, "EnableDnsHostnames": {"Value": true}}],
        "Subnets": [
            {"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24", "AvailabilityZone": "eu-west-1a", "State": "available"},
            {"SubnetId": "subnet-9", "VpcId": "vpc-1", "CidrBlock": "10.0.9.0/24", "AvailabilityZone": "eu-west-1a", "State": "available"},
        ],
        "RouteTables": [
            {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [{"SubnetId": "subnet-1"}], "Routes": routes},
            {"RouteTableId": "rtb-9", "VpcId": "vpc-1", "Associations": [{"Main": true}], "Routes": [
                {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
                {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"},
            ]},
        ],
        "InternetGateways": [{"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1", "State": "available"}]}],
        "EgressOnlyInternetGateways": [],
        "NatGateways": [{"NatGatewayId": "nat-1", "VpcId": "vpc-1", "SubnetId": "subnet-9", "State": "available", "ConnectivityType": "public",
            "NatGatewayAddresses": [{"AllocationId": "eipalloc-1", "PublicIp": "198.51.100.1", "IsPrimary": true, "Status": "succeeded"}]}],
        "SecurityGroups": [
            {"GroupId": "sg-1", "GroupName": "default", "VpcId": "vpc-1", "IpPermissions": [], "IpPermissionsEgress": everything},
            {"GroupId": "sg-2", "GroupName": "service", "VpcId": "vpc-1", "IpPermissions": [], "IpPermissionsEgress": [],
             "Tags": [{"Key": "aws:cloudformation:stack-name", "Value": "web"}, {"Key": "aws:cloudformation:logical-id", "Value": "ServiceGroup"}]},
        ],
        "NetworkAcls": [{"NetworkAclId": "acl-1", "VpcId": "vpc-1", "IsDefault": true, "Entries": [acl(true), acl(false)],
            "Associations": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-9"}]}],
        "VpcEndpoints": [], "NetworkInterfaces": [], "VpcPeeringConnections": [], "TransitGatewayVpcAttachments": [],
        "clusters": [], "services": [], "taskDefinitions": [], "tasks": [], "LoadBalancers": [], "TargetGroups": [], "Listeners": [], "Rules": [],
    })
}

#[test]
fn a_template_is_judged_on_top_of_what_is_there() {
    let path = fixture("yaml/service-in-given-network.yaml");
    let path = path.to_str().unwrap_or_default();
    let scratch = Scratch::new("cfn-onto");
    let cases = [(true, 0, vec![]), (false, 1, vec!["route/private-default-nat".to_owned()])];
    for (default_route, code, expected) in cases {
        fs::write(scratch.0.join("snapshot.json"), network(default_route).to_string()).expect("written");
        let given = ["--parameters", "VpcId=vpc-1", "--parameters", "Subnets=subnet-1", "--onto", "snapshot.json"];
        let run = lint(&scratch.0, &[&[path], &given[..]].concat());
        let found: Vec<String> = run.faults();
        assert_eq!((run.code, found), (code, expected), "{default_route} {run:#?}");
        // The group is that of the stack: what the template says of it counts, and not what is there.
        let facts = run.json().to_string();
        assert!(!facts.contains("\"ServiceGroup\""), "{facts}");
    }
}

/// What is refused, with how the refusal reads.
#[test]
fn bad_templates_are_refused_with_their_place() {
    let resources = "Resources:\n  Vpc:\n    Type: AWS::EC2::VPC\n    Properties:\n      CidrBlock: ";
    let bomb = {
        let mut text = String::from("Mappings:\n  A: {a: {a: &a0 [x, x, x, x, x, x, x, x, x, x]}}\n");
        for level in 1..9 {
            let of = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("  M{level}: {{a: {{a: &a{level} [{of}]}}}}\n"));
        }
        text + resources + "10.0.0.0/16\n"
    };
    let deep = format!("Resources: {}\n", "[".repeat(300));
    let deep_json = format!("{{\"Resources\": {}1{}}}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let long_chain = {
        let mut text = String::from("Conditions:\n  C0: !Equals [a, a]\n");
        (1..3_000).for_each(|level| text.push_str(&format!("  C{level}: !Not [Condition: C{}]\n", level - 1)));
        text + "Resources:\n  A: {Type: 'AWS::EC2::VPC', Condition: C2999}\n"
    };
    let many = {
        let rows: String = (0..500_001).map(|_| "  - a\n").collect();
        format!("Metadata:\n{rows}{resources}10.0.0.0/16\n")
    };
    let cases: [(&str, String, &str); 22] = [
        ("an unknown tag", format!("{resources}!Reff X\n"), "template/unknown-function"),
        ("an unknown function", format!("{resources}{{'Fn::Cidrs': [a]}}\n"), "template/unknown-function"),
        ("a name of nothing", format!("{resources}!Ref Network\n"), "template/no-such-name"),
        (
            "a dependence on nothing",
            format!("{resources}10.0.0.0/16\n    DependsOn: Nothing\n"),
            "template/no-such-name",
        ),
        ("a ring", format!("{resources}!GetAtt Vpc.CidrBlock\n"), "template/cycle"),
        (
            "a block that can't be cut",
            format!("{resources}!Select [0, !Cidr [10.0.0.0/28, 2, 8]]\n"),
            "template/function-fails",
        ),
        (
            "what isn't made",
            format!(
                "Conditions: {{No: !Equals [a, b]}}\n{resources}10.0.0.0/16\n    Condition: No\n  Subnet:\n    Type: \
                 AWS::EC2::Subnet\n    Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}\n"
            ),
            "template/not-made",
        ),
        ("a list for a block", format!("{resources}[10.0.0.0/16]\n"), "template/malformed"),
        ("a block that is none", format!("{resources}10.0.0.0\n"), "input/not-a-cidr"),
        ("no resources", "AWSTemplateFormatVersion: '2010-09-09'\n".into(), "template/malformed"),
        ("resources in a list", "Resources:\n  - A\n".into(), "template/malformed"),
        ("a resource without a type", "Resources:\n  Vpc: {Properties: {}}\n".into(), "template/malformed"),
        ("a key twice", "Resources:\n  Vpc: {Type: A}\n  Vpc: {Type: B}\n".into(), "input/duplicate-key"),
        (
            "a key twice in JSON",
            "{\"Resources\": {\"Vpc\": {\"Type\": \"A\"}, \"Vpc\": {\"Type\": \"B\"}}}".into(),
            "input/duplicate-key",
        ),
        ("not YAML", "Resources:\n  Vpc: [\n".into(), "input/yaml"),
        ("cut JSON", "{\"Resources\": {\"Vpc\": {\"Type\": \"AWS::EC2::VPC\"".into(), "input/syntax"),
        ("an alias bomb", bomb, "input/too-many-values"),
        ("half a million values", many, "input/too-many-values"),
        ("a deep list", deep, "input/too-deep"),
        ("deep JSON", deep_json, "input/too-deep"),
        ("a long chain", long_chain, "template/too-much"),
        (
            "a hash merge",
            format!("{resources}10.0.0.0/16\n      <<: {{EnableDnsSupport: true}}\n"),
            "template/malformed",
        ),
    ];
    for (what, text, code) in cases {
        let scratch = Scratch::new(&format!("cfn-bad-{}", what.replace(|c: char| !c.is_ascii_alphanumeric(), "-")));
        let name = if text.starts_with('{') { "template.json" } else { "template.yaml" };
        fs::write(scratch.0.join(name), &text).expect("the target directory can be written");
        let run = run_in(&scratch.0, &["lint", name]);
        assert_eq!(
            (run.code, run.out.as_str()),
            (2, ""),
            "{what}: {}",
            run.err.chars().take(2_000).collect::<String>()
        );
        assert!(run.err.contains(&format!("error[{code}]")), "{what}: {}", run.err);
        assert!(run.err.contains(&format!("{name}:")), "{what} has no place: {}", run.err);
        assert!(!run.err.contains("panicked") && run.err.len() < 4_000, "{what}: {}", run.err);
    }
}

#[test]
fn bad_parameters_are_refused() {
    let path = fixture(YAML);
    let path = path.to_str().unwrap_or_default();
    let scratch = Scratch::new("cfn-bad-parameters");
    let files = [("a.json", "{\"Parameters\": [1]}"), ("b.json", "[{\"Key\": \"a\"}]"), ("c.json", "[")];
    for (name, text) in files {
        fs::write(scratch.0.join(name), text).expect("the target directory can be written");
    }
    let cases = [
        ("a.json", "template/not-parameters"),
        ("b.json", "template/not-parameters"),
        ("c.json", "input/syntax"),
        ("gone.json", "input/unreadable"),
        ("SingleNatGateway=maybe", "template/parameter"),
        ("SingelNatGateway=true", "template/parameter"),
    ];
    for (word, code) in cases {
        let run = run_in(&scratch.0, &["lint", path, "--parameters", word]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{word}");
        assert!(run.err.contains(&format!("error[{code}]")), "{word}: {}", run.err);
    }
}

/// A value that nobody may see is refused unseen.
#[test]
fn a_value_of_a_parameter_without_echo_is_not_told() {
    let scratch = Scratch::new("cfn-no-echo");
    let template = "Parameters:\n  Secret: {Type: Number, NoEcho: true}\n  Open: {Type: Number}\nResources:\n  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n";
    fs::write(scratch.0.join("template.yaml"), template).expect("the target directory can be written");
    for (name, is_told) in [("Secret", false), ("Open", true)] {
        let run = run_in(&scratch.0, &["lint", "template.yaml", "--parameters", &format!("{name}=hunter2")]);
        assert_eq!(run.code, 2, "{run:#?}");
        assert!(run.err.contains(&format!("parameter `{name}` can't be")), "{}", run.err);
        assert_eq!(run.err.contains("hunter2"), is_told, "{}", run.err);
    }
}
