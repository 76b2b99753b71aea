"""What can be wrong with a network: each fault breaks one thing in a sound one, by calls that AWS itself takes.

`FAULTS` maps an architecture to the faults that make sense there. A fault's name says what is wrong.
"""

from __future__ import annotations

from network import ANYWHERE, VPC_CIDR, Network


def nat_in_private_subnet(network: Network) -> None:
    """The NAT gateway of zone a stands in the private subnet that it should serve."""
    network.delete_nat_gateway("nat-a")
    network.create_nat_gateway("nat-a", "private-a")
    for table in _tables_of_nat_a(network):
        network.ec2.replace_route(
            RouteTableId=network.tables[table],
            DestinationCidrBlock=ANYWHERE,
            NatGatewayId=network.nat_gateways["nat-a"],
        )


def nat_deleted_routes_left(network: Network) -> None:
    """The NAT gateway of zone a is deleted, the routes to it are not."""
    network.delete_nat_gateway("nat-a")


def _tables_of_nat_a(network: Network) -> list[str]:
    """The tables whose default route goes to the NAT gateway of zone a: both, where there is but one gateway."""
    return ["private-a"] if "nat-b" in network.nat_gateways else ["private-a", "private-b"]


def igw_detached(network: Network) -> None:
    """The internet gateway is detached, the routes to it are not deleted."""
    network.ec2.detach_internet_gateway(InternetGatewayId=network.internet_gateway, VpcId=network.vpc)


def s3_gateway_missing(network: Network) -> None:
    """No S3 gateway endpoint: the layers of an image can't be fetched."""
    network.delete_endpoint("s3")


def s3_gateway_one_table(network: Network) -> None:
    """The S3 gateway endpoint is associated with the table of zone a only."""
    network.delete_endpoint("s3")
    network.create_s3_gateway("private-a")


def endpoint_group_without_443(network: Network) -> None:
    """The group of the interface endpoints accepts 80 instead of 443."""
    network.ec2.revoke_security_group_ingress(
        GroupId=network.groups["endpoint"], IpPermissions=network.rule(443, cidr=VPC_CIDR)
    )
    network.accept("endpoint", 80, cidr=VPC_CIDR)


def private_dns_off(network: Network) -> None:
    """The endpoint of ecr.api answers under its own name only."""
    network.delete_endpoint("ecr.api")
    network.create_interface_endpoint("ecr.api", "endpoint", "private-a", "private-b", private_dns=False)


def ecr_dkr_missing(network: Network) -> None:
    """One half of ECR's pair of endpoints."""
    network.delete_endpoint("ecr.dkr")


def dns_hostnames_off(network: Network) -> None:
    """Private DNS names need the VPC's DNS hostnames."""
    network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": False})


def public_image_in_endpoints_only(network: Network) -> None:
    """ECR's endpoints serve private repositories only."""
    network.define_task("app", "public.ecr.aws/nginx/nginx:1.27")
    network.delete_service("app")
    network.create_service("app", "private-a", "private-b")


def public_subnet_without_public_ip(network: Network) -> None:
    """A task in a public subnet, without the public address that the internet gateway translates to."""
    network.delete_service("app")
    network.create_service("app", "public-a", "public-b", public_ip=False)


def task_group_without_egress(network: Network) -> None:
    """The task's group lets nothing out."""
    network.ec2.revoke_security_group_egress(
        GroupId=network.groups["task"], IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": ANYWHERE}]}]
    )


def nacl_without_ephemeral_return(network: Network) -> None:
    """A network ACL written as if it were a security group: 443 in, and nobody thought of the replies."""
    acl = network.create_acl("task", *_task_subnets(network))
    network.acl_entry(acl, 100, "allow", ANYWHERE, ports=(443, 443))
    network.acl_entry(acl, 110, "allow", VPC_CIDR)


def nacl_partial_ephemeral(network: Network) -> None:
    """A deny with a lower number takes a quarter of the ephemeral ports out: one reply in four is lost."""
    acl = network.create_acl("task", *_task_subnets(network))
    network.acl_entry(acl, 80, "allow", VPC_CIDR)
    network.acl_entry(acl, 90, "deny", ANYWHERE, ports=(32768, 40000))
    network.acl_entry(acl, 100, "allow", ANYWHERE)


def _task_subnets(network: Network) -> list[str]:
    tier = "private" if "private-a" in network.subnets else "public"
    return [f"{tier}-a", f"{tier}-b"]


def load_balancer_group_not_accepted(network: Network) -> None:
    """The tasks accept each other, but not the load balancer."""
    for port in (3000, 5000):
        network.ec2.revoke_security_group_ingress(
            GroupId=network.groups["task"], IpPermissions=network.rule(port, group="load-balancer")
        )


def backend_not_accepted(network: Network) -> None:
    """The tasks accept the load balancer, but not each other."""
    for port in (3000, 5000):
        network.ec2.revoke_security_group_ingress(
            GroupId=network.groups["task"], IpPermissions=network.rule(port, group="task")
        )


_NAT = [nat_in_private_subnet, nat_deleted_routes_left, igw_detached]
_TASK = [nacl_without_ephemeral_return, nacl_partial_ephemeral, task_group_without_egress]
_ENDPOINTS = [
    s3_gateway_missing,
    s3_gateway_one_table,
    endpoint_group_without_443,
    private_dns_off,
    ecr_dkr_missing,
    dns_hostnames_off,
    public_image_in_endpoints_only,
]


def _named(*faults):
    return {fault.__name__.replace("_", "-"): fault for fault in faults}


FAULTS = {
    "nat-per-zone": _named(*_NAT, *_TASK),
    "nat-single": _named(*_NAT, *_TASK),
    "endpoints": _named(*_ENDPOINTS, *_TASK),
    "public": _named(public_subnet_without_public_ip, igw_detached, *_TASK),
    "load-balanced": _named(*_NAT, *_TASK, load_balancer_group_not_accepted, backend_not_accepted),
    "scheduled": _named(*_NAT, *_TASK),
    "nat-beside-default-vpc": {},
}
