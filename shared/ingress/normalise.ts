/**
 * Normalisers: what makes two spellings of one identifier equal. A namespace names one.
 *
 * I1. A normaliser is a pure function of (its name, the raw text) for one library version; the
 *     versions stand in `Rules.normaliserVersion`, and what it returned goes into the log: replay
 *     never calls it.
 * I2. Every value is first brought to Unicode NFKC (full-width digits, ligatures, composed
 *     accents).
 * I3. Results have 1..256 characters, no control characters and no lone surrogates.
 * I4. Normalising a result again gives the same result (so look-ups may send either form).
 * I5. Reasons never hold the value: it is personal data.
 */
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import { VALUE_LENGTH_MAX } from './blocked-pattern.ts';
import { normaliseEmail } from './normalise-email.ts';
import { normalisePhone, phoneRegions } from './normalise-phone.ts';

export type NormaliseResult =
  | { readonly kind: 'ok'; readonly value: string }
  | { readonly kind: 'invalid'; readonly reason: string };

/** Takes NFKC text without control characters; may return any length. */
type Normaliser = (text: string) => NormaliseResult;

/** Raw text longer than this is not even looked at: no real identifier needs it. */
const RAW_LENGTH_MAX = 1_024;

const ok = (value: string): NormaliseResult => ({ kind: 'ok', value });
const invalid = (reason: string): NormaliseResult => ({ kind: 'invalid', reason });

/** Version of everything that decides what a normaliser returns (I1). */
export const NORMALISER_VERSION = `selfsame-2/libphonenumber-js-${phoneLibraryVersion()}`;

function phoneLibraryVersion(): string {
  const load = createRequire(import.meta.url);
  return (load('libphonenumber-js/package.json') as { version: string }).version;
}

const collapse = (text: string): string => text.trim().replace(/\s+/g, ' ');

function normaliseUuid(text: string): NormaliseResult {
  const hex = text
    .trim()
    .toLowerCase()
    .replace(/^urn:uuid:/, '')
    .replace(/[{}-]/g, '');
  if (!/^[0-9a-f]{32}$/.test(hex)) return invalid('is not a UUID (32 hexadecimal digits)');
  return ok(
    [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
      '-',
    ),
  );
}

/**
 * Luhn check (ISO/IEC 7812-1 annex B): every second digit from the right doubled, sum mod 10 = 0.
 */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Tokens are case sensitive. A card number itself is refused: it must never enter the log. */
function normaliseCardToken(text: string): NormaliseResult {
  const token = text.trim();
  const digits = token.replace(/[\s-]/g, '');
  if (/^\d{13,19}$/.test(digits) && passesLuhn(digits)) {
    return invalid("looks like a card number; send the payment provider's token for it instead");
  }
  return /\s/.test(token) ? invalid('is not a card token (it holds spaces)') : ok(token);
}

/** A SHA-256 in hexadecimal, as hashed addresses are exchanged. */
function normaliseSha256(text: string): NormaliseResult {
  const hex = text.trim().toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex) ? ok(hex) : invalid('is not a SHA-256 (64 hexadecimal digits)');
}

/** IPv4 dotted; IPv6 compressed lower case without zone; IPv4 in IPv6 as IPv4. */
function normaliseIp(text: string): NormaliseResult {
  const address = text
    .trim()
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '');
  const family = isIP(address);
  if (family === 4) return ok(address);
  if (family !== 6) return invalid('is not an IP address');
  const compressed = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(compressed);
  if (mapped === null) return ok(compressed);
  const words = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)];
  return ok(words.flatMap((word) => [word >> 8, word & 255]).join('.'));
}

/** Upper case letters and digits; the four-digit extension of US ZIP codes is dropped. */
function normalisePostcode(text: string): NormaliseResult {
  const zip = /^(\d{5})-\d{4}$/.exec(text.trim());
  const code = zip?.[1] ?? text.toUpperCase().replace(/[\s-]/g, '');
  return /^[0-9A-Z]{3,10}$/.test(code)
    ? ok(code)
    : invalid('is not a postcode (3 to 10 characters)');
}

function onlyOf(pattern: RegExp, name: string): Normaliser {
  return (text) => {
    const value = text.replace(pattern, '');
    return value === '' ? invalid(`holds no ${name}`) : ok(value);
  };
}

const NORMALISERS: ReadonlyMap<string, Normaliser> = new Map<string, Normaliser>([
  ['none', ok],
  ['trim', (text) => ok(collapse(text))],
  ['lower', (text) => ok(collapse(text).toLowerCase().normalize('NFKC'))],
  ['digits', onlyOf(/[^0-9]/g, 'digit')],
  ['alphanumeric', (text) => onlyOf(/[^\p{L}\p{N}]/gu, 'letter or digit')(lowerNfkc(text))],
  ['email', (text) => normaliseEmail(text, false)],
  ['email:gmail', (text) => normaliseEmail(text, true)],
  ['phone', (text) => normalisePhone(text, null)],
  ['uuid', normaliseUuid],
  ['sha256', normaliseSha256],
  ['card_token', normaliseCardToken],
  ['ip', normaliseIp],
  ['postcode', normalisePostcode],
]);

/** Lower case can leave NFKC (capital dotted I gives i + combining dot): compose again (I4). */
function lowerNfkc(text: string): string {
  return text.toLowerCase().normalize('NFKC');
}

/** Names for messages; `phone:AU` stands for any region. */
export const NORMALISER_NAMES: readonly string[] = [...NORMALISERS.keys(), 'phone:AU'];

/**
 * The normaliser called `name`, or null. `phone:XX` reads numbers without country code as of region
 * XX (ISO 3166-1 alpha-2); plain `phone` takes only numbers with one.
 */
export function findNormaliser(name: string): ((raw: string) => NormaliseResult) | null {
  const region = name.startsWith('phone:') ? name.slice('phone:'.length) : null;
  if (region !== null) {
    const known = phoneRegions().find((code) => code === region);
    return known === undefined
      ? null
      : (raw) => bounded(raw, (text) => normalisePhone(text, known));
  }
  const normaliser = NORMALISERS.get(name);
  return normaliser === undefined ? null : (raw) => bounded(raw, normaliser);
}

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** Applies I2 and I3 around a normaliser. */
function bounded(raw: string, normaliser: Normaliser): NormaliseResult {
  if (raw.length > RAW_LENGTH_MAX) return invalid(`is longer than ${RAW_LENGTH_MAX} characters`);
  let text = raw;
  if (!PRINTABLE_ASCII.test(raw)) {
    if (/\p{Surrogate}/u.test(raw)) return invalid('is not well-formed Unicode');
    // Tabs and line ends are spaces to every normaliser; zero-width characters are invisible dirt.
    text = raw
      .normalize('NFKC')
      .replace(/[\t\r\n]/g, ' ')
      .replace(/[\u200b-\u200d\u2060\ufeff\u00ad]/g, '');
    if (/\p{Cc}/u.test(text)) return invalid('holds control characters');
    text = text.normalize('NFKC');
  }
  const result = normaliser(text);
  if (result.kind === 'invalid') return result;
  if (result.value.trim() === '') return invalid('is empty');
  if (result.value.length > VALUE_LENGTH_MAX) {
    return invalid(`is longer than ${VALUE_LENGTH_MAX} characters`);
  }
  return result;
}
