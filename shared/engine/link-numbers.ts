/**
 * Fragments: link messages too large for one log entry.
 *
 * A component of a thousand profiles with many edges exceeds what a log entry may hold. It is cut
 * into parts with consecutive link numbers; since links are contiguous the receiver needs only
 * append. Parts of an unfinished message are rows, so that they survive a restart.
 */
import { decode, encode } from '../protocol/codec.ts';
import type { Fragment, Stamped } from '../protocol/frame.ts';
import type { ActorCache } from './actor-cache.ts';

/** Messages that go into one link subframe, and the subframe's encoded size. */
type Items = readonly (Stamped | Fragment)[];

export class LinkNumbers {
  readonly #actors: ActorCache;

  constructor(actors: ActorCache) {
    this.#actors = actors;
  }

  /** Cuts messages into lists of at most `maxBytes` encoded; a larger message into fragments. */
  split(messages: readonly Stamped[], maxBytes: number): Items[] {
    if (maxBytes === Number.POSITIVE_INFINITY) return [messages];
    const bytes = encode(messages);
    if (bytes.length <= maxBytes) return [messages];
    if (messages.length > 1) {
      const half = messages.length >> 1;
      return [
        ...this.split(messages.slice(0, half), maxBytes),
        ...this.split(messages.slice(half), maxBytes),
      ];
    }
    const [message] = messages as readonly [Stamped];
    const whole = encode(message);
    const count = Math.ceil(whole.length / maxBytes);
    return Array.from({ length: count }, (_, index) => {
      const part = whole.slice(index * maxBytes, (index + 1) * maxBytes);
      return [[message[0], part, index, count]];
    });
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
