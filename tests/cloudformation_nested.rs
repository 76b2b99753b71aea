//! Nested stacks whose templates are files beside the template: judged as if all of it were one.

mod cli_support;
mod cloudformation_support;

use cli_support::{Run, Scratch};
use cloudformation_support::template;
use serde_json::Value;

/// A stack of the whole network, whose way out hangs on a parameter, and one of the service in it, in JSON.
const PARENT: &str = "
Parameters: {Way: {Type: String, Default: 'yes'}, Open: {Type: String}}
Conditions: {Never: !Equals [a, b], Maybe: !Equals [!Ref Open, a]}
Resources:
  Network:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./parts/network.yaml, Parameters: {WayOut: !Ref Way}}
  App:
    Type: AWS::CloudFormation::Stack
    DependsOn: Network
    Properties:
      TemplateURL: parts/app.json
      Parameters: {Vpc: !GetAtt Network.Outputs.Vpc, Subnets: !Sub '${Network.Outputs.Subnets}'}
";

const NETWORK: &str = "
Parameters: {WayOut: {Type: String, Default: 'no'}}
Conditions:
  Stays: !Not [!Condition Leaves]
  Leaves: !Or [!Equals [!Ref WayOut, 'yes'], !Equals [a, b]]
Mappings: {Blocks: {'yes': {Vpc: 10.0.0.0/16}, 'no': {Vpc: 10.0.0.0/16}}}
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: !FindInMap [Blocks, !Ref WayOut, Vpc], EnableDnsHostnames: true}
  Private:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: !Select [0, !GetAZs '']}
  Public:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Sub '${Vpc.VpcId}', CidrBlock: 10.0.1.0/24, AvailabilityZone: !Select [0, !GetAZs '']}
  Gateway: {Type: AWS::EC2::InternetGateway}
  Attachment:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {VpcId: !GetAtt Vpc.VpcId, InternetGatewayId: !Ref Gateway}
  PublicTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  PublicRoute:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref PublicTable, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}
  PublicAssociation:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {RouteTableId: !Ref PublicTable, SubnetId: !Ref Public}
  Address: {Type: AWS::EC2::EIP}
  Nat:
    Type: AWS::EC2::NatGateway
    Properties: {SubnetId: !Ref Public, AllocationId: !GetAtt Address.AllocationId}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Route:
    Type: AWS::EC2::Route
    Condition: Leaves
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}
  Association:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {RouteTableId: !Ref Table, SubnetId: !Ref Private}
Outputs:
  Vpc: {Value: !Ref Vpc}
  Subnets: {Value: !Join [',', [!If [Stays, !Ref Private, !Ref Private]]]}
";

const APP: &str = r#"{
  "Parameters": {
    "Vpc": { "Type": "AWS::EC2::VPC::Id" },
    "Subnets": { "Type": "List<AWS::EC2::Subnet::Id>" },
    "Name": { "Type": "String", "Default": "nginx" }
  },
  "Resources": {
    "Group": { "Type": "AWS::EC2::SecurityGroup", "Properties": { "GroupDescription": "app", "VpcId": { "Ref": "Vpc" } } },
    "Cluster": { "Type": "AWS::ECS::Cluster" },
    "Definition": { "Type": "AWS::ECS::TaskDefinition", "Properties": {
      "RequiresCompatibilities": ["FARGATE"], "NetworkMode": "awsvpc",
      "ContainerDefinitions": [{ "Name": "app", "Image": { "Fn::Sub": "public.ecr.aws/${Name}/nginx:1.27" } }] } },
    "Service": { "Type": "AWS::ECS::Service", "Properties": {
      "Cluster": { "Ref": "Cluster" }, "LaunchType": "FARGATE", "TaskDefinition": { "Ref": "Definition" },
      "NetworkConfiguration": { "AwsvpcConfiguration": {
        "Subnets": { "Ref": "Subnets" }, "SecurityGroups": [{ "Fn::GetAtt": "Group.GroupId" }] } } } }
  }
}"#;

/// The three templates, each with some of its text replaced.
fn written(name: &str, parent: &[(&str, &str)], network: &[(&str, &str)], app: &[(&str, &str)]) -> Scratch {
    let edited = |text: &str, edits: &[(&str, &str)]| {
        edits.iter().fold(text.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "no {from}");
            text.replacen(from, to, 1)
        })
    };
    Scratch::new(name)
        .with("template.yaml", &edited(PARENT, parent))
        .with("parts/network.yaml", &edited(NETWORK, network))
        .with("parts/app.json", &edited(APP, app))
}

fn lint(scratch: &Scratch, more: &[&str]) -> Run {
    scratch.run(&[&["lint", "template.yaml", "--format", "json"], more].concat())
}

/// Errors and warnings with their resources, and verdicts with their destinations and subnets.
fn told(run: &Run) -> Vec<String> {
    let said = run.json();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let findings = list(&said["findings"]).into_iter().filter(|finding| finding["severity"] != "info");
    let findings = findings.map(|finding| format!("{} {}", finding["rule"], finding["resource"]["id"]));
    let flows = list(&said["workloads"]).into_iter().flat_map(|workload| {
        let flows = list(&workload["flows"]).into_iter();
        flows.map(move |flow| {
            format!("{} {} {} {}", workload["name"], flow["subnet"], flow["destination"], flow["verdict"])
        })
    });
    findings.chain(flows).map(|line| line.replace('"', "")).collect()
}

#[test]
fn stacks_beside_the_template_are_judged_with_it() {
    const REACHABLE: &str = "App.Service Network.Private public.ecr.aws reachable";
    const BLOCKED: &str = "App.Service Network.Private public.ecr.aws blocked";
    const UNKNOWN: &str = "App.Service Network.Private public.ecr.aws unknown";
    type Edits<'e> = &'e [(&'e str, &'e str)];
    type Case<'e> = (&'e str, [Edits<'e>; 3], i32, &'e [&'e str]);
    let cases: [Case<'_>; 9] = [
        ("as they are", [&[], &[], &[]], 0, &[REACHABLE]),
        (
            "a default of the stack's",
            [&[(", Parameters: {WayOut: !Ref Way}", "")], &[], &[]],
            1,
            &["route/private-default-nat Network.Table", BLOCKED],
        ),
        (
            "a default of the parent's",
            [&[("Default: 'yes'", "Default: 'no'")], &[], &[]],
            1,
            &["route/private-default-nat Network.Table", BLOCKED],
        ),
        (
            "a fault in a stack",
            [&[], &[("{SubnetId: !Ref Public, Alloc", "{SubnetId: !Ref Private, Alloc")], &[]],
            1,
            &["nat/in-public-subnet Network.Nat", BLOCKED],
        ),
        (
            "a parameter without a value",
            [
                &[("WayOut: !Ref Way", "WayOut: !If [Maybe, 'yes', 'no']")],
                &[("!FindInMap [Blocks, !Ref WayOut, Vpc]", "10.0.0.0/16")],
                &[],
            ],
            3,
            &[UNKNOWN],
        ),
        (
            "a name that is made up",
            [&[], &[], &[("\"nginx\"", "\"mine\""), ("${Name}", "${AWS::StackName}")]],
            0,
            &[REACHABLE],
        ),
        ("a stack that is not made", [&[("    DependsOn: Network\n", "    Condition: Never\n")], &[], &[]], 0, &[]),
        ("a stack that may be made", [&[("    DependsOn: Network\n", "    Condition: Maybe\n")], &[], &[]], 0, &[]),
        (
            "an output of a condition",
            [&[], &[("Vpc: {Value: !Ref Vpc}", "Vpc: {Value: !Ref Vpc, Condition: Leaves}")], &[]],
            0,
            &[REACHABLE],
        ),
    ];
    for (what, [parent, network, app], code, expected) in cases {
        let run = lint(&written("nested", parent, network, app), &[]);
        let found: Vec<String> = told(&run).into_iter().filter(|line| !line.starts_with("a task in")).collect();
        assert_eq!(
            (run.code, found.iter().map(String::as_str).collect::<Vec<_>>()),
            (code, expected.to_vec()),
            "{what}\n{}{}",
            run.out,
            run.err
        );
    }
}

#[test]
fn places_are_in_the_file_that_has_the_resource() {
    let fault = [("{SubnetId: !Ref Public, Alloc", "{SubnetId: !Ref Private, Alloc")];
    let run = lint(&written("nested-places", &[], &fault, &[]), &[]);
    let findings = run.json()["findings"].clone();
    let found = findings.as_array().and_then(|all| all.iter().find(|one| one["rule"] == "nat/in-public-subnet"));
    let files = found.map(|found| &found["locations"][0]["file"]);
    assert_eq!(files.and_then(Value::as_str), Some("parts/network.yaml"), "{}", run.out);
}

/// One template is a stack of another, and of that again, and all is told as of itself.
#[test]
fn a_stack_says_what_its_template_says() {
    let outer = |file: &str| {
        format!(
            "Resources: {{Inner: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {file}, Parameters: {{Choice: a}}}}}}}}\n"
        )
    };
    let with_parameter = |file: &str| {
        format!("Parameters: {{Choice: {{Type: String}}}}\n{}", outer(file).replace("Choice: a", "Choice: !Ref Choice"))
    };
    let edits: [&[(&str, &str)]; 4] = [
        &[],
        &[("NatGatewayId: !Ref Nat}", "NatGatewayId: !Ref Nat}\n    Condition: Never")],
        &[("NatGatewayId: !Ref Nat}", "NatGatewayId: !Ref Nat}\n    Condition: Maybe")],
        &[(
            "  GatewayAttachment:\n    Type: AWS::EC2::VPCGatewayAttachment\n",
            "  GatewayAttachment:\n    Type: AWS::CloudFormation::WaitConditionHandle\n",
        )],
    ];
    for edits in edits {
        let scratch = Scratch::new("nested-same")
            .with("template.yaml", &template(edits, ""))
            .with("one/outer.yaml", &outer("two/middle.yaml"))
            .with("one/two/middle.yaml", &with_parameter("../inner.yaml"))
            .with("one/inner.yaml", &template(edits, ""));
        let alone = lint(&scratch, &["--parameters", "Choice=a"]);
        let nested = scratch.run(&["lint", "one/outer.yaml", "--format", "json"]);
        let expected: Vec<String> = told(&alone);
        let found: Vec<String> = told(&nested).into_iter().map(|line| line.replace("Inner.Inner.", "")).collect();
        assert_eq!((nested.code, found), (alone.code, expected), "{edits:?}\n{}", nested.err);
        assert!(alone.code != 0 || edits.is_empty(), "an edit says something");
    }
}

#[test]
fn what_is_not_beside_the_template_is_not_followed() {
    let secret = Scratch::new("nested-outside").with("network.yaml", NETWORK);
    let outside = secret.0.join("network.yaml").display().to_string();
    let own = secret.0.parent().and_then(|folder| folder.file_name()).expect("it is in a folder").display();
    let above = format!("../../{own}/nested-outside/network.yaml");
    let around = format!("parts/../{above}");
    let cases = [
        ("https://example.com/network.yaml", "is no file beside it"),
        (above.as_str(), "is outside its folder"),
        (&outside, "is outside its folder"),
        (around.as_str(), "is outside its folder"),
        ("link.yaml", "is outside its folder"),
        ("parts", "there is no file parts beside it"),
        ("none.yaml", "there is no file none.yaml beside it"),
        ("parts/again.yaml", "stacks are in each other"),
        ("loops.yaml", "a transform changes its template"),
        ("!Ref Open", "the template doesn't have it"),
        ("!Sub './parts/network.yaml'", "the template doesn't have it"),
    ];
    for (url, why) in cases {
        let edits = [("./parts/network.yaml", url)];
        let scratch = written("nested-not", &edits, &[], &[])
            .with(
                "parts/again.yaml",
                &NETWORK.replace(
                    "Resources:",
                    "Resources:\n  Again: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: again.yaml}}",
                ),
            )
            .with("loops.yaml", &NETWORK.replace("Resources:", "Transform: Mine\nResources:"));
        #[cfg(unix)]
        std::os::unix::fs::symlink(&outside, scratch.0.join("link.yaml")).expect("the folder can be written");
        let run = lint(&scratch, &[]);
        let not_checked = run.json()["notChecked"].to_string();
        assert!(
            not_checked.contains("nested stack Network") && not_checked.contains(why),
            "{url}: {}\n{not_checked}{}",
            run.code,
            run.err
        );
        assert_ne!(run.code, 1, "{url}: nobody is accused");
    }
}

#[test]
fn what_cloudformation_would_refuse_of_a_stack_is_refused() {
    type Case<'e> = (&'e str, [(&'e str, &'e str); 1], &'e str);
    let cases: [Case<'_>; 5] = [
        ("parent", [("Network.Outputs.Vpc", "Network.Outputs.Vps")], "no output `Network.Outputs.Vps`"),
        ("parent", [("WayOut: !Ref Way", "WayIn: !Ref Way")], "no parameter `WayIn`"),
        ("parent", [("Vpc: !GetAtt Network.Outputs.Vpc, ", "")], "`App` gives no value for parameter `Vpc`"),
        (
            "network",
            [("{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24", "{VpcId: !Ref Vps, CidrBlock: 10.0.0.0/24")],
            "`Vps`",
        ),
        ("app", [("\"Service\": {", "\"Service\": [")], "parts/app.json"),
    ];
    for (which, edit, expected) in cases {
        let of = |file: &str| if file == which { &edit[..] } else { &[] };
        let run = lint(&written("nested-refused", of("parent"), of("network"), of("app")), &[]);
        assert_eq!(run.code, 2, "{expected}: {}", run.out);
        assert!(run.err.contains(expected), "{expected}\n{}", run.err);
    }
}

/// Each template has ten stacks of the next.
#[test]
fn stacks_do_not_grow_without_end() {
    let stacks = |of: &str| -> String {
        let one = |name: usize| {
            format!("  S{name}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {of}}}}}\n")
        };
        (0..10).map(one).collect()
    };
    let long = format!("Metadata: {}\nResources: {{Topic: {{Type: AWS::SNS::Topic}}}}\n", "x".repeat(100_000));
    let mut scratch = Scratch::new("nested-bomb").with("9.yaml", &long);
    for level in 0..9 {
        let of = format!("{}.yaml", level + 1);
        scratch = scratch.with(&format!("{level}.yaml"), &format!("Resources:\n{}", stacks(&of)));
    }
    // Of 8.yaml all can be told: it makes no network.
    for (first, code) in [(2, 2), (8, 3)] {
        let run = scratch.run(&["lint", &format!("{first}.yaml"), "--format", "json"]);
        assert_eq!(run.code, code, "{first}: {}{}", run.out, run.err);
    }
}

/// The CDK writes an address in S3 that hangs on the account, and in the metadata which file it is.
#[test]
fn a_stack_of_the_cdk_is_the_file_beside_the_template() {
    let url = "Properties: {TemplateURL: ./parts/network.yaml";
    let cdk = "Metadata: {'aws:asset:path': parts/network.yaml, 'aws:asset:property': TemplateURL}\n    \
               Properties: {TemplateURL: !Sub 'https://s3.${AWS::Region}.${AWS::URLSuffix}/cdk-assets/1.json'";
    let run = lint(&written("nested-cdk", &[(url, cdk)], &[], &[]), &[]);
    assert_eq!((run.code, run.faults()), (0, Vec::new()), "{}{}", run.out, run.err);
    assert!(!run.out.contains("nested stack"), "{}", run.out);
}

/// CloudFormation calls a nested stack by its parent's name and its logical id.
#[test]
fn what_a_nested_stack_made_is_updated() {
    let made = |id: &str, stack: &str, logical: &str| {
        format!(
            r#"{{"VpcId": "{id}", "CidrBlock": "10.0.0.0/16", "Tags": [{{"Key": "aws:cloudformation:stack-name", "Value": "{stack}"}}, {{"Key": "aws:cloudformation:logical-id", "Value": "{logical}"}}]}}"#
        )
    };
    let vpcs = [made("vpc-1", "shop-Network-1ABCD2EFGH3IJ", "Vpc"), made("vpc-2", "shop-Other-1ABCD2EFGH3IJ", "Vpc")];
    let fault = [("{SubnetId: !Ref Public, Alloc", "{SubnetId: !Ref Private, Alloc")];
    for more in [&[][..], &["--stack-name", "shop"]] {
        let scratch = written("nested-onto", &[], &fault, &[])
            .with("there.json", &format!(r#"{{"Vpcs": [{}]}}"#, vpcs.join(",")));
        let run = lint(&scratch, &[&["--onto", "there.json"], more].concat());
        let findings = run.json()["findings"].clone();
        let vpc = findings.as_array().and_then(|all| all.iter().find(|one| one["rule"] == "nat/in-public-subnet"));
        assert_eq!(vpc.map(|found| found["vpc"].to_string()).as_deref(), Some("\"vpc-1\""), "{}{}", run.out, run.err);
    }
}
