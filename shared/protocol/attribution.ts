/** Answers of `Cluster.matchRecord` and `Cluster.getAttribution`. */
import type { Band } from '../domain/band.ts';
import type { FieldViolation } from './cluster.ts';
import type { Contribution } from './explanation.ts';

/** A customer that a record may belong to. */
export interface RecordMatch {
  readonly customerId: string;
  /** The profile of the customer that the record fits best. */
  readonly profileRef: string;
  readonly certainty: number;
  readonly quarterBits: number;
  readonly band: Band;
  /** Why the two could not join all the same: `limit:NAMESPACE`, `exclusive:NAMESPACE`...; or null. */
  readonly refusal: string | null;
  readonly contributions: readonly Contribution[];
}

export interface RecordMatches {
  /** Of the merge and review bands; what may join first, the most certain first. */
  readonly matches: readonly RecordMatch[];
  /** Several customers fit with merge certainty. */
  readonly isAmbiguous: boolean;
  /** Profiles that share something with the record. */
  readonly candidates: number;
  /** Not all of them were scored. */
  readonly isTruncated: boolean;
  /** Values of the record that were not used: field path and reason. */
  readonly dropped: readonly FieldViolation[];
}

/** A customer's share in an interaction. */
export interface AttributionShare {
  readonly customerId: string;
  /** 0..1; those of a party add up to 1, but for those left out after the first 20. */
  readonly share: number;
  /** Probability, 0..1, that it was this customer's. */
  readonly certainty: number;
}

export interface PartyAttribution {
  readonly role: string;
  readonly profileRef: string;
  readonly kind: 'person' | 'persona' | 'device' | 'interaction';
  /**
   * profile: by what its profile is joined with; device_share: all that is known is a device, and the
   * customer's share in it is certain enough; anonymous: it is not, and the customer is the device's own.
   */
  readonly basis: 'profile' | 'device_share' | 'anonymous';
  readonly customerId: string;
  readonly certainty: number;
  /** The greatest first. Of a device: all persons seen on it, weighed by how many days apart. */
  readonly shares: readonly AttributionShare[];
}

export interface InteractionAttribution {
  readonly source: string;
  readonly interactionId: string;
  readonly occurredAt: number;
  readonly parties: readonly PartyAttribution[];
}
