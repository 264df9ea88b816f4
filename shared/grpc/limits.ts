/**
 * Limits of the public contract: what the comments in `proto/` promise. They bound the work that one
 * message can cause, and are the same for all gateways. What depends on the machine is in
 * `services/gateway/config.ts`. Characters are UTF-16 code units.
 */
export const CONTRACT_LIMITS = Object.freeze({
  /** Identifiers in one resolve message: 10,000 x about 40 bytes stays far below 4 MiB. */
  identifiersPerBatch: 10_000,
  /** Interactions in one ingest message: 1,000 x about 1 KiB stays below 4 MiB. */
  interactionsPerBatch: 1_000,
  namespaceCharacters: 100,
  valueCharacters: 1_024,
  /** Source, type, channel, role. */
  nameCharacters: 100,
  interactionIdCharacters: 256,
  partiesPerInteraction: 32,
  identifiersPerParty: 64,
  attributesPerParty: 64,
  attributeCharacters: 4_096,
  propertiesBytes: 65_536,
  correlationIdCharacters: 64,
  requestIdCharacters: 64,
  decidedByCharacters: 256,
  reasonCharacters: 1_024,
  splitGroups: 32,
  profilesPerGroup: 256,
  refCharacters: 64,
  tokenCharacters: 256,
  /** Violations reported for one message; the rest follows when these are mended. */
  violations: 100,
});
