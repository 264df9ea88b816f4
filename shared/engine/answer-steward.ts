/** Answers the questions of stewardship from one partition's actors. Reads only. */
import { DECISION_ROWS } from '../domain/actors/decision-actor.ts';
import { strongestProposal } from '../domain/actors/pair-home.ts';
import { packDecision } from '../domain/actors/state-codec.ts';
import { readLadder } from '../domain/component.ts';
import { compareText, type ProfileId } from '../domain/identifier.ts';
import type { PackedLadder } from '../domain/messages.ts';
import type { OpenRow } from '../domain/open-reviews.ts';
import type { QuarterBits } from '../domain/rules.ts';
import type {
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
    case 'sizes': {
      const [, customers, floor] = question;
      return ['sizes', sizesOf(actors, customers, floor)];
    }
    case 'decisions':
      return ['decisions', decisionRows(actors, question[1], question[2])];
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
  const { root, ladder, namespace, value, days, labels } = profile;
  return [root, founderOf(id, ladder, floor), namespace, value, days.length > 0, [...labels]];
}

/** Each root is counted once, whatever the number of its customers asked for. */
function sizesOf(
  actors: ActorCache,
  customers: readonly (readonly [ProfileId, ProfileId])[],
  floor: QuarterBits,
): number[] {
  const counted = new Map<ProfileId, Map<ProfileId, number>>();
  return customers.map(([id, founder]) => {
    let sizes = counted.get(id);
    if (sizes === undefined) {
      sizes = new Map();
      counted.set(id, sizes);
      for (const [profile, { ladder }] of actors.load('root', id)?.members ?? []) {
        const own = ladder === null ? profile : founderOf(profile, ladder, floor);
        sizes.set(own, (sizes.get(own) ?? 0) + 1);
      }
    }
    // A root without a record is alone.
    return sizes.get(founder) ?? 1;
  });
}

function decisionRows(actors: ActorCache, after: string, limit: number) {
  const found: (readonly [string, unknown])[] = [];
  for (const [key, id] of actors.committedAfter(DECISION_ROWS, after, limit)) {
    const state = actors.load('decision', id as string);
    if (state !== undefined) found.push([key, packDecision(state)]);
  }
  return found;
}
