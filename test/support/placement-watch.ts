/**
 * What the assignment table says and what the shards say of themselves, seen from outside: when every
 * partition is where the table wants it, with a follower that is caught up, the cluster is *balanced*.
 */
import type { NatsConnection } from 'nats';
import { AssignmentLog, AssignmentReader } from '../../shared/cluster/assignment-log.ts';
import { JetStreamLog } from '../../shared/adapters/jetstream-log.ts';
import { NatsBus } from '../../shared/adapters/nats-bus.ts';
import { connectNats } from '../../shared/adapters/nats-connection.ts';
import { type Beat, BEAT_SUBJECT, Membership } from '../../shared/placement/beat.ts';
import { decode, encode } from '../../shared/protocol/codec.ts';

const PLACEMENT = 'selfsame-placement';
const LEASES = 1;
const LEASE_STREAM = `${PLACEMENT}-p00${LEASES}-e1`;
/** A follower further behind would not be given the partition (assigner.ts). */
const LAG_MAX = 500;

export class PlacementWatch {
  readonly #membership = new Membership();
  readonly #partitions: number;
  readonly #connection: NatsConnection;
  readonly #bus: NatsBus;
  readonly #log: JetStreamLog;
  readonly #reader: AssignmentReader;

  private constructor(connection: NatsConnection, partitions: number) {
    this.#partitions = partitions;
    this.#connection = connection;
    this.#bus = new NatsBus(connection, 'selfsame');
    this.#log = new JetStreamLog(connection, { prefix: PLACEMENT });
    this.#reader = new AssignmentReader(new AssignmentLog(this.#log), this.#bus);
    this.#bus.subscribe(BEAT_SUBJECT, (bytes) => {
      this.#membership.take(decode(bytes) as Beat, performance.now());
    });
  }

  /** `partitions` with the merge desk's. */
  static async start(servers: readonly string[], partitions: number): Promise<PlacementWatch> {
    const connection = await connectNats({ servers: servers.join(), name: 'placement-watch' });
    return new PlacementWatch(connection, partitions);
  }

  /** Names by partition, of the table. */
  get owners(): readonly (string | null)[] {
    return this.#reader.assignment.seats.map(({ owner }) => owner);
  }

  /** Tables written so far. */
  get revision(): number {
    return this.#reader.assignment.revision;
  }

  /**
   * What is missing until the named shards, and nobody else, share the partitions evenly (the counts
   * of partitions owned differ by two at most: a move must gain something, plan-placement.ts R5).
   */
  missing(names: readonly string[]): readonly string[] {
    const { members, seats } = this.#reader.assignment;
    if (members.join() !== names.toSorted().join()) return [`members are ${members.join()}`];
    const beats = new Map(
      this.#membership.present(performance.now()).map((beat) => [beat.name, beat]),
    );
    const missing: string[] = [];
    const counts = new Map(names.map((name) => [name, 0]));
    for (let partition = 0; partition < this.#partitions; partition++) {
      const { owner = null, standby = null } = seats[partition] ?? {};
      counts.set(owner ?? '', (counts.get(owner ?? '') ?? 0) + 1);
      const state = (name: string | null) =>
        beats.get(name ?? '')?.seats.find((seat) => seat.partition === partition);
      if (state(owner)?.state !== 'owned') missing.push(`${partition} is not owned by ${owner}`);
      if (names.length === 1) continue;
      const follower = state(standby);
      if (follower?.state !== 'followed' || follower.lag > LAG_MAX) {
        missing.push(`${partition} is not followed by ${standby}`);
      }
    }
    const owned = names.map((name) => counts.get(name) ?? 0);
    if (Math.max(...owned) - Math.min(...owned) > 2) missing.push(`owned: ${owned.join()}`);
    return missing;
  }

  /** From now on nobody can lead: the stream of the lease is gone. Resolves with what brings it back. */
  async removeLease(): Promise<() => Promise<void>> {
    const { streams } = await this.#connection.jetstreamManager();
    const { config } = await streams.info(LEASE_STREAM);
    await streams.delete(LEASE_STREAM);
    return async () => {
      await streams.add(config);
      // Its first entry is empty (assignment-log.ts).
      await this.#log.append(LEASES, 1, encode(''));
    };
  }

  async close(): Promise<void> {
    this.#reader.close();
    await this.#bus.close();
    await this.#log.close();
    await this.#connection.close();
  }
}
