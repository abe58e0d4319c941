import time

import pytest
from conftest import refused


@pytest.fixture(scope="module")
def template(cloud):
    parameter = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
    data = {"ImageId": f"resolve:ssm:{parameter}", "InstanceType": "t4g.micro"}
    made = cloud.client("ec2").create_launch_template(LaunchTemplateName="group", LaunchTemplateData=data)
    return {"LaunchTemplateId": made["LaunchTemplate"]["LaunchTemplateId"], "Version": "$Latest"}


def subnets(cloud):
    found = cloud.client("ec2").describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])
    return ",".join(subnet["SubnetId"] for subnet in found["Subnets"])


def make(cloud, template, name, **settings):
    group = cloud.client("autoscaling")
    group.create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchTemplate=template,
        VPCZoneIdentifier=subnets(cloud),
        **{"MinSize": 0, "MaxSize": 5, "DesiredCapacity": 2, **settings},
    )
    return group


def described(group, name):
    [found] = group.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    return found


def in_service(group, name):
    return [i for i in described(group, name)["Instances"] if i["LifecycleState"] == "InService"]


def test_a_group_fills_scales_and_is_deleted(cloud, template):
    group = make(cloud, template, "life")
    cloud.pass_time(300)
    assert len(in_service(group, "life")) == 2
    group.set_desired_capacity(AutoScalingGroupName="life", DesiredCapacity=4)
    cloud.pass_time(300)
    zones = [i["AvailabilityZone"] for i in in_service(group, "life")]
    assert len(zones) == 4 and len(set(zones)) == 3
    with refused("ValidationError", "New SetDesiredCapacity value 9 is above max value 5"):
        group.set_desired_capacity(AutoScalingGroupName="life", DesiredCapacity=9)
    with refused("ResourceInUse"):
        group.delete_auto_scaling_group(AutoScalingGroupName="life")
    group.delete_auto_scaling_group(AutoScalingGroupName="life", ForceDelete=True)
    cloud.pass_time(600)
    assert group.describe_auto_scaling_groups(AutoScalingGroupNames=["life"])["AutoScalingGroups"] == []


def test_activities_come_in_pages_newest_first(cloud, template):
    group = make(cloud, template, "told", DesiredCapacity=3)
    cloud.pass_time(300)
    pages = group.get_paginator("describe_scaling_activities").paginate(
        AutoScalingGroupName="told", PaginationConfig={"PageSize": 2}
    )
    activities = [activity for page in pages for activity in page["Activities"]]
    assert len(activities) == 3
    assert {activity["StatusCode"] for activity in activities} == {"Successful"}
    assert all(activity["Description"].startswith("Launching a new EC2 instance: i-") for activity in activities)
    starts = [activity["StartTime"] for activity in activities]
    assert starts == sorted(starts, reverse=True)


def test_a_lifecycle_hook_holds_an_instance_until_it_is_completed(cloud, template):
    group = make(cloud, template, "hooked", DesiredCapacity=0)
    group.put_lifecycle_hook(
        AutoScalingGroupName="hooked",
        LifecycleHookName="admit",
        LifecycleTransition="autoscaling:EC2_INSTANCE_LAUNCHING",
        HeartbeatTimeout=900,
        DefaultResult="ABANDON",
    )
    group.set_desired_capacity(AutoScalingGroupName="hooked", DesiredCapacity=1)
    cloud.pass_time(300)
    [instance] = described(group, "hooked")["Instances"]
    assert instance["LifecycleState"] == "Pending:Wait"
    action = {"AutoScalingGroupName": "hooked", "LifecycleHookName": "admit", "InstanceId": instance["InstanceId"]}
    group.record_lifecycle_action_heartbeat(**action)
    group.complete_lifecycle_action(**action, LifecycleActionResult="CONTINUE")
    cloud.pass_time(60)
    assert in_service(group, "hooked")
    with refused("ValidationError", "No active Lifecycle Action found"):
        group.complete_lifecycle_action(**action, LifecycleActionResult="CONTINUE")


def test_a_hook_nobody_completes_abandons_the_instance(cloud, template):
    group = make(cloud, template, "abandoned", DesiredCapacity=0)
    group.put_lifecycle_hook(
        AutoScalingGroupName="abandoned",
        LifecycleHookName="admit",
        LifecycleTransition="autoscaling:EC2_INSTANCE_LAUNCHING",
        HeartbeatTimeout=60,
    )
    group.set_desired_capacity(AutoScalingGroupName="abandoned", DesiredCapacity=1)
    cloud.pass_time(60)
    [first] = described(group, "abandoned")["Instances"]
    cloud.pass_time(400)
    now = [i["InstanceId"] for i in described(group, "abandoned")["Instances"]]
    assert first["InstanceId"] not in now


def test_an_instance_refresh_replaces_what_is_old(cloud, template):
    group = make(cloud, template, "fresh")
    cloud.pass_time(300)
    before = {i["InstanceId"] for i in in_service(group, "fresh")}
    refresh = group.start_instance_refresh(
        AutoScalingGroupName="fresh", Preferences={"MinHealthyPercentage": 50, "InstanceWarmup": 60}
    )["InstanceRefreshId"]
    with refused("InstanceRefreshInProgress"):
        group.start_instance_refresh(AutoScalingGroupName="fresh")
    cloud.pass_time(3600)
    [told] = group.describe_instance_refreshes(
        AutoScalingGroupName="fresh", InstanceRefreshIds=[refresh]
    )["InstanceRefreshes"]
    assert (told["Status"], told["PercentageComplete"]) == ("Successful", 100)
    assert not before & {i["InstanceId"] for i in in_service(group, "fresh")}


def test_policies_alarms_and_scheduled_actions_are_listed(cloud, template):
    group = make(cloud, template, "policies", DesiredCapacity=1)
    cloud.pass_time(300)
    group.put_scaling_policy(
        AutoScalingGroupName="policies", PolicyName="out", AdjustmentType="ChangeInCapacity", ScalingAdjustment=1
    )
    group.execute_policy(AutoScalingGroupName="policies", PolicyName="out", HonorCooldown=False)
    assert described(group, "policies")["DesiredCapacity"] == 2
    group.put_scheduled_update_group_action(
        AutoScalingGroupName="policies", ScheduledActionName="morning", Recurrence="0 7 * * MON-FRI", MinSize=3
    )
    [action] = group.describe_scheduled_actions(AutoScalingGroupName="policies")["ScheduledUpdateGroupActions"]
    assert action["Recurrence"] == "0 7 * * MON-FRI" and action["StartTime"].hour == 7
    [policy] = group.describe_policies(AutoScalingGroupName="policies")["ScalingPolicies"]
    assert policy["PolicyType"] == "SimpleScaling"


def test_tags_reach_instances_and_can_be_filtered(cloud, template):
    tag = {"Key": "fleet", "Value": "tagged", "PropagateAtLaunch": True}
    group = make(cloud, template, "tagged", Tags=[{**tag, "ResourceId": "tagged", "ResourceType": "auto-scaling-group"}])
    cloud.pass_time(300)
    pages = group.get_paginator("describe_auto_scaling_groups").paginate(
        Filters=[{"Name": "tag:fleet", "Values": ["tagged"]}]
    )
    assert [g["AutoScalingGroupName"] for page in pages for g in page["AutoScalingGroups"]] == ["tagged"]
    filters = [{"Name": "tag:aws:autoscaling:groupName", "Values": ["tagged"]}]
    found = cloud.client("ec2").describe_instances(Filters=filters)["Reservations"]
    assert sum(len(reservation["Instances"]) for reservation in found) == 2


def test_the_cli_scales_and_polls_until_it_is_done(aws, cloud, template):
    aws.text(
        *("autoscaling", "create-auto-scaling-group", "--auto-scaling-group-name", "cli"),
        *("--launch-template", f"LaunchTemplateId={template['LaunchTemplateId']},Version=$Default"),
        *("--min-size", "0", "--max-size", "3", "--vpc-zone-identifier", subnets(cloud)),
    )
    aws.text("autoscaling", "set-desired-capacity", "--auto-scaling-group-name", "cli", "--desired-capacity", "2")
    count = "length(AutoScalingGroups[0].Instances[?LifecycleState=='InService'])"
    with cloud.fast():
        for _ in range(30):
            ready = aws.text(
                *("autoscaling", "describe-auto-scaling-groups", "--auto-scaling-group-names", "cli"),
                *("--query", count, "--output", "text"),
            )
            if ready == "2":
                break
            time.sleep(0.2)
    assert ready == "2"
    instance = aws.text(
        *("autoscaling", "describe-auto-scaling-instances", "--output", "text"),
        *("--query", "AutoScalingInstances[?AutoScalingGroupName=='cli']|[0].InstanceId"),
    )
    activity = aws.json(
        *("autoscaling", "terminate-instance-in-auto-scaling-group", "--instance-id", instance),
        "--should-decrement-desired-capacity",
    )
    assert activity["Activity"]["Description"] == f"Terminating EC2 instance: {instance}"
    said = aws.refused("autoscaling", "update-auto-scaling-group", "--auto-scaling-group-name", "none", "--max-size", "1")
    assert "(ValidationError)" in said and "AutoScalingGroup name not found" in said
