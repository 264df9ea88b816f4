/**
 * Text folded for comparison: lower case, without marks, other scripts spelt in Latin letters.
 * The log carries what comes out, so a change here is a new normaliser version.
 */
import { transliterate } from './transliterate.ts';

/** Lower case Latin letters, digits, and single spaces; letters of unknown scripts stay. */
export function foldText(text: string): string {
  let folded = text.toLowerCase();
  if (!/^[\u0020-\u007e]*$/.test(text)) {
    // Spelt before marks go: vowel signs of Indian scripts are marks. Spelt again after: letters
    // with marks of their own (Greek, Cyrillic) stand in the tables without them.
    folded = transliterate(folded.normalize('NFKC'))
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '');
    folded = transliterate(folded);
  }
  return folded
    .replace(/['\u2019\u02bc`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
