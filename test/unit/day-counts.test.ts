/**
 * Goal: a profile with many observations on one day loses exactly what no observation of that day shows
 * any more (`shared/domain/actors/day-counts.ts`), amid others that come.
 * Method: the embedded engine against the oracle.
 */
import { expect, test } from 'vitest';
import { DAY_MS } from '../../shared/domain/rules.ts';
import { outcomeByOracle, outcomeOf, runMessages } from '../property/engine-run.ts';
import { runOracle } from '../support/oracle.ts';
import type { OracleEvent } from '../support/oracle-events.ts';
import { messageOf } from '../support/oracle-messages.ts';
import { routeForTest } from '../support/oracle-routing.ts';
import { testRules } from '../support/test-rules.ts';

const RULES = testRules();

/** A visit of one person; some of what it shows every third shows, or the one before it, or only this one. */
function visit(index: number, day: number): OracleEvent & { kind: 'interaction' } {
  const shown = [
    { namespace: 'crm', value: 'hub' },
    { namespace: 'email', value: `third-${index % 3}` },
    { namespace: 'phone', value: `two-${index >> 1}` },
    { namespace: 'loyalty', value: `own-${index}` },
    { namespace: 'cookie', value: `ten-${Math.floor(index / 10)}` },
  ];
  return {
    kind: 'interaction',
    interaction: routeForTest(RULES, {
      source: 'shop',
      interactionId: `${index}`,
      revision: 0,
      type: 'visit',
      channel: 'web',
      occurredAt: day * DAY_MS,
      receivedAt: 1_000 + index,
      parties: [
        { role: 'subject', identifiers: shown, attributes: { name: `name-${index >> 2}` } },
      ],
      propertiesJson: '{}',
    }),
  };
}

function takenBack({ interaction }: ReturnType<typeof visit>): OracleEvent {
  return {
    kind: 'retract_interaction',
    interaction: interaction.id,
    decidedAt: 1,
    withdrawn: false,
  };
}

test.each([40, 1_000])(
  '%i at a time -> as if what was taken back had never been',
  async (batch) => {
    const first = Array.from({ length: 160 }, (_, index) => visit(index, 20_000 + (index % 2)));
    const later = Array.from({ length: 60 }, (_, index) =>
      visit(160 + index, 20_000 + (index % 2)),
    );
    const events: OracleEvent[] = [
      ...first,
      // The counts are kept from now on; the first of all goes, and one of each pair.
      ...first.filter((_, index) => index % 4 === 0).map(takenBack),
      ...later,
      ...later.filter((_, index) => index % 3 === 0).map(takenBack),
      // Down to less than is kept, and to nothing on the second day.
      ...first.filter((_, index) => index % 4 !== 0 && index > 20).map(takenBack),
      ...later.filter((_, index) => index % 3 !== 0 && index % 2 === 1).map(takenBack),
      ...first
        .filter((_, index) => index % 4 !== 0 && index % 2 === 1 && index <= 20)
        .map(takenBack),
    ];
    for (const last of [260, 300, events.length]) {
      const some = events.slice(0, last);
      const store = await runMessages(RULES, some.map(messageOf), { partitions: 3, batch });
      expect(outcomeOf(store, 3)).toEqual(outcomeByOracle(runOracle(RULES, some)));
    }
  },
);
