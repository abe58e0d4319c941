import type { TypeName } from '../schema/type-names.ts';
import { lifecycleHook, scalingPolicy, scheduledAction, warmPool } from './auto-scaling.ts';
import { autoScalingGroup } from './auto-scaling-group.ts';
import { alarm, compositeAlarm, dashboard } from './cloudwatch.ts';
import { table } from './dynamodb.ts';
import { flowLog, launchTemplate, vpcEndpoint } from './ec2-compute.ts';
import {
  elasticIp,
  gatewayAttachment,
  internetGateway,
  natGateway,
  route,
  routeTable,
  routeTableAssociation,
  subnet,
  vpc,
} from './ec2-network.ts';
import { securityGroup, securityGroupEgress, securityGroupIngress } from './ec2-security.ts';
import { accessPoint, fileSystem, mountTarget } from './efs.ts';
import { listener, listenerRule, loadBalancer, targetGroup } from './elb.ts';
import { eventSourceMapping } from './event-source-mapping.ts';
import { eventBus, rule } from './events.ts';
import { instanceProfile, managedPolicy, policy, role } from './iam.ts';
import { key, keyAlias } from './kms.ts';
import { eventInvokeConfig, lambdaAlias, lambdaFunction, lambdaPermission, lambdaVersion } from './lambda.ts';
import { logGroup } from './logs.ts';
import type { Provider } from './provider.ts';
import { dbInstance } from './rds-instance.ts';
import { dbParameterGroup } from './rds-parameter-group.ts';
import { dbSubnetGroup } from './rds-subnet-group.ts';
import { bucket, bucketPolicy } from './s3.ts';
import { schedule, scheduleGroup } from './scheduler.ts';
import { rotationSchedule, secret, secretPolicy, secretTargetAttachment } from './secrets-manager.ts';
import { subscription, topic, topicPolicy } from './sns.ts';
import { queue, queuePolicy } from './sqs.ts';
import { parameter } from './ssm.ts';
import { webAcl, webAclAssociation, webAclLogging } from './waf.ts';

/** Who makes the resources of each type. */
export const providers: Readonly<Record<TypeName, Provider>> = {
  'AWS::AutoScaling::AutoScalingGroup': autoScalingGroup,
  'AWS::AutoScaling::LifecycleHook': lifecycleHook,
  'AWS::AutoScaling::ScalingPolicy': scalingPolicy,
  'AWS::AutoScaling::ScheduledAction': scheduledAction,
  'AWS::AutoScaling::WarmPool': warmPool,
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': compositeAlarm,
  'AWS::CloudWatch::Dashboard': dashboard,
  'AWS::DynamoDB::Table': table,
  'AWS::EC2::EIP': elasticIp,
  'AWS::EC2::FlowLog': flowLog,
  'AWS::EC2::InternetGateway': internetGateway,
  'AWS::EC2::LaunchTemplate': launchTemplate,
  'AWS::EC2::NatGateway': natGateway,
  'AWS::EC2::Route': route,
  'AWS::EC2::RouteTable': routeTable,
  'AWS::EC2::SecurityGroup': securityGroup,
  'AWS::EC2::SecurityGroupEgress': securityGroupEgress,
  'AWS::EC2::SecurityGroupIngress': securityGroupIngress,
  'AWS::EC2::Subnet': subnet,
  'AWS::EC2::SubnetRouteTableAssociation': routeTableAssociation,
  'AWS::EC2::VPC': vpc,
  'AWS::EC2::VPCEndpoint': vpcEndpoint,
  'AWS::EC2::VPCGatewayAttachment': gatewayAttachment,
  'AWS::EFS::AccessPoint': accessPoint,
  'AWS::EFS::FileSystem': fileSystem,
  'AWS::EFS::MountTarget': mountTarget,
  'AWS::ElasticLoadBalancingV2::Listener': listener,
  'AWS::ElasticLoadBalancingV2::ListenerRule': listenerRule,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': loadBalancer,
  'AWS::ElasticLoadBalancingV2::TargetGroup': targetGroup,
  'AWS::Events::EventBus': eventBus,
  'AWS::Events::Rule': rule,
  'AWS::IAM::InstanceProfile': instanceProfile,
  'AWS::IAM::ManagedPolicy': managedPolicy,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::Role': role,
  'AWS::KMS::Alias': keyAlias,
  'AWS::KMS::Key': key,
  'AWS::Lambda::Alias': lambdaAlias,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Permission': lambdaPermission,
  'AWS::Lambda::Version': lambdaVersion,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::RDS::DBInstance': dbInstance,
  'AWS::RDS::DBParameterGroup': dbParameterGroup,
  'AWS::RDS::DBSubnetGroup': dbSubnetGroup,
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': bucketPolicy,
  'AWS::SNS::Subscription': subscription,
  'AWS::SNS::Topic': topic,
  'AWS::SNS::TopicPolicy': topicPolicy,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
  'AWS::SSM::Parameter': parameter,
  'AWS::Scheduler::Schedule': schedule,
  'AWS::Scheduler::ScheduleGroup': scheduleGroup,
  'AWS::SecretsManager::ResourcePolicy': secretPolicy,
  'AWS::SecretsManager::RotationSchedule': rotationSchedule,
  'AWS::SecretsManager::Secret': secret,
  'AWS::SecretsManager::SecretTargetAttachment': secretTargetAttachment,
  'AWS::WAFv2::LoggingConfiguration': webAclLogging,
  'AWS::WAFv2::WebACL': webAcl,
  'AWS::WAFv2::WebACLAssociation': webAclAssociation,
};
