/**
 * Oracle, third step: from the profiles and edges of one component to customers (S13-S15).
 *
 * Clusters are plain sets; every tie group is processed as the text says. Owns acceptance,
 * refusal, founders, views and ladders.
 */
import { compareText } from '../../shared/domain/identifier.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import type {
  ComponentEdge,
  ComponentMember,
  Ladder,
  RefusalReason,
} from '../../shared/domain/component.ts';
import { type Digest, EMPTY_DIGEST } from '../../shared/domain/matching/digest.ts';
import type { QuarterBits, RulesIndex } from '../../shared/domain/rules.ts';

export interface RefusedEdge {
  readonly edge: ComponentEdge;
  readonly reason: RefusalReason;
}

export interface OracleClusters {
  /** In the order they joined. */
  readonly accepted: readonly ComponentEdge[];
  /** In the order they were refused. */
  readonly refused: readonly RefusedEdge[];
  /** Must-links that joined although they break a limit or an exclusivity. */
  readonly overruled: readonly RefusedEdge[];
}

/** Where a profile stands in one view (S15): null certainty means alone. */
export interface Standing {
  readonly founder: ProfileId;
  readonly certainty: QuarterBits | null;
}

/** A cluster under construction, and all that constrains what it may join. */
class Cluster {
  readonly members = new Set<ProfileId>();
  readonly cannotLinks = new Set<ProfileId>();
  /** Split decision -> labels of the members. */
  readonly labels = new Map<string, Set<string>>();
  /** Namespace -> bucket -> distinct limited values. */
  readonly limited = new Map<string, Map<number, Set<string>>>();

  addMember(member: ComponentMember): void {
    this.members.add(member.profile);
    for (const profile of member.cannotLinks) this.cannotLinks.add(profile);
    for (const [decisionId, label] of member.labels) this.addLabel(decisionId, label);
    for (const [namespace, bucket, value] of member.limited)
      this.addValue(namespace, bucket, value);
  }

  addAll(other: Cluster): void {
    for (const profile of other.members) this.members.add(profile);
    for (const profile of other.cannotLinks) this.cannotLinks.add(profile);
    for (const [decisionId, labels] of other.labels) {
      for (const label of labels) this.addLabel(decisionId, label);
    }
    for (const [namespace, buckets] of other.limited) {
      for (const [bucket, values] of buckets) {
        for (const value of values) this.addValue(namespace, bucket, value);
      }
    }
  }

  /** Distinct values of a namespace whatever the bucket. */
  valuesOf(namespace: string): Set<string> {
    const all = new Set<string>();
    for (const values of this.limited.get(namespace)?.values() ?? []) {
      for (const value of values) all.add(value);
    }
    return all;
  }

  private addLabel(decisionId: string, label: string): void {
    const labels = this.labels.get(decisionId) ?? new Set();
    this.labels.set(decisionId, labels.add(label));
  }

  private addValue(namespace: string, bucket: number, value: string): void {
    const buckets = this.limited.get(namespace) ?? new Map<number, Set<string>>();
    const values = buckets.get(bucket) ?? new Set();
    this.limited.set(namespace, buckets.set(bucket, values.add(value)));
  }
}

function unionOf(one: Cluster, two: Cluster): Cluster {
  const union = new Cluster();
  union.addAll(one);
  union.addAll(two);
  return union;
}

function hasAny<Item>(wanted: ReadonlySet<Item>, within: ReadonlySet<Item>): boolean {
  for (const item of wanted) if (within.has(item)) return true;
  return false;
}

/** How many values of `one` the other lacks. */
function countLacked(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let count = 0;
  for (const value of one) if (!other.has(value)) count++;
  return count;
}

/** The least decision id by which some member of `one` must be apart from some of `two`. */
function findSplit(one: Cluster, two: Cluster): string | null {
  for (const decisionId of [...one.labels.keys()].sort(compareText)) {
    const left = one.labels.get(decisionId) ?? new Set();
    const right = two.labels.get(decisionId) ?? new Set();
    for (const a of left) for (const b of right) if (a !== b) return decisionId;
  }
  return null;
}

/** S13: each side brings a value the other lacks, and together they have more than `most`. */
function conflicts(one: ReadonlySet<string>, two: ReadonlySet<string>, most: number): boolean {
  const broughtByOne = countLacked(one, two);
  return broughtByOne > 0 && countLacked(two, one) > 0 && two.size + broughtByOne > most;
}

/** S13: as `conflicts`, for one value at most; another spelling of a value is that value. */
function excludes(
  { scorer }: RulesIndex,
  namespace: string,
  one: ReadonlySet<string>,
  two: ReadonlySet<string>,
): boolean {
  const isDifferent = (left: string, right: string): boolean =>
    scorer === null ? left !== right : scorer.differ(namespace, left, right);
  const brings = (from: ReadonlySet<string>, to: ReadonlySet<string>): boolean =>
    [...from].some((value) => [...to].every((other) => isDifferent(value, other)));
  return one.size > 0 && two.size > 0 && brings(one, two) && brings(two, one);
}

/** S13: the first constraint that joining the two by an edge like `edge` breaks, or null. */
function findBreach(
  index: RulesIndex,
  one: Cluster,
  two: Cluster,
  edge: ComponentEdge,
): RefusalReason | null {
  if (hasAny(one.cannotLinks, two.members) || hasAny(two.cannotLinks, one.members)) {
    return { kind: 'cannot_link' };
  }
  const decisionId = findSplit(one, two);
  if (decisionId !== null) return { kind: 'split_decision', decisionId };
  if (edge.mustLink) return null;
  const { rules } = index;
  for (const { name, exclusive } of rules.namespaces) {
    if (exclusive && excludes(index, name, one.valuesOf(name), two.valuesOf(name))) {
      return { kind: 'exclusive', namespace: name };
    }
  }
  for (const { name, limit, priority } of rules.namespaces) {
    if (limit === null || priority > edge.priority) continue;
    for (const [bucket, values] of one.limited.get(name) ?? []) {
      const others = two.limited.get(name)?.get(bucket) ?? new Set<string>();
      if (conflicts(values, others, limit.count)) return { kind: 'limit', namespace: name };
    }
  }
  return null;
}

/** S13: order in which edges are processed. */
function compareEdges(left: ComponentEdge, right: ComponentEdge): number {
  return (
    compareTies(left, right) ||
    compareText(left.low, right.low) ||
    compareText(left.high, right.high)
  );
}

/** Zero for edges of one tie group. */
function compareTies(left: ComponentEdge, right: ComponentEdge): number {
  return (
    right.certainty - left.certainty ||
    Number(right.mustLink) - Number(left.mustLink) ||
    right.support - left.support ||
    left.priority - right.priority
  );
}

function splitIntoTieGroups(edges: readonly ComponentEdge[]): ComponentEdge[][] {
  const groups: ComponentEdge[][] = [];
  for (const edge of [...edges].sort(compareEdges)) {
    const last = groups.at(-1);
    const first = last?.[0];
    if (last !== undefined && first !== undefined && compareTies(first, edge) === 0) {
      last.push(edge);
    } else {
      groups.push([edge]);
    }
  }
  return groups;
}

class Clustering {
  readonly accepted: ComponentEdge[] = [];
  readonly refused: RefusedEdge[] = [];
  readonly overruled: RefusedEdge[] = [];
  private readonly index: RulesIndex;
  private readonly digests = new Map<ProfileId, Digest>();
  private readonly edges: ReadonlyMap<string, ComponentEdge>;
  private readonly clusters = new Map<ProfileId, Cluster>();

  /** `rules.namespaces` must be sorted by name: that is the order of reasons. */
  constructor(
    index: RulesIndex,
    members: readonly ComponentMember[],
    edges: readonly ComponentEdge[],
  ) {
    this.index = index;
    this.edges = new Map(edges.map((edge) => [`${edge.low} ${edge.high}`, edge]));
    for (const { profile, digest } of members) this.digests.set(profile, digest);
    for (const member of members) {
      const cluster = new Cluster();
      cluster.addMember(member);
      this.clusters.set(member.profile, cluster);
    }
  }

  processTieGroup(group: readonly ComponentEdge[]): void {
    const contested = this.findContested(group);
    for (const edge of group) {
      if (contested.has(edge)) {
        this.refused.push({ edge, reason: { kind: 'contested' } });
        continue;
      }
      const [one, two] = this.endsOf(edge);
      if (one === two) continue;
      const reason = findBreach(this.index, one, two, edge);
      if (reason !== null) {
        this.refused.push({ edge, reason });
        continue;
      }
      if (!edge.mustLink && !this.isCohesive(one, two)) {
        this.refused.push({ edge, reason: { kind: 'cohesion' } });
        continue;
      }
      const broken = edge.mustLink
        ? findBreach(this.index, one, two, { ...edge, mustLink: false, priority: Infinity })
        : null;
      if (broken !== null) this.overruled.push({ edge, reason: broken });
      this.accepted.push(edge);
      one.addAll(two);
      for (const profile of two.members) this.clusters.set(profile, one);
    }
  }

  /** S13: neither all cross pairs together, edges as they stand, nor the wholes speak against it. */
  private isCohesive(one: Cluster, two: Cluster): boolean {
    const { scorer } = this.index;
    if (scorer === null) return true;
    const [few, many] = [
      [...one.members].sort(compareText),
      [...two.members].sort(compareText),
    ].sort((left, right) => left.length - right.length) as [ProfileId[], ProfileId[]];
    const fewer = few.slice(0, 16);
    let sum = 0;
    for (const left of fewer) {
      for (const right of many.slice(0, Math.floor(256 / fewer.length))) {
        const edge = this.edges.get([left, right].sort(compareText).join(' '));
        sum +=
          edge === undefined
            ? scorer.logOdds(
                this.digests.get(left) ?? EMPTY_DIGEST,
                this.digests.get(right) ?? EMPTY_DIGEST,
              )
            : edge.certainty * 64;
      }
    }
    if (sum < 0) return false;
    if (few.length === 1 && many.length === 1) return true;
    const wholeOf = (members: readonly ProfileId[]): Digest[] =>
      members.slice(0, 16).map((profile) => this.digests.get(profile) ?? EMPTY_DIGEST);
    return scorer.logOddsTogether(wholeOf(few), wholeOf(many)) >= 0;
  }

  /** S13 step 1; all clusters as they stand now, before any edge of the group joins. */
  private findContested(group: readonly ComponentEdge[]): Set<ComponentEdge> {
    const contested = new Set<ComponentEdge>();
    if (group.length < 2 || group[0]?.mustLink === true) return contested;
    const admissible = group.filter((edge) => {
      const [one, two] = this.endsOf(edge);
      return one !== two && findBreach(this.index, one, two, edge) === null;
    });
    const neighbours = new Map<Cluster, Set<Cluster>>();
    for (const edge of admissible) {
      const [one, two] = this.endsOf(edge);
      neighbours.set(one, (neighbours.get(one) ?? new Set()).add(two));
      neighbours.set(two, (neighbours.get(two) ?? new Set()).add(one));
    }
    for (const edge of admissible) {
      const [one, two] = this.endsOf(edge);
      const thirds = new Set([...(neighbours.get(one) ?? []), ...(neighbours.get(two) ?? [])]);
      thirds.delete(one);
      thirds.delete(two);
      if (thirds.size === 0) continue;
      const union = unionOf(one, two);
      for (const third of thirds) {
        if (findBreach(this.index, union, third, edge) === null) continue;
        contested.add(edge);
        break;
      }
    }
    return contested;
  }

  private endsOf(edge: ComponentEdge): [Cluster, Cluster] {
    const one = this.clusters.get(edge.low);
    const two = this.clusters.get(edge.high);
    if (one === undefined || two === undefined) throw new Error('an edge leaves its component');
    return [one, two];
  }
}

/** S13 for one component; every end of an edge must be a member. */
export function clusterComponent(
  index: RulesIndex,
  members: readonly ComponentMember[],
  edges: readonly ComponentEdge[],
): OracleClusters {
  const clustering = new Clustering(index, members, edges);
  for (const group of splitIntoTieGroups(edges)) clustering.processTieGroup(group);
  const { accepted, refused, overruled } = clustering;
  return { accepted, refused, overruled };
}

/** S14: least (received_at, profile id) first, profiles without live observations last. */
export function compareFounders(left: ComponentMember, right: ComponentMember): number {
  if (left.receivedAt !== right.receivedAt) {
    if (left.receivedAt === null) return 1;
    if (right.receivedAt === null) return -1;
    return left.receivedAt - right.receivedAt;
  }
  return compareText(left.profile, right.profile);
}

/**
 * S15: the view at certainty `floor`. Walks each tree of accepted edges from its founder, so that
 * the weakest edge on the path to the founder is known on arrival.
 */
export function viewAt(
  members: readonly ComponentMember[],
  accepted: readonly ComponentEdge[],
  floor: QuarterBits,
): Map<ProfileId, Standing> {
  const links = new Map<ProfileId, { to: ProfileId; certainty: QuarterBits }[]>();
  for (const { profile } of members) links.set(profile, []);
  for (const { low, high, certainty } of accepted) {
    if (certainty < floor) continue;
    links.get(low)?.push({ to: high, certainty });
    links.get(high)?.push({ to: low, certainty });
  }
  const view = new Map<ProfileId, Standing>();
  for (const { profile: founder } of [...members].sort(compareFounders)) {
    if (view.has(founder)) continue;
    const own = (links.get(founder) ?? []).map(({ certainty }) => certainty);
    view.set(founder, { founder, certainty: own.length === 0 ? null : Math.max(...own) });
    const pending = [{ profile: founder, weakest: Number.POSITIVE_INFINITY }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      for (const { to, certainty } of links.get(next.profile) ?? []) {
        if (view.has(to)) continue;
        const weakest = Math.min(next.weakest, certainty);
        view.set(to, { founder, certainty: weakest });
        pending.push({ profile: to, weakest });
      }
    }
  }
  return view;
}

/** S15: the views at all certainties, folded into one ladder a member. */
export function laddersOf(
  members: readonly ComponentMember[],
  accepted: readonly ComponentEdge[],
  refused: readonly { readonly edge: ComponentEdge; readonly reason: RefusalReason }[],
): Map<ProfileId, Ladder> {
  const steps = new Map<ProfileId, [QuarterBits, ProfileId][]>();
  const strongest = new Map<ProfileId, QuarterBits>();
  for (const { profile } of members) steps.set(profile, []);
  for (const { low, high, certainty } of accepted) {
    for (const end of [low, high]) {
      strongest.set(end, Math.max(certainty, strongest.get(end) ?? certainty));
    }
  }
  const certainties = new Set(accepted.map(({ certainty }) => certainty));
  for (const floor of [...certainties].sort((left, right) => right - left)) {
    for (const [profile, { founder, certainty }] of viewAt(members, accepted, floor)) {
      const held = steps.get(profile) ?? [];
      if (founder === profile || certainty === null || held.at(-1)?.[1] === founder) continue;
      held.push([certainty, founder]);
    }
  }
  const contested = new Map<ProfileId, QuarterBits>();
  for (const { edge, reason } of refused) {
    if (reason.kind !== 'contested') continue;
    for (const end of [edge.low, edge.high]) {
      const most = Math.max(edge.certainty, contested.get(end) ?? edge.certainty);
      if (most >= (strongest.get(end) ?? most)) contested.set(end, most);
    }
  }
  return new Map(
    members.map(({ profile }) => {
      const worst = contested.get(profile);
      const flag = worst === undefined ? {} : { contested: worst };
      const own = strongest.get(profile) ?? null;
      return [profile, { strongest: own, steps: steps.get(profile) ?? [], ...flag }];
    }),
  );
}
