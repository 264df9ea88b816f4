/**
 * Topology: which partition an actor or message belongs to.
 *
 * Hash -> one of 4,096 permanent slots -> partition. Partitions 0..count-1 hold actors; the merge
 * desk has partitions of its own after them, sharded by the pair's lesser profile (or the delivery).
 * A generation keeps its topology for ever; another one is another generation's (layout.ts).
 */
import { SLOT_COUNT, slotOf } from '../domain/identifier.ts';
import { type Message, MessageKind } from '../domain/messages.ts';

export interface Topology {
  /** Partitions that hold actors, 1..4,096. */
  readonly partitions: number;
  /** Partitions of the merge desk, >= 1. */
  readonly desks: number;
  /** Slot -> partition, `SLOT_COUNT` entries; absent: ranges of slots of even length, in order. */
  readonly slots?: Uint16Array;
}

export function partitionCount(topology: Topology): number {
  return topology.partitions + topology.desks;
}

export function partitionOf(topology: Topology, actorId: string): number {
  return partitionOfSlot(topology, slotOf(actorId));
}

export function partitionOfSlot({ partitions, slots }: Topology, slot: number): number {
  if (slots !== undefined) return slots[slot] as number;
  return Math.floor((slot * partitions) / SLOT_COUNT);
}

/** The partition whose log a message goes to. */
export function destinationOf(topology: Topology, message: Message): number {
  const isForDesk =
    message[0] === MessageKind.proposal ||
    message[0] === MessageKind.sweep ||
    message[0] === MessageKind.sweepPost ||
    message[0] === MessageKind.tryHeld;
  if (!isForDesk) return partitionOf(topology, message[1]);
  return topology.partitions + (slotOf(message[1]) % topology.desks);
}
