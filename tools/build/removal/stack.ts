import {
  type CloudFormationClient,
  GetTemplateCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';

/** A resource of a stack, and what its template says shall become of it. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly id: string;
  readonly policy: 'Delete' | 'Retain' | 'Snapshot';
}

const POLICIES: Readonly<Record<string, StackResource['policy']>> = {
  Retain: 'Retain',
  Snapshot: 'Snapshot',
};

/**
 * The resources that a stack has now. Their policies are those of the template that it was deployed by: what a command
 * says later changes nothing about them.
 *
 * @throws the SDK's ValidationError where there is no such stack
 */
export async function resourcesOf(client: CloudFormationClient, StackName: string): Promise<StackResource[]> {
  const { TemplateBody = '{}' } = await client.send(
    new GetTemplateCommand({ StackName, TemplateStage: 'Original' }),
  );
  const template = JSON.parse(TemplateBody) as { Resources?: Record<string, { DeletionPolicy?: string }> };
  const found: StackResource[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    for (const {
      LogicalResourceId: logicalId = '',
      ResourceType: type = '',
      ...summary
    } of StackResourceSummaries) {
      const { PhysicalResourceId: id = '', ResourceStatus: status = '' } = summary;
      if (id === '' || status === 'DELETE_COMPLETE') continue;
      const policy = POLICIES[template.Resources?.[logicalId]?.DeletionPolicy ?? ''] ?? 'Delete';
      found.push({ logicalId, type, id, policy });
    }
  }
  return found;
}
