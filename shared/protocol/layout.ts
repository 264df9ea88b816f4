/**
 * Layout: how many partitions a generation has and which slots each of them holds, as it is kept,
 * and the ways to change it.
 *
 * L1 Every slot has exactly one partition, and every partition at least one slot.
 * L2 A change moves no slot that it does not have to: what stays is known to run well as it is.
 *    (A new number of partitions has even ranges, which moves nearly all.)
 */
import { SLOT_COUNT } from '../domain/identifier.ts';
import { partitionOfSlot, type Topology } from './topology.ts';

/** Slots from `first` up to the next run's belong to `partition`. */
export type SlotRun = readonly [first: number, partition: number];

export interface Layout {
  readonly partitions: number;
  readonly desks: number;
  /** In order of slots, the first from 0; null: ranges of even length, in order. */
  readonly slots: readonly SlotRun[] | null;
}

export type LayoutChange =
  /** Another number of partitions, of even ranges. */
  | { readonly kind: 'count'; readonly partitions: number }
  /** The upper half of a partition's slots goes to a new partition, the last one. */
  | { readonly kind: 'split'; readonly partition: number }
  /** Slots `first` to `last` go to `partition`, the next number for a new one. */
  | {
      readonly kind: 'move';
      readonly first: number;
      readonly last: number;
      readonly partition: number;
    };

/** What cannot be done, in words for the operator. */
export class LayoutRefused extends Error {
  override readonly name = 'LayoutRefused';
}

export function topologyOf({ partitions, desks, slots }: Layout): Topology {
  if (slots === null) return { partitions, desks };
  return { partitions, desks, slots: tableOf(slots) };
}

export function isSameLayout(left: Layout, right: Layout): boolean {
  return (
    left.partitions === right.partitions &&
    left.desks === right.desks &&
    JSON.stringify(left.slots) === JSON.stringify(right.slots)
  );
}

/** Throws `LayoutRefused` when the change is not possible or changes nothing. */
export function changedLayout(layout: Layout, change: LayoutChange): Layout {
  const next = applied(layout, change);
  if (isSameLayout(layout, next)) throw new LayoutRefused('the partitions are like that already');
  return next;
}

function applied(layout: Layout, change: LayoutChange): Layout {
  const { partitions, desks } = layout;
  switch (change.kind) {
    case 'count':
      assertCount(change.partitions);
      return { partitions: change.partitions, desks, slots: null };
    case 'split': {
      assertPartition(change.partition, partitions);
      assertCount(partitions + 1);
      const table = slotTable(layout);
      const own = slotsOf(table, change.partition);
      if (own.length < 2) {
        throw new LayoutRefused(
          `partition ${change.partition} has a single slot: nothing to split`,
        );
      }
      for (const slot of own.slice(own.length >> 1)) table[slot] = partitions;
      return layoutOf(table, partitions + 1, desks);
    }
    case 'move': {
      const { first, last, partition } = change;
      assertSlots(first, last);
      // One more than there are: a new one.
      assertPartition(partition, partitions + 1);
      const count = Math.max(partitions, partition + 1);
      assertCount(count);
      const table = slotTable(layout);
      table.fill(partition, first, last + 1);
      const held = new Set(table);
      for (let one = 0; one < count; one++) {
        if (held.has(one)) continue;
        throw new LayoutRefused(`partition ${one} would be left without slots`);
      }
      return layoutOf(table, count, desks);
    }
  }
}

/** One text for one table: even ranges are never listed. */
function layoutOf(table: Uint16Array, partitions: number, desks: number): Layout {
  const even: Layout = { partitions, desks, slots: null };
  const slots = runsOf(table);
  const isEven = JSON.stringify(slots) === JSON.stringify(runsOf(slotTable(even)));
  return isEven ? even : { partitions, desks, slots };
}

/** Slot -> partition; the caller's own. */
export function slotTable(layout: Layout): Uint16Array {
  if (layout.slots !== null) return tableOf(layout.slots);
  const even = { partitions: layout.partitions, desks: layout.desks };
  return Uint16Array.from({ length: SLOT_COUNT }, (_, slot) => partitionOfSlot(even, slot));
}

/** The slots of each partition as ranges `[first, last]`, by partition. */
export function slotRanges(layout: Layout): readonly (readonly (readonly [number, number])[])[] {
  const runs = runsOf(slotTable(layout));
  const ranges = Array.from({ length: layout.partitions }, (): (readonly [number, number])[] => []);
  for (const [index, [first, partition]] of runs.entries()) {
    ranges[partition]?.push([first, (runs[index + 1]?.[0] ?? SLOT_COUNT) - 1]);
  }
  return ranges;
}

function slotsOf(table: Uint16Array, partition: number): number[] {
  return Array.from(table.entries())
    .filter(([, one]) => one === partition)
    .map(([slot]) => slot);
}

function tableOf(runs: readonly SlotRun[]): Uint16Array {
  const table = new Uint16Array(SLOT_COUNT);
  for (const [index, [first, partition]] of runs.entries()) {
    table.fill(partition, first, runs[index + 1]?.[0] ?? SLOT_COUNT);
  }
  return table;
}

function runsOf(table: Uint16Array): SlotRun[] {
  const runs: SlotRun[] = [];
  for (const [slot, partition] of table.entries()) {
    if (partition !== runs.at(-1)?.[1]) runs.push([slot, partition]);
  }
  return runs;
}

function assertCount(partitions: number): void {
  if (Number.isInteger(partitions) && partitions >= 1 && partitions <= SLOT_COUNT) return;
  throw new LayoutRefused(`there can be 1 to ${SLOT_COUNT} partitions`);
}

function assertPartition(partition: number, count: number): void {
  if (Number.isInteger(partition) && partition >= 0 && partition < count) return;
  throw new LayoutRefused(`partition ${partition} is none of 0 to ${count - 1}`);
}

function assertSlots(first: number, last: number): void {
  const isRange = Number.isInteger(first) && Number.isInteger(last) && first <= last;
  if (isRange && first >= 0 && last < SLOT_COUNT) return;
  throw new LayoutRefused(`slots are 0 to ${SLOT_COUNT - 1}, the first no greater than the last`);
}
