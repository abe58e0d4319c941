import json

import boto3
from conftest import refused

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole"}
    ],
}


def test_a_role_is_assumed_and_may_do_what_its_policy_says(cloud):
    iam = cloud.client("iam")
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    grant = {"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}
    iam.put_role_policy(
        RoleName="reader",
        PolicyName="read",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [grant]}),
    )
    session = cloud.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="me")
    keys = session["Credentials"]
    as_role = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    assert as_role.client("sts").get_caller_identity()["Arn"].endswith(":assumed-role/reader/me")
    as_role.client("sqs").list_queues()
    with refused("AccessDenied", "is not authorized to perform: sns:ListTopics"):
        sns = as_role.client("sns")
        try:
            sns.list_topics()
        except sns.exceptions.AuthorizationErrorException as error:
            error.response["Error"]["Code"] = "AccessDenied"
            raise
    with refused("UnauthorizedOperation"):
        as_role.client("ec2").describe_vpcs()


def test_documents_come_back_as_they_were(cloud):
    iam = boto3.resource("iam")
    role = iam.create_role(RoleName="documents", AssumeRolePolicyDocument=json.dumps(TRUST), Path="/team/")
    assert role.assume_role_policy_document == TRUST
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    policy = iam.create_policy(PolicyName="nothing", PolicyDocument=json.dumps(document))
    role.attach_policy(PolicyArn=policy.arn)
    assert [attached.policy_name for attached in role.attached_policies.all()] == ["nothing"]
    assert policy.default_version.document == document
    with refused("DeleteConflict", "Cannot delete entity, must detach all policies first."):
        role.delete()
    role.detach_policy(PolicyArn=policy.arn)
    role.delete()
    policy.delete()


def test_waiters_pages_and_errors(cloud):
    iam = cloud.client("iam")
    for n in range(3):
        iam.create_role(RoleName=f"page-{n}", AssumeRolePolicyDocument=json.dumps(TRUST), Path="/page/")
    iam.get_waiter("role_exists").wait(RoleName="page-0")
    pages = iam.get_paginator("list_roles").paginate(PathPrefix="/page/", PaginationConfig={"PageSize": 2})
    assert [len(page["Roles"]) for page in pages] == [2, 1]
    with refused("NoSuchEntity", "The role with name absent cannot be found."):
        iam.get_role(RoleName="absent")
    with refused("EntityAlreadyExists", "Role with name page-0 already exists."):
        iam.create_role(RoleName="page-0", AssumeRolePolicyDocument=json.dumps(TRUST))
    with refused("MalformedPolicyDocument"):
        iam.create_role(RoleName="bad", AssumeRolePolicyDocument="not json")


def test_the_cli_knows_who_it_is_and_reads_documents(aws):
    assert aws.text("sts", "get-caller-identity", "--query", "Account", "--output", "text") == "123456789012"
    (aws.folder / "trust.json").write_text(json.dumps(TRUST))
    aws.text("iam", "create-role", "--role-name", "cli", "--assume-role-policy-document", "file://trust.json")
    role = aws.json("iam", "get-role", "--role-name", "cli")["Role"]
    assert role["AssumeRolePolicyDocument"] == TRUST
    aws.text("iam", "delete-role", "--role-name", "cli")
    said = aws.refused("iam", "get-role", "--role-name", "cli")
    assert "An error occurred (NoSuchEntity) when calling the GetRole operation" in said
