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
  const keyStarts = new Int32Array(keyNamespaces.length + 1);
  const profileStarts = new Int32Array(ids.length + 1);
  for (const [profile, own] of observations.entries()) {
    const holds = holdsOf(own);
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
    for (const [key, days] of holdsOf(own)) {
      const place = ends[key]!++;
      holders[place] = profile;
      supports[place] = supportBucket(days);
      heldKeys[at] = key;
      places[at++] = place;
    }
  }
  const flat = { keyStarts, holders, supports, profileStarts, heldKeys, places };
  return { ...flat, ...judgeKeys(index, keyNamespaces, ids, observations, flat) };
}

/** Keys of a profile with the number of distinct days on which it was seen with each. */
function holdsOf(own: readonly BatchObservation[]): (readonly [key: number, days: number])[] {
  const [only] = own;
  if (only === undefined) return [];
  if (own.length === 1) return Array.from(new Set(keysOf(only)), (key) => [key, 1] as const);
  const days = new Map<number, Set<number>>();
  for (const observation of own) {
    for (const key of keysOf(observation)) {
      const known = days.get(key);
      if (known === undefined) days.set(key, new Set([observation.day]));
      else known.add(observation.day);
    }
  }
  return Array.from(days, ([key, seen]) => [key, seen.size] as const);
}

function keysOf({ values, derived }: BatchObservation): number[] {
  const keys = derived.slice();
  for (const { key } of values) if (key >= 0) keys.push(key);
  return keys;
}

function judgeKeys(
  index: RulesIndex,
  keyNamespaces: readonly string[],
  ids: readonly ProfileId[],
  observations: readonly (readonly BatchObservation[])[],
  { keyStarts, holders }: Pick<Holdings, 'keyStarts' | 'holders'>,
): Pick<Holdings, 'proposing' | 'muted'> {
  const muted = new Set<number>();
  const signatures: (string | undefined)[] = [];
  const shownBy = (profile: number): readonly [ProfileId, string] => {
    signatures[profile] ??= signatureOfProfile(index, observations[profile] ?? []);
    return [ids[profile] as ProfileId, signatures[profile]];
  };
  const proposing = keyNamespaces.map((namespace, key): NamespaceRules | null => {
    const rules = index.byName.get(namespace);
    const [start, end] = [keyStarts[key] as number, keyStarts[key + 1] as number];
    if (rules === undefined || end === start) return null;
    const isOver = end - start > rules.holderCap;
    if (rules.kind !== 'evidence') return isOver ? null : rules;
    const cap = rules.personCap;
    const showsCrowd =
      cap !== null &&
      end - start > cap &&
      countPersons(Array.from(holders.subarray(start, end), shownBy)) > cap;
    if (!isOver && !showsCrowd) return rules;
    muted.add(key);
    return null;
  });
  return { proposing, muted };
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
