/**
 * Oracle, last step: what a steward should look at (S24), by comparing every two customers.
 */
import { compareText } from '../../shared/domain/identifier.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import type { ComponentEdge, ComponentMember } from '../../shared/domain/component.ts';
import type { QuarterBits } from '../../shared/domain/rules.ts';
import type { RefusedEdge } from './oracle-clustering.ts';
import type { LiveLink } from './oracle-live.ts';

/** A pair open to a decision, or a must-link in conflict. */
export type OracleOpen = readonly [
  sort: 'open' | 'conflict',
  low: ProfileId,
  high: ProfileId,
  certainty: QuarterBits,
  why: string,
  detail: string,
  /** S24: UTC day since which something proposes the pair; null: nothing does. */
  since: number | null,
];

function describe({ edge, reason }: RefusedEdge): OracleOpen {
  let detail = '';
  if (reason.kind === 'split_decision') detail = reason.decisionId;
  if (reason.kind === 'limit' || reason.kind === 'exclusive') detail = reason.namespace;
  const sort = edge.mustLink ? 'conflict' : 'open';
  return [sort, edge.low, edge.high, edge.certainty, reason.kind, detail, null];
}

function areKeptApart(left: readonly ComponentMember[], right: readonly ComponentMember[]) {
  return left.some((one) =>
    right.some((other) => {
      if (one.cannotLinks.includes(other.profile) || other.cannotLinks.includes(one.profile)) {
        return true;
      }
      return one.labels.some(([decision, label]) =>
        other.labels.some(([otherDecision, otherLabel]) => {
          return decision === otherDecision && label !== otherLabel;
        }),
      );
    }),
  );
}

/** Of one component; `refused` in the order in which edges were refused. */
export function openOfComponent(
  members: readonly ComponentMember[],
  founders: ReadonlyMap<ProfileId, ProfileId>,
  refused: readonly RefusedEdge[],
  overruled: readonly RefusedEdge[],
): OracleOpen[] {
  const found = [...refused, ...overruled].filter(({ edge }) => edge.mustLink).map(describe);
  const taken: (readonly [ProfileId | undefined, ProfileId | undefined])[] = [];
  const customer = (founder: ProfileId | undefined) =>
    members.filter(({ profile }) => founders.get(profile) === founder);
  for (const entry of refused) {
    const { edge, reason } = entry;
    if (edge.mustLink || reason.kind === 'cannot_link' || reason.kind === 'split_decision') {
      continue;
    }
    const [one, two] = [founders.get(edge.low), founders.get(edge.high)];
    if (one === two || areKeptApart(customer(one), customer(two))) continue;
    if (taken.some(([a, b]) => (a === one && b === two) || (a === two && b === one))) continue;
    taken.push([one, two]);
    found.push(describe(entry));
  }
  return found;
}

/** Review edges on whose pair no decision stands. */
export function openReviewEdges(
  reviewEdges: readonly ComponentEdge[],
  links: readonly LiveLink[],
): OracleOpen[] {
  return reviewEdges
    .filter(({ low, high }) => !links.some((link) => link.low === low && link.high === high))
    .map(({ low, high, certainty }) => ['open', low, high, certainty, 'uncertain', '', null]);
}

/** With the day since which each pair is proposed, of all that proposes pairs. */
export function withSince(
  open: readonly OracleOpen[],
  proposedOn: ReadonlyMap<string, readonly number[]>,
): OracleOpen[] {
  return open.map(([sort, low, high, certainty, why, detail]) => {
    const days = proposedOn.get(low + high) ?? [];
    const since = days.length === 0 ? null : Math.min(...days);
    return [sort, low, high, certainty, why, detail, since];
  });
}

export function sortOpen(open: readonly OracleOpen[]): OracleOpen[] {
  return open.toSorted((left, right) => compareText(left.join('\n'), right.join('\n')));
}
