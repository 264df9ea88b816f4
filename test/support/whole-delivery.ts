/** One delivery with more interactions than a slice of its sweep. */
import { SLICE } from '../../shared/domain/actors/delivery-actor.ts';
import { DAY_MS, type Rules } from '../../shared/domain/rules.ts';
import type { OracleEvent } from './oracle-events.ts';
import { routeForTest } from './oracle-routing.ts';

const SOURCE = 'shop';
const DELIVERY = 'whole';

/** Two persons an email, so that what counts shows in who is together; some beyond two slices. */
export function wholeDelivery(rules: Rules): OracleEvent[] {
  return deliveryOf(rules, (index) => ({ namespace: 'email', value: `${index >> 1}` }));
}

/** One account on all of them. */
export function stampedDelivery(rules: Rules): OracleEvent[] {
  return deliveryOf(rules, () => ({ namespace: 'loyalty', value: 'stamped' }));
}

function deliveryOf(
  rules: Rules,
  other: (index: number) => { readonly namespace: string; readonly value: string },
): OracleEvent[] {
  return Array.from({ length: 2 * SLICE + 7 }, (_, index) => ({
    kind: 'interaction',
    interaction: routeForTest(rules, {
      source: SOURCE,
      interactionId: `${index}`,
      revision: 0,
      type: 'import',
      channel: 'file',
      occurredAt: 20_000 * DAY_MS,
      receivedAt: index,
      parties: [
        {
          role: 'subject',
          identifiers: [{ namespace: 'crm', value: `${index}` }, other(index)],
          attributes: {},
        },
      ],
      propertiesJson: '{}',
      delivery: DELIVERY,
    }),
  }));
}

export function orderOfDelivery(standing: 0 | 1 | 2, decidedAt: number): OracleEvent {
  return { kind: 'order_delivery', source: SOURCE, delivery: DELIVERY, decidedAt, standing };
}

/** About all of the delivery's source. */
export function orderOfSource(standing: 0 | 1 | 2, decidedAt: number): OracleEvent {
  return { kind: 'order_way', way: 2, name: SOURCE, decidedAt, standing };
}

export function orderOfRule(name: string, standing: 0 | 1 | 2, decidedAt: number): OracleEvent {
  return { kind: 'order_way', way: 3, name, decidedAt, standing };
}
