/**
 * Values of a source's record: where a mapping takes a text from, and how it is found in the
 * record.
 *
 * Records are flat texts (CSV) or nested JSON (NDJSON). A field is named by its column, or by a
 * path: `address.city`, `emails[0]`, and `features[].email` for all elements of a list. A key that
 * contains dots wins over a path.
 */

export type SourceRecord = Readonly<Record<string, unknown>>;

export interface FieldPath {
  /** As written in the mapping. */
  readonly name: string;
  /** Keys, list positions, and `null` for every element. */
  readonly segments: readonly (string | number | null)[];
}

export type ValueSource =
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: 'line' }
  | { readonly kind: 'field'; readonly path: FieldPath }
  /** The texts that are there, joined. */
  | { readonly kind: 'fields'; readonly paths: readonly FieldPath[]; readonly separator: string }
  /** Missing as a whole when one of its fields is. */
  | { readonly kind: 'template'; readonly parts: readonly (string | FieldPath)[] };

export interface ValueExpression {
  readonly source: ValueSource;
  /** Separator of several values in one text. */
  readonly split: string | null;
  /** Replaces texts; what it does not hold becomes `otherwise`, or stays when that is null. */
  readonly values: ReadonlyMap<string, string> | null;
  readonly otherwise: string | null;
  /** Stands in when there is no text at all. */
  readonly fallback: string | null;
}

export interface Condition {
  readonly path: FieldPath;
  readonly test:
    | { readonly kind: 'present'; readonly present: boolean }
    | { readonly kind: 'in'; readonly values: ReadonlySet<string> };
}

export interface RecordContext {
  readonly record: SourceRecord;
  /** Line on which the record ends, from 1. */
  readonly line: number;
  /** Texts that stand for nothing (`NULL`, `\N`); the empty text always does. */
  readonly missing: ReadonlySet<string>;
}

/**
 * Values one path may give: more than a party may have identifiers, so that the excess is noticed.
 */
const VALUES_MAX = 200;

/** Parses `a.b[0].c[]`; null when it is not a path. */
export function parseFieldPath(name: string): FieldPath | null {
  const segments: (string | number | null)[] = [];
  for (const piece of name.split('.')) {
    const match = /^([^[\]]+)((?:\[\d{0,4}\])*)$/.exec(piece);
    if (match === null) return null;
    segments.push(match[1] ?? '');
    for (const index of (match[2] ?? '').matchAll(/\[(\d*)\]/g)) {
      segments.push(index[1] === '' ? null : Number(index[1]));
    }
  }
  return { name, segments };
}

/** Fields an expression reads. */
export function fieldsOf(source: ValueSource): readonly FieldPath[] {
  switch (source.kind) {
    case 'constant':
    case 'line':
      return [];
    case 'field':
      return [source.path];
    case 'fields':
      return source.paths;
    case 'template':
      return source.parts.filter((part) => typeof part !== 'string');
  }
}

/** All texts of an expression, trimmed, without the missing ones; usually none or one. */
export function valuesOf(expression: ValueExpression, context: RecordContext): readonly string[] {
  let texts = sourceTexts(expression.source, context);
  const { split, values, otherwise, fallback } = expression;
  if (split !== null) {
    const pieces = texts.flatMap((text) => text.split(split, VALUES_MAX));
    texts = pieces.map((text) => text.trim()).filter((text) => !isMissing(text, context));
  }
  if (texts.length === 0) return fallback === null ? [] : [fallback];
  if (values === null) return texts;
  return texts.map((text) => values.get(text) ?? otherwise ?? text);
}

/** The first text of an expression, or null. */
export function firstValueOf(expression: ValueExpression, context: RecordContext): string | null {
  return valuesOf(expression, context)[0] ?? null;
}

/** Whether all conditions hold. */
export function conditionsHold(conditions: readonly Condition[], context: RecordContext): boolean {
  return conditions.every(({ path, test }) => {
    const texts = fieldTexts(path, context);
    return test.kind === 'present'
      ? texts.length > 0 === test.present
      : texts.some((text) => test.values.has(text));
  });
}

function sourceTexts(source: ValueSource, context: RecordContext): readonly string[] {
  switch (source.kind) {
    case 'constant':
      return [source.text];
    case 'line':
      return [String(context.line)];
    case 'field':
      return fieldTexts(source.path, context);
    case 'fields': {
      const texts = source.paths.flatMap((path) => fieldTexts(path, context).slice(0, 1));
      return texts.length === 0 ? [] : [texts.join(source.separator)];
    }
    case 'template': {
      let filled = '';
      for (const part of source.parts) {
        const text = typeof part === 'string' ? part : fieldTexts(part, context)[0];
        if (text === undefined) return [];
        filled += text;
      }
      return [filled];
    }
  }
}

/** Texts at a path: scalars as text, trimmed; objects, null and missing texts are left out. */
export function fieldTexts(path: FieldPath, context: RecordContext): readonly string[] {
  const texts: string[] = [];
  const { record } = context;
  if (Object.hasOwn(record, path.name)) {
    collect(record[path.name], [], texts, context);
  } else {
    collect(record, path.segments, texts, context);
  }
  return texts;
}

function collect(
  value: unknown,
  segments: FieldPath['segments'],
  texts: string[],
  context: RecordContext,
): void {
  if (texts.length >= VALUES_MAX) return;
  const segment = segments[0];
  if (segment === undefined) {
    const isScalar =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    const text = isScalar ? String(value).trim() : '';
    if (!isMissing(text, context)) texts.push(text);
    return;
  }
  const rest = segments.slice(1);
  if (typeof segment === 'string') {
    const isObject = typeof value === 'object' && value !== null;
    if (isObject && Object.hasOwn(value, segment)) {
      collect((value as SourceRecord)[segment], rest, texts, context);
    }
  } else if (Array.isArray(value)) {
    const elements: readonly unknown[] =
      segment === null ? value : value.slice(segment, segment + 1);
    for (const element of elements) collect(element, rest, texts, context);
  }
}

function isMissing(text: string, context: RecordContext): boolean {
  return text === '' || context.missing.has(text);
}
