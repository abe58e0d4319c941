import base64

import boto3
import pytest
from conftest import refused

SECONDS_BETWEEN_POLLS = {"Delay": 0.1, "MaxAttempts": 200}


@pytest.fixture(scope="module")
def image(cloud):
    parameter = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
    return cloud.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"]


def test_instances_start_stop_and_terminate_while_waiters_look(cloud, image):
    ec2 = cloud.client("ec2")
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "life"}]}]
    run = ec2.run_instances(
        ImageId=image, InstanceType="t4g.micro", MinCount=2, MaxCount=2, TagSpecifications=tags
    )
    ids = [instance["InstanceId"] for instance in run["Instances"]]
    assert {instance["State"]["Name"] for instance in run["Instances"]} == {"pending"}

    def wait(name):
        ec2.get_waiter(name).wait(InstanceIds=ids, WaiterConfig=SECONDS_BETWEEN_POLLS)

    with cloud.fast():
        wait("instance_running")
        wait("instance_status_ok")
        ec2.stop_instances(InstanceIds=ids)
        wait("instance_stopped")
        ec2.start_instances(InstanceIds=ids)
        wait("instance_running")
        ec2.terminate_instances(InstanceIds=ids)
        wait("instance_terminated")
    with refused("IncorrectInstanceState", "is not in a state from which it can be started."):
        ec2.start_instances(InstanceIds=ids)


def test_filters_and_pages_find_instances(cloud, image):
    ec2 = boto3.resource("ec2")
    made = ec2.create_instances(
        ImageId=image,
        InstanceType="t4g.small",
        MinCount=5,
        MaxCount=5,
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "fleet", "Value": "pages"}]}],
    )
    filters = [{"Name": "tag:fleet", "Values": ["pa*"]}, {"Name": "instance-type", "Values": ["t4g.small"]}]
    assert {i.id for i in ec2.instances.filter(Filters=filters)} == {i.id for i in made}
    pages = cloud.client("ec2").get_paginator("describe_instances")
    ids = [
        instance["InstanceId"]
        for page in pages.paginate(Filters=filters, PaginationConfig={"PageSize": 5})
        for reservation in page["Reservations"]
        for instance in reservation["Instances"]
    ]
    assert sorted(ids) == sorted(i.id for i in made)
    ec2.instances.filter(Filters=filters).terminate()


def test_a_network_of_ones_own(cloud):
    ec2 = boto3.resource("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")
    vpc.wait_until_available()
    subnet = vpc.create_subnet(CidrBlock="10.20.1.0/24", AvailabilityZone="eu-central-1b")
    gateway = ec2.create_internet_gateway()
    vpc.attach_internet_gateway(InternetGatewayId=gateway.id)
    table = vpc.create_route_table()
    table.create_route(DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway.id)
    association = table.associate_with_subnet(SubnetId=subnet.id)
    group = vpc.create_security_group(GroupName="web", Description="web")
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    group.authorize_ingress(IpPermissions=[rule])
    with refused("InvalidPermission.Duplicate"):
        group.authorize_ingress(IpPermissions=[rule])
    with refused("InvalidSubnet.Conflict"):
        vpc.create_subnet(CidrBlock="10.20.1.128/25")
    with refused("DependencyViolation"):
        vpc.delete()
    association.delete()
    table.delete()
    vpc.detach_internet_gateway(InternetGatewayId=gateway.id)
    gateway.delete()
    group.delete()
    subnet.delete()
    vpc.delete()
    with refused("InvalidVpcID.NotFound", vpc.id):
        cloud.client("ec2").describe_vpcs(VpcIds=[vpc.id])


def test_an_image_is_baked_copied_and_deregistered(cloud, image):
    ec2 = cloud.client("ec2")
    instance = ec2.run_instances(ImageId=image, InstanceType="t4g.micro", MinCount=1, MaxCount=1)
    source = instance["Instances"][0]["InstanceId"]
    with cloud.fast():
        waiter = ec2.get_waiter("instance_running")
        waiter.wait(InstanceIds=[source], WaiterConfig=SECONDS_BETWEEN_POLLS)
        baked = ec2.create_image(InstanceId=source, Name="baked")["ImageId"]
        ec2.get_waiter("image_available").wait(ImageIds=[baked], WaiterConfig=SECONDS_BETWEEN_POLLS)
    with refused("InvalidAMIName.Duplicate"):
        ec2.create_image(InstanceId=source, Name="baked")
    [described] = ec2.describe_images(Owners=["self"], Filters=[{"Name": "name", "Values": ["baked"]}])["Images"]
    snapshot = described["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    assert ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["State"] == "completed"
    with refused("InvalidSnapshot.InUse"):
        ec2.delete_snapshot(SnapshotId=snapshot)
    ec2.deregister_image(ImageId=baked)
    ec2.delete_snapshot(SnapshotId=snapshot)
    ec2.terminate_instances(InstanceIds=[source])


def test_launch_templates_have_versions_and_a_default(cloud, image):
    ec2 = cloud.client("ec2")
    data = {"ImageId": image, "InstanceType": "t4g.micro"}
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data)
    user_data = base64.b64encode(b"#!/bin/sh").decode()
    second = ec2.create_launch_template_version(
        LaunchTemplateName="web", SourceVersion="1", LaunchTemplateData={"UserData": user_data}
    )["LaunchTemplateVersion"]
    assert (second["VersionNumber"], second["DefaultVersion"]) == (2, False)
    assert second["LaunchTemplateData"] == {**data, "UserData": user_data}
    ec2.modify_launch_template(LaunchTemplateName="web", DefaultVersion="2")
    answer = ec2.describe_launch_template_versions(LaunchTemplateName="web", Versions=["$Default", "1"])
    assert sorted(v["VersionNumber"] for v in answer["LaunchTemplateVersions"]) == [1, 2]
    with refused("InvalidLaunchTemplateName.AlreadyExistsException"):
        ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data)
    ec2.delete_launch_template(LaunchTemplateName="web")
    with refused("InvalidLaunchTemplateName.NotFoundException"):
        ec2.describe_launch_templates(LaunchTemplateNames=["web"])


def test_errors_say_what_is_wrong(cloud, image):
    ec2 = cloud.client("ec2")
    with refused("InvalidInstanceID.NotFound", "The instance ID 'i-00000000000000000' does not exist"):
        ec2.describe_instances(InstanceIds=["i-00000000000000000"])
    with refused("InvalidInstanceID.Malformed"):
        ec2.describe_instances(InstanceIds=["nonsense"])
    with refused("InvalidAMIID.NotFound"):
        ec2.run_instances(ImageId="ami-00000000000000000", MinCount=1, MaxCount=1)
    with refused("DryRunOperation", "Request would have succeeded, but DryRun flag is set."):
        ec2.run_instances(ImageId=image, InstanceType="t4g.micro", MinCount=1, MaxCount=1, DryRun=True)


def test_the_cli_finds_amazons_newest_image(aws):
    newest = aws.text(
        *("ec2", "describe-images", "--owners", "amazon"),
        *("--filters", "Name=name,Values=al2023-ami-2023*", "Name=architecture,Values=arm64"),
        *("--query", "sort_by(Images, &CreationDate)[-1].ImageId", "--output", "text"),
    )
    assert newest.startswith("ami-")
    zones = aws.text("ec2", "describe-availability-zones", "--query", "AvailabilityZones[].ZoneName", "--output", "text")
    assert zones.split() == ["eu-central-1a", "eu-central-1b", "eu-central-1c"]


def test_the_cli_runs_waits_and_tags(aws, cloud, image):
    run = aws.text(
        *("ec2", "run-instances", "--image-id", image, "--instance-type", "t4g.micro"),
        *("--tag-specifications", "ResourceType=instance,Tags=[{Key=Name,Value=cli}]"),
        *("--query", "Instances[0].InstanceId", "--output", "text"),
    )
    cloud.pass_time(600)
    aws.text("ec2", "wait", "instance-status-ok", "--instance-ids", run)
    aws.text("ec2", "create-tags", "--resources", run, "--tags", "Key=team,Value=web")
    tags = aws.json("ec2", "describe-tags", "--filters", f"Name=resource-id,Values={run}")["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"Name": "cli", "team": "web"}
    table = aws.text("ec2", "describe-instances", "--instance-ids", run, "--output", "table")
    assert "t4g.micro" in table
    aws.text("ec2", "terminate-instances", "--instance-ids", run)
