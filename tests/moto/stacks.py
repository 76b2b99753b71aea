#!/usr/bin/env python3
"""Deploys CloudFormation templates to a test server, each as a stack in an account of its own.

For each it prints a line of JSON: the account with its keys, and the ids of what was made by their logical ids.
"""

import argparse
import json
from pathlib import Path

from architectures import account_number
from network import REGION, Account, Network

STACK = "stack"


def deploy(account: Account, template: Path) -> dict[str, str]:
    """Make the stack and tell what it holds."""
    Network(account).delete_default_vpc()
    cloudformation = account.client("cloudformation")
    body = template.read_text()
    if template.suffix == ".json":
        # The CDK's check of its own bootstrap stack, which moto doesn't know how to make.
        body = json.dumps({key: value for key, value in json.loads(body).items() if key not in ("Parameters", "Rules")})
    cloudformation.create_stack(
        StackName=STACK, TemplateBody=body, Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
    )
    status = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
    if status != "CREATE_COMPLETE":
        raise SystemExit(f"{template}: {status}")
    ids = resources_of(cloudformation)
    complete(account, json.loads(body)["Resources"], ids)
    return ids


def resources_of(cloudformation) -> dict[str, str]:
    """The ids of the stack's resources by their logical ids."""
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    # moto calls what joins two things by the id of one of them.
    joins = ("Association", "Attachment", "::Route", "Ingress", "Egress")
    things = [resource for resource in resources if not resource["ResourceType"].endswith(joins)]
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in things}


def complete(account: Account, resources: dict, ids: dict[str, str]) -> None:
    """Make what moto's CloudFormation leaves out: DNS attributes of VPCs, tables of subnets, and where and how tasks run."""
    ec2, ecs = account.client("ec2"), account.client("ecs")
    of_type = lambda kind: ((name, resource["Properties"]) for name, resource in resources.items() if resource["Type"] == kind)
    for name, properties in of_type("AWS::EC2::VPC"):
        for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
            ec2.modify_vpc_attribute(VpcId=ids[name], **{attribute: {"Value": properties.get(attribute, False)}})
    for _, properties in of_type("AWS::EC2::SubnetRouteTableAssociation"):
        ec2.associate_route_table(**resolved(properties, ids))
    definitions = {}
    for name, properties in of_type("AWS::ECS::TaskDefinition"):
        made = ecs.describe_task_definition(taskDefinition=ids[name])["taskDefinition"]
        again = {key: made[key] for key in ("family", "containerDefinitions", "memory")}
        again |= {key[0].lower() + key[1:]: properties[key] for key in ("NetworkMode", "RequiresCompatibilities", "Cpu")}
        definition = ecs.register_task_definition(**again)["taskDefinition"]
        ids[name] = definitions[name] = definition["taskDefinitionArn"]
    for name, properties in of_type("AWS::ECS::Service"):
        cluster = ids[properties["Cluster"]["Ref"]]
        ecs.delete_service(cluster=cluster, service=ids[name], force=True)
        awsvpc = resolved(properties["NetworkConfiguration"]["AwsvpcConfiguration"], ids)
        service = ecs.create_service(
            cluster=cluster,
            serviceName=name,
            taskDefinition=definitions[properties["TaskDefinition"]["Ref"]],
            launchType=properties["LaunchType"],
            desiredCount=properties.get("DesiredCount", 1),
            loadBalancers=[
                {key[0].lower() + key[1:]: value for key, value in resolved(balancer, ids).items()}
                for balancer in properties.get("LoadBalancers", [])
            ],
            networkConfiguration={"awsvpcConfiguration": {key[0].lower() + key[1:]: value for key, value in awsvpc.items()}},
        )
        ids[name] = service["service"]["serviceArn"]


def resolved(value, ids: dict[str, str]):
    """A value with its references to other resources followed."""
    match value:
        case {"Ref": name}:
            return ids[name]
        case {"Fn::GetAtt": [name, "GroupId"]}:
            return ids[name]
        case dict():
            return {key: resolved(inner, ids) for key, inner in value.items()}
        case list():
            return [resolved(inner, ids) for inner in value]
    return value


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
