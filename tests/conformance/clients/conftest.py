"""What the suites of AWS's Python clients share: clients of the local cloud, and the AWS CLI."""

import json
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from local_cloud import Cloud

REPORT = Path(os.environ["CLOUD_REPORT"])


@pytest.fixture(scope="session")
def cloud():
    return Cloud()


class Cli:
    """The AWS CLI as a process of its own, as a user starts it."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, *args):
        command = [str(Path(os.environ["CLOUD_PROGRAMS"]) / "aws"), *map(str, args)]
        # Version 1 of the CLI puts its own address of SQS before AWS_ENDPOINT_URL, but not before the option.
        if args[0] == "sqs":
            command += ["--endpoint-url", os.environ["AWS_ENDPOINT_URL"]]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=120)

    def text(self, *args):
        done = self.run(*args)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def json(self, *args):
        return json.loads(self.text(*args, "--output", "json") or "null")

    def refused(self, *args):
        """What a command that must fail says."""
        done = self.run(*args)
        assert done.returncode != 0, done.stdout
        return done.stderr.strip()


@pytest.fixture
def aws(tmp_path):
    return Cli(tmp_path)


@contextmanager
def refused(code, message=""):
    """The block must end in a ClientError with this code and a message that contains that text."""
    with pytest.raises(ClientError) as caught:
        yield caught
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    assert message in error["Message"], error["Message"]


def pytest_runtest_logreport(report):
    """A line of JSON for each test, for the runner outside."""
    if report.when == "call" or report.outcome != "passed":
        line = {"test": report.nodeid, "outcome": report.outcome, "detail": report.longreprtext}
        with REPORT.open("a") as file:
            file.write(json.dumps(line) + "\n")
