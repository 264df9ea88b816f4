/**
 * Mapping files: one YAML per source says how its records become interactions. The format is
 * described in this folder's README; `deploy/examples/mappings` has one of each kind.
 *
 * A mapping says where things are, never what they mean: identifiers are normalised by the rules,
 * so that the same address from two sources cannot be treated in two ways.
 */
import {
  ConfigFileError,
  type ConfigPlace,
  type ConfigProblem,
  readConfig,
  readConfigText,
  required,
} from './config-file.ts';
import { INTERACTION_BOUNDS } from './input-check.ts';
import { readParties } from './mapping-party-config.ts';
import type { Mapping, TimeMapping } from './mapping-types.ts';
import type { FieldPath } from './record-value.ts';
import {
  readConditions,
  readFieldPaths,
  readValue,
  readValueFields,
  VALUE_KEYS,
} from './record-value-config.ts';
import { readUtcOffset, timeReaderOf } from './time-format.ts';

export type { Mapping } from './mapping-types.ts';

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
  'delivery',
  'parties',
  'skip_when',
  'properties',
] as const;
const TIME_KEYS = ['format', 'utc_offset', ...VALUE_KEYS] as const;

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
  const result = parseMapping(readConfigText(path), namespaces);
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
  const deliveryPlace = fields.get('delivery');
  const delivery = deliveryPlace && readValue(deliveryPlace, 'constant');
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
    delivery: delivery ?? null,
    parties,
    skipWhen,
    properties,
  };
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
