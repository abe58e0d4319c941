'use strict';
const { execFile } = require('node:child_process');
const { join } = require('node:path');
const { promisify } = require('node:util');

const root = join(__dirname, '..', '..', '..');

/**
 * Bundles the functions whenever Serverless is about to package them, so that `sls package` and `sls deploy` work
 * by themselves. The bundler runs on the project's own Node, whatever Serverless itself runs on.
 */
class BundleFunctions {
  constructor(serverless) {
    const bundle = async () => {
      const { fleets, artifacts } = serverless.service.custom;
      try {
        await promisify(execFile)(
          join(root, 'node_modules', '.bin', 'node'),
          [join(root, 'tools', 'build', 'functions.ts'), fleets, artifacts],
          { cwd: root },
        );
      } catch (error) {
        throw new serverless.classes.Error(error.stderr?.trim() || error.message, 'BUNDLE_FAILED');
      }
    };
    this.hooks = {
      'before:package:createDeploymentArtifacts': bundle,
      'before:deploy:function:packageFunction': bundle,
    };
  }
}

module.exports = BundleFunctions;
