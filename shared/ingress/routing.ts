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
import type { InteractionInput, PartyInput, RoutedInteraction } from '../domain/interaction.ts';
import type { FieldViolation } from '../protocol/cluster.ts';
import { type CompiledRules, unknownNamespace, usableValue } from './compiled-rules.ts';
import { digestOf, interactionIdOf, deliveryIdOf } from './hashing.ts';
import { checkInteraction } from './input-check.ts';
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
  const content = {
    source: input.source,
    interactionId: input.interactionId,
    type: input.type,
    channel: input.channel,
    occurredAt: input.occurredAt,
    parties,
    propertiesJson: input.propertiesJson,
  };
  const interaction: RoutedInteraction = {
    id: interactionIdOf(input.source, input.interactionId),
    revision: input.revision,
    digest: contentDigest(content),
    receivedAt,
    ...content,
    delivery: input.delivery ?? '',
    deliveryId: input.delivery ? deliveryIdOf(input.source, input.delivery) : '',
  };
  return { kind: 'routed', interaction, dropped };
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
  party.identifiers.forEach((identifier, index) => {
    const path = `parties[${partyIndex}].identifiers[${index}]`;
    const namespace = rules.byName.get(identifier.namespace);
    if (namespace === undefined) {
      const description = unknownNamespace(rules, identifier.namespace);
      violations.push({ field: `${path}.namespace`, description });
      return;
    }
    const usable = usableValue(namespace, identifier.value);
    if (usable.kind !== 'ok') {
      dropped.push({ field: `${path}.value`, description: usable.description });
      return;
    }
    const isRepeated = values.some(
      (other) => other.value === usable.value && other.rules === namespace.rules,
    );
    if (!isRepeated) values.push({ rules: namespace.rules, value: usable.value });
  });
  return { role: party.role, values, attributes: party.attributes ?? {} };
}

/**
 * Digest of the *routed* content without revision and receivedAt. Of the routed content, not of the
 * input: two deliveries with one digest must be interchangeable, also when they were routed under
 * different rules versions, or arrival order would show (S4).
 *
 * Ids derived from values are left out, being functions of them. Counts precede lists, so that the
 * sequence of parts is unambiguous.
 */
function contentDigest(
  content: Omit<
    RoutedInteraction,
    'id' | 'revision' | 'digest' | 'receivedAt' | 'delivery' | 'deliveryId'
  >,
) {
  const { source, interactionId, type, channel, occurredAt, propertiesJson } = content;
  const parts = [source, interactionId, type, channel, String(occurredAt), propertiesJson];
  for (const party of content.parties) {
    parts.push('party', party.role, party.profileKind, party.namespace, party.value);
    parts.push(String(party.others.length));
    for (const other of party.others) parts.push(other.kind, other.namespace, other.value);
    parts.push(String(party.values.length));
    for (const value of party.values) parts.push(value.kind, value.namespace, value.value);
    parts.push(String(party.attributes.length));
    for (const [name, value] of party.attributes) parts.push(name, value);
    for (const [name, text] of party.facts) parts.push('fact', name, text);
  }
  return digestOf(parts);
}
