/**
 * Cases that random histories meet too rarely, against the oracle. Each failed once.
 */
import { expect, test } from 'vitest';
import { seen } from '../support/oracle-cases.ts';
import type { OracleEvent } from '../support/oracle-events.ts';
import { runOracle } from '../support/oracle.ts';
import { messageOf } from '../support/oracle-messages.ts';
import { testRules } from '../support/test-rules.ts';
import { outcomeByOracle, outcomeOf, runMessages } from './engine-run.ts';

const weekly = testRules({
  namespaces: testRules().namespaces.map((entry) =>
    entry.name === 'login' ? { ...entry, limit: { count: 1, window: 'day' } } : entry,
  ),
});

function retracted(event: OracleEvent): OracleEvent {
  if (event.kind !== 'interaction') throw new Error('not an interaction');
  const interaction = event.interaction.id;
  return { kind: 'retract_interaction', interaction, decidedAt: 1, withdrawn: false };
}

test('a day of a bare, limited anchor is retracted -> its bucket goes', async () => {
  const later = seen('later', { day: 5, receivedAt: 9, rules: weekly }, 'login:a');
  const events = [seen('first', { day: 0, rules: weekly }, 'login:a'), later, retracted(later)];
  for (const batch of [1, 3]) {
    const store = await runMessages(weekly, events.map(messageOf), { partitions: 1, batch });
    expect(outcomeOf(store, 1)).toEqual(outcomeByOracle(runOracle(weekly, events)));
  }
});
