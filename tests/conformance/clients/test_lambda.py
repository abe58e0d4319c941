import base64
import io
import json
import zipfile

import pytest
from conftest import refused

SOURCE = """
export const handler = async (event, context) => {
  console.log('got', JSON.stringify(event));
  if (event.fail) throw new TypeError('as asked');
  return { twice: event.n * 2, name: context.functionName, stage: process.env.STAGE };
};
"""


def package(source=SOURCE):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.mjs", source)
    return content.getvalue()


@pytest.fixture(scope="module")
def role(cloud):
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam = cloud.client("iam")
    arn = iam.create_role(
        RoleName="function",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    iam.attach_role_policy(
        RoleName="function", PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    )
    return arn


def make(cloud, role, name, **settings):
    lambda_ = cloud.client("lambda")
    made = lambda_.create_function(
        FunctionName=name,
        Runtime="nodejs22.x",
        Handler="index.handler",
        Role=role,
        Code={"ZipFile": package()},
        Environment={"Variables": {"STAGE": "test"}},
        **settings,
    )
    polls = {"Delay": 0.1, "MaxAttempts": 100}
    with cloud.fast():
        lambda_.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=polls)
    return lambda_, made


def test_a_function_answers_and_logs(cloud, role):
    lambda_, _ = make(cloud, role, "answers")
    answer = lambda_.invoke(FunctionName="answers", Payload=json.dumps({"n": 21}), LogType="Tail")
    assert json.load(answer["Payload"]) == {"twice": 42, "name": "answers", "stage": "test"}
    assert "REPORT RequestId" in base64.b64decode(answer["LogResult"]).decode()
    events = cloud.client("logs").filter_log_events(logGroupName="/aws/lambda/answers", filterPattern="got")
    assert any('got {"n":21}' in event["message"] for event in events["events"])


def test_a_function_that_throws_is_no_error_of_the_call(cloud, role):
    lambda_, _ = make(cloud, role, "throws")
    answer = lambda_.invoke(FunctionName="throws", Payload=b'{"fail": true}')
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    error = json.load(answer["Payload"])
    assert (error["errorType"], error["errorMessage"]) == ("TypeError", "as asked")
    assert lambda_.invoke(FunctionName="throws", InvocationType="Event", Payload=b"{}")["StatusCode"] == 202
    assert lambda_.invoke(FunctionName="throws", InvocationType="DryRun")["StatusCode"] == 204


def test_versions_and_aliases_point_at_what_was_published(cloud, role):
    lambda_, _ = make(cloud, role, "versioned")
    first = lambda_.publish_version(FunctionName="versioned")["Version"]
    lambda_.update_function_code(
        FunctionName="versioned", ZipFile=package("export const handler = async () => 'second';")
    )
    with cloud.fast():
        lambda_.get_waiter("function_updated_v2").wait(FunctionName="versioned", WaiterConfig={"Delay": 0.1})
    lambda_.create_alias(FunctionName="versioned", Name="live", FunctionVersion=first)
    live = lambda_.invoke(FunctionName="versioned:live", Payload=b'{"n": 1}')
    assert live["ExecutedVersion"] == "1" and json.load(live["Payload"])["twice"] == 2
    assert json.load(lambda_.invoke(FunctionName="versioned")["Payload"]) == "second"
    pages = lambda_.get_paginator("list_versions_by_function").paginate(FunctionName="versioned")
    assert [v["Version"] for page in pages for v in page["Versions"]] == ["$LATEST", "1"]


def test_a_queue_starts_a_function(cloud, role):
    lambda_, _ = make(cloud, role, "consumer")
    cloud.client("iam").attach_role_policy(
        RoleName="function", PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"
    )
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="work")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    lambda_.create_event_source_mapping(FunctionName="consumer", EventSourceArn=arn)
    cloud.pass_time(60)
    sqs.send_message(QueueUrl=url, MessageBody="do it")
    cloud.pass_time(30)
    group = cloud.client("logs").filter_log_events(logGroupName="/aws/lambda/consumer", filterPattern="got")
    assert any("do it" in event["message"] for event in group["events"])


def test_errors_name_the_function(cloud, role):
    lambda_, _ = make(cloud, role, "known")
    arn = "arn:aws:lambda:eu-central-1:123456789012:function:absent"
    with refused("ResourceNotFoundException", f"Function not found: {arn}"):
        lambda_.invoke(FunctionName="absent")
    with refused("ResourceConflictException", "Function already exist: known"):
        lambda_.create_function(FunctionName="known", Runtime="nodejs22.x", Handler="a.b", Role=role, Code={"ZipFile": package()})
    with refused("InvalidParameterValueException"):
        lambda_.create_function(FunctionName="zip", Runtime="nodejs22.x", Handler="a.b", Role=role, Code={"ZipFile": b"no zip"})


def test_the_cli_invokes(aws, cloud, role):
    (aws.folder / "f.zip").write_bytes(package())
    aws.text(
        *("lambda", "create-function", "--function-name", "cli", "--runtime", "nodejs22.x"),
        *("--handler", "index.handler", "--role", role, "--zip-file", "fileb://f.zip"),
    )
    cloud.pass_time(30)
    aws.text("lambda", "wait", "function-active-v2", "--function-name", "cli")
    told = aws.json("lambda", "invoke", "--function-name", "cli", "--payload", '{"n": 4}', "out.json")
    assert told["StatusCode"] == 200
    assert json.loads((aws.folder / "out.json").read_text())["twice"] == 8
    aws.text("lambda", "delete-function", "--function-name", "cli")
    assert "(ResourceNotFoundException)" in aws.refused("lambda", "get-function", "--function-name", "cli")
