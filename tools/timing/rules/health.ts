/** Health checks against the time an application takes to start. */
import { isWatched } from '../../../shared/domain/index.ts';
import type { Finding } from '../finding.ts';
import { finding, spoken } from '../finding.ts';
import type { FleetClocks, GroupClocks, TargetGroupClocks, TimingModel } from '../model.ts';
import { firstHealthCheck } from '../model.ts';

export function health({ fleets, groups }: TimingModel): readonly Finding[] {
  return [
    ...groups.flatMap((group) => [
      ...grace(
        group,
        fleets.find((fleet) => fleet.group === group),
      ),
      ...unasked(group),
      ...group.targetGroups.flatMap(overlap),
    ]),
  ];
}

/**
 * The grace period counts from `InService`. An instance that admission lets in is ready by then, and grace may even
 * be 0; without admission it has to cover the whole boot.
 */
function grace(group: GroupClocks, fleet: FleetClocks | undefined): Finding[] {
  const { asksLoadBalancer, grace: given, targetGroups } = group;
  if (asksLoadBalancer !== true || given === undefined || targetGroups.length === 0) return [];
  // A hook that cannot be told apart may be the one that admits.
  if (group.hooks.some(({ transition }) => transition === undefined)) return [];
  return isAdmitted(group, fleet) ? graceLong(group, given, fleet) : graceShort(group, given, fleet);
}

function isAdmitted({ hooks }: GroupClocks, fleet: FleetClocks | undefined): fleet is FleetClocks {
  const probes =
    fleet !== undefined && fleet.fleet.admission.probe.kind !== 'none' && !isWatched(fleet.fleet);
  return probes && hooks.some(({ transition }) => transition === 'launching');
}

function graceShort({ id }: GroupClocks, given: number, fleet: FleetClocks | undefined): Finding[] {
  const probe = fleet?.fleet.admission.probe.kind ?? 'none';
  const boot = fleet === undefined || probe === 'none' ? undefined : fleet.fleet.admission.within;
  if (given > 0 && (boot === undefined || given >= boot)) return [];
  const message =
    boot === undefined
      ? 'no grace and no admission: an instance that still boots is taken for unhealthy and replaced, for ever'
      : `a grace of ${spoken(given)}, while an instance may take ${spoken(boot)} to be ready, and no launch hook waits for it`;
  const mend = `set HealthCheckGracePeriod to ${boot ?? 'the time a boot takes'}, or let a launch hook admit its instances`;
  return [finding('GRACE_SHORT', id, message, mend, { grace: given, ...(boot !== undefined && { boot }) })];
}

function graceLong({ id, targetGroups }: GroupClocks, given: number, { fleet }: FleetClocks): Finding[] {
  const checks = targetGroups.map(firstHealthCheck);
  const slowest = Math.max(...checks.map((check) => check ?? Infinity));
  const { within } = fleet.admission;
  if (given <= within + slowest) return [];
  return [
    finding(
      'GRACE_LONG',
      id,
      `a grace of ${spoken(given)} for instances that are admitted ready within ${spoken(within)} and checked ` +
        `within ${spoken(slowest)} more`,
      `set HealthCheckGracePeriod to ${slowest} or a little more`,
      { grace: given, within, firstHealthCheck: slowest },
    ),
  ];
}

function unasked({ id, asksLoadBalancer, targetGroups }: GroupClocks): Finding[] {
  if (asksLoadBalancer !== false || targetGroups.length === 0) return [];
  const message = 'an instance whose targets are unhealthy is never replaced';
  return [finding('HEALTH_UNASKED', id, message, 'set HealthCheckType: ELB')];
}

function overlap({ id, interval, timeout }: TargetGroupClocks): Finding[] {
  if (interval === undefined || timeout === undefined || timeout <= interval) return [];
  const message = `a check may take ${spoken(timeout)}, and one is made each ${spoken(interval)}`;
  const mend = `set HealthCheckTimeoutSeconds below ${interval}`;
  return [finding('HEALTH_CHECK_OVERLAPS', id, message, mend, { interval, timeout })];
}
