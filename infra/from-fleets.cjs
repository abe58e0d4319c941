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

module.exports.fleetNames = async (variables) => Object.keys((await fleets(variables)).fleets ?? {});

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
