//! Templates of several stacks that are judged in one run: what one exports, the others import.

mod cli_support;

use cli_support::{Run, Scratch};
use serde_json::Value;

/// A network whose VPC and subnets are exported, under names that begin with the stack's.
const NETWORK: &str = "\
Parameters:
  Cidr: {Type: String, Default: 10.0.0.0/16}
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: !Ref Cidr}
  Internet:
    Type: AWS::EC2::InternetGateway
  Attached:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Internet}
  Public:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}
  PublicTable:
    Type: AWS::EC2::RouteTable
    Properties: {VpcId: !Ref Vpc}
  PublicRoute:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref PublicTable, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Internet}
  PublicAssociation:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {RouteTableId: !Ref PublicTable, SubnetId: !Ref Public}
  Address:
    Type: AWS::EC2::EIP
  Nat:
    Type: AWS::EC2::NatGateway
    Properties: {SubnetId: !Ref Public, AllocationId: !GetAtt Address.AllocationId}
  Private:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}
  Table:
    Type: AWS::EC2::RouteTable
    Properties: {VpcId: !Ref Vpc}
  Association:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {RouteTableId: !Ref Table, SubnetId: !Ref Private}
  # the route
Outputs:
  Vpc:
    Value: !Ref Vpc
    Export: {Name: !Sub '${AWS::StackName}-Vpc'}
  Subnets:
    Value: !Join [',', [!Ref Private]]
    Export: {Name: !Sub '${AWS::StackName}-Subnets'}
";

const ROUTE: &str = "  Route:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}
";

/// A service in the network of another stack, of which some names are those of that stack.
const SERVICE: &str = "\
Parameters:
  Network: {Type: String, Default: prod}
Resources:
  Attached:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: app
      VpcId: {'Fn::ImportValue': !Sub '${Network}-Vpc'}
  Cluster:
    Type: AWS::ECS::Cluster
  Definition:
    Type: AWS::ECS::TaskDefinition
    Properties:
      NetworkMode: awsvpc
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions: [{Name: app, Image: 'public.ecr.aws/nginx/nginx:1'}]
  Service:
    Type: AWS::ECS::Service
    Properties:
      ServiceName: app
      Cluster: !Ref Cluster
      LaunchType: FARGATE
      TaskDefinition: !Ref Definition
      NetworkConfiguration:
        AwsvpcConfiguration:
          Subnets: !Split [',', {'Fn::ImportValue': !Sub '${Network}-Subnets'}]
          SecurityGroups: [!Ref Attached]
";

fn files(with_route: bool) -> Scratch {
    let network = NETWORK.replace("  # the route\n", if with_route { ROUTE } else { "" });
    Scratch::new("several").with("network.yaml", &network).with("service.yaml", SERVICE)
}

fn lint(scratch: &Scratch, arguments: &[&str]) -> Run {
    scratch.run(&[&["lint", "--format", "json", "--region", "us-east-1"], arguments].concat())
}

fn verdicts(run: &Run) -> Vec<Value> {
    let report = run.json();
    let flows = report["workloads"].as_array().into_iter().flatten();
    flows
        .flat_map(|workload| workload["flows"].as_array().cloned().unwrap_or_default())
        .map(|flow| flow["verdict"].clone())
        .collect()
}

#[test]
fn what_one_template_exports_the_other_imports_in_either_order() {
    let scratch = files(true);
    for order in [["network.yaml", "service.yaml"], ["service.yaml", "network.yaml"]] {
        let run = lint(&scratch, &[&order[..], &["--stack-name", "network=prod"]].concat());
        assert_eq!((run.code, run.faults()), (0, Vec::<String>::new()), "{run:#?}");
        assert_eq!(verdicts(&run), ["reachable"], "{run:#?}");
    }
}

#[test]
fn a_fault_of_the_network_is_found_at_its_place_and_breaks_the_service() {
    let run = lint(&files(false), &["service.yaml", "network.yaml", "--stack-name", "network=prod"]);
    let report = run.json();
    let finding = &report["findings"][0];
    assert_eq!((run.code, verdicts(&run)), (1, vec![Value::from("blocked")]), "{run:#?}");
    assert_eq!(finding["resource"]["id"], "network.Table", "{finding:#}");
    assert_eq!(finding["affects"][0]["workload"], "app", "{finding:#}");
    let files: Vec<&str> =
        finding["locations"].as_array().into_iter().flatten().filter_map(|at| at["file"].as_str()).collect();
    assert!(files.contains(&"network.yaml"), "{finding:#}");
}

#[test]
fn an_export_whose_name_hangs_on_an_unnamed_stack_is_not_guessed() {
    let run = lint(&files(true), &["network.yaml", "service.yaml"]);
    assert_eq!((run.code, run.faults()), (3, Vec::<String>::new()), "{run:#?}");
    assert!(run.out.contains("--stack-name network=NAME"), "{}", run.out);
    assert!(run.out.contains("what hangs on the import of prod-Vpc"), "{}", run.out);
}

#[test]
fn values_of_parameters_are_for_all_that_have_them_or_for_the_one_that_is_named() {
    let scratch = files(true);
    let named = ["network.yaml", "service.yaml", "--stack-name", "network=test"];
    for given in ["Network=test", "service.Network=test"] {
        let run = lint(&scratch, &[&named[..], &["--parameters", given]].concat());
        assert_eq!((run.code, verdicts(&run)), (0, vec![Value::from("reachable")]), "{given}: {run:#?}");
    }
    let run =
        lint(&scratch, &[&named[..], &["--parameters", "service.Network=test", "--parameters", "Network=no"]].concat());
    assert_eq!(run.code, 0, "{run:#?}");
    for given in ["network.Network=test", "service.Cidr=10.0.0.0/16", "Other=test"] {
        let run = lint(&scratch, &[&named[..], &["--parameters", given]].concat());
        assert!(run.code == 2 && run.err.contains("template/parameter"), "{given}: {run:#?}");
    }
}

#[test]
fn a_folder_has_the_stacks_of_an_app_and_not_their_nested_ones_again() {
    let child = "{\"Resources\": {\"Subnet\": {\"Type\": \"AWS::EC2::Subnet\", \"Properties\": {\"VpcId\": \"vpc-1\", \"CidrBlock\": \"10.0.0.0/24\"}}}}";
    let parent = "{\"Resources\": {\"Child\": {\"Type\": \"AWS::CloudFormation::Stack\", \"Properties\": {\"TemplateURL\": \"child.template.json\"}}}}";
    let other =
        "{\"Resources\": {\"Vpc\": {\"Type\": \"AWS::EC2::VPC\", \"Properties\": {\"CidrBlock\": \"10.1.0.0/16\"}}}}";
    let scratch = Scratch::new("app")
        .with("out/child.template.json", child)
        .with("out/parent.template.json", parent)
        .with("out/other.template.json", other);
    let run = scratch.run(&["facts", "out", "subnet", "--format", "json", "--region", "us-east-1"]);
    assert_eq!(run.out.matches("\"parent.Child.Subnet\"").count().min(1), 1, "{run:#?}");
    assert!(!run.out.contains("\"child.Subnet\"") && !run.out.contains("\"Subnet\""), "{run:#?}");
}

/// An export that comes to nothing is another stack's, however often it is imported.
#[test]
fn an_export_without_a_value_is_looked_for_elsewhere_each_time() {
    let exporting = r#"{"Parameters": {"Make": {"Type": "String", "Default": "no"}},
        "Conditions": {"Made": {"Fn::Equals": [{"Ref": "Make"}, "yes"]}},
        "Resources": {},
        "Outputs": {"Block": {"Export": {"Name": "block"},
                              "Value": {"Fn::If": ["Made", "10.5.0.0/16", {"Ref": "AWS::NoValue"}]}}}}"#;
    let vpc = r#"{"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": {"Fn::ImportValue": "block"}}}"#;
    let scratch = Scratch::new("imported-twice")
        .with("in/x.json", exporting)
        .with("in/y.json", &format!(r#"{{"Resources": {{"One": {vpc}, "Two": {vpc}}}}}"#))
        .with("in/exports.json", r#"{"Exports": [{"Name": "block", "Value": "10.7.0.0/16"}]}"#);
    let facts = ["facts", "in", "vpc", "--format", "json", "--region", "us-east-1"];
    let run = scratch.run(&facts);
    assert_eq!(run.out.matches("\"cidr\": \"10.7.0.0/16\"").count(), 2, "{run:#?}");
}

#[test]
fn exports_that_need_each_other_are_not_known() {
    let stack = |own: &str, other: &str| {
        format!(
            "Resources:\n  Vpc:\n    Type: AWS::EC2::VPC\n    Properties: {{CidrBlock: !ImportValue {other}}}\n\
             Outputs:\n  Block:\n    Value: !ImportValue {other}\n    Export: {{Name: {own}}}\n"
        )
    };
    let scratch = Scratch::new("ring").with("a.yaml", &stack("one", "two")).with("b.yaml", &stack("two", "one"));
    let run = lint(&scratch, &["a.yaml", "b.yaml"]);
    assert!(matches!(run.code, 0 | 3), "{run:#?}");
    assert_eq!(run.faults(), Vec::<String>::new(), "{run:#?}");
}
