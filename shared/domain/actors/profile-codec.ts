/**
 * The layout of what the store keeps of a profile: plain nested arrays, positional, as in
 * `state-codec.ts`. In three parts, since they change apart: what is *still* while nothing new is
 * observed, the pairs that it owns, which are most of it and change one at a time, and what *moves* with
 * every join. So whoever encodes a profile need not encode all of it again.
 */
import type { KeyId, ProfileId } from '../identifier.ts';
import type { Basis } from '../interaction.ts';
import type { Digest } from '../matching/digest.ts';
import type { EdgeState, PackedLadder, ProposalKind, Vertex } from '../messages.ts';
import type { QuarterBits } from '../rules.ts';
import type { Days } from './days.ts';
import { mapOf, own, setOf } from './own-entries.ts';
import { NOTHING, packMap } from './pack-map.ts';
import {
  attributeKey,
  type NeighbourStorm,
  newProfileState,
  type OtherHold,
  type Packed,
  type PairProposal,
  type PairState,
  type ProfileState,
  relationKey,
  type ValueHold,
  type Verdict,
} from './states.ts';

type PackedValueHold = readonly [
  KeyId,
  string,
  string,
  Days,
  sent: number,
  kind: 0 | 1 | 2,
  sentDigest: number,
  ref: number,
  ...bases: readonly [] | readonly [readonly PackedBasis[]],
];
type PackedBasis = readonly [of: Basis, Days, ref: number];
type PackedOtherHold = readonly [ProfileId, string, string, Days, sent: number, ref: number];
type PackedDeviceHold = readonly [
  ProfileId,
  string,
  string,
  Days,
  /** Refs of the holds that are its person keys. */
  keys: readonly number[],
  ref: number,
];
type PackedSeenBy = readonly [ProfileId, number[], string[], QuarterBits | null, number];
type PackedAttribute = readonly [name: string, value: string, Days, ref: number];
type PackedFact = readonly [name: string, text: string, Days, ref: number];
type PackedRelation = [other: ProfileId, role: string, otherRole: string, count: number];
type PackedProposal = readonly [
  proposer: string,
  QuarterBits,
  support: number,
  priority: number,
  ProposalKind,
  namespace: string,
  isSilent: 0 | 1,
];
type PackedPair = readonly [
  ProfileId,
  proposals: readonly PackedProposal[],
  decisions: readonly (readonly [string, 0 | 1, number])[],
  stated: EdgeState | null,
  review: QuarterBits | null,
  open: QuarterBits | null,
];
type PackedParked = readonly [ProfileId, ProfileId, size: number, origin: number];
/** What changes with what is observed of the profile, and with decisions. */
type PackedStill = readonly [
  kind: ProfileState['kind'],
  namespace: string,
  value: string,
  nextRef: number,
  receivedAt: number | null,
  days: Days,
  values: readonly PackedValueHold[],
  others: readonly PackedOtherHold[],
  devices: readonly PackedDeviceHold[],
  seenBy: readonly PackedSeenBy[],
  deviceNamespace: string,
  attributes: readonly PackedAttribute[],
  relations: readonly PackedRelation[],
  labels: readonly (readonly [string, string])[],
  suppressed: readonly (readonly [string, Verdict])[],
  vertex: Vertex,
  facts: readonly PackedFact[],
  digest: Digest,
  digestVersion: number,
  signature: string,
  muted: readonly KeyId[],
];
/** What changes with every join, as pairs do. */
type PackedMoving = readonly [
  reviews: readonly (readonly [ProfileId, QuarterBits])[],
  root: ProfileId,
  tokenEpoch: number,
  ladderVersion: number,
  ladder: PackedLadder,
  version: number,
  parked: readonly PackedParked[],
  storm: NeighbourStorm | null,
];
type PackedProfile = readonly [...PackedStill, pairs: readonly PackedPair[], ...PackedMoving];

/** Elements of a packed profile. */
export const PROFILE_ELEMENTS = 30 satisfies PackedProfile['length'];

export function packProfile(state: ProfileState): Packed {
  const pairs = packMap(state.pairs, ([id, pair]) => packPair(id, pair));
  return [...packStill(state), pairs, ...packMoving(state)];
}

/** What comes before the pairs. */
export function packStill(state: ProfileState): PackedStill {
  return [
    state.kind,
    state.namespace,
    state.value,
    state.nextRef,
    state.receivedAt,
    state.days,
    packMap(state.values, ([id, hold]) => packValue(id, hold)),
    packMap(state.others, ([id, hold]) => packOther(id, hold)),
    packMap(state.devices, ([id, hold]) => [
      id,
      hold.namespace,
      hold.value,
      hold.days,
      packMap(hold.keys, ([, { ref }]) => ref),
      hold.ref,
    ]),
    packMap(state.seenBy, ([id, seen]) => [
      id,
      seen.days,
      seen.keys,
      seen.sentCertainty,
      seen.sentSupport,
    ]),
    state.deviceNamespace,
    packMap(state.attributes, ([, held]) => [held.name, held.value, held.days, held.ref]),
    packMap(state.relations, ([, relation]) => relation),
    packMap(state.labels, (entry) => entry),
    packMap(state.suppressed, (entry) => entry),
    state.vertex,
    packMap(state.facts, ([, held]) => [held.name, held.text, held.days, held.ref]),
    state.digest,
    state.digestVersion,
    state.signature,
    state.muted.size === 0 ? NOTHING : Array.from(state.muted),
  ];
}

/** What comes after them. */
export function packMoving(state: ProfileState): PackedMoving {
  return [
    packMap(state.reviews, (entry) => entry),
    state.root,
    state.tokenEpoch,
    state.ladderVersion,
    state.ladder,
    state.version,
    state.parked.map((seek) => [seek.low, seek.fromRoot, seek.size, seek.origin]),
    state.storm,
  ];
}

function packValue(id: KeyId, hold: ValueHold): PackedValueHold {
  const { namespace, value, days, sent, kind, sentDigest, ref, bases } = hold;
  const packed = [id, namespace, value, days, sent, kind, sentDigest, ref] as const;
  if (bases === null) return packed;
  return [...packed, bases.map((held): PackedBasis => [held.of, held.days, held.ref])];
}

function packOther(id: ProfileId, hold: OtherHold): PackedOtherHold {
  return [id, hold.namespace, hold.value, hold.days, hold.sent, hold.ref];
}

export function packPair(id: ProfileId, pair: PairState): PackedPair {
  return [
    id,
    packMap(pair.proposals, ([proposer, proposal]) => [
      proposer,
      proposal.certainty,
      proposal.support,
      proposal.priority,
      proposal.kind,
      proposal.namespace,
      proposal.isSilent ? 1 : 0,
    ]),
    packMap(pair.decisions, ([decisionId, [verdict, at]]) => [decisionId, verdict, at]),
    pair.stated,
    pair.review,
    pair.open,
  ];
}

export function unpackProfile(packed: Packed): ProfileState {
  const row = packed as PackedProfile;
  const [pairs, reviews, root, tokenEpoch, ladderVersion, ladder, version, parked, storm] =
    row.slice(21) as unknown as readonly [readonly PackedPair[], ...PackedMoving];
  const state = newProfileState(root);
  unpackStill(state, row);
  for (const pair of pairs) own(state, 'pairs').set(pair[0], unpackPair(pair));
  state.reviews = mapOf(reviews);
  state.tokenEpoch = tokenEpoch;
  state.ladderVersion = ladderVersion;
  state.ladder = ladder;
  state.version = version;
  for (const [low, fromRoot, size, origin] of parked) {
    state.parked.push({ low, fromRoot, size, origin });
  }
  state.storm = storm;
  return state;
}

function unpackStill(state: ProfileState, row: PackedProfile): void {
  [state.kind, state.namespace, state.value, state.nextRef, state.receivedAt] = row;
  state.days = row[5];
  unpackHolds(state, row);
  for (const [id, days, keys, sentCertainty, sentSupport] of row[9]) {
    own(state, 'seenBy').set(id, { days, keys, sentCertainty, sentSupport });
  }
  state.deviceNamespace = row[10];
  for (const [name, value, days, ref] of row[11]) {
    own(state, 'attributes').set(attributeKey(name, value), { ref, name, value, days });
  }
  for (const entry of row[12])
    own(state, 'relations').set(relationKey(entry[0], entry[1], entry[2]), entry);
  state.labels = mapOf(row[13]);
  state.suppressed = mapOf(row[14]);
  state.vertex = row[15];
  for (const [name, text, days, ref] of row[16]) {
    own(state, 'facts').set(attributeKey(name, text), { ref, name, text, days });
  }
  state.digest = row[17];
  state.digestVersion = row[18];
  state.signature = row[19];
  state.muted = setOf(row[20]);
}

function unpackHolds(state: ProfileState, row: PackedProfile): void {
  const byRef = new Map<number, readonly [key: string, hold: ValueHold | OtherHold]>();
  const hasDevices = row[8].length > 0;
  for (const [id, namespace, value, days, sent, kind, sentDigest, ref, packedBases] of row[6]) {
    const bases = packedBases?.map(([of, seen, named]) => ({ ref: named, of, days: seen })) ?? null;
    const hold = { ref, namespace, value, days, bases, sent, kind, sentDigest };
    own(state, 'values').set(id, hold);
    if (hasDevices) byRef.set(ref, [id, hold]);
  }
  for (const [id, namespace, value, days, sent, ref] of row[7]) {
    const hold = { ref, namespace, value, days, sent };
    own(state, 'others').set(id, hold);
    if (hasDevices) byRef.set(ref, [id, hold]);
  }
  for (const [id, namespace, value, days, refs, ref] of row[8]) {
    const keys = new Map<string, ValueHold | OtherHold>();
    for (const key of refs) {
      const [name, hold] = byRef.get(key) as readonly [string, ValueHold | OtherHold];
      keys.set(name, hold);
    }
    own(state, 'devices').set(id, { ref, namespace, value, days, keys });
  }
}

function unpackPair(packed: PackedPair): PairState {
  const [, packedProposals, packedDecisions, stated, review, open] = packed;
  const proposals = mapOf(
    packedProposals.map(([proposer, certainty, support, priority, kind, namespace, silent]) => {
      const isSilent = silent === 1;
      const proposal: PairProposal = { certainty, support, priority, kind, namespace, isSilent };
      return [proposer, proposal] as const;
    }),
  );
  const decisions = mapOf(
    packedDecisions.map(
      ([decisionId, verdict, at]) => [decisionId, [verdict, at] as const] as const,
    ),
  );
  return { proposals, decisions, stated, review, open, encoded: null };
}
