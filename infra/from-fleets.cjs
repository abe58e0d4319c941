'use strict';
// What the template takes from the fleets file: one place to say whom to tell.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { parse } = require('yaml');

const fleets = async ({ resolveVariable }) =>
  parse(readFileSync(join(__dirname, '..', await resolveVariable('param:fleets')), 'utf8'));

module.exports.emailSubscriptions = async (variables) =>
  ((await fleets(variables)).notify?.email ?? []).map((address) => ({
    Protocol: 'email',
    Endpoint: address,
  }));
