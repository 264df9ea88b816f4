/**
 * Fragments: link messages too large for one log entry.
 *
 * A component of a thousand profiles with many edges exceeds what a log entry may hold. It is cut
 * into parts with consecutive link numbers; since links are contiguous the receiver needs only
 * append. Parts of an unfinished message are rows, so that they survive a restart.
 */
import { decode, encode } from '../../shared/protocol/codec.ts';
import type { Fragment, Stamped } from '../../shared/protocol/frame.ts';
import type { ActorCache } from './actor-cache.ts';

/** Messages with at most this many items at the top level are never worth measuring. */
const SMALL_MEMBERS = 8;

export class LinkNumbers {
  readonly #actors: ActorCache;

  constructor(actors: ActorCache) {
    this.#actors = actors;
  }

  /** Appends the message to `items`, cut into fragments when it is larger than `maxBytes`. */
  split(stamped: Stamped, maxBytes: number, items: (Stamped | Fragment)[]): void {
    if (!mayBeLarge(stamped)) {
      items.push(stamped);
      return;
    }
    const bytes = encode(stamped);
    if (bytes.length <= maxBytes) {
      items.push(stamped);
      return;
    }
    const count = Math.ceil(bytes.length / maxBytes);
    for (let index = 0; index < count; index++) {
      items.push([
        stamped[0],
        bytes.slice(index * maxBytes, (index + 1) * maxBytes),
        index,
        count,
      ]);
    }
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

/** Whether the last item of the message is a long list (members, edges, days, parties). */
function mayBeLarge(stamped: Stamped): boolean {
  for (const item of stamped[1]) {
    if (Array.isArray(item) && item.length > SMALL_MEMBERS) return true;
    if (typeof item === 'string' && item.length > 4096) return true;
  }
  const last: unknown = stamped[1][stamped[1].length - 1];
  return Array.isArray(last) && last.some((part) => Array.isArray(part) && part.length > 3);
}
