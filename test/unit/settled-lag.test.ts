/** Goal: the settled lag rises with what waits and with who is silent, in one cluster and over tenants. */
import { expect, test } from 'vitest';
import { statusOfAll } from '../../services/gateway/tenant-rpcs.ts';
import { settledLagMs, SILENT_MS } from '../../shared/cluster/settled-lag.ts';
import type { Cluster, ClusterStatus } from '../../shared/protocol/cluster.ts';

const NOW = 1_800_000_000_000;

test.each([
  ['nothing waits', [[null, 100]], 0],
  [
    'the oldest work counts',
    [
      [NOW - 3_000, 100],
      [NOW - 9_000, 100],
      [null, 0],
    ],
    9_000,
  ],
  ['a clock ahead of ours is no lag', [[NOW + 500, 100]], 0],
  ['a short silence is none', [[null, SILENT_MS - 1]], 0],
  [
    'nobody speaks for a partition that had nothing to do',
    [
      [null, 70_000],
      [null, 10],
    ],
    70_000,
  ],
  [
    'nor for one that had',
    [
      [NOW - 90_000, 70_000],
      [NOW - 5, 10],
    ],
    90_000,
  ],
] as const)('%s', (_name, partitions, lag) => {
  const heard = partitions.map(([lowOrigin, silentMs]) => ({ lowOrigin, silentMs }));
  expect(settledLagMs(heard, NOW)).toBe(lag);
});

test('the state of several tenants -> the greatest lag, all partitions, the sum of the counts', async () => {
  const cluster = (settledLag: number, joins: number): Pick<Cluster, 'status'> => ({
    status: async () =>
      ({
        mode: 'nats',
        rulesVersion: 'r',
        partitions: [{ partition: 0 }],
        settledLagMs: settledLag,
        counters: { joins },
      }) as unknown as ClusterStatus,
  });
  const away: Pick<Cluster, 'status'> = { status: () => Promise.reject(new Error('away')) };
  const all = await statusOfAll([cluster(0, 3), away, cluster(600_000, 4)]).status();
  expect(all.settledLagMs).toBe(600_000);
  expect(all.partitions).toHaveLength(2);
  expect(all.counters).toEqual({ joins: 7 });
  await expect(statusOfAll([away]).status()).rejects.toThrow('away');
});
