/**
 * The reader: answers look-ups from partitions, whatever the transport.
 *
 * By anchor one hop (the profile's ladder), by evidence value two (the key, then its holders).
 */
import { probabilityOf } from '../domain/certainty.ts';
import { type Ladder, readLadder } from '../domain/component.ts';
import { compareText, type KeyId, type ProfileId } from '../domain/identifier.ts';
import type { PackedLadder } from '../domain/messages.ts';
import { CERTAIN } from '../domain/quarter-bits.ts';
import type { QuarterBits } from '../domain/rules.ts';
import {
  type CompiledRules,
  type NormalisedIdentifier,
  normaliseIdentifier,
} from '../ingress/compiled-rules.ts';
import { ClusterError, type CustomerMatch, type Resolution } from '../protocol/cluster.ts';
import type { QueryPort } from '../protocol/query.ts';
import type { Topology } from '../protocol/topology.ts';
import { LookUps } from './look-ups.ts';
import type { AskOptions } from './partition-batch.ts';
import type { ReferenceCodec } from './references.ts';

export interface ReaderContext {
  readonly port: QueryPort;
  readonly topology: Topology;
  readonly rules: CompiledRules;
  readonly references: ReferenceCodec;
  /** Number of the generation read (`versions.ts`). */
  readonly generation: number;
}

/** The certainty to read at. Throws `invalid_argument` outside floor..1. */
export function readingCertainty(rules: CompiledRules, minCertainty?: number): QuarterBits {
  const floor = rules.rules.clusterFloor;
  if (minCertainty === undefined) return floor;
  if (!(minCertainty >= 0 && minCertainty <= 1)) {
    throw invalidCertainty(`min_certainty must be between 0 and 1`);
  }
  // A float within rounding of the floor is the floor.
  const asked = minCertainty === 1 ? 120 : Math.ceil(exactQuarterBits(minCertainty) - 1e-6);
  if (asked < floor) {
    const least = probabilityOf(floor).toFixed(4);
    throw invalidCertainty(`min_certainty is below ${least}, the least that returns customers`);
  }
  return asked;
}

function exactQuarterBits(probability: number): number {
  if (probability <= 0) return Number.NEGATIVE_INFINITY;
  return 4 * Math.log2(probability / (1 - probability));
}

function invalidCertainty(description: string): ClusterError {
  return new ClusterError('invalid_argument', description, {
    violations: [{ field: 'min_certainty', description }],
  });
}

export function unpackLadder(packed: PackedLadder): Ladder {
  const [strongest, steps, contested] = packed;
  return contested === undefined ? { strongest, steps } : { strongest, steps, contested };
}

/** Of all certainties, from -CERTAIN on: to raise 2 to a power costs more than the rest of a match. */
const PROBABILITIES = Float64Array.from({ length: 2 * CERTAIN + 1 }, (_, index) =>
  probabilityOf(index - CERTAIN),
);

/** Certainty as a probability; alone is 1. */
export function asProbability(certainty: QuarterBits | null): number {
  return certainty === null ? 1 : (PROBABILITIES[certainty + CERTAIN] ?? probabilityOf(certainty));
}

export async function resolveIdentifiers(
  context: ReaderContext,
  identifiers: readonly { readonly namespace: string; readonly value: string }[],
  minCertainty: QuarterBits,
  options: AskOptions,
): Promise<readonly Resolution[]> {
  const named = identifiers.map(({ namespace, value }) =>
    normaliseIdentifier(context.rules, namespace, value),
  );
  const lookUps = new LookUps(context.topology);
  /** Place of each value asked for: one that is shared by many may stand in a batch many times. */
  const keyPlaces = new Map<KeyId, number>();
  for (let place = 0; place < named.length; place++) {
    const name = named[place] as NormalisedIdentifier;
    if (name.kind !== 'ok') continue;
    if (name.target === 'profile') lookUps.askLadder(name.profileId, place);
    else if (name.nsRules.kind === 'evidence' && !keyPlaces.has(name.keyId)) {
      keyPlaces.set(name.keyId, place);
      lookUps.askKey(name.keyId, place);
    }
  }
  await lookUps.run(context.port, options);
  const holderPlaces = new Map<ProfileId, number>();
  for (const place of keyPlaces.values()) {
    for (const holder of lookUps.keys[place]?.[1] ?? []) {
      if (holderPlaces.has(holder)) continue;
      const holderPlace = named.length + holderPlaces.size;
      holderPlaces.set(holder, holderPlace);
      lookUps.askLadder(holder, holderPlace);
    }
  }
  if (holderPlaces.size > 0) await lookUps.run(context.port, options);
  return named.map((name, place): Resolution => {
    if (name.kind !== 'ok') return { kind: 'invalid', description: name.description };
    if (name.target === 'profile') {
      const ladder = lookUps.ladders[place] ?? null;
      if (ladder === null) return NOT_FOUND;
      return { kind: 'found', matches: [matchOf(context, name.profileId, ladder, minCertainty)] };
    }
    if (name.nsRules.kind !== 'evidence') {
      const description = `namespace ${name.nsRules.name} is context: it identifies nobody`;
      return { kind: 'invalid', description };
    }
    const answer = lookUps.keys[keyPlaces.get(name.keyId) ?? place] ?? null;
    if (answer === null) return NOT_FOUND;
    const [count, holders] = answer;
    if (holders === null || count > name.nsRules.holderCap) {
      const valueRef = context.references.valueRef(name.keyId);
      return { kind: 'generic', holders: count, valueRef };
    }
    const ladderOf = (holder: ProfileId): PackedLadder | null =>
      lookUps.ladders[holderPlaces.get(holder) ?? -1] ?? null;
    return resolutionOfHolders(context, holders, ladderOf, minCertainty);
  });
}

const NOT_FOUND: Resolution = Object.freeze({ kind: 'not_found' });

function resolutionOfHolders(
  context: ReaderContext,
  holders: readonly ProfileId[],
  ladderOf: (holder: ProfileId) => PackedLadder | null,
  minCertainty: QuarterBits,
): Resolution {
  const best = new Map<string, CustomerMatch>();
  for (const holder of holders) {
    const ladder = ladderOf(holder);
    if (ladder === null) continue;
    const match = matchOf(context, holder, ladder, minCertainty);
    // Nearly every value has one holder.
    if (holders.length === 1) return { kind: 'found', matches: [match] };
    const known = best.get(match.customerId);
    if (known === undefined) best.set(match.customerId, match);
    else best.set(match.customerId, better(known, match));
  }
  if (best.size === 0) return NOT_FOUND;
  return { kind: 'found', matches: Array.from(best.values()).sort(compareMatches) };
}

/** The more certain of two ways to one customer; contested when either is. */
function better(left: CustomerMatch, right: CustomerMatch): CustomerMatch {
  const best = right.certainty > left.certainty ? right : left;
  const isContested = left.isContested === true || right.isContested === true;
  return isContested ? { ...best, isContested } : best;
}

function compareMatches(left: CustomerMatch, right: CustomerMatch): number {
  return right.certainty - left.certainty || compareText(left.customerId, right.customerId);
}

export function matchOf(
  context: ReaderContext,
  profile: ProfileId,
  ladder: PackedLadder,
  minCertainty: QuarterBits,
): CustomerMatch {
  const { founder, certainty } = readLadder(profile, unpackLadder(ladder), minCertainty);
  const customerId = context.references.customerId(founder);
  const contested = ladder[2];
  return contested === undefined || contested < minCertainty
    ? { customerId, certainty: asProbability(certainty) }
    : { customerId, certainty: asProbability(certainty), isContested: true };
}
