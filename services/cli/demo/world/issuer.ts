/** Numbers of accounts, phones and devices: each is given out once. */
import type { Random } from './random.ts';

/** Draws numbers without repetition: issuing one twice would silently make two people share it. */
export interface Issuer {
  hex(length: number): string;
  digits(prefix: string, length: number): string;
}

/** With nine in ten numbers taken, a thousand misses in a row have p = 1e-46. */
const ATTEMPTS_MAX = 1_000;

export function createIssuer(random: Random): Issuer {
  const issued = new Set<string>();
  const draw = (make: () => string): string => {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const value = make();
      if (issued.has(value)) continue;
      issued.add(value);
      return value;
    }
    throw new RangeError('the demo world has run out of numbers: ask for fewer interactions');
  };
  return {
    hex: (length) =>
      draw(() => {
        let text = '';
        while (text.length < length) {
          text += Math.floor(random.next() * 4294967296)
            .toString(16)
            .padStart(8, '0');
        }
        return text.slice(0, length);
      }),
    digits: (prefix, length) =>
      draw(() => prefix + String(random.int(0, 10 ** length - 1)).padStart(length, '0')),
  };
}
