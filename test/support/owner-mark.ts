/** Marks of an owner, for tests of those who go by them. */
import type { PartitionMark } from '../../shared/protocol/marks.ts';

/** Owner of partition 0 in epoch 1, idle at entry 10. */
export function ownerMark(told: Partial<PartitionMark> = {}): PartitionMark {
  return {
    partition: 0,
    epoch: 1,
    term: 1,
    owner: 'a',
    durable: 10,
    applied: 10,
    last: 10,
    lowOrigin: null,
    outbox: 0,
    pressure: 0,
    quarantined: 0,
    isStuck: false,
    links: [],
    confirmed: [],
    counters: null,
    told: null,
    ...told,
  };
}
