import hashlib
import os
import urllib.error
import urllib.request

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from conftest import refused

MIB = 1024 * 1024


@pytest.fixture
def bucket(request, cloud):
    """A bucket of the test's own, by the resource API."""
    name = request.node.name.replace("_", "-")[:60].rstrip("-")
    return boto3.resource("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )


def test_an_object_comes_back_with_its_headers_and_etag(bucket):
    body = b"hello"
    put = bucket.put_object(Key="a/b c+d.txt", Body=body, ContentType="text/plain", Metadata={"who": "me"})
    got = put.get()
    assert got["Body"].read() == body
    assert got["ContentType"] == "text/plain"
    assert got["Metadata"] == {"who": "me"}
    assert got["ETag"] == '"%s"' % hashlib.md5(body).hexdigest()
    part = bucket.Object("a/b c+d.txt").get(Range="bytes=1-3")
    assert (part["Body"].read(), part["ContentRange"]) == (b"ell", "bytes 1-3/5")


def test_a_presigned_url_gives_and_takes_without_credentials(cloud, bucket):
    client = cloud.client("s3")
    target = {"Bucket": bucket.name, "Key": "shared"}
    upload = urllib.request.Request(
        client.generate_presigned_url("put_object", Params=target), data=b"by url", method="PUT"
    )
    assert urllib.request.urlopen(upload).status == 200
    with urllib.request.urlopen(client.generate_presigned_url("get_object", Params=target)) as response:
        assert response.read() == b"by url"
    missing = client.generate_presigned_url("get_object", Params={**target, "Key": "absent"})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(missing)
    assert caught.value.code == 404
    assert b"<Code>NoSuchKey</Code>" in caught.value.read()


def test_a_large_file_goes_in_parts_and_comes_back_whole(bucket, tmp_path):
    content = os.urandom(12 * MIB + 7)
    (tmp_path / "up").write_bytes(content)
    config = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
    bucket.upload_file(str(tmp_path / "up"), "large", Config=config)
    assert bucket.Object("large").e_tag.endswith('-3"')
    bucket.download_file("large", str(tmp_path / "down"), Config=config)
    assert (tmp_path / "down").read_bytes() == content


def test_listings_page_and_fold_at_the_delimiter(cloud, bucket):
    for key in ("a/1", "a/2", "b/1", "c", "d"):
        bucket.put_object(Key=key, Body=b"")
    pages = list(
        cloud.client("s3")
        .get_paginator("list_objects_v2")
        .paginate(Bucket=bucket.name, Delimiter="/", PaginationConfig={"PageSize": 2})
    )
    prefixes = [p["Prefix"] for page in pages for p in page.get("CommonPrefixes", [])]
    keys = [o["Key"] for page in pages for o in page.get("Contents", [])]
    assert (prefixes, keys, len(pages)) == (["a/", "b/"], ["c", "d"], 2)
    assert [o.key for o in bucket.objects.filter(Prefix="a/", Marker="a/1")] == ["a/2"]


def test_unfinished_uploads_and_their_parts_are_listed_in_pages(cloud, bucket):
    client = cloud.client("s3")
    for key in ("b", "a", "b", "c"):
        client.create_multipart_upload(Bucket=bucket.name, Key=key)
    pages = list(client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket.name, MaxUploads=2))
    assert [[u["Key"] for u in page["Uploads"]] for page in pages] == [["a", "b"], ["b", "c"]]
    upload = {"Bucket": bucket.name, "Key": "a", "UploadId": pages[0]["Uploads"][0]["UploadId"]}
    for number in (1, 2, 3):
        client.upload_part(**upload, PartNumber=number, Body=b"x")
    parts = client.get_paginator("list_parts").paginate(**upload, PaginationConfig={"PageSize": 2})
    assert [p["PartNumber"] for page in parts for p in page["Parts"]] == [1, 2, 3]


def test_versions_stay_under_a_delete_marker(bucket):
    bucket.Versioning().enable()
    first = bucket.put_object(Key="k", Body=b"one").version_id
    bucket.put_object(Key="k", Body=b"two")
    bucket.Object("k").delete()
    with refused("NoSuchKey", "The specified key does not exist."):
        bucket.Object("k").get()
    assert bucket.Object("k").Version(first).get()["Body"].read() == b"one"
    kinds = [version.size for version in bucket.object_versions.filter(Prefix="k")]
    assert kinds == [3, 3, None]
    bucket.object_versions.delete()
    assert list(bucket.object_versions.all()) == []
    bucket.delete()


def test_conditions_keep_writers_apart(cloud, bucket):
    client = cloud.client("s3")
    etag = client.put_object(Bucket=bucket.name, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    with refused("PreconditionFailed"):
        client.put_object(Bucket=bucket.name, Key="k", Body=b"2", IfNoneMatch="*")
    with refused("304"):
        client.get_object(Bucket=bucket.name, Key="k", IfNoneMatch=etag)


def test_checksums_are_checked(cloud, bucket):
    client = cloud.client("s3")
    put = client.put_object(Bucket=bucket.name, Key="k", Body=b"hello", ChecksumAlgorithm="SHA256")
    assert put["ChecksumSHA256"] == "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="
    with refused("BadDigest"):
        client.put_object(Bucket=bucket.name, Key="k", Body=b"other", ChecksumSHA256=put["ChecksumSHA256"])


def test_copies_and_many_deletions(cloud, bucket):
    client = cloud.client("s3")
    bucket.put_object(Key="from/ä", Body=b"x", Metadata={"a": "1"})
    client.copy({"Bucket": bucket.name, "Key": "from/ä"}, bucket.name, "to")
    assert client.head_object(Bucket=bucket.name, Key="to")["Metadata"] == {"a": "1"}
    objects = [{"Key": "from/ä"}, {"Key": "to"}, {"Key": "never-was"}]
    answer = client.delete_objects(Bucket=bucket.name, Delete={"Objects": objects})
    assert len(answer["Deleted"]) == 3 and "Errors" not in answer


def test_waiters_and_errors(cloud, bucket):
    client = cloud.client("s3")
    client.get_waiter("bucket_exists").wait(Bucket=bucket.name)
    bucket.put_object(Key="k", Body=b"")
    client.get_waiter("object_exists").wait(Bucket=bucket.name, Key="k")
    with refused("404"):
        client.head_object(Bucket=bucket.name, Key="absent")
    with refused("NoSuchBucket", "The specified bucket does not exist"):
        client.list_objects_v2(Bucket="no-such-bucket-at-all")
    with refused("BucketNotEmpty"):
        client.delete_bucket(Bucket=bucket.name)
    with refused("BucketAlreadyOwnedByYou"):
        where = {"LocationConstraint": "eu-central-1"}
        client.create_bucket(Bucket=bucket.name, CreateBucketConfiguration=where)
    with refused("NoSuchTagSet"):
        client.get_bucket_tagging(Bucket=bucket.name)


def test_the_cli_copies_and_syncs(aws):
    (aws.folder / "site").mkdir()
    for name in ("index.html", "style.css"):
        (aws.folder / "site" / name).write_text(name)
    aws.text("s3", "mb", "s3://cli-site")
    assert aws.text("s3", "sync", "site", "s3://cli-site/web").count("upload:") == 2
    assert aws.text("s3", "sync", "site", "s3://cli-site/web") == ""
    (aws.folder / "site" / "style.css").unlink()
    assert "delete:" in aws.text("s3", "sync", "site", "s3://cli-site/web", "--delete")
    assert aws.text("s3", "cp", "s3://cli-site/web/index.html", "-") == "index.html"
    assert "index.html" in aws.text("s3", "ls", "s3://cli-site/web/")
    url = aws.text("s3", "presign", "s3://cli-site/web/index.html")
    assert urllib.request.urlopen(url).read() == b"index.html"
    aws.text("s3", "mv", "s3://cli-site/web/index.html", "s3://cli-site/moved.html")
    assert "NoSuchBucket" in aws.refused("s3", "ls", "s3://cli-no-such")
    aws.text("s3", "rb", "s3://cli-site", "--force")
    assert "cli-site" not in aws.text("s3", "ls")
