"""CloudFormation on the test server: moto's own, and what it lacks.

moto reads a template as CloudFormation does (parameters, conditions, functions, in which order things are made) and makes
most of what templates have. What it leaves out is made here, by the call of the API that CloudFormation itself makes, with
the properties as moto resolved them. Nothing here knows any one template.

That nothing is lost unnoticed is not believed but seen: the properties of a resource note who looks at them, and one that
neither moto nor anything here looks at ends the deployment, unless `NOT_OF_NETWORKS` has it.
"""

from __future__ import annotations

import functools
import json
from typing import Any, Callable

from botocore.model import Shape
from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.core.common_models import CloudFormationModel
from network import ANYWHERE, Account

# The services whose resources a scan looks at. moto's answer for any others is as good as none.
SERVICES = ("AWS::EC2::", "AWS::ECR::", "AWS::ECS::", "AWS::ElasticLoadBalancingV2::", "AWS::Events::")

# What no list of a snapshot holds, or no rule looks at.
NOT_OF_NETWORKS = {
    ("AWS::EC2::SecurityGroupIngress", "Description"),
    ("AWS::EC2::SecurityGroupEgress", "Description"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerAttributes"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "TargetGroupAttributes"),
}

# Properties that moto takes to be these, whatever they are.
TAKEN_FOR = {("AWS::ElasticLoadBalancingV2::LoadBalancer", "Type"): "application"}


class Properties(dict):
    """A resource's properties, with the names of those that were looked at."""

    def __init__(self, properties: dict[str, Any]):
        super().__init__(properties)
        self.seen: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.seen.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.seen.add(name)
        return super().get(name, default)

    def all(self) -> dict[str, Any]:
        """All of them, for who takes all."""
        self.seen.update(self)
        return dict(self)


class Api:
    """The API of AWS in the account of a stack."""

    def __init__(self, account: Account):
        self.ec2 = account.client("ec2")
        self.ecs = account.client("ecs")
        self.events = account.client("events")

    def call(self, client: Any, operation: str, properties: dict[str, Any]) -> dict[str, Any]:
        """Call with properties of a template, which are called as the API's parameters are but for capital letters."""
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
        return getattr(client, operation)(**in_terms_of(model.input_shape, properties))


def in_terms_of(shape: Shape, value: Any) -> Any:
    """A value of a template as the API takes it. A member that the API doesn't have is an error."""
    match shape.type_name:
        case "structure":
            members = {name.lower(): (name, member) for name, member in shape.members.items()}
            known = ((members[key.lower()], inner) for key, inner in value.items())
            return {name: in_terms_of(member, inner) for (name, member), inner in known}
        case "list":
            return [in_terms_of(shape.member, inner) for inner in value]
        case "map":
            return {key: in_terms_of(shape.value, inner) for key, inner in value.items()}
        case "integer" | "long":
            return int(value)
        case "boolean":
            return value is True or str(value).lower() == "true"
        case "string":
            return str(value)
    return value


# --- what moto makes, and leaves out a part of -----------------------------------------------------------------------


def complete_vpc(api: Api, vpc: str, properties: Properties) -> None:
    """DNS support and host names."""
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        if attribute in properties:
            value = {"Value": properties.get(attribute)}
            api.call(api.ec2, "modify_vpc_attribute", {"VpcId": vpc, attribute: value})


def complete_subnet(api: Api, subnet: str, properties: Properties) -> None:
    """Whether what starts there gets a public address. moto says so of the first subnet of each zone."""
    value = {"Value": properties.get("MapPublicIpOnLaunch", False)}
    api.call(api.ec2, "modify_subnet_attribute", {"SubnetId": subnet, "MapPublicIpOnLaunch": value})


def complete_security_group(api: Api, group: str, properties: Properties) -> None:
    """The rules for what goes out, in place of the one that a group comes with."""
    if rules := properties.get("SecurityGroupEgress"):
        everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": ANYWHERE}]}]
        api.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
        permissions = [permission(rule) for rule in rules]
        api.ec2.authorize_security_group_egress(GroupId=group, IpPermissions=permissions)


def permission(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule for what goes out, as the API has it."""
    made = {"IpProtocol": str(rule["IpProtocol"])}
    made |= {port: int(rule[port]) for port in ("FromPort", "ToPort") if port in rule}
    peers = {
        "CidrIp": ("IpRanges", "CidrIp"),
        "CidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
        "DestinationPrefixListId": ("PrefixListIds", "PrefixListId"),
        "DestinationSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    }
    return made | {of: [{member: rule[name]}] for name, (of, member) in peers.items() if name in rule}


def complete_endpoint(api: Api, endpoint: str, properties: Properties) -> None:
    """The groups of its interfaces: moto gives them that of the VPC, also where the API is called. And its policy as a text."""
    if policy := properties.get("PolicyDocument"):
        api.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=json.dumps(policy))
    if groups := properties.get("SecurityGroupIds"):
        made = api.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]
        for interface in made.get("NetworkInterfaceIds", []):
            api.ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=groups)


def complete_rule(api: Api, rule: str, properties: Properties) -> None:
    """Its targets by the names that the API has: moto keeps `AwsVpcConfiguration` as the template writes it."""
    if targets := properties.get("Targets"):
        api.call(api.events, "put_targets", {"Rule": rule, "Targets": targets})


COMPLETED: dict[str, Callable[[Api, str, Properties], None]] = {
    "AWS::EC2::SecurityGroup": complete_security_group,
    "AWS::EC2::Subnet": complete_subnet,
    "AWS::EC2::VPC": complete_vpc,
    "AWS::EC2::VPCEndpoint": complete_endpoint,
    "AWS::Events::Rule": complete_rule,
}

# --- what moto doesn't make, or makes of next to nothing of what the template says -----------------------------------


def make_security_group_egress(api: Api, properties: Properties, name: str) -> str:
    """A rule for what goes out, beside those that the group has."""
    rule = properties.all()
    api.ec2.authorize_security_group_egress(GroupId=rule.pop("GroupId"), IpPermissions=[permission(rule)])
    return name


def make_route_table_association(api: Api, properties: Properties, name: str) -> str:
    """moto has this type, and puts what it makes where `DescribeRouteTables` doesn't look."""
    return api.call(api.ec2, "associate_route_table", properties.all())["AssociationId"]


def make_network_acl(api: Api, properties: Properties, name: str) -> str:
    """It lets nothing through as yet."""
    return api.call(api.ec2, "create_network_acl", {"VpcId": properties["VpcId"]})["NetworkAcl"]["NetworkAclId"]


def make_network_acl_entry(api: Api, properties: Properties, name: str) -> str:
    """An entry, in the one direction or the other."""
    entry = {"IcmpTypeCode" if key == "Icmp" else key: value for key, value in properties.all().items()}
    api.call(api.ec2, "create_network_acl_entry", {"Egress": False} | entry)
    return name


def make_network_acl_association(api: Api, properties: Properties, name: str) -> str:
    """In place of the one that the subnet has."""
    of_subnet = [{"Name": "association.subnet-id", "Values": [properties["SubnetId"]]}]
    [acl] = api.ec2.describe_network_acls(Filters=of_subnet)["NetworkAcls"]
    [old] = [one for one in acl["Associations"] if one["SubnetId"] == properties["SubnetId"]]
    made = api.ec2.replace_network_acl_association(
        AssociationId=old["NetworkAclAssociationId"], NetworkAclId=properties["NetworkAclId"]
    )
    return made["NewAssociationId"]


def make_task_definition(api: Api, properties: Properties, name: str) -> str:
    """moto's own knows containers, volumes and memory: none has a network mode."""
    family = {"Family": name} | properties.all()
    return api.call(api.ecs, "register_task_definition", family)["taskDefinition"]["taskDefinitionArn"]


def make_service(api: Api, properties: Properties, name: str) -> str:
    """moto's own knows no network configuration and no load balancers."""
    service = {"ServiceName": name, "DesiredCount": 1} | properties.all()
    return api.call(api.ecs, "create_service", service)["service"]["serviceArn"]


MADE: dict[str, Callable[[Api, Properties, str], str]] = {
    "AWS::EC2::NetworkAcl": make_network_acl,
    "AWS::EC2::NetworkAclEntry": make_network_acl_entry,
    "AWS::EC2::SecurityGroupEgress": make_security_group_egress,
    "AWS::EC2::SubnetNetworkAclAssociation": make_network_acl_association,
    "AWS::EC2::SubnetRouteTableAssociation": make_route_table_association,
    "AWS::ECS::Service": make_service,
    "AWS::ECS::TaskDefinition": make_task_definition,
}

# --- how moto is taught it -------------------------------------------------------------------------------------------


class Made:
    """What moto asks of a resource of a stack."""

    def __init__(self, physical_id: str):
        self.physical_resource_id = physical_id
        self.id = physical_id

    def is_created(self) -> bool:
        """Everything is made at once."""
        return True

    def get_cfn_attribute(self, attribute: str) -> str:
        """The id goes by several names; nothing else is asked for."""
        if attribute in ("Id", "Name") or attribute.endswith(("Id", "Arn")):
            return self.physical_resource_id
        raise NotImplementedError(f'"Fn::GetAtt": ["{{0}}", "{attribute}"]')


def type_of(kind: str, maker: Callable[[Api, Properties, str], str]) -> type:
    """A type of resources that moto takes for one of its own. Not a subclass of moto's, which it would find by itself."""

    def create(name: str, resource: dict[str, Any], account: str, region: str, **_: Any) -> Made:
        return Made(maker(api_of(account), resource["Properties"], name))

    members = {
        "cloudformation_type": staticmethod(lambda: kind),
        "create_from_cloudformation_json": staticmethod(create),
        "has_cfn_attr": staticmethod(lambda attribute: True),
    }
    return type(kind.rpartition("::")[2], (Made,), members)


_endpoint = ""


@functools.cache
def api_of(account: str) -> Api:
    """The API in an account."""
    return Api(Account(_endpoint, account))


def watched(kind: str, model: type[CloudFormationModel]) -> None:
    """Have a type completed, and seen to look at all its properties."""
    create = model.create_from_cloudformation_json

    def complete(name: str, resource: dict[str, Any], account: str, region: str, **more: Any) -> Any:
        properties = Properties(resource.get("Properties", {}))
        # moto takes the name that a resource is given before.
        properties.seen.add(parsing.resource_name_property_from_type(kind))
        made = create(name, resource | {"Properties": properties}, account, region, **more)
        if kind in COMPLETED:
            COMPLETED[kind](api_of(account), made.physical_resource_id, properties)
        if kind.startswith("AWS::EC2::") and (tags := properties.get("Tags")):
            api_of(account).ec2.create_tags(Resources=[made.id], Tags=tags)
        for lost in properties.keys() - properties.seen:
            if (kind, lost) not in NOT_OF_NETWORKS and TAKEN_FOR.get((kind, lost)) != properties[lost]:
                raise ValidationError(message=f"{lost} of {more['LogicalId']} ({kind}) is made by nobody")
        return made

    model.create_from_cloudformation_json = complete


def teach(endpoint: str) -> None:
    """Teach moto's CloudFormation what it lacks, on the server that answers at this URL."""
    global _endpoint
    _endpoint = endpoint
    models = parsing.get_model_map()
    models.update({kind: type_of(kind, maker) for kind, maker in MADE.items()})
    for kind, model in models.items():
        if kind.startswith(SERVICES):
            watched(kind, model)
    known = parsing.resource_class_from_type

    def class_of(kind: str) -> type[CloudFormationModel]:
        if kind.startswith(SERVICES) and kind not in models:
            raise ValidationError(message=f"{kind} is made by nobody")
        return known(kind)

    parsing.resource_class_from_type = class_of
