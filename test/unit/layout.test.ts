/** Layouts: which slots each partition holds, and how that may change. */
import { describe, expect, test } from 'vitest';
import {
  changedLayout,
  type Layout,
  type LayoutChange,
  slotRanges,
  slotTable,
  topologyOf,
} from '../../shared/protocol/layout.ts';
import { partitionOfSlot } from '../../shared/protocol/topology.ts';

const EVEN: Layout = { partitions: 4, desks: 1, slots: null };

describe('another layout', () => {
  test.each<[string, LayoutChange, readonly (readonly (readonly [number, number])[])[]]>([
    ['fewer', { kind: 'count', partitions: 2 }, [[[0, 2047]], [[2048, 4095]]]],
    [
      'one split',
      { kind: 'split', partition: 1 },
      [[[0, 1023]], [[1024, 1535]], [[2048, 3071]], [[3072, 4095]], [[1536, 2047]]],
    ],
    [
      'one slot moved',
      { kind: 'move', first: 100, last: 100, partition: 3 },
      [
        [
          [0, 99],
          [101, 1023],
        ],
        [[1024, 2047]],
        [[2048, 3071]],
        [
          [100, 100],
          [3072, 4095],
        ],
      ],
    ],
    [
      'some to a new one',
      { kind: 'move', first: 4000, last: 4095, partition: 4 },
      [[[0, 1023]], [[1024, 2047]], [[2048, 3071]], [[3072, 3999]], [[4000, 4095]]],
    ],
  ])('%s -> these ranges, by table and by topology', (_, change, ranges) => {
    const layout = changedLayout(EVEN, change);
    expect(slotRanges(layout)).toEqual(ranges);
    const topology = topologyOf(layout);
    const byTopology = Array.from(slotTable(layout), (_one, slot) =>
      partitionOfSlot(topology, slot),
    );
    expect(byTopology).toEqual(Array.from(slotTable(layout)));
  });

  test.each<[string, LayoutChange, RegExp]>([
    ['the same number', { kind: 'count', partitions: 4 }, /like that already/],
    ['none', { kind: 'count', partitions: 0 }, /1 to 4096/],
    ['too many', { kind: 'count', partitions: 4097 }, /1 to 4096/],
    ['a partition that is not there', { kind: 'split', partition: 4 }, /none of 0 to 3/],
    ['a slot where it is', { kind: 'move', first: 0, last: 0, partition: 0 }, /already/],
    [
      'no such slot',
      { kind: 'move', first: 4096, last: 4096, partition: 0 },
      /slots are 0 to 4095/,
    ],
    ['slots backwards', { kind: 'move', first: 5, last: 4, partition: 0 }, /no greater/],
    ['a gap in the numbers', { kind: 'move', first: 5, last: 5, partition: 5 }, /none of 0 to 4/],
    ['all slots', { kind: 'move', first: 0, last: 1023, partition: 1 }, /without slots/],
  ])('%s -> refused', (_, change, message) => {
    expect(() => changedLayout(EVEN, change)).toThrow(message);
  });

  test('a partition of one slot -> nothing to split', () => {
    const single = changedLayout(EVEN, { kind: 'move', first: 7, last: 7, partition: 4 });
    expect(() => changedLayout(single, { kind: 'split', partition: 4 })).toThrow(/single slot/);
  });

  test('changes after each other -> the slots of all', () => {
    let layout = EVEN;
    layout = changedLayout(layout, { kind: 'split', partition: 0 });
    layout = changedLayout(layout, { kind: 'move', first: 600, last: 699, partition: 2 });
    expect(slotRanges(layout)).toEqual([
      [[0, 511]],
      [[1024, 2047]],
      [
        [600, 699],
        [2048, 3071],
      ],
      [[3072, 4095]],
      [
        [512, 599],
        [700, 1023],
      ],
    ]);
    expect(slotRanges(changedLayout(layout, { kind: 'count', partitions: 1 }))).toEqual([
      [[0, 4095]],
    ]);
  });
});
