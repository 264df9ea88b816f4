/**
 * From what a client sent to what the log carries: validate, normalise, drop junk, compute every
 * actor id (ARCHITECTURE S1 to S3). A pure function of (rules version, input, receivedAt).
 *
 * I1. Never throws, whatever the input.
 * I2. The order of the identifiers within a party does not show in the routed interaction.
 * I3. An interaction is rejected as a whole or routed as a whole; dropping a value is not a
 *     rejection.
 * I4. Violations and drops name fields, never values.
 */
import { compareText, type Identifier } from '../domain/identifier.ts';
import type {
  InteractionInput,
  PartyInput,
  RoutedInteraction,
  RoutedParty,
} from '../domain/interaction.ts';
import type { FieldViolation } from '../protocol/cluster.ts';
import { type CompiledRules, unknownNamespace, usableValue } from './compiled-rules.ts';
import { digestOf, interactionIdOf, deliveryIdOf } from './hashing.ts';
import { checkInteraction } from './input-check.ts';
import { originalsOf, type Spelling } from './original-input.ts';
import { keepSharedEvidenceOnce, type PreparedParty, type PreparedValue } from './party-values.ts';
import { routeParty } from './party-routing.ts';

export { compileRules, normaliseIdentifier } from './compiled-rules.ts';

export type RoutingResult =
  | {
      readonly kind: 'routed';
      readonly interaction: RoutedInteraction;
      /** Values that were not used: field path and reason. Sorted by position. */
      readonly dropped: readonly FieldViolation[];
    }
  | { readonly kind: 'rejected'; readonly violations: readonly FieldViolation[] };

/**
 * Routes one interaction. `receivedAt` is stamped once at ingress (epoch milliseconds; files use 0)
 * and takes no part in the digest.
 */
export function routeInteraction(
  rules: CompiledRules,
  input: InteractionInput,
  receivedAt: number,
): RoutingResult {
  const violations = [...checkInteraction(input)];
  if (violations.length > 0) return { kind: 'rejected', violations };
  const dropped: FieldViolation[] = [];
  const prepared = input.parties.map((party, index) =>
    prepareParty(rules, party, index, violations, dropped),
  );
  if (violations.length > 0) return { kind: 'rejected', violations };
  const parties = keepSharedEvidenceOnce(prepared).map((party, index) =>
    routeParty(rules.derived, party, input.source, input.interactionId, index),
  );
  const originals = prepared.map(({ spellings }, index) =>
    originalsOf(spellings, parties[index] as RoutedParty),
  );
  const interaction: RoutedInteraction = {
    id: interactionIdOf(input.source, input.interactionId),
    revision: input.revision,
    digest: contentDigest(input),
    receivedAt,
    source: input.source,
    interactionId: input.interactionId,
    type: input.type,
    channel: input.channel,
    occurredAt: input.occurredAt,
    parties,
    propertiesJson: input.propertiesJson,
    delivery: input.delivery ?? '',
    deliveryId: input.delivery ? deliveryIdOf(input.source, input.delivery) : '',
  };
  const isPlain = originals.every((party) => party.length === 0);
  return {
    kind: 'routed',
    interaction: isPlain ? interaction : { ...interaction, originals },
    dropped,
  };
}

/** Normalised values of one party without duplicates; records drops and unknown namespaces. */
function prepareParty(
  rules: CompiledRules,
  party: PartyInput,
  partyIndex: number,
  violations: FieldViolation[],
  dropped: FieldViolation[],
): PreparedParty {
  const values: PreparedValue[] = [];
  const spellings: Spelling[] = [];
  party.identifiers.forEach((identifier, index) => {
    const namespace = rules.byName.get(identifier.namespace);
    if (namespace === undefined) {
      const description = unknownNamespace(rules, identifier.namespace);
      const field = `parties[${partyIndex}].identifiers[${index}].namespace`;
      violations.push({ field, description });
      return;
    }
    const usable = usableValue(namespace, identifier.value);
    const value = usable.kind === 'ok' ? usable.value : null;
    spellings.push({ namespace: identifier.namespace, raw: identifier.value, value });
    if (usable.kind !== 'ok') {
      const field = `parties[${partyIndex}].identifiers[${index}].value`;
      dropped.push({ field, description: usable.description });
      return;
    }
    const isRepeated = values.some(
      (other) => other.value === usable.value && other.rules === namespace.rules,
    );
    if (!isRepeated) values.push({ rules: namespace.rules, value: usable.value });
  });
  return { role: party.role, values, spellings, attributes: party.attributes ?? {} };
}

/**
 * Digest of the input without its revision. Of the input and not of what was made of it: which of
 * two deliveries of one revision is live must be the same in every rules version, or building a
 * version beside the live one could not start from the live deliveries alone (S4). Within a version
 * equal input is routed alike, so deliveries with one digest are interchangeable.
 *
 * Identifiers and attributes are sets: their order is free. Counts precede lists, so that the
 * sequence of parts is unambiguous.
 */
function contentDigest(input: InteractionInput): string {
  const { source, interactionId, type, channel, occurredAt, propertiesJson } = input;
  const parts = [source, interactionId, type, channel, String(occurredAt), propertiesJson];
  for (const party of input.parties) {
    parts.push('party', party.role);
    const identifiers = distinct(party.identifiers);
    parts.push(String(identifiers.length));
    for (const { namespace, value } of identifiers) parts.push(namespace, value);
    const attributes = party.attributes === undefined ? [] : Object.entries(party.attributes);
    if (attributes.length > 1) attributes.sort(([a], [b]) => compareText(a, b));
    parts.push(String(attributes.length));
    for (const [name, value] of attributes) parts.push(name, value);
  }
  return digestOf(parts);
}

/** Sorted by (namespace, value), each once. */
function distinct(identifiers: readonly Identifier[]): readonly Identifier[] {
  if (identifiers.length < 2) return identifiers;
  const sorted = identifiers.toSorted(
    (left, right) =>
      compareText(left.namespace, right.namespace) || compareText(left.value, right.value),
  );
  return sorted.filter((one, index) => {
    const before = sorted[index - 1];
    return one.namespace !== before?.namespace || one.value !== before.value;
  });
}
