"""moto's own server on a free port of this machine, for as long as its standard input stays open.

Prints its URL as soon as it answers. Whoever started it holds the other end of the pipe, and however that process
ends, panicking or killed, the pipe closes and the server goes with it.

moto lacks four calls of a scan and answers error 500. Here they answer what AWS does in an account that has never
used the features behind them, and its CloudFormation is completed (`cloudformation.py`); with `--bare` moto stays as it is.
"""

import logging
import sys

import cloudformation
from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response
from moto.ecr.responses import ECRResponse
from moto.ecs.models import EC2ContainerServiceBackend, TaskDefinition
from moto.server import ThreadedMotoServer


def _public_access_options(response: EC2Response) -> ActionResult:
    options = {
        "AwsAccountId": response.current_account,
        "AwsRegion": response.region,
        "State": "default-state",
        "InternetGatewayBlockMode": "off",
        "ExclusionsAllowed": "allowed",
    }
    return ActionResult({"VpcBlockPublicAccessOptions": options})


def _public_access_exclusions(response: EC2Response) -> ActionResult:
    return ActionResult({"VpcBlockPublicAccessExclusions": []})


def _security_group_vpc_associations(response: EC2Response) -> ActionResult:
    return ActionResult({"SecurityGroupVpcAssociations": []})


def _pull_through_cache_rules(response: ECRResponse) -> ActionResult:
    return ActionResult({"pullThroughCacheRules": []})


def _requirements(definition: TaskDefinition) -> dict:
    """What RunTask adds up for the instance that a task runs on. On Fargate there is none, and containers need no memory."""
    return {"CPU": 0, "MEMORY": 0, "PORTS": [], "PORTS_UDP": []}


MISSING = [
    (EC2Response, "describe_vpc_block_public_access_options", _public_access_options),
    (EC2Response, "describe_vpc_block_public_access_exclusions", _public_access_exclusions),
    (EC2Response, "describe_security_group_vpc_associations", _security_group_vpc_associations),
    (ECRResponse, "describe_pull_through_cache_rules", _pull_through_cache_rules),
]


def start(bare: bool = False) -> tuple[ThreadedMotoServer, str]:
    """Start a server; gives back its URL too."""
    for responses, call, answer in [] if bare else MISSING:
        if hasattr(responses, call):
            raise SystemExit(f"moto has learnt {call}: take it out of {__file__}")
        setattr(responses, call, answer)
    if not bare:
        EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(_requirements)
    # Every request is logged otherwise; what the server can't answer, its caller tells.
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address, port = server.get_host_and_port()
    url = f"http://{address}:{port}"
    if not bare:
        cloudformation.teach(url)
    return server, url


def main() -> None:
    """Serve until the pipe closes."""
    server, url = start(bare="--bare" in sys.argv[1:])
    print(url, flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
