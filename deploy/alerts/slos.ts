/**
 * Service level objectives, and the alerts that follow from them.
 *
 * Multi-window multi-burn-rate: page when 2 % of the budget of 30 days is spent in an hour or 5 %
 * in six, ticket when 10 % is spent in one day or in three; the short window ends the alert soon
 * after the cause ended. Source of the table: Beyer et al., "The Site Reliability Workbook", 2018,
 * chapter 5, table 5-8.
 */
import type { Alert } from './alert.ts';
import type { Times } from './durations.ts';

export interface Slo {
  /** Value of the label `slo`. */
  readonly slo: string;
  /** In alert names: `Selfsame<title>Budget...`. */
  readonly title: string;
  /** Of 100 things, so many must be good. */
  readonly percent: number;
  readonly meaning: string;
  /** PromQL: share of bad things in the window, 0 to 1; nothing when there were none. */
  readonly badRatio: (window: string) => string;
  /** PromQL: things in the window; null: time itself is what is counted. */
  readonly events: ((window: string) => string) | null;
}

/** Failures that are the cluster's: what a client asked wrongly, or took back, is none of them. */
const SERVER_FAULTS = 'UNKNOWN|DEADLINE_EXCEEDED|RESOURCE_EXHAUSTED|INTERNAL|UNAVAILABLE|DATA_LOSS';
const LOOK_UPS =
  'grpc_service="selfsame.v1.ResolutionService",grpc_type="unary",grpc_method!="MatchRecord"';

function summed(selector: string, window: string): string {
  return `sum by (namespace) (rate(${selector}[${window}]))`;
}

function ratioOf(good: string, all: string): (window: string) => string {
  return (window) => `1 - ${summed(good, window)} / (${summed(all, window)} > 0)`;
}

function countOf(selector: string): (window: string) => string {
  return (window) => `sum by (namespace) (increase(${selector}[${window}]))`;
}

/** Longest time that a change may take until it shows everywhere, seconds. */
export const FRESH_SECONDS = 5;

export const SLOS: readonly Slo[] = [
  {
    slo: 'look_up_availability',
    title: 'LookUpErrors',
    percent: 99.9,
    meaning: 'Look-ups that are answered.',
    badRatio: ratioOf(
      `grpc_server_handled_total{${LOOK_UPS},grpc_code!~"${SERVER_FAULTS}"}`,
      `grpc_server_handled_total{${LOOK_UPS}}`,
    ),
    events: countOf(`grpc_server_handled_total{${LOOK_UPS}}`),
  },
  {
    slo: 'look_up_latency',
    title: 'LookUpLatency',
    percent: 99,
    meaning: 'Look-ups that are answered within 25 ms.',
    badRatio: ratioOf(
      `grpc_server_handling_seconds_bucket{${LOOK_UPS},le="0.025"}`,
      `grpc_server_handling_seconds_count{${LOOK_UPS}}`,
    ),
    events: countOf(`grpc_server_handling_seconds_count{${LOOK_UPS}}`),
  },
  {
    slo: 'ingest_availability',
    title: 'IngestErrors',
    percent: 99.9,
    meaning: 'Interactions that are taken in, or refused for what is in them.',
    badRatio: ratioOf(
      'selfsame_ingest_events_total{outcome!~"overloaded|failed"}',
      'selfsame_ingest_events_total',
    ),
    events: countOf('selfsame_ingest_events_total'),
  },
  {
    slo: 'ingest_latency',
    title: 'IngestLatency',
    percent: 99,
    meaning: 'Calls with interactions that are on disk within 500 ms.',
    badRatio: ratioOf(
      'selfsame_ingest_acknowledged_seconds_bucket{ack="durable",le="0.5"}',
      'selfsame_ingest_acknowledged_seconds_count{ack="durable"}',
    ),
    events: countOf('selfsame_ingest_acknowledged_seconds_count{ack="durable"}'),
  },
  {
    slo: 'freshness',
    title: 'Freshness',
    percent: 99.5,
    meaning: `Time in which everything taken in ${FRESH_SECONDS} seconds ago shows everywhere.`,
    badRatio: (window) => `avg_over_time(selfsame:stale:bool[${window}])`,
    events: null,
  },
];

export const HOUR = 3_600;
const DAY = 24 * HOUR;

interface BurnRate {
  readonly factor: number;
  readonly long: number;
  readonly short: number;
}

export const PAGE: readonly BurnRate[] = [
  { factor: 14.4, long: HOUR, short: 300 },
  { factor: 6, long: 6 * HOUR, short: 1_800 },
];
export const TICKET: readonly BurnRate[] = [
  { factor: 3, long: DAY, short: 2 * HOUR },
  { factor: 1, long: 3 * DAY, short: 6 * HOUR },
];

/** A burn rate says nothing about a handful of calls. */
const EVENTS_MIN = 100;

/** Every window of the table, shortest first. */
export function sloWindows(): readonly number[] {
  const windows = new Set([...PAGE, ...TICKET].flatMap(({ long, short }) => [long, short]));
  return Array.from(windows).sort((left, right) => left - right);
}

export function recordName(window: string): string {
  return `selfsame:slo_errors:ratio_rate${window}`;
}

function burnExpression({ slo, percent, events }: Slo, rates: readonly BurnRate[], times: Times) {
  const budget = (100 - percent) / 100;
  const terms = rates.map(({ factor, long, short }) => {
    const limit = Number((factor * budget).toPrecision(6));
    const [longSpan, shortSpan] = [times.span(long), times.span(short)];
    const over = (span: string): string => `${recordName(span)}{slo="${slo}"} > ${limit}`;
    const enough =
      events === null ? '' : ` and on (namespace) ${events(longSpan)} >= ${EVENTS_MIN}`;
    return `(${over(longSpan)} and ${over(shortSpan)}${enough})`;
  });
  return terms.join('\nor\n');
}

/** Two alerts for each objective: one that pages, one that makes a ticket. */
export function sloAlerts(): readonly Alert[] {
  return SLOS.flatMap((slo): Alert[] => {
    const common = {
      subject: 'slo',
      runbook: 'objectives.md',
      waitSeconds: 0,
      labels: { slo: slo.slo },
      description: `${slo.meaning} Objective: ${slo.percent} % in 30 days.`,
    };
    return [
      {
        ...common,
        name: `Selfsame${slo.title}BurnFast`,
        severity: 'critical',
        expression: (times) => burnExpression(slo, PAGE, times),
        summary: `{{ $value | humanizePercentage }} is bad: the budget of ${slo.slo} burns fast.`,
      },
      {
        ...common,
        name: `Selfsame${slo.title}BurnSlow`,
        severity: 'warning',
        expression: (times) => burnExpression(slo, TICKET, times),
        summary: `{{ $value | humanizePercentage }} is bad: the budget of ${slo.slo} will not last.`,
      },
    ];
  });
}
