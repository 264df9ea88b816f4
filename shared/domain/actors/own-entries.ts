/**
 * Maps and sets that are made when something is first put into them. A profile has a dozen, most of
 * them empty for ever: made at once they were 2.3 KB of each profile, a third of what a shard's
 * cache held (heap of 60,000 profiles: 356 MB, measured 2026-11-25).
 */

function refuse(): never {
  throw new Error('the shared empty map or set was written to: take it by `own` first');
}

class NoEntries extends Map<never, never> {
  override set(): never {
    return refuse();
  }
}

class NoMembers extends Set<never> {
  override add(): never {
    return refuse();
  }
}

const NO_ENTRIES = new NoEntries();
const NO_MEMBERS = new NoMembers();

/** An empty map, shared: `own` it before writing. */
export function noEntries<K, V>(): Map<K, V> {
  return NO_ENTRIES;
}

/** An empty set, shared: `own` it before writing. */
export function noMembers<T>(): Set<T> {
  return NO_MEMBERS;
}

/** Those of `entries`; the shared empty map for none. */
export function mapOf<K, V>(entries: readonly (readonly [K, V])[]): Map<K, V> {
  return entries.length === 0 ? noEntries() : new Map(entries);
}

/** Those of `members`; the shared empty set for none. */
export function setOf<T>(members: readonly T[]): Set<T> {
  return members.length === 0 ? noMembers() : new Set(members);
}

/** The map or set of a field, ready to be written to: the owner's alone from now on. */
export function own<S, F extends keyof S>(owner: S, field: F): S[F] {
  const held: unknown = owner[field];
  if (held === NO_ENTRIES) owner[field] = new Map() as S[F];
  else if (held === NO_MEMBERS) owner[field] = new Set() as S[F];
  return owner[field];
}
