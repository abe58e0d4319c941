'use strict';
// What the template takes from fleets.yml: one place to say whom to tell.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { parse } = require('yaml');

const fleets = () => parse(readFileSync(join(__dirname, '..', 'fleets.yml'), 'utf8'));

module.exports.emailSubscriptions = () =>
  (fleets().notify?.email ?? []).map((address) => ({ Protocol: 'email', Endpoint: address }));
