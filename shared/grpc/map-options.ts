/** Read options and levels between the wire and the Cluster port. */
import type { AckLevel, ReadOptions } from '../protocol/cluster.ts';
import type { AckLevel as WireAckLevel } from './generated/selfsame/v1/AckLevel.ts';
import type {
  ReadOptions as WireReadOptions,
  ReadOptions__Output,
} from './generated/selfsame/v1/ReadOptions.ts';
import { CONTRACT_LIMITS } from './limits.ts';
import { formatRevisionToken, parseRevisionToken } from './revision-token.ts';
import type { Violations } from './violations.ts';

/** The level; null with a violation when the wire holds a number unknown to this version. */
export function ackLevelFromWire(
  level: WireAckLevel,
  field: string,
  violations: Violations,
): AckLevel | null {
  switch (level) {
    case 'ACK_LEVEL_UNSPECIFIED':
    case 'ACK_LEVEL_DURABLE':
      return 'durable';
    case 'ACK_LEVEL_ACCEPTED':
      return 'accepted';
    case 'ACK_LEVEL_SETTLED':
      return 'settled';
    default:
      violations.add(field, 'Unknown level; give one of AckLevel.');
      return null;
  }
}

const ACK_LEVELS = {
  accepted: 'ACK_LEVEL_ACCEPTED',
  durable: 'ACK_LEVEL_DURABLE',
  settled: 'ACK_LEVEL_SETTLED',
} as const;

export function ackLevelToWire(level: AckLevel): (typeof ACK_LEVELS)[AckLevel] {
  return ACK_LEVELS[level];
}

type ReadQuestion = Pick<ReadOptions, 'minCertainty' | 'token' | 'tokenLevel'>;
const NO_OPTIONS: ReadQuestion = Object.freeze({});

export function readOptionsFromWire(
  options: ReadOptions__Output | null,
  field: string,
  violations: Violations,
): ReadQuestion {
  if (options === null) return NO_OPTIONS;
  const { minCertainty, revisionToken, waitLevel } = options;
  if (minCertainty !== undefined && !(minCertainty >= 0 && minCertainty <= 1)) {
    violations.add(`${field}.min_certainty`, 'Give a probability, 0 to 1.');
  }
  const certainty = minCertainty === undefined ? {} : { minCertainty };
  if (typeof waitLevel === 'number') {
    violations.add(`${field}.wait_level`, 'Unknown level; give one of WaitLevel.');
  }
  if (revisionToken === '') return certainty;
  const token =
    revisionToken.length > CONTRACT_LIMITS.tokenCharacters
      ? null
      : parseRevisionToken(revisionToken);
  if (token === null) {
    violations.add(`${field}.revision_token`, 'Not a token; give one as it was returned.');
    return certainty;
  }
  const tokenLevel = waitLevel === 'WAIT_LEVEL_SETTLED' ? 'settled' : 'durable';
  return { ...certainty, token, tokenLevel };
}

/** Read options for a request; null when nothing is asked. */
export function readOptionsToWire(options: ReadOptions | undefined): WireReadOptions | null {
  if (options === undefined) return null;
  const { minCertainty, token, tokenLevel } = options;
  if (minCertainty === undefined && token === undefined) return null;
  return {
    ...(minCertainty === undefined ? {} : { minCertainty }),
    ...(token === undefined ? {} : { revisionToken: formatRevisionToken(token) }),
    waitLevel: tokenLevel === 'settled' ? 'WAIT_LEVEL_SETTLED' : 'WAIT_LEVEL_DURABLE',
  };
}
