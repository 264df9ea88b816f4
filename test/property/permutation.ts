/** One history in many orders of arrival, each compared with the one answer of the oracle. */
import { expect } from 'vitest';
import { outcomeByOracle, outcomeOf, runMessages } from './engine-run.ts';
import { historyOptions, makeHistory, shuffleHistory } from '../support/history.ts';
import { messageOf } from '../support/oracle-messages.ts';
import { runOracle } from '../support/oracle.ts';
import { createRandom } from '../support/random.ts';

export interface Permutation {
  readonly seed: number;
  readonly partitions: number;
  readonly batch: number;
}

const PARTITIONS = [1, 7, 64];

/** The order of arrival, partition count and batch size of permutation `index`. */
export function permutationOf(index: number, batchMax: number, batchMin = 1): Permutation {
  const random = createRandom(index);
  const batch = batchMin + random.below(batchMax - batchMin + 1);
  return { seed: index, partitions: PARTITIONS[index % PARTITIONS.length] as number, batch };
}

/** Makes a history; the function returned runs a permutation of it and compares all it leaves. */
export function expectSameOutcome(
  historySeed: number,
  events: number,
): (permutation: Permutation) => Promise<void> {
  const { rules } = historyOptions();
  const history = makeHistory(historySeed, { events });
  const expected = outcomeByOracle(runOracle(rules, history));
  const expectedText = JSON.stringify(expected);
  return async ({ seed, partitions, batch }) => {
    const messages = shuffleHistory(seed, history).map(messageOf);
    const store = await runMessages(rules, messages, { partitions, batch });
    const found = outcomeOf(store, partitions);
    // Comparing text is quick; only a difference is worth a readable one.
    if (JSON.stringify(found) === expectedText) return;
    const name = `history ${historySeed}, order ${seed}, ${partitions} partitions, batch ${batch}`;
    expect({ name, ...found }).toEqual({ name, ...expected });
    throw new Error(`${name}: the text differs though the values do not`);
  };
}
