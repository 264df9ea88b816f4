/**
 * Checks what a client sent, field by field, before anything is computed from it. The input is
 * `unknown` in truth, whatever its type says: it crossed a network or came from a file.
 *
 * Every violation is reported at once (up to a bound), with a path such as
 * `parties[0].identifiers[2].value`; descriptions never hold a value (personal data).
 */
import type { FieldViolation } from '../protocol/cluster.ts';

/** Bounds of one interaction. */
export const INTERACTION_BOUNDS = {
  /** Characters of `source` and `interactionId`. */
  idLength: 200,
  /** Characters of `type`, `channel`, a role, a namespace. */
  wordLength: 200,
  /** More parties than any order, policy or call has; a bulk file is many interactions. */
  partyCount: 20,
  identifierCount: 50,
  attributeCount: 100,
  attributeNameLength: 200,
  attributeValueLength: 1_000,
  /** Bytes of the free properties in UTF-8. Segment's limit for one event. */
  propertiesBytes: 32_768,
  /**
   * Characters of all text together. In UTF-8 at most 3 bytes each: 750 KB, so that an entry stays
   * below the 1 MiB that NATS accepts by default.
   */
  totalLength: 256_000,
} as const;

/** 1900-01-01 and 2200-01-01 UTC: times outside are broken clocks or wrong units (s for ms). */
export const OCCURRED_AT_MIN = Date.UTC(1900, 0, 1);
export const OCCURRED_AT_MAX = Date.UTC(2200, 0, 1);

/** Violations reported of one interaction; a client mends the first few and tries again. */
const VIOLATIONS_MAX = 20;

/** Collects violations and the total length of the text seen. */
class Check {
  readonly violations: FieldViolation[] = [];
  length = 0;

  fail(field: string, description: string): void {
    if (this.violations.length < VIOLATIONS_MAX) this.violations.push({ field, description });
  }

  /** Well-formed text without control characters, `lengthMin..lengthMax` characters. */
  text(value: unknown, field: string, lengthMin: number, lengthMax: number): void {
    const wrong = this.wrongText(value, lengthMin, lengthMax);
    if (wrong !== null) this.fail(field, wrong);
  }

  /** As `text`, for the caller to name the field: naming each costs more than checking it. */
  wrongText(value: unknown, lengthMin: number, lengthMax: number): string | null {
    if (typeof value !== 'string') return 'must be text';
    this.length += value.length;
    if (value.length < lengthMin) return 'is empty; give it a value';
    if (value.length > lengthMax) return `is longer than ${lengthMax} characters`;
    if (isClean(value)) return null;
    return 'holds control characters or lone surrogates; send plain Unicode text';
  }

  /** Free text: line ends are allowed, lone surrogates are not (they have no bytes in UTF-8). */
  freeText(value: unknown, field: string, lengthMax: number): void {
    if (typeof value !== 'string') return this.fail(field, 'must be text');
    this.length += value.length;
    if (value.length > lengthMax) return this.fail(field, `is longer than ${lengthMax} characters`);
    if (LONE_SURROGATE.test(value)) this.fail(field, 'is not well-formed Unicode');
  }

  integer(value: unknown, field: string, low: number, high: number, hint: string): void {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < low || value > high) {
      this.fail(field, hint);
    }
  }

  list(value: unknown, field: string, countMin: number, countMax: number): readonly unknown[] {
    if (!Array.isArray(value)) {
      this.fail(field, 'must be a list');
      return [];
    }
    if (value.length < countMin) this.fail(field, `needs at least ${countMin} item`);
    if (value.length > countMax) {
      this.fail(field, `has more than ${countMax} items`);
      return [];
    }
    return value;
  }
}

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const LONE_SURROGATE = /\p{Surrogate}/u;

function isClean(text: string): boolean {
  return PRINTABLE_ASCII.test(text) || !/[\p{Cc}\p{Surrogate}]/u.test(text);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * All violations of an interaction's shape and bounds; empty when it may be routed. Never throws.
 */
export function checkInteraction(input: unknown): readonly FieldViolation[] {
  const check = new Check();
  if (!isRecord(input)) {
    check.fail('', 'an interaction must be an object');
    return check.violations;
  }
  check.text(input['source'], 'source', 1, INTERACTION_BOUNDS.idLength);
  check.text(input['interactionId'], 'interactionId', 1, INTERACTION_BOUNDS.idLength);
  const revisionHint = 'must be a whole number from 0 to 2^53 - 1';
  check.integer(input['revision'], 'revision', 0, Number.MAX_SAFE_INTEGER, revisionHint);
  check.text(input['type'], 'type', 1, INTERACTION_BOUNDS.wordLength);
  check.text(input['channel'], 'channel', 0, INTERACTION_BOUNDS.wordLength);
  if (input['delivery'] !== undefined) {
    check.text(input['delivery'], 'delivery', 0, INTERACTION_BOUNDS.idLength);
  }
  check.integer(
    input['occurredAt'],
    'occurredAt',
    OCCURRED_AT_MIN,
    OCCURRED_AT_MAX,
    'must be whole epoch milliseconds between the years 1900 and 2200',
  );
  checkProperties(check, input['propertiesJson']);
  const parties = check.list(input['parties'], 'parties', 1, INTERACTION_BOUNDS.partyCount);
  for (const [index, party] of parties.entries()) checkParty(check, party, `parties[${index}]`);
  if (check.length > INTERACTION_BOUNDS.totalLength) {
    const bound = INTERACTION_BOUNDS.totalLength;
    check.fail('', `the interaction holds more than ${bound} characters; shorten its attributes`);
  }
  return check.violations;
}

function checkParty(check: Check, party: unknown, path: string): void {
  if (!isRecord(party)) return check.fail(path, 'must be an object');
  check.text(party['role'], `${path}.role`, 1, INTERACTION_BOUNDS.wordLength);
  const listPath = `${path}.identifiers`;
  const countMax = INTERACTION_BOUNDS.identifierCount;
  const identifiers = check.list(party['identifiers'], listPath, 0, countMax);
  for (const [index, identifier] of identifiers.entries()) {
    if (!isRecord(identifier)) {
      check.fail(`${listPath}[${index}]`, 'must be an object');
      continue;
    }
    const { namespace, value } = identifier;
    const wrong = check.wrongText(namespace, 1, INTERACTION_BOUNDS.wordLength);
    if (wrong !== null) check.fail(`${listPath}[${index}].namespace`, wrong);
    // What is wrong with a value's content drops the value; only a value that is no text rejects.
    if (typeof value !== 'string') check.fail(`${listPath}[${index}].value`, 'must be text');
    else check.length += value.length;
  }
  if (party['attributes'] !== undefined) {
    checkAttributes(check, party['attributes'], `${path}.attributes`);
  }
}

function checkAttributes(check: Check, attributes: unknown, path: string): void {
  if (!isRecord(attributes)) return check.fail(path, 'must be an object of texts');
  const entries = Object.entries(attributes);
  const countMax = INTERACTION_BOUNDS.attributeCount;
  if (entries.length > countMax) return check.fail(path, `has more than ${countMax} attributes`);
  entries.forEach(([name, value], index) => {
    // Named by position: a client that swapped name and value must not find the value in a log.
    const place = `${path}[${index}]`;
    check.text(name, `${place}.name`, 1, INTERACTION_BOUNDS.attributeNameLength);
    check.freeText(value, `${place}.value`, INTERACTION_BOUNDS.attributeValueLength);
  });
}

function checkProperties(check: Check, value: unknown): void {
  const field = 'propertiesJson';
  if (typeof value !== 'string')
    return check.fail(field, 'must be JSON text, {} when there is none');
  if (value === '{}') return;
  check.length += value.length;
  if (Buffer.byteLength(value) > INTERACTION_BOUNDS.propertiesBytes) {
    return check.fail(field, `is longer than ${INTERACTION_BOUNDS.propertiesBytes} bytes`);
  }
  if (LONE_SURROGATE.test(value)) return check.fail(field, 'is not well-formed Unicode');
  try {
    JSON.parse(value);
  } catch {
    // The parser's message quotes the text, which is personal data.
    check.fail(field, 'is not valid JSON; send {} when there are no properties');
  }
}
