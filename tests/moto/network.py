"""Building blocks: one VPC and what stands in it, made over the API of AWS (or of a server that speaks it).

Every resource is named by its `Name` tag, `shop-<what it is>`, and every method takes and gives such short names, so
that an architecture reads as a drawing of the network and a test can say which resource it means.
"""

from __future__ import annotations

import functools
import json
import urllib.request

import boto3
from botocore.config import Config

REGION = "us-east-1"
ZONES = {"a": REGION + "a", "b": REGION + "b"}
VPC_CIDR = "10.10.0.0/20"
SUBNET_CIDRS = {
    "public-a": "10.10.0.0/24",
    "public-b": "10.10.1.0/24",
    "private-a": "10.10.10.0/24",
    "private-b": "10.10.11.0/24",
}
ANYWHERE = "0.0.0.0/0"
PREFIX = "shop"


def hold_tasks(endpoint: str) -> None:
    """Let tasks stay in their state: to moto every look at one is a step towards its end."""
    transition = {"model_name": "ecs::task", "transition": {"progression": "manual", "times": 1_000_000}}
    body = json.dumps(transition).encode()
    address = endpoint + "/moto-api/state-manager/set-transition"
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request).close()


class Account:
    """One AWS account: credentials, and a client per service."""

    def __init__(self, endpoint: str, number: str | None = None):
        self.endpoint = endpoint
        self.session = boto3.Session("testing", "testing", None, REGION)
        self.credentials = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
        if number is not None:
            self._enter(number)
        self.number = self.client("sts").get_caller_identity()["Account"]

    def _enter(self, number: str) -> None:
        """Take a role in the account `number`: a moto server holds any number of accounts, told apart by their keys."""
        role = f"arn:aws:iam::{number}:role/builder"
        keys = self.client("sts").assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
        self.credentials = {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }
        self.session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], REGION)
        self.client.cache_clear()

    @functools.cache
    def client(self, service: str):
        """The client of a service, made once."""
        # One try: a test server that fails once is broken, and waiting hides it.
        retries = Config(retries={"total_max_attempts": 1})
        return self.session.client(service, endpoint_url=self.endpoint, config=retries)


class Network:
    """A VPC under construction. Attributes hold ids by short name: `subnets["private-a"]`."""

    def __init__(self, account: Account):
        self.account = account
        self.ec2 = account.client("ec2")
        self.ecs = account.client("ecs")
        self.elb = account.client("elbv2")
        self.vpc = ""
        self.internet_gateway = ""
        self.subnets: dict[str, str] = {}
        self.tables: dict[str, str] = {}
        self.nat_gateways: dict[str, str] = {}
        self.addresses: dict[str, str] = {}
        self.groups: dict[str, str] = {}
        self.endpoints: dict[str, str] = {}
        self.load_balancers: dict[str, str] = {}
        self.target_groups: dict[str, str] = {}

    # --- names -------------------------------------------------------------------------------------------------

    @staticmethod
    def _tags(kind: str, name: str) -> list[dict]:
        return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": f"{PREFIX}-{name}"}]}]

    def _name(self, resource: str, name: str) -> None:
        self.ec2.create_tags(Resources=[resource], Tags=[{"Key": "Name", "Value": f"{PREFIX}-{name}"}])

    # --- VPC, subnets ------------------------------------------------------------------------------------------

    def delete_default_vpc(self) -> None:
        """A new account comes with a default VPC; careful organisations delete it."""
        for vpc in self.ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]:
            inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
            for subnet in self.ec2.describe_subnets(Filters=inside)["Subnets"]:
                self.ec2.delete_subnet(SubnetId=subnet["SubnetId"])
            self.ec2.delete_vpc(VpcId=vpc["VpcId"])

    def create_vpc(self) -> None:
        """The VPC, with DNS on and its traffic logged."""
        self.vpc = self.ec2.create_vpc(CidrBlock=VPC_CIDR, TagSpecifications=self._tags("vpc", "vpc"))["Vpc"]["VpcId"]
        self.ec2.modify_vpc_attribute(VpcId=self.vpc, EnableDnsSupport={"Value": True})
        self.ec2.modify_vpc_attribute(VpcId=self.vpc, EnableDnsHostnames={"Value": True})
        group = "/vpc/shop"
        self.account.client("logs").create_log_group(logGroupName=group)
        self.ec2.create_flow_logs(
            ResourceIds=[self.vpc],
            ResourceType="VPC",
            TrafficType="ALL",
            LogDestinationType="cloud-watch-logs",
            LogGroupName=group,
            DeliverLogsPermissionArn=f"arn:aws:iam::{self.account.number}:role/flow-logs",
            TagSpecifications=self._tags("vpc-flow-log", "flow-log"),
        )

    def create_subnets(self, tier: str) -> None:
        """`<tier>-a` and `<tier>-b`, one in each zone."""
        for letter, zone in ZONES.items():
            name = f"{tier}-{letter}"
            self.subnets[name] = self.ec2.create_subnet(
                VpcId=self.vpc,
                CidrBlock=SUBNET_CIDRS[name],
                AvailabilityZone=zone,
                TagSpecifications=self._tags("subnet", name),
            )["Subnet"]["SubnetId"]
            # AWS's own default for a new subnet; moto takes the first one of a zone for a default subnet.
            self.ec2.modify_subnet_attribute(SubnetId=self.subnets[name], MapPublicIpOnLaunch={"Value": False})

    # --- routes ------------------------------------------------------------------------------------------------

    def create_table(self, name: str, *subnets: str) -> None:
        """A route table, associated with these subnets and no others."""
        self.tables[name] = self.ec2.create_route_table(
            VpcId=self.vpc, TagSpecifications=self._tags("route-table", name)
        )["RouteTable"]["RouteTableId"]
        for subnet in subnets:
            self.ec2.associate_route_table(RouteTableId=self.tables[name], SubnetId=self.subnets[subnet])

    def create_internet_gateway(self) -> None:
        """An internet gateway, attached to the VPC."""
        self.internet_gateway = self.ec2.create_internet_gateway(
            TagSpecifications=self._tags("internet-gateway", "internet")
        )["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=self.internet_gateway, VpcId=self.vpc)

    def route_to_internet(self, table: str) -> None:
        """0.0.0.0/0 to the internet gateway."""
        self.ec2.create_route(
            RouteTableId=self.tables[table], DestinationCidrBlock=ANYWHERE, GatewayId=self.internet_gateway
        )

    def create_nat_gateway(self, name: str, subnet: str) -> None:
        """A public NAT gateway; it takes the Elastic IP of its name, a new one if there is none."""
        if name not in self.addresses:
            self.addresses[name] = self.ec2.allocate_address(
                Domain="vpc", TagSpecifications=self._tags("elastic-ip", name)
            )["AllocationId"]
        self.nat_gateways[name] = self.ec2.create_nat_gateway(
            SubnetId=self.subnets[subnet],
            AllocationId=self.addresses[name],
            TagSpecifications=self._tags("natgateway", name),
        )["NatGateway"]["NatGatewayId"]

    def delete_nat_gateway(self, name: str) -> None:
        """Delete a NAT gateway; its Elastic IP stays, and is free again."""
        self.ec2.delete_nat_gateway(NatGatewayId=self.nat_gateways.pop(name))
        # AWS frees the address by itself, moto doesn't.
        address = self.ec2.describe_addresses(AllocationIds=[self.addresses[name]])["Addresses"][0]
        self.ec2.disassociate_address(AssociationId=address["AssociationId"])

    def route_to_nat(self, table: str, gateway: str) -> None:
        """0.0.0.0/0 to a NAT gateway."""
        self.ec2.create_route(
            RouteTableId=self.tables[table], DestinationCidrBlock=ANYWHERE, NatGatewayId=self.nat_gateways[gateway]
        )

    # --- filters -----------------------------------------------------------------------------------------------

    def create_group(self, name: str, description: str) -> None:
        """A security group; AWS gives it an egress rule that lets everything out."""
        self.groups[name] = self.ec2.create_security_group(
            GroupName=f"{PREFIX}-{name}",
            Description=description,
            VpcId=self.vpc,
            TagSpecifications=self._tags("security-group", name),
        )["GroupId"]

    def rule(self, port: int, cidr: str | None = None, group: str | None = None) -> list[dict]:
        """The `IpPermissions` for one TCP port from a CIDR or from a group."""
        permission: dict = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
        if cidr is not None:
            permission["IpRanges"] = [{"CidrIp": cidr}]
        if group is not None:
            permission["UserIdGroupPairs"] = [{"GroupId": self.groups[group]}]
        return [permission]

    def accept(self, name: str, port: int, cidr: str | None = None, group: str | None = None) -> None:
        """Let the group accept a TCP port."""
        self.ec2.authorize_security_group_ingress(
            GroupId=self.groups[name], IpPermissions=self.rule(port, cidr, group)
        )

    def create_acl(self, name: str, *subnets: str) -> str:
        """A network ACL that lets everything out and nothing in, in place of the default one of these subnets."""
        acl = self.ec2.create_network_acl(VpcId=self.vpc, TagSpecifications=self._tags("network-acl", name))
        acl_id = acl["NetworkAcl"]["NetworkAclId"]
        self.acl_entry(acl_id, 100, "allow", ANYWHERE, egress=True)
        wanted = {self.subnets[subnet] for subnet in subnets}
        inside = [{"Name": "vpc-id", "Values": [self.vpc]}]
        for other in self.ec2.describe_network_acls(Filters=inside)["NetworkAcls"]:
            for association in other["Associations"]:
                if association["SubnetId"] in wanted and other["NetworkAclId"] != acl_id:
                    self.ec2.replace_network_acl_association(
                        AssociationId=association["NetworkAclAssociationId"], NetworkAclId=acl_id
                    )
        return acl_id

    def acl_entry(
        self, acl: str, number: int, action: str, cidr: str, ports: tuple[int, int] | None = None, egress: bool = False
    ) -> None:
        """One entry: all protocols, or the TCP ports given."""
        entry: dict = {"Protocol": "-1"}
        if ports is not None:
            entry = {"Protocol": "6", "PortRange": {"From": ports[0], "To": ports[1]}}
        self.ec2.create_network_acl_entry(
            NetworkAclId=acl, RuleNumber=number, RuleAction=action, CidrBlock=cidr, Egress=egress, **entry
        )

    # --- endpoints ---------------------------------------------------------------------------------------------

    def create_interface_endpoint(self, service: str, group: str, *subnets: str, private_dns: bool = True) -> None:
        """An interface endpoint for an AWS service (`ecr.api`, `logs`, …)."""
        endpoint = self.ec2.create_vpc_endpoint(
            VpcEndpointType="Interface",
            VpcId=self.vpc,
            ServiceName=f"com.amazonaws.{REGION}.{service}",
            SubnetIds=[self.subnets[subnet] for subnet in subnets],
            SecurityGroupIds=[self.groups[group]],
            PrivateDnsEnabled=private_dns,
            TagSpecifications=self._tags("vpc-endpoint", service),
        )["VpcEndpoint"]
        self.endpoints[service] = endpoint["VpcEndpointId"]
        # AWS gives the interfaces the groups of their endpoint. moto gives them none.
        for interface in endpoint["NetworkInterfaceIds"]:
            self.ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[self.groups[group]])

    def create_s3_gateway(self, *tables: str) -> None:
        """The S3 gateway endpoint; a route for the prefix list of S3 appears in these tables."""
        self.endpoints["s3"] = self.ec2.create_vpc_endpoint(
            VpcEndpointType="Gateway",
            VpcId=self.vpc,
            ServiceName=f"com.amazonaws.{REGION}.s3",
            RouteTableIds=[self.tables[table] for table in tables],
            TagSpecifications=self._tags("vpc-endpoint", "s3"),
        )["VpcEndpoint"]["VpcEndpointId"]

    def delete_endpoint(self, service: str) -> None:
        """Delete an endpoint; the routes of a gateway endpoint go with it."""
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[self.endpoints.pop(service)])

    # --- containers --------------------------------------------------------------------------------------------

    def create_cluster(self) -> None:
        """The ECS cluster, with a namespace for Service Connect."""
        self.ecs.create_cluster(clusterName=PREFIX, serviceConnectDefaults={"namespace": PREFIX})

    def private_image(self, repository: str) -> str:
        """An image in a new private repository of this account."""
        uri = self.account.client("ecr").create_repository(repositoryName=repository)["repository"]["repositoryUri"]
        return f"{uri}:1"

    def secret(self, name: str) -> str:
        """The ARN of a new secret."""
        return self.account.client("secretsmanager").create_secret(Name=name, SecretString="-")["ARN"]

    def define_task(
        self, family: str, image: str, port: int | None = None, secrets: dict[str, str] | None = None
    ) -> None:
        """A Fargate task definition of one container that logs to CloudWatch."""
        container: dict = {
            "name": family,
            "image": image,
            "essential": True,
            # Optional on Fargate, but moto's RunTask adds it up.
            "memory": 512,
            # What may hold a password has no place in a snapshot: the tests look for this text there.
            "environment": [{"name": "PASSWORD", "value": "not-for-the-snapshot"}],
            "command": ["serve", "--token", "not-for-the-snapshot"],
            "dockerLabels": {"note": "not-for-the-snapshot"},
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {"awslogs-group": f"/ecs/{family}", "awslogs-region": REGION, "awslogs-stream-prefix": "ecs"},
            },
        }
        if port is not None:
            container["portMappings"] = [{"name": family, "containerPort": port, "protocol": "tcp"}]
        if secrets:
            container["secrets"] = [{"name": name, "valueFrom": arn} for name, arn in secrets.items()]
        self.ecs.register_task_definition(
            family=family,
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            executionRoleArn=f"arn:aws:iam::{self.account.number}:role/ecsTaskExecutionRole",
            runtimePlatform={"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
            containerDefinitions=[container],
        )

    def placement(self, subnets: tuple[str, ...], group: str, public_ip: bool) -> dict:
        """The `networkConfiguration` of a service or a task."""
        return {
            "awsvpcConfiguration": {
                "subnets": [self.subnets[subnet] for subnet in subnets],
                "securityGroups": [self.groups[group]],
                "assignPublicIp": "ENABLED" if public_ip else "DISABLED",
            }
        }

    def create_service(
        self, family: str, *subnets: str, group: str = "task", public_ip: bool = False, **more: object
    ) -> None:
        """A Fargate service of two tasks, named as its task definition."""
        self.ecs.create_service(
            cluster=PREFIX,
            serviceName=family,
            taskDefinition=family,
            desiredCount=2,
            launchType="FARGATE",
            platformVersion="LATEST",
            schedulingStrategy="REPLICA",
            networkConfiguration=self.placement(subnets, group, public_ip),
            **more,
        )

    def delete_service(self, family: str) -> None:
        """Delete a service, to make another of its name: moto shows an updated one with the deployment of the old."""
        self.ecs.delete_service(cluster=PREFIX, service=family, force=True)

    def run_task(self, family: str, *subnets: str, group: str = "task") -> None:
        """A task that no service looks after, as a scheduler starts it."""
        hold_tasks(self.account.endpoint)
        self.ecs.run_task(
            cluster=PREFIX,
            taskDefinition=family,
            launchType="FARGATE",
            platformVersion="LATEST",
            networkConfiguration=self.placement(subnets, group, public_ip=False),
        )

    # --- load balancer -----------------------------------------------------------------------------------------

    def create_load_balancer(self, group: str, *subnets: str) -> None:
        """An internet-facing application load balancer."""
        self.load_balancers["web"] = self.elb.create_load_balancer(
            Name=f"{PREFIX}-web",
            Type="application",
            Scheme="internet-facing",
            IpAddressType="ipv4",
            Subnets=[self.subnets[subnet] for subnet in subnets],
            SecurityGroups=[self.groups[group]],
        )["LoadBalancers"][0]["LoadBalancerArn"]

    def create_target_group(self, name: str, port: int) -> None:
        """Targets by address, as Fargate needs them."""
        self.target_groups[name] = self.elb.create_target_group(
            Name=f"{PREFIX}-{name}",
            Protocol="HTTP",
            Port=port,
            VpcId=self.vpc,
            TargetType="ip",
            HealthCheckProtocol="HTTP",
            HealthCheckPort="traffic-port",
            HealthCheckPath="/",
        )["TargetGroups"][0]["TargetGroupArn"]

    def listen(self, port: int, default: str, paths: dict[str, str]) -> None:
        """A listener with a default target group and others by path."""
        listener = self.elb.create_listener(
            LoadBalancerArn=self.load_balancers["web"],
            Protocol="HTTP",
            Port=port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.target_groups[default]}],
        )["Listeners"][0]["ListenerArn"]
        for priority, (path, target) in enumerate(paths.items(), start=10):
            self.elb.create_rule(
                ListenerArn=listener,
                Priority=priority,
                Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}],
                Actions=[{"Type": "forward", "TargetGroupArn": self.target_groups[target]}],
            )


