import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { InvalidFileError } from '../../build/checked-yaml.ts';
import { fleetsOf } from '../../build/fleets.ts';
import { readTemplate } from '../../templates/template.ts';
import type { Template } from '../../templates/model.ts';
import { isRecord } from '../../templates/model.ts';
import type { Finding } from '../../timing/finding.ts';
import { lintTiming } from '../../timing/lint.ts';
import { timingModel } from '../../timing/read/index.ts';
import { parseJson, readInput } from '../read-input.ts';
import { UsageError } from '../usage-error.ts';

/** Where `sls package` leaves the template that it would deploy. */
export const PACKAGED = '.serverless/cloudformation-template-update-stack.json';

interface Options {
  readonly json?: boolean;
  readonly strict?: boolean;
  /** False with `--no-template`. */
  readonly template?: string | false;
}

/** What was found, and in what. */
interface Verdict {
  readonly file: string;
  readonly template: string | undefined;
  /** What makes fleets.yml unreadable: its times are not looked at then. */
  readonly problems: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * `evenkeel validate [FILE|-]`: all that is wrong in fleets.yml, each with its place and its mend, and where its times
 * and those of the packaged template disagree. Ends with 0 when nothing is wrong or warnings only, 1 on errors (with
 * `--strict` on warnings too), 2 on what cannot be read.
 */
export function validateCommand(): Command {
  return new Command('validate')
    .description('Check fleets.yml, and its times against those of the packaged template')
    .argument('[file]', 'the file; - reads standard input', 'fleets.yml')
    .option('--template <file>', `the packaged template (${PACKAGED} where there is one)`)
    .option('--no-template', 'look at fleets.yml alone')
    .option('--strict', 'take warnings for errors')
    .option('--json', 'print {"ok": …, "problems": […], "findings": […], "template": …}')
    .action(async (file: string, { json = false, strict = false, template: given }: Options) => {
      const verdict = await judge(file, templateFile(given));
      process.stdout.write(json ? asJson(verdict, strict) : asText(verdict));
      process.exitCode = exitCode(verdict, strict);
    });
}

function templateFile(given: Options['template']): string | undefined {
  if (given === false) return undefined;
  return given ?? (existsSync(PACKAGED) ? PACKAGED : undefined);
}

async function judge(file: string, templatePath: string | undefined): Promise<Verdict> {
  const name = file === '-' ? 'standard input' : file;
  const text = await readInput(file);
  const template = templatePath === undefined ? undefined : await packagedTemplate(templatePath);
  const verdict = { file: name, template: templatePath };
  try {
    const model = timingModel(fleetsOf(text, name).fleets, Date.now(), template);
    return { ...verdict, problems: [], findings: lintTiming(model) };
  } catch (error) {
    if (error instanceof InvalidFileError) return { ...verdict, problems: error.problems, findings: [] };
    throw error;
  }
}

/** @throws UsageError for what is no template */
async function packagedTemplate(path: string): Promise<Template> {
  const value = parseJson(await readInput(path), path);
  if (!isRecord(value) || !isRecord(value.Resources)) {
    throw new UsageError(
      `${path} is no CloudFormation template: it has no Resources; npx sls package writes one`,
    );
  }
  return readTemplate(value);
}

function isWrong({ problems, findings }: Verdict, strict: boolean): boolean {
  return problems.length > 0 || findings.some(({ severity }) => strict || severity === 'error');
}

function exitCode(verdict: Verdict, strict: boolean): number {
  if (verdict.problems.length > 0) return 2;
  return isWrong(verdict, strict) ? 1 : 0;
}

function asJson(verdict: Verdict, strict: boolean): string {
  const { problems, findings, template = null } = verdict;
  return `${JSON.stringify({ ok: !isWrong(verdict, strict), problems, findings, template })}\n`;
}

function asText({ file, template, problems, findings }: Verdict): string {
  if (problems.length > 0)
    return `${problems.join('\n')}\n${counted(problems.length, 'problem')} in ${file}\n`;
  const where = template === undefined ? file : `${file} and ${template}`;
  if (findings.length === 0) {
    return template === undefined ? `${file} is valid\n` : `${file} is valid and agrees with ${template}\n`;
  }
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const counts = [counted(errors, 'error'), counted(findings.length - errors, 'warning')].join(', ');
  return `${findings.map(findingText).join('')}${counts} in ${where}\n`;
}

function findingText({ severity, code, subject, message, mend }: Finding): string {
  return `${severity} ${code} ${subject}\n    ${message}\n    mend: ${mend}\n`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
