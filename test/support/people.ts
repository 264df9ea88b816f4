/** Made-up people, all different: no two share given name, surname and birth date. */
import { createRandom } from './random.ts';

export interface MadePerson {
  readonly given: string;
  readonly surname: string;
  /** `YYYY-MM-DD`. */
  readonly birth: string;
}

const ONSETS = ['b', 'd', 'f', 'g', 'h', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'w'] as const;
const VOWELS = ['a', 'e', 'i', 'o', 'u'] as const;
const CODAS = ['', 'l', 'n', 'r', 's', 'nd', 'rt'] as const;

/** The same for a seed. */
export function makePeople(seed: number, count: number): MadePerson[] {
  const random = createRandom(seed);
  const word = (syllables: number): string => {
    let text = '';
    for (let index = 0; index < syllables; index++) {
      text += random.pick(ONSETS) + random.pick(VOWELS) + random.pick(CODAS);
    }
    return text;
  };
  const givens = Array.from({ length: 200 }, () => word(2));
  const surnames = Array.from({ length: 3000 }, () => word(3));
  const known = new Set<string>();
  const people: MadePerson[] = [];
  while (people.length < count) {
    const given = random.pick(givens);
    const surname = random.pick(surnames);
    const month = String(1 + random.below(12)).padStart(2, '0');
    const day = String(1 + random.below(28)).padStart(2, '0');
    const birth = `${1930 + random.below(75)}-${month}-${day}`;
    const name = `${given} ${surname} ${birth}`;
    if (known.has(name)) continue;
    known.add(name);
    people.push({ given, surname, birth });
  }
  return people;
}
