/** Answers the questions of stewardship from one partition's actors. Reads only. */
import { DECISION_ROWS } from '../domain/actors/decision-actor.ts';
import { strongestProposal } from '../domain/actors/pair-home.ts';
import { packDecision } from '../domain/actors/state-codec.ts';
import type { Packed } from '../domain/actors/states.ts';
import { readLadder } from '../domain/component.ts';
import { compareText, type ProfileId } from '../domain/identifier.ts';
import type { PackedLadder, Vertex } from '../domain/messages.ts';
import type { OpenRow } from '../domain/open-reviews.ts';
import type { QuarterBits } from '../domain/rules.ts';
import type {
  CustomerAnswer,
  PairAnswer,
  StanceAnswer,
  StewardAnswer,
  StewardQuestion,
} from '../protocol/query.ts';
import type { ActorCache } from './actor-cache.ts';

export function answerSteward(actors: ActorCache, question: StewardQuestion): StewardAnswer {
  switch (question[0]) {
    case 'open': {
      const [, prefix, after, limit] = question;
      const rows = actors.committedAfter(prefix, after, limit);
      return ['open', rows.map(([key, row]) => [key, row as OpenRow] as const)];
    }
    case 'pairs':
      return ['pairs', question[1].map(([low, high]) => pairAnswer(actors, low, high))];
    case 'stances': {
      const [, profiles, floor] = question;
      return ['stances', profiles.map((id) => stanceAnswer(actors, id, floor))];
    }
    case 'customers': {
      const [, customers, floor] = question;
      return ['customers', customerAnswers(actors, customers, floor)];
    }
    case 'decisions':
      return ['decisions', decisionRows(actors, question[1], question[2])];
    case 'named':
      return ['named', question[1].map((id) => namedDecision(actors, id))];
  }
}

function pairAnswer(actors: ActorCache, low: ProfileId, high: ProfileId): PairAnswer | null {
  const pair = actors.load('profile', low)?.pairs.get(high);
  if (pair === undefined) return null;
  const names = new Set(Array.from(pair.proposals.values(), ({ namespace }) => namespace));
  return [
    pair.open,
    strongestProposal(pair)?.certainty ?? null,
    Array.from(names).sort(compareText),
    Array.from(pair.decisions, ([id, [verdict, at]]) => [id, verdict, at] as const),
  ];
}

function founderOf(id: ProfileId, [strongest, steps]: PackedLadder, floor: QuarterBits): ProfileId {
  return readLadder(id, { strongest, steps }, floor).founder;
}

function stanceAnswer(actors: ActorCache, id: ProfileId, floor: QuarterBits): StanceAnswer | null {
  const profile = actors.load('profile', id);
  if (profile === undefined) return null;
  const { root, ladder, namespace, value, days } = profile;
  return [root, founderOf(id, ladder, floor), namespace, value, days.length > 0];
}

/** Most cannot-links and labels told of a customer: more come from no sensible stewardship. */
const KEPT_APART_MAX = 256;

interface Customer {
  profiles: number;
  readonly cannotLinks: (readonly [low: ProfileId, high: ProfileId])[];
  readonly labels: (readonly [string, string])[];
}

/** Each root is read once, whatever the number of its customers asked for. */
function customerAnswers(
  actors: ActorCache,
  asked: readonly (readonly [root: ProfileId, founder: ProfileId])[],
  floor: QuarterBits,
): CustomerAnswer[] {
  const byRoot = new Map<ProfileId, Map<ProfileId, Customer>>();
  return asked.map(([root, founder]) => {
    let customers = byRoot.get(root);
    if (customers === undefined) {
      customers = customersOf(actors, root, floor);
      byRoot.set(root, customers);
    }
    const found = customers.get(founder);
    if (found === undefined) return [1, [], []];
    return [
      found.profiles,
      found.cannotLinks.slice(0, KEPT_APART_MAX),
      found.labels.slice(0, KEPT_APART_MAX),
    ];
  });
}

function customersOf(
  actors: ActorCache,
  root: ProfileId,
  floor: QuarterBits,
): Map<ProfileId, Customer> {
  const customers = new Map<ProfileId, Customer>();
  const add = (founder: ProfileId, low: ProfileId, vertex: Vertex): void => {
    const [, , labels, cannotLinks] = vertex;
    const known = customers.get(founder) ?? { profiles: 0, cannotLinks: [], labels: [] };
    customers.set(founder, known);
    known.profiles++;
    for (const high of cannotLinks) known.cannotLinks.push([low, high]);
    known.labels.push(...labels);
  };
  const members = actors.load('root', root)?.members;
  // A root without a record is alone.
  const alone = members === undefined ? actors.load('profile', root) : undefined;
  if (alone !== undefined) add(root, root, alone.vertex);
  for (const [profile, { ladder, vertex }] of members ?? []) {
    add(ladder === null ? profile : founderOf(profile, ladder, floor), profile, vertex);
  }
  return customers;
}

function namedDecision(actors: ActorCache, id: string): Packed | null {
  const state = actors.load('decision', id);
  return state === undefined ? null : packDecision(state);
}

function decisionRows(actors: ActorCache, after: string, limit: number) {
  const found: (readonly [string, unknown])[] = [];
  for (const [key, id] of actors.committedAfter(DECISION_ROWS, after, limit)) {
    const state = actors.load('decision', id as string);
    if (state !== undefined) found.push([key, packDecision(state)]);
  }
  return found;
}
