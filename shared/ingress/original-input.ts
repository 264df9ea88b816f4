/**
 * What of a client's input does not show in the routed interaction, and back: `originalsOf` keeps
 * the spellings that normalising changed and the values that were dropped, `originalInput` puts the
 * input together again, so that another rules version can route it as if it had just come.
 *
 * I1. originalInput(routed(input)) routes, under every version, as `input` does.
 * I2. What is spelt as it is normalised costs nothing.
 */
import { compareText } from '../domain/identifier.ts';
import type { InteractionInput, OriginalValue, PartyInput } from '../domain/interaction.ts';
import type { RoutedParty } from '../domain/interaction.ts';
import type { PackedInteraction, PackedParty } from '../domain/messages.ts';

/** One identifier as it came, with what became of it; null: dropped. */
export interface Spelling {
  readonly namespace: string;
  readonly raw: string;
  readonly value: string | null;
}

type Pair = readonly [namespace: string, value: string];

const key = (namespace: string, value: string): string => `${namespace} ${value}`;

/** The party's identifiers in the fixed order that `OriginalValue` counts in. */
function routedPairs(party: RoutedParty): Pair[] {
  const pairs: Pair[] = [];
  if (party.profileKind === 'person' || party.profileKind === 'device') {
    pairs.push([party.namespace, party.value]);
  }
  for (const { namespace, value } of party.others) pairs.push([namespace, value]);
  for (const { kind, namespace, value } of party.values) {
    if (kind !== 'derived') pairs.push([namespace, value]);
  }
  return pairs;
}

/** How many `routedPairs` there are. */
function routedCount({ profileKind, others, values }: RoutedParty): number {
  let count = others.length + (profileKind === 'person' || profileKind === 'device' ? 1 : 0);
  for (const { kind } of values) if (kind !== 'derived') count++;
  return count;
}

function packedPairs([, , kind, namespace, value, others, values]: PackedParty): Pair[] {
  const pairs: Pair[] = [];
  if (kind === 0 || kind === 2) pairs.push([namespace, value]);
  for (const other of others) pairs.push([other[1], other[2]]);
  for (const held of values) if (held[3] !== 2) pairs.push([held[1], held[2]]);
  return pairs;
}

/** Sorted; empty when the routed party says it all. */
export function originalsOf(
  spellings: readonly Spelling[],
  party: RoutedParty,
): readonly OriginalValue[] {
  // As many plain values as routed ones: none was dropped, here or for another party's sake.
  const isPlain =
    spellings.length === routedCount(party) && spellings.every(({ raw, value }) => raw === value);
  if (isPlain) return [];
  const pairs = routedPairs(party);
  const positions = new Map(
    pairs.map(([namespace, value], index) => [key(namespace, value), index]),
  );
  const byPosition = new Map<number, Set<string>>();
  const dropped = new Map<string, OriginalValue>();
  for (const { namespace, raw, value } of spellings) {
    const position = value === null ? undefined : positions.get(key(namespace, value));
    if (position === undefined) {
      dropped.set(key(namespace, raw), [namespace, raw]);
      continue;
    }
    const known = byPosition.get(position);
    if (known === undefined) byPosition.set(position, new Set([raw]));
    else known.add(raw);
  }
  const originals: OriginalValue[] = [...dropped.values()];
  for (const [position, raws] of byPosition) {
    const [, value] = pairs[position] as Pair;
    if (raws.size === 1 && raws.has(value)) continue;
    for (const raw of raws) originals.push([position, raw]);
  }
  return originals.sort(
    (left, right) =>
      compareText(String(left[0]), String(right[0])) || compareText(left[1], right[1]),
  );
}

function originalParty(party: PackedParty, originals: readonly OriginalValue[]): PartyInput {
  const respelt = new Set(originals.map(([where]) => where));
  const pairs = packedPairs(party);
  const identifiers: { namespace: string; value: string }[] = [];
  for (const [index, [namespace, value]] of pairs.entries()) {
    if (!respelt.has(index)) identifiers.push({ namespace, value });
  }
  for (const [where, value] of originals) {
    const namespace = typeof where === 'string' ? where : (pairs[where] as Pair)[0];
    identifiers.push({ namespace, value });
  }
  return { role: party[0], identifiers, attributes: Object.fromEntries(party[7]) };
}

/** The input that a live interaction was routed from; identifiers in another order, which is free. */
export function originalInput(packed: PackedInteraction): InteractionInput {
  const originals = packed[13] ?? [];
  return {
    source: packed[1],
    interactionId: packed[2],
    revision: packed[3],
    type: packed[5],
    channel: packed[6],
    occurredAt: packed[7],
    parties: packed[9].map((party, index) => originalParty(party, originals[index] ?? [])),
    propertiesJson: packed[10],
    ...(packed[11] === '' ? {} : { delivery: packed[11] }),
  };
}
