/**
 * Fetches what the former generation told the change feed, for partitions of another layout.
 *
 * I1 Owners of the former generation answer once they know that it tells no more. What they decided
 *    before is in their rows.
 * I2 Every process that hosts a partition of the live generation fetches for itself, whatever its
 *    role: a follower needs the same when it takes over.
 * I3 Begun anew after a crash: rows are written again, the mark of all comes last.
 * I4 A former generation that is gone is remembered by nobody: what was told of it is told again.
 */
import type { Bus } from '../adapters/bus.ts';
import { askOwner } from '../cluster/nats-queries.ts';
import type { Topology } from '../protocol/topology.ts';
import {
  type GenerationCall,
  generationSubject,
  type ToldSlice,
} from '../protocol/generation-call.ts';
import { forgetImported, hasImported, importedAll, importedWrite } from './former-told.ts';
import type { Shard } from './shard.ts';
import type { ShardPartition } from './shard-partition.ts';
import type { Store } from '../adapters/store.ts';

export interface ImportOptions {
  /** Of the cluster, on which owners of all generations answer. */
  readonly bus: Bus;
  readonly former: { readonly generation: number; readonly topology: Topology };
  readonly live: { readonly shard: Shard; readonly store: Store };
  /** I4. */
  readonly isGone: () => boolean;
  readonly onError: (error: unknown) => void;
}

const POLL_MS = 500;
const ASK_MS = 5000;
const FORGOTTEN_ROWS = 1000;

export class ToldImport {
  readonly #options: ImportOptions;
  #timer: NodeJS.Timeout | null = null;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: ImportOptions) {
    this.#options = options;
    this.#tick();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#work;
  }

  #tick(): void {
    if (this.#isClosed) return;
    this.#work = this.#round()
      .catch((error: unknown) => {
        if (!this.#isClosed) this.#options.onError(error);
      })
      .finally(() => {
        if (this.#isClosed) return;
        this.#timer = setTimeout(() => this.#tick(), POLL_MS);
        this.#timer.unref();
      });
  }

  async #round(): Promise<void> {
    const { live, isGone } = this.#options;
    const members = this.#members();
    if (isGone()) {
      for (const [partition, member] of members) {
        const writes = hasImported(live.store, partition)
          ? forgetImported(live.store, partition, FORGOTTEN_ROWS)
          : [importedAll(partition)];
        if (writes.length > 0) member.addWrites(writes);
      }
      return;
    }
    const wanted = members.filter(([partition]) => !hasImported(live.store, partition));
    if (wanted.length === 0) return;
    const { topology } = this.#options.former;
    for (let source = 0; source < topology.partitions; source++) {
      await this.#fetch(source, new Map(wanted));
      if (this.#isClosed || isGone()) return;
    }
    for (const [partition, member] of wanted) member.addWrites([importedAll(partition)]);
    await live.shard.flush();
  }

  /** Those of the merge desk, of which nothing is told, have nothing to wait for either. */
  #members(): (readonly [number, ShardPartition])[] {
    return [...this.#options.live.shard.partitions];
  }

  /** What one partition of the former generation knows of the wanted ones. */
  async #fetch(source: number, wanted: ReadonlyMap<number, ShardPartition>): Promise<void> {
    const { bus, former, live, isGone } = this.#options;
    const partitions = [...wanted.keys()];
    for (let after: string | null = ''; after !== null; ) {
      if (this.#isClosed || isGone()) return;
      const { generation } = former;
      const call: GenerationCall = { kind: 'told', generation, partitions, after };
      const bounds = { deadlineMs: Date.now() + ASK_MS };
      const subject = generationSubject(source);
      const slice: ToldSlice | null = await askOwner<ToldSlice>(
        bus,
        subject,
        source,
        call,
        bounds,
      ).catch(() => null);
      if (slice === null) {
        // Nobody owns the source now, or it may still tell: asked again.
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        continue;
      }
      for (const [partition, told, row] of slice.told) {
        wanted.get(partition)?.addWrites([importedWrite(partition, told, row)]);
      }
      await live.shard.flush();
      after = slice.next;
    }
  }
}
