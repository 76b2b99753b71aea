use super::*;
use crate::input::planned::{Fields, Node, Value};
use crate::snapshot::Source;

/// What the template of the first source makes.
fn made(sources: &Sources) -> Result<Made, InputError> {
    let file = File { source: SourceId(0), label: None, nested: Nested::default() };
    templates(sources, &[file], &Stack::default(), &Exports::default(), None)
}

const TEMPLATE: &str = "\
Parameters:
  Name: {Type: String, Default: app}
  Count: {Type: Number, Default: 2}
  Cidrs: {Type: CommaDelimitedList, Default: '10.0.0.0/24, 10.0.1.0/24'}
  Vpc: {Type: 'AWS::EC2::VPC::Id'}
  Subnets: {Type: 'List<AWS::EC2::Subnet::Id>'}
  Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /images/app}
Mappings:
  Sizes:
    eu-west-1: {Cidr: 10.1.0.0/16, Zones: [a, b]}
    us-east-1: {Cidr: 10.2.0.0/16, Zones: [c, d]}
Conditions:
  Yes: !Equals [!Ref Name, app]
  No: !Not [Condition: Yes]
  Maybe: !Equals [!Ref Vpc, vpc-1]
  All: !And [Condition: Yes, Condition: Maybe]
  None: !And [Condition: No, Condition: Maybe]
  Any: !Or [Condition: Yes, Condition: Maybe]
  Same: !Equals [!Ref Vpc, !Ref Vpc]
  Case: !Equals [!Ref Name, App]
Resources:
  Network:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: !Select [1, !Ref Cidrs]}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: g, VpcId: !Ref Network}
  Address: {Type: 'AWS::EC2::EIP'}
  Cluster: {Type: 'AWS::ECS::Cluster', Properties: {ClusterName: !Ref Name}}
  Logs: {Type: 'AWS::Logs::LogGroup'}
  Repository: {Type: 'AWS::ECR::Repository', Properties: {RepositoryName: team/app}}
  Secret: {Type: 'AWS::SecretsManager::Secret'}
  Value:
    Type: Test::Value::Here
    Properties: {Value: PLACEHOLDER}
";

fn sources(text: String) -> Sources {
    let mut sources = Sources::default();
    sources.add(Source::new("t.yaml", text));
    sources
}

/// A value as JSON; what isn't known in angle brackets.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Unknown(expression) | Value::LeftOut(expression) => format!("<{expression}>"),
        Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Object(Fields(fields)) => {
            let members = fields.iter().map(|(key, member)| format!("{key}: {}", shown(member)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

/// What an expression of YAML comes to, deployed to a region.
fn evaluated(expression: &str, region: Option<&str>) -> Result<String, InputError> {
    let sources = sources(TEMPLATE.replace("PLACEHOLDER", expression));
    let template = Template::read(&sources, SourceId(0))?;
    check::check(&template)?;
    let target = Target { region: region.map(str::to_owned), ..Target::default() };
    let mut evaluator = Evaluator::new(&template, &Parameters::default(), target)?;
    let found = evaluator.property("Value", "Value")?;
    Ok(found.as_ref().map_or_else(|| "nothing".into(), shown))
}

#[test]
fn functions_make_what_cloudformation_makes() {
    #[rustfmt::skip]
    let cases = [
        // Ref
        ("!Ref Name", r#""app""#),
        ("{Ref: Count}", r#""2""#),
        ("!Ref Cidrs", r#"["10.0.0.0/24", "10.0.1.0/24"]"#),
        ("!Ref Vpc", "<Vpc>"),
        ("!Ref Subnets", "<Subnets>"),
        ("!Ref Image", "<resolve ssm /images/app>"),
        ("'{{resolve:ssm:/net/vpc:1}}'", "<resolve ssm /net/vpc 1>"),
        ("!Sub 'a/{{resolve:ssm:/net/${Name}}}'", r#""a/${resolve ssm /net/app}""#),
        ("!Ref Network", r#""Network""#),
        ("!Ref Address", "<Address.PublicIp>"),
        ("!Ref Cluster", r#""app""#),
        ("!Ref Logs", "<AWS name of Logs>"),
        ("!Ref AWS::Region", r#""eu-west-1""#),
        ("!Ref AWS::Partition", r#""aws""#),
        ("!Ref AWS::URLSuffix", r#""amazonaws.com""#),
        ("!Ref AWS::AccountId", "<AWS AccountId>"),
        ("[a, !Ref AWS::NoValue]", r#"["a"]"#),
        ("{A: a, B: !Ref AWS::NoValue}", r#"{A: "a"}"#),
        // GetAtt
        ("!GetAtt Address.AllocationId", r#""Address""#),
        ("!GetAtt [Group, GroupId]", r#""Group""#),
        ("'Fn::GetAtt': [Network, CidrBlock]", r#""10.0.1.0/24""#),
        ("!GetAtt Group.VpcId", r#""Network""#),
        ("!GetAtt Network.DefaultSecurityGroup", r#""Network.DefaultSecurityGroup""#),
        ("!GetAtt Logs.Arn", r#""arn:aws:logs:eu-west-1:${AWS AccountId}:log-group:${AWS name of Logs}:*""#),
        ("{Ref: !Join ['', [Net, work]]}", r#""Network""#),
        ("'Fn::GetAtt': [!Join ['', [Net, work]], CidrBlock]", r#""10.0.1.0/24""#),
        ("!GetAtt Repository.Arn", r#""arn:aws:ecr:eu-west-1:${AWS AccountId}:repository/team/app""#),
        ("!GetAtt Repository.RepositoryUri", r#""${AWS AccountId}.dkr.ecr.eu-west-1.amazonaws.com/team/app""#),
        ("!Ref Secret", r#""arn:aws:secretsmanager:eu-west-1:${AWS AccountId}:secret:${AWS name of Secret}""#),
        // Sub
        ("!Sub '${Name}-${AWS::Region}'", r#""app-eu-west-1""#),
        ("!Sub ['${Name}-${X}', {X: !Ref Count}]", r#""app-2""#),
        ("!Sub ['${Name}', {Name: own}]", r#""own""#),
        ("!Sub '${Address.AllocationId}.${!Name}'", r#""Address.${Name}""#),
        ("!Sub '${Vpc}'", "<Vpc>"),
        ("!Sub '${Vpc}/x'", r#""${Vpc}/x""#),
        // Join, Split, Select
        ("!Join ['-', [a, !Ref Count, true]]", r#""a-2-true""#),
        ("!Join [',', !Ref Cidrs]", r#""10.0.0.0/24,10.0.1.0/24""#),
        ("!Join [',', !Ref Subnets]", "<Join Subnets>"),
        ("!Join ['', [a, !Ref 'AWS::NoValue', b]]", r#""ab""#),
        ("!Split ['|', 'a||b']", r#"["a", "", "b"]"#),
        ("!Split [',', !Ref Vpc]", "<Split ${Vpc}>"),
        ("!Select [1, [a, b]]", r#""b""#),
        ("!Select ['0', !Ref Cidrs]", r#""10.0.0.0/24""#),
        ("!Select [1, !Ref Subnets]", "<Subnets[1]>"),
        ("!Select [4, !Split [':', !GetAtt Repository.Arn]]", "<AWS AccountId>"),
        // GetAZs
        ("!Select [0, !GetAZs '']", r#""zone 1""#),
        ("!Select [1, 'Fn::GetAZs': !Ref 'AWS::Region']", r#""zone 2""#),
        ("!Select [1, !GetAZs eu-west-1]", r#""zone 2""#),
        ("!Select [1, !GetAZs us-east-1]", "<GetAZs us-east-1[1]>"),
        // Cidr
        ("!Cidr ['192.168.0.0/24', 6, 5]", r#"["192.168.0.0/27", "192.168.0.32/27", "192.168.0.64/27", "192.168.0.96/27", "192.168.0.128/27", "192.168.0.160/27"]"#),
        ("!Cidr [10.0.0.0/16, 2]", "<Cidr 10.0.0.0/16>"),
        ("!Cidr ['2001:db8::/56', 2, 64]", r#"["2001:db8::/64", "2001:db8:0:1::/64"]"#),
        ("!Select [0, !Cidr [!GetAtt Network.CidrBlock, 1, 8]]", r#""10.0.1.0/24""#),
        ("!Select [0, !Cidr [!Select [0, !GetAtt Network.Ipv6CidrBlocks], 1, 64]]", "<Cidr Network.Ipv6CidrBlocks[0][0]>"),
        // If
        ("!If [Yes, a, b]", r#""a""#),
        ("!If [No, a, b]", r#""b""#),
        ("!If [Maybe, a, b]", "<If Maybe>"),
        ("!If [Maybe, a, a]", r#""a""#),
        ("!If [Maybe, {A: a, B: b}, {B: c, A: a}]", r#"{A: "a", B: <If Maybe>}"#),
        ("!If [Maybe, {A: a}, {B: b}]", "{A: <If Maybe>, B: <If Maybe>}"),
        ("!If [Maybe, [a, b], [a]]", r#"["a", <If Maybe>]"#),
        ("!If [Maybe, [a], !Ref 'AWS::NoValue']", "<If Maybe>"),
        ("[!If [Maybe, a, !Ref 'AWS::NoValue'], b]", r#"[<If Maybe>, "b"]"#),
        ("!If [Maybe, !Select [7, [a]], a]", "<If Maybe>"),
        ("!If [Maybe, !FindInMap [Sizes, nowhere, Cidr], a]", "<If Maybe>"),
        ("!If [All, a, b]", "<If All>"),
        ("!If [None, a, b]", r#""b""#),
        ("!If [Any, a, b]", r#""a""#),
        ("!If [Same, a, b]", r#""a""#),
        ("!If [Case, a, b]", r#""b""#),
        ("[!If [No, a, !Ref 'AWS::NoValue'], b]", r#"["b"]"#),
        // FindInMap
        ("!FindInMap [Sizes, !Ref 'AWS::Region', Cidr]", r#""10.1.0.0/16""#),
        ("!Select [1, !FindInMap [Sizes, us-east-1, Zones]]", r#""d""#),
        ("!FindInMap [Sizes, !Ref Vpc, Cidr]", "<FindInMap ${Vpc}>"),
        ("!FindInMap [Sizes, nowhere, Cidr, {DefaultValue: d}]", r#""d""#),
        // The others
        ("!ImportValue network-VpcId", "<ImportValue network-VpcId>"),
        ("!ImportValue {'Fn::Sub': '${Name}-VpcId'}", "<ImportValue app-VpcId>"),
        ("!Base64 app", r#""YXBw""#),
        ("'Fn::Length': !Ref Cidrs", "2"),
        ("!Transform {Name: Mine}", "<Fn::Transform>"),
    ];
    for (expression, expected) in cases {
        let expression = if expression.starts_with("'Fn::") { format!("{{{expression}}}") } else { expression.into() };
        let found = evaluated(&expression, Some("eu-west-1")).unwrap_or_else(|error| error.to_string());
        assert_eq!(found, expected, "{expression}");
    }
}

/// Resources, and a member of the element that each becomes.
#[test]
fn resources_become_elements() {
    let cases = [
        (
            "Nat: {Type: 'AWS::EC2::NatGateway', Properties: {SubnetId: subnet-1, AllocationId: a, PrivateIpAddress: 10.0.0.9, \
             SecondaryAllocationIds: [b, c]}}",
            "/NatGateways/0/NatGatewayAddresses",
            r#"[{"AllocationId":"a","IsPrimary":true,"PrivateIp":"10.0.0.9","Status":"succeeded"},{"AllocationId":"b","IsPrimary":false,"Status":"succeeded"},{"AllocationId":"c","IsPrimary":false,"Status":"succeeded"}]"#,
        ),
        (
            "Nat: {Type: 'AWS::EC2::NatGateway', Properties: {VpcId: vpc-1, AvailabilityMode: regional, \
             AvailabilityZoneAddresses: [{AllocationIds: [a], AvailabilityZone: eu-west-1a}]}}",
            "/NatGateways/0/NatGatewayAddresses",
            r#"[{"AllocationId":"a","AvailabilityZone":"eu-west-1a","IsPrimary":false,"Status":"succeeded"}]"#,
        ),
        (
            "Shared: {Type: 'AWS::EC2::SecurityGroupVpcAssociation', Properties: {GroupId: sg-1, VpcId: vpc-2}}\n  Again: \
             {Type: 'AWS::EC2::SecurityGroupVpcAssociation', Properties: {GroupId: sg-1, VpcId: vpc-3}}",
            "/SecurityGroupVpcAssociations",
            r#"[{"GroupId":"sg-1","State":"associated","VpcId":"vpc-2"},{"GroupId":"sg-1","State":"associated","VpcId":"vpc-3"}]"#,
        ),
        (
            "Interface: {Type: 'AWS::EC2::NetworkInterface', Properties: {SubnetId: subnet-1, PrivateIpAddress: !Ref P, \
             Ipv6Addresses: [{Ipv6Address: '2001:db8::1'}]}}",
            "/NetworkInterfaces/0",
            r#"{"Ipv6Addresses":[{"Ipv6Address":"2001:db8::1"}],"NetworkInterfaceId":"Interface","SubnetId":"subnet-1"}"#,
        ),
        (
            "Service: {Type: 'AWS::ECS::Service', Properties: {DeploymentController: {Type: EXTERNAL}}}\n  Set: {Type: \
             'AWS::ECS::TaskSet', Properties: {Cluster: c, Service: !Ref Service, TaskDefinition: web, LaunchType: FARGATE, \
             NetworkConfiguration: {AwsVpcConfiguration: {Subnets: [subnet-1]}}}}",
            "/services/0/taskSets",
            r#"[{"id":"Set","launchType":"FARGATE","loadBalancers":[],"networkConfiguration":{"awsvpcConfiguration":{"subnets":["subnet-1"]}},"status":"ACTIVE","taskDefinition":"web"}]"#,
        ),
        (
            "Cluster: {Type: 'AWS::ECS::Cluster'}\n  Providers: {Type: 'AWS::ECS::ClusterCapacityProviderAssociations', \
             Properties: {Cluster: !Ref Cluster, DefaultCapacityProviderStrategy: [{CapacityProvider: FARGATE_SPOT}]}}\n  \
             Service: {Type: 'AWS::ECS::Service', Properties: {Cluster: !Ref Cluster}}",
            "/services/0/capacityProviderStrategy",
            r#"[{"capacityProvider":"FARGATE_SPOT"}]"#,
        ),
        (
            "Cluster: {Type: 'AWS::ECS::Cluster', Properties: {ClusterName: shop, DefaultCapacityProviderStrategy: \
             [{CapacityProvider: hosts}]}}\n  Service: {Type: 'AWS::ECS::Service', Properties: {Cluster: shop, \
             DeploymentController: {Type: EXTERNAL}}}\n  Set: {Type: 'AWS::ECS::TaskSet', Properties: {Cluster: !Ref Cluster, \
             Service: !Ref Service, TaskDefinition: web}}",
            "/services/0/taskSets/0/capacityProviderStrategy",
            r#"[{"capacityProvider":"hosts"}]"#,
        ),
        (
            "Address: {Type: 'AWS::EC2::EIP'}\n  Interface: {Type: 'AWS::EC2::NetworkInterface', Properties: {SubnetId: subnet-1}}\n  \
             Both: {Type: 'AWS::EC2::EIPAssociation', Properties: {AllocationId: !GetAtt Address.AllocationId, \
             NetworkInterfaceId: !Ref Interface}}",
            "/Addresses/0/NetworkInterfaceId",
            r#""Interface""#,
        ),
        (
            "List: {Type: 'AWS::EC2::PrefixList', Properties: {PrefixListName: l, AddressFamily: IPv4, Entries: [{Cidr: 10.0.0.0/8}, {Cidr: !Sub '10.${P}/16'}]}}",
            "/PrefixLists/0/Cidrs",
            r#"["10.0.0.0/8","${10.${P}/16}"]"#,
        ),
    ];
    for (resource, pointer, expected) in cases {
        let sources = sources(format!("Parameters: {{P: {{Type: String}}}}\nResources:\n  {resource}\n"));
        let made = made(&sources).expect(resource);
        let made: serde_json::Value = serde_json::from_str(&made.text).expect(resource);
        let expected: serde_json::Value = serde_json::from_str(expected).expect(expected);
        assert_eq!(made.pointer(pointer), Some(&expected), "{resource}");
    }
}

#[test]
fn without_a_region_only_what_needs_it_is_unknown() {
    let cases = [
        ("!Ref AWS::Region", "<AWS Region>"),
        ("!Sub 'com.amazonaws.${AWS::Region}.s3'", r#""com.amazonaws.${AWS Region}.s3""#),
        ("!Select [0, !GetAZs {Ref: 'AWS::Region'}]", r#""zone 1""#),
        ("!FindInMap [Sizes, !Ref 'AWS::Region', Cidr]", "<FindInMap ${AWS Region}>"),
        ("!Select [3, !Split [':', !GetAtt Repository.Arn]]", "<AWS Region>"),
        ("!Select [4, !Split [':', !GetAtt Repository.Arn]]", "<AWS AccountId>"),
    ];
    for (expression, expected) in cases {
        assert_eq!(evaluated(expression, None).ok().as_deref(), Some(expected), "{expression}");
    }
}

#[test]
fn what_cloudformation_refuses_has_a_place() {
    let cases = [
        "!Reff Name",
        "!Ref Nam",
        "!Ref AWS::Regio",
        "!GetAtt Networks.CidrBlock",
        "!GetAtt Network",
        "{'Fn::Subst': x}",
        "!Sub '${Nme}'",
        "!Sub [a]",
        "!Sub [a, {X: [b]}, c]",
        "!Join [',']",
        "!Join [',', [[a]]]",
        "!Select [5, [a, b]]",
        "!Select [x, [a, b]]",
        "!Split ['', a]",
        "!Cidr ['10.0.0.0/24', 2, 8]",
        "!Cidr [here, 2, 8]",
        "!If [Yess, a, b]",
        "!If [Yes, a]",
        "!FindInMap [Sizes, nowhere, Cidr]",
        "{Ref: [a]}",
    ];
    let mut shown = String::new();
    for expression in cases {
        let text = TEMPLATE.replace("PLACEHOLDER", expression);
        let Err(error) = evaluated(expression, Some("eu-west-1")) else { panic!("{expression} is taken") };
        shown.push_str(&format!("{expression}\n  {}: {error}\n  help: {}\n", error.code(), error.help()));
        for (location, label) in error.labels() {
            let crate::snapshot::Location::Span { start, length, .. } = location else { continue };
            shown.push_str(&format!("  {label}: {:?}\n", &text[start..start + length]));
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn what_needs_itself_is_told_as_a_ring() {
    let cases = [
        ("a resource", "Resources:\n  A: {Type: T::T::T, Properties: {X: !Ref A}}\n"),
        (
            "three resources",
            "Resources:\n  A: {Type: T::T::T, Properties: {X: !Sub '${B.Id}'}}\n  B: {Type: T::T::T, DependsOn: [C]}\n  \
             C: {Type: T::T::T, Properties: {X: [!GetAtt A.Id]}}\n",
        ),
        (
            "conditions",
            "Conditions:\n  A: !Not [Condition: B]\n  B: !Not [Condition: A]\nResources:\n  X: {Type: T::T::T}\n",
        ),
    ];
    for (name, text) in cases {
        let sources = sources(text.to_owned());
        let template = Template::read(&sources, SourceId(0)).expect(name);
        let error = check::check(&template).expect_err(name);
        let ring = error.to_string();
        let expected = match name {
            "a resource" => "resources need each other: A → A",
            "three resources" => "resources need each other: A → B → C → A",
            _ => "conditions need each other: A → B → A",
        };
        assert_eq!(ring, expected, "{name}");
        let places: Vec<&str> = error
            .labels()
            .into_iter()
            .filter_map(|(location, _)| match location {
                crate::snapshot::Location::Span { start, length, .. } => text.get(start..start + length),
                crate::snapshot::Location::Entity { .. } => None,
            })
            .collect();
        assert_eq!(places.len(), ring.matches('→').count(), "{name}: {places:?}");
    }
    let needless =
        "Conditions: {C: !Equals [a, a]}\nResources:\n  A: {Type: T::T::T, Properties: {X: !If [C, b, !Ref A]}}\n";
    let sources = sources(needless.to_owned());
    let template = Template::read(&sources, SourceId(0)).expect("a template");
    check::check(&template).expect("what isn't chosen isn't needed");
}

#[test]
fn values_of_parameters_come_from_files_and_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases = [
        (r#"[{"ParameterKey": "Name", "ParameterValue": "x"}]"#, r#""x""#),
        (r#"["Name=y=z"]"#, r#""y=z""#),
        (r#"{"Parameters": {"Name": "z"}, "Tags": {}}"#, r#""z""#),
        (r#"[{"ParameterKey": "Name", "UsePreviousValue": true}]"#, "<Name>"),
    ];
    let value = |parameters: &Parameters| {
        let sources = sources(TEMPLATE.replace("PLACEHOLDER", "!Ref Name"));
        let template = Template::read(&sources, SourceId(0)).expect("a template");
        let mut evaluator = Evaluator::new(&template, parameters, Target::default()).expect("parameters");
        evaluator.property("Value", "Value").expect("a value").as_ref().map(shown)
    };
    for (text, expected) in cases {
        let file = folder.path().join("parameters.json");
        std::fs::write(&file, text).expect("written");
        for word in [file.display().to_string(), format!("file://{}", file.display())] {
            let mut parameters = Parameters::default();
            parameters.take(&word, &mut Sources::default()).expect(text);
            assert_eq!(value(&parameters).as_deref(), Some(expected), "{word} {text}");
        }
    }
    for (word, expected) in [("Name=a", r#""a""#), ("ParameterKey=Name,ParameterValue=b\\,c", r#""b,c""#)] {
        let mut parameters = Parameters::default();
        parameters.take(word, &mut Sources::default()).expect(word);
        assert_eq!(value(&parameters).as_deref(), Some(expected), "{word}");
    }
}

#[test]
fn values_that_a_parameter_cannot_have_are_refused() {
    let text = "Parameters:\n  Size: {Type: Number, Default: 1}\n  Stage: {Type: String, AllowedValues: [dev, prod], Default: \
                dev}\nResources:\n  A: {Type: T::T::T}\n";
    let sources = sources(text.to_owned());
    let template = Template::read(&sources, SourceId(0)).expect("a template");
    let cases = [
        ("Size=big", "parameter `Size` can't be `big`: it must be a number"),
        ("Stage=test", "parameter `Stage` can't be `test`: it must be one of dev, prod"),
        ("Stagee=dev", "the template has no parameter `Stagee`"),
    ];
    for (word, expected) in cases {
        let mut parameters = Parameters::default();
        parameters.take(word, &mut Sources::default()).expect(word);
        let error = parameters.values(&template).expect_err(word);
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn templates_that_grow_end() {
    let mut text = String::from("Resources:\n  R0: {Type: 'AWS::EC2::VPC', Properties: {CidrBlock: 0123456789}}\n");
    for level in 1..60 {
        let before = level - 1;
        text.push_str(&format!(
            "  R{level}: {{Type: 'AWS::EC2::VPC', Properties: {{CidrBlock: !Sub '${{R{before}.CidrBlock}}${{R{before}.CidrBlock}}'}}}}\n"
        ));
    }
    let sources = sources(text);
    let error = made(&sources).map(|_| ()).expect_err("too much");
    assert_eq!(error.code(), "template/too-much");
}

proptest::proptest! {
    /// Templates with a part cut out, or put elsewhere: refused or read, and never the end of the program.
    #[test]
    fn broken_templates_end(at in 0usize..16_000, length in 0usize..400, to in 0usize..16_000, json: bool) {
        let text = match json {
            true => include_str!("../../../fixtures/cloudformation/cdk/public-only.template.json"),
            false => include_str!("../../../fixtures/cloudformation/yaml/public-private-vpc.yaml"),
        };
        let mut bytes = text.as_bytes().to_vec();
        let at = at % bytes.len();
        let part: Vec<u8> = bytes.drain(at..(at + length).min(text.len())).collect();
        let to = to % (bytes.len() + 1);
        bytes.splice(to..to, part);
        let text = String::from_utf8(bytes).unwrap_or_default();
        let sources = sources(text);
        let _ = made(&sources);
    }
}
