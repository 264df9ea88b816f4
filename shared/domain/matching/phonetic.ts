/**
 * How a name sounds, roughly, to a speaker of English: names of one sound share a code.
 *
 * Consonants in groups as in Soundex (Russell 1918), with the first letter in its group too, silent
 * letters and common digraphs folded before (the idea of Metaphone, Philips 1990), vowels dropped
 * but for the first place. Own rules.
 */

const DIGRAPHS: readonly (readonly [RegExp, string])[] = [
  [/^(?:kn|gn|pn)/, 'n'],
  [/^wr/, 'r'],
  [/^ps/, 's'],
  [/^x/, 's'],
  [/^mc/, 'mac'],
  [/gh(?=[^aeiou]|$)/g, ''],
  [/ph/g, 'f'],
  [/sch|sh/g, 's'],
  [/tch|ch/g, 'c'],
  [/ck|q/g, 'k'],
  [/th/g, 't'],
  [/wh/g, 'w'],
  [/x/g, 'ks'],
  [/z/g, 's'],
  [/c(?=[eiy])/g, 's'],
  [/g(?=[eiy])/g, 'j'],
];
const GROUPS: Readonly<Record<string, string>> = {
  b: 'p',
  p: 'p',
  f: 'f',
  v: 'f',
  c: 'k',
  k: 'k',
  g: 'k',
  j: 'j',
  d: 't',
  t: 't',
  l: 'l',
  m: 'm',
  n: 'm',
  r: 'r',
  s: 's',
};
const CODE_LENGTH = 5;
const CACHED_MAX = 200_000;
const cache = new Map<string, string>();

/** Code of one lower-case word of a-z, 1 to 5 letters; other words are their own code. */
export function phoneticCode(word: string): string {
  const known = cache.get(word);
  if (known !== undefined) return known;
  const code = /^[a-z]+$/.test(word) ? encodeWord(word) : word;
  if (cache.size >= CACHED_MAX) cache.clear();
  cache.set(word, code);
  return code;
}

function encodeWord(word: string): string {
  let folded = word;
  for (const [pattern, replacement] of DIGRAPHS) folded = folded.replace(pattern, replacement);
  let code = /^[aeiouyhw]/.test(folded) ? 'a' : '';
  let last = '';
  for (const letter of folded) {
    const group = GROUPS[letter];
    if (group === undefined) {
      if (letter !== 'h' && letter !== 'w') last = '';
      continue;
    }
    if (group !== last) code += group;
    last = group;
    if (code.length >= CODE_LENGTH) break;
  }
  return code === '' ? word.slice(0, 1) : code;
}

/**
 * Consonants of a word of a-z by group, repeated ones once, after `a` for a vowel at the beginning:
 * what remains of a word when a script leaves out its vowels (`fysl` and `faisal` are both `fsl`).
 */
export function consonantsOf(word: string): string {
  let folded = word;
  for (const [pattern, replacement] of DIGRAPHS) folded = folded.replace(pattern, replacement);
  let code = /^[aeiouy]/.test(folded) ? 'a' : '';
  for (const letter of folded) {
    const group = GROUPS[letter];
    if (group !== undefined && !code.endsWith(group)) code += group;
  }
  return code;
}

/** Whether a word has no vowel after its first letter, as Arabic and Hebrew are written. */
export function lacksVowels(word: string): boolean {
  return word.length >= 2 && /^[a-z][^aeiou]+$/.test(word);
}
