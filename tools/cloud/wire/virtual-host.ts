/** `bucket.s3.amazonaws.com`, `bucket.s3.eu-central-1.amazonaws.com`, `bucket.s3.localhost`, `bucket.localhost` */
const BUCKET_HOST = /^(.+?)\.(?:s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com|s3\.localhost|localhost)(?::\d+)?$/i;

/** S3's path with the bucket in it, wherever the client has put the bucket: into the host name or the path. */
export function pathStyle(host: string | undefined, path: string): string {
  const bucket = BUCKET_HOST.exec(host ?? '')?.[1];
  return bucket === undefined || bucket === 's3' ? path : `/${bucket}${path}`;
}
