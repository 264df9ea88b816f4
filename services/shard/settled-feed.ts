/**
 * Pending feed changes of one partition in a cluster: told once their origin is settled everywhere.
 *
 * Rows `y/<profile>` (origin) are written with the state; `z/<profile>` keeps the founder told last.
 * An event is emitted to the feed before its rows are committed, so a crash may repeat it with the
 * same id, never lose it.
 */
import type { Store, StoreWrite } from '../../shared/adapters/store.ts';
import { readLadder } from '../../shared/domain/component.ts';
import { compareText, type ProfileId } from '../../shared/domain/identifier.ts';
import { decode, encode } from '../../shared/protocol/codec.ts';
import type { SettledRounds } from '../../shared/protocol/settled-rounds.ts';
import { type FeedRow, feedRow } from './feed-table.ts';
import { type Partition, partitionPrefix } from './partition.ts';

export interface SettledEvent {
  /** Stable: the same change told again has the same id. */
  readonly eventId: string;
  readonly row: FeedRow;
}

export class SettledFeed {
  readonly #partition: Partition;
  readonly #store: Store;
  readonly #prefix: string;
  readonly #pending = new Map<ProfileId, { readonly origin: number; readonly round: number }>();

  constructor(partition: Partition, store: Store) {
    this.#partition = partition;
    this.#store = store;
    this.#prefix = partitionPrefix(partition.partition);
    const start = `${this.#prefix}y/`;
    for (const [key, bytes] of store.range(start, `${start}\x7f`)) {
      const origin = decode(bytes) as number;
      this.#pending.set(key.slice(start.length) as ProfileId, { origin, round: 0 });
    }
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Notes changes made in `round`; the writes join the commit of the state that made them. */
  note(changes: ReadonlyMap<ProfileId, number>, round: number, writes: StoreWrite[]): void {
    for (const [profile, origin] of changes) {
      const known = this.#pending.get(profile);
      // The latest origin counts: until it is settled the customer may still change.
      const latest = known === undefined ? origin : Math.max(known.origin, origin);
      this.#pending.set(profile, { origin: latest, round });
      if (latest !== known?.origin) writes.push([`${this.#prefix}y/${profile}`, encode(latest)]);
    }
  }

  /** Changes that are settled, as events, with the writes that close them. */
  settle(
    rounds: SettledRounds,
    occurredAt: number,
    writes: StoreWrite[],
    limit: number,
  ): SettledEvent[] {
    const floor = this.#partition.rules?.rules.clusterFloor;
    if (floor === undefined) return [];
    const ready = Array.from(this.#pending)
      .filter(([, { origin, round }]) => rounds.isSettled(round, origin))
      .map(([profile]) => profile)
      .sort(compareText)
      .slice(0, limit);
    const events: SettledEvent[] = [];
    for (const profile of ready) {
      const state = this.#partition.actors.load('profile', profile);
      const ladder = state?.ladder ?? ([null, []] as const);
      const after = readLadder(profile, { strongest: ladder[0], steps: ladder[1] }, floor).founder;
      const toldKey = `${this.#prefix}z/${profile}`;
      const told = this.#store.get(toldKey);
      const [count, before] = told === undefined ? [0, null] : (decode(told) as [number, ProfileId]);
      const row = feedRow(profile, before, after, occurredAt);
      if (row !== null) {
        events.push({ eventId: `${profile}.${count + 1}`, row });
        writes.push([toldKey, encode([count + 1, after])]);
      }
      writes.push([`${this.#prefix}y/${profile}`, null]);
      this.#pending.delete(profile);
    }
    return events;
  }
}
