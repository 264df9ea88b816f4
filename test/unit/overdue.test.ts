/** What is in a log and not durable yet: sent again only when it is lost, or its owner does not move. */
import { expect, test } from 'vitest';
import type { PartitionMark } from '../../shared/protocol/marks.ts';
import { ownerMark } from '../support/owner-mark.ts';
import { backoffMs, hasMoved, isOnItsWay } from '../../shared/protocol/overdue.ts';

const before = ownerMark({});
const appended = { epoch: 1, sequence: 20 };

test.each<[string, PartitionMark | undefined, boolean]>([
  ['the owner moved and is before it', ownerMark({ applied: 12, durable: 11, last: 30 }), true],
  ['the owner said nothing since', before, true],
  ['the owner has other entries first and is not stuck', ownerMark({ last: 19 }), true],
  ['the owner is stuck', ownerMark({ last: 30, isStuck: true }), false],
  ['the owner knows of nothing to do', ownerMark({}), false],
  ['the owner went past it', ownerMark({ applied: 22, durable: 21, last: 30 }), false],
  ['the owner has exactly this sequence on disk', ownerMark({ applied: 20, durable: 20 }), false],
  ['another epoch began', ownerMark({ epoch: 2, applied: 12 }), false],
  ['no owner has spoken', undefined, false],
])('%s -> on its way or not', (_, mark, expected) => {
  expect(isOnItsWay(mark, appended, before)).toBe(expected);
});

test('an owner has moved when its epoch or what it applied is another', () => {
  expect(hasMoved(ownerMark({ applied: 11 }), before)).toBe(true);
  expect(hasMoved(ownerMark({ epoch: 2 }), before)).toBe(true);
  expect(hasMoved(ownerMark({ durable: 9, last: 99 }), before)).toBe(false);
});

test('the time between repetitions doubles, up to sixteen times', () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((repeats) => backoffMs(100, repeats))).toEqual([
    100, 200, 400, 800, 1600, 1600, 1600,
  ]);
});
