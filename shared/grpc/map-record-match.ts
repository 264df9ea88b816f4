/** Records to match and their matches, between the wire and the port. */
import type { PartyInput } from '../domain/interaction.ts';
import type { RecordMatch, RecordMatches } from '../protocol/explanations.ts';
import type { MatchRecordResponse } from './generated/selfsame/v1/MatchRecordResponse.ts';
import type { MatchRecordResponse__Output } from './generated/selfsame/v1/MatchRecordResponse.ts';
import type { Party, Party__Output } from './generated/selfsame/v1/Party.ts';
import { CONTRACT_LIMITS } from './limits.ts';
import { bandFromWire, bandToWire } from './map-band.ts';
import type { Violations } from './violations.ts';

/** The record; meaningless when violations were added. What it may hold is checked at ingress. */
export function recordFromWire(record: Party__Output | null, violations: Violations): PartyInput {
  if (record === null) {
    violations.add('record', 'Required.');
    return { role: '', identifiers: [] };
  }
  return { ...record, role: record.role === '' ? 'subject' : record.role };
}

export function recordToWire({ role, identifiers, attributes }: PartyInput): Party {
  return {
    role,
    identifiers: identifiers.map(({ namespace, value }) => ({ namespace, value })),
    attributes: { ...attributes },
  };
}

/** How many matches are wanted; undefined: as many as by default. */
export function maxMatchesFromWire(asked: number, violations: Violations): number | undefined {
  violations.count(asked, 'max_matches', 0, CONTRACT_LIMITS.matchesPerRecord);
  return asked === 0 ? undefined : asked;
}

export function recordMatchesToWire(answer: RecordMatches): MatchRecordResponse {
  return {
    matches: answer.matches.map(({ band, refusal, contributions, ...match }) => ({
      ...match,
      band: bandToWire(band),
      refusal: refusal ?? '',
      contributions: [...contributions],
    })),
    ambiguous: answer.isAmbiguous,
    candidateCount: answer.candidates,
    truncated: answer.isTruncated,
    dropped: [...answer.dropped],
  };
}

export function recordMatchesFromWire(message: MatchRecordResponse__Output): RecordMatches {
  return {
    matches: message.matches.map(
      ({ band, refusal, ...match }): RecordMatch => ({
        ...match,
        band: bandFromWire(band),
        refusal: refusal === '' ? null : refusal,
      }),
    ),
    isAmbiguous: message.ambiguous,
    candidates: message.candidateCount,
    isTruncated: message.truncated,
    dropped: message.dropped,
  };
}
