/**
 * A cluster of processes as a gateway sees it, whatever generation is live: every call goes to the
 * live one, tokens tell generations apart, the change feed is one for all.
 */
import type { PartyInput } from '../domain/interaction.ts';
import {
  type CallOptions,
  type Cluster,
  type ClusterStatus,
  type FeedEvent,
  type ProfileSelector,
  type ReadOptions,
  type RevisionToken,
  type WatchOptions,
} from '../protocol/cluster.ts';
import type { Audited } from '../protocol/audit.ts';
import type { Stewardship } from '../protocol/stewardship.ts';
import {
  type GenerationCall,
  generationSubject,
  type PartitionCopy,
} from '../protocol/generation-call.ts';
import {
  epochOfToken,
  type GenerationRecord,
  tokenEpoch,
  type Versions,
  type VersionsState,
} from '../protocol/versions.ts';
import { LogAuditTrail } from './audit-trail.ts';
import { ClusterStewardship } from './cluster-stewardship.ts';
import { assertInTime } from './deadline.ts';
import type { JoinedCluster } from './join-cluster.ts';
import { NatsCluster } from './nats-cluster.ts';
import { askOwner } from './nats-queries.ts';
import { NatsVersions } from './nats-versions.ts';
import { Standbys } from './standbys.ts';

/** Reads that began before the switch may still be at work. */
const LINGER_MS = 60_000;
const POLL_MS = 50;
const ASK_MS = 1000;

export class GenerationsCluster implements Cluster, Audited {
  readonly versions: Versions;
  readonly stewardship: Stewardship;
  readonly audit: LogAuditTrail;
  readonly #joined: JoinedCluster;
  readonly #clusters = new Map<number, NatsCluster>();
  readonly #standbys: Standbys;
  readonly #unlisten: () => void;

  constructor(joined: JoinedCluster) {
    this.#joined = joined;
    this.#standbys = new Standbys(joined.bus);
    this.versions = new NatsVersions(joined, (record) => this.#of(record).context);
    this.stewardship = new ClusterStewardship({
      read: (options, work) => this.#live.readWith(options, work),
      command: (command, options) => this.command(command, options),
      versions: () => this.versions,
    });
    this.audit = new LogAuditTrail({
      ...joined.audit,
      rules: () => this.#live.context.rules,
      customer: (ref) => this.getCustomer(ref, { deadlineMs: Date.now() + ASK_MS }),
    });
    this.#unlisten = joined.versions.onChange((state) => this.#follow(state));
  }

  async ingest(
    items: Parameters<Cluster['ingest']>[0],
    options: Parameters<Cluster['ingest']>[1],
  ): ReturnType<Cluster['ingest']> {
    const live = this.#live;
    const results = await live.ingest(items, options);
    return results.map((result) =>
      result.kind === 'acknowledged'
        ? { ...result, token: publicToken(live, result.token) }
        : result,
    );
  }

  async command(
    command: Parameters<Cluster['command']>[0],
    options: Parameters<Cluster['command']>[1],
  ): ReturnType<Cluster['command']> {
    const live = this.#live;
    const result = await live.command(command, options);
    return result.kind === 'acknowledged'
      ? { ...result, token: publicToken(live, result.token) }
      : result;
  }

  async resolve(
    identifiers: Parameters<Cluster['resolve']>[0],
    options: ReadOptions = {},
  ): ReturnType<Cluster['resolve']> {
    return this.#live.resolve(identifiers, await this.#ownToken(options));
  }

  async getCustomer(ref: string, options: ReadOptions = {}): ReturnType<Cluster['getCustomer']> {
    return this.#live.getCustomer(ref, await this.#ownToken(options));
  }

  async explain(
    left: ProfileSelector,
    right: ProfileSelector | null,
    options: ReadOptions = {},
  ): ReturnType<Cluster['explain']> {
    return this.#live.explain(left, right, await this.#ownToken(options));
  }

  async matchRecord(
    record: PartyInput,
    options: Parameters<Cluster['matchRecord']>[1] = {},
  ): ReturnType<Cluster['matchRecord']> {
    const own = await this.#ownToken(options);
    const { maxMatches } = options;
    return this.#live.matchRecord(record, maxMatches === undefined ? own : { ...own, maxMatches });
  }

  async getAttribution(
    source: string,
    interactionId: string,
    options: ReadOptions = {},
  ): ReturnType<Cluster['getAttribution']> {
    return this.#live.getAttribution(source, interactionId, await this.#ownToken(options));
  }

  listOrders(
    options: Parameters<Cluster['listOrders']>[0] = {},
  ): ReturnType<Cluster['listOrders']> {
    return this.#live.listOrders(options);
  }

  watch(resumeToken: string | null, options: WatchOptions): AsyncIterable<FeedEvent> {
    return this.#live.watch(resumeToken, options);
  }

  async status(): Promise<ClusterStatus> {
    const status = await this.#live.status();
    return { ...status, partitions: this.#standbys.named(status.partitions) };
  }

  settle(options: CallOptions = {}): Promise<void> {
    return this.#live.settle(options);
  }

  async close(): Promise<void> {
    this.#unlisten();
    this.#standbys.close();
    await this.audit.close();
    for (const cluster of this.#clusters.values()) await cluster.close();
  }

  get #live(): NatsCluster {
    return this.#of(this.#joined.versions.state.live);
  }

  #of(record: GenerationRecord): NatsCluster {
    const known = this.#clusters.get(record.generation);
    if (known !== undefined) return known;
    const cluster = new NatsCluster(this.#joined.generation(record));
    this.#clusters.set(record.generation, cluster);
    return cluster;
  }

  #follow({ live, shadow }: VersionsState): void {
    // Before anybody asks: a generation is known by the marks that were heard of it.
    this.#of(live);
    if (shadow !== null) this.#of(shadow);
    for (const [generation, cluster] of this.#clusters) {
      if (generation === live.generation || generation === shadow?.generation) continue;
      this.#clusters.delete(generation);
      setTimeout(() => void cluster.close(), LINGER_MS).unref();
    }
  }

  /** Tokens of a former generation wait until its partition is copied, and then count as reached. */
  async #ownToken(options: ReadOptions): Promise<ReadOptions> {
    const { token, ...others } = options;
    if (token === undefined) return options;
    const { generation, epoch } = epochOfToken(token.epoch);
    const { live } = this.#joined.versions.state;
    if (generation >= live.generation) {
      // One of a later generation is none of this cluster's, as far as this process knows.
      return {
        ...options,
        token: { ...token, epoch: generation > live.generation ? token.epoch : epoch },
      };
    }
    await this.#untilCopied(token.partition, live, options);
    return others;
  }

  async #untilCopied(
    partition: number,
    live: GenerationRecord,
    options: CallOptions,
  ): Promise<void> {
    const call: GenerationCall = { kind: 'progress', generation: live.generation };
    const subject = generationSubject(partition);
    while (this.#joined.versions.state.former !== null) {
      assertInTime(options, Date.now());
      const bounds = { deadlineMs: Date.now() + ASK_MS };
      // No answer: the owner has retired the former generation, and all of it is copied.
      const copy = await askOwner<PartitionCopy>(
        this.#joined.bus,
        subject,
        partition,
        call,
        bounds,
        ASK_MS,
      ).catch(() => null);
      if (copy === null || copy.pending === 0) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

function publicToken({ generation }: NatsCluster, token: RevisionToken): RevisionToken {
  return { ...token, epoch: tokenEpoch(generation, token.epoch) };
}
