/** Which customers decisions on any of their profiles keep apart (S10), for readers. */
import type { ProfileId } from '../domain/identifier.ts';
import type { CustomerAnswer } from '../protocol/query.ts';
import type { AskOptions } from './partition-batch.ts';
import type { ReaderContext } from './reader.ts';
import { askStances } from './steward-questions.ts';

export class KeptApart {
  readonly #customers: ReadonlyMap<ProfileId, CustomerAnswer>;
  /** The founder of the customer of each profile that a cannot-link names. */
  readonly #founders: ReadonlyMap<ProfileId, ProfileId>;

  private constructor(
    customers: ReadonlyMap<ProfileId, CustomerAnswer>,
    founders: ReadonlyMap<ProfileId, ProfileId>,
  ) {
    this.#customers = customers;
    this.#founders = founders;
  }

  static async read(
    context: ReaderContext,
    customers: ReadonlyMap<ProfileId, CustomerAnswer>,
    options: AskOptions,
  ): Promise<KeptApart> {
    const named = Array.from(customers.values(), ([, cannotLinks]) => cannotLinks)
      .flat()
      .map(([, high]) => high);
    const founders = new Map<ProfileId, ProfileId>();
    for (const [profile, stance] of await askStances(context, named, options)) {
      founders.set(profile, stance?.[1] ?? profile);
    }
    return new KeptApart(customers, founders);
  }

  /** Two customers, by their founders. */
  keeps(left: ProfileId, right: ProfileId): boolean {
    // A cannot-link is known to one of its ends only.
    if (this.#names(left, right) || this.#names(right, left)) return true;
    const labels = this.#customers.get(left)?.[2] ?? [];
    const others = this.#customers.get(right)?.[2] ?? [];
    return labels.some(([decision, label]) =>
      others.some(([other, otherLabel]) => decision === other && label !== otherLabel),
    );
  }

  /** The cannot-links that keep two customers apart, by founders; at most those that roots tell. */
  cannotLinks(left: ProfileId, right: ProfileId): (readonly [low: ProfileId, high: ProfileId])[] {
    const between = (from: ProfileId, to: ProfileId) =>
      (this.#customers.get(from)?.[1] ?? []).filter(([, high]) => this.#founders.get(high) === to);
    return [...between(left, right), ...between(right, left)];
  }

  #names(from: ProfileId, to: ProfileId): boolean {
    const cannotLinks = this.#customers.get(from)?.[1] ?? [];
    return cannotLinks.some(([, high]) => this.#founders.get(high) === to);
  }
}
