import { join } from 'node:path';
import { succeeded } from '../../conformance/install/command.ts';
import { checkovPrograms } from '../../conformance/install/python.ts';
import type { Finding, Judge } from '../finding.ts';

interface Report {
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly check_name: string;
      readonly file_abs_path: string;
      /** `AWS::S3::Bucket.AssetBucket` */
      readonly resource: string;
    }[];
  };
  readonly summary: { readonly parsing_errors: number; readonly passed: number };
}

/** checkov's rules for CloudFormation, without the platform that it belongs to. */
export const checkov: Judge = {
  tool: 'checkov',
  judge: async (cases) => {
    const names = new Map(cases.map(({ file, name }) => [file, name]));
    const options = ['--framework', 'cloudformation', '--output', 'json', '--compact', '--soft-fail'];
    const printed = await succeeded(join(await checkovPrograms(), 'checkov'), [
      ...options,
      '--skip-download',
      '--file',
      ...names.keys(),
    ]);
    const { results, summary } = JSON.parse(printed) as Report;
    if (summary.parsing_errors > 0)
      throw new Error(`checkov could not read ${summary.parsing_errors} templates`);
    return results.failed_checks.map(({ check_id, check_name, file_abs_path, resource }): Finding => ({
      tool: 'checkov',
      rule: check_id,
      resource: resource.slice(resource.indexOf('.') + 1),
      message: check_name,
      template: names.get(file_abs_path) ?? file_abs_path,
    }));
  },
};
