/**
 * Goal: a cause keeps its consequences quiet, and nothing else. Method: a real Alertmanager with the
 * shipped inhibitions is given alerts with the labels that the rules give them, and asked which of them
 * it keeps back.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INHIBITIONS } from '../../deploy/alerts/alertmanager.ts';
import { ALERTS } from '../../deploy/alerts/rule-file.ts';
import { missingMonitoring, Monitoring } from '../support/prometheus-server.ts';

const missing = missingMonitoring();

interface Given {
  readonly alert: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Known {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly inhibitedBy: readonly string[] };
}

/** Labels of an alert as its rule gives them, in the namespace `one` unless told otherwise. */
function labelsOf({ alert, labels = {} }: Given): Readonly<Record<string, string>> {
  const found = ALERTS.find(({ name }) => name === alert);
  if (found === undefined) throw new Error(`there is no alert ${alert}`);
  const { severity, subject, labels: own } = found;
  return { namespace: 'one', alertname: alert, severity, subject, ...own, ...labels };
}

const given = (alert: string, labels: Readonly<Record<string, string>> = {}): Given => ({
  alert,
  labels,
});

if (missing !== null) test('inhibitions', (context) => context.skip(missing));

describe.skipIf(missing !== null)('inhibitions', () => {
  let monitoring: Monitoring;
  let trial = 0;
  beforeAll(async () => {
    const route = { receiver: 'test', group_wait: '1h' };
    monitoring = await Monitoring.start({
      jobs: {},
      alertmanager: { route, inhibit_rules: INHIBITIONS.map(withinTrial) },
    });
  }, 30_000);
  afterAll(() => monitoring?.dispose());

  /** Every trial stands for itself: alerts of others are of no trial of theirs. */
  function withinTrial(one: (typeof INHIBITIONS)[number]) {
    return { ...one, equal: [...one.equal, 'trial'] };
  }

  /** Names of those that are kept back. */
  async function keptBack(alerts: readonly Given[]): Promise<readonly string[]> {
    const labels = { trial: String(++trial) };
    const url = `${monitoring.alertmanagerUrl}/api/v2/alerts`;
    const body = JSON.stringify(alerts.map((one) => ({ labels: { ...labelsOf(one), ...labels } })));
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200);
    const asked = `${url}?filter=${encodeURIComponent(`trial="${trial}"`)}`;
    const known = (await (await fetch(asked)).json()) as readonly Known[];
    expect(known.length).toBe(alerts.length);
    return known
      .filter(({ status }) => status.inhibitedBy.length > 0)
      .map(({ labels: told }) => told['alertname'] ?? '')
      .toSorted();
  }

  test.each([
    {
      what: 'one process without NATS -> all else is told',
      alerts: [
        given('SelfsameBusDisconnected'),
        given('SelfsamePartitionStuck', { shard: '7' }),
        given('SelfsameAuditRecordsLost'),
        given('SelfsameAppendsFail'),
        given('SelfsameNoGateway'),
      ],
      kept: [],
    },
    {
      what: 'more than half without NATS -> what follows is not told, other things are',
      alerts: [
        given('SelfsameBusLost'),
        given('SelfsameBusDisconnected'),
        given('SelfsamePartitionUnowned'),
        given('SelfsameAuditRefusesCalls'),
        given('SelfsameAuditRecordsLost'),
        given('SelfsameDiskFull', { instance: 'a' }),
        given('SelfsameNoGateway'),
      ],
      kept: ['SelfsameAuditRefusesCalls', 'SelfsameBusDisconnected', 'SelfsamePartitionUnowned'],
    },
    {
      what: 'more than half of another cluster -> everything is told',
      alerts: [given('SelfsameBusLost', { namespace: 'two' }), given('SelfsamePartitionUnowned')],
      kept: [],
    },
    {
      what: 'no gateway -> that they do not answer, and burns, are not told; shards are',
      alerts: [
        given('SelfsameNoGateway'),
        given('SelfsameScrapeDown', { job: 'selfsame/selfsame-gateway', instance: 'a' }),
        given('SelfsameLookUpErrorsBurnFast'),
        given('SelfsamePartitionUnowned'),
      ],
      kept: ['SelfsameLookUpErrorsBurnFast', 'SelfsameScrapeDown'],
    },
    {
      what: 'no gateway, and a shard that does not answer -> told',
      alerts: [
        given('SelfsameNoGateway'),
        given('SelfsameScrapeDown', { job: 'selfsame/selfsame-shard', instance: 's' }),
      ],
      kept: [],
    },
    {
      what: 'a partition without an owner -> its symptoms are not told',
      alerts: [given('SelfsamePartitionUnowned'), given('SelfsameFreshnessBurnFast')],
      kept: ['SelfsameFreshnessBurnFast'],
    },
    {
      what: 'a disk is full -> that the same one is low is not told, of another it is',
      alerts: [
        given('SelfsameDiskFull', { instance: 'a' }),
        given('SelfsameDiskLow', { instance: 'a' }),
        given('SelfsameDiskLow', { instance: 'b' }),
      ],
      kept: ['SelfsameDiskLow'],
    },
    {
      what: 'one of two clusters is gone -> the other one is told of',
      alerts: [
        given('SelfsameNothingToScrape', { namespace: 'two' }),
        given('SelfsameScrapeDown', { namespace: 'two', job: 'selfsame-shard' }),
        given('SelfsameNoGateway'),
      ],
      kept: ['SelfsameScrapeDown'],
    },
    {
      what: 'nothing at all is seen -> no process is told of',
      alerts: [
        given('SelfsameNothingToScrape', { namespace: '' }),
        given('SelfsameScrapeDown', { job: 'selfsame-shard' }),
      ],
      kept: ['SelfsameScrapeDown'],
    },
  ])('$what', async ({ alerts, kept }) => {
    expect(await keptBack(alerts)).toEqual(kept);
  });
});
