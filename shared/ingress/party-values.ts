/**
 * The usable values of the parties of one interaction, and rule S2 on values that parties share.
 */
import type { NamespaceRules } from '../domain/rules.ts';
import type { Spelling } from './original-input.ts';

export interface PreparedValue {
  readonly rules: NamespaceRules;
  /** Normalised. */
  readonly value: string;
}

export interface PreparedParty {
  readonly role: string;
  /** Without duplicates. */
  readonly values: readonly PreparedValue[];
  /** All identifiers as they came. */
  readonly spellings: readonly Spelling[];
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * S2: an evidence value on several parties tells nothing about which of them it belongs to, so only
 * one keeps it: the first that has a person anchor, else the first. Parties keep their positions.
 */
export function keepSharedEvidenceOnce(
  parties: readonly PreparedParty[],
): readonly PreparedParty[] {
  if (parties.length < 2) return parties;
  const isKnownPerson = parties.map((party) =>
    party.values.some((entry) => entry.rules.kind === 'person'),
  );
  const keeperByValue = new Map<string, number>();
  parties.forEach((party, index) => {
    for (const entry of party.values) {
      if (entry.rules.kind !== 'evidence') continue;
      const key = sharedKey(entry);
      const keeper = keeperByValue.get(key);
      if (keeper === undefined || (!isKnownPerson[keeper] && isKnownPerson[index])) {
        keeperByValue.set(key, index);
      }
    }
  });
  return parties.map((party, index) => ({
    ...party,
    values: party.values.filter(
      (entry) => entry.rules.kind !== 'evidence' || keeperByValue.get(sharedKey(entry)) === index,
    ),
  }));
}

/** Namespace names hold no spaces, so this is unambiguous. */
function sharedKey(entry: PreparedValue): string {
  return `${entry.rules.name} ${entry.value}`;
}
