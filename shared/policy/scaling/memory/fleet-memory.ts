import type { Fleet, Instant, ScalingPolicy, Signal, UsefulSignal } from '../../../domain/index.ts';
import { isUseful, MINUTE } from '../../../domain/index.ts';
import type { Forecaster, ForecastSnapshot } from '../forecast/index.ts';
import { forecaster } from '../forecast/index.ts';
import type { MeasuredTimings } from '../timings.ts';
import type { UsefulSnapshot } from '../useful-capacity/index.ts';
import { isLearnt, UsefulLearner } from '../useful-capacity/index.ts';
import { NOTHING_MEASURED } from '../timings.ts';
import type { Issued } from './accuracy.ts';
import type { BudgetBook } from './budget.ts';
import { EMPTY_BOOK } from './budget.ts';

/** What is learnt of a fleet from one evaluation to the next, as plain JSON. */
export interface FleetMemory {
  readonly format: typeof FORMAT;
  /** By what {@link watchedSignals} calls them. */
  readonly signals: Readonly<Record<string, SignalMemory>>;
  readonly timings: MeasuredTimings;
  readonly budget: BudgetBook;
  /** Ids of the instances in service, and when they were first seen to be others than before. */
  /** The day, since the epoch, on which people were last told that the budget is overspent. */
  readonly overspentOn?: number;
  readonly serving: { readonly ids: readonly string[]; readonly since: Instant };
}

export interface SignalMemory {
  /** What the signal measures: what was learnt of another metric is worth nothing. */
  readonly of: string;
  readonly forecast: ForecastSnapshot;
  /** The newest minute in the forecast; null before there was one. */
  readonly newest: Instant | null;
  readonly lookedAt: Instant;
  readonly issued: readonly Issued[];
  /** What is learnt of the load that an instance can usefully carry, where that is to be learnt. */
  readonly useful?: UsefulSnapshot;
}

/** Rises when a memory changes its meaning: one of another format is as good as none. */
const FORMAT = 1;

export const NO_MEMORY: FleetMemory = {
  format: FORMAT,
  signals: {},
  timings: NOTHING_MEASURED,
  budget: EMPTY_BOOK,
  serving: { ids: [], since: 0 },
};

export function memoryOf(content: unknown): FleetMemory {
  const isOurs = typeof content === 'object' && content !== null && 'format' in content;
  return isOurs && content.format === FORMAT ? (content as FleetMemory) : NO_MEMORY;
}

/** A signal that is forecast, for the policy that acts or for the one beside it. */
export interface WatchedSignal {
  readonly key: string;
  readonly signal: UsefulSignal;
  readonly isShadow: boolean;
}

/** What a signal of the policy beside the one that acts is called. */
export function shadowKey(name: string): string {
  return `shadow/${name}`;
}

export function watchedSignals({ scaling, shadow }: Pick<Fleet, 'scaling' | 'shadow'>): WatchedSignal[] {
  const of = (policy: ScalingPolicy | undefined, isShadow: boolean) =>
    (policy?.signals ?? [])
      .filter(isUseful)
      .map((signal) => ({ key: isShadow ? shadowKey(signal.name) : signal.name, signal, isShadow }));
  return [...of(scaling, false), ...of(shadow, true)];
}

/** How far back the metrics are read to begin with: two weeks, for the days of the week to be known twice. */
export const BEGINNING = 14 * 24 * 60 * MINUTE;

/** A figure that comes later than this is not waited for. */
const LATEST = 3 * 60 * MINUTE;

/** A signal with its forecast, as it was remembered. */
export interface Watch extends WatchedSignal {
  readonly forecast: Forecaster;
  /** The first minute that has to be read. */
  readonly since: Instant;
  readonly issued: readonly Issued[];
  /** Of what an instance can usefully carry, where that is to be learnt. */
  readonly learner?: UsefulLearner;
}

/** Takes up each signal where it was left, or begins it anew where nothing that is left of it can be used. */
export function takenUp(memory: FleetMemory, signals: readonly WatchedSignal[], now: Instant): Watch[] {
  return signals.map((watched) => {
    const kept = memory.signals[watched.key];
    const isSame = kept?.of === meaningOf(watched.signal);
    const forecast = forecaster(isSame ? kept.forecast : undefined);
    const { newest } = forecast;
    const learner = isLearnt(watched.signal) && {
      learner: new UsefulLearner(isSame ? kept.useful : undefined),
    };
    if (!isSame || (kept.newest !== null && newest === undefined))
      return { ...watched, forecast, ...learner, since: now - BEGINNING, issued: [] };
    const since = Math.max((newest ?? 0) + MINUTE, kept.lookedAt - LATEST);
    return { ...watched, forecast, ...learner, since, issued: kept.issued };
  });
}

/** What a signal measures, whatever it is called and whatever an instance can carry of it. */
export function meaningOf({ metric, period, missing }: Signal): string {
  return JSON.stringify({ metric, period, missing });
}

export function signalMemory({ signal, forecast, learner }: Watch, issued: readonly Issued[], now: Instant) {
  const newest = forecast.newest ?? null;
  return {
    of: meaningOf(signal),
    forecast: forecast.snapshot(),
    newest,
    lookedAt: now,
    issued,
    ...(learner && { useful: learner.snapshot() }),
  };
}
