import { validationError } from '../../kernel/index.ts';

interface Attribute {
  Key?: string | undefined;
  Value?: string | undefined;
}

/** Named settings with AWS's defaults, of which only the known ones can be changed. */
export class Attributes {
  readonly #values: Map<string, string>;

  constructor(defaults: Readonly<Record<string, string>>) {
    this.#values = new Map(Object.entries(defaults));
  }

  get(key: string): string {
    return this.#values.get(key) ?? '';
  }

  /** @throws AwsError ValidationError for a key that this kind of resource does not have; nothing changes then */
  modify(attributes: readonly Attribute[] | undefined): void {
    const unknown = attributes?.find(({ Key }) => !this.#values.has(Key ?? ''));
    if (unknown !== undefined)
      throw validationError(`Attribute key '${unknown.Key ?? ''}' is not recognized`);
    for (const { Key = '', Value = '' } of attributes ?? []) this.#values.set(Key, Value);
  }

  wire(): { Key: string; Value: string }[] {
    return [...this.#values].map(([Key, Value]) => ({ Key, Value }));
  }
}

export const TARGET_GROUP_ATTRIBUTES: Readonly<Record<string, string>> = {
  'deregistration_delay.timeout_seconds': '300',
  'load_balancing.algorithm.anomaly_mitigation': 'off',
  'load_balancing.algorithm.type': 'round_robin',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'slow_start.duration_seconds': '0',
  'stickiness.app_cookie.cookie_name': '',
  'stickiness.app_cookie.duration_seconds': '86400',
  'stickiness.enabled': 'false',
  'stickiness.lb_cookie.duration_seconds': '86400',
  'stickiness.type': 'lb_cookie',
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
};

export const LOAD_BALANCER_ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  application: {
    'access_logs.s3.bucket': '',
    'access_logs.s3.enabled': 'false',
    'access_logs.s3.prefix': '',
    'client_keep_alive.seconds': '3600',
    'connection_logs.s3.bucket': '',
    'connection_logs.s3.enabled': 'false',
    'connection_logs.s3.prefix': '',
    'deletion_protection.enabled': 'false',
    'idle_timeout.timeout_seconds': '60',
    'ipv6.deny_all_igw_traffic': 'false',
    'load_balancing.cross_zone.enabled': 'true',
    'routing.http.desync_mitigation_mode': 'defensive',
    'routing.http.drop_invalid_header_fields.enabled': 'false',
    'routing.http.preserve_host_header.enabled': 'false',
    'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': 'false',
    'routing.http.xff_client_port.enabled': 'false',
    'routing.http.xff_header_processing.mode': 'append',
    'routing.http2.enabled': 'true',
    'waf.fail_open.enabled': 'false',
    'zonal_shift.config.enabled': 'false',
  },
  network: {
    'access_logs.s3.bucket': '',
    'access_logs.s3.enabled': 'false',
    'access_logs.s3.prefix': '',
    'deletion_protection.enabled': 'false',
    'dns_record.client_routing_policy': 'any_availability_zone',
    'ipv6.deny_all_igw_traffic': 'false',
    'load_balancing.cross_zone.enabled': 'false',
    'zonal_shift.config.enabled': 'false',
  },
};
