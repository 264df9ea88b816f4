/** Bands between the wire and the port. */
import type { Band } from '../domain/band.ts';
import { ClusterError } from '../protocol/cluster.ts';

const WIRE = { merge: 'BAND_MERGE', review: 'BAND_REVIEW', ignore: 'BAND_IGNORE' } as const;
type WireBand = (typeof WIRE)[Band];

export function bandToWire(band: Band): WireBand {
  return WIRE[band];
}

/** Throws `ClusterError` for a band of a newer contract. */
export function bandFromWire(sent: string): Band {
  for (const band of ['merge', 'review', 'ignore'] as const) if (WIRE[band] === sent) return band;
  throw new ClusterError('internal', 'The gateway sent a band that this client cannot read.');
}
