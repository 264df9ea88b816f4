/**
 * All interactions of a batch, reduced to what is live of each profile (ARCHITECTURE S4, S6).
 *
 * For resolving what is all there at once: the answer that the actors come to, without messages
 * between them, logs or a store. A batch knows no decisions, orders, retractions and labelled
 * deliveries; whoever has those needs a cluster.
 */
import { compareText, type KeyId, type ProfileId } from '../identifier.ts';
import type {
  Bases,
  ProfileKind,
  RoutedAnchor,
  RoutedInteraction,
  RoutedParty,
} from '../interaction.ts';
import type { Fact } from '../matching/digest.ts';
import { dayOf } from '../rules.ts';

export interface BatchValue {
  readonly namespace: string;
  readonly value: string;
  /** Number of the key of an evidence value; -1: context. */
  readonly key: number;
}

export interface BatchResting {
  readonly key: number;
  readonly bases: readonly (readonly number[])[];
}

/** One live observation, without what only journeys show. */
export interface BatchObservation {
  readonly day: number;
  readonly receivedAt: number;
  readonly profile: ProfileId;
  readonly profileKind: ProfileKind;
  readonly namespace: string;
  readonly value: string;
  readonly others: readonly RoutedAnchor[];
  /** Evidence and context. */
  readonly values: readonly BatchValue[];
  /** Numbers of the derived keys that rest on no identifier. */
  readonly derived: readonly number[];
  /** Those that do, each with its bases as numbers of evidence values. */
  readonly resting: readonly BatchResting[];
  readonly facts: readonly Fact[];
}

interface Delivered {
  readonly revision: number;
  readonly digest: string;
  readonly receivedAt: number;
  readonly observations: readonly BatchObservation[];
}

type Version = Pick<RoutedInteraction, 'revision' | 'digest'>;

/** S4: the highest (revision, digest) of an interaction is live. */
export function supersedes(next: Version, known: Version): boolean {
  if (next.revision !== known.revision) return next.revision > known.revision;
  return compareText(next.digest, known.digest) > 0;
}

const NOTHING_RESTING: readonly BatchResting[] = [];

export class BatchEvidence {
  /** Namespace of each evidence value or derived key, by its number. */
  readonly keyNamespaces: string[] = [];
  readonly #keyNumbers = new Map<KeyId, number>();
  readonly #interactions = new Map<string, Delivered>();

  /** Takes one delivery of an interaction; they may come in any order. */
  add(interaction: RoutedInteraction): void {
    const known = this.#interactions.get(interaction.id);
    const isNewer = known === undefined || supersedes(interaction, known);
    const receivedAt =
      known === undefined
        ? interaction.receivedAt
        : Math.min(known.receivedAt, interaction.receivedAt);
    if (!isNewer && receivedAt === known.receivedAt) return;
    const { revision, digest } = isNewer ? interaction : known;
    const day = dayOf(interaction.occurredAt);
    const observations = isNewer
      ? interaction.parties.map((party) => this.#observe(party, day, receivedAt))
      : known.observations.map((observation) => ({ ...observation, receivedAt }));
    this.#interactions.set(interaction.id, { revision, digest, receivedAt, observations });
  }

  /** The live observations of each profile. */
  byProfile(): Map<ProfileId, BatchObservation[]> {
    const profiles = new Map<ProfileId, BatchObservation[]>();
    for (const { observations } of this.#interactions.values()) {
      for (const observation of observations) {
        const known = profiles.get(observation.profile);
        if (known === undefined) profiles.set(observation.profile, [observation]);
        else known.push(observation);
      }
    }
    return profiles;
  }

  #observe(party: RoutedParty, day: number, receivedAt: number): BatchObservation {
    const { profile, profileKind, namespace, value, others, facts } = party;
    const derived: number[] = [];
    const based: [key: number, Bases][] = [];
    const values: BatchValue[] = [];
    for (const held of party.values) {
      const key = held.kind === 'context' ? -1 : this.#numberOf(held.key, held.namespace);
      if (held.kind !== 'derived')
        values.push({ namespace: held.namespace, value: held.value, key });
      else if (held.bases.length === 0) derived.push(key);
      else based.push([key, held.bases]);
    }
    const anchor = { profile, profileKind, namespace, value };
    const resting = based.length === 0 ? NOTHING_RESTING : based.map((each) => this.#rest(each));
    return { day, receivedAt, ...anchor, others, values, derived, resting, facts };
  }

  /** Values of the same party, so they have numbers. */
  #rest([key, bases]: readonly [key: number, Bases]): BatchResting {
    const numberOf = (each: KeyId): number => this.#keyNumbers.get(each) as number;
    return { key, bases: bases.map((basis) => basis.map(numberOf)) };
  }

  #numberOf(key: KeyId, namespace: string): number {
    const known = this.#keyNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.keyNamespaces.push(namespace) - 1;
    this.#keyNumbers.set(key, number);
    return number;
  }
}
