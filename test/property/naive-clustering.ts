/**
 * ARCHITECTURE S13 to S15 by sets and full scans: slow, and written to be read beside the text.
 *
 * Shares no code with `shared/domain/clustering.ts`; the property tests compare the two.
 */
import type {
  ClusterResult,
  ComponentEdge,
  ComponentMember,
  RefusalReason,
} from '../../shared/domain/component.ts';
import { compareText, type ProfileId } from '../../shared/domain/identifier.ts';
import type { Component } from './arbitrary-component.ts';

export type Cluster = ReadonlySet<ProfileId>;

/** Groups of profiles connected by edges: repeated flooding. */
export function floodComponents(
  profiles: readonly ProfileId[],
  edges: readonly ComponentEdge[],
): readonly Cluster[] {
  const clusters: Set<ProfileId>[] = [];
  for (const profile of profiles) {
    if (clusters.some((cluster) => cluster.has(profile))) continue;
    const cluster = new Set([profile]);
    let before = 0;
    while (before !== cluster.size) {
      before = cluster.size;
      for (const { low, high } of edges) {
        if (cluster.has(low) || cluster.has(high)) cluster.add(low).add(high);
      }
    }
    clusters.push(cluster);
  }
  return clusters;
}

export function clusterWith(clusters: readonly Cluster[], profile: ProfileId): Cluster {
  return clusters.find((cluster) => cluster.has(profile)) as Cluster;
}

export function membersOf({ members }: Component, cluster: Cluster): readonly ComponentMember[] {
  return members.filter(({ profile }) => cluster.has(profile));
}

export function valuesIn(
  members: readonly ComponentMember[],
  namespace: string,
  bucket: number | null,
): ReadonlySet<string> {
  const matching = members
    .flatMap(({ limited }) => limited)
    .filter((entry) => entry[0] === namespace && (bucket === null || entry[1] === bucket));
  return new Set(matching.map((entry) => entry[2]));
}

const lacks = (have: ReadonlySet<string>, other: ReadonlySet<string>) =>
  [...other].some((value) => !have.has(value));

function exceeds(
  a: readonly ComponentMember[],
  b: readonly ComponentMember[],
  namespace: string,
  bucket: number | null,
  capacity: number,
): boolean {
  const inA = valuesIn(a, namespace, bucket);
  const inB = valuesIn(b, namespace, bucket);
  return lacks(inA, inB) && lacks(inB, inA) && new Set([...inA, ...inB]).size > capacity;
}

/** All reasons against joining two sets of members, in the order of S13. */
export function reasonsAgainst(
  component: Component,
  left: Cluster,
  right: Cluster,
  edge: ComponentEdge,
): readonly RefusalReason[] {
  const a = membersOf(component, left);
  const b = membersOf(component, right);
  const reasons: RefusalReason[] = [];
  const isApart = (one: ComponentMember, other: ComponentMember) =>
    one.cannotLinks.includes(other.profile) || other.cannotLinks.includes(one.profile);
  if (a.some((one) => b.some((other) => isApart(one, other)))) {
    reasons.push({ kind: 'cannot_link' });
  }
  for (const decisionId of ['split-1', 'split-2']) {
    const labels = [a, b].map((side) =>
      side.flatMap((member) => member.labels.filter(([id]) => id === decisionId)),
    );
    if (labels[0]?.some(([, one]) => labels[1]?.some(([, other]) => one !== other))) {
      reasons.push({ kind: 'split_decision', decisionId });
    }
  }
  if (edge.mustLink) return reasons;
  for (const { name, exclusive } of component.rules.rules.namespaces) {
    if (exclusive && exceeds(a, b, name, null, 1)) {
      reasons.push({ kind: 'exclusive', namespace: name });
    }
  }
  for (const { name, limit, priority } of component.rules.rules.namespaces) {
    if (limit === null || priority > edge.priority) continue;
    if ([0, 1].some((bucket) => exceeds(a, b, name, bucket, limit.count))) {
      reasons.push({ kind: 'limit', namespace: name });
    }
  }
  return reasons;
}

export function compareEdges(left: ComponentEdge, right: ComponentEdge): number {
  return (
    right.certainty - left.certainty ||
    Number(right.mustLink) - Number(left.mustLink) ||
    right.support - left.support ||
    left.priority - right.priority ||
    compareText(left.low, right.low) ||
    compareText(left.high, right.high)
  );
}

export function groupOf({ certainty, mustLink, support, priority }: ComponentEdge): string {
  return `${certainty} ${mustLink} ${support} ${priority}`;
}

/** Whether an edge is contested, given the clusters at its group's start and the whole group. */
export function isContested(
  component: Component,
  clusters: readonly Cluster[],
  group: readonly ComponentEdge[],
  edge: ComponentEdge,
): boolean {
  const ends = (of: ComponentEdge) =>
    [clusterWith(clusters, of.low), clusterWith(clusters, of.high)] as const;
  const isAdmissible = (of: ComponentEdge) => {
    const [left, right] = ends(of);
    return left !== right && reasonsAgainst(component, left, right, of).length === 0;
  };
  if (edge.mustLink || !isAdmissible(edge)) return false;
  const [a, b] = ends(edge);
  return group.some((other) => {
    const thirds = ends(other).filter((cluster) => cluster !== a && cluster !== b);
    const third = thirds[0];
    if (thirds.length !== 1 || third === undefined || !isAdmissible(other)) return false;
    return reasonsAgainst(component, new Set([...a, ...b]), third, edge).length > 0;
  });
}

/** Steps 1 and 2 of S13. */
export function naiveCluster(component: Component): Pick<ClusterResult, 'accepted' | 'refused'> {
  const profiles = component.members.map(({ profile }) => profile);
  const pending = component.edges.toSorted(compareEdges);
  const accepted: ComponentEdge[] = [];
  const refused: { edge: ComponentEdge; reason: RefusalReason }[] = [];
  while (pending[0] !== undefined) {
    const key = groupOf(pending[0]);
    const group = pending.filter((edge) => groupOf(edge) === key);
    pending.splice(0, group.length);
    const start = floodComponents(profiles, accepted);
    for (const edge of group) {
      if (isContested(component, start, group, edge)) {
        refused.push({ edge, reason: { kind: 'contested' } });
        continue;
      }
      const now = floodComponents(profiles, accepted);
      const left = clusterWith(now, edge.low);
      const right = clusterWith(now, edge.high);
      if (left === right) continue;
      const [reason] = reasonsAgainst(component, left, right, edge);
      if (reason === undefined) accepted.push(edge);
      else refused.push({ edge, reason });
    }
  }
  return { accepted, refused };
}

/** S14 by one scan over all candidates. */
function founderOf(members: readonly ComponentMember[]): ProfileId {
  const time = ({ receivedAt }: ComponentMember) => receivedAt ?? Number.POSITIVE_INFINITY;
  const least = Math.min(...members.map(time));
  const earliest = members.filter((member) => time(member) === least);
  return earliest.map(({ profile }) => profile).sort(compareText)[0] as ProfileId;
}

/** S15: founder and certainty of a profile in the view at one certainty, walking its tree. */
export function viewOf(
  component: Component,
  accepted: readonly ComponentEdge[],
  profile: ProfileId,
  minCertainty: number,
): { readonly founder: ProfileId; readonly certainty: number | null } {
  const edges = accepted.filter(({ certainty }) => certainty >= minCertainty);
  const weakest = new Map<ProfileId, number>([[profile, Number.POSITIVE_INFINITY]]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const { low, high, certainty } of edges) {
      if (weakest.has(low) === weakest.has(high)) continue;
      const known = (weakest.get(low) ?? weakest.get(high)) as number;
      weakest.set(weakest.has(low) ? high : low, Math.min(known, certainty));
      changed = true;
    }
  }
  const founder = founderOf(membersOf(component, new Set(weakest.keys())));
  if (founder !== profile) return { founder, certainty: weakest.get(founder) as number };
  const own = edges.filter(({ low, high }) => low === profile || high === profile);
  const certainties = own.map(({ certainty }) => certainty);
  return { founder, certainty: certainties.length === 0 ? null : Math.max(...certainties) };
}
