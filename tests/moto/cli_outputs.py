"""Writes what the AWS CLI says about a network into a folder, one file a call: what `fargcheck lint FOLDER` reads.

    cli_outputs.py --output FOLDER --case nat-per-zone+igw-detached …

Each case is built on a moto server that lives as long as this process, in an account of its own, and gets a folder of
its name below FOLDER. Ids are the same in every run, times are not. The commands are the AWS CLI's own code, run in this
process: forty starts of `aws` for every case would take minutes.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import pathlib
import shutil
import urllib.request

from awscli.clidriver import create_clidriver

from architectures import account_number, build, every_case, split
from network import REGION, Account
from server import start

# File → command. What follows from an earlier answer (tasks of a cluster, rules of a listener) is in `describe`.
EC2 = {
    "vpcs": "describe-vpcs",
    "subnets": "describe-subnets",
    "route-tables": "describe-route-tables",
    "internet-gateways": "describe-internet-gateways",
    "egress-only-internet-gateways": "describe-egress-only-internet-gateways",
    "nat-gateways": "describe-nat-gateways",
    "addresses": "describe-addresses",
    "security-groups": "describe-security-groups",
    "network-acls": "describe-network-acls",
    "vpc-endpoints": "describe-vpc-endpoints",
    "prefix-lists": "describe-prefix-lists",
    "managed-prefix-lists": "describe-managed-prefix-lists",
    "network-interfaces": "describe-network-interfaces",
    "dhcp-options": "describe-dhcp-options",
    "vpc-peering-connections": "describe-vpc-peering-connections",
    "transit-gateways": "describe-transit-gateways",
    "transit-gateway-vpc-attachments": "describe-transit-gateway-vpc-attachments",
    "transit-gateway-route-tables": "describe-transit-gateway-route-tables",
    "flow-logs": "describe-flow-logs",
    "availability-zones": "describe-availability-zones",
    "block-public-access-options": "describe-vpc-block-public-access-options",
    "block-public-access-exclusions": "describe-vpc-block-public-access-exclusions",
}


class Cli:
    """The AWS CLI, with its answers as text."""

    def __init__(self, account: Account, folder: pathlib.Path):
        self.account = account
        self.folder = folder
        self.refused: list[str] = []
        # The driver reads the credentials once, and the big description of EC2 too: one for each account.
        os.environ.update({"AWS_SESSION_TOKEN": ""} | account.credentials, AWS_PAGER="", AWS_MAX_ATTEMPTS="1")
        self.driver = create_clidriver()

    def __call__(self, *command: str) -> str | None:
        """Run one command; None when the server refuses it."""
        out, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            status = self.driver.main(
                [*command, "--endpoint-url", self.account.endpoint, "--region", REGION, "--output", "json"]
            )
        if status != 0:
            self.refused.append(" ".join(command))
            return None
        return out.getvalue()

    def save(self, name: str, *command: str) -> dict:
        """Run a command, keep its answer as NAME.json as it is, and give it back parsed."""
        answer = self(*command)
        if answer is None:
            return {}
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{name}.json").write_text(answer, encoding="utf-8")
        return json.loads(answer)


def describe(account: Account, folder: pathlib.Path) -> list[str]:
    """Every call that a snapshot is made of; gives back the calls that the server refused."""
    cli = Cli(account, folder)
    answers = {name: cli.save(name, "ec2", command) for name, command in EC2.items()}
    for vpc in answers["vpcs"].get("Vpcs", []):
        for attribute in ("enableDnsSupport", "enableDnsHostnames"):
            cli.save(
                f"vpc-attribute-{vpc['VpcId']}-{attribute}",
                *("ec2", "describe-vpc-attribute", "--vpc-id", vpc["VpcId"], "--attribute", attribute),
            )
    _containers(cli)
    _load_balancers(cli)
    cli.save("repositories", "ecr", "describe-repositories")
    cli.save("pull-through-cache-rules", "ecr", "describe-pull-through-cache-rules")
    return cli.refused


def _containers(cli: Cli) -> None:
    clusters = json.loads(cli("ecs", "list-clusters") or "{}").get("clusterArns", [])
    if not clusters:
        return
    cli.save("clusters", "ecs", "describe-clusters", "--clusters", *clusters)
    definitions: dict[str, None] = {}
    for cluster in clusters:
        name = cluster.rsplit("/", 1)[-1]
        services = json.loads(cli("ecs", "list-services", "--cluster", cluster) or "{}").get("serviceArns", [])
        if services:
            answer = cli.save(f"services-{name}", "ecs", "describe-services", "--cluster", cluster, "--services", *services)
            definitions |= dict.fromkeys(service["taskDefinition"] for service in answer["services"])
        tasks = json.loads(cli("ecs", "list-tasks", "--cluster", cluster) or "{}").get("taskArns", [])
        if tasks:
            answer = cli.save(f"tasks-{name}", "ecs", "describe-tasks", "--cluster", cluster, "--tasks", *tasks)
            definitions |= dict.fromkeys(task["taskDefinitionArn"] for task in answer["tasks"])
    for definition in definitions:
        name = definition.rsplit("/", 1)[-1].replace(":", "-")
        cli.save(f"task-definition-{name}", "ecs", "describe-task-definition", "--task-definition", definition)


def _load_balancers(cli: Cli) -> None:
    balancers = cli.save("load-balancers", "elbv2", "describe-load-balancers").get("LoadBalancers", [])
    cli.save("target-groups", "elbv2", "describe-target-groups")
    for balancer in balancers:
        arn = balancer["LoadBalancerArn"]
        name = balancer["LoadBalancerName"]
        listeners = cli.save(f"listeners-{name}", "elbv2", "describe-listeners", "--load-balancer-arn", arn)
        for listener in listeners.get("Listeners", []):
            cli.save(
                f"rules-{name}-{listener['Port']}",
                *("elbv2", "describe-rules", "--listener-arn", listener["ListenerArn"]),
            )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", required=True, type=pathlib.Path, help="the folder to write")
    parser.add_argument("--case", nargs="+", required=True, metavar="CASE", help="what to build; `all` for every case")
    arguments = parser.parse_args()
    # Nothing of the user's own may get in, neither keys nor an output format.
    os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_EC2_METADATA_DISABLED="true")
    server, endpoint = start()
    refused: dict[str, None] = {}
    for case in every_case() if arguments.case == ["all"] else arguments.case:
        # moto draws its ids from this seed.
        seed = urllib.request.Request(f"{endpoint}/moto-api/seed?a={account_number(case)}", method="POST")
        urllib.request.urlopen(seed).close()
        account = Account(endpoint, account_number(case))
        build(account, *split(case))
        folder = arguments.output / case
        shutil.rmtree(folder, ignore_errors=True)
        refused |= dict.fromkeys(describe(account, folder))
        print(folder, flush=True)
    for call in refused:
        print(f"refused: {call}")
    server.stop()


if __name__ == "__main__":
    main()
