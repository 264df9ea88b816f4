/** What an interaction's attribution answers with. Certainties are 0..1. */
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
