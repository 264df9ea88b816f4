/**
 * Names of actors and digests of content: SHA-256 cut to 15 bytes, written as 20 base64url
 * characters.
 *
 * 120 bits: with 10^10 identifiers the chance of any collision is below 4e-17 (birthday bound
 * n^2 / 2^121). A general, unkeyed hash is enough, because customer ids that leave the cluster are
 * a keyed permutation of these (ARCHITECTURE S16).
 *
 * I1. Domains are separate: a profile, a key and an interaction of the same text differ.
 * I2. No ambiguity: every part is preceded by its length, so ("ab", "c") is not ("a", "bc").
 * I3. The text hashed here is permanent. A changed prefix or order gives every actor a new name,
 *     and with it new customer ids: never change it.
 *
 * Lengths count UTF-16 code units. Text must be well formed (ingress sees to it): lone surrogates
 * would all become U+FFFD in UTF-8 and so share a name.
 */
import { hash } from 'node:crypto';
import type { InteractionId, KeyId, ProfileId } from '../domain/identifier.ts';

/** Characters of an id: 20 * 6 bits = 120 bits = 15 bytes. */
export const ID_LENGTH = 20;

/** The first 20 base64url characters are exactly the first 15 bytes of the hash. */
function shortHash(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, ID_LENGTH);
}

/** Profile whose anchor is the normalised (namespace, value). */
export function profileIdOf(namespace: string, value: string): ProfileId {
  return shortHash(`profile:${namespace.length}:${namespace}${value.length}:${value}`) as ProfileId;
}

/** Key actor of the normalised evidence (namespace, value). */
export function keyIdOf(namespace: string, value: string): KeyId {
  return shortHash(`key:${namespace.length}:${namespace}${value.length}:${value}`) as KeyId;
}

/** Interaction actor of the source's own interaction id. */
export function interactionIdOf(source: string, interactionId: string): InteractionId {
  return shortHash(
    `interaction:${source.length}:${source}${interactionId.length}:${interactionId}`,
  ) as InteractionId;
}

/** Actor of what a source delivered under a label. */
export function deliveryIdOf(source: string, label: string): string {
  return shortHash(`delivery:${source.length}:${source}${label.length}:${label}`);
}

/** Digest of a sequence of texts; the number and the order of the parts matter. */
export function digestOf(parts: readonly string[]): string {
  let text = 'digest:';
  for (const part of parts) text += `${part.length}:${part}`;
  return shortHash(text);
}
