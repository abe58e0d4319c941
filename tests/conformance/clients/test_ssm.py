from conftest import refused


def test_parameters_have_versions_labels_and_paths(cloud):
    ssm = cloud.client("ssm")
    for n in range(12):
        ssm.put_parameter(Name=f"/app/db/{n:02}", Value=str(n), Type="String")
    ssm.put_parameter(Name="/app/secret", Value="hidden", Type="SecureString")
    with refused("ParameterAlreadyExists"):
        ssm.put_parameter(Name="/app/secret", Value="x", Type="SecureString")
    assert ssm.put_parameter(Name="/app/secret", Value="two", Type="SecureString", Overwrite=True)["Version"] == 2
    ssm.label_parameter_version(Name="/app/secret", ParameterVersion=1, Labels=["old"])
    assert ssm.get_parameter(Name="/app/secret:old", WithDecryption=True)["Parameter"]["Value"] == "hidden"
    assert ssm.get_parameter(Name="/app/secret:2", WithDecryption=True)["Parameter"]["Value"] == "two"
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path="/app", Recursive=True)
    names = [p["Name"] for page in pages for p in page["Parameters"]]
    assert len(names) == 13
    answer = ssm.get_parameters(Names=["/app/db/01", "/app/none"])
    assert answer["InvalidParameters"] == ["/app/none"]
    with refused("ParameterNotFound"):
        ssm.get_parameter(Name="/app/none")


def test_a_command_runs_on_an_instance(cloud):
    ssm, ec2 = cloud.client("ssm"), cloud.client("ec2")
    name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
    image = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    role = cloud.client("iam")
    role.create_instance_profile(InstanceProfileName="managed")
    run = ec2.run_instances(ImageId=image, InstanceType="t4g.micro", MinCount=1, MaxCount=1, IamInstanceProfile={"Name": "managed"})
    instance = run["Instances"][0]["InstanceId"]
    cloud.pass_time(600)
    pages = ssm.get_paginator("describe_instance_information").paginate()
    assert instance in [i["InstanceId"] for page in pages for i in page["InstanceInformationList"]]
    sent = ssm.send_command(
        InstanceIds=[instance], DocumentName="AWS-RunShellScript", Parameters={"commands": ["echo hello", "exit 3"]}
    )["Command"]["CommandId"]
    cloud.pass_time(60)
    told = ssm.get_command_invocation(CommandId=sent, InstanceId=instance)
    assert (told["Status"], told["ResponseCode"]) == ("Failed", 3)
    assert told["StandardOutputContent"].strip() == "hello"


def test_the_cli_keeps_parameters(aws):
    aws.text("ssm", "put-parameter", "--name", "/cli/a", "--value", "1", "--type", "String")
    value = aws.text("ssm", "get-parameter", "--name", "/cli/a", "--query", "Parameter.Value", "--output", "text")
    assert value == "1"
    aws.text("ssm", "delete-parameter", "--name", "/cli/a")
    assert "(ParameterNotFound)" in aws.refused("ssm", "get-parameter", "--name", "/cli/a")
