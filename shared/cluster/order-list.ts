/**
 * The list of orders about evidence (ARCHITECTURE S22), from all partitions, and where the profiles
 * come from that made the breaker trip.
 */
import { HELD, type OrderRow, REJECTED, RELEASED } from '../domain/actors/orders.ts';
import { RULE, SOURCE } from '../domain/actors/ways.ts';
import { compareText, type ProfileId } from '../domain/identifier.ts';
import { normaliseIdentifier } from '../ingress/compiled-rules.ts';
import type { OrderStanding, OrderSubject, OrderView } from '../protocol/cluster.ts';
import { type AskOptions, PartitionBatch } from './partition-batch.ts';
import type { ReaderContext } from './reader.ts';

/** Most orders read of one partition, and most listed. */
const ORDERS_MAX = 1_000;
/** Observations looked at for where a profile was seen last. */
const OBSERVATIONS = 3;

const STANDINGS: Readonly<Record<0 | 1 | 2, OrderStanding>> = {
  [REJECTED]: 'rejected',
  [RELEASED]: 'released',
  [HELD]: 'held',
};

/** The latest first; those that released only when asked for. */
export async function listOrders(
  context: ReaderContext,
  isReleasedWanted: boolean,
  options: AskOptions,
): Promise<readonly OrderView[]> {
  const { port, topology } = context;
  const answers = await Promise.all(
    Array.from({ length: topology.partitions }, (_, partition) =>
      port.ask(partition, [[], [], [], [], ORDERS_MAX], options),
    ),
  );
  const rows = answers
    .flatMap(([, , , , orders]) => orders)
    .filter(([, , , order]) => isReleasedWanted || order[1] !== RELEASED)
    .sort((left, right) => right[3][0] - left[3][0] || compareText(left[2], right[2]))
    .slice(0, ORDERS_MAX);
  const batch = new PartitionBatch(topology);
  for (const row of rows) for (const profile of row[5]) batch.askProfile(profile, OBSERVATIONS);
  await batch.run(port, options);
  return rows.map((row) => viewOf(context, row, batch));
}

function viewOf(context: ReaderContext, row: OrderRow, batch: PartitionBatch): OrderView {
  const [subject, first, second, order, count, samples] = row;
  const [decidedAt, standing, decidedBy = '', reason = ''] = order;
  return {
    subject: subjectOf(row),
    standing: STANDINGS[standing],
    decidedAt,
    decidedBy,
    reason,
    count,
    valueRef: subject === 0 ? valueRefOf(context, first, second) : null,
    origins: originsOf(samples, batch),
  };
}

function subjectOf([subject, first, second]: OrderRow): OrderSubject {
  switch (subject) {
    case 0:
      return { kind: 'value', namespace: first, value: second };
    case 1:
      return { kind: 'delivery', source: first, delivery: second };
    case SOURCE:
      return { kind: 'source', source: first };
    case RULE:
      return { kind: 'rule', namespace: first };
  }
}

/** Null: the version cannot read the value any more. */
function valueRefOf({ rules, references }: ReaderContext, namespace: string, value: string) {
  const name = normaliseIdentifier(rules, namespace, value);
  return name.kind === 'ok' && name.target === 'key' ? references.valueRef(name.keyId) : null;
}

/** By number of profiles, then by name. */
function originsOf(samples: readonly ProfileId[], batch: PartitionBatch): OrderView['origins'] {
  const origins = new Map<string, { source: string; delivery: string; profiles: number }>();
  for (const profile of samples) {
    const rows = batch.profiles.get(profile)?.[1] ?? [];
    const [latest] = rows.toSorted((left, right) => right[0][7] - left[0][7]);
    if (latest === undefined) continue;
    const [, , source, , , , , , delivery] = latest[0];
    const key = `${source}\u0000${delivery}`;
    const known = origins.get(key) ?? { source, delivery, profiles: 0 };
    known.profiles++;
    origins.set(key, known);
  }
  return Array.from(origins.values()).sort(
    (left, right) =>
      right.profiles - left.profiles ||
      compareText(left.source, right.source) ||
      compareText(left.delivery, right.delivery),
  );
}
