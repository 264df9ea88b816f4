/** Maps as the lists that the store keeps, in the order of insertion. */

/** Most maps of most profiles are empty: an iterator and an array for each is a tenth of the garbage. */
export const NOTHING: readonly never[] = Object.freeze([]);

export function packMap<K, V, T>(
  map: ReadonlyMap<K, V>,
  pack: (entry: readonly [K, V]) => T,
): readonly T[] {
  return map.size === 0 ? NOTHING : Array.from(map, pack);
}
