import pytest
from conftest import refused

FAST_POLLS = {"Delay": 0.1, "MaxAttempts": 200}


@pytest.fixture(scope="module")
def balanced(cloud):
    """A load balancer in front of two instances."""
    elb, ec2 = cloud.client("elbv2"), cloud.client("ec2")
    found = ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
    balancer = elb.create_load_balancer(Name="front", Subnets=[s["SubnetId"] for s in found])["LoadBalancers"][0]
    group = elb.create_target_group(
        Name="app",
        Protocol="HTTP",
        Port=80,
        VpcId=found[0]["VpcId"],
        HealthCheckIntervalSeconds=10,
        HealthyThresholdCount=2,
    )["TargetGroups"][0]
    listener = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}],
    )["Listeners"][0]
    parameter = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
    image = cloud.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"]
    run = ec2.run_instances(ImageId=image, InstanceType="t4g.micro", MinCount=2, MaxCount=2)
    ids = [i["InstanceId"] for i in run["Instances"]]
    with cloud.fast():
        ec2.get_waiter("instance_running").wait(InstanceIds=ids, WaiterConfig=FAST_POLLS)
    return elb, balancer, group, listener, ids


def test_targets_become_healthy_and_drain(cloud, balanced):
    elb, balancer, group, _, ids = balanced
    arn = group["TargetGroupArn"]
    targets = [{"Id": i} for i in ids]
    elb.register_targets(TargetGroupArn=arn, Targets=targets)
    [health, _] = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    assert health["TargetHealth"]["State"] == "initial"
    with cloud.fast():
        elb.get_waiter("load_balancer_available").wait(
            LoadBalancerArns=[balancer["LoadBalancerArn"]], WaiterConfig=FAST_POLLS
        )
        elb.get_waiter("target_in_service").wait(TargetGroupArn=arn, WaiterConfig=FAST_POLLS)
        elb.deregister_targets(TargetGroupArn=arn, Targets=targets[:1])
        [draining] = elb.describe_target_health(TargetGroupArn=arn, Targets=targets[:1])["TargetHealthDescriptions"]
        assert draining["TargetHealth"]["State"] == "draining"
        elb.get_waiter("target_deregistered").wait(
            TargetGroupArn=arn, Targets=targets[:1], WaiterConfig=FAST_POLLS
        )


def test_rules_have_priorities_that_may_not_meet(cloud, balanced):
    elb, _, group, listener, _ = balanced
    rule = dict(
        ListenerArn=listener["ListenerArn"],
        Conditions=[{"Field": "path-pattern", "Values": ["/api/*"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}],
    )
    made = elb.create_rule(**rule, Priority=10)["Rules"][0]
    with refused("PriorityInUse"):
        elb.create_rule(**rule, Priority=10)
    rules = elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
    assert [r["Priority"] for r in rules] == ["10", "default"]
    elb.delete_rule(RuleArn=made["RuleArn"])


def test_errors_and_attributes(cloud, balanced):
    elb, balancer, group, _, _ = balanced
    with refused("LoadBalancerNotFound"):
        elb.describe_load_balancers(Names=["absent"])
    with refused("ResourceInUse", "is currently in use by a listener or a rule"):
        elb.delete_target_group(TargetGroupArn=group["TargetGroupArn"])
    attribute = {"Key": "deregistration_delay.timeout_seconds", "Value": "30"}
    elb.modify_target_group_attributes(TargetGroupArn=group["TargetGroupArn"], Attributes=[attribute])
    attributes = elb.describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"])["Attributes"]
    assert attribute in attributes
    pages = elb.get_paginator("describe_load_balancers").paginate()
    assert balancer["DNSName"] in [b["DNSName"] for page in pages for b in page["LoadBalancers"]]


def test_the_cli_describes_health(aws, balanced):
    _, _, group, _, ids = balanced
    states = aws.text(
        *("elbv2", "describe-target-health", "--target-group-arn", group["TargetGroupArn"]),
        *("--query", "TargetHealthDescriptions[].[Target.Id,TargetHealth.State]", "--output", "text"),
    )
    assert ids[1] in states
