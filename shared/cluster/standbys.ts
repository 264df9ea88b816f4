/** Who follows each partition and how far it is behind, as the shards say over the bus. */
import type { Bus, BusSubscription } from '../adapters/bus.ts';
import { type Clock, SYSTEM_CLOCK } from '../adapters/clock.ts';
import { type Beat, BEAT_SUBJECT, Membership } from '../placement/beat.ts';
import type { PartitionStatus } from '../protocol/cluster.ts';
import { decode } from '../protocol/codec.ts';

export class Standbys {
  readonly #membership = new Membership();
  readonly #clock: Clock;
  readonly #subscription: BusSubscription;

  constructor(bus: Bus, clock: Clock = SYSTEM_CLOCK) {
    this.#clock = clock;
    this.#subscription = bus.subscribe(BEAT_SUBJECT, (bytes) => {
      this.#membership.take(decode(bytes) as Beat, clock.monotonic());
    });
  }

  /** The partitions with their standbys; of several followers the one that is least behind. */
  named(partitions: readonly PartitionStatus[]): PartitionStatus[] {
    const found = new Map<number, { readonly standby: string; readonly standbyLag: number }>();
    for (const { name, seats } of this.#membership.present(this.#clock.monotonic())) {
      for (const { partition, state, lag } of seats) {
        const known = found.get(partition);
        if (state !== 'followed' || (known !== undefined && known.standbyLag <= lag)) continue;
        found.set(partition, { standby: name, standbyLag: lag });
      }
    }
    return partitions.map((one) => ({ ...one, ...found.get(one.partition) }));
  }

  close(): void {
    this.#subscription.close();
  }
}
