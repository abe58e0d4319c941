import json

from conftest import refused


def queue(cloud, name):
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return sqs, url, arn


def bodies(sqs, url):
    return [m["Body"] for m in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])]


def test_a_rule_delivers_what_matches_transformed(cloud):
    events = cloud.client("events")
    sqs, url, arn = queue(cloud, "matched")
    pattern = {"source": ["shop"], "detail": {"total": [{"numeric": [">", 100]}]}}
    events.put_rule(Name="large", EventPattern=json.dumps(pattern))
    transformer = {"InputPathsMap": {"n": "$.detail.total"}, "InputTemplate": '{"total": <n>}'}
    failed = events.put_targets(Rule="large", Targets=[{"Id": "q", "Arn": arn, "InputTransformer": transformer}])
    assert failed["FailedEntryCount"] == 0
    entry = {"Source": "shop", "DetailType": "Order"}
    put = events.put_events(Entries=[{**entry, "Detail": json.dumps({"total": n})} for n in (50, 150)])
    assert put["FailedEntryCount"] == 0
    cloud.pass_time(2)
    assert [json.loads(body) for body in bodies(sqs, url)] == [{"total": 150}]


def test_patterns_are_tested_and_refused(cloud):
    events = cloud.client("events")
    event = {
        "id": "1",
        "source": "a",
        "detail-type": "t",
        "account": "123456789012",
        "time": "2026-01-05T00:00:00Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": {"x": "abc"},
    }

    def matches(pattern):
        return events.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(event))["Result"]

    assert matches({"detail": {"x": [{"wildcard": "a*c"}]}})
    assert not matches({"detail": {"x": [{"anything-but": {"prefix": "a"}}]}})
    with refused("InvalidEventPatternException", "Event pattern is not valid"):
        matches({"detail": {"x": "abc"}})


def test_rules_have_lifecycles_and_pages(cloud):
    events = cloud.client("events")
    for n in range(3):
        events.put_rule(Name=f"page-{n}", ScheduleExpression="rate(5 minutes)", State="DISABLED")
    pages = events.get_paginator("list_rules").paginate(NamePrefix="page-", PaginationConfig={"PageSize": 2})
    assert [[r["Name"] for r in page["Rules"]] for page in pages] == [["page-0", "page-1"], ["page-2"]]
    events.put_targets(Rule="page-0", Targets=[{"Id": "a", "Arn": "arn:aws:sqs:eu-central-1:123456789012:x"}])
    with refused("ValidationException", "Rule can't be deleted since it has targets."):
        events.delete_rule(Name="page-0")
    with refused("ResourceNotFoundException", "Rule absent does not exist on EventBus default."):
        events.describe_rule(Name="absent")
    with refused("ValidationException"):
        events.put_rule(Name="bad", ScheduleExpression="rate(1 minutes)")


def test_a_schedule_fires_in_its_zone_and_goes(cloud):
    scheduler = cloud.client("scheduler")
    sqs, url, arn = queue(cloud, "scheduled")
    trust = {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam = cloud.client("iam")
    role = iam.create_role(
        RoleName="scheduler",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    grant = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}
    iam.put_role_policy(
        RoleName="scheduler",
        PolicyName="send",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [grant]}),
    )
    scheduler.create_schedule(
        Name="daily",
        ScheduleExpression="cron(0 9 * * ? *)",
        ScheduleExpressionTimezone="Europe/Berlin",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": role, "Input": "good morning"},
    )
    cloud.pass_time(2 * 86400)
    assert bodies(sqs, url) == ["good morning", "good morning"]
    with refused("ConflictException"):
        scheduler.create_schedule(
            Name="daily",
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": arn, "RoleArn": role},
        )
    scheduler.delete_schedule(Name="daily")
    with refused("ResourceNotFoundException", "Schedule daily does not exist."):
        scheduler.get_schedule(Name="daily")


def test_the_cli_puts_events(aws):
    entries = json.dumps([{"Source": "cli", "DetailType": "t", "Detail": "{}"}])
    assert aws.text("events", "put-events", "--entries", entries, "--query", "FailedEntryCount") == "0"
    aws.text("events", "put-rule", "--name", "cli", "--event-pattern", '{"source":["cli"]}')
    assert aws.text("events", "describe-rule", "--name", "cli", "--query", "State", "--output", "text") == "ENABLED"
    aws.text("events", "delete-rule", "--name", "cli")
    assert "(ResourceNotFoundException)" in aws.refused("events", "describe-rule", "--name", "cli")
