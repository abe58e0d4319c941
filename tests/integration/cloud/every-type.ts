/** IAM's form of a trust policy. */
const trust = (service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
});
const allow = (Action: string, Resource: unknown = '*') => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});
/** What KMS gives a key of its own accord. */
const ownedKey = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
};
const att = (a: string) => ({ 'Fn::GetAtt': a });
/** Every resource type at least once; version 2 changes of each what can be changed in place. */
export const everyType = (v: 1 | 2) => ({
  Resources: {
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: {
        EnableKeyRotation: true,
        Description: `d${v}`,
        KeyPolicy: ownedKey,
        Tags: [{ Key: 'v', Value: String(v) }],
      },
    },
    KeyAlias: {
      Type: 'AWS::KMS::Alias',
      Properties: { AliasName: 'alias/all', TargetKeyId: { Ref: 'Key' } },
    },
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        LifecycleConfiguration: {
          Rules: [
            {
              Status: 'Enabled',
              ExpirationInDays: 5 + v,
              NoncurrentVersionExpiration: { NoncurrentDays: v },
            },
          ],
        },
        LoggingConfiguration: { LogFilePrefix: `logs${v}/` },
      },
    },
    BucketPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'Bucket' },
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              Resource: { 'Fn::Sub': '${Bucket.Arn}/*' },
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
        Description: `r${v}`,
        ManagedPolicyArns: v === 1 ? ['arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'] : [],
        Policies: [{ PolicyName: `p${v}`, PolicyDocument: allow('sqs:SendMessage') }],
      },
    },
    RolePolicy: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'extra',
        PolicyDocument: allow('sqs:*', v === 1 ? '*' : ['*']),
        Roles: [{ Ref: 'Role' }],
      },
    },
    Managed: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { PolicyDocument: allow('logs:*'), Roles: [{ Ref: 'Role' }] },
    },
    Log: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: v === 1 ? 7 : 14 } },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 30 + v } },
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Queue' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: att('Queue.Arn') },
          ],
        },
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: att('Role.Arn'),
        Timeout: 10 + v,
        Code: { ZipFile: `exports.handler = async () => ${v}` },
        ReservedConcurrentExecutions: 2 + v,
        TracingConfig: { Mode: 'Active' },
        DeadLetterConfig: { TargetArn: att('Queue.Arn') },
        Environment: { Variables: { VERSION: String(v) } },
        LoggingConfig: { LogGroup: { Ref: 'Log' } },
      },
    },
    Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Function' } } },
    Alias: {
      Type: 'AWS::Lambda::Alias',
      Properties: {
        FunctionName: { Ref: 'Function' },
        FunctionVersion: att('Version.Version'),
        Name: 'live',
        Description: `a${v}`,
      },
    },
    Invoke: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: 'Function' },
        Qualifier: '$LATEST',
        MaximumRetryAttempts: v === 1 ? 1 : 2,
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      DependsOn: 'RolePolicy',
      Properties: { FunctionName: { Ref: 'Function' }, EventSourceArn: att('Queue.Arn'), BatchSize: v },
    },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'all-bus' } },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: { EventPattern: { source: [`x${v}`] }, Targets: [{ Id: `t${v}`, Arn: { Ref: 'Alias' } }] },
    },
    BusRule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { Ref: 'Bus' },
        EventPattern: { source: ['x'] },
        Targets: [{ Id: 'q', Arn: att('Queue.Arn') }],
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'Alias' },
        Principal: 'events.amazonaws.com',
        SourceArn: att('Rule.Arn'),
      },
    },
    ScheduleRole: {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: trust('scheduler.amazonaws.com') },
    },
    ScheduleGroup: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: {} },
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        GroupName: { Ref: 'ScheduleGroup' },
        ScheduleExpression: `rate(${v + 1} hours)`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: att('Queue.Arn'), RoleArn: att('ScheduleRole.Arn') },
      },
    },
    Topic: {
      Type: 'AWS::SNS::Topic',
      Properties: {
        DisplayName: `n${v}`,
        Subscription: [
          { Protocol: 'sqs', Endpoint: att('Queue.Arn') },
          ...(v === 1 ? [{ Protocol: 'email', Endpoint: 'a@example.com' }] : []),
        ],
      },
    },
    TopicPolicy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [{ Ref: 'Topic' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sns:Publish',
              Resource: { Ref: 'Topic' },
            },
          ],
        },
      },
    },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: { Ref: 'Topic' },
        Protocol: 'lambda',
        Endpoint: { Ref: 'Alias' },
        FilterPolicy: { kind: [`k${v}`] },
      },
    },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          ...(v === 2 ? [{ AttributeName: 'g', AttributeType: 'S' }] : []),
        ],
        ...(v === 2
          ? {
              GlobalSecondaryIndexes: [
                {
                  IndexName: 'by-g',
                  KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
                  Projection: { ProjectionType: 'ALL' },
                },
              ],
            }
          : {}),
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: v === 1 },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: v === 2 },
        SSESpecification: { SSEEnabled: true },
      },
    },
    Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: `v${v}` } },
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        Namespace: 'N',
        MetricName: 'M',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: v,
        Threshold: '1',
        ComparisonOperator: 'GreaterThanThreshold',
      },
    },
    Composite: {
      Type: 'AWS::CloudWatch::CompositeAlarm',
      Properties: {
        AlarmName: 'all-composite',
        AlarmRule: { 'Fn::Sub': 'ALARM("${Alarm}")' },
        AlarmDescription: `c${v}`,
      },
    },
    Dashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: { DashboardBody: `{"widgets":[],"v":${v}}` },
    },
    Secret: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: {
        Description: `s${v}`,
        GenerateSecretString: {
          SecretStringTemplate: '{"username":"admin"}',
          GenerateStringKey: 'password',
          PasswordLength: 16,
        },
      },
    },
    SecretPolicy: {
      Type: 'AWS::SecretsManager::ResourcePolicy',
      Properties: {
        SecretId: { Ref: 'Secret' },
        ResourcePolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: '*',
              Action: v === 1 ? 'secretsmanager:DeleteSecret' : 'secretsmanager:PutSecretValue',
              Resource: '*',
              Condition: { StringEquals: { 'aws:PrincipalTag/team': 'other' } },
            },
          ],
        },
      },
    },
    Rotator: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'Function' },
        Principal: 'secretsmanager.amazonaws.com',
      },
    },
    Rotation: {
      Type: 'AWS::SecretsManager::RotationSchedule',
      DependsOn: 'Rotator',
      Properties: {
        SecretId: { Ref: 'Secret' },
        RotationLambdaARN: att('Function.Arn'),
        RotationRules: { ScheduleExpression: `rate(${v + 1} days)` },
        RotateImmediatelyOnUpdate: false,
      },
    },
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16', EnableDnsHostnames: v === 1 } },
    SubnetA: {
      Type: 'AWS::EC2::Subnet',
      Properties: {
        VpcId: { Ref: 'Vpc' },
        CidrBlock: { 'Fn::Select': [0, { 'Fn::Cidr': [att('Vpc.CidrBlock'), 2, 8] }] },
        AvailabilityZone: { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] },
        MapPublicIpOnLaunch: v === 1,
      },
    },
    SubnetB: {
      Type: 'AWS::EC2::Subnet',
      Properties: {
        VpcId: { Ref: 'Vpc' },
        CidrBlock: { 'Fn::Select': [1, { 'Fn::Cidr': [att('Vpc.CidrBlock'), 2, 8] }] },
        AvailabilityZone: { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] },
      },
    },
    DbSubnets: {
      Type: 'AWS::RDS::DBSubnetGroup',
      Properties: {
        DBSubnetGroupDescription: `g${v}`,
        SubnetIds: [{ Ref: 'SubnetA' }, { Ref: 'SubnetB' }],
      },
    },
    DbParameters: {
      Type: 'AWS::RDS::DBParameterGroup',
      Properties: {
        Family: 'mysql8.0',
        Description: 'p',
        Parameters: v === 1 ? { require_secure_transport: 'ON', a: 1 } : { require_secure_transport: 'ON' },
      },
    },
    Database: {
      Type: 'AWS::RDS::DBInstance',
      DeletionPolicy: 'Delete',
      Properties: {
        Engine: 'mysql',
        EngineVersion: '8.0',
        DBInstanceClass: v === 1 ? 'db.t4g.micro' : 'db.t4g.small',
        AllocatedStorage: '20',
        MaxAllocatedStorage: 50 * v,
        DBSubnetGroupName: { Ref: 'DbSubnets' },
        DBParameterGroupName: { Ref: 'DbParameters' },
        VPCSecurityGroups: [{ Ref: 'Sg' }],
        StorageEncrypted: true,
        MasterUsername: 'admin',
        ManageMasterUserPassword: true,
        MultiAZ: v === 2,
        EnableCloudwatchLogsExports: v === 1 ? ['error'] : ['error', 'slowquery'],
        Tags: [{ Key: 'v', Value: String(v) }],
      },
    },
    DbLogin: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { SecretString: '{"username":"app"}' },
    },
    Attachment: {
      Type: 'AWS::SecretsManager::SecretTargetAttachment',
      Properties: {
        SecretId: { Ref: 'DbLogin' },
        TargetId: { Ref: 'Database' },
        TargetType: 'AWS::RDS::DBInstance',
      },
    },
    Files: {
      Type: 'AWS::EFS::FileSystem',
      Properties: {
        Encrypted: true,
        ThroughputMode: v === 1 ? 'bursting' : 'elastic',
        LifecyclePolicies: [{ TransitionToIA: v === 1 ? 'AFTER_30_DAYS' : 'AFTER_7_DAYS' }],
        BackupPolicy: { Status: v === 1 ? 'ENABLED' : 'DISABLED' },
        FileSystemTags: [{ Key: 'v', Value: String(v) }],
        FileSystemPolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: { AWS: '*' },
              Action: '*',
              Resource: '*',
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      },
    },
    Mount: {
      Type: 'AWS::EFS::MountTarget',
      Properties: {
        FileSystemId: { Ref: 'Files' },
        SubnetId: { Ref: 'SubnetA' },
        SecurityGroups: [v === 1 ? { Ref: 'Sg' } : att('Vpc.DefaultSecurityGroup')],
      },
    },
    Entrance: {
      Type: 'AWS::EFS::AccessPoint',
      Properties: {
        FileSystemId: { Ref: 'Files' },
        PosixUser: { Uid: '33', Gid: '33' },
        RootDirectory: {
          Path: '/uploads',
          CreationInfo: { OwnerUid: '33', OwnerGid: '33', Permissions: '0750' },
        },
        AccessPointTags: [{ Key: 'v', Value: String(v) }],
      },
    },
    Acl: {
      Type: 'AWS::WAFv2::WebACL',
      Properties: {
        Scope: 'REGIONAL',
        DefaultAction: { Allow: {} },
        Description: `all${v}`,
        VisibilityConfig: {
          SampledRequestsEnabled: true,
          CloudWatchMetricsEnabled: true,
          MetricName: 'all',
        },
        Rules: [
          {
            Name: 'common',
            Priority: v,
            OverrideAction: { None: {} },
            Statement: {
              ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesCommonRuleSet' },
            },
            VisibilityConfig: {
              SampledRequestsEnabled: true,
              CloudWatchMetricsEnabled: true,
              MetricName: 'common',
            },
          },
        ],
        Tags: [{ Key: 'v', Value: String(v) }],
      },
    },
    AclLog: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'aws-waf-logs-all' } },
    AclLogging: {
      Type: 'AWS::WAFv2::LoggingConfiguration',
      Properties: {
        ResourceArn: att('Acl.Arn'),
        LogDestinationConfigs: [att('AclLog.Arn')],
        RedactedFields: v === 1 ? [] : [{ SingleHeader: { Name: 'authorization' } }],
      },
    },
    AclAssociation: {
      Type: 'AWS::WAFv2::WebACLAssociation',
      Properties: { ResourceArn: { Ref: 'Lb' }, WebACLArn: att('Acl.Arn') },
    },
    Igw: { Type: 'AWS::EC2::InternetGateway' },
    Attach: {
      Type: 'AWS::EC2::VPCGatewayAttachment',
      Properties: { VpcId: { Ref: 'Vpc' }, InternetGatewayId: { Ref: 'Igw' } },
    },
    Rt: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
    Route: {
      Type: 'AWS::EC2::Route',
      DependsOn: 'Attach',
      Properties: {
        RouteTableId: { Ref: 'Rt' },
        DestinationCidrBlock: '0.0.0.0/0',
        ...(v === 1 ? { GatewayId: { Ref: 'Igw' } } : { NatGatewayId: { Ref: 'Nat' } }),
      },
    },
    Assoc: {
      Type: 'AWS::EC2::SubnetRouteTableAssociation',
      Properties: { RouteTableId: { Ref: 'Rt' }, SubnetId: { Ref: 'SubnetA' } },
    },
    Eip: { Type: 'AWS::EC2::EIP', DependsOn: 'Attach', Properties: { Domain: 'vpc' } },
    Nat: {
      Type: 'AWS::EC2::NatGateway',
      Properties: { AllocationId: att('Eip.AllocationId'), SubnetId: { Ref: 'SubnetB' } },
    },
    Sg: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: 'g',
        VpcId: { Ref: 'Vpc' },
        SecurityGroupIngress: [
          { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '0.0.0.0/0' },
          ...(v === 2 ? [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }] : []),
        ],
        ...(v === 2
          ? { SecurityGroupEgress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }] }
          : {}),
      },
    },
    In: {
      Type: 'AWS::EC2::SecurityGroupIngress',
      Properties: {
        GroupId: { Ref: 'Sg' },
        IpProtocol: 'tcp',
        FromPort: 8080,
        ToPort: 8080,
        SourceSecurityGroupId: att('Vpc.DefaultSecurityGroup'),
      },
    },
    Out: {
      Type: 'AWS::EC2::SecurityGroupEgress',
      Properties: {
        GroupId: { Ref: 'Sg' },
        IpProtocol: 'tcp',
        FromPort: 8080,
        ToPort: 8080,
        CidrIp: '10.0.0.0/8',
      },
    },
    Endpoint: {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: {
        VpcId: { Ref: 'Vpc' },
        ServiceName: { 'Fn::Sub': 'com.amazonaws.${AWS::Region}.dynamodb' },
        VpcEndpointType: 'Gateway',
        RouteTableIds: [{ Ref: 'Rt' }],
      },
    },
    Flow: {
      Type: 'AWS::EC2::FlowLog',
      Properties: {
        ResourceId: { Ref: 'Vpc' },
        ResourceType: 'VPC',
        TrafficType: 'ALL',
        LogGroupName: { Ref: 'Log' },
        DeliverLogsPermissionArn: att('Role.Arn'),
      },
    },
    InstanceRole: {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: trust('ec2.amazonaws.com') },
    },
    Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [{ Ref: 'InstanceRole' }] } },
    Lt: {
      Type: 'AWS::EC2::LaunchTemplate',
      Properties: {
        LaunchTemplateData: {
          ImageId: '{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64}}',
          InstanceType: v === 1 ? 't4g.small' : 't4g.medium',
          SecurityGroupIds: [{ Ref: 'Sg' }],
          IamInstanceProfile: { Arn: att('Profile.Arn') },
        },
      },
    },
    Lb: {
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      DependsOn: 'Attach',
      Properties: {
        Subnets: [{ Ref: 'SubnetA' }, { Ref: 'SubnetB' }],
        SecurityGroups: [{ Ref: 'Sg' }],
        LoadBalancerAttributes: [{ Key: 'idle_timeout.timeout_seconds', Value: String(60 + v) }],
      },
    },
    Tg: {
      Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      Properties: {
        VpcId: { Ref: 'Vpc' },
        Protocol: 'HTTP',
        Port: 80,
        HealthCheckPath: `/h${v}`,
        TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }],
      },
    },
    Listener: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: {
        LoadBalancerArn: { Ref: 'Lb' },
        Port: 80,
        Protocol: 'HTTP',
        DefaultActions: [
          { Type: 'fixed-response', FixedResponseConfig: { StatusCode: v === 1 ? '404' : '503' } },
        ],
      },
    },
    ListenerRule: {
      Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
      Properties: {
        ListenerArn: { Ref: 'Listener' },
        Priority: v,
        Conditions: [{ Field: 'path-pattern', Values: ['/x'] }],
        Actions: [{ Type: 'forward', TargetGroupArn: { Ref: 'Tg' } }],
      },
    },
    Group: {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      DependsOn: 'ListenerRule',
      UpdatePolicy: { AutoScalingScheduledAction: { IgnoreUnmodifiedGroupSizeProperties: true } },
      Properties: {
        MinSize: '1',
        MaxSize: String(3),
        DesiredCapacity: '1',
        VPCZoneIdentifier: [{ Ref: 'SubnetA' }, { Ref: 'SubnetB' }],
        LaunchTemplate: { LaunchTemplateId: { Ref: 'Lt' }, Version: att('Lt.LatestVersionNumber') },
        TargetGroupARNs: [{ Ref: 'Tg' }],
        HealthCheckType: 'ELB',
        HealthCheckGracePeriod: 30,
        Cooldown: '60',
        MetricsCollection: [{ Granularity: '1Minute' }],
        NotificationConfigurations: [
          { TopicARN: { Ref: 'Topic' }, NotificationTypes: ['autoscaling:EC2_INSTANCE_LAUNCH'] },
        ],
        Tags: [{ Key: 'v', Value: String(v), PropagateAtLaunch: true }],
        LifecycleHookSpecificationList: [
          {
            LifecycleHookName: `h${v}`,
            LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
            HeartbeatTimeout: 60,
            DefaultResult: 'CONTINUE',
          },
        ],
      },
    },
    Hook: {
      Type: 'AWS::AutoScaling::LifecycleHook',
      Properties: {
        AutoScalingGroupName: { Ref: 'Group' },
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        HeartbeatTimeout: 60 + v,
        DefaultResult: 'CONTINUE',
      },
    },
    Policy: {
      Type: 'AWS::AutoScaling::ScalingPolicy',
      Properties: {
        AutoScalingGroupName: { Ref: 'Group' },
        PolicyType: 'SimpleScaling',
        AdjustmentType: 'ChangeInCapacity',
        ScalingAdjustment: v,
        Cooldown: '30',
      },
    },
    Pool: {
      Type: 'AWS::AutoScaling::WarmPool',
      Properties: { AutoScalingGroupName: { Ref: 'Group' }, MaxGroupPreparedCapacity: v, MinSize: 0 },
    },
    Action: {
      Type: 'AWS::AutoScaling::ScheduledAction',
      Properties: { AutoScalingGroupName: { Ref: 'Group' }, MinSize: v, Recurrence: '0 0 * * *' },
    },
  },
});
