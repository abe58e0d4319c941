'use strict';
// The boot script of a profile, as text that Serverless leaves alone: it would take the shell's `${name:-value}` for a
// variable of its own.
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const file = ({ resolveVariable }) => resolveVariable('self:custom.profile.boot');

const text = async (variables) => {
  const path = join(__dirname, '..', await file(variables));
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

module.exports.script = async (variables) => (await text(variables)).replaceAll('${', '\\${');
