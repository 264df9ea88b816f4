/**
 * What of a component a steward should look at (ARCHITECTURE S24): joins that the evidence asks for
 * and clustering refused, and must-links that contradict other decisions or the limits.
 *
 * Pure; between two customers only the first refused edge is open, for one decision settles all.
 */
import type { ClusterResult, ComponentEdge, ComponentMember, RefusalReason } from './component.ts';
import { readLadder } from './component.ts';
import type { ProfileId } from './identifier.ts';
import { CERTAIN, type QuarterBits } from './quarter-bits.ts';

/** Why a pair is open: too weak to join, or what refused it. */
export const OPEN_KINDS = ['uncertain', 'contested', 'limit', 'exclusive', 'cohesion'] as const;
export type OpenKind = (typeof OPEN_KINDS)[number];

/** What a must-link contradicts: the first two defeat it, it overrules the others. */
export const CONFLICT_KINDS = ['cannot_link', 'split_decision', 'limit', 'exclusive'] as const;
export type ConflictKind = (typeof CONFLICT_KINDS)[number];

/** `detail`: the namespace of a limit or exclusivity, the id of a split decision, else empty. */
export type OpenRow = readonly [
  low: ProfileId,
  high: ProfileId,
  certainty: QuarterBits,
  kind: number,
  detail: string,
];

/** Open pairs, the most certain first. */
export const OPEN_ROWS = 'm/r';
/** Conflicts, in the order of their pairs. */
export const CONFLICT_ROWS = 'm/c/';
/** Rows of each sort that one component shows at most, the first in canonical order of edges. */
export const OPEN_PER_COMPONENT = 256;

export function openRowKey(low: ProfileId, high: ProfileId, certainty: QuarterBits): string {
  return `${OPEN_ROWS}${String(CERTAIN - certainty).padStart(3, '0')}/${low}.${high}`;
}

function conflictRowKey({ low, high }: ComponentEdge): string {
  return `${CONFLICT_ROWS}${low}.${high}`;
}

function detailOf(reason: RefusalReason): string {
  if (reason.kind === 'split_decision') return reason.decisionId;
  return reason.kind === 'limit' || reason.kind === 'exclusive' ? reason.namespace : '';
}

/** Rows by key, of a component clustered with this result. O(refused edges + members). */
export function openRowsOf(
  members: readonly ComponentMember[],
  result: ClusterResult,
  clusterFloor: QuarterBits,
): Map<string, OpenRow> {
  const rows = new Map<string, OpenRow>();
  const { refused, overruled, ladders } = result;
  if (refused.length === 0 && overruled.length === 0) return rows;
  const founderOf = (profile: ProfileId): ProfileId => {
    const ladder = ladders.get(profile);
    return ladder === undefined ? profile : readLadder(profile, ladder, clusterFloor).founder;
  };
  const decisions = new KeptApart(members, founderOf);
  const seen = new Set<string>();
  let conflicts = 0;
  for (const { edge, reason } of [...refused, ...overruled]) {
    const { low, high, certainty } = edge;
    if (edge.mustLink) {
      if (conflicts++ >= OPEN_PER_COMPONENT) continue;
      const kind = CONFLICT_KINDS.indexOf(reason.kind as ConflictKind);
      rows.set(conflictRowKey(edge), [low, high, certainty, kind, detailOf(reason)]);
      continue;
    }
    const kind = OPEN_KINDS.indexOf(reason.kind as OpenKind);
    const [left, right] = [founderOf(low), founderOf(high)];
    const pair = left < right ? `${left} ${right}` : `${right} ${left}`;
    if (kind < 0 || left === right || seen.has(pair) || seen.size >= OPEN_PER_COMPONENT) continue;
    if (decisions.keepApart(left, right)) continue;
    seen.add(pair);
    rows.set(openRowKey(low, high, certainty), [low, high, certainty, kind, detailOf(reason)]);
  }
  return rows;
}

/** Which customers decisions keep apart, by their founders. */
class KeptApart {
  readonly #cannotLinks = new Set<string>();
  /** Split decision -> founder -> labels of its members. */
  readonly #labels = new Map<string, Map<ProfileId, Set<string>>>();

  constructor(members: readonly ComponentMember[], founderOf: (profile: ProfileId) => ProfileId) {
    for (const { profile, cannotLinks, labels } of members) {
      const founder = founderOf(profile);
      for (const other of cannotLinks) this.#cannotLinks.add(`${founder} ${founderOf(other)}`);
      for (const [decisionId, label] of labels) {
        const founders = this.#labels.get(decisionId) ?? new Map<ProfileId, Set<string>>();
        this.#labels.set(decisionId, founders);
        founders.set(founder, (founders.get(founder) ?? new Set()).add(label));
      }
    }
  }

  keepApart(left: ProfileId, right: ProfileId): boolean {
    if (this.#cannotLinks.has(`${left} ${right}`) || this.#cannotLinks.has(`${right} ${left}`)) {
      return true;
    }
    for (const founders of this.#labels.values()) {
      const theirs = founders.get(right);
      for (const label of founders.get(left) ?? []) {
        for (const other of theirs ?? []) if (other !== label) return true;
      }
    }
    return false;
  }
}
