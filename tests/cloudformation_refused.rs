//! Templates that CloudFormation would refuse for a name, and values that other stacks export.

mod cli_support;
mod cloudformation_support;

use cli_support::Scratch;
use cloudformation_support::{lint, template};
use serde_json::json;

/// Each ends with exit code 2, says what is wrong and what was meant, and points at the line.
#[test]
fn misspelt_and_lacking_names_are_refused() {
    let cases: [(&str, &str, &str, &str, &str); 15] = [
        (
            "!GetAtt Address.AllocationId",
            "!GetAtt Address.AllocationIdd",
            "`AWS::EC2::EIP` has no attribute `AllocationIdd`",
            "is `AllocationId` meant?",
            "Nat",
        ),
        (
            "!GetAtt Address.AllocationId",
            "!Sub '${Address.AllocationID}'",
            "`AWS::EC2::EIP` has no attribute `AllocationID`",
            "is `AllocationId` meant?",
            "Nat",
        ),
        (
            "!GetAtt Address.AllocationId",
            "{Fn::GetAtt: [Address, AllocatonId]}",
            "`AWS::EC2::EIP` has no attribute `AllocatonId`",
            "is `AllocationId` meant?",
            "Nat",
        ),
        (
            "AWS::EC2::NatGateway",
            "AWS::EC2::NatGatway",
            "CloudFormation has no type `AWS::EC2::NatGatway`",
            "is `AWS::EC2::NatGateway` meant?",
            "Nat",
        ),
        (
            "AWS::ECS::TaskDefinition",
            "AWS::ECS::Taskdefinition",
            "CloudFormation has no type `AWS::ECS::Taskdefinition`",
            "is `AWS::ECS::TaskDefinition` meant?",
            "Definition",
        ),
        (
            "{SubnetId: !Ref Public, AllocationId",
            "{SubnetID: !Ref Public, AllocationId",
            "`AWS::EC2::NatGateway` has no property `SubnetID`",
            "is `SubnetId` meant?",
            "Nat",
        ),
        (
            "{RouteTableId: !Ref PrivateTable, DestinationCidrBlock",
            "{DestinationCidrBlock",
            "`PrivateRoute` lacks `RouteTableId`, which `AWS::EC2::Route` must have",
            "mend the template",
            "PrivateRoute",
        ),
        (
            "{VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24",
            "{CidrBlock: 10.0.1.0/24",
            "`Private` lacks `VpcId`, which `AWS::EC2::Subnet` must have",
            "mend the template",
            "Private",
        ),
        (
            "DestinationCidrBlock: 0.0.0.0/0, NatGatewayId",
            "NatGatewayId",
            "`PrivateRoute` lacks `DestinationCidrBlock` or `DestinationIpv6CidrBlock` or `DestinationPrefixListId`, which `AWS::EC2::Route` must have",
            "mend the template",
            "PrivateRoute",
        ),
        (
            "{RouteTableId: !Ref PrivateTable, SubnetId",
            "{RouteTableId: !If [Never, !Ref PrivateTable, !Ref 'AWS::NoValue'], SubnetId",
            "`PrivateAssociation` lacks `RouteTableId`, which `AWS::EC2::SubnetRouteTableAssociation` must have",
            "mend the template",
            "PrivateAssociation",
        ),
        (
            "{CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}",
            "{EnableDnsHostnames: true}",
            "`Vpc` lacks `CidrBlock` or `Ipv4IpamPoolId`, which `AWS::EC2::VPC` must have",
            "mend the template",
            "Vpc",
        ),
        (
            "Subnets: [!Ref Private], ",
            "Subnets: [!Ref Private], AssignPublicIp: Enabled, ",
            "`AssignPublicIp` of `Service` must be ENABLED or DISABLED",
            "mend the template",
            "Service",
        ),
        (
            "Subnets: [!Ref Private], ",
            "Subnets: [!Ref Private], AssignPublicIp: true, ",
            "`AssignPublicIp` of `Service` must be ENABLED or DISABLED",
            "mend the template",
            "Service",
        ),
        (
            "LaunchType: FARGATE",
            "LaunchType: FARGTE",
            "`LaunchType` of `Service` must be EC2 or FARGATE or EXTERNAL: is FARGATE meant?",
            "mend the template",
            "Service",
        ),
        (
            "RequiresCompatibilities: [FARGATE]",
            "RequiresCompatibilities: [Fargate]",
            "`RequiresCompatibilities` of `Definition` must be EC2 or FARGATE",
            "mend the template",
            "Definition",
        ),
    ];
    for (from, to, message, help, resource) in cases {
        let text = template(&[(from, to)], "");
        let begins = text.lines().position(|line| line == format!("  {resource}:")).expect("it is in the template");
        let ends = text.lines().skip(begins + 1).position(|line| !line.starts_with("    ")).unwrap_or(usize::MAX);
        let run = lint("refused", &text, &["--parameters", "Choice=no"]).run;
        let said = run.err.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        assert_eq!(run.code, 2, "{to}: {run:#?}");
        assert!(said.contains(message) && said.contains(help), "{to}: {message}\n{}", run.err);
        let line =
            run.err.split("template.yaml:").nth(1).and_then(|rest| rest.split(':').next()?.parse::<usize>().ok());
        let is_there =
            line.is_some_and(|line| line > begins + 1 && line <= begins.saturating_add(1).saturating_add(ends));
        assert!(is_there, "{to}: it is in the lines after {}\n{}", begins + 1, run.err);
    }
}

#[test]
fn ports_that_are_no_numbers_are_refused() {
    let group = "GroupDescription: The service";
    for (port, is_refused) in [("abc", true), ("'443'", false), ("443.0", false), ("!Ref Choice", false), ("4.5", true)]
    {
        let inline = format!(
            "{group}, SecurityGroupEgress: [{{IpProtocol: tcp, FromPort: {port}, ToPort: 443, CidrIp: 0.0.0.0/0}}]"
        );
        let own = format!(
            "  Rule:\n    Type: AWS::EC2::SecurityGroupIngress\n    Properties: {{GroupId: !Ref Group, IpProtocol: tcp, FromPort: \
             {port}, ToPort: 443, CidrIp: 10.0.0.0/8}}\n"
        );
        for text in [template(&[(group, &inline)], ""), template(&[], &own)] {
            let run = lint("refused-port", &text, &[]).run;
            assert_eq!(run.code == 2, is_refused, "{port}: {run:#?}");
            assert_eq!(run.err.contains("must be a whole number"), is_refused, "{port}: {}", run.err);
        }
    }
}

/// What joins others is checked as they are.
#[test]
fn properties_of_associations_are_refused_that_do_not_exist() {
    for (ty, properties, message) in [
        (
            "ECS::ClusterCapacityProviderAssociations",
            "Cluster: !Ref Cluster, CapacityProviders: [FARGATE], DefaultCapacityProviderStrategi: []",
            "DefaultCapacityProviderStrategi",
        ),
        (
            "ECS::ClusterCapacityProviderAssociations",
            "Cluster: !Ref Cluster, CapacityProviders: [FARGATE], DefaultCapacityProviderStrategy: {CapacityProvider: FARGATE}",
            "must be a list",
        ),
        ("ECS::ClusterCapacityProviderAssociations", "DefaultCapacityProviderStrategy: []", "lacks `Cluster`"),
        ("EC2::EIPAssociation", "AllocationID: eipalloc-1, NetworkInterfaceId: eni-1", "AllocationID"),
        (
            "ECS::ExpressGatewayService",
            "InfrastructureRoleArn: arn:aws:iam::1:role/a, PrimaryContaner: {Image: a}",
            "PrimaryContaner",
        ),
    ] {
        let added = format!("  Joined: {{Type: 'AWS::{ty}', Properties: {{{properties}}}}}\n");
        let run = lint("refused-association", &template(&[], &added), &[]).run;
        assert_eq!(run.code, 2, "{properties}: {run:#?}");
        assert!(run.err.contains(message), "{properties}: {}", run.err);
    }
}

/// Tasks that a schedule or an event starts are asked for as services are.
#[test]
fn words_of_scheduled_tasks_are_refused_that_do_not_exist() {
    let started = |network: &str, launch: &str, ip: &str| {
        format!(
            "EcsParameters: {{TaskDefinitionArn: !Ref Definition, LaunchType: {launch}, NetworkConfiguration: \
             {{{network}: {{Subnets: [!Ref Private], AssignPublicIp: {ip}}}}}}}"
        )
    };
    let rule = |launch: &str, ip: &str| {
        let target = started("AwsVpcConfiguration", launch, ip);
        format!(
            "  Started:\n    Type: AWS::Events::Rule\n    Properties: {{ScheduleExpression: rate(1 hour), Targets: \
             [{{Id: a, Arn: !GetAtt Cluster.Arn, {target}}}]}}\n"
        )
    };
    let schedule = |launch: &str, ip: &str| {
        let target = started("AwsvpcConfiguration", launch, ip);
        format!(
            "  Started:\n    Type: AWS::Scheduler::Schedule\n    Properties: {{ScheduleExpression: rate(1 hour), Target: \
             {{Arn: !GetAtt Cluster.Arn, {target}}}}}\n"
        )
    };
    let set = |launch: &str, ip: &str| {
        format!(
            "  Started:\n    Type: AWS::ECS::TaskSet\n    Properties: {{Cluster: !Ref Cluster, Service: !Ref Service, \
             TaskDefinition: !Ref Definition, LaunchType: {launch}, NetworkConfiguration: {{AwsVpcConfiguration: \
             {{Subnets: [!Ref Private], AssignPublicIp: {ip}}}}}}}\n"
        )
    };
    type Writes<'w> = &'w dyn Fn(&str, &str) -> String;
    let kinds: [(Writes<'_>, &str); 3] =
        [(&rule, "EC2 or FARGATE or EXTERNAL"), (&schedule, "EC2 or FARGATE or EXTERNAL"), (&set, "EC2 or FARGATE")];
    for (written, words) in kinds {
        for (launch, ip, message) in [
            ("FARGATE", "DISABLED", String::new()),
            ("!Ref Choice", "DISABLED", String::new()),
            ("FARGTE", "DISABLED", format!("`LaunchType` of `Started` must be {words}: is FARGATE meant?")),
            ("MANAGED_INSTANCES", "DISABLED", format!("`LaunchType` of `Started` must be {words}")),
            ("FARGATE", "Enabled", "`AssignPublicIp` of `Started` must be ENABLED or DISABLED".to_owned()),
        ] {
            let text = template(&[], &written(launch, ip));
            let run = lint("refused-started", &text, &[]).run;
            let said = run.err.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
            assert_eq!(run.code == 2, !message.is_empty(), "{launch} {ip}: {run:#?}");
            assert!(said.contains(&message), "{launch} {ip}: {message}\n{}", run.err);
        }
    }
}

/// What it shows, what is replaced by what in the template, what is added to it, and what is said to be unknown.
type Case<'t> = (&'t str, &'t [(&'t str, &'t str)], &'t str, &'t str);

/// AWS adds types, properties and attributes at any time: what is like none that is known is none of ours to refuse. Nor is
/// what may never be made, or is yet to be added to.
#[test]
fn what_may_be_new_is_not_refused() {
    let sound = "Nat:\n    Type: AWS::EC2::NatGateway";
    let cases: [Case<'_>; 6] = [
        (
            "a new type",
            &[],
            "  New:\n    Type: AWS::EC2::QuantumGateway\n    Properties: {VpcId: !Ref Vpc}\n",
            "what resource of an unknown type New makes",
        ),
        (
            "a new property",
            &[("{SubnetId: !Ref Public, All", "{SubnetIds: [!Ref Public], SubnetId: !Ref Public, All")],
            "",
            "",
        ),
        ("a new attribute", &[], "Outputs: {A: {Value: !GetAtt Vpc.EncryptionControlId}}\n", ""),
        ("a property as an attribute", &[], "Outputs: {A: {Value: !GetAtt Private.AvailabilityZone}}\n", ""),
        ("a resource that isn't made", &[], "  Off:\n    Type: AWS::EC2::Route\n    Condition: Never\n", ""),
        (
            "a resource that may not be made",
            &[],
            "  Off:\n    Type: AWS::EC2::Subnet\n    Condition: Maybe\n",
            "what hangs on parameter Choice",
        ),
    ];
    assert!(template(&[], "").contains(sound));
    for (name, edits, added, note) in cases {
        let said = lint("not-refused", &template(edits, added), &["--region", "us-east-1"]);
        assert_ne!(said.run.code, 2, "{name}: {:#?}", said.run);
        assert!(said.not_checked.contains(note), "{name}: {}", said.not_checked);
    }
}

/// `Fn::ImportValue` is followed where exports are given, beside the template or as what is there.
#[test]
fn exports_of_other_stacks_are_imported() {
    let edits =
        [("Subnets: [!Ref Private]", "Subnets: !Split [',', !ImportValue {'Fn::Sub': '${AWS::StackName}-subnets'}]")];
    let text = template(&edits, "").replace("!ImportValue {'Fn::Sub'", "Fn::ImportValue: {'Fn::Sub'").replace(
        "[',', Fn::ImportValue: {'Fn::Sub': '${AWS::StackName}-subnets'}]",
        "[',', {'Fn::ImportValue': {'Fn::Sub': '${AWS::StackName}-subnets'}}]",
    );
    let export = |name: &str, value: &str| json!({"ExportingStackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/net/1", "Name": name, "Value": value});
    let exports = |list: &[serde_json::Value]| json!({"Exports": list}).to_string();
    let given = [
        ("exports", exports(&[export("app-other", "subnet-1"), export("app-subnets", "Private,Private2")]), 2),
        ("another name", exports(&[export("app-subnet", "Private")]), 0),
        ("two values", exports(&[export("app-subnets", "Private"), export("app-subnets", "Other")]), 0),
        ("none", exports(&[]), 0),
    ];
    let second = "  Private2:\n    Type: AWS::EC2::Subnet\n    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24}\n";
    for (name, exports, subnets) in given {
        let scratch =
            Scratch::new("exports").with("template.yaml", &format!("{text}{second}")).with("exports.json", &exports);
        let flags = ["--region", "us-east-1", "--stack-name", "app", "--parameters", "Choice=no", "--format", "json"];
        for place in [&["exports.json"][..], &["--onto", "exports.json"]] {
            let run = scratch.run(&[&["lint", "template.yaml"], place, &flags].concat());
            let said = run.json();
            let flows = said["workloads"][0]["flows"].as_array().cloned().unwrap_or_default();
            let mut found: Vec<&str> = flows.iter().filter_map(|flow| flow["subnet"].as_str()).collect();
            found.sort_unstable();
            found.dedup();
            let of_service = if said["workloads"][0]["name"] == "Service" { found.len() } else { 0 };
            assert_eq!(of_service, subnets, "{name} {place:?}: {run:#?}");
            let is_told = run.out.contains("what hangs on the import of app-subnets");
            assert_eq!(is_told, subnets == 0, "{name} {place:?}: {run:#?}");
        }
    }
    // Alone they are nothing to judge, and what isn't a list of them is told at its place.
    let scratch = Scratch::new("exports").with("exports.json", &exports(&[]));
    let run = scratch.run(&["lint", "exports.json"]);
    assert!(run.code == 2 && run.err.contains("an object with `Exports`"), "{run:#?}");
    let scratch =
        Scratch::new("exports").with("template.yaml", &text).with("exports.json", "{\"Exports\": [{\"Name\": 1}]}");
    let run = scratch.run(&["lint", "template.yaml", "--onto", "exports.json"]);
    assert!(run.code == 2 && run.err.contains("exports.json:1:23"), "{run:#?}");
}

/// Of two resources with the same member the one is shown that has the value which can't be.
#[test]
fn values_of_the_wrong_type_are_shown_where_they_are_written() {
    let endpoint = |name: &str, subnets: &str| {
        format!(
            "  {name}:\n    Type: AWS::EC2::VPCEndpoint\n    Properties:\n      VpcId: vpc-1\n      ServiceName: \
             com.amazonaws.us-east-1.logs\n      VpcEndpointType: Interface\n      SubnetIds: {subnets}\n"
        )
    };
    let definition = |name: &str, container: &str| {
        format!(
            "  {name}:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions:\n      - {container}\n"
        )
    };
    let group = |name: &str, rules: &str| {
        format!(
            "  {name}:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      GroupDescription: a\n      \
             SecurityGroupIngress: {rules}\n"
        )
    };
    let subnet = |name: &str, is_public: &str| {
        format!(
            "  {name}:\n    Type: AWS::EC2::Subnet\n    Properties:\n      VpcId: vpc-1\n      CidrBlock: 10.0.0.0/24\n      \
             MapPublicIpOnLaunch: {is_public}\n"
        )
    };
    let network = "  Net:\n    Type: AWS::EC2::VPC\n    Properties: {CidrBlock: 10.0.0.0/16}\n";
    type Resource<'r> = &'r dyn Fn(&str, &str) -> String;
    let cases: [(Resource<'_>, &str, &str); 4] = [
        (&endpoint, "[subnet-1]", "[{a: 1}]"),
        (&definition, "{Name: a, Image: b}", "{Name: a, Image: {c: 1}}"),
        (&group, "[{IpProtocol: '-1', CidrIp: 10.0.0.0/8}]", "{IpProtocol: '-1', CidrIp: 10.0.0.0/8}"),
        (&subnet, "yes", "maybe"),
    ];
    for (made, right, wrong) in cases {
        for (first, second) in [(right, wrong), (wrong, right)] {
            let text = format!("Resources:\n{network}{}{}", made("A", first), made("B", second));
            let line = text.lines().position(|line| line.ends_with(wrong)).expect("it is written") + 1;
            let run = Scratch::new("types").with("a.yaml", &text).run(&["lint", "a.yaml"]);
            assert_eq!((run.code, run.out.as_str()), (2, ""), "{wrong}: {run:#?}");
            assert!(run.err.contains(&format!("a.yaml:{line}:")), "{wrong} in line {line}: {}", run.err);
        }
        let text = format!("Resources:\n{network}{}{}", made("A", right), made("B", right));
        let run = Scratch::new("types").with("a.yaml", &text).run(&["lint", "a.yaml"]);
        assert_ne!(run.code, 2, "{right}: {run:#?}");
    }
}

#[test]
fn a_condition_is_named_by_a_text() {
    let text =
        "Resources:\n  A:\n    Type: AWS::EC2::VPC\n    Condition: [B]\n    Properties: {CidrBlock: 10.0.0.0/16}\n";
    let run = Scratch::new("condition").with("a.yaml", text).run(&["lint", "a.yaml"]);
    assert!(run.code == 2 && run.err.contains("must be the name of a condition"), "{run:#?}");
}
