/**
 * How interactions reach the cluster: mostly at once, some late, some twice, some corrected later.
 *
 * A queue by time of delivery. A correction may overtake an original that is late, and a repeat may
 * arrive after the correction: both happen in life, and neither may change the outcome.
 */
import type { InteractionInput } from '../../../../shared/domain/interaction.ts';
import { toInput, toRevision, type Draft, type Source } from './draft.ts';
import type { Random } from './random.ts';

export interface Delivery {
  readonly input: InteractionInput;
  /** Per party: id of the person, or null for nobody in particular. */
  readonly truth: readonly (string | null)[];
  /** Epoch milliseconds at which the cluster gets it. */
  readonly deliveredAt: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Share of interactions that arrive an hour to ten days late (queues, offline tills, phones). */
const LATE_SHARE = 0.03;
/** Share sent twice with the same content (retries of senders that missed an answer). */
const REPEAT_SHARE = 0.015;
/** Share of typed records that somebody corrects later, as revision 1. */
const REVISION_SHARE = 0.03;

/** These send a file each night at two. */
const NIGHTLY: ReadonlySet<Source> = new Set(['billing-legacy', 'direct-mail', 'crm-south']);
const TYPED: ReadonlySet<Source> = new Set([
  'crm-north',
  'crm-south',
  'billing',
  'billing-legacy',
  'orders',
  'call-centre',
  'till',
]);

export interface DeliveryQueue {
  send(draft: Draft, occurredAt: number): void;
  /** Takes what is due by `time`, in order of delivery. */
  due(time: number): Generator<Delivery>;
}

export function createDeliveryQueue(random: Random): DeliveryQueue {
  const heap = createHeap();
  return {
    send(draft, occurredAt) {
      const truth = draft.parties.map((party) => party.truth);
      const input = toInput(draft, occurredAt);
      const night = Math.floor((occurredAt - 2 * HOUR_MS) / DAY_MS + 1) * DAY_MS + 2 * HOUR_MS;
      const first = NIGHTLY.has(draft.source) ? night : occurredAt;
      const delay = random.chance(LATE_SHARE) ? random.int(HOUR_MS, 10 * DAY_MS) : 0;
      heap.push({ input, truth, deliveredAt: first + delay });
      if (random.chance(REPEAT_SHARE)) {
        const again = first + delay + random.int(MINUTE_MS, 3 * DAY_MS);
        heap.push({ input, truth, deliveredAt: again });
      }
      if (TYPED.has(draft.source) && random.chance(REVISION_SHARE)) {
        const revised = toRevision(draft, occurredAt);
        const deliveredAt = first + random.int(HOUR_MS, 20 * DAY_MS);
        heap.push({ input: revised, truth, deliveredAt });
      }
    },
    *due(time) {
      for (let next = heap.pop(time); next !== null; next = heap.pop(time)) yield next;
    },
  };
}

/** Binary heap by (time of delivery, order of sending). */
function createHeap(): {
  push(delivery: Delivery): void;
  pop(time: number): Delivery | null;
} {
  const entries: { readonly delivery: Delivery; readonly order: number }[] = [];
  let sent = 0;
  const isBefore = (left: number, right: number): boolean => {
    const a = entries[left];
    const b = entries[right];
    if (a === undefined || b === undefined) return a !== undefined;
    const difference = a.delivery.deliveredAt - b.delivery.deliveredAt;
    return difference === 0 ? a.order < b.order : difference < 0;
  };
  const swap = (left: number, right: number): void => {
    const a = entries[left];
    const b = entries[right];
    if (a === undefined || b === undefined) return;
    entries[left] = b;
    entries[right] = a;
  };
  return {
    push(delivery) {
      entries.push({ delivery, order: sent++ });
      for (let child = entries.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1;
        if (!isBefore(child, parent)) break;
        swap(child, parent);
        child = parent;
      }
    },
    pop(time) {
      const top = entries[0];
      if (top === undefined || top.delivery.deliveredAt > time) return null;
      swap(0, entries.length - 1);
      entries.pop();
      for (let parent = 0; ; ) {
        const left = parent * 2 + 1;
        const least = isBefore(left + 1, left) ? left + 1 : left;
        if (least >= entries.length || !isBefore(least, parent)) break;
        swap(parent, least);
        parent = least;
      }
      return top.delivery;
    },
  };
}
