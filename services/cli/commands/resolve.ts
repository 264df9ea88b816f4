/**
 * `selfsame resolve`: which customer an identifier belongs to.
 */
import { Command } from 'commander';
import type { Resolution } from '../../../shared/protocol/cluster.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { ExitCode, usageError } from '../exit-codes.ts';
import { parseSelector } from '../selector.ts';
import { probability, type TargetOptions, withCluster, withTarget } from '../target.ts';
import { alignColumns, formatCertainty, formatCount } from '../text-table.ts';

const HELP = `
The value is normalised as at ingress. A value that fits several customers is ambiguous and lists
them all, by certainty; a value held by too many is generic and answers none.

Exit codes: 0 found, 1 not found or generic, 2 invalid value or namespace, 3 no cluster.

Examples:
  selfsame resolve email ada@example.com
  selfsame resolve phone '+61 3 5550 1234' --min-certainty 0.99
  selfsame resolve crm_id:1001 --json`;

interface ResolveOptions extends TargetOptions {
  readonly json?: boolean;
  readonly minCertainty?: number;
}

export function resolveCommand(context: CliContext): Command {
  const command = new Command('resolve')
    .summary('which customer an identifier belongs to')
    .description('Tells which customer an identifier belongs to, and how certain that is.')
    .argument('<namespace>', 'what the identifier is: email, phone, crm_id...')
    .argument('[value]', 'the identifier; or write both as one: namespace:value')
    .option('--min-certainty <p>', 'view to ask, 0..1', probability('--min-certainty'))
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP);
  return withTarget(command).action(
    async (first: string, second: string | undefined, options: ResolveOptions) => {
      const { namespace, value } = identifierOf(first, second);
      const { minCertainty } = options;
      const [resolution] = await withCluster(context, options, (cluster, call) =>
        cluster.resolve([{ namespace, value }], {
          ...call,
          ...(minCertainty === undefined ? {} : { minCertainty }),
        }),
      );
      if (resolution === undefined) throw new Error('the cluster answered no resolution');
      show(context, resolution, options.json === true);
    },
  );
}

function identifierOf(
  first: string,
  second: string | undefined,
): { readonly namespace: string; readonly value: string } {
  if (second !== undefined) return { namespace: first, value: second };
  const selector = parseSelector(first);
  if (selector.kind === 'identifier') return selector;
  throw usageError('that is a reference: selfsame customer shows it');
}

function show(context: CliContext, resolution: Resolution, asJson: boolean): void {
  if (asJson) writeJson(context.stdout, jsonOf(resolution));
  switch (resolution.kind) {
    case 'found':
      if (asJson) return;
      if (resolution.matches.length > 1)
        context.stderr.write(`ambiguous: fits ${resolution.matches.length} customers\n`);
      if (resolution.matches.some(({ isContested }) => isContested === true))
        context.stderr.write('contested: its best evidence fits another customer as well\n');
      writeLines(
        context.stdout,
        alignColumns(
          resolution.matches.map((match) => [match.customerId, formatCertainty(match.certainty)]),
          '',
        ),
      );
      return;
    case 'not_found':
      context.exitCode = ExitCode.negative;
      if (!asJson) context.stderr.write('not found\n');
      return;
    case 'generic':
      context.exitCode = ExitCode.negative;
      if (!asJson) {
        const holders = formatCount(resolution.holders);
        context.stderr.write(
          `generic: held by ${holders} profiles; it counts for nothing, by its cap or by an order ` +
            '(selfsame hold list), so it names nobody\n',
        );
      }
      return;
    case 'invalid':
      if (!asJson) throw usageError(`not usable as an identifier: ${resolution.description}`);
      context.exitCode = ExitCode.usage;
  }
}

function jsonOf(resolution: Resolution): unknown {
  switch (resolution.kind) {
    case 'found': {
      const matches = resolution.matches.map(({ customerId, certainty, isContested = false }) => ({
        customer_id: customerId,
        certainty,
        contested: isContested,
      }));
      return { result: 'found', ambiguous: matches.length > 1, matches };
    }
    case 'not_found':
      return { result: 'not_found' };
    case 'generic':
      return {
        result: 'generic',
        holders: resolution.holders,
        value_ref: resolution.valueRef,
      };
    case 'invalid':
      return { result: 'invalid', description: resolution.description };
  }
}
