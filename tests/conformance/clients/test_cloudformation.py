import json

import pytest
from botocore.exceptions import WaiterError
from conftest import refused

POLLS = {"Delay": 0.1, "MaxAttempts": 300}

TEMPLATE = """
Parameters:
  Delay: { Type: Number, Default: 0 }
Resources:
  Dead: { Type: AWS::SQS::Queue }
  Work:
    Type: AWS::SQS::Queue
    Properties:
      DelaySeconds: !Ref Delay
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3 }
  Topic: { Type: AWS::SNS::Topic }
Outputs:
  Url: { Value: !Ref Work, Export: { Name: !Sub '${AWS::StackName}-url' } }
"""


def wait(cloud, formation, name, stack):
    with cloud.fast():
        formation.get_waiter(name).wait(StackName=stack, WaiterConfig=POLLS)


def test_a_stack_is_made_updated_and_deleted(cloud):
    formation = cloud.client("cloudformation")
    formation.create_stack(StackName="life", TemplateBody=TEMPLATE)
    wait(cloud, formation, "stack_create_complete", "life")
    [stack] = formation.describe_stacks(StackName="life")["Stacks"]
    url = stack["Outputs"][0]["OutputValue"]
    delay = [{"ParameterKey": "Delay", "ParameterValue": "7"}]
    formation.update_stack(StackName="life", UsePreviousTemplate=True, Parameters=delay)
    wait(cloud, formation, "stack_update_complete", "life")
    attributes = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])
    assert attributes["Attributes"]["DelaySeconds"] == "7"
    with refused("ValidationError", "No updates are to be performed."):
        formation.update_stack(StackName="life", UsePreviousTemplate=True, Parameters=delay)
    exports = [e["Name"] for page in formation.get_paginator("list_exports").paginate() for e in page["Exports"]]
    assert "life-url" in exports
    events = [e for page in formation.get_paginator("describe_stack_events").paginate(StackName="life") for e in page["StackEvents"]]
    assert events[0]["ResourceStatus"] == "UPDATE_COMPLETE"
    formation.delete_stack(StackName="life")
    wait(cloud, formation, "stack_delete_complete", "life")
    with refused("ValidationError", "Stack with id life does not exist"):
        formation.describe_stacks(StackName="life")


def test_a_failure_rolls_back_and_the_waiter_says_so(cloud):
    formation = cloud.client("cloudformation")
    template = {
        "Resources": {
            "Good": {"Type": "AWS::SQS::Queue"},
            "Bad": {
                "Type": "AWS::Lambda::Function",
                "DependsOn": "Good",
                "Properties": {
                    "Role": "arn:aws:iam::123456789012:role/x",
                    "Code": {"S3Bucket": "no-such-bucket", "S3Key": "k"},
                    "Handler": "a.b",
                    "Runtime": "nodejs22.x",
                },
            },
        }
    }
    formation.create_stack(StackName="fails", TemplateBody=json.dumps(template))
    with pytest.raises(WaiterError):
        wait(cloud, formation, "stack_create_complete", "fails")
    cloud.pass_time(300)
    [stack] = formation.describe_stacks(StackName="fails")["Stacks"]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    events = formation.describe_stack_events(StackName="fails")["StackEvents"]
    [failure] = [event for event in events if event["ResourceStatus"] == "CREATE_FAILED"]
    assert failure["LogicalResourceId"] == "Bad" and "HandlerErrorCode" in failure["ResourceStatusReason"]
    formation.delete_stack(StackName="fails")


def test_a_change_set_says_what_it_would_do(cloud):
    formation = cloud.client("cloudformation")
    formation.create_change_set(
        StackName="changes", ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=TEMPLATE
    )
    with cloud.fast():
        formation.get_waiter("change_set_create_complete").wait(
            StackName="changes", ChangeSetName="first", WaiterConfig=POLLS
        )
    changes = formation.describe_change_set(StackName="changes", ChangeSetName="first")["Changes"]
    planned = {(c["ResourceChange"]["Action"], c["ResourceChange"]["LogicalResourceId"]) for c in changes}
    assert planned == {("Add", "Dead"), ("Add", "Topic"), ("Add", "Work")}
    formation.execute_change_set(StackName="changes", ChangeSetName="first")
    wait(cloud, formation, "stack_create_complete", "changes")
    with refused("AlreadyExistsException"):
        formation.create_stack(StackName="changes", TemplateBody=TEMPLATE)
    formation.delete_stack(StackName="changes")


def test_a_template_is_validated(cloud):
    formation = cloud.client("cloudformation")
    told = formation.validate_template(TemplateBody=TEMPLATE)
    assert [p["ParameterKey"] for p in told["Parameters"]] == ["Delay"]
    with refused("ValidationError", "Unresolved resource dependencies [Absent]"):
        bad = {"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Absent"}}}}}
        formation.validate_template(TemplateBody=json.dumps(bad))


def test_the_cli_deploys_twice_and_removes(aws, cloud):
    (aws.folder / "stack.yml").write_text(TEMPLATE)
    deploy = ("cloudformation", "deploy", "--stack-name", "cli", "--template-file", "stack.yml")
    with cloud.fast():
        assert "Successfully created/updated stack - cli" in aws.text(*deploy)
        assert "No changes to deploy" in aws.refused(*deploy)
        forget_change_sets(cloud, "cli")
        assert "No changes to deploy" in aws.text(*deploy, "--no-fail-on-empty-changeset")
        outputs = aws.json("cloudformation", "describe-stacks", "--stack-name", "cli")["Stacks"][0]["Outputs"]
        assert outputs[0]["ExportName"] == "cli-url"
        aws.text("cloudformation", "delete-stack", "--stack-name", "cli")
        cloud.pass_time(120)
        aws.text("cloudformation", "wait", "stack-delete-complete", "--stack-name", "cli")


def forget_change_sets(cloud, stack):
    """The CLI names a change set by the second, and two of its calls fit into one."""
    formation = cloud.client("cloudformation")
    for summary in formation.list_change_sets(StackName=stack)["Summaries"]:
        formation.delete_change_set(StackName=stack, ChangeSetName=summary["ChangeSetId"])
