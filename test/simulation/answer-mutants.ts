/** Mutants of what answers say beside the customer: contested, possible since, defeated by. */
import { inSuite, type Mutant, one } from './mutant.ts';

export const ANSWER_MUTANTS: readonly Mutant[] = [
  one(
    'contested profiles are not told',
    'shared/domain/ladder.ts',
    '      if (isBest && !this.#contested.has(member)) this.#contested.set(member, certainty);\n',
    '      if (isBest && certainty < 0) this.#contested.set(member, certainty);\n',
  ),
  one(
    'who comes to be contested and nothing else is not told',
    'shared/domain/actors/root-settling.ts',
    'if (left[0] !== right[0] || left[2] !== right[2]) return false;',
    'if (left[0] !== right[0]) return false;',
  ),
  one(
    'a pair is possible since its first side showed it',
    'shared/domain/possible-since.ts',
    'left === undefined || right === undefined ? undefined : Math.max(left, right);',
    'left === undefined || right === undefined ? undefined : Math.min(left, right);',
  ),
  inSuite(
    'conflicts',
    one(
      'of the decisions that defeat a must-link one side is read',
      'shared/cluster/kept-apart.ts',
      'return [...between(left, right), ...between(right, left)];',
      'return between(left, right);',
    ),
  ),
];
