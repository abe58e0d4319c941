import type { CloudWatch } from '@aws-sdk/client-cloudwatch';
import type { Instant, Kernel, Operations } from '../../../kernel/index.ts';
import { AwsError, globalArn, page } from '../../../kernel/index.ts';

interface Dashboard {
  readonly name: string;
  readonly arn: string;
  readonly body: string;
  readonly modifiedAt: Instant;
}

/** Dashboards, as records: nothing draws them. */
export function dashboardOperations(kernel: Kernel) {
  const dashboards = new Map<string, Dashboard>();
  const get = (name: string | undefined): Dashboard => {
    const dashboard = dashboards.get(name ?? '');
    if (dashboard !== undefined) return dashboard;
    throw new AwsError('ResourceNotFound', `Dashboard ${name} does not exist`, { status: 404 });
  };
  return {
    PutDashboard: (input) => {
      const { DashboardName: name = '', DashboardBody: body = '' } = input;
      if (!/^[\w-]{1,255}$/.test(name)) throw invalid(`The value ${name} for field DashboardName is invalid`);
      checkBody(body);
      const arn = globalArn(kernel.account, 'cloudwatch', `dashboard/${name}`);
      dashboards.set(name, { name, arn, body, modifiedAt: kernel.clock.now() });
      return { DashboardValidationMessages: [] };
    },
    GetDashboard: (input) => {
      const { name, arn, body } = get(input.DashboardName);
      return { DashboardName: name, DashboardArn: arn, DashboardBody: body };
    },
    ListDashboards: (input) => {
      const named = [...dashboards.values()]
        .filter(({ name }) => name.startsWith(input.DashboardNamePrefix ?? ''))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, nextToken } = page(named, input.NextToken, 1000);
      const DashboardEntries = items.map(({ name, arn, body, modifiedAt }) => ({
        DashboardName: name,
        DashboardArn: arn,
        LastModified: new Date(modifiedAt),
        Size: Buffer.byteLength(body),
      }));
      return { DashboardEntries, ...(nextToken && { NextToken: nextToken }) };
    },
    DeleteDashboards: (input) => {
      const gone = (input.DashboardNames ?? []).map(get);
      for (const { name } of gone) dashboards.delete(name);
      return {};
    },
  } satisfies Operations<CloudWatch>;
}

function checkBody(body: string): void {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null) return;
  } catch {
    // Refused below.
  }
  throw invalid('The field DashboardBody must be a valid JSON object');
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterInput', message);
}
