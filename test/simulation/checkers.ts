/**
 * What must hold at every step, and what must hold when everything has come to rest.
 *
 * Every violation is a `SimulationFailure` that names its checker; the mutants' table shows which
 * checker caught what.
 */
import { readLadder } from '../../shared/domain/component.ts';
import { componentOf } from '../../shared/domain/actors/root-settling.ts';
import { unpackRoot } from '../../shared/domain/actors/state-codec.ts';
import type { ProfileState, RootState } from '../../shared/domain/actors/states.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import { type FeedRow, isEvidenceRow } from '../../shared/protocol/feed-row.ts';
import { Partition, partitionPrefix } from '../../shared/engine/partition.ts';
import type { SettledEvent } from '../../shared/engine/settled-feed.ts';
import { decode } from '../../shared/protocol/codec.ts';
import { decodeMarks } from '../../shared/protocol/marks.ts';
import type { Placement } from '../../shared/cluster/router.ts';
import type { Position } from '../../shared/engine/position.ts';
import type { ObservationRow } from '../../shared/domain/actors/profile-observations.ts';
import { wrongHolds } from '../support/check-holds.ts';
import type { ClusterOutcome } from '../support/cluster-outcome.ts';
import type { Stream } from './cluster-log.ts';
import type { ShardProcess } from './shard-process.ts';

/** Of a process, what checkers look at. */
export type CheckedProcess = Pick<ShardProcess, 'name' | 'life' | 'disk' | 'shard'>;

export type CheckerName =
  | 'oracle'
  | 'generation'
  | 'tokens'
  | 'links'
  | 'holds'
  | 'quarantine'
  | 'feed'
  | 'settled'
  | 'stuck'
  | 'marks'
  | 'durable'
  | 'position'
  | 'single owner'
  | 'replay'
  | 'log'
  | 'answers'
  | 'standby'
  | 'crash';

export class SimulationFailure extends Error {
  readonly checker: CheckerName;
  constructor(checker: CheckerName, message: string) {
    super(`${checker}: ${message}`);
    this.checker = checker;
  }
}

export function check(checker: CheckerName, isHolding: boolean, message: () => string): void {
  if (!isHolding) throw new SimulationFailure(checker, message());
}

/** A mark speaks for a disk: it must not name what is not on it. */
export function checkMarks(process: CheckedProcess, bytes: Uint8Array): void {
  for (const mark of decodeMarks(bytes).partitions) {
    check('single owner', mark.owner === process.name, () => {
      return `${process.name} marks p${mark.partition}, which ${mark.owner} owns in term ${mark.term}`;
    });
    const flushed = process.disk.flushed(mark.partition);
    const isCovered =
      mark.durable === 0 ||
      (flushed !== undefined && flushed.epoch === mark.epoch && flushed.sequence >= mark.durable);
    check('marks', isCovered, () => {
      const found = `${flushed?.epoch}/${flushed?.sequence}`;
      return `${process.name} p${mark.partition} marks ${mark.epoch}/${mark.durable}, disk has ${found}`;
    });
    for (const [source, linkEpoch, number] of mark.links) {
      const [epoch, taken] = flushed?.received.get(source) ?? [0, 0];
      check('marks', epoch > linkEpoch || (epoch === linkEpoch && taken >= number), () => {
        const names = `${process.name} p${mark.partition}`;
        return `${names} marks link ${source} ${linkEpoch}/${number}, disk has ${epoch}/${taken}`;
      });
    }
    for (const [sequence] of mark.confirmed) {
      check('marks', sequence <= mark.durable, () => `confirms ${sequence} above ${mark.durable}`);
    }
  }
}

/** DURABLE was said: the entry is on some disk that was, or is, the owner's. */
export function checkDurable(placement: Placement, furthest: Position | undefined): void {
  const { epoch, sequence, partition } = placement;
  const isHeld =
    furthest !== undefined &&
    (furthest.epoch > epoch || (furthest.epoch === epoch && furthest.sequence >= sequence));
  check('durable', isHeld, () => `p${partition} ${epoch}/${sequence} is on no disk`);
}

/** Per disk: positions rise within an epoch, epochs rise, terms rise. */
export function checkPosition(before: Position | undefined, after: Position, name: string): void {
  if (before === undefined) return;
  const isRising =
    after.epoch > before.epoch ||
    (after.epoch === before.epoch &&
      after.sequence >= before.sequence &&
      after.term >= before.term);
  check('position', isRising, () => {
    const from = `${before.epoch}/${before.sequence} term ${before.term}`;
    return `${name} went from ${from} to ${after.epoch}/${after.sequence} term ${after.term}`;
  });
}

/** Who goes on with a log after damage has seen that it holds what the state applied last (L1). */
export function checkContinued(stream: Stream, position: Position, name: string): void {
  if (!stream.wasDamaged || !stream.isVerified || position.sequence === 0) return;
  const entry = stream.entries.get(position.sequence);
  const isSame = entry !== undefined && Partition.entryHash(entry) === position.lastHash;
  check('log', isSame, () => {
    return `${name} goes on with a log that has another entry at ${position.sequence}`;
  });
}

/** Two living processes never run one term of an epoch. */
export class OwnerCheck {
  readonly #owners = new Map<string, CheckedProcess>();

  running(process: CheckedProcess, partition: number): void {
    const { position } = process.shard.partitions.get(partition)?.partition ?? {};
    if (position === undefined) return;
    const key = `${partition}/${position.epoch}/${position.term}`;
    const known = this.#owners.get(key);
    check('single owner', known === undefined || known === process || !known.life.isAlive, () => {
      return `p${partition} epoch/term ${key} is run by ${known?.name} and ${process.name}`;
    });
    this.#owners.set(key, process);
  }
}

/** The size guard never wedges (S17): what an edge would join and has room is joined. */
function checkRoom(
  profiles: ReadonlyMap<ProfileId, ProfileState>,
  roots: ReadonlyMap<ProfileId, RootState>,
  componentCap: number,
): void {
  const sizeOf = (root: ProfileId): number => roots.get(root)?.members.size ?? 1;
  for (const [low, { root, pairs }] of profiles) {
    for (const [high, { stated }] of pairs) {
      const far = profiles.get(high)?.root ?? high;
      if (stated === null || far === root) continue;
      const size = sizeOf(root) + sizeOf(far);
      check('tokens', size > componentCap, () => {
        return `${low} and ${high} are not joined: ${size} of ${componentCap} profiles`;
      });
    }
  }
}

/** Tokens, pointers and roots of a settled cluster (root-actor.ts, R1 to R5). */
export function checkTokens(
  owners: ReadonlyMap<number, CheckedProcess>,
  profiles: ReadonlyMap<ProfileId, ProfileState>,
  componentCap: number,
): void {
  const roots = readRoots(owners);
  const holder = new Map<ProfileId, ProfileId>();
  for (const [id, root] of roots) {
    check('tokens', root.members.size <= componentCap, () => {
      return `${id} has ${root.members.size} members, over the cap of ${componentCap}`;
    });
    const least = Array.from(root.members.keys()).reduce((low, one) => (one < low ? one : low));
    check('tokens', least === id, () => `root ${id} has the lesser member ${least}`);
    for (const profile of root.members.keys()) {
      check('tokens', !holder.has(profile), () => {
        return `${profile} is a member of ${holder.get(profile)} and of ${id}`;
      });
      holder.set(profile, id);
    }
  }
  checkRoom(profiles, roots, componentCap);
  for (const [id, state] of profiles) {
    check('tokens', state.parked.length === 0, () => `seeks are parked at ${id}`);
    const held = holder.get(id);
    const root = roots.get(state.root);
    if (held === undefined) {
      check('tokens', state.root === id && !hasEdges(state), () => {
        return `nobody holds the token of ${id}, whose root is ${state.root}`;
      });
      continue;
    }
    check('tokens', state.root === held, () => `${id} points to ${state.root}, held by ${held}`);
    const member = root?.members.get(id);
    check('tokens', member?.tokenEpoch === state.tokenEpoch, () => {
      return `token epoch of ${id}: ${state.tokenEpoch} at home, ${member?.tokenEpoch} at the root`;
    });
    check('tokens', member?.version === state.version, () => {
      return `version of ${id}: ${state.version} at home, ${member?.version} at the root`;
    });
  }
  for (const [id, root] of roots) {
    const home = profiles.get(id);
    check('tokens', home?.root === id, () => `root record of ${id}, which points to ${home?.root}`);
    check('tokens', isConnected(root), () => `the members of ${id} are not connected`);
  }
}

/** What profiles hold is what their observation rows name, day by day. */
export function checkHolds(
  profiles: ReadonlyMap<ProfileId, ProfileState>,
  observations: ReadonlyMap<string, readonly ObservationRow[]>,
): void {
  for (const [id, state] of profiles) {
    const wrong = wrongHolds(state, observations.get(id) ?? []);
    check('holds', wrong.length === 0, () => `${id}: ${wrong.join('; ')}`);
  }
}

function isConnected(root: RootState): boolean {
  const { members, edges } = componentOf(root);
  const sets = new Map(members.map(({ profile }) => [profile, profile]));
  const leader = (profile: ProfileId): ProfileId => {
    let at = profile;
    for (let up = sets.get(at); up !== undefined && up !== at; up = sets.get(at)) at = up;
    return at;
  };
  for (const { low, high } of edges) sets.set(leader(high), leader(low));
  return new Set(members.map(({ profile }) => leader(profile))).size === 1;
}

function hasEdges(state: ProfileState): boolean {
  for (const pair of state.pairs.values()) if (pair.stated !== null) return true;
  return false;
}

function readRoots(owners: ReadonlyMap<number, CheckedProcess>): Map<ProfileId, RootState> {
  const roots = new Map<ProfileId, RootState>();
  for (const [partition, process] of owners) {
    const prefix = `${partitionPrefix(partition)}r/`;
    for (const [key, bytes] of process.disk.store.range(prefix, `${prefix}\x7f`)) {
      roots.set(key.slice(prefix.length) as ProfileId, unpackRoot(decode(bytes)));
    }
  }
  return roots;
}

function firstQuarantined(process: CheckedProcess, partition: number): string {
  const prefix = `${partitionPrefix(partition)}q/`;
  const [row] = process.disk.store.range(prefix, `${prefix}\x7f`, { limit: 1 });
  return row === undefined ? 'no row' : (decode(row[1]) as [unknown, string])[1];
}

/** What was sent on every link was taken, in the same numbers; nothing was set aside. */
export function checkLinks(owners: ReadonlyMap<number, CheckedProcess>): void {
  const positions = new Map<number, Position>();
  for (const [partition, process] of owners) {
    const position = process.shard.partitions.get(partition)?.partition.position;
    if (position !== undefined) positions.set(partition, position);
  }
  for (const [source, { sent, linkEpoch, quarantined }] of positions) {
    check('quarantine', quarantined === 0, () => {
      const reason = firstQuarantined(owners.get(source) as CheckedProcess, source);
      return `p${source} set ${quarantined} messages aside: ${reason}`;
    });
    for (const [destination, number] of sent) {
      const [epoch, taken] = positions.get(destination)?.received.get(source) ?? [0, 0];
      check('links', epoch === linkEpoch && taken === number, () => {
        return `p${source} sent ${linkEpoch}/${number} to p${destination}, which took ${epoch}/${taken}`;
      });
    }
  }
}

/** Founders as a reader of the feed knows them; it skips what is older than what it has seen. */
export class FeedReader {
  readonly founders = new Map<ProfileId, ProfileId>();
  /** Kind of the last event about a value or delivery. */
  readonly evidence = new Map<string, string>();
  readonly #versions = new Map<string, readonly [tokenEpoch: number, ladderVersion: number]>();
  readonly #seen = new Map<string, string>();
  events = 0;

  /** `isChained`: one owner told all, so each event must begin where the one before it ended. */
  take(events: readonly SettledEvent[], isChained: boolean): void {
    for (const { eventId, row } of events) {
      const content = JSON.stringify(row);
      const known = this.#seen.get(eventId);
      if (known !== undefined) {
        check(
          'feed',
          !isChained || known === content,
          () => `${eventId} was ${known}, now ${content}`,
        );
        continue;
      }
      this.#seen.set(eventId, content);
      this.events++;
      this.#fold(eventId, row, isChained);
    }
  }

  #fold(eventId: string, row: FeedRow, isChained: boolean): void {
    const [, subject] = row;
    const [, tokenEpoch, ladderVersion] = eventId.split('.').map(Number) as [
      number,
      number,
      number,
    ];
    const [seenEpoch, seenVersion] = this.#versions.get(subject) ?? [-1, -1];
    const isStale =
      tokenEpoch < seenEpoch || (tokenEpoch === seenEpoch && ladderVersion < seenVersion);
    check('feed', !isChained || !isStale, () => `${eventId} is older than one told before`);
    if (isStale) return;
    this.#versions.set(subject, [tokenEpoch, ladderVersion]);
    if (isEvidenceRow(row)) {
      // An owner may tell again where it stands (settled-feed.ts E3).
      this.evidence.set(subject, row[0]);
      return;
    }
    const [kind, profile, customer, other] = row;
    const before = kind === 'customer.merged' ? customer : other;
    const after = kind === 'customer.merged' ? (other as ProfileId) : customer;
    if (isChained) {
      const known = this.founders.get(profile) ?? null;
      const from = kind === 'customer.created' ? null : before;
      check('feed', known === from, () => `${eventId} ${kind} from ${from}, the feed had ${known}`);
    }
    this.founders.set(profile, after);
  }

  checkAgainst(
    profiles: ReadonlyMap<ProfileId, ProfileState>,
    standings: ClusterOutcome['standings'],
    clusterFloor: number,
  ): void {
    const silent = new Map(standings.map(([subject, kind]) => [subject as string, kind]));
    for (const subject of new Set([...silent.keys(), ...this.evidence.keys()])) {
      const told = this.evidence.get(subject) ?? 'evidence.counted';
      const kind = silent.get(subject) ?? 'evidence.counted';
      check('feed', told === kind, () => `the feed has ${subject} ${told}, it is ${kind}`);
    }
    for (const [id, state] of profiles) {
      const ladder = { strongest: state.ladder[0], steps: state.ladder[1] };
      const { founder } = readLadder(id, ladder, clusterFloor);
      const told = this.founders.get(id) ?? id;
      check('feed', told === founder, () => `the feed has ${id} at ${told}, it is at ${founder}`);
    }
  }
}

/** The first place where two JSON texts differ. */
export function difference(found: string, expected: string): string {
  let index = 0;
  while (index < found.length && found[index] === expected[index]) index++;
  const from = Math.max(0, index - 60);
  const part = (text: string): string => text.slice(from, index + 100);
  return `found ...${part(found)}... expected ...${part(expected)}...`;
}
