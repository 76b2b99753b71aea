//! Resources of templates that work together, and templates that say the same in another way.

mod cli_support;
mod cloudformation_support;

use cloudformation_support::{lint, template};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cloudformation").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A template without some of its resources.
fn without(text: &str, names: &[&str]) -> String {
    let mut kept = String::new();
    let mut is_left_out = false;
    for line in text.lines() {
        if !line.starts_with("    ") {
            let name = line.trim().trim_end_matches(':');
            is_left_out = line.starts_with("  ") && names.contains(&name);
        }
        if !is_left_out {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// A group of which nobody says so is in the default VPC, which is none that a template makes.
#[test]
fn a_group_without_a_vpc_is_in_the_default_one() {
    let group = "GroupDescription: The service, VpcId: !Ref Vpc";
    for (written, code) in [(group, 0), ("GroupDescription: The service", 1)] {
        let said = lint("cfn-default-vpc", &template(&[(group, written)], ""), &["--region", "eu-west-1"]);
        let found = said.faults.iter().any(|fault| fault.starts_with("workload/security-group-vpc"));
        assert_eq!((said.run.code, found), (code, code == 1), "{written}: {:?} {}", said.faults, said.not_checked);
    }
}

#[test]
fn tables_of_transit_gateways_decide() {
    let whole = fixture("yaml/central-egress-by-transit-gateway.yaml");
    let outward = "DestinationCidrBlock: 0.0.0.0/0, TransitGatewayAttachmentId: !GetAtt EgressAttachment.Id";
    let defaults = "    Properties: {DefaultRouteTableAssociation: disable, DefaultRouteTablePropagation: disable}\n";
    let replaced = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        whole.replace(from, to)
    };
    let tables = ["Outward", "OutwardAssociation", "Back", "BackAssociation", "BackPropagation", "OutwardRoute"];
    let by_default = without(&whole, &tables).replace(defaults, "");
    let route_by_default = whole
        .replace(defaults, "")
        .replace("TransitGatewayRouteTableId: !Ref Outward,", "TransitGatewayRouteTableId: Transit.DefaultRouteTable,");
    let route_by_default =
        without(&route_by_default, &["Outward", "OutwardAssociation", "Back", "BackAssociation", "BackPropagation"]);
    let cases: [(&str, String, &str, &[&str]); 10] = [
        ("whole", whole.clone(), "reachable", &[]),
        ("no way back", without(&whole, &["BackPropagation"]), "blocked", &["transit/route Back"]),
        ("no way out", without(&whole, &["OutwardRoute"]), "blocked", &["transit/route Outward"]),
        (
            "a blackhole",
            replaced(outward, "DestinationCidrBlock: 0.0.0.0/0, Blackhole: true"),
            "blocked",
            &["transit/route Outward"],
        ),
        (
            "no association",
            without(&whole, &["OutwardAssociation"]),
            "blocked",
            &["transit/attachment SpokeAttachment"],
        ),
        ("a table of its own with neither", by_default, "blocked", &["transit/route Transit.DefaultRouteTable"]),
        ("a table of its own with both", route_by_default, "reachable", &[]),
        (
            "a block that isn't known",
            replaced(
                outward,
                "DestinationCidrBlock: !ImportValue block, TransitGatewayAttachmentId: !GetAtt EgressAttachment.Id",
            ),
            "unknown",
            &[],
        ),
        (
            "a table that isn't known",
            replaced("TransitGatewayRouteTableId: !Ref Outward, ", "TransitGatewayRouteTableId: !ImportValue table, "),
            "unknown",
            &[],
        ),
        (
            "a switch that isn't known",
            replaced("DefaultRouteTableAssociation: disable", "DefaultRouteTableAssociation: !ImportValue switch")
                .replace(
                    "TransitGatewayRouteTableId: !Ref Outward}",
                    "TransitGatewayRouteTableId: !ImportValue other}",
                ),
            "unknown",
            &[],
        ),
    ];
    for (what, text, verdict, faults) in cases {
        let said = lint("cfn-transit", &text, &[]);
        assert_eq!(said.flows, [format!("public.ecr.aws {verdict}")], "{what}: {}{}", said.not_checked, said.run.err);
        assert_eq!(said.faults, faults, "{what}");
    }
}

/// Behind a firewall the way is not known, knowingly: that is no gap of the template.
#[test]
fn firewalls_have_an_endpoint_in_each_subnet() {
    let firewall = "  Firewall:\n    Type: AWS::NetworkFirewall::Firewall\n    Properties: {FirewallName: f, FirewallPolicyArn: \
                    a, VpcId: !Ref Vpc, SubnetMappings: [{SubnetId: !Ref Public}]}\n";
    let target = "VpcEndpointId: !Select [1, !Split [':', !Select [0, !GetAtt Firewall.EndpointIds]]]}";
    let said = lint("cfn-firewall", &template(&[("NatGatewayId: !Ref Nat}", target)], firewall), &[]);
    assert_eq!((said.run.code, said.flows), (0, vec!["public.ecr.aws unknown".to_owned()]), "{}", said.not_checked);
    assert!(
        said.not_checked.contains("the way leaves the input at endpoint Firewall.EndpointIds[0]"),
        "{}",
        said.not_checked
    );
    let beyond = target.replace("Select [0", "Select [1");
    assert_eq!(lint("cfn-firewall", &template(&[("NatGatewayId: !Ref Nat}", &beyond)], firewall), &[]).run.code, 2);
}

/// Where a service says neither, its cluster says what its tasks run on.
#[test]
fn clusters_say_what_services_run_on() {
    let either = [
        ("RequiresCompatibilities: [FARGATE]", "RequiresCompatibilities: [EC2, FARGATE]"),
        ("      LaunchType: FARGATE\n", ""),
    ];
    let providers = |name: &str| {
        format!(
            "  Providers:\n    Type: AWS::ECS::ClusterCapacityProviderAssociations\n    Properties: {{Cluster: !Ref Cluster, \
                 DefaultCapacityProviderStrategy: [{{CapacityProvider: {name}}}]}}\n"
        )
    };
    for (provider, runs) in [("FARGATE_SPOT", true), ("instances", false)] {
        let said = lint("cfn-providers", &template(&either, &providers(provider)), &[]);
        assert_eq!(said.flows.contains(&"public.ecr.aws reachable".to_owned()), runs, "{provider}: {:?}", said.flows);
    }
}

const LOOP: &str = "  Fn::ForEach::Subnets:
    - Zone
    - [A, B]
    - Subnet${Zone}:
        Type: AWS::EC2::Subnet
        Properties:
          VpcId: !Ref Vpc
          CidrBlock: !FindInMap [Net, !Ref Zone, Cidr]
          AvailabilityZone: !Select [0, !GetAZs '']
          Fn::ForEach::Switches: [Switch, [MapPublicIpOnLaunch], {'${Switch}': true}]
      Association&{Zone}:
        Type: AWS::EC2::SubnetRouteTableAssociation
        Properties: {RouteTableId: !Ref PrivateTable, SubnetId: {Ref: !Sub 'Subnet${Zone}'}}
";
const TRANSFORM: (&str, &str) = (
    "Parameters:\n",
    "Transform: AWS::LanguageExtensions\nMappings:\n  Net: {A: {Cidr: 10.0.2.0/24}, B: {Cidr: 10.0.3.0/24}, All: {Zones: [A, B]}}\nParameters:\n  Zones: {Type: CommaDelimitedList, Default: 'A, B'}\n  Open: {Type: CommaDelimitedList}\n",
);

#[test]
fn loops_are_written_out() {
    let both = ("Subnets: [!Ref Private]", "Subnets: [!Ref SubnetA, !Ref SubnetB]");
    for collection in ["[A, B]", "!Ref Zones", "!FindInMap [Net, All, Zones]", "[!Select [0, !Ref Zones], B]"] {
        let looped = LOOP.replace("[A, B]", collection);
        let said = lint("cfn-loop", &template(&[TRANSFORM, both], &looped), &[]);
        assert_eq!(
            (said.run.code, said.flows),
            (0, vec!["public.ecr.aws reachable".to_owned(); 2]),
            "{collection}: {}",
            said.run.err
        );
        // What is wrong with what a loop makes is found as with anything else.
        let faulty = template(
            &[
                TRANSFORM,
                both,
                (
                    "  PrivateRoute:\n    Type: AWS::EC2::Route\n",
                    "  PrivateRoute:\n    Type: AWS::EC2::Route\n    Condition: Never\n",
                ),
            ],
            &looped,
        );
        let said = lint("cfn-loop", &faulty, &[]);
        assert_eq!(
            (said.run.code, said.faults),
            (1, vec!["route/private-default-nat PrivateTable".to_owned()]),
            "{collection}"
        );
    }
    // Over what isn't known nothing is written out, and nothing is missed.
    for collection in ["!Ref Open", "[A, !Ref Choice]"] {
        let said = lint("cfn-loop", &template(&[TRANSFORM, both], &LOOP.replace("[A, B]", collection)), &[]);
        assert_eq!((said.run.code, said.faults.len()), (3, 0), "{collection}: {}", said.run.err);
        assert!(said.not_checked.contains("${SubnetA}"), "{collection}: {}", said.not_checked);
    }
}

#[test]
fn loops_that_cloudformation_refuses_are_refused() {
    let bomb = (0..8)
        .fold("{'X${L0}${L1}${L2}${L3}${L4}${L5}${L6}${L7}': {Type: 'AWS::EC2::VPC'}}".to_owned(), |inner, level| {
            format!("{{'Fn::ForEach::L{level}': [L{level}, [a, b, c, d, e, f, g, h, i, j], {inner}]}}")
        });
    let bomb = format!("  Fn::ForEach::All: [Any, [a], {bomb}]\n");
    let cases = [
        ("a name twice", TRANSFORM, LOOP.replace("[A, B]", "[A, A]"), "template/malformed"),
        ("a name that is there", TRANSFORM, LOOP.replace("Subnet${Zone}:\n", "Private:\n"), "template/malformed"),
        ("no list", TRANSFORM, LOOP.replace("[A, B]", "A"), "template/arguments"),
        (
            "no transform",
            ("Parameters:\n", "Mappings:\n  Net: {A: {Cidr: 10.0.2.0/24}}\nParameters:\n"),
            LOOP.to_owned(),
            "template/malformed",
        ),
        ("a name of nothing", TRANSFORM, LOOP.replace("[A, B]", "!Ref Nothing"), "template/no-such-name"),
        ("a loop without end", TRANSFORM, bomb, "template/too-much"),
    ];
    for (what, transform, looped, code) in cases {
        let said = lint("cfn-loop-refused", &template(&[transform], &looped), &[]);
        assert_eq!((said.run.code, said.run.out.as_str()), (2, ""), "{what}");
        assert!(
            said.run.err.contains(&format!("error[{code}]")) && said.run.err.contains("template.yaml:"),
            "{what}: {}",
            said.run.err
        );
    }
}

/// In which order resources stand in a template means nothing.
#[test]
fn the_order_of_resources_means_nothing() {
    for name in [
        "application-load-balanced-fargate-service",
        "isolated-with-endpoints",
        "isolated-without-s3-gateway",
        "vpc-with-nat",
    ] {
        let text = fixture(&format!("cdk/{name}.template.json"));
        let template: Value = serde_json::from_str(&text).expect(name);
        let resources = template["Resources"].as_object().expect(name);
        let written = |names: &mut dyn Iterator<Item = &String>| {
            let each: Vec<String> =
                names.map(|name| format!("{}: {}", Value::from(name.as_str()), resources[name])).collect();
            format!("{{\"Parameters\": {}, \"Resources\": {{{}}}}}", template["Parameters"], each.join(",\n"))
        };
        let said = |text: &str| {
            let said = lint("cfn-order", text, &[]);
            (said.run.code, said.faults, said.flows, said.not_checked)
        };
        let forward = said(&written(&mut resources.keys()));
        assert_eq!(said(&written(&mut resources.keys().rev())), forward, "{name}");
        assert_eq!(forward.0, i32::from(name == "isolated-without-s3-gateway"), "{name}: {forward:?}");
    }
}
