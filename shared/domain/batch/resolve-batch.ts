/**
 * Resolves a batch: what every profile's ladder is once all of it is settled (ARCHITECTURE S12 to
 * S15, S17), without actors.
 */
import { clusterComponent } from '../clustering.ts';
import type { ComponentEdge, Ladder } from '../component.ts';
import { DisjointSet } from '../disjoint-set.ts';
import type { ProfileId } from '../identifier.ts';
import { LADDER_ALONE } from '../ladder.ts';
import type { RulesIndex } from '../rules.ts';
import { type BatchEdge, edgesOf } from './batch-edges.ts';
import type { ComparedPairs } from './compared-pairs.ts';
import { type BatchProfiles, memberOf } from './batch-profiles.ts';

export interface BatchResolution {
  /** Of every profile of the batch. */
  readonly ladders: ReadonlyMap<ProfileId, Ladder>;
  /** Edges left out by the size guard, which a batch applies in canonical order. */
  readonly held: number;
}

/**
 * Any order of the same interactions gives the same ladders. `compared`: of the same profiles, under
 * rules that differ in no more than weights; it changes no answer.
 */
export function resolveBatch(
  index: RulesIndex,
  profiles: BatchProfiles,
  compared: ComparedPairs | null = null,
): BatchResolution {
  const { ids } = profiles;
  const found = edgesOf(index, profiles, { compared });
  const { sets, isHeld } = connect(found, ids.length, index.rules.componentCap);
  const byRoot = new Map<number, ComponentEdge[]>();
  let held = 0;
  for (const edge of found) {
    const root = sets.find(edge.low);
    if (isHeld(edge, root)) {
      held++;
      continue;
    }
    const { certainty, support, priority } = edge;
    const [low, high] = [ids[edge.low] as ProfileId, ids[edge.high] as ProfileId];
    const named = { low, high, certainty, support, priority, mustLink: false };
    const known = byRoot.get(root);
    if (known === undefined) byRoot.set(root, [named]);
    else known.push(named);
  }
  const ladders = new Map<ProfileId, Ladder>(ids.map((id) => [id, LADDER_ALONE]));
  for (const [root, edges] of byRoot) {
    const members: number[] = [];
    sets.forEachMember(root, (member) => members.push(member));
    const described = members.map((member) => memberOf(index, profiles, member));
    const result = clusterComponent(index, described, edges);
    for (const [id, ladder] of result.ladders) ladders.set(id, ladder);
  }
  return { ladders, held };
}

interface Connected {
  readonly sets: DisjointSet;
  /** Whether the size guard left the edge out; `root` of its lesser end. */
  readonly isHeld: (edge: BatchEdge, root: number) => boolean;
}

/** S12; where a component would be greater than the cap, S17 in canonical order of the edges. */
function connect(edges: readonly BatchEdge[], count: number, cap: number): Connected {
  const sets = new DisjointSet(count);
  if (joinAll(sets, edges, count) <= cap) return { sets, isHeld: () => false };
  const guarded = new DisjointSet(count);
  joinAll(guarded, edges.toSorted(compareCanonically), cap);
  return { sets: guarded, isHeld: ({ high }, root) => guarded.find(high) !== root };
}

/** Joins unless more than `most` come together; the size of the greatest set. */
function joinAll(sets: DisjointSet, edges: readonly BatchEdge[], most: number): number {
  let greatest = 1;
  for (const { low, high } of edges) {
    const left = sets.find(low);
    const right = sets.find(high);
    if (left === right) continue;
    const size = sets.sizeOf(left) + sets.sizeOf(right);
    if (size > most) continue;
    sets.union(left, right);
    greatest = Math.max(greatest, size);
  }
  return greatest;
}

/** The order of S13; numbers follow ids. */
function compareCanonically(left: BatchEdge, right: BatchEdge): number {
  return (
    right.certainty - left.certainty ||
    right.support - left.support ||
    left.priority - right.priority ||
    left.low - right.low ||
    left.high - right.high
  );
}
