#!/usr/bin/env python3
"""Deploys CloudFormation templates to a test server, each as a stack in an account of its own.

What a template makes is the server's business (`cloudformation.py`). Here it is created, and what its schedules start is
started, as EventBridge would at their time. For each template a line of JSON is printed: the account with its keys, and the
ids of what was made by their logical ids.
"""

import argparse
import json
from pathlib import Path

from architectures import account_number
from network import REGION, Account, Network, hold_tasks

STACK = "stack"


def deploy(account: Account, template: Path) -> dict[str, str]:
    """Make the stack and tell what it holds."""
    Network(account).delete_default_vpc()
    cloudformation = account.client("cloudformation")
    body = template.read_text()
    if template.suffix == ".json":
        # The CDK's check of its own bootstrap stack: a parameter of AWS's, which moto doesn't have.
        body = json.dumps({key: value for key, value in json.loads(body).items() if key not in ("Parameters", "Rules")})
    cloudformation.create_stack(
        StackName=STACK, TemplateBody=body, Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
    )
    status = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
    if status != "CREATE_COMPLETE":
        raise SystemExit(f"{template}: {status}")
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    # moto calls what joins two things by the id of one of them.
    joins = ("Association", "Attachment", "::Route", "Ingress", "Egress", "Entry")
    ids = {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in resources
        if not resource["ResourceType"].endswith(joins)
    }
    for resource in resources:
        logical, physical = resource["LogicalResourceId"], resource["PhysicalResourceId"]
        if resource["ResourceType"] == "AWS::EC2::VPC":
            ids |= come_with(account, logical, physical)
        if resource["ResourceType"] == "AWS::Events::Rule":
            ids |= run_targets(account, logical, physical)
    return ids


def come_with(account: Account, logical: str, vpc: str) -> dict[str, str]:
    """What comes with a VPC, by the names of its attributes; the main table has none, and gets one like them."""
    ec2 = account.client("ec2")
    of_vpc = {"Name": "vpc-id", "Values": [vpc]}
    [table] = ec2.describe_route_tables(Filters=[of_vpc, {"Name": "association.main", "Values": ["true"]}])["RouteTables"]
    [acl] = ec2.describe_network_acls(Filters=[of_vpc, {"Name": "default", "Values": ["true"]}])["NetworkAcls"]
    [group] = ec2.describe_security_groups(Filters=[of_vpc, {"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]
    return {
        f"{logical}.MainRouteTable": table["RouteTableId"],
        f"{logical}.DefaultNetworkAcl": acl["NetworkAclId"],
        f"{logical}.DefaultSecurityGroup": group["GroupId"],
    }


def run_targets(account: Account, logical: str, rule: str) -> dict[str, str]:
    """Start the tasks of a rule, one in each of its subnets: AWS chooses one of them, another each time."""
    hold_tasks(account.endpoint)
    started = {}
    for target in account.client("events").list_targets_by_rule(Rule=rule)["Targets"]:
        parameters = target["EcsParameters"]
        placement = parameters["NetworkConfiguration"]["awsvpcConfiguration"]
        for subnet in placement["Subnets"]:
            where = {key[0].lower() + key[1:]: value for key, value in (placement | {"Subnets": [subnet]}).items()}
            [task] = account.client("ecs").run_task(
                cluster=target["Arn"],
                taskDefinition=parameters["TaskDefinitionArn"],
                count=parameters.get("TaskCount", 1),
                launchType=parameters["LaunchType"],
                startedBy=f"events-rule/{rule}",
                networkConfiguration={"awsvpcConfiguration": where},
            )["tasks"]
            started[f"{logical}@{subnet}"] = task["taskArn"]
    return started


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint", required=True, help="URL of the test server")
    parser.add_argument("--cases", nargs="+", metavar="TEMPLATE", required=True, help="files of templates")
    arguments = parser.parse_args()
    for case in arguments.cases:
        account = Account(arguments.endpoint, account_number(case))
        ids = deploy(account, Path(case))
        done = {"case": case, "account": account.number, "region": REGION, "environment": account.credentials, "ids": ids}
        print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main()
