'use strict';
// What params decide beyond which file a profile takes: values that a template's properties want in another form.

/** `resolveVariable` is Serverless's: `param:zones` gives the value of `--param zones=…` or its default. */
const param = (name, { resolveVariable }) => resolveVariable(`param:${name}`);

const zones = async (variables) => ['A', 'B', 'C'].slice(0, Number(await param('zones', variables)));

const refs = (names) => names.map((name) => ({ Ref: name }));

module.exports.publicSubnets = async (variables) =>
  refs((await zones(variables)).map((zone) => `PublicSubnet${zone}`));

module.exports.privateSubnets = async (variables) =>
  refs((await zones(variables)).map((zone) => `PrivateSubnet${zone}`));

module.exports.privateRouteTables = async (variables) =>
  refs((await zones(variables)).map((zone) => `PrivateRouteTable${zone}`));

const doorsToData = async (variables) =>
  (await param('profile', variables)) === 'wordpress'
    ? [
        ...(await zones(variables)).map((zone) => `UploadsInZone${zone}`),
        'InstanceToUploads',
        'InstanceToDatabase',
      ]
    : [];

/**
 * What has to stand before the group launches its first instance: a way out, a listener for its health to show,
 * what its application mounts and asks as it boots, and what answers its lifecycle hooks.
 */
module.exports.beforeTheGroup = async (variables) => [
  ...(await zones(variables)).flatMap((zone) => [`PrivateRoute${zone}`, `PrivateSubnetRoutes${zone}`]),
  ...((await param('load-balancer', variables)) === 'none' ? [] : ['Listener']),
  ...(await doorsToData(variables)),
  'LaunchingRule',
  'LaunchingRulePermission',
  'TerminatingRule',
  'TerminatingRulePermission',
];

/** `http` or `https`: what the load balancer's listener speaks. */
module.exports.scheme = async (variables) =>
  (await param('certificate', variables)) === 'none' ? 'http' : 'https';

/** Where visitors reach the fleet. */
module.exports.siteUrl = async (variables) => {
  const domain = await param('domain', variables);
  const scheme = await module.exports.scheme(variables);
  return domain === 'none' ? { 'Fn::Sub': `${scheme}://\${LoadBalancer.DNSName}` } : `${scheme}://${domain}`;
};

/** Which alarms let a fleet shrink: only an Application Load Balancer counts requests. */
module.exports.shrinksBy = async (variables) =>
  (await param('load-balancer', variables)) === 'alb' ? 'requests' : 'cpu-low';

/** An image by its id, or by the parameter that holds the newest one's: CloudFormation reads that when it deploys. */
module.exports.imageId = async (variables) => {
  const image = await param('image', variables);
  return image.startsWith('/') ? `{{resolve:ssm:${image}}}` : image;
};

const unlessNone = (name) => async (variables) => {
  const value = await param(name, variables);
  return value === 'none' ? { Ref: 'AWS::NoValue' } : String(value);
};

module.exports.keyName = unlessNone('key-pair');

module.exports.desiredCapacity = unlessNone('desired');

/** Texts, as CloudFormation wants them, whatever YAML takes a digit or `true` for. */
module.exports.minSize = async (variables) => String(await param('min', variables));

module.exports.maxSize = async (variables) => String(await param('max', variables));

const keepsData = async (variables) => (await param('data', variables)) === 'keep';

/** For what holds data and stands by itself: tables, buckets, file systems, keys. */
module.exports.deletionPolicy = async (variables) => ((await keepsData(variables)) ? 'Retain' : 'Delete');

/** For a database, which cannot outlive its network: its data stays as a snapshot. */
module.exports.databaseDeletionPolicy = async (variables) =>
  (await keepsData(variables)) ? 'Snapshot' : 'Delete';

module.exports.deletionProtection = async (variables) => keepsData(variables);

module.exports.deletionProtectionAttribute = async (variables) => String(await keepsData(variables));
