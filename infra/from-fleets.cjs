'use strict';
// What the template takes from the fleets file: one place to say whom to tell.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { parse } = require('yaml');

const fleets = async ({ resolveVariable }) =>
  parse(readFileSync(join(__dirname, '..', await resolveVariable('param:fleets')), 'utf8'));

/** A subscription for each address of notify.email, which AWS asks to confirm. */
module.exports.subscriptions = async (variables) => ({
  Resources: Object.fromEntries(((await fleets(variables)).notify?.email ?? []).map(emailSubscription)),
});

/** What the drains of fleets may do whose instances are registered with AWS Cloud Map: nothing where none are. */
module.exports.cloudMap = async (variables) => {
  const named = Object.values((await fleets(variables)).fleets ?? {}).flatMap(
    ({ drain }) => drain?.['cloud-map'] ?? [],
  );
  if (named.length === 0) return { Resources: {} };
  const zones = named.flatMap((one) => one['hosted-zone'] ?? []);
  const Statement = [
    allow(
      'TakeOutOfCloudMap',
      'servicediscovery:DeregisterInstance',
      named.map(({ service }) => inRegion(`service/${service}`)),
    ),
    // An operation belongs to a namespace, whose id the fleets file does not have.
    allow('FollowCloudMap', 'servicediscovery:GetOperation', [inRegion('namespace/*')]),
    ...(zones.length === 0
      ? []
      : [
          // Cloud Map changes its records in its caller's name.
          allow(
            'ChangeRecords',
            'route53:ChangeResourceRecordSets',
            zones.map((zone) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:route53:::hostedzone/${zone}` })),
          ),
        ]),
  ];
  const PolicyDocument = { Version: '2012-10-17', Statement };
  const Properties = { PolicyName: 'cloud-map', Roles: [{ Ref: 'DrainRole' }], PolicyDocument };
  return { Resources: { DrainCloudMapPolicy: { Type: 'AWS::IAM::Policy', Properties } } };
};

function allow(Sid, Action, Resource) {
  return { Sid, Effect: 'Allow', Action, Resource };
}

function inRegion(resource) {
  return {
    'Fn::Sub': `arn:\${AWS::Partition}:servicediscovery:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
  };
}

module.exports.fleetNames = async (variables) => Object.keys((await fleets(variables)).fleets ?? {});

/** More than any metric shows: where what an instance can carry has to be learnt first, no alarm can know it. */
const NEVER = 1e12;

const signalOf = async (name, variables) => {
  const fleet = await variables.resolveVariable('self:custom.profile.fleet');
  return (await fleets(variables)).fleets?.[fleet]?.scaling?.signals?.[name] ?? {};
};

/** Above which value an instance has more than it should. */
const level = (name) => async (variables) => {
  const { target, useful } = await signalOf(name, variables);
  const value = target ?? useful;
  return typeof value === 'number' ? value : NEVER;
};

/**
 * Below which share of that there is more than is needed. Capacity that looks ahead keeps head-room by itself: half of
 * what an instance can carry is news there, and nothing before.
 */
const lowShare = (name) => async (variables) => {
  const { target, useful } = await signalOf(name, variables);
  if (target !== undefined) return 0.85;
  return typeof useful === 'number' ? 0.5 : 0;
};

module.exports.requestsLevel = level('requests');

module.exports.cpuLevel = level('cpu');

module.exports.requestsLowShare = lowShare('requests');

module.exports.cpuLowShare = lowShare('cpu');

function emailSubscription(address) {
  // Logical ids are letters and digits: the address is told from others by its digest.
  const digest = createHash('sha256').update(address).digest('hex').slice(0, 12);
  const deadLetterTargetArn = { 'Fn::GetAtt': ['EventsDeadLetterQueue', 'Arn'] };
  const Properties = {
    TopicArn: { Ref: 'NotificationTopic' },
    Protocol: 'email',
    Endpoint: address,
    RedrivePolicy: { deadLetterTargetArn },
  };
  return [`EmailSubscription${digest}`, { Type: 'AWS::SNS::Subscription', Properties }];
}
