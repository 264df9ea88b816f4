/** Bands between the wire and the port. */
import type { Band } from '../domain/band.ts';
import { keyOf } from './wire-names.ts';

const BANDS = { merge: 'BAND_MERGE', review: 'BAND_REVIEW', ignore: 'BAND_IGNORE' } as const;

export function bandToWire(band: Band): (typeof BANDS)[Band] {
  return BANDS[band];
}

/** Throws for a band of a newer contract. */
export function bandFromWire(sent: string): Band {
  return keyOf(BANDS, sent);
}
