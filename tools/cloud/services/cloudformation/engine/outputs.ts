import { TemplateError } from '../template/errors.ts';
import type { Evaluation } from './evaluation.ts';
import type { StackOutput } from './stack.ts';

/** @throws TemplateError for an output that is no text */
export function outputsOf(evaluation: Evaluation): StackOutput[] {
  const declared = Object.entries(evaluation.template.Outputs ?? {});
  return declared.flatMap(([name, output]) => {
    if (output.Condition !== undefined && !evaluation.condition(output.Condition)) return [];
    const value = evaluation.resolve(output.Value);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      throw new TemplateError(`Template format error: The Value field of output ${name} must be a string`);
    }
    const exported = output.Export === undefined ? undefined : nameOf(evaluation.resolve(output.Export.Name));
    return [
      {
        OutputKey: name,
        OutputValue: String(value),
        ...(output.Description === undefined ? {} : { Description: output.Description }),
        ...(exported === undefined ? {} : { ExportName: exported }),
      },
    ];
  });
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TemplateError('Template format error: The Name field of every Export member must be a string');
}
