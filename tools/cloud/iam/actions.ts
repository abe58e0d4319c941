/** Operations whose IAM action has another name, from the Service Authorization Reference. */
const ACTIONS: Readonly<Record<string, string>> = {
  'lambda:Invoke': 'InvokeFunction',
  'lambda:InvokeAsync': 'InvokeFunction',
  'lambda:InvokeWithResponseStream': 'InvokeFunction',
  's3:ListObjects': 'ListBucket',
  's3:ListObjectsV2': 'ListBucket',
  's3:HeadBucket': 'ListBucket',
  's3:HeadObject': 'GetObject',
  's3:ListObjectVersions': 'ListBucketVersions',
  's3:ListBuckets': 'ListAllMyBuckets',
  's3:DeleteObjects': 'DeleteObject',
  's3:CopyObject': 'PutObject',
  's3:CreateMultipartUpload': 'PutObject',
  's3:UploadPart': 'PutObject',
  's3:CompleteMultipartUpload': 'PutObject',
  's3:ListParts': 'ListMultipartUploadParts',
  's3:ListMultipartUploads': 'ListBucketMultipartUploads',
  's3:GetBucketEncryption': 'GetEncryptionConfiguration',
  's3:PutBucketEncryption': 'PutEncryptionConfiguration',
  's3:DeleteBucketEncryption': 'PutEncryptionConfiguration',
  's3:GetBucketLifecycleConfiguration': 'GetLifecycleConfiguration',
  's3:PutBucketLifecycleConfiguration': 'PutLifecycleConfiguration',
  's3:DeleteBucketLifecycle': 'PutLifecycleConfiguration',
  's3:GetPublicAccessBlock': 'GetBucketPublicAccessBlock',
  's3:PutPublicAccessBlock': 'PutBucketPublicAccessBlock',
  's3:DeletePublicAccessBlock': 'PutBucketPublicAccessBlock',
};

/** IAM's name of an operation: `actionOf('lambda', 'Invoke')` → `lambda:InvokeFunction`. */
export function actionOf(service: string, operation: string): string {
  return `${service}:${ACTIONS[`${service}:${operation}`] ?? operation}`;
}
