/**
 * Interactions as they enter, and as the log carries them.
 *
 * `InteractionInput` is what a client sends. `RoutedInteraction` is what ingress makes of it: values
 * normalised, junk dropped, every actor id computed. Nothing in it is re-derived on replay.
 */
import type { InteractionId, KeyId, ProfileId } from './identifier.ts';
import type { Fact } from './matching/digest.ts';
import type { NamespaceKind } from './rules.ts';

export interface PartyInput {
  /** subject, buyer, beneficiary, agent, payer, account_holder, recipient, guardian, ... */
  readonly role: string;
  readonly identifiers: readonly { readonly namespace: string; readonly value: string }[];
  /** Free attributes (name, birth_date, address...): kept, and scored by a later version. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface InteractionInput {
  readonly source: string;
  readonly interactionId: string;
  /** >= 0; the highest (revision, content digest) wins. */
  readonly revision: number;
  readonly type: string;
  readonly channel: string;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
  readonly parties: readonly PartyInput[];
  /** JSON text of the free properties, kept as it came. */
  readonly propertiesJson: string;
  /** Names the file, batch or export of the source that it came with: may be taken back as one. */
  readonly delivery?: string;
}

/** Another anchor of the same party: gives an edge between the party's profile and that anchor's. */
export interface RoutedAnchor {
  readonly profile: ProfileId;
  readonly namespace: string;
  readonly value: string;
  readonly kind: 'person' | 'device';
}

/** Keys of evidence values of the party of which, with its attributes, a value was derived; sorted. */
export type Basis = readonly KeyId[];
/** Each suffices, none holds another; none: of attributes alone, or nothing that was derived. */
export type Bases = readonly Basis[];

/** A value of a party that is no anchor. `key` names the key actor (evidence and derived). */
export interface RoutedValue {
  readonly key: KeyId;
  readonly namespace: string;
  readonly value: string;
  readonly kind: Extract<NamespaceKind, 'evidence' | 'context' | 'derived'>;
  readonly bases: Bases;
}

/** What a profile's anchor is. */
export type ProfileKind = 'person' | 'persona' | 'device' | 'interaction';

export interface RoutedParty {
  readonly role: string;
  /** The profile to which the observation attaches (DESIGN section 2, Profile). */
  readonly profile: ProfileId;
  readonly profileKind: ProfileKind;
  readonly namespace: string;
  readonly value: string;
  /** The party's other anchors, without duplicates, sorted by profile. */
  readonly others: readonly RoutedAnchor[];
  /** Sorted by (namespace, value), without duplicates. */
  readonly values: readonly RoutedValue[];
  /** Sorted by name. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  /** What the attributes say, as scoring compares it; the values above are compared as well. */
  readonly facts: readonly Fact[];
}

/**
 * A value as it came, where routing changed or dropped it: which of the party's routed identifiers
 * (its own anchor, other anchors, values without derived ones, in order) stands for it, or the
 * namespace of one that nothing stands for.
 */
export type OriginalValue = readonly [where: number | string, raw: string];

export interface RoutedInteraction {
  readonly id: InteractionId;
  readonly source: string;
  readonly interactionId: string;
  readonly revision: number;
  /** Digest of the input without `revision`: 20 base64url characters. The same in every version. */
  readonly digest: string;
  readonly type: string;
  readonly channel: string;
  readonly occurredAt: number;
  /** Stamped once at ingress, epoch milliseconds; files use 0. */
  readonly receivedAt: number;
  readonly parties: readonly RoutedParty[];
  readonly propertiesJson: string;
  /** Label and actor of the delivery; both empty: none. Not part of the digest. */
  readonly delivery: string;
  readonly deliveryId: string;
  /** By party; absent when the routed parties say it all. */
  readonly originals?: readonly (readonly OriginalValue[])[];
}
