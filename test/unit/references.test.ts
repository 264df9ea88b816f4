/** Public references (S16): a keyed permutation of profile ids, and nothing else is one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReferenceCodec } from '../../shared/cluster/references.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';

const KEY = Buffer.from('0123456789abcdef');
const codec = new ReferenceCodec(KEY);
const anyProfile = fc
  .uint8Array({ minLength: 15, maxLength: 15 })
  .map((bytes) => Buffer.from(bytes).toString('base64url') as ProfileId);

describe('references', () => {
  test('any profile -> two references of their own letter that name it', () => {
    fc.assert(
      fc.property(anyProfile, (profile) => {
        const customer = codec.customerId(profile);
        const reference = codec.profileRef(profile);
        expect(customer).toMatch(/^c[a-z2-7]{26}$/);
        expect(reference).toBe(`p${customer.slice(1)}`);
        expect(codec.profileOf(customer)).toBe(profile);
        expect(codec.profileOf(reference)).toBe(profile);
      }),
    );
  });

  test('the same key -> the same ids for ever; neighbours share nothing', () => {
    const ids = ['AAAAAAAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAAAAAAB'].map((id) =>
      codec.customerId(id as ProfileId),
    );
    expect(ids).toMatchInlineSnapshot(`
      [
        "cbonrlwslisqpkfi5z7cmahzv2u",
        "cghk3ooy7jtrgotlq6wtzkfqbua",
      ]
    `);
    expect(new ReferenceCodec(KEY).customerId('AAAAAAAAAAAAAAAAAAAA' as ProfileId)).toBe(ids[0]);
  });

  test('another key -> names none of its profiles', () => {
    const other = new ReferenceCodec(Buffer.alloc(16, 1));
    let accepted = 0;
    for (let index = 0; index < 4096; index++) {
      const bytes = Buffer.alloc(15);
      bytes.writeUInt32BE(index);
      const profile = bytes.toString('base64url') as ProfileId;
      const found = other.profileOf(codec.customerId(profile));
      expect(found).not.toBe(profile);
      if (found !== null) accepted++;
    }
    // One byte of the block must be 0: one in 256 passes by chance, and then names nobody known.
    expect(accepted).toBeLessThan(40);
  });

  test.for([
    [''],
    ['c'],
    ['nonsense'],
    [`c${'a'.repeat(25)}`],
    [`c${'a'.repeat(27)}`],
    [`x${'a'.repeat(26)}`],
    [`C${'A'.repeat(26)}`],
    [`c${'1'.repeat(26)}`],
    [`c${'a'.repeat(26)}\n`],
  ] as const)('%j -> null', ([text]) => {
    expect(codec.profileOf(text)).toBeNull();
  });

  test('each profile has one spelling: another last letter with the same bits -> null', () => {
    const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
    const id = codec.customerId('AAAAAAAAAAAAAAAAAAAA' as ProfileId);
    const spellings = Array.from(alphabet, (letter) => id.slice(0, -1) + letter);
    const naming = spellings.filter((text) => codec.profileOf(text) === 'AAAAAAAAAAAAAAAAAAAA');
    expect(naming).toEqual([id]);
  });

  test('a key of another length -> refused', () => {
    for (const length of [0, 15, 17, 32]) {
      expect(() => new ReferenceCodec(Buffer.alloc(length))).toThrow(/key length/i);
    }
  });
});
