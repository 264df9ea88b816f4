/**
 * What a steward is told beside an order that was taken: that it is about nothing known, or replaces
 * what another decided. An order may come before what it is about, so none of this refuses it; who may
 * order and not look up is told nothing.
 */
import {
  type CallOptions,
  type Cluster,
  type ProfileSelector,
  type Resolution,
} from '../../shared/protocol/cluster.ts';
import { formatTime } from './text-table.ts';
import { unlessDenied } from './unless-denied.ts';

/** Pages of decisions in which the one that was replaced is looked for. */
const PAGES_MAX = 10;

/** Customers of the profiles; an empty list: nothing is observed of it. Null: this token may not ask. */
export async function customersOf(
  cluster: Cluster,
  call: CallOptions,
  profiles: readonly ProfileSelector[],
): Promise<readonly (readonly string[])[] | null> {
  return unlessDenied(() =>
    Promise.all(
      profiles.map(async (profile) => {
        if (profile.kind === 'identifier') {
          const { namespace, value } = profile;
          const [found] = await cluster.resolve([{ namespace, value }], call);
          return found === undefined ? [] : customersIn(found);
        }
        const customer = await cluster.getCustomer(profile.ref, call);
        return customer === null || customer.profiles.length === 0 ? [] : [customer.customerId];
      }),
    ),
  );
}

function customersIn(found: Resolution): readonly string[] {
  return found.kind === 'found' ? found.matches.map(({ customerId }) => customerId) : [];
}

/** Of profiles as they were typed: those of which nothing is observed. */
export async function unobserved(
  cluster: Cluster,
  call: CallOptions,
  profiles: readonly (readonly [text: string, selector: ProfileSelector])[],
): Promise<string[]> {
  const customers = await customersOf(
    cluster,
    call,
    profiles.map(([, selector]) => selector),
  );
  return customers === null
    ? []
    : missingAmong(
        profiles.map(([text]) => text),
        customers,
      );
}

/** The same of profiles whose customers are known (`customersOf`, in the same order). */
export function missingAmong(
  texts: readonly string[],
  customers: readonly (readonly string[])[],
): string[] {
  const missing = texts.filter((_, index) => customers[index]?.length === 0);
  return missing.map((text) => `nothing is observed of ${text} yet: a typing error?`);
}

/** Whether some profile of the customer holds the value; null: it cannot be told. */
export async function isHeldBy(
  cluster: Cluster,
  call: CallOptions,
  profile: ProfileSelector,
  identifier: { readonly namespace: string; readonly value: string },
): Promise<boolean | null> {
  return unlessDenied(async () => {
    const [own = []] = (await customersOf(cluster, call, [profile])) ?? [];
    const [found] = await cluster.resolve([identifier], call);
    if (found?.kind === 'generic') return null;
    const holders = found === undefined ? [] : customersIn(found);
    return own.some((customer) => holders.includes(customer));
  });
}

/** Which decisions this one replaced, if any. */
export async function replaced(
  cluster: Cluster,
  call: CallOptions,
  decisionId: string,
): Promise<string[]> {
  const found: string[] = [];
  let pageToken: string | null = null;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { decisions, nextPageToken } = await cluster.stewardship.listDecisions({
      ...call,
      pageToken,
    });
    for (const {
      decisionId: other,
      verdict,
      decidedBy,
      decidedAt,
      reason,
      supersededBy,
    } of decisions) {
      if (supersededBy !== decisionId) continue;
      const why = reason === '' ? '' : ` (${reason})`;
      found.push(
        `it replaces ${other}: ${verdict}, by ${decidedBy} at ${formatTime(decidedAt)}${why}`,
      );
    }
    pageToken = nextPageToken;
    if (pageToken === null) break;
  }
  return found;
}
