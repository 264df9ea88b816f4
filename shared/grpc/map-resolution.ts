/** Resolutions between the wire and the port. Runs once per identifier: keep it flat. */
import { ClusterError, type CustomerMatch, type Resolution } from '../protocol/cluster.ts';
import type { Identifier__Output } from './generated/selfsame/v1/Identifier.ts';
import type { Resolution as WireResolution } from './generated/selfsame/v1/Resolution.ts';
import type { Resolution__Output } from './generated/selfsame/v1/Resolution.ts';
import { CONTRACT_LIMITS } from './limits.ts';
import type { Violations } from './violations.ts';

export type RawIdentifier = { readonly namespace: string; readonly value: string };

const LIMITS = CONTRACT_LIMITS;
const NOT_FOUND: WireResolution = Object.freeze({ status: 'RESOLUTION_STATUS_NOT_FOUND' as const });

export function resolutionToWire(resolution: Resolution): WireResolution {
  switch (resolution.kind) {
    case 'found': {
      const best = resolution.matches[0];
      if (best === undefined) return NOT_FOUND;
      const found = { status: 'RESOLUTION_STATUS_FOUND' as const, ...matchToWire(best) };
      if (resolution.matches.length === 1) return found;
      const otherMatches = resolution.matches.slice(1).map(matchToWire);
      return { ...found, otherMatches, ambiguous: true };
    }
    case 'not_found':
      return NOT_FOUND;
    case 'generic':
      return {
        status: 'RESOLUTION_STATUS_GENERIC',
        holderCount: resolution.holders,
        valueRef: resolution.valueRef,
      };
    case 'invalid':
      return { status: 'RESOLUTION_STATUS_INVALID', description: resolution.description };
  }
}

function matchToWire({ customerId, certainty, isContested }: CustomerMatch) {
  return isContested === true
    ? { customerId, certainty, contested: true }
    : { customerId, certainty };
}

function matchFromWire({
  customerId,
  certainty,
  contested,
}: Pick<Resolution__Output, 'customerId' | 'certainty' | 'contested'>): CustomerMatch {
  return contested ? { customerId, certainty, isContested: true } : { customerId, certainty };
}

export function resolutionFromWire(message: Resolution__Output): Resolution {
  switch (message.status) {
    case 'RESOLUTION_STATUS_FOUND': {
      return { kind: 'found', matches: [message, ...message.otherMatches].map(matchFromWire) };
    }
    case 'RESOLUTION_STATUS_NOT_FOUND':
      return { kind: 'not_found' };
    case 'RESOLUTION_STATUS_GENERIC':
      return { kind: 'generic', holders: message.holderCount, valueRef: message.valueRef };
    case 'RESOLUTION_STATUS_INVALID':
      return { kind: 'invalid', description: message.description };
    default:
      throw new ClusterError('internal', 'The gateway sent a status that this client cannot read.');
  }
}

export function checkIdentifier(
  identifier: RawIdentifier,
  field: string,
  violations: Violations,
): void {
  violations.text(identifier.namespace, `${field}.namespace`, LIMITS.namespaceCharacters);
  violations.text(identifier.value, `${field}.value`, LIMITS.valueCharacters);
}

/** A request in one of the two forms of BatchResolveRequest. */
export interface IdentifierBatch {
  readonly identifiers: readonly Identifier__Output[];
  readonly namespace: string;
  readonly values: readonly string[];
}

/**
 * The identifiers of a batch in order; meaningless when violations were added. Single identifiers
 * are not judged here: one bad value must not fail a batch (see `isWellFormed`).
 */
export function identifiersFromWire(
  batch: IdentifierBatch,
  violations: Violations,
): readonly RawIdentifier[] {
  const { identifiers, namespace, values } = batch;
  if (values.length > 0 && identifiers.length > 0) {
    violations.add('values', 'Give either `identifiers` or `namespace` and `values`.');
    return [];
  }
  if (values.length === 0) {
    violations.count(identifiers.length, 'identifiers', 1, LIMITS.identifiersPerBatch);
    return identifiers;
  }
  violations.text(namespace, 'namespace', LIMITS.namespaceCharacters);
  violations.count(values.length, 'values', 1, LIMITS.identifiersPerBatch);
  if (violations.list.length > 0) return [];
  return values.map((value) => ({ namespace, value }));
}

/** Whether lengths are within the contract. Runs 200,000 times a second. */
export function isWellFormed({ namespace, value }: RawIdentifier): boolean {
  return (
    value.length > 0 &&
    value.length <= LIMITS.valueCharacters &&
    namespace.length > 0 &&
    namespace.length <= LIMITS.namespaceCharacters
  );
}

/** The answer for an identifier of a batch that is not well formed. */
export const MALFORMED_IDENTIFIER: Resolution = Object.freeze({
  kind: 'invalid',
  description:
    `Give a namespace of 1 to ${LIMITS.namespaceCharacters} ` +
    `and a value of 1 to ${LIMITS.valueCharacters} characters.`,
});

/** The cheaper form of the two: `values` when all identifiers share one namespace. */
export function identifiersToWire(identifiers: readonly RawIdentifier[]): {
  readonly identifiers?: RawIdentifier[];
  readonly namespace?: string;
  readonly values?: string[];
} {
  const namespace = identifiers[0]?.namespace ?? '';
  const isShared = identifiers.every((identifier) => identifier.namespace === namespace);
  if (isShared && namespace !== '') {
    return { namespace, values: identifiers.map(({ value }) => value) };
  }
  return { identifiers: [...identifiers] };
}
