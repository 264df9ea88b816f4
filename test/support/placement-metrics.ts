/** Metrics that only services under assigned placement export, with the suffixes of a histogram's series. */
export const OF_PLACEMENT =
  /_(assigner_leader|partitions_unowned|shards_present|ring_revision|shard_handover_seconds(_bucket|_sum|_count)?)$/;
