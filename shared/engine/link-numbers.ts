/**
 * Fragments: link messages too large for one log entry.
 *
 * A component of a thousand profiles with many edges exceeds what a log entry may hold. It is cut
 * into parts with consecutive link numbers; since links are contiguous the receiver needs only
 * append. Parts of an unfinished message are rows, so that they survive a restart.
 */
import { decode, encode } from '../protocol/codec.ts';
import {
  type Encoded,
  encodeSubframe,
  type Fragment,
  type LinkSubframe,
  type Stamped,
  SubframeKind,
} from '../protocol/frame.ts';
import type { ActorCache } from './actor-cache.ts';

/** Consecutive messages of one link. */
export type LinkBatch = Encoded<LinkSubframe>;

/** The link that messages go out on, and the number of the first of them. */
export interface LinkPlace {
  readonly source: number;
  readonly linkEpoch: number;
  readonly first: number;
}

export class LinkNumbers {
  readonly #actors: ActorCache;

  constructor(actors: ActorCache) {
    this.#actors = actors;
  }

  /** Cuts messages into batches of at most `maxBytes` encoded; a larger message into fragments. */
  number(messages: readonly Stamped[], place: LinkPlace, maxBytes: number): LinkBatch[] {
    const whole = batchOf(place, messages);
    if (whole.bytes.length <= maxBytes) return [whole];
    if (messages.length === 1) return fragmentsOf(messages[0] as Stamped, place, maxBytes);
    const half = messages.length >> 1;
    const batches = this.number(messages.slice(0, half), place, maxBytes);
    const first = endOf(batches.at(-1) as LinkBatch) + 1;
    for (const batch of this.number(messages.slice(half), { ...place, first }, maxBytes)) {
      batches.push(batch);
    }
    return batches;
  }

  /** The message that an item completes, or null while parts are missing. */
  assemble(source: number, item: Stamped | Fragment): Stamped | null {
    if (item.length === 2) return item;
    const [, bytes, index, count] = item;
    const key = (part: number): string => `g/${source}/${String(part).padStart(6, '0')}`;
    if (index < count - 1) {
      this.#actors.putRow(key(index), bytes);
      return null;
    }
    const parts = this.#actors.rows(`g/${source}/`).slice(0, index);
    for (let part = 0; part < index; part++) this.#actors.putRow(key(part), null);
    return decode(Buffer.concat([...parts.map(([, row]) => row as Uint8Array), bytes])) as Stamped;
  }
}

/** Number of the last message of a batch. */
export function endOf({ subframe: [, , , first, items] }: LinkBatch): number {
  return first + items.length - 1;
}

function batchOf(place: LinkPlace, items: readonly (Stamped | Fragment)[]): LinkBatch {
  const { source, linkEpoch, first } = place;
  return encodeSubframe([SubframeKind.link, source, linkEpoch, first, items]);
}

function fragmentsOf(message: Stamped, place: LinkPlace, maxBytes: number): LinkBatch[] {
  const whole = encode(message);
  const count = Math.ceil(whole.length / maxBytes);
  return Array.from({ length: count }, (_, index) => {
    const part = whole.slice(index * maxBytes, (index + 1) * maxBytes);
    return batchOf({ ...place, first: place.first + index }, [[message[0], part, index, count]]);
  });
}
