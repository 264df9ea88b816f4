/**
 * Conflicts between decisions (ARCHITECTURE S24): must-links that other decisions defeat, or that
 * overrule a limit, with the decisions themselves: who, when, why.
 *
 * A row says that a must-link was refused for a cannot-link between two customers. Which ones keep
 * them apart is read from the roots of both; whatever refused the must-link is among them, for customers
 * only grow while a component is clustered.
 */
import { unpackDecision } from '../domain/actors/state-codec.ts';
import { compareText, type ProfileId } from '../domain/identifier.ts';
import { CONFLICT_KINDS, CONFLICT_ROWS, type OpenRow } from '../domain/open-reviews.ts';
import type { StanceAnswer } from '../protocol/query.ts';
import type { ConflictPage, DecisionView, PageOptions } from '../protocol/stewardship.ts';
import { effectiveDecision, pageOf, startOf, viewsOf } from './decision-log.ts';
import { decisionActor } from './decision-actor-id.ts';
import { KeptApart } from './kept-apart.ts';
import { pageSizeOf } from './page-token.ts';
import type { AskOptions } from './partition-batch.ts';
import type { ReaderContext } from './reader.ts';
import {
  askCustomers,
  askDecisions,
  askEveryPartition,
  askPairs,
  askStances,
  type PairEnds,
} from './steward-questions.ts';

/** Decisions named of one conflict at most. */
const DEFEATERS_MAX = 16;

/** By the pairs' ids. */
export async function listConflicts(
  context: ReaderContext,
  options: PageOptions,
): Promise<ConflictPage> {
  const pageSize = pageSizeOf(options);
  const question = ['open', CONFLICT_ROWS, startOf(options), pageSize + 1] as const;
  const rows = (await askEveryPartition(context, question, options)).flat();
  const { page, nextPageToken } = pageOf<OpenRow>(rows, pageSize);
  const ends = page.map(([low, high]) => [low, high] as const);
  const mustLinks = await effectiveOn(context, ends, options);
  const defeaters = await defeatersOf(context, page, options);
  const ids = [...mustLinks.flatMap((id) => id ?? []), ...defeaters.flat()];
  const views = await decisionsById(context, ids, options);
  const { references } = context;
  const conflicts = page.map(([low, high, , kind, detail], index) => {
    const decisionId = mustLinks[index] ?? null;
    return {
      leftRef: references.profileRef(low),
      rightRef: references.profileRef(high),
      kind: CONFLICT_KINDS[kind] ?? 'cannot_link',
      detail,
      decisionId,
      decision: decisionId === null ? null : (views.get(decisionId) ?? null),
      defeatedBy: (defeaters[index] ?? []).flatMap((id) => views.get(id) ?? []),
    };
  });
  return { conflicts, nextPageToken };
}

/** The decision in force on each pair; null: none any more. */
async function effectiveOn(
  context: ReaderContext,
  pairs: readonly PairEnds[],
  options: AskOptions,
): Promise<(string | null)[]> {
  const answers = await askPairs(context, pairs, options);
  return answers.map((pair) => (pair === null ? null : effectiveDecision(pair)));
}

/** Ids of the decisions that defeat each must-link; of one that overrules a limit none. */
async function defeatersOf(
  context: ReaderContext,
  rows: readonly OpenRow[],
  options: AskOptions,
): Promise<string[][]> {
  const defeated = rows.filter(([, , , kind]) => CONFLICT_KINDS[kind] === 'cannot_link');
  const profiles = defeated.flatMap(([low, high]) => [low, high]);
  const stances = await askStances(context, profiles, options);
  const customers = await askCustomers(context, stances.values(), options);
  const apart = await KeptApart.read(context, customers, options);
  const links = rows.map(([low, high, , kind]) =>
    CONFLICT_KINDS[kind] === 'cannot_link'
      ? apart
          .cannotLinks(founderIn(stances, low), founderIn(stances, high))
          .sort((left, right) => compareText(left.join(), right.join()))
          .slice(0, DEFEATERS_MAX)
      : [],
  );
  const ids = await effectiveOn(context, links.flat(), options);
  let next = 0;
  return rows.map(([, , , kind, detail], index) => {
    const own = (links[index] ?? []).flatMap(() => ids[next++] ?? []);
    return CONFLICT_KINDS[kind] === 'split_decision' ? [detail] : own;
  });
}

function founderIn(
  stances: ReadonlyMap<ProfileId, StanceAnswer | null>,
  profile: ProfileId,
): ProfileId {
  return stances.get(profile)?.[1] ?? profile;
}

async function decisionsById(
  context: ReaderContext,
  ids: readonly string[],
  options: AskOptions,
): Promise<Map<string, DecisionView>> {
  const actors = Array.from(new Set(ids), decisionActor);
  const states = await askDecisions(context, actors, options);
  const known = states.flatMap((packed) => (packed === null ? [] : [unpackDecision(packed)]));
  const views = await viewsOf(context, known, options);
  return new Map(views.map((view) => [view.decisionId, view]));
}
