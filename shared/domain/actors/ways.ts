/** Ways: sources and rules as the subjects of orders, and the names of their actors (S22). */
import type { WayKind } from '../messages.ts';

export const SOURCE = 2 satisfies WayKind;
/** A namespace by whose values, anchors or devices pairs are proposed. */
export const RULE = 3 satisfies WayKind;

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const LANES = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344] as const;

/**
 * Actor of a source or rule: 20 base64url characters, from four lanes of FNV-1a, each mixed by the
 * finaliser of MurmurHash3. Known within the pure room, where partitions meet sources first; names of
 * sources and rules are few and no secret, so a cryptographic hash is not called for.
 */
export function wayIdOf(kind: WayKind, name: string): string {
  let id = '';
  for (const lane of LANES) {
    let hash = lane ^ kind;
    for (let index = 0; index < name.length; index++) {
      hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    for (let shift = 0; shift < 30; shift += 6) id += BASE64URL[(hash >>> shift) & 63];
  }
  return id;
}
