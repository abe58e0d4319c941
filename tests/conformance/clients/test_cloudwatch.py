import datetime
import json

from conftest import refused


def now(cloud):
    """The cloud's own time, from the Date header of a reply."""
    answer = cloud.client("sts").get_caller_identity()
    date = answer["ResponseMetadata"]["HTTPHeaders"]["date"]
    return datetime.datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=datetime.timezone.utc)


def test_statistics_and_math(cloud):
    watch = cloud.client("cloudwatch")
    end = now(cloud).replace(second=0)
    start = end - datetime.timedelta(minutes=10)
    data = [{"MetricName": "latency", "Timestamp": start, "Value": value, "Unit": "Milliseconds"} for value in range(1, 101)]
    watch.put_metric_data(Namespace="shop", MetricData=data)
    answer = watch.get_metric_statistics(
        Namespace="shop",
        MetricName="latency",
        StartTime=start,
        EndTime=end,
        Period=60,
        Statistics=["Sum", "Average", "SampleCount", "Minimum", "Maximum"],
    )
    [point] = answer["Datapoints"]
    assert (point["Sum"], point["Average"], point["SampleCount"]) == (5050.0, 50.5, 100.0)
    metric = {"Metric": {"Namespace": "shop", "MetricName": "latency"}, "Period": 60}
    queries = [
        {"Id": "n", "MetricStat": {**metric, "Stat": "SampleCount"}, "ReturnData": False},
        {"Id": "double", "Expression": "n * 2"},
    ]
    pages = watch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=queries, StartTime=start, EndTime=end
    )
    values = {r["Id"]: r["Values"] for page in pages for r in page["MetricDataResults"]}
    assert values == {"double": [200.0]}


def test_an_alarm_changes_state_waits_and_keeps_its_history(cloud):
    watch = cloud.client("cloudwatch")
    watch.put_metric_alarm(
        AlarmName="busy",
        Namespace="shop",
        MetricName="load",
        Statistic="Average",
        Period=60,
        EvaluationPeriods=2,
        Threshold=10,
        ComparisonOperator="GreaterThanThreshold",
    )
    assert watch.describe_alarms(AlarmNames=["busy"])["MetricAlarms"][0]["StateValue"] == "INSUFFICIENT_DATA"
    for _ in range(4):
        watch.put_metric_data(Namespace="shop", MetricData=[{"MetricName": "load", "Value": 50}])
        cloud.pass_time(60)
    watch.get_waiter("alarm_exists").wait(AlarmNames=["busy"])
    [alarm] = watch.describe_alarms(AlarmNames=["busy"], StateValue="ALARM")["MetricAlarms"]
    assert "Threshold Crossed" in alarm["StateReason"]
    assert json.loads(alarm["StateReasonData"])["threshold"] == 10
    pages = watch.get_paginator("describe_alarm_history").paginate(AlarmName="busy", HistoryItemType="StateUpdate")
    assert [i["HistorySummary"] for page in pages for i in page["AlarmHistoryItems"]][0].startswith("Alarm updated from")


def test_composite_alarms_follow_and_errors_are_named(cloud):
    watch = cloud.client("cloudwatch")
    for name in ("one", "two"):
        watch.put_metric_alarm(
            AlarmName=name,
            Namespace="n",
            MetricName="m",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="ignore",
        )
    watch.put_composite_alarm(AlarmName="both", AlarmRule="ALARM(one) AND ALARM(two)")
    for name in ("one", "two"):
        watch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="by hand")
    cloud.pass_time(5)
    [both] = watch.describe_alarms(AlarmNames=["both"], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert both["StateValue"] == "ALARM"
    with refused("ResourceNotFound"):
        watch.set_alarm_state(AlarmName="absent", StateValue="OK", StateReason="x")
    with refused("ResourceNotFound"):
        watch.get_dashboard(DashboardName="absent")


def test_the_cli_puts_and_lists(aws):
    aws.text("cloudwatch", "put-metric-data", "--namespace", "cli", "--metric-name", "m", "--value", "3", "--dimensions", "a=b")
    metrics = aws.json("cloudwatch", "list-metrics", "--namespace", "cli")["Metrics"]
    assert metrics == [{"Namespace": "cli", "MetricName": "m", "Dimensions": [{"Name": "a", "Value": "b"}]}]
    said = aws.refused("cloudwatch", "set-alarm-state", "--alarm-name", "absent", "--state-value", "OK", "--state-reason", "x")
    assert "(ResourceNotFound)" in said
