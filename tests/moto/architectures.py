"""Builds the network architectures of the founding documents over an AWS endpoint, sound or with one fault.

    architectures.py --endpoint http://127.0.0.1:5000 --architecture nat-per-zone [--fault igw-detached]
    architectures.py --endpoint http://127.0.0.1:5000 --cases endpoints public+igw-detached …
    architectures.py --list

`--cases` builds many in one process, each in an account of its own, and prints one line of JSON for each, as soon as
it stands: `{"case", "account", "environment": {AWS_ACCESS_KEY_ID, …}}`. A case is `architecture` or
`architecture+fault`. Only ever point this at a test server.
"""

from __future__ import annotations

import argparse
import json
import zlib

from faults import FAULTS
from network import ANYWHERE, PREFIX, REGION, VPC_CIDR, Account, Network

PUBLIC_IMAGE = "public.ecr.aws/docker/library/nginx:1.27"
DATABASE_SECRET = "shop/database"


def nat_per_zone(network: Network) -> None:
    """Private subnets, each with the NAT gateway of its own zone: CloudReactor's recommendation."""
    _private_behind_nat(network, {"private-a": "nat-a", "private-b": "nat-b"})
    _private_app(network)
    network.create_service("app", "private-a", "private-b")


def nat_single(network: Network) -> None:
    """One NAT gateway for both zones: it works, until its zone fails."""
    _private_behind_nat(network, {"private-a": "nat-a", "private-b": "nat-a"})
    _private_app(network)
    network.create_service("app", "private-a", "private-b")


def scheduled(network: Network) -> None:
    """A task that a scheduler starts, behind NAT gateways; no service."""
    _private_behind_nat(network, {"private-a": "nat-a", "private-b": "nat-b"})
    _private_app(network)
    network.run_task("app", "private-a", "private-b")


def endpoints(network: Network) -> None:
    """Private subnets with no way to the internet at all: everything goes through VPC endpoints."""
    network.create_vpc()
    network.create_subnets("private")
    for zone in "ab":
        network.create_table(f"private-{zone}", f"private-{zone}")
    network.create_group("endpoint", "Interface endpoints")
    network.accept("endpoint", 443, cidr=VPC_CIDR)
    for service in ("ecr.api", "ecr.dkr", "logs"):
        network.create_interface_endpoint(service, "endpoint", "private-a", "private-b")
    network.create_s3_gateway("private-a", "private-b")
    network.create_group("task", "Tasks")
    network.create_cluster()
    network.define_task("app", network.private_image("app"))
    network.create_service("app", "private-a", "private-b")


def public(network: Network) -> None:
    """Public subnets, tasks with public addresses, a public image."""
    network.create_vpc()
    _public_subnets(network)
    network.create_group("task", "Tasks")
    network.create_cluster()
    network.define_task("app", PUBLIC_IMAGE)
    network.create_service("app", "public-a", "public-b", public_ip=True)


def load_balanced(network: Network) -> None:
    """Two services that talk to each other, behind a load balancer that tells them apart by path."""
    _private_behind_nat(network, {"private-a": "nat-a", "private-b": "nat-b"})
    network.create_group("load-balancer", "Load balancer")
    network.accept("load-balancer", 80, cidr=ANYWHERE)
    network.create_group("task", "Tasks")
    ports = {"frontend": 3000, "backend": 5000}
    network.create_load_balancer("load-balancer", "public-a", "public-b")
    network.create_cluster()
    for name, port in ports.items():
        network.accept("task", port, group="load-balancer")
        network.accept("task", port, group="task")
        network.create_target_group(name, port)
        network.define_task(name, network.private_image(name), port)
    network.listen(80, "frontend", {"/api/*": "backend"})
    for name, port in ports.items():
        network.create_service(
            name,
            "private-a",
            "private-b",
            loadBalancers=[
                {"targetGroupArn": network.target_groups[name], "containerName": name, "containerPort": port}
            ],
            # moto takes it and forgets it; AWS shows it in the service's deployments.
            serviceConnectConfiguration={
                "enabled": True,
                "namespace": PREFIX,
                "services": [{"portName": name, "clientAliases": [{"port": port, "dnsName": name}]}],
            },
        )


def _public_subnets(network: Network) -> None:
    network.create_subnets("public")
    network.create_internet_gateway()
    network.create_table("public", "public-a", "public-b")
    network.route_to_internet("public")


def _private_behind_nat(network: Network, gateways: dict[str, str]) -> None:
    """`gateways` says which NAT gateway each private table leads to; `nat-a` stands in `public-a`."""
    network.create_vpc()
    _public_subnets(network)
    network.create_subnets("private")
    for gateway in sorted(set(gateways.values())):
        network.create_nat_gateway(gateway, gateway.replace("nat", "public"))
    for name, gateway in gateways.items():
        network.create_table(name, name)
        network.route_to_nat(name, gateway)


def _private_app(network: Network) -> None:
    """A task that pulls from this account's ECR, logs, and reads a secret."""
    network.create_group("task", "Tasks")
    network.create_cluster()
    network.define_task("app", network.private_image("app"), secrets={"DATABASE": network.secret(DATABASE_SECRET)})


ARCHITECTURES = {
    "nat-per-zone": nat_per_zone,
    "nat-single": nat_single,
    "endpoints": endpoints,
    "public": public,
    "load-balanced": load_balanced,
    "scheduled": scheduled,
    # A new account's default VPC, with nothing in it, must not matter.
    "nat-beside-default-vpc": nat_per_zone,
}


def build(account: Account, architecture: str, fault: str | None) -> None:
    """Build one case in an account."""
    network = Network(account)
    if architecture != "nat-beside-default-vpc":
        network.delete_default_vpc()
    ARCHITECTURES[architecture](network)
    if fault is not None:
        FAULTS[architecture][fault](network)


def every_case() -> list[str]:
    """All cases, sound ones first."""
    faulty = [f"{name}+{fault}" for name, faults in FAULTS.items() for fault in faults]
    return list(ARCHITECTURES) + faulty


def split(case: str) -> tuple[str, str | None]:
    """`architecture+fault` → both; an unknown name is refused."""
    architecture, _, fault = case.partition("+")
    if architecture not in ARCHITECTURES or (fault and fault not in FAULTS[architecture]):
        raise SystemExit(f"no such case: {case}; there are: {' '.join(every_case())}")
    return architecture, fault or None


def account_number(case: str) -> str:
    """The same number for a case in every run, whatever other cases there are."""
    return str(100_000_000_000 + zlib.crc32(case.encode()))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint", help="URL of the test server")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--architecture", choices=ARCHITECTURES, help="build one, in the server's default account")
    what.add_argument("--cases", nargs="+", metavar="CASE", help="build these, each in its own account")
    what.add_argument("--list", action="store_true", help="print the cases there are")
    parser.add_argument("--fault", help="with --architecture: what to break")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(every_case()))
        return
    if arguments.endpoint is None:
        parser.error("--endpoint is needed to build")
    if arguments.architecture is not None:
        case = "+".join(filter(None, [arguments.architecture, arguments.fault]))
        build(Account(arguments.endpoint), *split(case))
        return
    for case in arguments.cases:
        account = Account(arguments.endpoint, account_number(case))
        build(account, *split(case))
        done = {"case": case, "account": account.number, "region": REGION, "environment": account.credentials}
        print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main()
