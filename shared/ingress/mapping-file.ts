/**
 * Mapping files: one YAML per source says how its records become interactions. The format is
 * described in this folder's README; `deploy/examples/mappings` has one of each kind.
 *
 * A mapping says where things are, never what they mean: identifiers are normalised by the rules, so
 * that the same address from two sources cannot be treated in two ways.
 */
import { readFileSync } from 'node:fs';
import { ConfigFileError, type ConfigPlace, type ConfigProblem, readConfig } from './config-file.ts';
import { INTERACTION_BOUNDS } from './input-check.ts';
import { suggestion } from './nearest-name.ts';
import type { Condition, FieldPath, ValueExpression } from './record-value.ts';
import {
  readConditions,
  readFieldPath,
  readFieldPaths,
  readValue,
  readValueFields,
  readValues,
  VALUE_KEYS,
} from './record-value-config.ts';
import { readUtcOffset, type TimeReader, timeReaderOf } from './time-format.ts';

export interface IdentifierMapping {
  readonly namespace:
    | { readonly kind: 'fixed'; readonly name: string }
    | {
        /** The record says the namespace, in words of its own. */
        readonly kind: 'field';
        readonly path: FieldPath;
        readonly names: ReadonlyMap<string, string>;
        /** Texts that are not in `names`: leave the identifier out, or quarantine the record. */
        readonly others: 'skip' | 'quarantine';
      };
  readonly value: ValueExpression;
  readonly when: readonly Condition[];
}

export interface PartyMapping {
  readonly role: ValueExpression;
  readonly when: readonly Condition[];
  readonly identifiers: readonly IdentifierMapping[];
  readonly attributes: readonly (readonly [name: string, value: ValueExpression])[];
}

export interface TimeMapping {
  readonly value: ValueExpression;
  /** Epoch milliseconds, or null for a text that is not of the format. */
  readonly read: TimeReader;
}

export interface Mapping {
  readonly source: string;
  readonly format: 'csv' | 'ndjson';
  /** CSV only. */
  readonly delimiter: string;
  readonly missing: ReadonlySet<string>;
  readonly recordId: ValueExpression;
  readonly revision: ValueExpression | null;
  readonly time: TimeMapping;
  readonly type: ValueExpression;
  readonly channel: ValueExpression;
  readonly parties: readonly PartyMapping[];
  /** A record for which one of these holds is left out. */
  readonly skipWhen: readonly Condition[];
  /** Fields kept as free properties. */
  readonly properties: 'all' | readonly FieldPath[];
}

export type MappingFileResult =
  | { readonly kind: 'ok'; readonly mapping: Mapping }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] };

const ROOT_KEYS = [
  'source',
  'format',
  'delimiter',
  'missing',
  'record_id',
  'revision',
  'time',
  'type',
  'channel',
  'parties',
  'skip_when',
  'properties',
] as const;
const PARTY_KEYS = ['role', 'when', 'identifiers', 'attributes'] as const;
const IDENTIFIER_KEYS = [
  'namespace',
  'namespace_field',
  'namespaces',
  'other_namespaces',
  'when',
  ...VALUE_KEYS,
] as const;
const TIME_KEYS = ['format', 'utc_offset', ...VALUE_KEYS] as const;

type Fields = ReadonlyMap<string, ConfigPlace>;

/**
 * Parses and checks a mapping file. With `namespaces` (the names the active rules declare) every
 * namespace of the mapping must be one of them. Never throws; all problems are reported.
 */
export function parseMapping(text: string, namespaces: Iterable<string> | null): MappingFileResult {
  const known = namespaces === null ? null : new Set(namespaces);
  const result = readConfig(text, (root) => readRoot(root, known));
  return result.kind === 'ok' ? { kind: 'ok', mapping: result.value } : result;
}

/** Reads a mapping file from disk. Throws `ConfigFileError` (unreadable or invalid). */
export function loadMappingFile(path: string, namespaces: Iterable<string> | null): Mapping {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `cannot be read (${reason}); check the path and its permissions`;
    throw new ConfigFileError(path, [{ line: 0, path: '', message }], { cause: error });
  }
  const result = parseMapping(text, namespaces);
  if (result.kind === 'invalid') throw new ConfigFileError(path, result.problems);
  return result.mapping;
}

function readRoot(root: ConfigPlace, known: ReadonlySet<string> | null): Mapping | undefined {
  const fields = root.fields(ROOT_KEYS);
  if (fields === undefined) return undefined;
  const source = required(root, fields, 'source')?.text(INTERACTION_BOUNDS.idLength);
  const format = required(root, fields, 'format')?.choice(['csv', 'ndjson']);
  const recordIdPlace = required(root, fields, 'record_id');
  const recordId = recordIdPlace && readValue(recordIdPlace, 'field');
  const revisionPlace = fields.get('revision');
  const revision = revisionPlace && readValue(revisionPlace, 'field');
  const timePlace = required(root, fields, 'time');
  const time = timePlace && readTime(timePlace);
  const typePlace = required(root, fields, 'type');
  const type = typePlace && readValue(typePlace, 'constant');
  const channelPlace = required(root, fields, 'channel');
  const channel = channelPlace && readValue(channelPlace, 'constant');
  const parties = readParties(required(root, fields, 'parties'), known);
  const delimiter = readDelimiter(fields.get('delimiter'), format);
  const missing = fields.get('missing')?.items(100) ?? [];
  const skipWhen = readConditions(fields.get('skip_when'));
  const properties = readProperties(fields.get('properties'));
  if (source === undefined || format === undefined || recordId === undefined) return undefined;
  if (time === undefined || type === undefined || channel === undefined) return undefined;
  return {
    source,
    format,
    delimiter,
    missing: new Set(missing.flatMap((place) => place.sourceText(100) ?? [])),
    recordId,
    revision: revision ?? null,
    time,
    type,
    channel,
    parties,
    skipWhen,
    properties,
  };
}

function required(place: ConfigPlace, fields: Fields, key: string): ConfigPlace | undefined {
  return fields.get(key) ?? place.fail(`${key} is missing`);
}

function readDelimiter(place: ConfigPlace | undefined, format: string | undefined): string {
  if (place === undefined) return ',';
  if (format === 'ndjson') place.fail('has no meaning for ndjson; remove it');
  const delimiter = place.text(1) ?? ',';
  if (/["\r\n]/.test(delimiter)) place.fail('must not be a quote or a line end');
  return delimiter;
}

function readProperties(place: ConfigPlace | undefined): 'all' | readonly FieldPath[] {
  if (place === undefined) return [];
  if (!place.isText()) return readFieldPaths(place) ?? [];
  const word = place.choice(['all', 'none']);
  return word === 'all' ? 'all' : [];
}

function readTime(place: ConfigPlace): TimeMapping | undefined {
  if (!place.isMapping()) {
    const value = readValue(place, 'field');
    const iso = timeReaderOf('iso', 0);
    if (value === undefined || iso.kind === 'invalid') return undefined;
    return { value, read: iso.read };
  }
  const fields = place.fields(TIME_KEYS);
  if (fields === undefined) return undefined;
  const value = readValueFields(place, fields);
  const formatPlace = fields.get('format');
  const format = formatPlace?.text(100) ?? 'iso';
  const offsetPlace = fields.get('utc_offset');
  const offset = readUtcOffset(offsetPlace?.text(10) ?? 'Z');
  if (offset === null) offsetPlace?.fail('must be Z or an offset such as +10:00, in quotes');
  const reader = timeReaderOf(format, offset ?? 0);
  if (reader.kind === 'invalid') return (formatPlace ?? place).fail(reader.reason);
  if (value === undefined) return undefined;
  const { read } = reader;
  if (value.source.kind === 'constant' && read(value.source.text) === null) {
    fields.get('constant')?.fail(`is not a time of the format ${format}`);
  }
  if (value.fallback !== null && read(value.fallback) === null) {
    fields.get('default')?.fail(`is not a time of the format ${format}`);
  }
  return { value, read };
}

function readParties(
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
