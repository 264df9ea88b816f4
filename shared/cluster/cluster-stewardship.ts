/** Stewardship of a cluster whose partitions can be asked, whatever the transport. */
import { reliabilityOf } from '../learning/reliability.ts';
import type { CallOptions, Cluster } from '../protocol/cluster.ts';
import type { Stewardship } from '../protocol/stewardship.ts';
import type { Versions } from '../protocol/versions.ts';
import { calibrate } from './calibrate.ts';
import { decideReviews } from './decide-reviews.ts';
import { listConflicts } from './conflict-list.ts';
import { listDecisions } from './decision-log.ts';
import { judgedPairs } from './judged-pairs.ts';
import type { ReaderContext } from './reader.ts';
import { listReviews } from './review-list.ts';

export interface StewardshipHooks {
  /** Reads from the live generation, once it may be read. */
  readonly read: <T>(
    options: CallOptions,
    work: (context: ReaderContext) => Promise<T>,
  ) => Promise<T>;
  readonly command: Cluster['command'];
  readonly versions: () => Versions;
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

  reliability(options: CallOptions = {}): ReturnType<Stewardship['reliability']> {
    return this.#hooks.read(options, async (context) => {
      const { pairs, unpredicted } = await judgedPairs(context, options);
      return { ...reliabilityOf(pairs), unpredicted };
    });
  }

  calibrate(
    joinFrom: number,
    options: Parameters<Stewardship['calibrate']>[1] = {},
  ): ReturnType<Stewardship['calibrate']> {
    const { read, versions } = this.#hooks;
    return read(options, (context) => calibrate(context, versions(), joinFrom, options));
  }
}
