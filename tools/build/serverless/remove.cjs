'use strict';
const { execFile } = require('node:child_process');
const { join } = require('node:path');
const { promisify } = require('node:util');

const root = join(__dirname, '..', '..', '..');

/**
 * Lets `sls remove` remove all in one command: buckets are emptied and protections lifted before, and what the template
 * keeps is named afterwards, with what it costs and how it is forgotten. The work is done on the project's own Node.
 */
class PrepareRemoval {
  constructor(serverless, options, { log, progress }) {
    const provider = serverless.getProvider('aws');
    let kept = [];
    const prepare = async () => {
      progress.get('main').notice('Emptying buckets and lifting protections', { isMainEvent: true });
      const command = [join(root, 'tools', 'build', 'removal', 'main.ts'), provider.naming.getStackName()];
      try {
        const node = join(root, 'node_modules', '.bin', 'node');
        const { stdout } = await promisify(execFile)(node, command, {
          cwd: root,
          env: await environment(provider),
        });
        kept = stdout.split('\n').filter((line) => line !== '');
      } catch (error) {
        throw new serverless.classes.Error(error.stderr?.trim() || error.message, 'REMOVAL_NOT_PREPARED');
      }
    };
    const tell = () => {
      if (kept.length === 0) return;
      log.notice();
      log.notice('Kept, because the stack was deployed with data=keep. To forget:');
      for (const line of kept) log.notice(`  ${line}`);
    };
    this.hooks = { 'before:remove:remove': prepare, 'after:remove:remove': tell };
  }
}

/** Region and credentials as Serverless found them, whatever it found them by. */
async function environment(provider) {
  const { credentials } = await provider.getAwsSdkV3Config();
  const { accessKeyId, secretAccessKey, sessionToken } =
    typeof credentials === 'function' ? await credentials() : credentials;
  const { AWS_PROFILE: _profile, AWS_SESSION_TOKEN: _token, ...inherited } = process.env;
  return {
    ...inherited,
    AWS_REGION: provider.getRegion(),
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken && { AWS_SESSION_TOKEN: sessionToken }),
  };
}

module.exports = PrepareRemoval;
