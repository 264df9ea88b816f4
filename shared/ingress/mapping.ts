/**
 * From a source's record to an interaction, as its mapping file says. Pure; never throws. A record
 * that cannot be mapped is quarantined with its reason and never stops the others.
 *
 * What is judged here is only whether the record has what the mapping needs; bounds and values are
 * judged by `routeInteraction`, for all sources alike.
 */
import type { InteractionInput, PartyInput } from '../domain/interaction.ts';
import type { IdentifierMapping, Mapping, PartyMapping } from './mapping-types.ts';
import {
  conditionsHold,
  type FieldPath,
  fieldTexts,
  firstValueOf,
  type RecordContext,
  type SourceRecord,
  valuesOf,
} from './record-value.ts';

export type MappingResult =
  | { readonly kind: 'mapped'; readonly input: InteractionInput }
  /** A condition of `skip_when` holds. */
  | { readonly kind: 'skipped'; readonly line: number }
  /** `reason` names the field and what to do; it holds no value (personal data). */
  | { readonly kind: 'quarantined'; readonly reason: string; readonly line: number };

/** Thrown and caught within this file only: the reason travels up through nested reading. */
class Quarantine extends Error {}

/** Maps one record. `line` is the line on which it ends, from 1. */
export function mapRecord(mapping: Mapping, record: SourceRecord, line: number): MappingResult {
  const context: RecordContext = { record, line, missing: mapping.missing };
  if (mapping.skipWhen.some((condition) => conditionsHold([condition], context))) {
    return { kind: 'skipped', line };
  }
  try {
    return { kind: 'mapped', input: interactionOf(mapping, context) };
  } catch (error) {
    if (!(error instanceof Quarantine)) throw error;
    return { kind: 'quarantined', reason: error.message, line };
  }
}

function interactionOf(mapping: Mapping, context: RecordContext): InteractionInput {
  const interactionId = firstValueOf(mapping.recordId, context);
  if (interactionId === null) {
    throw new Quarantine(
      'record_id: the record has none; use {line: true} if the source has no ids',
    );
  }
  const parties = mapping.parties.flatMap((party, index) => partyOf(party, index, context) ?? []);
  if (parties.length === 0) {
    throw new Quarantine('parties: the record has no identifier and no attribute of any party');
  }
  const delivery = mapping.delivery === null ? null : firstValueOf(mapping.delivery, context);
  return {
    source: mapping.source,
    interactionId,
    revision: revisionOf(mapping, context),
    type: required(firstValueOf(mapping.type, context), 'type'),
    channel: firstValueOf(mapping.channel, context) ?? '',
    occurredAt: timeOf(mapping, context),
    parties,
    propertiesJson: propertiesOf(mapping.properties, context),
    ...(delivery === null ? {} : { delivery }),
  };
}

function required(text: string | null, name: string): string {
  if (text === null)
    throw new Quarantine(`${name}: the record has none; give the mapping a default`);
  return text;
}

function revisionOf(mapping: Mapping, context: RecordContext): number {
  if (mapping.revision === null) return 0;
  const text = firstValueOf(mapping.revision, context) ?? '0';
  const revision = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(revision)) {
    throw new Quarantine('revision: is not a whole number from 0 to 2^53 - 1');
  }
  return revision;
}

function timeOf(mapping: Mapping, context: RecordContext): number {
  const text = firstValueOf(mapping.time.value, context);
  if (text === null) throw new Quarantine('time: the record has none; give the mapping a default');
  const epochMs = mapping.time.read(text);
  if (epochMs === null) throw new Quarantine('time: does not match the format of the mapping');
  return epochMs;
}

/**
 * Null when the record says nothing of this party: the mapping names more than every record has.
 */
function partyOf(party: PartyMapping, index: number, context: RecordContext): PartyInput | null {
  if (!conditionsHold(party.when, context)) return null;
  const identifiers = party.identifiers.flatMap((entry, position) =>
    identifiersOf(entry, `parties[${index}].identifiers[${position}]`, context),
  );
  const attributes: [string, string][] = [];
  for (const [name, expression] of party.attributes) {
    const text = firstValueOf(expression, context);
    if (text !== null) attributes.push([name, text]);
  }
  if (identifiers.length === 0 && attributes.length === 0) return null;
  const role = required(firstValueOf(party.role, context), `parties[${index}].role`);
  return { role, identifiers, attributes: Object.fromEntries(attributes) };
}

function identifiersOf(
  entry: IdentifierMapping,
  path: string,
  context: RecordContext,
): PartyInput['identifiers'] {
  if (!conditionsHold(entry.when, context)) return [];
  const values = valuesOf(entry.value, context);
  if (values.length === 0) return [];
  const namespace = namespaceOf(entry.namespace, path, context);
  return namespace === null ? [] : values.map((value) => ({ namespace, value }));
}

function namespaceOf(
  namespace: IdentifierMapping['namespace'],
  path: string,
  context: RecordContext,
): string | null {
  if (namespace.kind === 'fixed') return namespace.name;
  const text = fieldTexts(namespace.path, context)[0];
  const name = text === undefined ? undefined : namespace.names.get(text);
  if (name !== undefined) return name;
  if (namespace.others === 'skip') return null;
  throw new Quarantine(
    `${path}: the field ${namespace.path.name} holds no text of namespaces; add it there, ` +
      'or write other_namespaces: skip',
  );
}

/** The record's own values under the fields' names; a list stays a list. */
function propertiesOf(properties: Mapping['properties'], context: RecordContext): string {
  if (properties === 'all') return JSON.stringify(context.record);
  if (properties.length === 0) return '{}';
  const kept: [string, string | readonly string[]][] = [];
  for (const path of properties) {
    const texts = fieldTexts(path, context);
    const [first] = texts;
    if (first !== undefined) kept.push([path.name, isListPath(path) ? texts : first]);
  }
  return JSON.stringify(Object.fromEntries(kept));
}

function isListPath(path: FieldPath): boolean {
  return path.segments.includes(null);
}
