/**
 * The reading half of the `Cluster` port, whatever the transport: each read first waits until it may
 * be answered (open cluster, token reached), then asks partitions.
 */
import type { ProfileId } from '../domain/identifier.ts';
import type { PartyInput } from '../domain/interaction.ts';
import {
  type CallOptions,
  type Cluster,
  ClusterError,
  type ProfileSelector,
  type ReadOptions,
} from '../protocol/cluster.ts';
import { selectProfile } from './command-messages.ts';
import { readCustomer } from './customer-view.ts';
import { explainCustomer, explainPair } from './explanation.ts';
import { matchRecord } from './match-record.ts';
import { listOrders } from './order-list.ts';
import { type ReaderContext, readingCertainty, resolveIdentifiers } from './reader.ts';

export interface ReadHooks {
  /** Resolves when a read with these options may be answered; rejects with `ClusterError`. */
  readonly beforeRead: (options: ReadOptions) => Promise<void>;
  readonly settledLagMs: () => number;
}

/** Customers told of one record, unless asked for more or fewer. */
const MATCHES_DEFAULT = 10;

export class ClusterReads {
  readonly #context: ReaderContext;
  readonly #hooks: ReadHooks;

  constructor(context: ReaderContext, hooks: ReadHooks) {
    this.#context = context;
    this.#hooks = hooks;
  }

  async resolve(
    identifiers: Parameters<Cluster['resolve']>[0],
    options: ReadOptions,
  ): ReturnType<Cluster['resolve']> {
    const minCertainty = await this.#start(options);
    return resolveIdentifiers(this.#context, identifiers, minCertainty, options);
  }

  async getCustomer(ref: string, options: ReadOptions): ReturnType<Cluster['getCustomer']> {
    const minCertainty = await this.#start(options);
    const profile = this.#context.references.profileOf(ref);
    if (profile === null) return null;
    const askedId = ref.startsWith('c') ? ref : null;
    const view = await readCustomer(this.#context, profile, askedId, minCertainty, options);
    return view === null ? null : { ...view, settledLagMs: this.#hooks.settledLagMs() };
  }

  async explain(
    left: ProfileSelector,
    right: ProfileSelector | null,
    options: ReadOptions,
  ): ReturnType<Cluster['explain']> {
    const minCertainty = await this.#start(options);
    const from = this.#select(left, 'left');
    if (right === null) return explainCustomer(this.#context, from, minCertainty, options);
    return explainPair(this.#context, from, this.#select(right, 'right'), minCertainty, options);
  }

  async matchRecord(
    record: PartyInput,
    options: ReadOptions & { readonly maxMatches?: number },
  ): ReturnType<Cluster['matchRecord']> {
    const minCertainty = await this.#start(options);
    const maxMatches = options.maxMatches ?? MATCHES_DEFAULT;
    return matchRecord(this.#context, record, maxMatches, minCertainty, options);
  }

  async listOrders(
    options: CallOptions & { readonly released?: boolean },
  ): ReturnType<Cluster['listOrders']> {
    await this.#hooks.beforeRead(options);
    return listOrders(this.#context, options.released === true, options);
  }

  async withContext<T>(
    options: CallOptions,
    work: (context: ReaderContext) => Promise<T>,
  ): Promise<T> {
    await this.#hooks.beforeRead(options);
    return work(this.#context);
  }

  async #start(options: ReadOptions): Promise<number> {
    const minCertainty = readingCertainty(this.#context.rules, options.minCertainty);
    await this.#hooks.beforeRead(options);
    return minCertainty;
  }

  #select(selector: ProfileSelector, field: string): ProfileId {
    const found = selectProfile(this.#context, selector, field);
    if (typeof found === 'string') return found;
    throw new ClusterError('invalid_argument', `${field} ${found.description}`, {
      violations: [found],
    });
  }
}
