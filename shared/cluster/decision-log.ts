/** The log of decisions, from all partitions. */
import { unpackDecision } from '../domain/actors/state-codec.ts';
import type { DecisionState } from '../domain/actors/states.ts';
import { compareText, type ProfileId } from '../domain/identifier.ts';
import type { PairAnswer, StanceAnswer } from '../protocol/query.ts';
import {
  type DecisionPage,
  type DecisionView,
  type PageOptions,
  STEWARD_PAGE_MAX,
} from '../protocol/stewardship.ts';
import { pagePlace, pageSizeOf, pageToken } from './page-token.ts';
import type { AskOptions } from './partition-batch.ts';
import type { ReaderContext } from './reader.ts';
import { askEveryPartition, askPairs, askStances, type PairEnds } from './steward-questions.ts';

const VERDICTS = ['different', 'same', 'split'] as const;

/** Rows of all partitions in the order of their keys: one page, and the token of the next. */
export function pageOf<Row>(
  rows: readonly (readonly [key: string, Row])[],
  pageSize: number,
): { readonly page: readonly Row[]; readonly nextPageToken: string | null } {
  const sorted = rows.toSorted(([left], [right]) => compareText(left, right));
  const page = sorted.slice(0, pageSize);
  const last = page.at(-1);
  const isMore = sorted.length > pageSize && last !== undefined;
  return {
    page: page.map(([, row]) => row),
    nextPageToken: isMore ? pageToken([last[0]]) : null,
  };
}

export function startOf({ pageToken: token }: PageOptions): string {
  return pagePlace(token)?.[0] ?? '';
}

/** The latest first; of one time by the decisions' ids hashed. */
export async function listDecisions(
  context: ReaderContext,
  options: PageOptions,
): Promise<DecisionPage> {
  const pageSize = pageSizeOf(options);
  const question = ['decisions', startOf(options), pageSize + 1] as const;
  const rows = (await askEveryPartition(context, question, options)).flat();
  const { page, nextPageToken } = pageOf(rows, pageSize);
  return { decisions: await viewsOf(context, page.map(unpackDecision), options), nextPageToken };
}

/** Decisions as stewards see them, in their order. */
export async function viewsOf(
  context: ReaderContext,
  states: readonly DecisionState[],
  options: AskOptions,
): Promise<DecisionView[]> {
  const linked = states.flatMap((state) => pairOf(state) ?? []);
  const profiles = states.flatMap((state) => groupsOf(state).flat());
  const [answers, stances] = await Promise.all([
    askPairs(context, linked, options),
    askStances(context, profiles, options),
  ]);
  const pairs = new Map(linked.map(([low, high], index) => [`${low} ${high}`, answers[index]]));
  return states.map((state) => {
    const ends = pairOf(state)?.[0];
    const pair = ends === undefined ? null : (pairs.get(ends.join(' ')) ?? null);
    return viewOf(context, state, pair, stances);
  });
}

/** The pairs of link decisions, page by page, the latest first; retracted ones too. */
export async function forEachDecision(
  context: ReaderContext,
  pagesMax: number,
  options: AskOptions,
  take: (pair: PairEnds) => void,
): Promise<void> {
  let start = '';
  for (let pages = 0; pages < pagesMax; pages++) {
    const question = ['decisions', start, STEWARD_PAGE_MAX] as const;
    const rows = (await askEveryPartition(context, question, options)).flat();
    const sorted = rows.toSorted(([left], [right]) => compareText(left, right));
    const page = sorted.slice(0, STEWARD_PAGE_MAX);
    for (const [, state] of page)
      for (const pair of pairOf(unpackDecision(state)) ?? []) take(pair);
    const last = page.at(-1);
    if (last === undefined || page.length < STEWARD_PAGE_MAX) return;
    start = last[0];
  }
}

/** The ends of the pair that it is about, in a list; null: a split. */
function pairOf({ content }: DecisionState): readonly PairEnds[] | null {
  if (content === null || content[0] === 2) return null;
  const [, left, right] = content;
  return [left < right ? [left, right] : [right, left]];
}

function groupsOf({ content }: DecisionState): ProfileId[][] {
  if (content === null) return [];
  if (content[0] !== 2) return [[content[1]], [content[2]]];
  const groups = new Map<string, ProfileId[]>();
  for (const [profile, label] of content[1]) {
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [profile]);
    else group.push(profile);
  }
  return Array.from(groups)
    .sort(([left], [right]) => Number(left) - Number(right))
    .map(([, group]) => group);
}

function viewOf(
  { references }: ReaderContext,
  state: DecisionState,
  pair: PairAnswer | null,
  stances: ReadonlyMap<ProfileId, StanceAnswer | null>,
): DecisionView {
  const { decisionId, decidedAt, decidedBy, reason, content, retraction } = state;
  const groups = groupsOf(state);
  const isRetracted =
    retraction !== null && retraction[1] === 0 && retraction[0] >= state.decidedAt;
  const effective = pair === null ? null : effectiveDecision(pair);
  const isSuperseded = !isRetracted && effective !== null && effective !== decisionId;
  const [retractedAt = 0, , by = '', why = ''] = retraction ?? [];
  return {
    decisionId,
    verdict: VERDICTS[content?.[0] ?? 0],
    decidedAt,
    decidedBy,
    reason,
    groups: groups.map((group) => group.map((profile) => references.profileRef(profile))),
    standing: isRetracted ? 'retracted' : isSuperseded ? 'superseded' : 'effective',
    supersededBy: isSuperseded ? effective : null,
    retractedBy: isRetracted ? { at: retractedAt, by, reason: why } : null,
    unobserved: groups.flat().filter((profile) => stances.get(profile)?.[4] !== true).length,
  };
}

/** The latest by (time, id), as at the pair's home (S10). */
export function effectiveDecision([, , , decisions]: PairAnswer): string | null {
  const [first] = decisions.toSorted(
    ([leftId, , leftAt], [rightId, , rightAt]) => rightAt - leftAt || compareText(rightId, leftId),
  );
  return first?.[0] ?? null;
}
