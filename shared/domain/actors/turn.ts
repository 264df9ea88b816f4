/**
 * One turn: the handling of one log entry by a partition's actors.
 *
 * Owns the local message queue and the sets of actors to *finalise*: handlers record what changed,
 * finalisers compare with what was last told to others and send the difference, once an entry. An
 * entry is part of the log, so what is sent is a function of the log prefix (I1). Messages to
 * actors of the same partition are handled inside the same turn, others go to `space.emit`.
 *
 * I1 Everything emitted is a pure function of the sequence of entries applied so far.
 * I2 Iteration that can reach an output follows insertion order of Maps, which replay repeats.
 * I3 A turn ends with no dirty actor; more than `MAX_STEPS` steps are a bug (livelock).
 */
import type { KeyId, ProfileId } from '../identifier.ts';
import type { Message } from '../messages.ts';
import type { RulesIndex } from '../rules.ts';
import type { EvidenceId } from './evidence-standing.ts';
import { noEntries, noMembers } from './own-entries.ts';
import type {
  DecisionState,
  DeliveryState,
  InteractionState,
  KeyHolder,
  KeyState,
  Packed,
  PostState,
  ProfileState,
  ProposalState,
  RootState,
  WayState,
} from './states.ts';

export interface ActorStates {
  interaction: InteractionState;
  decision: DecisionState;
  profile: ProfileState;
  key: KeyState;
  root: RootState;
  proposal: ProposalState;
  delivery: DeliveryState;
  way: WayState;
  post: PostState;
}
export type ActorKind = keyof ActorStates;

/** What a turn may reach of its partition; implemented by the shard over cache and store. */
export interface ActorSpace {
  load<K extends ActorKind>(kind: K, id: string): ActorStates[K] | undefined;
  /** Declares that the state was created or changed in this turn. */
  save<K extends ActorKind>(kind: K, id: string, state: ActorStates[K]): void;
  remove(kind: ActorKind, id: string): void;
  /** Rows beside actors, e.g. observations; `null` deletes. Keys are relative to the partition. */
  putRow(key: string, row: Packed | null): void;
  /** One of them, including this turn's; null: there is none. */
  row(key: string): Packed | null;
  /** Rows whose key starts with the prefix, in key order, including this turn's. */
  rows(prefix: string): readonly (readonly [key: string, row: Packed])[];
  /** Whether a row under the prefix, including this turn's, passes the test; stops at the first. */
  someRow(prefix: string, test: (row: Packed) => boolean): boolean;
  /** The first `limit` of them whose key follows prefix + `after` (empty: from the first). */
  rowsAfter(prefix: string, after: string, limit: number): readonly (readonly [string, Packed])[];
  /** The first `limit` ids of such actors that follow `after` (empty: from the first), in order. */
  idsAfter(kind: ActorKind, after: string, limit: number): readonly string[];
  isLocal(message: Message): boolean;
  /** Sends to another partition; `origin` is that of the entry it follows from. */
  emit(origin: number, message: Message): void;
  /** The customer of the profile may have changed (change feed). */
  ladderChanged(profile: ProfileId, origin: number): void;
  /** How the evidence counts is another (change feed). */
  standingChanged(subject: EvidenceId, origin: number): void;
  /** Seeks wait at the profile since `origin` (null: none any more); they are unfinished work. */
  seeksParked(profile: ProfileId, origin: number | null): void;
  count(counter: Counter, by?: number): void;
}

export type Counter =
  | 'interactionsApplied'
  | 'interactionsDuplicate'
  | 'interactionsSuperseded'
  | 'observationsAdded'
  | 'observationsRemoved'
  | 'joins'
  | 'splits'
  | 'bounces'
  | 'joinsHeld'
  | 'reclusterings'
  | 'genericKeys'
  | 'stormsHeld';

/** Snapshot of a device hold when first touched in the turn: what the device was last told. */
export interface DeviceBefore {
  readonly days: readonly number[];
  readonly keys: readonly string[];
}

export interface ProfileTouch {
  origin: number;
  values: Set<KeyId>;
  /** With what observations of this turn came (`Hold`); empty: none did. */
  broughtBy: string;
  others: Set<ProfileId>;
  devices: Map<ProfileId, DeviceBefore>;
  pairs: Set<ProfileId>;
  /** Proposals of this turn: greater profile -> who brought what they rest on. */
  pairsBroughtBy: Map<ProfileId, string>;
  /** Pairs of this turn with other anchors (S8): who brought them, and how many. */
  neighbours: Map<string, number>;
  isDeviceDirty: boolean;
  isVertexDirty: boolean;
  isDigestDirty: boolean;
  isReceivedAtStale: boolean;
}

export interface KeyTouch {
  origin: number;
  /** The holder as it was before the turn; null: it was none. */
  before: Map<ProfileId, KeyHolder | null>;
  /** New holders, and who brought them. */
  broughtBy: Map<ProfileId, string>;
  /** An order about the value was given. */
  isOrdered: boolean;
}

export interface RootTouch {
  origin: number;
  /** Members all of whose dangling edges are to be sought. */
  acquired: Set<ProfileId>;
  /** Single new edges to be sought: low + ' ' + high -> pair. */
  edges: Map<string, readonly [low: ProfileId, high: ProfileId]>;
}

const MAX_STEPS = 5_000_000;

export interface TurnHandlers {
  readonly handle: (turn: Turn, message: Message) => void;
  readonly finaliseProfile: (turn: Turn, id: ProfileId, touch: ProfileTouch) => void;
  readonly finaliseKey: (turn: Turn, id: KeyId, touch: KeyTouch) => void;
  readonly finaliseRoot: (turn: Turn, id: ProfileId, touch: RootTouch) => void;
}

export class Turn {
  readonly space: ActorSpace;
  readonly rules: RulesIndex;
  /** Origin of the message or actor in hand: what is sent inherits it. */
  origin = 0;
  /** Posts looked at in this turn, by kind and name (`posts.ts`). */
  readonly posts = new Map<string, PostState | null>();
  readonly #handlers: TurnHandlers;
  readonly #queue: Message[] = [];
  readonly #origins: number[] = [];
  #head = 0;
  #steps = 0;
  readonly #profiles = new Map<ProfileId, ProfileTouch>();
  readonly #keys = new Map<KeyId, KeyTouch>();
  readonly #roots = new Map<ProfileId, RootTouch>();

  constructor(space: ActorSpace, rules: RulesIndex, handlers: TurnHandlers) {
    this.space = space;
    this.rules = rules;
    this.#handlers = handlers;
  }

  /** Delivers a message of the entry, or sends one on behalf of the actor in hand. */
  send(message: Message): void {
    if (this.space.isLocal(message)) {
      this.#queue.push(message);
      this.#origins.push(this.origin);
    } else {
      this.space.emit(this.origin, message);
    }
  }

  touchProfile(id: ProfileId): ProfileTouch {
    const known = this.#profiles.get(id);
    if (known !== undefined) {
      if (this.origin < known.origin) known.origin = this.origin;
      return known;
    }
    const touch: ProfileTouch = {
      origin: this.origin,
      values: noMembers(),
      broughtBy: '',
      others: noMembers(),
      devices: noEntries(),
      pairs: noMembers(),
      pairsBroughtBy: noEntries(),
      neighbours: noEntries(),
      isDeviceDirty: false,
      isVertexDirty: false,
      isDigestDirty: false,
      isReceivedAtStale: false,
    };
    this.#profiles.set(id, touch);
    return touch;
  }

  touchKey(id: KeyId): KeyTouch {
    const known = this.#keys.get(id);
    if (known !== undefined) {
      if (this.origin < known.origin) known.origin = this.origin;
      return known;
    }
    const touch: KeyTouch = {
      origin: this.origin,
      before: noEntries(),
      broughtBy: noEntries(),
      isOrdered: false,
    };
    this.#keys.set(id, touch);
    return touch;
  }

  touchRoot(id: ProfileId): RootTouch {
    const known = this.#roots.get(id);
    if (known !== undefined) {
      if (this.origin < known.origin) known.origin = this.origin;
      return known;
    }
    const touch: RootTouch = { origin: this.origin, acquired: noMembers(), edges: noEntries() };
    this.#roots.set(id, touch);
    return touch;
  }

  /** The root merged away: nothing of it is left to finalise. */
  forgetRoot(id: ProfileId): void {
    this.#roots.delete(id);
  }

  /** Runs until nothing is queued or dirty. Order: messages, profiles, keys, roots. */
  run(): void {
    for (;;) {
      this.#drain();
      if (this.#finaliseFirst(this.#profiles, this.#handlers.finaliseProfile)) continue;
      if (this.#finaliseFirst(this.#keys, this.#handlers.finaliseKey)) continue;
      if (this.#finaliseFirst(this.#roots, this.#handlers.finaliseRoot)) continue;
      return;
    }
  }

  #drain(): void {
    while (this.#head < this.#queue.length) {
      this.#step();
      const message = this.#queue[this.#head] as Message;
      this.origin = this.#origins[this.#head] as number;
      this.#head++;
      this.#handlers.handle(this, message);
    }
    this.#queue.length = 0;
    this.#origins.length = 0;
    this.#head = 0;
  }

  #finaliseFirst<I, T extends { origin: number }>(
    dirty: Map<I, T>,
    finalise: (turn: Turn, id: I, touch: T) => void,
  ): boolean {
    if (dirty.size === 0) return false;
    const batch = Array.from(dirty);
    dirty.clear();
    for (const [id, touch] of batch) {
      this.#step();
      this.origin = touch.origin;
      finalise(this, id, touch);
    }
    return true;
  }

  #step(): void {
    if (++this.#steps > MAX_STEPS) throw new Error('turn does not end: more than 5,000,000 steps');
  }
}
