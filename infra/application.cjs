'use strict';
// The application that a profile's instances fetch at boot, by a key that its content decides: one that has changed
// changes the launch template.
const { execFile } = require('node:child_process');
const { join } = require('node:path');
const { promisify } = require('node:util');

const root = join(__dirname, '..');
const built = new Map();

/** Bundles a folder of examples/ once. Resolves to the zip's path, and its key in the deployment bucket. */
const build = (folder) => {
  if (!built.has(folder)) {
    const node = join(root, 'node_modules', '.bin', 'node');
    const arguments_ = [join(root, 'tools', 'build', 'application.ts'), folder];
    built.set(
      folder,
      promisify(execFile)(node, arguments_, { cwd: root }).then(({ stdout }) => JSON.parse(stdout)),
    );
  }
  return built.get(folder);
};

const folderOf = ({ resolveVariable }) => resolveVariable('self:custom.profile.application');

/** `applications/NAME/HASH.zip` */
module.exports.key = async (variables) => (await build(await folderOf(variables))).key;

/** `applications/NAME`: what an instance may read. */
module.exports.prefix = async (variables) => (await module.exports.key(variables)).replace(/\/[^/]*$/, '');

module.exports.build = build;
