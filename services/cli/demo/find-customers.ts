/**
 * The customer of each profile, asked from the cluster as any client would: by the profile's anchor,
 * a thousand a call.
 *
 * A persona has no anchor of its own to ask for. It is found by its e-mail or phone; where that fits
 * several customers, the one that lists the persona among its profiles is meant. A persona whose
 * value is generic, and a party without any identifier, are nobody's: each stands alone.
 */
import type { Cluster, CustomerMatch } from '../../../shared/protocol/cluster.ts';
import type { AttributedProfile } from './attribute-parties.ts';

/** Identifiers a call: the batch size that BatchResolve is made for. */
const RESOLVE_BATCH = 1_000;

interface AskedIdentifier {
  readonly profile: number;
  readonly namespace: string;
  readonly value: string;
}

/** Customer id by profile index; null where the cluster knows none (the profile stands alone). */
export async function findCustomers(
  cluster: Cluster,
  profiles: readonly AttributedProfile[],
  signal: AbortSignal,
): Promise<readonly (string | null)[]> {
  const asked: AskedIdentifier[] = [];
  for (const [index, profile] of profiles.entries()) {
    if (profile.kind === 'interaction') continue;
    asked.push({ profile: index, ...identifierOf(profile) });
  }
  const customers: (string | null)[] = profiles.map(() => null);
  const personaIds = new PersonaCustomers(cluster, signal);
  for (let start = 0; start < asked.length; start += RESOLVE_BATCH) {
    signal.throwIfAborted();
    const batch = asked.slice(start, start + RESOLVE_BATCH);
    const answers = await cluster.resolve(batch, { signal });
    for (const [position, { profile }] of batch.entries()) {
      const answer = answers[position];
      const subject = profiles[profile];
      if (answer?.kind !== 'found' || subject === undefined) continue;
      const [first, ...others] = answer.matches;
      if (first === undefined) continue;
      customers[profile] =
        others.length === 0 ? first.customerId : await personaIds.find(subject, answer.matches);
    }
  }
  return customers;
}

/** The anchor; of a persona its evidence (the last two of the four parts of its value, S3). */
function identifierOf(profile: AttributedProfile): {
  readonly namespace: string;
  readonly value: string;
} {
  if (profile.kind !== 'persona') return { namespace: profile.namespace, value: profile.value };
  const [, , namespace, value] = JSON.parse(profile.value) as (string | null)[];
  return { namespace: namespace ?? '', value: value ?? '' };
}

/** Personas of the customers looked at so far. */
class PersonaCustomers {
  readonly #cluster: Cluster;
  readonly #signal: AbortSignal;
  readonly #read = new Set<string>();
  readonly #customerByPersona = new Map<string, string>();

  constructor(cluster: Cluster, signal: AbortSignal) {
    this.#cluster = cluster;
    this.#signal = signal;
  }

  /** Which of the customers lists the persona; null when none does. */
  async find(
    persona: AttributedProfile,
    matches: readonly CustomerMatch[],
  ): Promise<string | null> {
    for (const { customerId } of matches) {
      if (this.#read.has(customerId)) continue;
      this.#read.add(customerId);
      const view = await this.#cluster.getCustomer(customerId, { signal: this.#signal });
      for (const profile of view?.profiles ?? []) {
        if (profile.kind !== 'persona') continue;
        this.#customerByPersona.set(profile.anchor.value, customerId);
      }
    }
    return this.#customerByPersona.get(persona.value) ?? null;
  }
}
