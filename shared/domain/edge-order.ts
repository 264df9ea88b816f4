/**
 * The canonical order of a component's edges (ARCHITECTURE S13) and its tie groups.
 *
 * Edges are bucketed into tie groups first, and clustering sorts a group only when it reaches it:
 * in a dense component most edges are redundant by then and are never sorted.
 */
import type { ComponentEdge } from './component.ts';
import type { ProfileId } from './identifier.ts';
import { CERTAIN } from './rules.ts';

/** Edges equal in certainty, must-link flag, support and priority. */
export interface TieGroup {
  readonly certainty: number;
  readonly mustLink: boolean;
  readonly priority: number;
  readonly edges: readonly IndexedEdge[];
}

/** An edge with its ends as member indexes; members are indexed in profile id order. */
export interface IndexedEdge {
  readonly edge: ComponentEdge;
  readonly low: number;
  readonly high: number;
}

/**
 * Room for a support bucket (0..10) and a priority in the packed group key. Certainty spans 241
 * steps, so keys stay below 241 * 2 * 16 * 2^20 < 2^33: exact in a double.
 */
const SUPPORT_SPAN = 16;
const PRIORITY_SPAN = 2 ** 20;

/** Above this many edges of one group a native sort of packed numbers beats a comparator. */
const COMPARISON_SORT_MAX = 48;

/** Ascending in canonical order: certainty down, must-links first, support down, priority up. */
function groupKeyOf(edge: ComponentEdge): number {
  const flag = edge.mustLink ? 0 : 1;
  const high = ((CERTAIN - edge.certainty) * 2 + flag) * SUPPORT_SPAN;
  return (high + (SUPPORT_SPAN - 1 - edge.support)) * PRIORITY_SPAN + edge.priority;
}

/**
 * Tie groups in canonical order; the edges within a group are in input order. O(E + G log G).
 *
 * All ends are looked up here, in input order: looking them up group by group costs a cache miss
 * each (measured: 2 to 3 times slower). Throws on an end that is not in `indexOf`.
 */
export function tieGroups(
  edges: readonly ComponentEdge[],
  indexOf: ReadonlyMap<ProfileId, number>,
): readonly TieGroup[] {
  const byKey = new Map<number, IndexedEdge[]>();
  for (const edge of edges) {
    const low = indexOf.get(edge.low);
    const high = indexOf.get(edge.high);
    if (low === undefined || high === undefined) {
      throw new Error('clusterComponent: an edge names a profile that is not a member');
    }
    const key = groupKeyOf(edge);
    const group = byKey.get(key);
    if (group === undefined) byKey.set(key, [{ edge, low, high }]);
    else group.push({ edge, low, high });
  }
  const keys = [...byKey.keys()].sort((left, right) => left - right);
  return keys.map((key) => {
    const group = byKey.get(key) as IndexedEdge[];
    const { certainty, mustLink, priority } = (group[0] as IndexedEdge).edge;
    return { certainty, mustLink, priority, edges: group };
  });
}

/**
 * Positions of the edges of one tie group by (low, high). Member indexes follow
 * profile ids, so no texts are compared; packed (low, high, position) numbers sort natively.
 */
export function sortGroup(edges: readonly IndexedEdge[], memberCount: number): Int32Array {
  const count = edges.length;
  const isPackable = memberCount * memberCount * count <= Number.MAX_SAFE_INTEGER;
  if (count <= COMPARISON_SORT_MAX || !isPackable) {
    return Int32Array.from(edges.keys()).sort((left, right) =>
      compareEnds(edges[left] as IndexedEdge, edges[right] as IndexedEdge),
    );
  }
  const keys = new Float64Array(count);
  for (let position = 0; position < count; position++) {
    const { low, high } = edges[position] as IndexedEdge;
    keys[position] = (low * memberCount + high) * count + position;
  }
  keys.sort();
  const order = new Int32Array(count);
  for (let rank = 0; rank < count; rank++) order[rank] = (keys[rank] as number) % count;
  return order;
}

function compareEnds(left: IndexedEdge, right: IndexedEdge): number {
  return left.low - right.low || left.high - right.high;
}
