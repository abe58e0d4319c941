import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/**
 * Clients as the environment has them: region, credentials and, for a cloud that is not AWS's own, AWS_ENDPOINT_URL.
 *
 * @param endpoint of such a cloud, whose buckets have no host names
 */
export function clientsFor(endpoint: string | undefined) {
  const dynamo = new DynamoDBClient({});
  const s3 = new S3Client({ forcePathStyle: endpoint !== undefined });
  const documents = DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } });
  return { dynamo, s3, documents };
}
