/** The open pairs of one customer: of its profiles' pairs and of its component. */
import { unpackProfile } from '../domain/actors/profile-codec.ts';
import { readLadder } from '../domain/component.ts';
import { compareText } from '../domain/identifier.ts';
import { OPEN_ROWS, type OpenRow, openRowKey } from '../domain/open-reviews.ts';
import { ClusterError } from '../protocol/cluster.ts';
import { readComponent } from './component-reader.ts';
import { type AskOptions, PartitionBatch } from './partition-batch.ts';
import type { ReaderContext } from './reader.ts';

/** By the keys of their rows. Rows of pairs whose home is elsewhere may be decided by now. */
export async function customerRows(
  context: ReaderContext,
  reference: string,
  options: AskOptions,
): Promise<OpenRow[]> {
  const profile = context.references.profileOf(reference);
  if (profile === null) throw unknownCustomer();
  const component = await readComponent(context, profile, options);
  if (component === null) return [];
  const { ladders } = component.result;
  const floor = context.rules.rules.clusterFloor;
  const founderOf = (member: typeof profile) => {
    const ladder = ladders.get(member);
    return ladder === undefined ? member : readLadder(member, ladder, floor).founder;
  };
  const own = component.members.filter((member) => founderOf(member) === founderOf(profile));
  const batch = new PartitionBatch(context.topology);
  for (const member of own) batch.askProfile(member, 0);
  await batch.run(context.port, options);
  const rows = new Map<string, OpenRow>();
  const add = (row: OpenRow): void => void rows.set(openRowKey(row[0], row[1], row[2]), row);
  for (const member of own) {
    const answer = batch.profiles.get(member) ?? null;
    if (answer === null) continue;
    const { pairs, reviews } = unpackProfile(answer[0]);
    for (const [high, { open }] of pairs) if (open !== null) add([member, high, open, 0, '']);
    for (const [low, certainty] of reviews) add([low, member, certainty, 0, '']);
  }
  const names = new Set(own);
  for (const [key, row] of component.root?.openRows ?? []) {
    if (key.startsWith(OPEN_ROWS) && (names.has(row[0]) || names.has(row[1]))) add(row);
  }
  return Array.from(rows)
    .sort(([left], [right]) => compareText(left, right))
    .map(([, row]) => row);
}

function unknownCustomer(): ClusterError {
  const description = 'is no customer id or profile reference of this cluster';
  return new ClusterError('invalid_argument', `customer ${description}`, {
    violations: [{ field: 'customer', description }],
  });
}
