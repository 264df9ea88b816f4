/**
 * Reading YAML configuration with manners: every problem at once, each with line, path, what is
 * wrong and how to mend it; unknown keys are refused with a suggestion. Nothing here throws on any
 * text.
 *
 * The document's nodes are walked directly instead of converting it first: nodes know their lines,
 * and aliases (which could expand a small file into gigabytes) are refused on sight.
 */
import { readFileSync } from 'node:fs';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from 'yaml';
import { suggestion } from './nearest-name.ts';

/** Characters of one configuration file: the largest real one is below 100 KB. */
export const CONFIG_TEXT_MAX = 1_000_000;
/** Problems reported of one file: beyond these the file is not what its name says. */
const PROBLEMS_MAX = 100;

export interface ConfigProblem {
  /** From 1; 0 when the problem has no place (an empty file). */
  readonly line: number;
  /** E.g. `namespaces.email.limit`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong and how to mend it. */
  readonly message: string;
}

/** A configuration file that cannot be used. The message lists every problem. */
export class ConfigFileError extends Error {
  readonly code = 'invalid_config';
  readonly retryable = false;
  readonly file: string;
  readonly problems: readonly ConfigProblem[];
  constructor(file: string, problems: readonly ConfigProblem[], options?: ErrorOptions) {
    super(
      [
        `${file} cannot be used, ${problems.length} problem${problems.length === 1 ? '' : 's'}:`,
        ...problems.map((problem) => `  ${formatProblem(file, problem)}`),
      ].join('\n'),
      options,
    );
    this.name = 'ConfigFileError';
    this.file = file;
    this.problems = problems;
  }
}

/** `file:line: path: message`, the form that editors jump to. */
export function formatProblem(file: string, problem: ConfigProblem): string {
  const place = problem.line > 0 ? `${file}:${problem.line}` : file;
  return problem.path === ''
    ? `${place}: ${problem.message}`
    : `${place}: ${problem.path}: ${problem.message}`;
}

/** Collects problems while a file is read. */
class ProblemList {
  readonly problems: ConfigProblem[] = [];
  readonly lines = new LineCounter();
  add(node: Node | null, path: string, message: string): void {
    if (this.problems.length >= PROBLEMS_MAX) return;
    const offset = node?.range?.[0];
    const line = offset === undefined ? 0 : Math.max(1, this.lines.linePos(offset).line);
    this.problems.push({ line, path, message });
  }
}

/** One place in the file: its node, its path, and what can be asked of it. */
export class ConfigPlace {
  readonly path: string;
  readonly #node: Node | null;
  readonly #list: ProblemList;
  constructor(node: Node | null, path: string, list: ProblemList) {
    this.#node = node;
    this.path = path;
    this.#list = list;
  }

  /** Records a problem here. Returns undefined so that readers can `return place.fail(...)`. */
  fail(message: string): undefined {
    this.#list.add(this.#node, this.path, message);
    return undefined;
  }

  isMapping(): boolean {
    return isMap(this.#node);
  }

  /** The entries of a mapping; any key is allowed, keys must be text or numbers. */
  entries(): ReadonlyMap<string, ConfigPlace> | undefined {
    if (!isMap(this.#node))
      return this.fail(`must be a mapping of names to values${this.#found()}`);
    const places = new Map<string, ConfigPlace>();
    for (const pair of this.#node.items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : undefined;
      const keyNode = pair.key as Node | null;
      if (key === undefined) {
        this.#list.add(keyNode, this.path, 'a key must be plain text');
        continue;
      }
      const path = this.path === '' ? key : `${this.path}.${key}`;
      const value = (pair.value as Node | null) ?? keyNode;
      places.set(key, new ConfigPlace(value, path, this.#list));
    }
    return places;
  }

  /** The entries of a mapping with a fixed set of keys; others are refused. */
  fields(allowed: readonly string[]): ReadonlyMap<string, ConfigPlace> | undefined {
    const places = this.entries();
    if (places === undefined) return undefined;
    for (const [key, place] of places) {
      if (allowed.includes(key)) continue;
      place.fail(`unknown key${suggestion(key, allowed) || `; allowed: ${allowed.join(', ')}`}`);
    }
    return places;
  }

  /** The items of a list of at most `countMax`. */
  items(countMax: number): readonly ConfigPlace[] | undefined {
    if (!isSeq(this.#node)) return this.fail(`must be a list${this.#found()}`);
    if (this.#node.items.length > countMax) return this.fail(`has more than ${countMax} items`);
    return this.#node.items.map(
      (item, index) => new ConfigPlace(item as Node | null, `${this.path}[${index}]`, this.#list),
    );
  }

  isText(): boolean {
    return isScalar(this.#node) && typeof this.#node.value === 'string';
  }

  /** Non-empty text of at most `lengthMax` characters. */
  text(lengthMax: number): string | undefined {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    if (typeof value !== 'string') {
      const hint = isScalar(this.#node) && value !== null ? '; put it in quotes' : '';
      return this.fail(`must be text${this.#found()}${hint}`);
    }
    if (value === '') return this.fail('must not be empty');
    if (value.length > lengthMax) return this.fail(`is longer than ${lengthMax} characters`);
    return value;
  }

  /**
   * Text as written for any scalar: `-1` and `0000` in a list of values mean what they look like.
   */
  sourceText(lengthMax: number): string | undefined {
    if (!isScalar(this.#node)) return this.fail(`must be a single value${this.#found()}`);
    const { value, source } = this.#node;
    const text = typeof value === 'string' ? value : (source ?? '');
    if (text === '')
      return this.fail('must not be empty; put an empty value in quotes and drop it');
    if (text.length > lengthMax) return this.fail(`is longer than ${lengthMax} characters`);
    return text;
  }

  number(low: number, high: number): number | undefined {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    if (typeof value !== 'number' || !(value >= low && value <= high)) {
      return this.fail(`must be a number from ${low} to ${high}${this.#found()}`);
    }
    return value;
  }

  integer(low: number, high: number): number | undefined {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high) {
      return this.fail(`must be a whole number from ${low} to ${high}${this.#found()}`);
    }
    return value;
  }

  boolean(): boolean | undefined {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    if (typeof value !== 'boolean') return this.fail(`must be true or false${this.#found()}`);
    return value;
  }

  choice<T extends string>(allowed: readonly T[]): T | undefined {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    const found = allowed.find((name) => name === value);
    if (found !== undefined) return found;
    const near = typeof value === 'string' ? suggestion(value, allowed) : '';
    return this.fail(`must be one of ${allowed.join(', ')}${this.#found()}${near}`);
  }

  #found(): string {
    if (isMap(this.#node)) return ', found a mapping';
    if (isSeq(this.#node)) return ', found a list';
    if (isAlias(this.#node))
      return ', found an alias (aliases are not supported: repeat the value)';
    if (!isScalar(this.#node)) return '';
    const { value } = this.#node;
    if (value === null) return ', found nothing';
    if (typeof value === 'number' || typeof value === 'boolean') return `, found ${value}`;
    return ', found text';
  }
}

/** The place of a key that must be there. */
export function required(
  place: ConfigPlace,
  fields: ReadonlyMap<string, ConfigPlace>,
  key: string,
): ConfigPlace | undefined {
  return fields.get(key) ?? place.fail(`${key} is missing`);
}

/** Reads a configuration file's text. Throws `ConfigFileError` when there is none to read. */
export function readConfigText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    const message = `cannot be read (${reason}); check the path and its permissions`;
    throw new ConfigFileError(path, [{ line: 0, path: '', message }], { cause: error });
  }
}

/**
 * Parses `text` and lets `read` turn it into a value. The result is `invalid` when the YAML is
 * broken or `read` (or any place it asked) recorded a problem; problems come in the order of lines.
 */
export function readConfig<T>(
  text: string,
  read: (root: ConfigPlace) => T | undefined,
):
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] } {
  const list = new ProblemList();
  const root = parseRoot(text, list);
  const value = root === undefined ? undefined : read(new ConfigPlace(root, '', list));
  if (value !== undefined && list.problems.length === 0) return { kind: 'ok', value };
  if (list.problems.length === 0) list.add(null, '', 'is not a usable configuration');
  list.problems.sort((a, b) => a.line - b.line);
  return { kind: 'invalid', problems: list.problems };
}

function parseRoot(text: string, list: ProblemList): ParsedNode | undefined {
  if (text.length > CONFIG_TEXT_MAX) {
    list.add(null, '', `is longer than ${CONFIG_TEXT_MAX} characters`);
    return undefined;
  }
  try {
    const document = parseDocument(text, {
      lineCounter: list.lines,
      prettyErrors: false,
      uniqueKeys: true,
      version: '1.2',
      schema: 'core',
    });
    for (const error of [...document.errors, ...document.warnings]) {
      const line = Math.max(1, list.lines.linePos(error.pos[0]).line);
      if (list.problems.length < PROBLEMS_MAX) {
        list.problems.push({ line, path: '', message: `not valid YAML: ${error.message}` });
      }
    }
    if (list.problems.length > 0) return undefined;
    if (document.contents === null) list.add(null, '', 'is empty');
    return document.contents ?? undefined;
  } catch (error) {
    // Thousands of nested brackets exhaust the parser's stack: a RangeError, not a YAML error.
    const reason = error instanceof Error ? error.message : 'unreadable';
    list.add(null, '', `not valid YAML: ${reason}`);
    return undefined;
  }
}
