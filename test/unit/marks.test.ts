/** Marks: read back as written; the table keeps the newest by (epoch, term). */
import { describe, expect, test } from 'vitest';
import {
  decodeMarks,
  encodeMarks,
  MarkTable,
  type PartitionMark,
} from '../../shared/protocol/marks.ts';

function mark(epoch: number, term: number, durable = 0): PartitionMark {
  return {
    partition: 3,
    epoch,
    term,
    owner: `owner-${term}`,
    durable,
    applied: durable,
    last: durable,
    lowOrigin: null,
    outbox: 0,
    pressure: 0.5,
    quarantined: 0,
    isStuck: false,
    links: [[1, 1, 7]],
    confirmed: [[durable, 'tag']],
    counters: durable === 0 ? null : { joins: durable },
    told: durable === 0 ? null : durable - 1,
  };
}

test('marks -> read back as written', () => {
  const marks = { owner: 'a', wave: 3, partitions: [mark(1, 2, 5), mark(2, 1)] };
  expect(decodeMarks(encodeMarks(marks))).toEqual(marks);
});

describe('the newest mark of a partition', () => {
  test.for([
    ['a higher term of the epoch', [1, 2], [1, 3], true],
    ['a lower term of the epoch', [1, 2], [1, 1], false],
    ['the same epoch and term', [1, 2], [1, 2], true],
    ['a higher epoch with a lower term: a restored state', [1, 7], [2, 3], true],
    ['a lower epoch with a higher term: a former owner', [2, 3], [1, 7], false],
  ] as const)('%s', ([, known, next, isTaken]) => {
    const table = new MarkTable();
    expect(table.take(mark(known[0], known[1], 1))).toBe(true);
    expect(table.take(mark(next[0], next[1], 2))).toBe(isTaken);
    expect(table.get(3)?.durable).toBe(isTaken ? 2 : 1);
    expect(table.size).toBe(1);
  });
});
