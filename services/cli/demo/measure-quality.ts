/**
 * Compares the cluster's customers with the true people, by party, and says where recall went.
 */
import type { ProfileKind } from '../../../shared/domain/interaction.ts';
import {
  type ClusteringComparison,
  compareClusterings,
} from '../evaluate/clustering-comparison.ts';
import type { Attribution } from './attribute-parties.ts';

export interface WorldQuality {
  /** Records are parties that are somebody; clusters are customers and people. */
  readonly comparison: ClusteringComparison;
  /** Customers that hold parties of more than one person: where precision went. */
  readonly mixedCustomers: number;
  /** Customers known by nothing but a device, or by nothing at all. */
  readonly anonymousCustomers: number;
  /**
   * Parties outside the customer that holds most of their person, by what they had to go by:
   * where the missing recall is.
   */
  readonly strayParties: Readonly<Record<ProfileKind, number>>;
}

/** `customerByProfile` as `findCustomers` returns it. Linear in the number of parties. */
export function measureQuality(
  attribution: Attribution,
  customerByProfile: readonly (string | null)[],
): WorldQuality {
  const { profiles, profileByParty, personByParty, peopleSeen } = attribution;
  const labels = new Map<string, number>();
  const found = profileByParty.map((profile) => {
    // A profile without customer is a cluster of its own; profile ids and customer ids differ.
    const key = customerByProfile[profile] ?? profiles[profile]?.id ?? '';
    const label = labels.get(key) ?? labels.size;
    labels.set(key, label);
    return label;
  });
  const comparison = compareClusterings({
    found,
    foundCount: labels.size,
    truth: personByParty,
    truthCount: peopleSeen,
  });
  const identified = new Uint8Array(labels.size);
  for (const [party, label] of found.entries()) {
    const kind = profiles[profileByParty[party] ?? -1]?.kind;
    if (kind === 'person' || kind === 'persona') identified[label] = 1;
  }
  return {
    comparison,
    mixedCustomers: countMixed(attribution.personByParty, found, labels.size),
    anonymousCustomers: identified.reduce((count, is) => count + (1 - is), 0),
    strayParties: countStrays(attribution, found),
  };
}

function countMixed(
  personByParty: readonly number[],
  found: readonly number[],
  customers: number,
): number {
  const firstPerson = new Int32Array(customers).fill(-1);
  const mixed = new Set<number>();
  for (const [party, label] of found.entries()) {
    const person = personByParty[party] ?? -1;
    if (firstPerson[label] === -1) firstPerson[label] = person;
    else if (firstPerson[label] !== person) mixed.add(label);
  }
  return mixed.size;
}

function countStrays(
  { profiles, profileByParty, personByParty, peopleSeen }: Attribution,
  found: readonly number[],
): Record<ProfileKind, number> {
  const counts = Array.from({ length: peopleSeen }, () => new Map<number, number>());
  for (const [party, person] of personByParty.entries()) {
    const label = found[party] ?? -1;
    counts[person]?.set(label, (counts[person]?.get(label) ?? 0) + 1);
  }
  const homes = counts.map((byLabel) => {
    let home = -1;
    let most = 0;
    for (const [label, count] of byLabel) {
      if (count <= most) continue;
      most = count;
      home = label;
    }
    return home;
  });
  const strays: Record<ProfileKind, number> = { person: 0, persona: 0, device: 0, interaction: 0 };
  for (const [party, person] of personByParty.entries()) {
    if (found[party] === homes[person]) continue;
    const kind = profiles[profileByParty[party] ?? -1]?.kind;
    if (kind !== undefined) strays[kind] += 1;
  }
  return strays;
}
