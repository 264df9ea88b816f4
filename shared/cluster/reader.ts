/**
 * The reader: answers look-ups from partitions, whatever the transport.
 *
 * By anchor one hop (the profile's ladder), by evidence value two (the key, then its holders).
 */
import { probabilityOf } from '../domain/certainty.ts';
import { type Ladder, readLadder } from '../domain/component.ts';
import { compareText, type ProfileId } from '../domain/identifier.ts';
import type { PackedLadder } from '../domain/messages.ts';
import type { QuarterBits } from '../domain/rules.ts';
import {
  type CompiledRules,
  type NormalisedIdentifier,
  normaliseIdentifier,
} from '../ingress/compiled-rules.ts';
import { ClusterError, type CustomerMatch, type Resolution } from '../protocol/cluster.ts';
import type { QueryPort } from '../protocol/query.ts';
import type { Topology } from '../protocol/topology.ts';
import { type AskOptions, PartitionBatch } from './partition-batch.ts';
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
  return { strongest: packed[0], steps: packed[1] };
}

/** Certainty as a probability; alone is 1. */
export function asProbability(certainty: QuarterBits | null): number {
  return certainty === null ? 1 : probabilityOf(certainty);
}

export async function resolveIdentifiers(
  context: ReaderContext,
  identifiers: readonly { readonly namespace: string; readonly value: string }[],
  minCertainty: QuarterBits,
  options: AskOptions,
): Promise<readonly Resolution[]> {
  const batch = new PartitionBatch(context.topology);
  const named = identifiers.map(({ namespace, value }) =>
    normaliseIdentifier(context.rules, namespace, value),
  );
  for (const name of named) {
    if (name.kind !== 'ok') continue;
    if (name.target === 'profile') batch.askLadder(name.profileId);
    else if (name.nsRules.kind === 'evidence') batch.askKey(name.keyId);
  }
  await batch.run(context.port, options);
  let hasHolders = false;
  for (const answer of batch.keys.values()) {
    for (const holder of answer?.[1] ?? []) {
      batch.askLadder(holder);
      hasHolders = true;
    }
  }
  if (hasHolders) await batch.run(context.port, options);
  return named.map((name) => resolutionOf(context, batch, name, minCertainty));
}

function resolutionOf(
  context: ReaderContext,
  batch: PartitionBatch,
  name: NormalisedIdentifier,
  minCertainty: QuarterBits,
): Resolution {
  if (name.kind !== 'ok') return { kind: 'invalid', description: name.description };
  if (name.target === 'profile') {
    const ladder = batch.ladders.get(name.profileId) ?? null;
    if (ladder === null) return { kind: 'not_found' };
    return { kind: 'found', matches: [matchOf(context, name.profileId, ladder, minCertainty)] };
  }
  if (name.nsRules.kind !== 'evidence') {
    const description = `namespace ${name.nsRules.name} is context: it identifies nobody`;
    return { kind: 'invalid', description };
  }
  const answer = batch.keys.get(name.keyId) ?? null;
  if (answer === null) return { kind: 'not_found' };
  const [count, holders] = answer;
  if (holders === null || count > name.nsRules.holderCap)
    return { kind: 'generic', holders: count, valueRef: context.references.valueRef(name.keyId) };
  const best = new Map<string, CustomerMatch>();
  for (const holder of holders) {
    const ladder = batch.ladders.get(holder) ?? null;
    if (ladder === null) continue;
    const match = matchOf(context, holder, ladder, minCertainty);
    const known = best.get(match.customerId);
    if (known === undefined || match.certainty > known.certainty) best.set(match.customerId, match);
  }
  if (best.size === 0) return { kind: 'not_found' };
  return { kind: 'found', matches: Array.from(best.values()).sort(compareMatches) };
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
  return {
    customerId: context.references.customerId(founder),
    certainty: asProbability(certainty),
  };
}
