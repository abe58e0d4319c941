'use strict';
const { execFileSync } = require('node:child_process');
const { join } = require('node:path');

const root = join(__dirname, '..', '..', '..');

/**
 * Checks `--param` before Serverless chooses files by it: it would only say that a file is not there. It runs when
 * plugins are made, which is before params are resolved.
 */
class CheckParams {
  constructor(serverless, options, { log }) {
    if (serverless.processedInput.isHelpRequest) return;
    const { problems, warnings } = verdictOn(serverless, options);
    if (problems.length > 0) throw new serverless.classes.Error(problems.join('\n'), 'PARAM_CANNOT_BE_USED');
    const warn = () => warnings.forEach((line) => log.warning(line));
    this.hooks = { 'before:package:initialize': warn };
  }
}

function verdictOn(serverless, options) {
  const { params = {} } = serverless.configurationInput;
  const given = {
    cli: fromCommandLine(options.param),
    known: Object.keys(params.default ?? {}),
    stage: literals(params[options.stage ?? 'dev']),
    common: literals(params.default),
  };
  const answer = execFileSync(
    join(root, 'node_modules', '.bin', 'node'),
    [join(root, 'tools', 'build', 'params', 'main.ts')],
    { cwd: root, input: JSON.stringify(given), encoding: 'utf8' },
  );
  return JSON.parse(answer);
}

/** What is not behind a variable: those of infra/profiles/defaults.yml are looked up there. */
function literals(params = {}) {
  const texts = Object.entries(params).map(([name, value]) => [name, String(value)]);
  return Object.fromEntries(texts.filter(([, value]) => !value.includes('${')));
}

/** `--param name=value`, as often as it is there. What is no pair Serverless itself refuses. */
function fromCommandLine(given = []) {
  const pairs = [given].flat().map((text) => /^([^=]+)=(.+)$/s.exec(text)?.slice(1, 3) ?? []);
  return Object.fromEntries(pairs.filter(([name]) => name !== undefined));
}

module.exports = CheckParams;
