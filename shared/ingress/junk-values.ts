/**
 * The built-in junk list: values that forms, exports and defaulting programs put where an
 * identifier should be. One junk value shared by thousands of records would join them all, so it is
 * dropped at ingress (switch off per namespace with `block_junk: false`).
 *
 * Each entry has its reason, which is what a rejected value is told. Collected from Segment's
 * advice on blocked values (`^[0-]*$`, -1, null, anonymous), RFC 2606 and RFC 6761 reserved names,
 * the SSA's list of numbers never issued, card networks' published test numbers, and platform
 * constants.
 */

interface JunkWords {
  readonly reason: string;
  readonly words: readonly string[];
}

/** Words separated by bars: a list that can be read and added to. */
function listed(text: string): readonly string[] {
  return text.split('|').map((word) => word.trim());
}

const WORDS: readonly JunkWords[] = [
  {
    reason: 'is a program\'s way to say "nothing"',
    words: listed(
      'null | (null) | <null> | [null] | nil | none | (none) | nan | undefined | void | empty | ' +
        '(empty) | blank | (blank) | missing | false | true | string | [object object] | {} | [] | ' +
        '#n/a | #na | #ref! | #value! | #null! | \\n | -1 | - | -- | . | ? | ?? | *',
    ),
  },
  {
    reason: 'is a person\'s way to say "unknown"',
    words: listed(
      'n/a | n.a. | n.a | na | n\\a | not available | not applicable | not provided | notprovided ' +
        '| not given | not known | not set | (not set) | not specified | unspecified | unknown | ' +
        'unkown | unk | unassigned | unavailable | no | nothing | no email | noemail | no phone | ' +
        'nophone | none given | none provided | refused | withheld | declined | private | tbd | tba ' +
        '| tbc | to follow | pending',
    ),
  },
  {
    reason: 'stands for nobody in particular',
    words: listed(
      'anonymous | anon | guest | visitor | nobody | everyone | user | customer | default | ' +
        'public | system | admin | administrator | root | walk in | walkin | cash sale',
    ),
  },
  {
    reason: "is a tester's value",
    words: listed(
      'test | tests | testing | tester | test1 | test123 | test user | testuser | dummy | fake | ' +
        'sample | example | demo | foo | bar | foobar | asdf | asdfasdf | qwerty | qwertz | abc | ' +
        'abcd | abc123 | todo | fixme | lorem ipsum | a@a.com | a@b.com | a@b.c | abc@abc.com | ' +
        'asdf@asdf.com | none@none.com | no@no.com | na@na.com | x@x.com',
    ),
  },
];

/** Compared without separators, so that 078-05-1120 and 078051120 are one entry. */
const NUMBERS: readonly JunkWords[] = [
  {
    reason: 'is a run of consecutive digits',
    words: listed(
      '1234567 | 12345678 | 123456789 | 1234567890 | 0123456789 | 012345678 | 01234567 | ' +
        '12345678901 | 123456789012 | 1234567890123456 | 987654321 | 9876543210 | 87654321',
    ),
  },
  {
    reason: 'is a number published as an example',
    words: listed('078051120 | 219099999 | 457555462'),
  },
  {
    reason: "is a card network's test number",
    words: listed(
      '4111111111111111 | 4242424242424242 | 4012888888881881 | 5555555555554444 | ' +
        '5105105105105100 | 378282246310005 | 371449635398431 | 6011111111111117 | 3530111333300000',
    ),
  },
  {
    reason: 'is a constant that many devices report',
    // Android 2.2's shared ANDROID_ID; the MAC address that iOS 7 and Android 6 hand to every app.
    words: listed('9774d56d682e549c | 020000000000'),
  },
];

const MAILBOX_REASON = 'is a mailbox that nobody owns';
const MAILBOXES: ReadonlySet<string> = new Set(
  listed(
    'noreply | no-reply | no_reply | no.reply | donotreply | do-not-reply | do_not_reply | ' +
      'do.not.reply | mailer-daemon | postmaster | bounce | bounces | none | null | na | n/a | ' +
      'nil | unknown | undefined | anonymous | anon | nobody | noemail | no-email | no_email | ' +
      'nomail | no-mail | notprovided | not-provided | noone | invalid | test | testing | ' +
      'tester | test123 | dummy | fake | asdf | qwerty | xxx | guest',
  ),
);

interface JunkShape {
  readonly reason: string;
  readonly pattern: RegExp;
}

/** Shapes of the value without separators. Seven digits: a sixth would hit counters (111111). */
const SHAPES: readonly JunkShape[] = [
  {
    reason: 'holds no letter and no digit but zero',
    pattern: /^[^\p{L}\p{N}]*(?:0[^\p{L}\p{N}]*)*$/u,
  },
  { reason: 'repeats one digit', pattern: /^\+?(\d)\1{6,}$/ },
  { reason: 'repeats one character', pattern: /^(?:x{2,}|([a-z])\1{4,})$/ },
  // Android advertising ids with tracking limited are zeros; some programs write F or 1 instead.
  { reason: 'repeats one hexadecimal digit', pattern: /^([0-9a-f])\1{15,}$/ },
  // After at most three digits: +1 111 111 1111, and +61 400 000 000, the placeholder of many
  // forms.
  { reason: 'is a phone number of one repeated digit', pattern: /^\+\d{1,3}?(\d)\1{6,}$/ },
];

function table(groups: readonly JunkWords[]): ReadonlyMap<string, string> {
  return new Map(
    groups.flatMap((group) => group.words.map((word) => [word, group.reason] as const)),
  );
}

const REASON_BY_WORD = table(WORDS);
const REASON_BY_NUMBER = table(NUMBERS);
const SEPARATORS = /[\s\-_.()/:]+/g;

/** Why a value is junk, or null. Case and outer spaces do not count. Never names the value. */
export function junkReason(value: string): string | null {
  const folded = value.trim().toLowerCase();
  const word = REASON_BY_WORD.get(folded);
  if (word !== undefined) return word;
  const at = folded.lastIndexOf('@');
  if (at > 0) {
    if (MAILBOXES.has(folded.slice(0, at))) return MAILBOX_REASON;
    return folded.endsWith('.invalid') ? 'is an address in a domain that cannot exist' : null;
  }
  const compact = folded.replace(SEPARATORS, '');
  const number = REASON_BY_NUMBER.get(compact);
  if (number !== undefined) return number;
  for (const shape of SHAPES) if (shape.pattern.test(compact)) return shape.reason;
  return null;
}
