import json

from conftest import refused


def queue(sqs, name, **attributes):
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def test_a_message_is_hidden_until_its_visibility_timeout_and_then_comes_back(cloud):
    sqs = cloud.client("sqs")
    url = queue(sqs, "hidden", VisibilityTimeout="30")
    sent = sqs.send_message(QueueUrl=url, MessageBody="hello")
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    assert message["MessageId"] == sent["MessageId"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    cloud.pass_time(31)
    [again] = sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"])["Messages"]
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=again["ReceiptHandle"])
    cloud.pass_time(31)
    assert "Messages" not in sqs.receive_message(QueueUrl=url)


def test_poison_goes_to_the_dead_letter_queue(cloud):
    sqs = cloud.client("sqs")
    dead = queue(sqs, "dead")
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    url = queue(sqs, "poisoned", VisibilityTimeout="0", RedrivePolicy=policy)
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    for _ in range(2):
        assert sqs.receive_message(QueueUrl=url)["Messages"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    [message] = sqs.receive_message(QueueUrl=dead)["Messages"]
    assert message["Body"] == "poison"
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]


def test_batches_say_which_entries_failed(cloud):
    sqs = cloud.client("sqs")
    url = queue(sqs, "batches")
    entries = [{"Id": str(n), "MessageBody": f"m{n}"} for n in range(10)]
    assert len(sqs.send_message_batch(QueueUrl=url, Entries=entries)["Successful"]) == 10
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    deletions = [{"Id": m["Body"], "ReceiptHandle": m["ReceiptHandle"]} for m in received]
    deletions.append({"Id": "wrong", "ReceiptHandle": "no-such-handle"})
    for group in (deletions[:10], deletions[10:]):
        if group:
            answer = sqs.delete_message_batch(QueueUrl=url, Entries=group)
    assert [failed["Id"] for failed in answer.get("Failed", [])] == ["wrong"]
    with refused("AWS.SimpleQueueService.BatchEntryIdsNotDistinct"):
        sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "x"}] * 2)


def test_fifo_keeps_order_within_a_group_and_drops_duplicates(cloud):
    sqs = cloud.client("sqs")
    url = queue(sqs, "orders.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    for body in ("one", "two", "two"):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g")
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [m["Body"] for m in received] == ["one", "two"]
    with refused("MissingParameter", "MessageGroupId"):
        sqs.send_message(QueueUrl=url, MessageBody="no group")


def test_a_missing_queue_has_the_code_of_the_query_protocol(cloud):
    sqs = cloud.client("sqs")
    with refused("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist"):
        sqs.get_queue_url(QueueName="nowhere")
    try:
        sqs.get_queue_url(QueueName="nowhere")
    except sqs.exceptions.QueueDoesNotExist as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_pages_of_queues(cloud):
    sqs = cloud.client("sqs")
    for n in range(5):
        queue(sqs, f"page-{n}")
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix="page-", PaginationConfig={"PageSize": 2})
    assert [len(page["QueueUrls"]) for page in pages] == [2, 2, 1]


def test_an_attribute_that_differs_refuses_a_second_creation(cloud):
    sqs = cloud.client("sqs")
    queue(sqs, "same", DelaySeconds="5")
    assert queue(sqs, "same", DelaySeconds="5").endswith("/same")
    with refused("QueueAlreadyExists"):
        queue(sqs, "same", DelaySeconds="6")


def test_the_cli_sends_attributes_and_receives_them(aws):
    url = aws.text("sqs", "create-queue", "--queue-name", "cli", "--query", "QueueUrl", "--output", "text")
    attributes = json.dumps({"City": {"DataType": "String", "StringValue": "Any City"}})
    aws.json("sqs", "send-message", "--queue-url", url, "--message-body", "from the shell", "--message-attributes", attributes)
    received = aws.json("sqs", "receive-message", "--queue-url", url, "--message-attribute-names", "All")
    assert received["Messages"][0]["MessageAttributes"]["City"]["StringValue"] == "Any City"
    aws.text("sqs", "delete-queue", "--queue-url", url)
    assert "AWS.SimpleQueueService.NonExistentQueue" in aws.refused("sqs", "get-queue-url", "--queue-name", "cli")
