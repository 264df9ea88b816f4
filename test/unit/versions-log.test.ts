/** The log of versions holds what processes wrote into it that started at the same time. */
import { expect, test } from 'vitest';
import type { Log } from '../../shared/adapters/log.ts';
import { VersionsLog } from '../../shared/cluster/versions-log.ts';
import { encode } from '../../shared/protocol/codec.ts';
import { testRules } from '../support/test-rules.ts';

test('agreements proposed at once -> the first one counts, the others are no events', async () => {
  const rules = testRules();
  const proposal = { partitions: 8, desks: 1, rules, idKey: 'a', idKeyHash: 'b' };
  const entries = [proposal, { ...proposal, idKey: 'c' }, { ...proposal, idKey: 'd' }];
  const log: Pick<Log, 'bounds' | 'read'> = {
    bounds: async () => ({ firstSequence: 1, lastSequence: entries.length }),
    read: async (_partition, _epoch, sequence) => encode(JSON.stringify(entries[sequence - 1])),
  };
  const versions = new VersionsLog(log as Log, rules, { partitions: 8, desks: 1, slots: null });
  await versions.open();
  expect(versions.state.live.rules.version).toBe(rules.version);
  versions.close();
});
