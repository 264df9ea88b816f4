/**
 * Is this log the one that a state came from, when the state may be anybody's: of the last owner, of a
 * follower, or of a process that owned the partition long ago.
 *
 * V1 A state that the log went beyond is *stale*, never the authority: entries that it has not applied
 *    were applied, and acknowledged, by others. It is thrown away and fetched from a snapshot.
 *    Owners trim a log only below a snapshot. So where none is later than the state, what is missing
 *    was not trimmed but lost, and the state of who owned the partition last is the authority.
 * V2 A state that is ahead of its log is the authority (the log lost its tail), if its process is to
 *    own the partition. A follower waits for what the owner does.
 * V3 An epoch that begins with the claim of exactly this state's chain is adopted.
 */
import type { Log, LogBounds } from '../adapters/log.ts';
import { decodeFrame, SubframeKind } from '../protocol/frame.ts';
import { Partition } from './partition.ts';
import type { Position } from './position.ts';

export type LogVerdict =
  | { readonly kind: 'continues' }
  /** State is the authority: `epoch`, or the one after the present, is to be opened from it. */
  | { readonly kind: 'next'; readonly epoch: number }
  | { readonly kind: 'adopt'; readonly epoch: number }
  | { readonly kind: 'stale'; readonly reason: string }
  /** Somebody else has to act first. */
  | { readonly kind: 'wait'; readonly reason: string };

interface Verified {
  readonly verdict: LogVerdict;
  /** Last sequence that the log is known to have; 0: none, or it will begin anew. */
  readonly lastKnown: number;
}

export interface Claimant {
  readonly role: 'owner' | 'follower';
  /** `<stable name>#<process>`. */
  readonly owner: string;
  /** Of the newest snapshot of the partition; null: there is none. */
  readonly newestSnapshot: () => Promise<Pick<Position, 'epoch' | 'sequence'> | null>;
}

export async function verifyPlaced(
  log: Log,
  partition: number,
  position: Position,
  claimant: Claimant,
): Promise<Verified> {
  const current = await log.currentEpoch(partition);
  if (position.epoch === 0) return withoutState(log, partition, current, claimant);
  if (current < position.epoch) {
    return { verdict: authority(claimant, 'the log of the epoch is gone'), lastKnown: 0 };
  }
  if (current > position.epoch) {
    const verdict = await newerEpoch(log, partition, position, current, claimant);
    return { verdict, lastKnown: 0 };
  }
  const bounds = await log.bounds(partition, position.epoch);
  if (bounds === null) {
    return { verdict: authority(claimant, 'the log of the epoch is gone'), lastKnown: 0 };
  }
  const verdict = await sameEpoch(log, partition, position, bounds, claimant);
  return { verdict, lastKnown: bounds.lastSequence };
}

async function withoutState(
  log: Log,
  partition: number,
  current: number,
  claimant: Claimant,
): Promise<Verified> {
  if (current === 0) return { verdict: authority(claimant, 'there is no log yet'), lastKnown: 0 };
  const bounds = await log.bounds(partition, current);
  if (current === 1 && bounds !== null && bounds.firstSequence <= 1) {
    return { verdict: { kind: 'adopt', epoch: 1 }, lastKnown: bounds.lastSequence };
  }
  return { verdict: { kind: 'stale', reason: 'no state here' }, lastKnown: 0 };
}

/** V1, V3. */
async function newerEpoch(
  log: Log,
  partition: number,
  position: Position,
  current: number,
  { role }: Claimant,
): Promise<LogVerdict> {
  const bounds = await log.bounds(partition, current);
  if (bounds === null || bounds.lastSequence === 0) {
    // Its opener may come back; without it, a state with all of the epoch before can go on.
    const { epoch, sequence, lastHash } = position;
    const before = await log.bounds(partition, epoch);
    const last =
      before?.lastSequence === sequence ? await log.read(partition, epoch, sequence) : null;
    const isWhole = last !== null && Partition.entryHash(last) === lastHash;
    if (role === 'owner' && isWhole) return { kind: 'next', epoch: current };
    return { kind: 'wait', reason: `epoch ${current} has no claim yet` };
  }
  const first = await log.read(partition, current, 1);
  const base = first === null ? null : baseOf(first);
  if (base === position.chain) return { kind: 'adopt', epoch: current };
  return { kind: 'stale', reason: `epoch ${current} was opened from another state` };
}

async function sameEpoch(
  log: Log,
  partition: number,
  position: Position,
  bounds: LogBounds,
  claimant: Claimant,
): Promise<LogVerdict> {
  const { epoch, sequence, lastHash } = position;
  const { firstSequence, lastSequence } = bounds;
  if (lastSequence < sequence) return authority(claimant, `the log ends at ${lastSequence}`);
  const hasMore = lastSequence > sequence;
  if (sequence > 0) {
    const last = await log.read(partition, epoch, sequence);
    if (last === null || Partition.entryHash(last) !== lastHash) {
      const reason = last === null ? 'was trimmed away' : 'is another one';
      // The owner's own history was replaced (V2), unless others went on after it (V1).
      const isMine = stableName(position.owner) === stableName(claimant.owner);
      if (hasMore && !(isMine && (last !== null || (await isNewest(position, claimant))))) {
        return { kind: 'stale', reason: `entry ${sequence} ${reason}` };
      }
      return authority(claimant, `entry ${sequence} ${reason}`);
    }
  } else if (firstSequence > 1 && hasMore) {
    return { kind: 'stale', reason: 'the beginning of the log was trimmed away' };
  }
  if (hasMore) {
    const next = await log.read(partition, epoch, sequence + 1);
    if (next === null || !isReadable(next)) {
      return authority(claimant, `entry ${sequence + 1} cannot be read`);
    }
  }
  return { kind: 'continues' };
}

/** No snapshot is later than the state. */
async function isNewest(
  { epoch, sequence }: Position,
  { newestSnapshot }: Claimant,
): Promise<boolean> {
  const newest = await newestSnapshot();
  if (newest === null || newest.epoch < epoch) return true;
  return newest.epoch === epoch && newest.sequence <= sequence;
}

/** V2. */
function authority({ role }: Claimant, reason: string): LogVerdict {
  return role === 'owner' ? { kind: 'next', epoch: 0 } : { kind: 'wait', reason };
}

/** Chain hash of the state that an epoch was opened from; null: the entry claims nothing. */
function baseOf(entry: Uint8Array): string | null {
  try {
    const claim = decodeFrame(entry).find((subframe) => subframe[0] === SubframeKind.owner);
    return claim === undefined ? null : claim[3];
  } catch {
    return null;
  }
}

/** Name of an owner without the mark of its process. */
function stableName(owner: string): string {
  return owner.slice(0, owner.lastIndexOf('#'));
}

export function isReadable(bytes: Uint8Array): boolean {
  try {
    decodeFrame(bytes);
    return true;
  } catch {
    return false;
  }
}
