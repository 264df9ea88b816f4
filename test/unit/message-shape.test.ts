/** Shapes: every message the cluster makes is of its shape; with any field of another type it is not. */
import { expect, test } from 'vitest';
import { MessageKind } from '../../shared/domain/messages.ts';
import { decodeFrame, SubframeKind } from '../../shared/protocol/frame.ts';
import { assertShape } from '../../shared/protocol/message-shape.ts';
import { makeHistory } from '../support/history.ts';
import { messageOf } from '../support/oracle-messages.ts';
import { PartitionDriver } from '../support/partition-driver.ts';
import {
  orderOfDelivery,
  orderOfSource,
  stampedDelivery,
  wholeDelivery,
} from '../support/whole-delivery.ts';
import { scoredTestRules, testRules } from '../support/test-rules.ts';

/** Copies of a nested list, each with one number or text inside it of another type. */
function* spoilt(value: readonly unknown[]): Generator<unknown[]> {
  for (const [index, item] of value.entries()) {
    if (Array.isArray(item)) {
      for (const inner of spoilt(item)) yield value.toSpliced(index, 1, inner);
    } else if (item !== null) {
      const other = typeof item === 'number' ? String(item) : 7;
      yield value.toSpliced(index, 1, other);
      yield value.toSpliced(index, 1, undefined);
    }
  }
}

test('messages of a whole history -> accepted; with one field spoilt, cut or longer -> refused', () => {
  const driver = new PartitionDriver({
    topology: { partitions: 6, desks: 2 },
    rules: testRules({ componentCap: 3, stormHolders: 100 }),
  });
  const options = { persons: 6, hubValues: 2, decisionShare: 0.3, deliveries: 2, orderShare: 0.1 };
  const history = makeHistory(5, { events: 120, ...options });
  for (const event of history) driver.send([messageOf(event)]);
  driver.send(wholeDelivery(testRules()).map(messageOf));
  driver.send([messageOf(orderOfDelivery(0, 1))]);
  driver.send([messageOf(orderOfSource(2, 1))]);
  // More actors in a partition than a slice of a sweep.
  const one = new PartitionDriver({
    topology: { partitions: 1, desks: 1 },
    rules: testRules(),
  });
  one.send(wholeDelivery(testRules()).map(messageOf));
  one.send([messageOf(orderOfSource(2, 1))]);
  // An anchor that joins one profile with many others is a storm.
  const storm = new PartitionDriver({
    topology: { partitions: 6, desks: 1 },
    rules: testRules({ stormHolders: 8, stormPairs: 256 }),
  });
  storm.send(stampedDelivery(testRules()).map(messageOf));
  // Values derived of identifiers say of which.
  const rules = scoredTestRules();
  const scored = new PartitionDriver({ topology: { partitions: 2, desks: 1 }, rules });
  for (const event of makeHistory(5, { events: 12, rules })) scored.send([messageOf(event)]);
  const kinds = new Set<number>();
  let tried = 0;
  for (const bytes of [...driver.logs, ...one.logs, ...scored.logs, ...storm.logs].flat()) {
    for (const subframe of decodeFrame(bytes)) {
      const isIngress = subframe[0] === SubframeKind.ingress;
      const items = isIngress ? subframe[1] : subframe[0] === SubframeKind.link ? subframe[4] : [];
      for (const item of items) {
        const message = item[1] as readonly unknown[];
        expect(() => assertShape(message)).not.toThrow();
        kinds.add(message[0] as number);
        if (tried > 12_000) continue;
        expect(() => assertShape(message.slice(0, -1))).toThrow('message of');
        expect(() => assertShape([...message, 0])).toThrow('message of');
        for (const wrong of spoilt(message)) {
          tried++;
          expect(() => assertShape(wrong)).toThrow('message of');
        }
      }
    }
  }
  // Kinds that this history never sends across partitions are named, so that none goes unseen.
  const missing = Object.values(MessageKind).filter((kind) => !kinds.has(kind));
  expect(missing).toEqual([]);
});

test.for([null, undefined, 'text', [], {}, ['constructor'], ['1', 'x'], [99, 'x']])(
  '%j -> refused',
  (message) => {
    expect(() => assertShape(message)).toThrow('message of');
  },
);
