/**
 * Limits of the public contract: what the comments in `proto/` promise, and what bounds the work
 * that one message can cause. What an interaction may hold is checked at ingress
 * (`shared/ingress/input-check.ts`), in one place for all surfaces; what depends on the machine is
 * in `services/gateway/config.ts`. Characters are UTF-16 code units.
 */
export const CONTRACT_LIMITS = Object.freeze({
  /** Identifiers in one resolve message: 10,000 x about 40 bytes stays far below 4 MiB. */
  identifiersPerBatch: 10_000,
  /** Interactions in one ingest message: 1,000 x about 1 KiB stays below 4 MiB. */
  interactionsPerBatch: 1_000,
  namespaceCharacters: 200,
  valueCharacters: 1_024,
  correlationIdCharacters: 64,
  requestIdCharacters: 64,
  /** Source and interaction id of a retraction; who decided. */
  idCharacters: 200,
  reasonCharacters: 1_000,
  splitGroups: 32,
  profilesPerGroup: 256,
  refCharacters: 64,
  /** Text of a rules file. */
  rulesCharacters: 1_048_576,
  /** Customers told of one matched record. */
  matchesPerRecord: 100,
  tokenCharacters: 256,
  /** Violations reported for one message; the rest follows when these are mended. */
  violations: 100,
});
