/** How the parties of an interaction and their identifiers are written in a mapping file. */
import { type ConfigPlace, required } from './config-file.ts';
import { INTERACTION_BOUNDS } from './input-check.ts';
import type { IdentifierMapping, PartyMapping } from './mapping-types.ts';
import { suggestion } from './nearest-name.ts';
import type { ValueExpression } from './record-value.ts';
import {
  readConditions,
  readFieldPath,
  readValue,
  readValueFields,
  readValues,
  VALUE_KEYS,
} from './record-value-config.ts';

const PARTY_KEYS = ['role', 'when', 'identifiers', 'attributes'] as const;
const IDENTIFIER_KEYS = [
  'namespace',
  'namespace_field',
  'namespaces',
  'other_namespaces',
  'when',
  ...VALUE_KEYS,
] as const;

type Fields = ReadonlyMap<string, ConfigPlace>;

/** The list of parties; `known` holds the namespaces that the rules declare, null: any. */
export function readParties(
  place: ConfigPlace | undefined,
  known: ReadonlySet<string> | null,
): readonly PartyMapping[] {
  const items = place?.items(INTERACTION_BOUNDS.partyCount);
  if (items?.length === 0) place?.fail('needs at least one party');
  return (items ?? []).flatMap((item) => readParty(item, known) ?? []);
}

function readParty(
  place: ConfigPlace,
  known: ReadonlySet<string> | null,
): PartyMapping | undefined {
  const fields = place.fields(PARTY_KEYS);
  if (fields === undefined) return undefined;
  const rolePlace = required(place, fields, 'role');
  const role = rolePlace && readValue(rolePlace, 'constant');
  const identifierPlaces = fields.get('identifiers')?.items(INTERACTION_BOUNDS.identifierCount);
  const identifiers = (identifierPlaces ?? []).flatMap((item) => readIdentifier(item, known) ?? []);
  const attributes: (readonly [string, ValueExpression])[] = [];
  const attributePlaces = fields.get('attributes')?.entries();
  if ((attributePlaces?.size ?? 0) > INTERACTION_BOUNDS.attributeCount) {
    fields.get('attributes')?.fail(`has more than ${INTERACTION_BOUNDS.attributeCount} attributes`);
  }
  for (const [name, attributePlace] of attributePlaces ?? []) {
    const value = readValue(attributePlace, 'field');
    if (value !== undefined) attributes.push([name, value]);
  }
  if (!fields.has('identifiers') && !fields.has('attributes')) {
    place.fail('has neither identifiers nor attributes, so nothing would be known of this party');
  }
  if (role === undefined) return undefined;
  return { role, when: readConditions(fields.get('when')), identifiers, attributes };
}

function readIdentifier(
  place: ConfigPlace,
  known: ReadonlySet<string> | null,
): IdentifierMapping | undefined {
  const fields = place.fields(IDENTIFIER_KEYS);
  if (fields === undefined) return undefined;
  const value = readValueFields(place, fields);
  const namespace = readNamespace(place, fields, known);
  const when = readConditions(fields.get('when'));
  return value === undefined || namespace === undefined ? undefined : { namespace, value, when };
}

function readNamespace(
  place: ConfigPlace,
  fields: Fields,
  known: ReadonlySet<string> | null,
): IdentifierMapping['namespace'] | undefined {
  const fixed = fields.get('namespace');
  const fieldPlace = fields.get('namespace_field');
  if ((fixed === undefined) === (fieldPlace === undefined)) {
    return place.fail('needs exactly one of namespace, namespace_field');
  }
  if (fixed !== undefined) {
    for (const key of ['namespaces', 'other_namespaces']) {
      fields.get(key)?.fail('only has a meaning together with namespace_field');
    }
    const name = fixed.text(INTERACTION_BOUNDS.wordLength);
    if (name === undefined) return undefined;
    checkKnown(fixed, name, known);
    return { kind: 'fixed', name };
  }
  const path = fieldPlace && readFieldPath(fieldPlace);
  const namesPlace = required(place, fields, 'namespaces');
  const names = readValues(namesPlace);
  for (const [text, entry] of namesPlace?.entries() ?? []) {
    checkKnown(entry, names?.get(text) ?? '', known);
  }
  const others = fields.get('other_namespaces')?.choice(['skip', 'quarantine']) ?? 'quarantine';
  if (path === undefined || names === null) return undefined;
  return { kind: 'field', path, names, others };
}

function checkKnown(place: ConfigPlace, name: string, known: ReadonlySet<string> | null): void {
  if (known === null || name === '' || known.has(name)) return;
  const near = suggestion(name, known) || `; declared: ${[...known].sort().join(', ')}`;
  place.fail(`the rules declare no such namespace${near}`);
}
