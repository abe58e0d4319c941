'use strict';
const { execFile } = require('node:child_process');
const { join, resolve: from } = require('node:path');

const root = join(__dirname, '..', '..', '..');

/**
 * Lints the times of every packaged template (docs/cli.md): errors end the packaging, warnings are printed. It runs
 * what `npx evenkeel validate --template` runs, on the project's own Node.
 */
class LintTimes {
  constructor(serverless, options, { log }) {
    const lint = async () => {
      const folder = options.package ?? serverless.service.package.path ?? '.serverless';
      const template = from(serverless.serviceDir, folder, 'cloudformation-template-update-stack.json');
      const fleets = from(serverless.serviceDir, serverless.service.custom?.fleets ?? 'fleets.yml');
      const verdict = await validate(fleets, template);
      const { problems = [], findings = [] } = verdict;
      for (const finding of findings.filter(({ severity }) => severity === 'warning'))
        log.warning(line(finding));
      const errors = [...problems, ...findings.filter(({ severity }) => severity === 'error').map(line)];
      if (errors.length === 0) return;
      const help = 'npx evenkeel validate shows the same; docs/cli.md explains the codes';
      throw new serverless.classes.Error([...errors, help].join('\n'), 'TIMES_DISAGREE');
    };
    this.hooks = { 'after:package:finalize': lint };
  }
}

/** What `evenkeel validate --json` prints, whatever it ends with. */
function validate(fleets, template) {
  const args = [join(root, 'tools/cli/main.ts'), 'validate', fleets, '--template', template, '--json'];
  return new Promise((resolve, reject) => {
    execFile(join(root, 'node_modules/.bin/node'), args, { cwd: root }, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout));
      } catch {
        reject(new Error(stderr.trim() || error?.message || 'evenkeel validate printed nothing'));
      }
    });
  });
}

function line({ code, subject, message, mend }) {
  return `${code} ${subject}: ${message}; ${mend}`;
}

module.exports = LintTimes;
