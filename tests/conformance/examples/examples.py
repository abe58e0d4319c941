"""Sends the examples of AWS's own models by boto3, each to an empty cloud with what it names in it."""

import base64
import datetime
import json
import os
import re
import sys

import boto3
import botocore
from botocore.exceptions import ClientError
from local_cloud import Cloud, renew
from prepared import Prepared

NOT_THERE = re.compile(r"NotFound|NoSuch|NotExist|NonExist|does not exist|not found|cannot be found", re.IGNORECASE)


class Cached(Cloud):
    """Clients are slow to make, and each renewed cloud has the address of the one before."""

    clients = {}

    def client(self, service, **config):
        name = (service, *config)
        if name not in self.clients:
            self.clients[name] = super().client(service, **config)
        return self.clients[name]


def examples_of(service):
    client = boto3.client(service)
    version = client.meta.service_model.api_version
    model = service_folder(client)
    path = os.path.join(os.path.dirname(botocore.__file__), "data", model, version, "examples-1.json")
    with open(path) as file:
        examples = json.load(file)["examples"]
    return [(operation, example) for operation, all_of_it in examples.items() for example in all_of_it]


def service_folder(client):
    return client.meta.service_model.service_name


def send(cloud, service, operation, example):
    """@returns the outcome and what is to be said about it"""
    renew()
    client = cloud.client(service, parameter_validation=False)
    model = client.meta.service_model.operation_model(operation)
    world = Prepared(cloud, service, operation, example)
    values = fitted(example.get("input", {}), model.input_shape, world)
    method = next(python for python, name in client.meta.method_to_api_mapping.items() if name == operation)
    try:
        answer = getattr(client, method)(**values)
    except ClientError as error:
        return refusal(error, model)
    lacking = missing(example.get("output") or {}, answer)
    return ("difference", f"the answer lacks {', '.join(lacking)}") if lacking else ("answered", "")


def refusal(error, model):
    told = error.response["Error"]
    said = f"{told['Code']}: {told['Message']}"
    if error.response["ResponseMetadata"]["HTTPStatusCode"] == 501:
        return "not provided", ""
    if "local cloud" in told["Message"]:
        return "not provided", said
    return ("absent" if NOT_THERE.search(said) else "difference"), said


def fitted(value, shape, world):
    """An example's value as boto3 takes it, with the names that things have here."""
    kind = shape.type_name if shape is not None else None
    if kind == "structure":
        known = {name: fitted(item, shape.members[name], world) for name, item in value.items() if name in shape.members}
        return known
    if kind == "list" and isinstance(value, list):
        return [fitted(item, shape.member, world) for item in value]
    if kind == "map" and isinstance(value, dict):
        return {world.text(name): fitted(item, shape.value, world) for name, item in value.items()}
    if kind == "blob":
        return base64.b64decode(value) if world.service == "dynamodb" else str(value).encode()
    if kind == "timestamp":
        return moment(value)
    if kind == "boolean" and isinstance(value, str):
        return value == "true"
    if kind in ("integer", "long") and isinstance(value, str):
        return int(value or 0)
    return world.text(value) if isinstance(value, str) else value


def moment(value):
    if isinstance(value, (int, float)):
        return datetime.datetime.fromtimestamp(value, datetime.timezone.utc)
    return value


def missing(documented, answer, path=""):
    """Members that AWS's documented answer has and this one has not; lists are not looked into."""
    lacking = []
    for name, value in documented.items():
        if value in ("", [], {}, None):
            continue
        if name not in answer:
            lacking.append(path + name)
        elif isinstance(value, dict) and isinstance(answer[name], dict) and path.count(".") < 2:
            lacking += missing(value, answer[name], f"{path}{name}.")
    return lacking


def main(services):
    cloud = Cached()
    with open(os.environ["CLOUD_REPORT"], "a") as report:
        for service in services:
            for operation, example in examples_of(service):
                try:
                    outcome, detail = send(cloud, service, operation, example)
                except Exception as error:  # What cannot be prepared or sent is a difference like any other.
                    outcome, detail = "difference", f"not sent: {type(error).__name__}: {error}"
                line = {
                    "service": service,
                    "operation": operation,
                    "id": example.get("id", ""),
                    "title": example.get("title", "").strip(),
                    "outcome": outcome,
                    "detail": detail,
                }
                report.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
