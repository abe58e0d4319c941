from decimal import Decimal

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
from botocore.exceptions import ClientError
from conftest import refused


def wait_for(cloud, table, state):
    """The table's own waiters ask every twenty seconds."""
    with cloud.fast():
        waiter = table.meta.client.get_waiter(state)
        waiter.wait(TableName=table.name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 200})


@pytest.fixture(scope="module")
def orders(cloud):
    """A table with an index, by the resource API and its waiter."""
    table = boto3.resource("dynamodb").create_table(
        TableName="orders",
        KeySchema=[
            {"AttributeName": "customer", "KeyType": "HASH"},
            {"AttributeName": "number", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "customer", "AttributeType": "S"},
            {"AttributeName": "number", "AttributeType": "N"},
            {"AttributeName": "state", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-state",
                "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    wait_for(cloud, table, "table_exists")
    return table


def test_numbers_are_decimals_to_the_last_digit(orders):
    item = {
        "customer": "types",
        "number": Decimal("0.10000000000000000000000000000000000001"),
        "huge": Decimal("99999999999999999999999999999999999999"),
        "tiny": Decimal("-1E-130"),
        "bytes": b"\x00\xff",
        "nothing": None,
        "list": [Decimal(1), "two", {"three": Decimal("3.50")}],
        "numbers": {Decimal(1), Decimal("2.5")},
        "texts": {"a", "b"},
        "yes": True,
    }
    orders.put_item(Item=item)
    key = {"customer": "types", "number": item["number"]}
    assert orders.get_item(Key=key, ConsistentRead=True)["Item"] == {**item, "bytes": Binary(b"\x00\xff")}
    with refused("ValidationException", "Attempting to store more than 38 significant digits in a Number"):
        cloudless_put(orders, "1." + "1" * 38)


def cloudless_put(table, number):
    """Past boto3's own check of Decimals."""
    item = {"customer": {"S": "types"}, "number": {"N": number}}
    boto3.client("dynamodb").put_item(TableName=table.name, Item=item)


def test_a_condition_that_fails_may_return_the_item(orders):
    orders.put_item(Item={"customer": "condition", "number": 1, "state": "open"})
    with refused("ConditionalCheckFailedException", "The conditional request failed") as caught:
        orders.put_item(
            Item={"customer": "condition", "number": 1, "state": "new"},
            ConditionExpression=Attr("customer").not_exists(),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert caught.value.response["Item"]["state"] == {"S": "open"}


def test_an_update_counts_appends_and_removes(orders):
    key = {"customer": "update", "number": 1}
    orders.put_item(Item={**key, "count": 1, "entries": ["a"], "gone": "x"})
    answer = orders.update_item(
        Key=key,
        UpdateExpression="SET #c = #c + :one, entries = list_append(entries, :more) REMOVE gone ADD tags :tags",
        ExpressionAttributeNames={"#c": "count"},
        ExpressionAttributeValues={":one": 1, ":more": ["b"], ":tags": {"red"}},
        ReturnValues="ALL_NEW",
    )
    assert answer["Attributes"] == {**key, "count": 2, "entries": ["a", "b"], "tags": {"red"}}
    with refused("ValidationException", "Attribute name is a reserved keyword; reserved keyword: count"):
        orders.update_item(
            Key=key, UpdateExpression="SET count = :v", ExpressionAttributeValues={":v": 1}
        )


def test_a_query_pages_in_order_both_ways(orders):
    with orders.batch_writer() as batch:
        for n in range(60):
            batch.put_item(Item={"customer": "pages", "number": n, "state": "open" if n % 2 else "shut"})
    client = orders.meta.client
    query = dict(
        TableName="orders",
        KeyConditionExpression=Key("customer").eq("pages") & Key("number").between(5, 44),
        ScanIndexForward=False,
    )
    pages = list(client.get_paginator("query").paginate(**query, PaginationConfig={"PageSize": 15}))
    numbers = [int(item["number"]) for page in pages for item in page["Items"]]
    assert numbers == list(range(44, 4, -1))
    assert [page["Count"] for page in pages][:2] == [15, 15]
    found = orders.query(
        IndexName="by-state",
        KeyConditionExpression=Key("state").eq("open"),
        FilterExpression=Attr("customer").eq("pages") & Attr("number").lt(10),
        ProjectionExpression="#n",
        ExpressionAttributeNames={"#n": "number"},
    )
    assert sorted(int(item["number"]) for item in found["Items"]) == [1, 3, 5, 7, 9]
    assert found["ScannedCount"] > found["Count"]


def test_a_transaction_is_all_or_nothing_and_says_which_part_failed(orders):
    client = boto3.client("dynamodb")
    key = {"customer": {"S": "transaction"}, "number": {"N": "1"}}
    with refused("TransactionCanceledException", "[None, ConditionalCheckFailed]") as caught:
        client.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": "orders", "Item": {**key, "state": {"S": "x"}}}},
                {
                    "ConditionCheck": {
                        "TableName": "orders",
                        "Key": {"customer": {"S": "absent"}, "number": {"N": "1"}},
                        "ConditionExpression": "attribute_exists(customer)",
                    }
                },
            ]
        )
    reasons = caught.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed"]
    assert "Item" not in client.get_item(TableName="orders", Key=key)


def test_batches_read_back_what_they_wrote(orders):
    resource = boto3.resource("dynamodb")
    keys = [{"customer": "batch", "number": n} for n in range(30)]
    with orders.batch_writer() as batch:
        for key in keys:
            batch.put_item(Item=key)
    answer = resource.batch_get_item(RequestItems={"orders": {"Keys": keys}})
    assert len(answer["Responses"]["orders"]) == 30
    assert answer["UnprocessedKeys"] == {}
    with orders.batch_writer() as batch:
        for key in keys:
            batch.delete_item(Key=key)
    assert orders.query(KeyConditionExpression=Key("customer").eq("batch"), Select="COUNT")["Count"] == 0


def test_an_item_past_its_time_to_live_goes(cloud, orders):
    client = boto3.client("dynamodb")
    ttl = {"Enabled": True, "AttributeName": "expires"}
    client.update_time_to_live(TableName="orders", TimeToLiveSpecification=ttl)
    described = client.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]
    assert described["AttributeName"] == "expires"
    cloud.pass_time(3600)
    orders.put_item(Item={"customer": "ttl", "number": 1, "expires": 1_000_000_000})
    orders.put_item(Item={"customer": "ttl", "number": 2, "expires": 2_000_000_000_000})
    cloud.pass_time(3 * 86400)
    left = orders.query(KeyConditionExpression=Key("customer").eq("ttl"))["Items"]
    # AWS lets alone what lies more than five years back.
    assert [int(item["number"]) for item in left] == [1, 2]


def test_errors_have_names_of_their_own(cloud):
    client = boto3.client("dynamodb")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_table(TableName="absent")
    with refused("ResourceNotFoundException", "Requested resource not found"):
        client.get_item(TableName="absent", Key={"a": {"S": "b"}})
    with refused("ValidationException", "The provided key element does not match the schema"):
        client.get_item(TableName="orders", Key={"customer": {"S": "b"}})
    with pytest.raises(ClientError) as caught:
        client.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    assert caught.value.response["Error"]["Code"] == "ResourceInUseException"


def test_the_cli_reads_pages_and_picks(aws, orders):
    values = '{":c": {"S": "cli"}}'
    for number in ("1", "2"):
        item = '{"customer": {"S": "cli"}, "number": {"N": "%s"}}' % number
        aws.text("dynamodb", "put-item", "--table-name", "orders", "--item", item)
    numbers = aws.text(
        *("dynamodb", "query", "--table-name", "orders", "--page-size", "1"),
        *("--key-condition-expression", "customer = :c", "--expression-attribute-values", values),
        *("--query", "Items[].number.N", "--output", "text"),
    )
    assert numbers.split() == ["1", "2"]


def test_a_deleted_table_is_gone(cloud):
    resource = boto3.resource("dynamodb")
    table = resource.create_table(
        TableName="brief",
        KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )
    wait_for(cloud, table, "table_exists")
    table.reload()
    assert table.table_status == "ACTIVE"
    table.delete()
    wait_for(cloud, table, "table_not_exists")
    assert "brief" not in [each.name for each in resource.tables.all()]
