/**
 * Copies one partition of the live generation into the shadow generation, and keeps it copied.
 *
 * Runs where the partition is owned. It scans interaction actors, decisions and suppressions in
 * order of their ids, in bounded slices, and after each slice takes what ingress changed meanwhile
 * (change-rows.ts). Every message goes to the log of the shadow's partition and is durable there
 * before the place reached is noted, so a crash at any step repeats some copies, which actors drop.
 *
 * M1. The scan starts only once the partition notes changes and the store shows all that came before:
 *     what changes behind it is in the rows.
 * M2. What is read is on disk: nothing is copied that a crash of the live partition could take back.
 * M3. A change row is deleted after its copy is durable, by its own key: later changes have others.
 */
import type { Clock } from '../adapters/clock.ts';
import type { Store, StoreWrite } from '../adapters/store.ts';
import type { Message } from '../domain/messages.ts';
import { decode, encode } from '../protocol/codec.ts';
import type { Stamped } from '../protocol/frame.ts';
import { CHANGE_ROWS, type CopiedKind, changedActor } from './change-rows.ts';
import { type CopyContext, copyActor } from './copy-actors.ts';
import { partitionPrefix } from './partition.ts';

export interface MirrorOptions {
  readonly partition: number;
  readonly live: Store;
  /** Number of the shadow generation. */
  readonly shadow: number;
  readonly context: CopyContext;
  /** Resolves when all messages are durable in the shadow. */
  readonly deliver: (messages: readonly Stamped[]) => Promise<void>;
  /** Resolves when what the live store shows is on disk. */
  readonly flushed: () => Promise<void>;
  /** Writes bookkeeping rows of the live partition. */
  readonly note: (writes: readonly StoreWrite[]) => Promise<void>;
  readonly clock: Clock;
  /** Actors read at a time. */
  readonly sliceActors?: number;
  /** Told of what stopped the mirror; it does not go on by itself. */
  readonly onError: (error: unknown) => void;
}

export interface MirrorProgress {
  readonly isComplete: boolean;
  readonly fraction: number;
  readonly copied: number;
  readonly refused: number;
  readonly pending: number;
}

const PHASES: readonly CopiedKind[] = ['i/', 'd/', 'a/', 'b/'];
/** Share of the work that each phase is taken for. */
const SHARES = [0.8, 0.05, 0.14, 0.01];
const SLICE_ACTORS = 200;
/**
 * Row of the live partition: how far the scan into generation `<number>` is. There, since the shadow's
 * partitions may be others, elsewhere; and so a snapshot has it with the change rows of the same moment.
 */
const PLACE_ROWS = 'vc/';
/** A live partition may change without anybody telling: looked at this often. */
const IDLE_MS = 100;
/** Changes counted for a progress report. */
const PENDING_COUNTED = 10_000;
const FORGOTTEN_ROWS = 1000;

interface Place {
  /** Index of the phase; `PHASES.length`: everything was scanned. */
  readonly phase: number;
  /** Id read last in the phase; empty: none. */
  readonly id: string;
}

export class PartitionMirror {
  readonly #options: MirrorOptions;
  readonly #prefix: string;
  readonly #placeRow: string;
  #place: Place;
  #copied: number;
  #refused: number;
  #isClosed = false;
  #wake: (() => void) | null = null;
  #running: Promise<void> | null = null;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#prefix = partitionPrefix(options.partition);
    this.#placeRow = this.#prefix + PLACE_ROWS + String(options.shadow);
    const row = options.live.get(this.#placeRow);
    const [phase, id, copied, refused] =
      row === undefined ? [0, '', 0, 0] : (decode(row) as [number, string, number, number]);
    this.#place = { phase, id };
    this.#copied = copied;
    this.#refused = refused;
  }

  get progress(): MirrorProgress {
    const { phase } = this.#place;
    const done = SHARES.slice(0, phase).reduce((sum, share) => sum + share, 0);
    const isComplete = phase >= PHASES.length;
    return {
      isComplete,
      fraction: isComplete ? 1 : done + (SHARES[phase] ?? 0) * this.#phaseFraction(),
      copied: this.#copied,
      refused: this.#refused,
      pending: this.#changes(PENDING_COUNTED).length,
    };
  }

  /** Everything is copied that the live partition holds on its disk now. */
  get isCaughtUp(): boolean {
    return this.#place.phase >= PHASES.length && this.#changes(1).length === 0;
  }

  start(): void {
    this.#running ??= this.#run().catch((error: unknown) => {
      if (!this.#isClosed) this.#options.onError(error);
    });
  }

  /** Something changed: look now. */
  wake(): void {
    this.#wake?.();
  }

  /** Resolves when the step in hand is over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    // What was applied before the partition noted changes, and is not in the store yet, is in no row (M1).
    await this.#options.flushed();
    while (!this.#isClosed) {
      const isScanning = await this.#scanSlice();
      const hasChanges = !this.#isClosed && (await this.#copyChanges());
      if (isScanning || hasChanges) {
        await this.#pause(0);
      } else {
        await this.#idle();
      }
    }
  }

  /** False when the scan is over. */
  async #scanSlice(): Promise<boolean> {
    const { phase, id } = this.#place;
    const kind = PHASES[phase];
    if (kind === undefined) return false;
    const { live, flushed, sliceActors = SLICE_ACTORS } = this.#options;
    const start = this.#prefix + kind;
    // ' ' is below every character of an id: the row read last is not read again.
    const from = id === '' ? start : `${start}${id} `;
    const rows = live.range(from, `${start}\x7f`, { limit: sliceActors });
    await flushed();
    const ids = rows.map(([key]) => key.slice(start.length));
    await this.#copy(rows.map(([, bytes], index) => [kind, ids[index] as string, bytes]));
    const last = ids.at(-1);
    this.#place =
      rows.length < sliceActors || last === undefined
        ? { phase: phase + 1, id: '' }
        : { phase, id: last };
    await this.#savePlace();
    return true;
  }

  /** False when nothing changed. */
  async #copyChanges(): Promise<boolean> {
    const { live, flushed, note, sliceActors = SLICE_ACTORS } = this.#options;
    const changes = this.#changes(sliceActors);
    if (changes.length === 0) return false;
    const actors = new Map<string, readonly [CopiedKind, string, Uint8Array]>();
    for (const key of changes) {
      const { kind, id } = changedActor(key.slice(this.#prefix.length));
      const bytes = live.get(this.#prefix + kind + id);
      // Poison that never became an actor.
      if (bytes !== undefined) actors.set(kind + id, [kind, id, bytes]);
    }
    await flushed();
    await this.#copy([...actors.values()]);
    await note(changes.map((key) => [key, null]));
    return true;
  }

  async #copy(actors: readonly (readonly [CopiedKind, string, Uint8Array])[]): Promise<void> {
    const { context, deliver, clock } = this.#options;
    const messages: Message[] = [];
    for (const [kind, id, bytes] of actors) {
      const copied = await copyActor(context, kind, id, decode(bytes));
      messages.push(...copied.messages);
      this.#refused += copied.refused;
    }
    const origin = clock.now();
    if (messages.length > 0) {
      await deliver(messages.map((message): Stamped => [origin, message]));
    }
    this.#copied += messages.length;
  }

  async #savePlace(): Promise<void> {
    const { phase, id } = this.#place;
    const row = encode([phase, id, this.#copied, this.#refused]);
    await this.#options.note([[this.#placeRow, row]]);
  }

  #changes(limit: number): readonly string[] {
    const start = this.#prefix + CHANGE_ROWS;
    return this.#options.live.range(start, `${start}\x7f`, { limit }).map(([key]) => key);
  }

  /** How far the id read last is in the order of ids: they are hashes, evenly spread. */
  #phaseFraction(): number {
    const { phase, id } = this.#place;
    if (id === '') return 0;
    const start = this.#prefix + (PHASES[phase] as string);
    const edge = (reverse: boolean): number => {
      const [row] = this.#options.live.range(start, `${start}\x7f`, { limit: 1, reverse });
      return row === undefined ? 0 : placeOf(row[0].slice(start.length));
    };
    const [first, last] = [edge(false), edge(true)];
    return last === first ? 0 : Math.max(0, Math.min(1, (placeOf(id) - first) / (last - first)));
  }

  async #idle(): Promise<void> {
    if (this.#isClosed) return;
    await this.#pause(IDLE_MS);
  }

  /** Ends early when woken. */
  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.schedule(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = null;
  }
}

/** An id as a number in the order of code units; its first four characters are enough. */
function placeOf(id: string): number {
  let place = 0;
  for (let index = 0; index < 4; index++) place = place * 128 + (id.charCodeAt(index) || 0);
  return place;
}

/** Deletes what mirrors of a partition noted, which serves no other one; some rows at a time. */
export async function forgetMirror(
  store: Store,
  partition: number,
  commit: (writes: readonly StoreWrite[]) => Promise<void>,
): Promise<void> {
  const prefix = partitionPrefix(partition);
  for (const start of [prefix + CHANGE_ROWS, prefix + PLACE_ROWS]) {
    for (;;) {
      const rows = store.range(start, `${start}\x7f`, { limit: FORGOTTEN_ROWS });
      if (rows.length === 0) break;
      await commit(rows.map(([key]) => [key, null]));
    }
  }
}
