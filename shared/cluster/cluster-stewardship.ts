/** Stewardship of a cluster whose partitions can be asked, whatever the transport. */
import type { CallOptions, Cluster } from '../protocol/cluster.ts';
import type { Stewardship } from '../protocol/stewardship.ts';
import { decideReviews } from './decide-reviews.ts';
import { listConflicts, listDecisions } from './decision-log.ts';
import type { ReaderContext } from './reader.ts';
import { listReviews } from './review-list.ts';

export interface StewardshipHooks {
  /** Reads from the live generation, once it may be read. */
  readonly read: <T>(
    options: CallOptions,
    work: (context: ReaderContext) => Promise<T>,
  ) => Promise<T>;
  readonly command: Cluster['command'];
}

export class ClusterStewardship implements Stewardship {
  readonly #hooks: StewardshipHooks;

  constructor(hooks: StewardshipHooks) {
    this.#hooks = hooks;
  }

  listReviews(
    filter: Parameters<Stewardship['listReviews']>[0],
    options: Parameters<Stewardship['listReviews']>[1] = {},
  ): ReturnType<Stewardship['listReviews']> {
    return this.#hooks.read(options, (context) => listReviews(context, filter, options));
  }

  decideReviews(
    decision: Parameters<Stewardship['decideReviews']>[0],
    options: Parameters<Stewardship['decideReviews']>[1],
  ): ReturnType<Stewardship['decideReviews']> {
    const { read, command } = this.#hooks;
    return read(options, (context) => decideReviews(context, decision, command, options));
  }

  listDecisions(
    options: Parameters<Stewardship['listDecisions']>[0] = {},
  ): ReturnType<Stewardship['listDecisions']> {
    return this.#hooks.read(options, (context) => listDecisions(context, options));
  }

  listConflicts(
    options: Parameters<Stewardship['listConflicts']>[0] = {},
  ): ReturnType<Stewardship['listConflicts']> {
    return this.#hooks.read(options, (context) => listConflicts(context, options));
  }
}
