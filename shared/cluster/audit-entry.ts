/**
 * An entry of the audit trail's log: the records of one append, sealed.
 *
 * Layout: 16 bytes of HMAC-SHA-256 over the rest, then JSON. An entry names its writer, its number
 * with that writer and the seal of the one before, so that entries that were changed, taken out or
 * put between are noticed by everybody who has the key. (Whoever has the key could make a trail of
 * his own: append-only streams and their permissions stand against that.)
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AuditRecord } from '../protocol/audit.ts';

const SEAL_BYTES = 16;
const LAYOUT = 1;

export interface AuditLogEntry {
  /** Random, one for each life of a gateway and shelf. */
  readonly writer: string;
  /** From 1. */
  readonly number: number;
  /** Seal of the writer's entry before, in hexadecimal digits; empty: the first. */
  readonly before: string;
  readonly records: readonly AuditRecord[];
}

function sealOf(key: Uint8Array, body: Uint8Array): Buffer {
  return createHmac('sha256', key).update(body).digest().subarray(0, SEAL_BYTES);
}

export interface SealedEntry {
  readonly bytes: Uint8Array;
  /** For `before` of the next. */
  readonly seal: string;
}

export function sealEntry(key: Uint8Array, entry: AuditLogEntry): SealedEntry {
  const body = Buffer.from(JSON.stringify({ layout: LAYOUT, ...entry }));
  const seal = sealOf(key, body);
  return { bytes: Buffer.concat([seal, body]), seal: seal.toString('hex') };
}

export interface OpenedEntry extends AuditLogEntry {
  readonly seal: string;
  readonly isIntact: boolean;
}

/** null: nothing of it can be read. */
export function openEntry(key: Uint8Array, bytes: Uint8Array): OpenedEntry | null {
  const body = bytes.subarray(SEAL_BYTES);
  const found = Buffer.from(bytes.subarray(0, SEAL_BYTES));
  const expected = sealOf(key, body);
  const isIntact = found.length === SEAL_BYTES && timingSafeEqual(found, expected);
  try {
    const entry = JSON.parse(Buffer.from(body).toString()) as AuditLogEntry & { layout: number };
    if (entry.layout !== LAYOUT || !Array.isArray(entry.records)) return null;
    return { ...entry, seal: found.toString('hex'), isIntact };
  } catch {
    return null;
  }
}
