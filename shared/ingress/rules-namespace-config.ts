/** How namespaces are written in a rules file. */
import { quarterBitsOf } from '../domain/certainty.ts';
import { compareText } from '../domain/identifier.ts';
import {
  INTERACTION_NAMESPACE,
  type Limit,
  type LimitWindow,
  type NamespaceKind,
  type NamespaceRules,
  PERSONA_NAMESPACE,
  type QuarterBits,
} from '../domain/rules.ts';
import { compilePattern, PATTERN_LENGTH_MAX } from './blocked-pattern.ts';
import { type ConfigPlace, required } from './config-file.ts';
import { KEY_PARTS } from './derived-keys.ts';
import { suggestion } from './nearest-name.ts';
import { findNormaliser, NORMALISER_NAMES } from './normalise.ts';

/** Probabilities a file may state. .9999 is 53 quarter bits; only decisions are more certain. */
const PROBABILITY_MIN = 0.5;
const PROBABILITY_MAX = 0.9999;
/** 64 holders make 2,016 pairs, what one turn can carry (DESIGN section 2, Generic values). */
const HOLDER_CAP_DEFAULT = 64;
const HOLDER_CAP_MAX = 256;
const NAMESPACE_COUNT_MAX = 200;
const PRIORITY_MAX = 10_000;
const LIMIT_COUNT_MAX = 1_000;
const BLOCKED_COUNT_MAX = 1_000;
const PARTS_MAX = 4;

const NAMESPACE_KEYS = [
  'kind',
  'priority',
  'certainty',
  'parts',
  'limit',
  'exclusive',
  'holder_cap',
  'person_cap',
  'names_records',
  'normaliser',
  'blocked_values',
  'blocked_patterns',
  'block_junk',
] as const;
const KINDS: readonly NamespaceKind[] = ['person', 'device', 'evidence', 'context', 'derived'];
const WINDOW_BY_WORD: ReadonlyMap<string, LimitWindow> = new Map([
  ['ever', 'ever'],
  ['day', 'day'],
  ['daily', 'day'],
  ['week', 'week'],
  ['weekly', 'week'],
  ['month', 'month'],
  ['monthly', 'month'],
  ['year', 'year'],
  ['yearly', 'year'],
  ['annually', 'year'],
]);

/** Quarter bits of a probability; the default when it is absent or wrong. */
export function readCertainty(
  place: ConfigPlace | undefined,
  probabilityDefault: number,
): QuarterBits {
  const probability = place?.number(PROBABILITY_MIN, PROBABILITY_MAX) ?? probabilityDefault;
  return quarterBitsOf(probability);
}

/** All namespaces, sorted by name. */
export function readNamespaces(
  root: ConfigPlace,
  place: ConfigPlace | undefined,
  isScored: boolean,
): readonly NamespaceRules[] | undefined {
  if (place === undefined) return root.fail('namespaces is missing; declare at least one');
  const entries = place.entries();
  if (entries === undefined) return undefined;
  if (entries.size === 0) return place.fail('declare at least one namespace');
  if (entries.size > NAMESPACE_COUNT_MAX) {
    return place.fail(`has more than ${NAMESPACE_COUNT_MAX} namespaces`);
  }
  const namespaces: NamespaceRules[] = [];
  const nameByPriority = new Map<number, string>();
  for (const [name, entry] of entries) {
    const namespace = readNamespace(name, entry, isScored);
    if (namespace === undefined) continue;
    const other = nameByPriority.get(namespace.priority);
    if (other !== undefined) {
      entry.fail(`has the priority ${namespace.priority} of ${other}; priorities must differ`);
    }
    nameByPriority.set(namespace.priority, name);
    namespaces.push(namespace);
  }
  return namespaces.sort((a, b) => compareText(a.name, b.name));
}

function readNamespace(
  name: string,
  place: ConfigPlace,
  isScored: boolean,
): NamespaceRules | undefined {
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(name)) {
    place.fail('a name has 1 to 64 lower-case letters, digits and _, and begins with a letter');
  }
  if (name === PERSONA_NAMESPACE || name === INTERACTION_NAMESPACE) {
    place.fail('this name is reserved for anchors that the cluster makes itself; choose another');
  }
  const fields = place.fields(NAMESPACE_KEYS);
  if (fields === undefined) return undefined;
  const kind = required(place, fields, 'kind')?.choice(KINDS);
  const priority = required(place, fields, 'priority')?.integer(1, PRIORITY_MAX);
  if (kind === undefined || priority === undefined) return undefined;
  if (kind === 'context') {
    for (const key of ['certainty', 'limit', 'exclusive']) {
      fields.get(key)?.fail('has no meaning for a context namespace, which connects nothing');
    }
  }
  if (kind !== 'evidence' && kind !== 'derived') {
    fields.get('holder_cap')?.fail('has a meaning for evidence and derived namespaces only');
  }
  if (kind !== 'evidence') {
    fields.get('person_cap')?.fail('has a meaning for evidence namespaces only');
  }
  if (kind !== 'person') {
    fields.get('names_records')?.fail('has a meaning for person namespaces only');
  }
  const normaliser = readNormaliser(fields.get('normaliser'));
  const parts = readParts(place, fields.get('parts'), kind);
  const mayBeScored = isScored && (kind === 'evidence' || kind === 'derived');
  if (kind === 'derived' && !isScored) {
    place.fail('derived keys propose pairs to be scored; add comparisons, or remove it');
  }
  const certaintyPlace =
    kind === 'context' || kind === 'derived' || mayBeScored
      ? fields.get('certainty')
      : required(place, fields, 'certainty');
  if (kind === 'derived') certaintyPlace?.fail('derived keys are always scored; remove it');
  return {
    name,
    kind,
    priority,
    certainty:
      mayBeScored && certaintyPlace === undefined
        ? null
        : readCertainty(certaintyPlace, PROBABILITY_MIN),
    limit: readLimit(fields.get('limit')),
    exclusive: fields.get('exclusive')?.boolean() ?? false,
    // Only evidence has holders; 0 elsewhere says that such a value proposes nothing.
    holderCap:
      kind === 'evidence' || kind === 'derived'
        ? (fields.get('holder_cap')?.integer(2, HOLDER_CAP_MAX) ?? HOLDER_CAP_DEFAULT)
        : 0,
    personCap:
      kind === 'evidence' ? (fields.get('person_cap')?.integer(1, HOLDER_CAP_MAX) ?? null) : null,
    namesRecords: fields.get('names_records')?.boolean() ?? false,
    parts,
    normaliser,
    blockedValues: readBlockedValues(fields.get('blocked_values'), normaliser),
    blockedPatterns: readBlockedPatterns(fields.get('blocked_patterns')),
    blockJunk: fields.get('block_junk')?.boolean() ?? true,
  };
}

/** The parts of a derived key. */
function readParts(
  namespace: ConfigPlace,
  place: ConfigPlace | undefined,
  kind: NamespaceKind,
): readonly string[] {
  if (kind !== 'derived') {
    place?.fail('has a meaning for derived namespaces only; remove it');
    return [];
  }
  if (place === undefined) {
    namespace.fail(`parts is missing; name one or more of ${KEY_PARTS.join(', ')}`);
    return [];
  }
  return (place.items(PARTS_MAX) ?? []).flatMap((item) => item.choice(KEY_PARTS) ?? []);
}

/** `5 weekly`, `1 ever`, `none`, or a mapping of count and window. */
function readLimit(place: ConfigPlace | undefined): Limit | null {
  if (place === undefined) return null;
  if (place.isMapping()) {
    const fields = place.fields(['count', 'window']);
    if (fields === undefined) return null;
    const count = required(place, fields, 'count')?.integer(1, LIMIT_COUNT_MAX);
    const word = required(place, fields, 'window')?.choice([...WINDOW_BY_WORD.keys()]);
    const window = word === undefined ? undefined : WINDOW_BY_WORD.get(word);
    return count === undefined || window === undefined ? null : { count, window };
  }
  const text = place.text(40);
  if (text === undefined || text === 'none') return null;
  const match = /^(\d{1,4}) +([a-z]+)$/.exec(text);
  const count = Number(match?.[1]);
  const window = WINDOW_BY_WORD.get(match?.[2] ?? '');
  if (match === null || window === undefined || count < 1 || count > LIMIT_COUNT_MAX) {
    const words = [...WINDOW_BY_WORD.keys()].join(', ');
    place.fail(
      `must be none, or a count from 1 to ${LIMIT_COUNT_MAX} and one of ${words}: "5 weekly"`,
    );
    return null;
  }
  return { count, window };
}

/** A missing normaliser is `trim`: outer and repeated spaces are never part of an identifier. */
function readNormaliser(place: ConfigPlace | undefined): string {
  const name = place?.text(40) ?? 'trim';
  if (place !== undefined && findNormaliser(name) === null) {
    const known = NORMALISER_NAMES.join(', ');
    const near = suggestion(name, NORMALISER_NAMES);
    place.fail(`no such normaliser${near}; known: ${known} (or another region than AU)`);
    return 'trim';
  }
  return name;
}

/** Normalised here, once. What the normaliser refuses is refused at ingress in any case. */
function readBlockedValues(place: ConfigPlace | undefined, normaliser: string): readonly string[] {
  const normalise = findNormaliser(normaliser);
  const values = new Set<string>();
  for (const item of place?.items(BLOCKED_COUNT_MAX) ?? []) {
    const text = item.sourceText(1_000);
    if (text === undefined || normalise === null) continue;
    const result = normalise(text);
    if (result.kind === 'ok') values.add(result.value);
  }
  return [...values].sort(compareText);
}

function readBlockedPatterns(place: ConfigPlace | undefined): readonly string[] {
  const patterns = new Set<string>();
  for (const item of place?.items(BLOCKED_COUNT_MAX) ?? []) {
    const source = item.text(PATTERN_LENGTH_MAX);
    if (source === undefined) continue;
    const result = compilePattern(source);
    if (result.kind === 'invalid') item.fail(result.reason);
    else patterns.add(source);
  }
  return [...patterns].sort(compareText);
}
