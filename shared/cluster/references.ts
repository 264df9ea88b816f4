/**
 * Public references (ARCHITECTURE S16): customer ids and profile references.
 *
 * A reference is one AES-128 block of (profile id, incarnation) in base32: a keyed permutation, so
 * that it reveals nothing, needs no index, and every id ever issued names its profile for ever.
 * The key belongs to the cluster; with another key all references change.
 */
import { type Cipher, createCipheriv, createDecipheriv, type Decipher } from 'node:crypto';
import type { ProfileId } from '../domain/identifier.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const VALUE_BY_CHAR_CODE = new Int8Array(128).fill(-1);
for (let index = 0; index < 32; index++) VALUE_BY_CHAR_CODE[ALPHABET.charCodeAt(index)] = index;
/** 26 letters are 130 bits: the last one's low two are 0, so that an id has one spelling. */
const REFERENCE = /^[cp][a-z2-7]{25}[aeimquy4]$/;
const BLOCK_BYTES = 16;
/**
 * Customer ids kept, in two halves: encrypting one costs 2 us, which is what a whole look-up may take.
 * The older half goes when the newer one is full; an order of use would cost more than it saves.
 */
const CACHED_IDS = 100_000;

/** Whether the text has the form of a customer id or profile reference, of whatever cluster. */
export function isReference(text: string): boolean {
  return REFERENCE.test(text);
}

export class ReferenceCodec {
  readonly #cipher: Cipher;
  readonly #decipher: Decipher;
  #newer = new Map<ProfileId, string>();
  #older = new Map<ProfileId, string>();

  /** `key`: 16 bytes. Throws on any other length. */
  constructor(key: Uint8Array) {
    this.#cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    this.#decipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  }

  customerId(founder: ProfileId): string {
    const known = this.#newer.get(founder);
    if (known !== undefined) return known;
    const id = this.#older.get(founder) ?? `c${this.#encrypt(founder)}`;
    if (this.#newer.size >= CACHED_IDS / 2) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(founder, id);
    return id;
  }

  profileRef(profile: ProfileId): string {
    return `p${this.#encrypt(profile)}`;
  }

  /** The profile a reference names, or null when it is none of this cluster. */
  profileOf(reference: string): ProfileId | null {
    if (!isReference(reference)) return null;
    const block = fromBase32(reference);
    const plain = this.#decipher.update(block);
    // Incarnation 0 is the only one issued; anything else was not made with this key.
    if (plain.length !== BLOCK_BYTES || plain[15] !== 0) return null;
    return plain.toString('base64url', 0, 15) as ProfileId;
  }

  #encrypt(profile: ProfileId): string {
    const block = Buffer.alloc(BLOCK_BYTES);
    block.write(profile, 'base64url');
    block[15] = 0;
    return toBase32(this.#cipher.update(block));
  }
}

function toBase32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(buffer >> bits) & 31];
    }
  }
  return bits > 0 ? text + ALPHABET[(buffer << (5 - bits)) & 31] : text;
}

function fromBase32(reference: string): Buffer {
  const bytes = Buffer.alloc(BLOCK_BYTES);
  let buffer = 0;
  let bits = 0;
  let length = 0;
  for (let index = 1; index < reference.length && length < BLOCK_BYTES; index++) {
    const value = VALUE_BY_CHAR_CODE[reference.charCodeAt(index)] ?? 0;
    buffer = ((buffer << 5) | value) & 0xffff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = (buffer >> bits) & 255;
    }
  }
  return bytes;
}
