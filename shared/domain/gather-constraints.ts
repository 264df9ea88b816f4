/**
 * Finds the constraints that can bite in one component (ARCHITECTURE S13).
 *
 * Most components have none: all values of its members together stay within every limit, and no
 * decision names two of them. Only quotas that the whole component exceeds, splits with two labels
 * among the members and cannot-links between two members are kept; clusters can break no other.
 */
import type { ComponentMember, RefusalReason } from './component.ts';
import { type ClusterContent, Constraints, type Quota } from './constraints.ts';
import { compareText, type ProfileId } from './identifier.ts';
import type { NamespaceRules, RulesIndex } from './rules.ts';

/** Values of one namespace over the component: who carries what. */
interface Tally {
  readonly rules: NamespaceRules;
  /** Bucket -> value -> members. Only filled when the namespace has a limit. */
  readonly byBucket: Map<number, Map<string, number[]>>;
  /** Value -> members, over all buckets. Only filled when the namespace is exclusive. */
  readonly overall: Map<string, number[]>;
}

/**
 * The constraints of a component, or null when none can ever bite (the common case).
 * `members` are sorted by profile; `indexOf` gives their positions.
 */
export function constraintsOf(
  rules: RulesIndex,
  members: readonly ComponentMember[],
  indexOf: ReadonlyMap<ProfileId, number>,
): Constraints | null {
  const contents: (ClusterContent | null)[] = members.map(() => null);
  const quotas = collectQuotas(rules, members, contents);
  const splits = collectSplits(members, contents);
  const hasCannotLink = collectCannotLinks(members, indexOf, contents);
  if (quotas.length === 0 && splits.length === 0 && !hasCannotLink) return null;
  return new Constraints(quotas, splits, contents);
}

function contentAt(contents: (ClusterContent | null)[], member: number): ClusterContent {
  const present = contents[member];
  if (present !== null && present !== undefined) return present;
  const content = { quotas: [], values: [], labels: new Map(), forbidden: new Set<number>() };
  contents[member] = content;
  return content;
}

function collectQuotas(
  rules: RulesIndex,
  members: readonly ComponentMember[],
  contents: (ClusterContent | null)[],
): readonly Quota[] {
  const tallies = [...tallyValues(rules, members)].sort(([left], [right]) =>
    compareText(left, right),
  );
  const quotas: Quota[] = [];
  let valueCount = 0;
  const addQuota = (
    quota: Omit<Quota, 'close'>,
    holders: ReadonlyMap<string, readonly number[]>,
    closeOf: (first: number) => Quota['close'] = () => null,
  ): void => {
    if (holders.size <= quota.capacity) return;
    const number = quotas.push({ ...quota, close: closeOf(valueCount) }) - 1;
    for (const carriers of holders.values()) {
      const value = valueCount++;
      for (const member of carriers) addValue(contentAt(contents, member), number, value);
    }
  };
  for (const [namespace, { overall }] of tallies) {
    const reason: RefusalReason = { kind: 'exclusive', namespace };
    addQuota({ capacity: 1, fromPriority: Number.NEGATIVE_INFINITY, reason }, overall, (first) =>
      closeValues(rules, namespace, [...overall.keys()], first),
    );
  }
  for (const [namespace, { rules: entry, byBucket }] of tallies) {
    if (entry.limit === null) continue;
    const reason: RefusalReason = { kind: 'limit', namespace };
    const quota = { capacity: entry.limit.count, fromPriority: entry.priority, reason };
    for (const holders of byBucket.values()) addQuota(quota, holders);
  }
  return quotas;
}

/** Pairs of values that are not different, by number; the first value given has the number `first`. */
function closeValues(
  { scorer }: RulesIndex,
  namespace: string,
  values: readonly string[],
  first: number,
): Quota['close'] {
  if (scorer === null || !scorer.compares(namespace)) return null;
  const close = new Map<number, Set<number>>();
  const add = (from: number, to: number): void => {
    const known = close.get(from);
    if (known === undefined) close.set(from, new Set([to]));
    else known.add(to);
  };
  for (const [index, left] of values.entries()) {
    for (let other = index + 1; other < values.length; other++) {
      if (scorer.differ(namespace, left, values[other] as string)) continue;
      add(first + index, first + other);
      add(first + other, first + index);
    }
  }
  return close.size === 0 ? null : close;
}

/** Quotas and values come in ascending order; one member may bring a value twice. */
function addValue(content: ClusterContent, quota: number, value: number): void {
  if (content.quotas.at(-1) !== quota) {
    content.quotas.push(quota);
    content.values.push([value]);
    return;
  }
  const values = content.values.at(-1) as number[];
  if (values.at(-1) !== value) values.push(value);
}

function tallyValues(
  rules: RulesIndex,
  members: readonly ComponentMember[],
): ReadonlyMap<string, Tally> {
  const tallies = new Map<string, Tally>();
  const add = (holders: Map<string, number[]>, value: string, member: number): void => {
    const known = holders.get(value);
    if (known === undefined) holders.set(value, [member]);
    else known.push(member);
  };
  for (const [member, { limited }] of members.entries()) {
    for (const [namespace, bucket, value] of limited) {
      const entry = rules.byName.get(namespace);
      if (entry === undefined) continue;
      let tally = tallies.get(namespace);
      if (tally === undefined) {
        tally = { rules: entry, byBucket: new Map(), overall: new Map() };
        tallies.set(namespace, tally);
      }
      if (entry.exclusive) add(tally.overall, value, member);
      if (entry.limit === null) continue;
      let holders = tally.byBucket.get(bucket);
      if (holders === undefined) {
        holders = new Map();
        tally.byBucket.set(bucket, holders);
      }
      add(holders, value, member);
    }
  }
  return tallies;
}

/** Split decisions with two labels among the members, by decision id. */
function collectSplits(
  members: readonly ComponentMember[],
  contents: (ClusterContent | null)[],
): readonly string[] {
  const labelsOf = new Map<string, Set<string>>();
  for (const { labels } of members) {
    for (const [decision, label] of labels) {
      const known = labelsOf.get(decision);
      if (known === undefined) labelsOf.set(decision, new Set([label]));
      else known.add(label);
    }
  }
  const splits = [...labelsOf.keys()].filter((id) => (labelsOf.get(id)?.size ?? 0) > 1);
  if (splits.length === 0) return splits;
  splits.sort(compareText);
  const numberOf = new Map(splits.map((id, number) => [id, number]));
  for (const [member, { labels }] of members.entries()) {
    for (const [decision, label] of labels) {
      const split = numberOf.get(decision);
      if (split === undefined) continue;
      const own = contentAt(contents, member).labels;
      const isFirst = !own.has(split) || own.get(split) === label;
      own.set(split, isFirst ? label : null);
    }
  }
  return splits;
}

function collectCannotLinks(
  members: readonly ComponentMember[],
  indexOf: ReadonlyMap<ProfileId, number>,
  contents: (ClusterContent | null)[],
): boolean {
  let found = false;
  for (const [member, { cannotLinks }] of members.entries()) {
    for (const profile of cannotLinks) {
      const other = indexOf.get(profile);
      if (other === undefined || other === member) continue;
      contentAt(contents, member).forbidden.add(other);
      contentAt(contents, other).forbidden.add(member);
      found = true;
    }
  }
  return found;
}
