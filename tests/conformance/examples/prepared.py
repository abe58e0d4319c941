"""What an example takes for granted: each thing it names is made, and the example is told the name it has here."""

import json
import re

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"], "AWS": "arn:aws:iam::123456789012:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
PUBLIC = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}
)
ARM_IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"


class Prepared:
    """The world of one example. Each thing is made once, when it is first named."""

    def __init__(self, cloud, service, operation, example):
        self.cloud = cloud
        self.service = service
        self.operation = operation
        self.example = example.get("id", "")
        self.input = example.get("input", {})
        self.made = {}
        self.network = None

    def text(self, value):
        for pattern, make in THINGS:
            value = re.sub(pattern, lambda found: self.once(found[0], make, found), value)
        return re.sub(r"us-(east|west)-[12]", "eu-central-1", value)

    def once(self, name, make, found):
        if name not in self.made:
            self.made[name] = name  # What is made may name itself.
            self.made[name] = make(self, found) or name
        return self.made[name]

    def aws(self, service):
        return self.cloud.client(service)

    @property
    def ec2(self):
        return self.aws("ec2")


def image(world, _):
    return world.aws("ssm").get_parameter(Name=ARM_IMAGE)["Parameter"]["Value"]


def own_image(world, found):
    """One that the account may change."""
    made = world.ec2.create_image(InstanceId=instance(world, found), Name="prepared")["ImageId"]
    world.cloud.pass_time(1200)
    return made


def image_for(world, found):
    changes = ("ModifyImageAttribute", "ResetImageAttribute", "DescribeImageAttribute", "DeregisterImage")
    return (own_image if world.operation in changes else image)(world, found)


def instance(world, _):
    run = world.ec2.run_instances(ImageId=image(world, None), InstanceType="t3.micro", MinCount=1, MaxCount=1)
    world.cloud.pass_time(300)
    made = run["Instances"][0]["InstanceId"]
    if world.operation == "StartInstances" or world.example == "to-modify-the-instance-type-1529357844378":
        world.ec2.stop_instances(InstanceIds=[made])
        world.cloud.pass_time(300)
    return made


def vpc(world, _):
    """What an example names is all in one network."""
    if world.network is None and world.service == "elbv2":
        world.network = world.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    if world.network is None:
        world.network = world.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return world.network


def subnet(world, _):
    """In a network of its own, unless the operation wants all of its subnets in one."""
    if world.operation.startswith(("CreateAutoScaling", "CreateLoadBalancer", "SetSubnets", "UpdateAutoScaling")):
        taken = [s["SubnetId"] for s in world.ec2.describe_subnets()["Subnets"]]
        return next(s for s in taken if s not in world.made.values())
    block = f"10.0.{len(world.made)}.0/24"
    return world.ec2.create_subnet(VpcId=vpc(world, None), CidrBlock=block)["Subnet"]["SubnetId"]


def default_subnet(world):
    return world.ec2.describe_subnets()["Subnets"][0]["SubnetId"]


def security_group(world, found):
    names = {"GroupName": f"of {found[0]}", "Description": "prepared"}
    made = world.ec2.create_security_group(**names, VpcId=vpc(world, found))["GroupId"]
    if world.operation.startswith("RevokeSecurityGroup"):
        world.ec2.authorize_security_group_ingress(GroupId=made, IpProtocol="-1", CidrIp="10.0.0.0/16")
    return made


def volume(world, _):
    return world.ec2.create_volume(AvailabilityZone="eu-central-1a", Size=8)["VolumeId"]


def snapshot(world, found):
    made = world.ec2.create_snapshot(VolumeId=volume(world, found))["SnapshotId"]
    world.cloud.pass_time(900)
    return made


def interface(world, _):
    return world.ec2.create_network_interface(SubnetId=default_subnet(world))["NetworkInterface"]["NetworkInterfaceId"]


def route_table(world, found):
    made = world.ec2.create_route_table(VpcId=vpc(world, found))["RouteTable"]["RouteTableId"]
    if world.operation == "DeleteRoute":
        target = gateway(world, found)
        world.ec2.create_route(RouteTableId=made, DestinationCidrBlock="0.0.0.0/0", GatewayId=target)
    return made


def association(world, _):
    home = vpc(world, None)
    subnet_id = world.ec2.create_subnet(VpcId=home, CidrBlock="10.0.9.0/24")["Subnet"]["SubnetId"]
    table = world.ec2.create_route_table(VpcId=home)["RouteTable"]["RouteTableId"]
    return world.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet_id)["AssociationId"]


def gateway(world, _):
    made = world.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    if world.operation != "AttachInternetGateway" and world.operation != "DeleteInternetGateway":
        world.ec2.attach_internet_gateway(InternetGatewayId=made, VpcId=vpc(world, None))
    return made


def nat_gateway(world, found):
    address = world.ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = world.ec2.create_nat_gateway(SubnetId=default_subnet(world), AllocationId=address)
    return made["NatGateway"]["NatGatewayId"]


def address(world, _):
    return world.ec2.allocate_address(Domain="vpc")["AllocationId"]


def address_association(world, found):
    return world.ec2.associate_address(AllocationId=address(world, found), InstanceId=instance(world, found))["AssociationId"]


def launch_template(world, found, name=None):
    interfaces = [{"DeviceIndex": 0, "AssociatePublicIpAddress": True}]
    data = {"ImageId": image(world, None), "InstanceType": "t3.micro", "NetworkInterfaces": interfaces}
    made = world.ec2.create_launch_template(LaunchTemplateName=name or found[0], LaunchTemplateData=data)
    identity = made["LaunchTemplate"]["LaunchTemplateId"]
    for _ in range(2):
        world.ec2.create_launch_template_version(LaunchTemplateId=identity, LaunchTemplateData=data)
    if world.operation == "DeleteLaunchTemplateVersions":
        world.ec2.modify_launch_template(LaunchTemplateId=identity, DefaultVersion="2")
    return identity


def named_template(world, found):
    if world.operation != "CreateLaunchTemplate":
        launch_template(world, found)


def key_pair(world, found):
    if world.operation not in ("CreateKeyPair", "ImportKeyPair"):
        world.ec2.create_key_pair(KeyName=found[0])


def scaling_group(world, found):
    """With two instances, and under it whatever its operations name."""
    if world.operation == "CreateAutoScalingGroup":
        return
    scaling, name = world.aws("autoscaling"), found[0]
    template = {"LaunchTemplateId": launch_template(world, found, f"of-{name}"), "Version": "$Default"}
    is_empty = world.operation == "DeleteAutoScalingGroup"
    size = {"MinSize": 0, "MaxSize": 5, "DesiredCapacity": 0 if is_empty else 2}
    scaling.create_auto_scaling_group(
        AutoScalingGroupName=name, LaunchTemplate=template, VPCZoneIdentifier=default_subnet(world), **size
    )
    group = {"AutoScalingGroupName": name}
    for_launching = {"LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING"}
    world.cloud.pass_time(300)
    if world.operation != "PutLifecycleHook":
        scaling.put_lifecycle_hook(**group, LifecycleHookName="my-lifecycle-hook", **for_launching)
    for policy in ("my-step-scale-out-policy", "my-scale-out-policy", "my-scalein-policy", "my-scale-in-policy", "ScaleIn"):
        scaling.put_scaling_policy(
            **group, PolicyName=policy, AdjustmentType="ChangeInCapacity", ScalingAdjustment=1
        )
    for action in ("my-scheduled-action", "my-recurring-action"):
        scaling.put_scheduled_update_group_action(
            **group, ScheduledActionName=action, Recurrence="0 7 * * *", MinSize=1
        )
    topic = world.aws("sns").create_topic(Name="my-sns-topic")["TopicArn"]
    kinds = ["autoscaling:TEST_NOTIFICATION"]
    scaling.put_notification_configuration(**group, TopicARN=topic, NotificationTypes=kinds)
    if world.operation in ("CancelInstanceRefresh", "RollbackInstanceRefresh"):
        scaling.start_instance_refresh(**group)
    if world.operation in ("DetachLoadBalancerTargetGroups", "DetachTrafficSources"):
        arn = world.once(TARGETS, target_group, re.match(".*", TARGETS))
        scaling.attach_load_balancer_target_groups(**group, TargetGroupARNs=[arn])
    world.group_instances = [
        each["InstanceId"]
        for each in scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][0]["Instances"]
    ]


def scaling_instance(world, found):
    """Of the example's group, where it must be in one."""
    if world.operation == "AttachInstances":
        return instance(world, found)
    if not getattr(world, "group_instances", None):
        world.once("my-auto-scaling-group", scaling_group, re.match(".*", "my-auto-scaling-group"))
    first = world.group_instances[0]
    if world.operation == "ExitStandby":
        world.aws("autoscaling").enter_standby(
            AutoScalingGroupName="my-auto-scaling-group", InstanceIds=[first], ShouldDecrementDesiredCapacity=True
        )
        world.cloud.pass_time(60)
    return first


def target_group(world, _):
    elb = world.aws("elbv2")
    home = world.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    names = {"Name": f"targets-{len(world.made)}", "Protocol": "HTTP", "Port": 80, "VpcId": home}
    return elb.create_target_group(**names)["TargetGroups"][0]["TargetGroupArn"]


def load_balancer(world, _):
    subnets = [s["SubnetId"] for s in world.ec2.describe_subnets()["Subnets"]]
    made = world.aws("elbv2").create_load_balancer(Name=f"front-{len(world.made)}", Subnets=subnets)
    return made["LoadBalancers"][0]["LoadBalancerArn"]


def listener(world, found):
    forward = {"Type": "forward", "TargetGroupArn": target_group(world, found)}
    made = world.aws("elbv2").create_listener(
        LoadBalancerArn=load_balancer(world, found), Protocol="HTTP", Port=80, DefaultActions=[forward]
    )
    return made["Listeners"][0]["ListenerArn"]


def rule(world, found):
    forward = {"Type": "forward", "TargetGroupArn": target_group(world, found)}
    condition = {"Field": "path-pattern", "Values": ["/prepared/*"]}
    made = world.aws("elbv2").create_rule(
        ListenerArn=listener(world, found), Priority=1, Conditions=[condition], Actions=[forward]
    )
    return made["Rules"][0]["RuleArn"]


def role(world, found):
    iam, name = world.aws("iam"), found["name"]
    if world.operation == "CreateRole":
        return
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    if world.operation != "DeleteRole":
        iam.put_role_policy(RoleName=name, PolicyName="ExamplePolicy", PolicyDocument=DOCUMENT)
    if world.operation == "RemoveRoleFromInstanceProfile":
        iam.add_role_to_instance_profile(RoleName=name, InstanceProfileName="ExampleInstanceProfile")
    if world.operation == "DetachRolePolicy":
        iam.attach_role_policy(RoleName=name, PolicyArn=managed_policy(world, None))


def profile(world, found):
    if world.operation != "CreateInstanceProfile":
        world.aws("iam").create_instance_profile(InstanceProfileName=found[0])


def managed_policy(world, _):
    return world.aws("iam").create_policy(PolicyName=f"prepared-{len(world.made)}", PolicyDocument=DOCUMENT)["Policy"]["Arn"]


def function(world, found):
    """With a version, an alias and a permission, as its operations name them."""
    lambda_, name = world.aws("lambda"), found[0]
    if world.operation == "CreateFunction":
        return
    package = bytes.fromhex(EMPTY_ZIP)
    world.aws("iam").create_role(RoleName="prepared", AssumeRolePolicyDocument=TRUST)
    world.aws("iam").put_role_policy(RoleName="prepared", PolicyName="all", PolicyDocument=DOCUMENT)
    lambda_.create_function(
        FunctionName=name,
        Runtime="nodejs22.x",
        Handler="index.handler",
        Role="arn:aws:iam::123456789012:role/prepared",
        Code={"ZipFile": package},
        Environment={"Variables": {"BUCKET": "my-bucket"}},
        Tags={"DEPARTMENT": "Assets", "Department": "Sales", "Category": "Web Tools"},
    )
    world.cloud.pass_time(60)
    lambda_.publish_version(FunctionName=name)
    if world.operation == "UpdateAlias":
        lambda_.update_function_configuration(FunctionName=name, Description="second")
        world.cloud.pass_time(60)
        lambda_.publish_version(FunctionName=name)
    for alias in ("BLUE", "LIVE", "PROD", "GREEN") if world.operation not in ("CreateAlias", "DeleteFunction") else ():
        lambda_.create_alias(FunctionName=name, Name=alias, FunctionVersion="1")
    if world.operation.endswith(("EventInvokeConfig", "EventInvokeConfigs")) and not world.operation.startswith("Put"):
        for qualifier in ("BLUE", "$LATEST", "GREEN"):
            lambda_.put_function_event_invoke_config(
                FunctionName=name, Qualifier=qualifier, MaximumRetryAttempts=1, MaximumEventAgeInSeconds=3600
            )
    if world.operation in ("RemovePermission", "GetPolicy"):
        for qualifier in ({"Qualifier": "PROD"}, {"Qualifier": "1"}, {}):
            try:
                lambda_.add_permission(
                    FunctionName=name,
                    StatementId="xaccount",
                    Action="lambda:InvokeFunction",
                    Principal="223456789012",
                    **qualifier,
                )
            except lambda_.exceptions.ResourceNotFoundException:
                continue
    if world.operation in ("DeleteFunctionConcurrency", "GetFunctionConcurrency"):
        lambda_.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)


def queue(world, found):
    world.aws("sqs").create_queue(QueueName=found["name"])


def mapping(world, _):
    world.once("my-function", function, re.match(".*", "my-function"))
    made_queue = world.aws("sqs").create_queue(QueueName="mapped")["QueueUrl"]
    del made_queue
    arn = "arn:aws:sqs:eu-central-1:123456789012:mapped"
    return world.aws("lambda").create_event_source_mapping(FunctionName="my-function", EventSourceArn=arn)["UUID"]


def key(world, _):
    made = world.aws("kms").create_key()["KeyMetadata"]["KeyId"]
    if world.operation == "CancelKeyDeletion":
        world.aws("kms").schedule_key_deletion(KeyId=made)
    return made


def alias(world, found):
    if world.operation != "CreateAlias":
        world.aws("kms").create_alias(AliasName=found[0], TargetKeyId=key(world, found))


def upload(world, found):
    """Of the example's bucket and key, with the parts that it completes or lists."""
    s3, at = world.aws("s3"), {"Bucket": "examplebucket", "Key": world.input["Key"]}
    world.once("examplebucket", bucket, re.match(".*", "examplebucket"))
    made = s3.create_multipart_upload(**at)["UploadId"]
    world.parts = [
        s3.upload_part(**at, UploadId=made, PartNumber=n, Body=b"0" * 5 * 1024 * 1024)["ETag"] for n in (1, 2)
    ]
    return made


def part(world, found):
    if not hasattr(world, "parts"):
        world.once(world.input["UploadId"], upload, None)
    return world.parts.pop(0)


def version(world, _):
    s3, at = world.aws("s3"), {"Bucket": "examplebucket", "Key": world.input["Key"]}
    return s3.put_object(**at, Body=b"prepared")["VersionId"]


def bucket(world, found):
    s3, name = world.aws("s3"), found[0]
    if world.operation == "CreateBucket":
        return
    where = {"LocationConstraint": "eu-central-1"}
    s3.create_bucket(Bucket=name, CreateBucketConfiguration=where)
    if world.operation == "DeleteBucket":
        return
    if "non-versioned" not in world.example and "non-versioned" not in world.input["Bucket"]:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for key_of_object in ("HappyFace.jpg", "exampleobject", "sourceobjectkey", "SampleFile.txt", "objectkey.jpg"):
        s3.put_object(Bucket=name, Key=key_of_object, Body=b"prepared", Tagging="a=b")
    if world.operation == "ListMultipartUploads":
        for key_of_upload in ("one", "two", "three"):
            s3.create_multipart_upload(Bucket=name, Key=key_of_upload)
    if world.operation.startswith(("Get", "Delete")):
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
        s3.put_bucket_policy(Bucket=name, Policy=PUBLIC)
        s3.put_bucket_website(Bucket=name, WebsiteConfiguration=WEBSITE)
        cors = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}
        s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [cors]})
        life = {"Status": "Enabled", "Prefix": "a", "ID": "x", "Expiration": {"Days": 1}}
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [life]})


def table(world, _):
    if world.operation == "CreateTable":
        return
    client = world.aws("dynamodb")
    client.create_table(
        TableName="Music",
        KeySchema=[{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "SongTitle", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("Artist", "SongTitle")],
        BillingMode="PAY_PER_REQUEST",
    )
    world.cloud.pass_time(60)
    song = {"Artist": {"S": "Acme Band"}, "SongTitle": {"S": "Happy Day"}, "AlbumTitle": {"S": "Songs About Life"}}
    client.put_item(TableName="Music", Item=song)


def in_group(make):
    """Auto Scaling's examples mean instances of the group."""
    return lambda world, found: (scaling_instance if world.service == "autoscaling" else make)(world, found)


TARGETS = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067"
HEX = r"[0-9a-f]+(?:EXAMPLE)?\b"
THINGS = [
    (r"arn:aws:elasticloadbalancing:[^:]*:\d+:targetgroup/[\w/-]+", target_group),
    (r"arn:aws:elasticloadbalancing:[^:]*:\d+:loadbalancer/[\w/-]+", load_balancer),
    (r"arn:aws:elasticloadbalancing:[^:]*:\d+:listener/[\w/-]+", listener),
    (r"arn:aws:elasticloadbalancing:[^:]*:\d+:listener-rule/[\w/-]+", rule),
    (r"arn:aws:sqs:[^:]*:123456789012:(?P<name>[\w-]+)", queue),
    (r"\b(?<!:)my-auto-scaling-group\b|\bmy-asg\b", scaling_group),
    (r"\bmy-template-for-auto-scaling\b|\bmy-template\b", named_template),
    (r"\bmy-key-pair\b", key_pair),
    (rf"\bami-{HEX}", image_for),
    (rf"\bvpc-{HEX}", vpc),
    (rf"\bsubnet-{HEX}", subnet),
    (rf"\bi-{HEX}", in_group(instance)),
    (rf"\bsg-{HEX}", security_group),
    (rf"\bvol-{HEX}", volume),
    (rf"\bsnap-{HEX}", snapshot),
    (rf"\beni-{HEX}", interface),
    (rf"\brtb-{HEX}", route_table),
    (rf"\brtbassoc-{HEX}", association),
    (rf"\bigw-{HEX}", gateway),
    (rf"\bnat-{HEX}", nat_gateway),
    (rf"\beipalloc-{HEX}", address),
    (rf"\beipassoc-{HEX}", address_association),
    (rf"\blt-{HEX}", launch_template),
    (r"^(ExampleInstanceProfile|Webserver|AdminRole)$", profile),
    (r"^(?P<name>Test-Role|S3Access|S3AccessForEC2Instances|Test-Role-for-EC2|taggedrole1?|ReadOnlyRole|RoleName)$", role),
    (r"(?<=:role/)(?P<name>demo)\b", role),
    (r"arn:aws:iam::(aws|123456789012):policy/[\w-]+", managed_policy),
    (r"^my-function$|^myFunction$|(?<=:function:)my-function$", function),
    (r"^14e0db71-xmpl-4eb5-b481-8945cf9d10c2$", mapping),
    (r"^(arn:aws:kms:[^:]*:\d+:key/)?1234abcd-12ab-34cd-56ef-1234567890ab$", key),
    (r"^alias/ExampleAlias$", alias),
    (r"^(examplebucket|example-bucket|bucketname|sourcebucket|acl1|examplebucketname|ExampleBucket|forrandall2|mybucket)$", bucket),
    (r"^(?=.{40,}$)[\w.-]+--$", upload),
    (r'^"[0-9a-f]{32}"$', part),
    (r"^ydlaNkwWm0SfKJR.T1b1fIdPRbldTYRI$", version),
    (r"^Music$", table),
]
WEBSITE = {"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "error.html"}}
EMPTY_ZIP = "504b0506000000000000000000000000000000000000"
