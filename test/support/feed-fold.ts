/** The change feed read from its beginning to where it is quiet, as a consumer would fold it. */
import type { Cluster } from '../../shared/protocol/cluster.ts';

const QUIET_MS = 3000;

export interface FoldedFeed {
  /** Profile reference -> customer id. */
  readonly told: ReadonlyMap<string, string>;
  /** All events of a profile, for failures. */
  readonly history: ReadonlyMap<string, readonly string[]>;
  readonly events: number;
}

export async function foldFeed(client: Cluster, from = '0.0'): Promise<FoldedFeed> {
  let count = 0;
  const told = new Map<string, string>();
  const seen = new Map<string, readonly [number, number]>();
  const history = new Map<string, string[]>();
  const stop = new AbortController();
  const feed = client.watch(from, { signal: stop.signal });
  // The feed is quiet when nothing came for as long as its owners take to repeat themselves.
  let quiet = setTimeout(() => stop.abort(), QUIET_MS);
  try {
    for await (const event of feed) {
      if ('evidence' in event) continue;
      count++;
      // Owners may tell again what a later one told already: older than what was seen.
      const [profile = '', epoch, ladder] = event.eventId.split('.');
      const [seenEpoch, seenLadder] = seen.get(profile) ?? [-1, -1];
      const isNewer =
        Number(epoch) > seenEpoch || (Number(epoch) === seenEpoch && Number(ladder) >= seenLadder);
      clearTimeout(quiet);
      quiet = setTimeout(() => stop.abort(), QUIET_MS);
      const events = history.get(event.profileRef) ?? [];
      const { kind, customerId, otherCustomerId, resumeToken } = event;
      events.push(`${resumeToken} ${kind} ${customerId} ${otherCustomerId} ${epoch}.${ladder}`);
      history.set(event.profileRef, events);
      if (!isNewer) continue;
      seen.set(profile, [Number(epoch), Number(ladder)]);
      const isMerge = event.kind === 'customer.merged';
      told.set(event.profileRef, isMerge ? (event.otherCustomerId as string) : event.customerId);
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  return { told, history, events: count };
}
