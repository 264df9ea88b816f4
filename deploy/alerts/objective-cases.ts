/** Cases of the alerts on objectives: their budgets burn, or hardly do. */
import type { AlertCases, Case } from './alert-case.ts';

const GOOD =
  '{grpc_service="selfsame.v1.ResolutionService",grpc_type="unary",grpc_method="Resolve"';
const HANDLED = `grpc_server_handled_total${GOOD}`;
const BUCKET = `grpc_server_handling_seconds_bucket${GOOD},le="0.025"}`;
const COUNT = `grpc_server_handling_seconds_count${GOOD}}`;
const ACK = 'selfsame_ingest_acknowledged_seconds';

/** Fast: three hours by the minute. Slow: four days by five minutes. */
function burn(bad: number, title: string, series: (good: number, bad: number) => Case['series']) {
  const fast = { at: '3h', interval: '1m' };
  const slow = { at: '4d', interval: '5m' };
  const share = `${bad}%`;
  const slo = title;
  return {
    fast: {
      fires: {
        ...fast,
        series: series(100 - bad, bad),
        summary: `${share} is bad: the budget of ${slo} burns fast.`,
      },
      quiet: { ...fast, series: series(9_999, 1) },
    },
    slow: {
      fires: {
        ...slow,
        series: series(100 - bad, bad),
        summary: `${share} is bad: the budget of ${slo} will not last.`,
      },
      quiet: { ...slow, series: series(9_999, 1) },
    },
  };
}

const LOOK_UP_ERRORS = burn(10, 'look_up_availability', (good, bad) => ({
  [`${HANDLED},grpc_code="OK"}`]: `0+${good}x1200`,
  [`${HANDLED},grpc_code="UNAVAILABLE"}`]: `0+${bad}x1200`,
  // The client's own: however many, they are no failures.
  [`${HANDLED},grpc_code="INVALID_ARGUMENT"}`]: '0+0x1200',
}));
const LOOK_UP_LATENCY = burn(20, 'look_up_latency', (good, bad) => ({
  [BUCKET]: `0+${good}x1200`,
  [COUNT]: `0+${good + bad}x1200`,
}));
const INGEST_ERRORS = burn(10, 'ingest_availability', (good, bad) => ({
  'selfsame_ingest_events_total{outcome="acknowledged"}': `0+${good}x1200`,
  'selfsame_ingest_events_total{outcome="failed"}': `0+${bad}x1200`,
}));
const INGEST_LATENCY = burn(20, 'ingest_latency', (good, bad) => ({
  [`${ACK}_bucket{ack="durable",le="0.5"}`]: `0+${good}x1200`,
  [`${ACK}_count{ack="durable"}`]: `0+${good + bad}x1200`,
}));

export const OBJECTIVE_CASES: Readonly<Record<string, AlertCases>> = {
  SelfsameLookUpErrorsBurnFast: LOOK_UP_ERRORS.fast,
  SelfsameLookUpErrorsBurnSlow: LOOK_UP_ERRORS.slow,
  SelfsameLookUpLatencyBurnFast: LOOK_UP_LATENCY.fast,
  SelfsameLookUpLatencyBurnSlow: LOOK_UP_LATENCY.slow,
  SelfsameIngestErrorsBurnFast: INGEST_ERRORS.fast,
  SelfsameIngestErrorsBurnSlow: INGEST_ERRORS.slow,
  SelfsameIngestLatencyBurnFast: INGEST_LATENCY.fast,
  SelfsameIngestLatencyBurnSlow: INGEST_LATENCY.slow,
  SelfsameFreshnessBurnFast: {
    fires: {
      series: { selfsame_settled_lag_seconds: '0x60 6+1x200' },
      at: '3h',
      interval: '1m',
      summary: '100% is bad: the budget of freshness burns fast.',
    },
    quiet: { series: { selfsame_settled_lag_seconds: '5x300' }, at: '3h', interval: '1m' },
  },
  SelfsameFreshnessBurnSlow: {
    fires: {
      series: { selfsame_settled_lag_seconds: '6x1200' },
      at: '4d',
      interval: '5m',
      summary: '100% is bad: the budget of freshness will not last.',
    },
    quiet: { series: { selfsame_settled_lag_seconds: '4x1200' }, at: '4d', interval: '5m' },
  },
};
