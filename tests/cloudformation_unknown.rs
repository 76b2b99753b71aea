//! What only the deployment of a template tells: what hangs on it is unknown, with what it hangs on, and accuses nobody.

mod cli_support;
mod cloudformation_support;

use cloudformation_support::{lint, template};

/// What of the template is replaced, and by what.
type Edit<'t> = (&'t str, &'t str);
type OwnEdit<'t> = (&'t str, String);

const WITHOUT_NAT: Edit<'_> = ("NatGatewayId: !Ref Nat}", "NatGatewayId: !Ref Nat}\n    Condition: Never");
const IMAGE: &str = "'public.ecr.aws/nginx/nginx:1.27'";
const OWN_IMAGE: &str = "!Sub '${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/app:1'";
const SUBNETS: &str = "Subnets: [!Ref Private]";

/// A resource that is given something, and does with it what the template doesn't tell.
fn given(ty: &str, what: &str) -> String {
    format!("  Other:\n    Type: {ty}\n    Properties: {{ServiceToken: arn, Parameters: {{Given: {what}}}}}\n")
}

#[test]
fn what_others_may_add_is_not_lacking() {
    let narrow = (
        "GroupDescription: The service",
        "GroupDescription: The service, SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]",
    );
    let on_main = (
        "  PrivateAssociation:\n    Type: AWS::EC2::SubnetRouteTableAssociation\n",
        "  PrivateAssociation:\n    Type: AWS::EC2::SubnetRouteTableAssociation\n    Condition: Never\n",
    );
    let detached = (
        "  GatewayAttachment:\n    Type: AWS::EC2::VPCGatewayAttachment\n",
        "  GatewayAttachment:\n    Type: AWS::CloudFormation::WaitConditionHandle\n",
    );
    let acl = "  Acl:\n    Type: AWS::EC2::NetworkAcl\n    Properties: {VpcId: !Ref Vpc}\n  AclAssociation:\n    Type: \
               AWS::EC2::SubnetNetworkAclAssociation\n    Properties: {NetworkAclId: !Ref Acl, SubnetId: !Ref Private}\n";
    let cases: [(&str, Option<Edit<'_>>, &str, &str); 9] = [
        ("a route table", Some(WITHOUT_NAT), "", "!Ref PrivateTable"),
        ("a route table in a text", Some(WITHOUT_NAT), "", "!Sub 'table=${PrivateTable}'"),
        ("a route table among others", Some(WITHOUT_NAT), "", "!Join [',', [a, !Ref PrivateTable]]"),
        ("a route table perhaps", Some(WITHOUT_NAT), "", "!If [Maybe, !Ref PrivateTable, none]"),
        ("a security group", Some(narrow), "", "!GetAtt Group.GroupId"),
        ("a network ACL", None, acl, "!Ref Acl"),
        ("a subnet without a table", Some(on_main), "", "!Ref Private"),
        ("a VPC, with its main table", Some(on_main), "", "!Ref Vpc"),
        ("a detached gateway", Some(detached), "", "!Ref Gateway"),
    ];
    let types = [
        ("AWS::CloudFormation::Stack", "nested stack Other"),
        ("Custom::Thing", "custom resource Other"),
        ("AWS::CloudFormation::CustomResource", "custom resource Other"),
        ("Mine::Network::Thing::MODULE", "module Other"),
        ("Theirs::Network::Thing", "resource Other"),
    ];
    for (what, edit, more, reference) in cases {
        let edits: Vec<(&str, &str)> = edit.into_iter().collect();
        let alone = lint("cfn-opaque", &template(&edits, more), &[]);
        assert_eq!((alone.run.code, alone.flows.as_slice()), (1, &["public.ecr.aws blocked".to_owned()][..]), "{what}");
        for (ty, name) in types {
            let said = lint("cfn-opaque", &template(&edits, &(more.to_owned() + &given(ty, reference))), &[]);
            assert_eq!(
                (said.run.code, said.faults.as_slice(), said.flows.as_slice()),
                (3, &[][..], &["public.ecr.aws unknown".to_owned()][..]),
                "{what} given to {ty}: {}",
                said.not_checked
            );
            assert!(said.not_checked.contains(name), "{what} given to {ty}: {}", said.not_checked);
        }
        // What the chosen branch doesn't have, and what isn't an id, is not given.
        for nothing in ["!If [Never, !Ref PrivateTable, none]", "!GetAtt Vpc.CidrBlock", "PrivateTable"] {
            let said =
                lint("cfn-opaque", &template(&edits, &(more.to_owned() + &given("Custom::Thing", nothing))), &[]);
            assert_eq!((said.run.code, said.faults), (1, alone.faults.clone()), "{what} beside {nothing}");
        }
    }
}

/// The CDK closes the default security group of a VPC by a custom resource of its own.
#[test]
fn a_closed_default_group_lets_nothing_through() {
    let default = [("SecurityGroups: [!GetAtt Group.GroupId]", "SecurityGroups: [!GetAtt Vpc.DefaultSecurityGroup]")];
    let closes = "  Closed:\n    Type: Custom::VpcRestrictDefaultSG\n    Properties: {ServiceToken: arn, \
                  DefaultSecurityGroupId: !GetAtt Vpc.DefaultSecurityGroup, Account: !Ref 'AWS::AccountId'}\n";
    let opens = "  Opened:\n    Type: AWS::EC2::SecurityGroupEgress\n    Properties: {GroupId: !GetAtt \
                 Vpc.DefaultSecurityGroup, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}\n";
    let cases = [
        ("", 0, "public.ecr.aws reachable"),
        (closes, 1, "public.ecr.aws blocked"),
        (&[closes, opens].concat(), 0, "public.ecr.aws reachable"),
    ];
    for (added, code, flow) in cases {
        let said = lint("cfn-closed", &template(&default, added), &[]);
        assert_eq!((said.run.code, said.flows), (code, vec![flow.to_owned()]), "{added}");
    }
}

/// Edits of the template after which what is asked isn't known, with the text that names what it hangs on.
#[test]
fn what_is_not_known_accuses_nobody() {
    let if_of = |one: &str, other: &str| format!("!If [Maybe, {one}, {other}]");
    let public = "{AwsvpcConfiguration: {Subnets: [!Ref Public], AssignPublicIp: ENABLED}}";
    let cases: [(&str, Vec<OwnEdit<'_>>, &str, &str); 20] = [
        ("an image", vec![(IMAGE, "!Ref Choice".into())], "", "what Service needs: it is not known before the deployment: ${Choice}"),
        ("an image that a store has", vec![(IMAGE, "'{{resolve:ssm:/image}}'".into())], "", "what Service needs: it is not known before the deployment: ${resolve ssm /image}"),
        ("a secret", vec![("Name: app,", "Name: app, Secrets: [{Name: A, ValueFrom: !Ref Choice}],".into())], "", "Service → ${Choice}: it is not known before the deployment: ${Choice}"),
        ("a secret that another stack has", vec![("Name: app,", "Name: app, Secrets: [{Name: A, ValueFrom: !ImportValue secret}],".into())], "", "it is not known before the deployment: ${ImportValue secret}"),
        ("the region of logs", vec![("Name: app,", "Name: app, LogConfiguration: {LogDriver: awslogs, Options: {awslogs-region: !Ref Choice}},".into())], "", "logs in ${Choice}"),
        ("a log driver", vec![("Name: app,", "Name: app, LogConfiguration: {LogDriver: !Ref Choice},".into())], "", "what Service needs: it is not known before the deployment: ${Choice}"),
        ("a file system", vec![("NetworkMode: awsvpc\n", "NetworkMode: awsvpc\n      Volumes: [{Name: v, EFSVolumeConfiguration: {FilesystemId: !ImportValue fs}}]\n".into())], "", "${ImportValue fs}"),
        ("a block of the subnet", vec![("CidrBlock: 10.0.1.0/24", "CidrBlock: '{{resolve:ssm:/net/private}}'".into())], "", "${resolve ssm /net/private}"),
        ("a block of a rule", vec![("GroupDescription: The service", "GroupDescription: The service, SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: !Sub '${Choice}/8'}]".into())], "", "${${Choice}/8}"),
        ("a rule that may be", vec![("GroupDescription: The service", format!("GroupDescription: The service, SecurityGroupEgress: [{}]", if_of("{IpProtocol: '-1', CidrIp: 0.0.0.0/0}", "!Ref AWS::NoValue")))], "", "${If Maybe}"),
        ("one of two blocks", vec![("GroupDescription: The service", format!("GroupDescription: The service, SecurityGroupEgress: [{{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: {}}}]", if_of("0.0.0.0/0", "10.0.0.0/8")))], "", "${If Maybe}"),
        ("one of two tables", vec![("RouteTableId: !Ref PrivateTable, SubnetId", format!("RouteTableId: {}, SubnetId", if_of("!Ref PrivateTable", "!Ref PublicTable")))], "", "If Maybe"),
        ("one of two targets", vec![("NatGatewayId: !Ref Nat", format!("NatGatewayId: {}", if_of("!Ref Nat", "!ImportValue nat")))], "", "${If Maybe}"),
        ("an attachment that may be", vec![("Type: AWS::EC2::VPCGatewayAttachment\n", "Type: AWS::EC2::VPCGatewayAttachment\n    Condition: Maybe\n".into())], "", "${If Maybe}"),
        ("a route that may be", vec![("DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}", "DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}\n    Condition: Maybe".into())], "", "${If Maybe}"),
        ("an ACL that may be", vec![], "  Acl:\n    Type: AWS::EC2::NetworkAcl\n    Condition: Maybe\n    Properties: {VpcId: !Ref Vpc}\n  AclAssociation:\n    Type: AWS::EC2::SubnetNetworkAclAssociation\n    Condition: Maybe\n    Properties: {NetworkAclId: !Ref Acl, SubnetId: !Ref Private}\n", "whether Acl is made is known with the parameters alone: If Maybe"),
        ("what a VPN gateway tells", vec![(WITHOUT_NAT.0, WITHOUT_NAT.1.into())], "  Told:\n    Type: AWS::EC2::VPNGatewayRoutePropagation\n    Properties: {RouteTableIds: [!Ref PrivateTable], VpnGatewayId: !Ref Vpn}\n  Vpn: {Type: 'AWS::EC2::VPNGateway', Properties: {Type: ipsec.1}}\n", "${what Told tells}"),
        ("where tasks run", vec![("NetworkConfiguration: {AwsvpcConfiguration: {Subnets: [!Ref Private], SecurityGroups: [!GetAtt Group.GroupId]}}", format!("NetworkConfiguration: {}", if_of(public, "!Ref AWS::NoValue")))], "", "${If Maybe}"),
        ("a secret that may be", vec![("Name: app,", format!("Name: app, Secrets: {},", if_of("[{Name: A, ValueFrom: b}]", "!Ref AWS::NoValue")))], "", "${If Maybe}"),
        ("a resource that a transform completes", vec![("Properties: {RouteTableId: !Ref PrivateTable, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}", "Properties:\n      Fn::Transform: {Name: 'AWS::Include', Parameters: {Location: 's3://a/b'}}\n      RouteTableId: !Ref PrivateTable".into())], "", "PrivateRoute."),
    ];
    for (what, edits, added, told) in cases {
        let edits: Vec<(&str, &str)> = edits.iter().map(|(from, to)| (*from, to.as_str())).collect();
        let said = lint("cfn-unknown", &template(&edits, added), &[]);
        assert_eq!(
            (said.run.code, said.faults.len()),
            (3, 0),
            "{what}: {:?} {:?} {}",
            said.faults,
            said.flows,
            said.run.err
        );
        assert!(!said.flows.iter().any(|flow| flow.ends_with("blocked")), "{what}: {:?}", said.flows);
        assert!(said.not_checked.contains(told), "{what}: {}", said.not_checked);
    }
}

/// The blocks that AWS chooses for a VPC are its own: what is on the internet is not in them, and an IPv6 one takes no IPv4.
#[test]
fn blocks_that_aws_chooses_leave_the_way_out_known() {
    let block = "Properties: {CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}";
    let pooled = (block, "Properties: {Ipv4IpamPoolId: ipam-pool-1, Ipv4NetmaskLength: 16, EnableDnsHostnames: true}");
    let second = "  Second:\n    Type: AWS::EC2::VPCCidrBlock\n    Properties: {VpcId: !Ref Vpc, AmazonProvidedIpv6CidrBlock: true}\n";
    let of_ipv6 = (
        "CidrBlock: 10.0.1.0/24",
        "CidrBlock: 10.0.1.0/24, Ipv6CidrBlock: !Select [0, !Cidr [!Select [0, !GetAtt Vpc.Ipv6CidrBlocks], 4, 64]]",
    );
    let public = (SUBNETS, "Subnets: [!Ref Public]");
    let ways = [(Vec::new(), 0, "reachable"), (vec![WITHOUT_NAT], 1, "blocked"), (vec![public], 1, "blocked")];
    for (way, code, verdict) in ways {
        for (what, edits, added) in
            [("known", vec![], ""), ("IPv6", vec![of_ipv6], second), ("IPAM's", vec![pooled], "")]
        {
            let said = lint("cfn-chosen", &template(&[&edits[..], &way].concat(), added), &["--region", "eu-west-1"]);
            let flow = format!("public.ecr.aws {verdict}");
            assert_eq!((said.run.code, said.flows), (code, vec![flow]), "{what} {way:?}: {}", said.not_checked);
        }
    }
}

/// Where both values of a condition agree it is known all the same, and so is what they agree on.
#[test]
fn what_both_values_agree_on_is_known() {
    let cases = [
        (
            "the subnets of both",
            (
                "NetworkConfiguration: {AwsvpcConfiguration: {Subnets: [!Ref Private], SecurityGroups: [!GetAtt Group.GroupId]}}",
                "NetworkConfiguration: !If [Maybe, {AwsvpcConfiguration: {Subnets: [!Ref Private]}}, {AwsvpcConfiguration: {Subnets: [!Ref Private], AssignPublicIp: DISABLED}}]",
            ),
        ),
        (
            "a further route",
            (
                "GroupDescription: The service",
                "GroupDescription: The service, SecurityGroupEgress: !If [Maybe, [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}], [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}, {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]]",
            ),
        ),
        (
            "a default route beside what a gateway tells",
            (
                "  Cluster:\n",
                "  Told:\n    Type: AWS::EC2::VPNGatewayRoutePropagation\n    Properties: {RouteTableIds: [!Ref PrivateTable], VpnGatewayId: vgw-1}\n  Cluster:\n",
            ),
        ),
        (
            "a secret of another condition",
            ("Name: app,", "Name: app, Secrets: !If [Never, [{Name: A, ValueFrom: b}], !Ref AWS::NoValue],"),
        ),
    ];
    for (what, edit) in cases {
        let said = lint("cfn-agreed", &template(&[edit], ""), &[]);
        assert_eq!(
            (said.run.code, said.flows),
            (0, vec!["public.ecr.aws reachable".to_owned()]),
            "{what}: {}",
            said.not_checked
        );
    }
}

/// What fails only where a condition holds of which that isn't known may never be evaluated.
#[test]
fn what_may_never_be_evaluated_is_not_refused() {
    let never = "  Unmade:\n    Type: AWS::EC2::Subnet\n    Condition: Never\n    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.9.0/24}\n";
    for value in ["!Ref Unmade", "!Select [4, [a, b]]", "!Select [0, !Cidr [10.0.0.0/28, 1, 8]]"] {
        let chosen = format!("Subnets: [!If [Maybe, {value}, !Ref Private]]");
        let said = lint("cfn-perhaps", &template(&[(SUBNETS, &chosen)], never), &[]);
        assert_eq!((said.run.code, said.faults.len()), (3, 0), "{value}: {}", said.run.err);
        let certain = format!("Subnets: [{value}]");
        let said = lint("cfn-perhaps", &template(&[(SUBNETS, &certain)], never), &[]);
        assert_eq!(said.run.code, 2, "{value}");
    }
}

/// The isolated subnet's way to the layers of an image: an endpoint, its tables and its policy.
fn layers(endpoint: &str, tables: &str, more: &str) -> String {
    let interface = |name: &str, service: &str| {
        format!(
            "  {name}:\n    Type: AWS::EC2::VPCEndpoint\n    Properties: {{VpcId: !Ref Vpc, ServiceName: !Sub \
             'com.amazonaws.${{AWS::Region}}.{service}', VpcEndpointType: Interface, PrivateDnsEnabled: true, SubnetIds: \
             [!Ref Private], SecurityGroupIds: [!GetAtt Vpc.DefaultSecurityGroup]}}\n"
        )
    };
    format!(
        "{}{}  Entry:\n    Type: AWS::EC2::SecurityGroupIngress\n    Properties: {{GroupId: !GetAtt \
         Vpc.DefaultSecurityGroup, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16}}\n  Own: {{Type: \
         'AWS::S3::Bucket'}}\n  S3:\n    Type: AWS::EC2::VPCEndpoint\n{endpoint}    Properties:\n      VpcId: !Ref Vpc\n      \
         ServiceName: !Sub 'com.amazonaws.${{AWS::Region}}.s3'\n      RouteTableIds: {tables}\n{more}",
        interface("Api", "ecr.api"),
        interface("Dkr", "ecr.dkr")
    )
}

#[test]
fn an_endpoint_is_known_as_far_as_the_template_tells() {
    let policy = |resource: &str| {
        format!(
            "      PolicyDocument: {{Version: '2012-10-17', Statement: [{{Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: {resource}}}]}}\n"
        )
    };
    let table = "[!Ref PrivateTable]";
    let cases = [
        ("it is there", "", table, String::new(), "s3 reachable"),
        ("it may be", "    Condition: Maybe\n", table, String::new(), "s3 unknown"),
        ("it is not", "    Condition: Never\n", table, String::new(), "s3 blocked"),
        (
            "perhaps in this table",
            "",
            "!If [Maybe, [!Ref PublicTable], [!Ref PublicTable, !Ref PrivateTable]]",
            String::new(),
            "s3 unknown",
        ),
        ("in a table of others", "", "[!ImportValue table]", String::new(), "s3 unknown"),
        ("in another table", "", "[!Ref PublicTable]", String::new(), "s3 blocked"),
        (
            "a policy for the layers",
            "",
            table,
            policy("!Sub 'arn:aws:s3:::prod-${AWS::Region}-starport-layer-bucket/*'"),
            "s3 reachable",
        ),
        ("a policy for a bucket of one's own", "", table, policy("!Sub '${Own.Arn}/*'"), "s3 blocked"),
        ("a policy for what a parameter says", "", table, policy("!Ref Choice"), "s3 unknown"),
        (
            "a policy for what another stack says",
            "",
            table,
            policy("!Sub ['arn:aws:s3:::${A}/*', {A: !ImportValue bucket}]"),
            "s3 unknown",
        ),
        (
            "a policy of IAM's variables",
            "",
            table,
            policy("['arn:aws:s3:::${aws:PrincipalAccount}/*', 'arn:aws:s3:::*']"),
            "s3 reachable",
        ),
    ];
    for (what, condition, tables, more, flow) in cases {
        let text = template(&[WITHOUT_NAT, (IMAGE, OWN_IMAGE)], &layers(condition, tables, &more));
        for region in [&[][..], &["--region", "eu-west-1"][..]] {
            let said = lint("cfn-endpoint", &text, region);
            let expected: Vec<String> = ["ecr.api reachable", "ecr.dkr reachable", flow].map(str::to_owned).to_vec();
            assert_eq!(said.flows, expected, "{what} {region:?}: {}", said.not_checked);
            assert_eq!(said.faults.is_empty(), !flow.ends_with("blocked"), "{what}: {:?}", said.faults);
        }
    }
}

/// Without a region what is said stays whole: a name has no hole in it where the region would be.
#[test]
fn texts_without_a_region_have_no_holes() {
    let without_gateway = ("Type: AWS::EC2::NatGateway\n", "Type: AWS::EC2::NatGateway\n    Condition: Never\n");
    let text = template(
        &[WITHOUT_NAT, without_gateway, (IMAGE, OWN_IMAGE)],
        &layers("    Condition: Never\n", "[!Ref PrivateTable]", ""),
    );
    let said = lint("cfn-region", &text, &[]);
    let helps: Vec<String> =
        said.run.json()["findings"].as_array().into_iter().flatten().map(|one| one["help"].to_string()).collect();
    assert!(helps.iter().any(|help| help.contains("com.amazonaws.<region>.s3")), "{helps:?}");
    assert!(!said.run.out.contains("amazonaws..") && !said.run.out.contains("ecr..amazonaws"), "{}", said.run.out);
    let said = lint("cfn-region", &text, &["--region", "eu-west-1"]);
    assert!(said.run.out.contains("com.amazonaws.eu-west-1.s3"), "{}", said.run.out);
}

/// Resources in a module are called by its name and theirs.
#[test]
fn names_in_modules_are_not_refused() {
    let module = "  Network:\n    Type: Mine::Network::Vpc::MODULE\n    Properties: {Cidr: 10.0.0.0/16}\n";
    for name in ["!Ref NetworkPrivate", "!Ref Network.Private", "!GetAtt Network.Private.SubnetId"] {
        let subnets = format!("Subnets: [{name}]");
        let said = lint("cfn-module", &template(&[(SUBNETS, &subnets)], module), &[]);
        assert_eq!((said.run.code, said.faults.len()), (3, 0), "{name}: {}", said.run.err);
    }
    let said = lint("cfn-module", &template(&[(SUBNETS, "Subnets: [!Ref Netwrk.Private]")], module), &[]);
    assert_eq!(said.run.code, 2);
}

/// What ECS makes of an express service, nobody writes: it is not passed over in silence.
#[test]
fn an_express_service_is_told_and_not_judged() {
    let text = "Resources:\n  Vpc:\n    Type: AWS::EC2::VPC\n    Properties: {CidrBlock: 10.0.0.0/16}\n  Own:\n    \
                Type: AWS::ECS::ExpressGatewayService\n    Properties: {InfrastructureRoleArn: arn, PrimaryContainer: {Image: nginx}}\n";
    let run = cli_support::Scratch::new("express").with("a.yaml", text).run(&[
        "lint",
        "a.yaml",
        "--region",
        "us-east-1",
        "-v",
    ]);
    assert!(run.out.contains("the express service Own") || run.err.contains("the express service Own"), "{run:#?}");
}
