/** The public parameter that the base infrastructure's launch template and the fleet's image policy name. */
const PARAMETER = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';

/** A newer image appears behind the public parameter, so many seconds into the load. */
export function newImage(from: number) {
  return { kind: 'new-image', from, parameter: PARAMETER } as const;
}
