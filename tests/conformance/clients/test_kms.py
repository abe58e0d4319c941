from conftest import refused


def test_what_is_encrypted_comes_back_in_its_context_only(cloud):
    kms = cloud.client("kms")
    key = kms.create_key(Description="for tests")["KeyMetadata"]
    kms.create_alias(AliasName="alias/tests", TargetKeyId=key["KeyId"])
    sealed = kms.encrypt(KeyId="alias/tests", Plaintext=b"secret", EncryptionContext={"who": "me"})
    opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext={"who": "me"})
    assert (opened["Plaintext"], opened["KeyId"]) == (b"secret", key["Arn"])
    with refused("InvalidCiphertextException"):
        kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"])
    data_key = kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256")
    assert kms.decrypt(CiphertextBlob=data_key["CiphertextBlob"])["Plaintext"] == data_key["Plaintext"]
    assert len(data_key["Plaintext"]) == 32


def test_a_key_that_is_disabled_or_going_refuses(cloud):
    kms = cloud.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key)
    with refused("DisabledException"):
        kms.encrypt(KeyId=key, Plaintext=b"x")
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    with refused("KMSInvalidStateException"):
        kms.encrypt(KeyId=key, Plaintext=b"x")
    kms.cancel_key_deletion(KeyId=key)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Disabled"
    with refused("NotFoundException", "Alias arn:aws:kms:eu-central-1:123456789012:alias/absent is not found."):
        kms.describe_key(KeyId="alias/absent")


def test_pages_of_keys_and_the_cli(aws, cloud):
    kms = cloud.client("kms")
    made = {kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(3)}
    pages = kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 2})
    assert made <= {key["KeyId"] for page in pages for key in page["Keys"]}
    (aws.folder / "plain").write_bytes(b"from the shell")
    sealed = aws.text(
        *("kms", "encrypt", "--key-id", made.pop(), "--plaintext", "fileb://plain"),
        *("--query", "CiphertextBlob", "--output", "text"),
    )
    (aws.folder / "sealed").write_text(sealed)
    assert sealed
