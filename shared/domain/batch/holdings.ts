/**
 * Who holds what in a batch, in both directions, in flat arrays: a million profiles hold some twenty
 * million keys (ARCHITECTURE S6, S21).
 */
import { supportBucket } from '../certainty.ts';
import type { ProfileId } from '../identifier.ts';
import type { NamespaceRules, RulesIndex } from '../rules.ts';
import { countPersons, SIGNATURE_FACTS, signatureOf } from '../signature.ts';
import type { BatchObservation } from './batch-evidence.ts';

export interface Holdings {
  /** Rules of each key that proposes pairs; null: it proposes none. */
  readonly proposing: readonly (NamespaceRules | null)[];
  /** Evidence values that count for nothing (S21), by number. */
  readonly muted: ReadonlySet<number>;
  /** Holders of key k: `holders[keyStarts[k]]` up to `keyStarts[k + 1]`, ascending. */
  readonly keyStarts: Int32Array;
  readonly holders: Int32Array;
  /** Bucket of the days of the hold, beside each holder. */
  readonly supports: Uint8Array;
  /** Holds of profile p: from `profileStarts[p]` up to `profileStarts[p + 1]`. */
  readonly profileStarts: Int32Array;
  readonly heldKeys: Int32Array;
  /** Place of the hold in `holders`. */
  readonly places: Int32Array;
}

/** `observations` by profile, in the order of `ids`. */
export function holdingsOf(
  index: RulesIndex,
  keyNamespaces: readonly string[],
  ids: readonly ProfileId[],
  observations: readonly (readonly BatchObservation[])[],
): Holdings {
  const muted = genericKeys(index, keyNamespaces, ids, observations);
  const keyStarts = new Int32Array(keyNamespaces.length + 1);
  const profileStarts = new Int32Array(ids.length + 1);
  for (const [profile, own] of observations.entries()) {
    const holds = holdsOf(own, muted);
    profileStarts[profile + 1] = (profileStarts[profile] as number) + holds.length;
    for (const [key] of holds) keyStarts[key + 1]!++;
  }
  for (let key = 0; key < keyNamespaces.length; key++) keyStarts[key + 1]! += keyStarts[key]!;
  const total = profileStarts[ids.length] as number;
  const holders = new Int32Array(total);
  const supports = new Uint8Array(total);
  const heldKeys = new Int32Array(total);
  const places = new Int32Array(total);
  const ends = keyStarts.slice();
  let at = 0;
  for (const [profile, own] of observations.entries()) {
    for (const [key, days] of holdsOf(own, muted)) {
      const place = ends[key]!++;
      holders[place] = profile;
      supports[place] = supportBucket(days);
      heldKeys[at] = key;
      places[at++] = place;
    }
  }
  const proposing = keyNamespaces.map((namespace, key): NamespaceRules | null => {
    const rules = index.byName.get(namespace);
    const count = (keyStarts[key + 1] as number) - (keyStarts[key] as number);
    if (rules === undefined || count === 0 || count > rules.holderCap) return null;
    return muted.has(key) ? null : rules;
  });
  const flat = { keyStarts, holders, supports, profileStarts, heldKeys, places };
  return { ...flat, proposing, muted };
}

/** Keys of a profile with the number of distinct days on which it was seen with each, so that it counts. */
function holdsOf(
  own: readonly BatchObservation[],
  muted: ReadonlySet<number>,
): (readonly [key: number, days: number])[] {
  const [only] = own;
  if (only === undefined) return [];
  if (own.length === 1) return Array.from(new Set(keysOf(only, muted)), (key) => [key, 1] as const);
  const days = new Map<number, Set<number>>();
  for (const observation of own) {
    for (const key of keysOf(observation, muted)) {
      const known = days.get(key);
      if (known === undefined) days.set(key, new Set([observation.day]));
      else known.add(observation.day);
    }
  }
  return Array.from(days, ([key, seen]) => [key, seen.size] as const);
}

function keysOf(
  { values, derived, resting }: BatchObservation,
  muted: ReadonlySet<number>,
): number[] {
  const keys = derived.slice();
  for (const { key, bases } of resting) {
    if (bases.some((basis) => !basis.some((each) => muted.has(each)))) keys.push(key);
  }
  for (const { key } of values) if (key >= 0) keys.push(key);
  return keys;
}

/** Evidence values that more hold, or more persons, than may (S21). */
function genericKeys(
  index: RulesIndex,
  keyNamespaces: readonly string[],
  ids: readonly ProfileId[],
  observations: readonly (readonly BatchObservation[])[],
): Set<number> {
  const counts = new Int32Array(keyNamespaces.length);
  forEachEvidence(observations, (key) => counts[key]!++);
  const muted = new Set<number>();
  /** Holders of those whose persons are to be counted. */
  const crowds = new Map<number, number[]>();
  for (const [key, namespace] of keyNamespaces.entries()) {
    const rules = index.byName.get(namespace);
    const count = counts[key] as number;
    if (rules?.kind !== 'evidence') continue;
    if (count > rules.holderCap) muted.add(key);
    else if (rules.personCap !== null && count > rules.personCap) crowds.set(key, []);
  }
  if (crowds.size === 0) return muted;
  forEachEvidence(observations, (key, profile) => crowds.get(key)?.push(profile));
  const signatures: (string | undefined)[] = [];
  const shownBy = (profile: number): readonly [ProfileId, string] => {
    signatures[profile] ??= signatureOfProfile(index, observations[profile] ?? []);
    return [ids[profile] as ProfileId, signatures[profile]];
  };
  for (const [key, holders] of crowds) {
    const cap = index.byName.get(keyNamespaces[key] as string)?.personCap ?? null;
    if (cap !== null && countPersons(holders.map(shownBy)) > cap) muted.add(key);
  }
  return muted;
}

/** Every evidence value of every profile once. */
function forEachEvidence(
  observations: readonly (readonly BatchObservation[])[],
  take: (key: number, profile: number) => void,
): void {
  for (const [profile, own] of observations.entries()) {
    const seen = new Set<number>();
    for (const { values } of own) {
      for (const { key } of values) {
        if (key < 0 || seen.has(key)) continue;
        seen.add(key);
        take(key, profile);
      }
    }
  }
}

/** Of several names, and of several birth dates, the one seen on the most days, then the least. */
function signatureOfProfile(index: RulesIndex, own: readonly BatchObservation[]): string {
  const [first] = own;
  const isPersonAnchor =
    first?.profileKind === 'person' && index.byName.get(first.namespace)?.namesRecords === false;
  const { name, birth } = SIGNATURE_FACTS;
  return signatureOf(mostSeen(own, name), mostSeen(own, birth), isPersonAnchor);
}

function mostSeen(own: readonly BatchObservation[], wanted: string): string | null {
  const days = new Map<string, Set<number>>();
  for (const { facts, day } of own) {
    for (const [name, text] of facts) {
      if (name !== wanted) continue;
      const known = days.get(text);
      if (known === undefined) days.set(text, new Set([day]));
      else known.add(day);
    }
  }
  let best: string | null = null;
  let most = 0;
  for (const [text, { size }] of days) {
    if (size < most || (size === most && best !== null && text > best)) continue;
    best = text;
    most = size;
  }
  return best;
}
