import time

from conftest import refused


def test_events_are_put_read_and_filtered(cloud):
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName="/app", tags={"team": "web"})
    logs.create_log_stream(logGroupName="/app", logStreamName="one")
    now = int(time.time() * 1000)
    # The cloud may be days ahead of the client: what it takes is what lies in its own past two weeks.
    stamp = int(cloud.client("logs").describe_log_groups(logGroupNamePrefix="/app")["logGroups"][0]["creationTime"])
    events = [{"timestamp": stamp + n, "message": f"line {n} {'ERROR' if n % 5 == 0 else 'ok'}"} for n in range(20)]
    logs.put_log_events(logGroupName="/app", logStreamName="one", logEvents=events)
    read = logs.get_log_events(logGroupName="/app", logStreamName="one", startFromHead=True, limit=5)
    assert [e["message"] for e in read["events"]] == [e["message"] for e in events[:5]]
    more = logs.get_log_events(logGroupName="/app", logStreamName="one", nextToken=read["nextForwardToken"], startFromHead=True)
    assert more["events"][0]["message"].startswith("line 5 ")
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName="/app", filterPattern="ERROR")
    assert [e["message"] for page in pages for e in page["events"]] == [f"line {n} ERROR" for n in (0, 5, 10, 15)]
    assert now > 0


def test_groups_have_retention_and_errors(cloud):
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName="/kept")
    logs.put_retention_policy(logGroupName="/kept", retentionInDays=30)
    [group] = logs.describe_log_groups(logGroupNamePrefix="/kept")["logGroups"]
    assert group["retentionInDays"] == 30
    with refused("ResourceAlreadyExistsException", "The specified log group already exists"):
        logs.create_log_group(logGroupName="/kept")
    with refused("ResourceNotFoundException", "The specified log group does not exist"):
        logs.get_log_events(logGroupName="/absent", logStreamName="x")
    with refused("InvalidParameterException"):
        logs.put_retention_policy(logGroupName="/kept", retentionInDays=31)


def test_the_cli_reads_groups(aws):
    aws.text("logs", "create-log-group", "--log-group-name", "/cli")
    names = aws.text("logs", "describe-log-groups", "--query", "logGroups[].logGroupName", "--output", "text")
    assert "/cli" in names.split()
    said = aws.refused("logs", "delete-log-group", "--log-group-name", "/absent")
    assert "(ResourceNotFoundException)" in said
