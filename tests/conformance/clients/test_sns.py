import json

from conftest import refused


def queue_for(cloud, name, topic):
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return sqs, url, arn


def bodies(sqs, url):
    return [m["Body"] for m in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])]


def test_a_filter_policy_picks_what_a_queue_gets(cloud):
    sns = cloud.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sqs, url, arn = queue_for(cloud, "filtered", topic)
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"RawMessageDelivery": "true", "FilterPolicy": json.dumps({"kind": ["bad"]})},
    )
    for kind in ("good", "bad"):
        attributes = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=topic, Message=f"{kind} news", MessageAttributes=attributes)
    cloud.pass_time(2)
    assert bodies(sqs, url) == ["bad news"]


def test_an_envelope_says_where_it_came_from(cloud):
    sns = cloud.client("sns")
    topic = sns.create_topic(Name="wrapped")["TopicArn"]
    sqs, url, arn = queue_for(cloud, "wrapped", topic)
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)["SubscriptionArn"]
    message = json.dumps({"default": "plain", "sqs": "for queues"})
    sent = sns.publish(TopicArn=topic, Subject="hi", Message=message, MessageStructure="json")
    cloud.pass_time(2)
    [envelope] = [json.loads(body) for body in bodies(sqs, url)]
    assert (envelope["Type"], envelope["Message"], envelope["Subject"]) == ("Notification", "for queues", "hi")
    assert (envelope["MessageId"], envelope["TopicArn"]) == (sent["MessageId"], topic)
    sns.unsubscribe(SubscriptionArn=subscription)
    with refused("NotFound"):
        sns.get_subscription_attributes(SubscriptionArn=subscription)


def test_an_email_address_is_confirmed_by_its_reader(cloud):
    sns = cloud.client("sns")
    topic = sns.create_topic(Name="mail")["TopicArn"]
    pending = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    assert pending["SubscriptionArn"] == "pending confirmation"
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    # Whoever reads the cloud's mailbox confirms at once.
    assert (attributes["SubscriptionsPending"], attributes["SubscriptionsConfirmed"]) == ("0", "1")


def test_errors_and_pages(cloud):
    sns = cloud.client("sns")
    for n in range(3):
        assert sns.create_topic(Name=f"many-{n}")["TopicArn"] == sns.create_topic(Name=f"many-{n}")["TopicArn"]
    topics = [t["TopicArn"] for page in sns.get_paginator("list_topics").paginate() for t in page["Topics"]]
    assert sum(":many-" in arn for arn in topics) == 3
    with refused("NotFound", "Topic does not exist"):
        sns.publish(TopicArn="arn:aws:sns:eu-central-1:123456789012:absent", Message="x")
    with refused("InvalidParameter"):
        sns.publish(TopicArn=topics[0], Message="")


def test_the_cli_publishes(aws):
    topic = aws.text("sns", "create-topic", "--name", "cli", "--query", "TopicArn", "--output", "text")
    assert aws.json("sns", "publish", "--topic-arn", topic, "--message", "from the shell")["MessageId"]
    said = aws.refused("sns", "publish", "--topic-arn", f"{topic}-absent", "--message", "x")
    assert "An error occurred (NotFound) when calling the Publish operation" in said
