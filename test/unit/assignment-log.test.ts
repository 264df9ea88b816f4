/** A table is written after the very table that its writer has read, or not at all. */
import { expect, test } from 'vitest';
import { type FencedLog, LogError } from '../../shared/adapters/log.ts';
import { AssignmentLog } from '../../shared/cluster/assignment-log.ts';

test('another table came first -> null, and nothing is written', async () => {
  const entries: number[] = [1, 2, 3];
  const log: Pick<FencedLog, 'append' | 'appendAfter'> = {
    append: () => Promise.resolve(entries.push(0)),
    appendAfter: (_partition, _epoch, _bytes, after) =>
      after === entries.length
        ? Promise.resolve(entries.push(0))
        : Promise.reject(new LogError('conflict', 'another one came first')),
  };
  const tables = new AssignmentLog(log as FencedLog);
  expect(await tables.writeTable('table', 2)).toBeNull();
  expect(entries).toHaveLength(3);
  expect(await tables.writeTable('table', 3)).toBe(4);
});
