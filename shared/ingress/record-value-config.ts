/** How value expressions and conditions are written in a mapping file. */
import type { ConfigPlace } from './config-file.ts';
import {
  type Condition,
  type FieldPath,
  parseFieldPath,
  type ValueExpression,
  type ValueSource,
} from './record-value.ts';

const FIELD_NAME_MAX = 200;
const TEMPLATE_LENGTH_MAX = 500;
const LIST_COUNT_MAX = 200;

/** Keys that say where a value comes from: exactly one of them. */
const SOURCE_KEYS = ['field', 'fields', 'template', 'constant', 'line'] as const;
/** Every key of a value expression; identifiers and times add their own. */
export const VALUE_KEYS = [
  ...SOURCE_KEYS,
  'separator',
  'split',
  'values',
  'otherwise',
  'default',
] as const;

type Fields = ReadonlyMap<string, ConfigPlace>;

/** A field's name or path. */
export function readFieldPath(place: ConfigPlace): FieldPath | undefined {
  const name = place.text(FIELD_NAME_MAX);
  if (name === undefined) return undefined;
  return (
    parseFieldPath(name) ??
    place.fail('is not a field: write a column, or a path such as address.city or emails[].value')
  );
}

/**
 * A value expression. Plain text is short for a constant or for a field, as `plainText` says; a
 * mapping says it in full.
 */
export function readValue(
  place: ConfigPlace,
  plainText: 'constant' | 'field',
): ValueExpression | undefined {
  if (!place.isMapping()) {
    if (plainText === 'constant') {
      const text = place.text(FIELD_NAME_MAX);
      return text === undefined ? undefined : plain({ kind: 'constant', text });
    }
    const path = readFieldPath(place);
    return path === undefined ? undefined : plain({ kind: 'field', path });
  }
  const fields = place.fields(VALUE_KEYS);
  return fields === undefined ? undefined : readValueFields(place, fields);
}

function plain(source: ValueSource): ValueExpression {
  return { source, split: null, values: null, otherwise: null, fallback: null };
}

/** The part of a mapping's fields that makes up a value expression. */
export function readValueFields(place: ConfigPlace, fields: Fields): ValueExpression | undefined {
  const source = readSource(place, fields);
  const values = readValues(fields.get('values'));
  const otherwisePlace = fields.get('otherwise');
  if (otherwisePlace !== undefined && !fields.has('values')) {
    otherwisePlace.fail('only has a meaning together with values');
  }
  if (source === undefined) return undefined;
  return {
    source,
    split: fields.get('split')?.text(10) ?? null,
    values,
    otherwise: otherwisePlace?.sourceText(FIELD_NAME_MAX) ?? null,
    fallback: fields.get('default')?.sourceText(FIELD_NAME_MAX) ?? null,
  };
}

function readSource(place: ConfigPlace, fields: Fields): ValueSource | undefined {
  const given = SOURCE_KEYS.filter((key) => fields.has(key));
  const [key] = given;
  if (key === undefined || given.length > 1) {
    return place.fail(`needs exactly one of ${SOURCE_KEYS.join(', ')}`);
  }
  if (fields.has('separator') && key !== 'fields') {
    fields.get('separator')?.fail('only has a meaning together with fields');
  }
  const source = fields.get(key) as ConfigPlace;
  switch (key) {
    case 'constant': {
      const text = source.sourceText(FIELD_NAME_MAX);
      return text === undefined ? undefined : { kind: 'constant', text };
    }
    case 'line':
      return source.boolean() === true
        ? { kind: 'line' }
        : source.fail('must be true: the line number of the record');
    case 'field': {
      const path = readFieldPath(source);
      return path === undefined ? undefined : { kind: 'field', path };
    }
    case 'fields': {
      const paths = readFieldPaths(source);
      const separator = fields.get('separator')?.sourceText(10) ?? ' ';
      return paths === undefined ? undefined : { kind: 'fields', paths, separator };
    }
    case 'template':
      return readTemplate(source);
  }
}

/** A non-empty list of fields. */
export function readFieldPaths(place: ConfigPlace): readonly FieldPath[] | undefined {
  const items = place.items(LIST_COUNT_MAX);
  if (items === undefined) return undefined;
  if (items.length === 0) return place.fail('names no field');
  const paths = items.map(readFieldPath);
  return paths.every((path) => path !== undefined) ? paths : undefined;
}

/** `crm:{contact_id}`; `{{` and `}}` stand for single braces. */
function readTemplate(place: ConfigPlace): ValueSource | undefined {
  const template = place.text(TEMPLATE_LENGTH_MAX);
  if (template === undefined) return undefined;
  const parts: (string | FieldPath)[] = [];
  for (const match of template.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/g)) {
    const [piece, name] = match;
    if (name !== undefined) {
      const path = parseFieldPath(name);
      if (path === null) return place.fail('names no field between { and }');
      parts.push(path);
    } else if (piece === '{' || piece === '}') {
      return place.fail('has a single brace; write {field}, or {{ and }} for braces');
    } else {
      parts.push(piece === '{{' ? '{' : piece === '}}' ? '}' : piece);
    }
  }
  if (parts.every((part) => typeof part === 'string')) {
    return place.fail('names no field; write {field}, or use constant');
  }
  return { kind: 'template', parts };
}

/** A mapping of texts to texts. */
export function readValues(place: ConfigPlace | undefined): ReadonlyMap<string, string> | null {
  const entries = place?.entries();
  if (entries === undefined) return null;
  const values = new Map<string, string>();
  for (const [from, to] of entries) {
    const text = to.sourceText(FIELD_NAME_MAX);
    if (text !== undefined) values.set(from, text);
  }
  return values;
}

/** One condition, or a list of them that must all hold; absent: no condition. */
export function readConditions(place: ConfigPlace | undefined): readonly Condition[] {
  if (place === undefined) return [];
  const places = place.isMapping() ? [place] : (place.items(LIST_COUNT_MAX) ?? []);
  return places.flatMap((item) => readCondition(item) ?? []);
}

function readCondition(place: ConfigPlace): Condition | undefined {
  const fields = place.fields(['field', 'equals', 'in', 'present']);
  if (fields === undefined) return undefined;
  const fieldPlace = fields.get('field') ?? place.fail('field is missing');
  const path = fieldPlace === undefined ? undefined : readFieldPath(fieldPlace);
  const [equals, list, present] = [fields.get('equals'), fields.get('in'), fields.get('present')];
  if ([equals, list, present].filter((test) => test !== undefined).length !== 1) {
    return place.fail('needs exactly one of equals, in, present');
  }
  if (path === undefined) return undefined;
  if (present !== undefined) {
    const expected = present.boolean();
    return expected === undefined
      ? undefined
      : { path, test: { kind: 'present', present: expected } };
  }
  const items = equals === undefined ? (list?.items(LIST_COUNT_MAX) ?? []) : [equals];
  const texts = items.flatMap((item) => item.sourceText(FIELD_NAME_MAX) ?? []);
  return { path, test: { kind: 'in', values: new Set(texts) } };
}
