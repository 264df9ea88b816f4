/** Where what the feed tells of stands now, and the row that tells of a difference. */
import {
  type EvidenceId,
  type EvidenceStanding,
  isEvidenceId,
  STANDING_ROWS,
  type StandingRow,
} from '../domain/actors/evidence-standing.ts';
import { RELEASED } from '../domain/actors/orders.ts';
import { readLadder } from '../domain/component.ts';
import type { ProfileId } from '../domain/identifier.ts';
import type { QuarterBits } from '../domain/rules.ts';
import { customerRow, evidenceKind, type FeedRow } from '../protocol/feed-row.ts';
import type { ActorCache } from './actor-cache.ts';
import type { FeedSubject } from './partition.ts';

export interface FeedState {
  /** Founder of the profile's customer; or how the evidence stands, as a digit. */
  readonly now: string;
  /** Names of the evidence (`StandingRow`); empty for profiles. */
  readonly first: string;
  readonly second: string;
  /** `<token epoch>`, `<ladder version>`; evidence: 0 and the number of changes. */
  readonly version: readonly [epoch: number, version: number];
}

/** State of a subject whose actor is in this partition, in the view at `floor`. */
export function feedStateOf(
  actors: ActorCache | undefined,
  subject: FeedSubject,
  floor: QuarterBits,
): FeedState {
  if (isEvidenceId(subject)) {
    const row = actors?.row(STANDING_ROWS + subject) as StandingRow | null | undefined;
    const [first, second, standing, changes] = row ?? (['', '', RELEASED, 0] as const);
    return { now: String(standing), first, second, version: [0, changes] };
  }
  const state = actors?.load('profile', subject);
  const [strongest, steps] = state?.ladder ?? ([null, []] as const);
  const now = readLadder(subject, { strongest, steps }, floor).founder;
  return {
    now,
    first: '',
    second: '',
    version: [state?.tokenEpoch ?? 0, state?.ladderVersion ?? 0],
  };
}

/** What is to be told of a subject told last as `before`; null: nothing. */
export function feedRowOf(
  subject: FeedSubject,
  before: string | null,
  state: FeedState,
  occurredAt: number,
): FeedRow | null {
  if (!isEvidenceId(subject)) {
    const told = before === null ? null : founder(before);
    return customerRow(subject, told, founder(state.now), occurredAt);
  }
  if ((before ?? String(RELEASED)) === state.now) return null;
  return evidenceRow(subject, state, occurredAt);
}

/** Says where the subject stands, whatever was told of it before. */
export function feedRowAgain(
  subject: FeedSubject,
  before: string | null,
  state: FeedState,
  occurredAt: number,
): FeedRow {
  if (isEvidenceId(subject)) return evidenceRow(subject, state, occurredAt);
  const other = before === null ? null : founder(before);
  return ['profile.moved', subject, founder(state.now), other, occurredAt];
}

function evidenceRow(
  subject: EvidenceId,
  { now, first, second }: FeedState,
  occurredAt: number,
): FeedRow {
  return [evidenceKind(Number(now) as EvidenceStanding), subject, first, second, occurredAt];
}

/** What is told of a profile is the founder of its customer. */
function founder(told: string): ProfileId {
  return told as ProfileId;
}
