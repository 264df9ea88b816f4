/** `selfsame review split`: parts a customer into groups of its profiles. */
import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import type { CallOptions, Cluster, ProfileSelector } from '../../../shared/protocol/cluster.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { customersOf, missingAmong } from '../doubts.ts';
import { usageError } from '../exit-codes.ts';
import { tellRefusal } from '../refusal.ts';
import { parseSelector } from '../selector.ts';
import { type TargetOptions, withCluster, withTarget } from '../target.ts';
import { withRecord } from './review-terms.ts';

const HELP = `
Profiles of two groups never share a customer while the split stands, whatever else is known; those
that no group names stay with whom their evidence fits. selfsame review retract DECISION takes it back.

Examples:
  selfsame review split crm_id:1001 user_id:ann / crm_id:1002 --reason "mother and daughter"`;

interface SplitOptions extends TargetOptions {
  readonly by: string;
  readonly reason: string;
  readonly requestId?: string;
  readonly json?: boolean;
}

export function splitCommand(context: CliContext): Command {
  const command = new Command('split')
    .description('Parts a customer into groups of its profiles.')
    .argument('<profiles...>', 'anchors or references; a / between two groups')
    .option('--request-id <id>', 'names the decision: a repeat with the same id counts once')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP);
  return withRecord(withTarget(command)).action(async (words: string[], options: SplitOptions) => {
    const groups = groupsOf(words);
    const { by: decidedBy, reason, requestId: decisionId = randomUUID() } = options;
    const [result, doubts] = await withCluster(context, options, async (cluster, call) => {
      const found = await doubtsOf(cluster, call, words, groups);
      const told = await cluster.command(
        { kind: 'split', decisionId, groups, decidedAt: Date.now(), decidedBy, reason },
        { ...call, ack: 'durable' },
      );
      return [told, found] as const;
    });
    if (result.kind === 'rejected') tellRefusal(context, result.violations);
    else if (options.json === true) writeJson(context.stdout, { decision_id: decisionId });
    else writeLines(context.stdout, [`${decisionId}  split into ${groups.length}`]);
    writeLines(context.stderr, doubts);
  });
}

async function doubtsOf(
  cluster: Cluster,
  call: CallOptions,
  words: readonly string[],
  groups: readonly (readonly ProfileSelector[])[],
): Promise<string[]> {
  const customers = await customersOf(cluster, call, groups.flat());
  if (customers === null) return [];
  const named = words.filter((word) => word !== '/');
  const missing = missingAmong(named, customers);
  if (missing.length > 0) return missing;
  const distinct = new Set(customers.flat());
  return distinct.size < customers.length
    ? []
    : ['they are with different customers now; the split keeps them apart'];
}

/** Throws `CliError` (exit 2) for fewer than two groups, an empty one, or what names no profile. */
function groupsOf(words: readonly string[]): ProfileSelector[][] {
  const groups: ProfileSelector[][] = [[]];
  for (const word of words) {
    if (word === '/') groups.push([]);
    else groups.at(-1)?.push(parseSelector(word));
  }
  if (groups.length < 2 || groups.some((group) => group.length === 0)) {
    throw usageError('name at least two groups with a profile each, and a / between them');
  }
  return groups;
}
