/**
 * `selfsame hold`: what the merge-storm breaker or a steward holds, and what becomes of it.
 */
import { Command } from 'commander';
import type {
  CallOptions,
  Cluster,
  OrderStanding,
  OrderSubject,
  OrderView,
} from '../../../shared/protocol/cluster.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { usageError } from '../exit-codes.ts';
import { tellRefusal } from '../refusal.ts';
import { parseIdentifier } from '../selector.ts';
import { toSnakeCase } from '../snake-case.ts';
import { type TargetOptions, withCluster, withTarget } from '../target.ts';
import { formatCount } from '../text-table.ts';

const HELP = `
What is held counts for nothing until it is judged. Release it, and it counts again; reject it, and
all is as if it had never been there. A rejected delivery is taken back whole, and what arrives of it
later too.

SUBJECT is one of
  value NAMESPACE:VALUE       a value of an evidence namespace
  delivery SOURCE LABEL       all that a source delivered under a label
  source SOURCE               all that a source sends, whatever the label
  rule NAMESPACE              pairs that come by the values, anchors or devices of a namespace

Exit codes: 0 done, 1 refused by the cluster, 2 usage, 3 no cluster.

Examples:
  selfsame hold list
  selfsame hold reject delivery crm contacts-2026-11-25 --reason "wrong column"
  selfsame hold release value phone:+61355501234`;

const STANDINGS: Readonly<Record<string, OrderStanding>> = {
  place: 'held',
  release: 'released',
  reject: 'rejected',
};

interface ListOptions extends TargetOptions {
  readonly json?: boolean;
  readonly all?: boolean;
}

interface OrderOptions extends TargetOptions {
  readonly json?: boolean;
  readonly by?: string;
  readonly reason?: string;
}

export function holdCommand(context: CliContext): Command {
  const command = new Command('hold')
    .summary('held values, deliveries, sources, rules: list, place, release, reject')
    .description('Lists and judges what is held: values, deliveries, sources and rules.')
    .addHelpText('after', HELP);
  command.addCommand(listCommand(context));
  command.addCommand(orderCommand(context, 'place', 'hold it until it is judged'));
  command.addCommand(orderCommand(context, 'release', 'let it count again'));
  command.addCommand(orderCommand(context, 'reject', 'as if it had never been there'));
  return command;
}

function listCommand(context: CliContext): Command {
  const command = new Command('list')
    .description('Lists what is held or rejected, the latest first.')
    .option('--all', 'also what was released')
    .option('--json', 'print one JSON document');
  return withTarget(command).action(async (options: ListOptions) => {
    const orders = await withCluster(context, options, (cluster, call) =>
      cluster.listOrders({ ...call, released: options.all === true }),
    );
    if (options.json === true) writeJson(context.stdout, toSnakeCase({ orders }));
    else if (orders.length === 0) writeLines(context.stdout, ['nothing is held']);
    else writeLines(context.stdout, orders.flatMap(describeOrder));
  });
}

function orderCommand(context: CliContext, word: string, summary: string): Command {
  const command = new Command(word)
    .description(`Orders about a value, delivery, source or rule: ${summary}.`)
    .argument('<subject...>', 'see below')
    .option('--by <who>', 'who decided (default: steward:cli)')
    .option('--reason <text>', 'why; without personal data')
    .option('--json', 'print one JSON document');
  return withTarget(command).action(async (words: string[], options: OrderOptions) => {
    const subject = subjectOf(words);
    const standing = STANDINGS[word] as OrderStanding;
    const { by: decidedBy = 'steward:cli', reason = '' } = options;
    const decidedAt = Date.now();
    const [result, count] = await withCluster(context, options, async (cluster, call) => {
      const told = await cluster.command(
        { kind: 'order_evidence', subject, standing, decidedAt, decidedBy, reason },
        { ...call, ack: 'durable' },
      );
      return [told, await countOf(cluster, call, subject, decidedAt)] as const;
    });
    if (result.kind === 'rejected') tellRefusal(context, result.violations);
    else if (options.json === true) writeJson(context.stdout, { standing });
    else writeLines(context.stdout, [standing]);
    if (result.kind === 'acknowledged' && count === 0) {
      context.stderr.write(
        'nothing of it is known yet: a typing error? What comes of it heeds the order.\n',
      );
    }
  });
}

/** Profiles or interactions that the order is about; null: sources and rules are not counted. */
async function countOf(
  cluster: Cluster,
  call: CallOptions,
  { kind }: OrderSubject,
  orderedAt: number,
): Promise<number | null> {
  if (kind !== 'delivery' && kind !== 'value') return null;
  const orders = await cluster.listOrders({ ...call, released: true });
  const found = orders.find(
    ({ subject, decidedAt }) => subject.kind === kind && decidedAt === orderedAt,
  );
  return found?.count ?? null;
}

function subjectOf(words: readonly string[]): OrderSubject {
  const [kind, first = '', second = ''] = words;
  if (kind === 'delivery' && words.length === 3) {
    return { kind, source: first, delivery: second };
  }
  if (kind === 'source' && words.length === 2) return { kind, source: first };
  if (kind === 'rule' && words.length === 2) return { kind, namespace: first };
  if (kind === 'value' && words.length === 2) return { kind, ...parseIdentifier(first) };
  throw usageError(
    'name it as "value NAMESPACE:VALUE", "delivery SOURCE LABEL", "source SOURCE" or "rule NAMESPACE"',
  );
}

function describeSubject(subject: OrderSubject, count: number): string {
  switch (subject.kind) {
    case 'value':
      return `value ${subject.namespace}:${subject.value} (${formatCount(count)} profiles)`;
    case 'delivery':
      return `delivery ${subject.source} ${subject.delivery} (${formatCount(count)} interactions)`;
    case 'source':
      return `source ${subject.source}`;
    case 'rule':
      return `rule ${subject.namespace}`;
  }
}

function describeOrder(order: OrderView): string[] {
  const { subject, standing, count, decidedBy, reason, origins } = order;
  const name = describeSubject(subject, count);
  const at = new Date(order.decidedAt).toISOString();
  const ref = order.valueRef === null ? '' : `  ${order.valueRef}`;
  const lines = [
    `${standing.padEnd(8)}  ${name}${ref}`,
    `          ${at}  ${decidedBy}  ${reason}`,
  ];
  for (const { source, delivery, profiles } of origins) {
    const label =
      delivery === '' ? '' : `; to roll it back: hold reject delivery ${source} ${delivery}`;
    lines.push(`          ${profiles} of the latest came from ${source}${label}`);
  }
  return lines.map((line) => line.trimEnd());
}
