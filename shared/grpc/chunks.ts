/** Cuts batches to what one message may hold. */
import type { InteractionInput } from '../domain/interaction.ts';

export type ByteSize<Item> = (item: Item) => number;

/**
 * Most estimated bytes of one message: half of the 4 MiB that gateways take, because the estimate
 * counts two bytes a character, and UTF-8 needs three for some.
 */
const MESSAGE_BYTES_MAX = 2 * 1024 * 1024;
/** Tags, lengths, times and numbers of one item or text. */
const OVERHEAD_BYTES = 8;

function textBytes(text: string): number {
  return text.length * 2 + OVERHEAD_BYTES;
}

export function identifierBytes({
  namespace,
  value,
}: {
  readonly namespace: string;
  readonly value: string;
}): number {
  return textBytes(namespace) + textBytes(value);
}

export function interactionBytes(input: InteractionInput): number {
  const { source, interactionId, type, channel, parties, propertiesJson } = input;
  let bytes = 4 * OVERHEAD_BYTES;
  for (const text of [source, interactionId, type, channel, propertiesJson]) {
    bytes += textBytes(text);
  }
  for (const { role, identifiers, attributes } of parties) {
    bytes += textBytes(role);
    for (const identifier of identifiers) bytes += identifierBytes(identifier);
    for (const [name, value] of Object.entries(attributes ?? {})) {
      bytes += textBytes(name) + textBytes(value);
    }
  }
  return bytes;
}

/**
 * The items in order, in chunks of at most `countMax` items and about 2 MiB. An item that is larger
 * by itself goes alone: the gateway judges it.
 */
export function* chunksOf<Item>(
  items: readonly Item[],
  countMax: number,
  sizeOf: ByteSize<Item>,
): Generator<readonly Item[]> {
  let chunk: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (chunk.length > 0 && (chunk.length === countMax || bytes + size > MESSAGE_BYTES_MAX)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(item);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}
