"""Sends the same calls to the local cloud and to moto, and tells how the answers differ."""

import json
import os
import socket
import subprocess
import time
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError
from calls import CALLS
from local_cloud import Cloud

CONFIG = Config(retries={"max_attempts": 0}, parameter_validation=False)


def start_moto():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    program = Path(os.environ["CLOUD_PROGRAMS"]) / "moto_server"
    server = subprocess.Popen(
        [program, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return server, f"http://127.0.0.1:{port}"


def wait_for(endpoint):
    sqs = boto3.client("sqs", endpoint_url=endpoint, config=CONFIG)
    for _ in range(300):
        try:
            return sqs.list_queues()
        except EndpointConnectionError:
            time.sleep(0.1)
    raise RuntimeError("moto did not start")


class Side:
    """One of the two, with what its answers have had that later calls need."""

    def __init__(self, service, endpoint):
        self.client = boto3.client(service, endpoint_url=endpoint, config=CONFIG)
        self.kept = {}

    def send(self, operation, parameters, keep):
        """@returns the code of an error, or the shape of the answer"""
        try:
            answer = getattr(self.client, operation)(**(parameters(self.kept) if callable(parameters) else parameters))
        except ClientError as error:
            return error.response["Error"]["Code"], None
        except ResponseParserError:
            return "no answer of AWS's form", None
        except KeyError as absent:
            return f"nothing kept as {absent}", None
        for name, path in keep.items():
            self.kept[name] = part(answer, path.split("."))
        answer.pop("ResponseMetadata")
        return "answered", shape(answer)


def part(answer, path):
    for step in path:
        answer = answer[int(step)] if step.isdigit() else answer[step]
    return answer


def shape(value):
    """Names of members, all the way down; a list counts as its first element."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items() if member not in (None, "", [], {})}
    if isinstance(value, list):
        return shape(value[0]) if value else {}
    return {}


def lacking(ours, theirs, path=""):
    names = []
    for name, below in theirs.items():
        if name in ours:
            names += lacking(ours[name], below, f"{path}{name}.")
        else:
            names.append(path + name)
    return names


def differences(ours, theirs):
    if ours[0] != theirs[0]:
        return [f"{ours[0]} / {theirs[0]}"]
    if ours[1] is None:
        return []
    return [f"lacks {name}" for name in lacking(ours[1], theirs[1])]


def main():
    server, moto = start_moto()
    try:
        wait_for(moto)
        with open(os.environ["CLOUD_REPORT"], "a") as report:
            for service, calls in CALLS.items():
                ours, theirs = Side(service, os.environ["AWS_ENDPOINT_URL"]), Side(service, moto)
                for number, (operation, parameters, *keep) in enumerate(calls, 1):
                    keep = keep[0] if keep else {}
                    found = differences(ours.send(operation, parameters, keep), theirs.send(operation, parameters, keep))
                    Cloud().pass_time(5)
                    line = {"service": service, "number": number, "operation": operation, "differences": found}
                    report.write(json.dumps(line) + "\n")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
