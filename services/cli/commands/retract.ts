/** `selfsame retract`: takes an interaction, or an identifier of one profile, out of the evidence. */
import { Command } from 'commander';
import type { CommandResult } from '../../../shared/protocol/cluster.ts';
import { type CliContext, writeLines } from '../context.ts';
import { ExitCode } from '../exit-codes.ts';
import { tellRefusal } from '../refusal.ts';
import { parseIdentifier, parseSelector } from '../selector.ts';
import { type TargetOptions, withCluster, withTarget } from '../target.ts';
import { withRecord } from './review-terms.ts';

const HELP = `
What rested on it comes apart: customers are as if it had never been there, and old ids answer again.
It can come before what it is about, and with --undo it counts again. To take back
  a decision             selfsame review retract DECISION
  a whole delivery       selfsame hold reject delivery SOURCE LABEL
  a value, for everyone  selfsame hold reject value NAMESPACE:VALUE

Exit codes: 0 done, 1 refused, or nothing of it is known here, 2 usage, 3 no cluster.

Examples:
  selfsame retract interaction web-shop visit-17 --reason "sent twice"
  selfsame retract identifier crm_id:1001 phone:+61355501234 --reason "a colleague's"
  selfsame retract identifier crm_id:1001 phone:+61355501234 --undo`;

interface RetractOptions extends TargetOptions {
  readonly by: string;
  readonly reason: string;
  readonly undo?: boolean;
}

export function retractCommand(context: CliContext): Command {
  const command = new Command('retract')
    .summary('takes an interaction or an identifier out of the evidence')
    .description('Takes an interaction, or an identifier of one profile, out of the evidence.')
    .addHelpText('after', HELP);
  command.addCommand(interactionCommand(context));
  command.addCommand(identifierCommand(context));
  return command;
}

function withUndo(command: Command): Command {
  return withRecord(withTarget(command)).option('--undo', 'take the retraction back');
}

function orderOf({ by: decidedBy, reason, undo = false }: RetractOptions) {
  return { decidedAt: Date.now(), withdrawn: undo, decidedBy, reason } as const;
}

function interactionCommand(context: CliContext): Command {
  const command = new Command('interaction')
    .description('Takes an interaction out of the evidence, with all its revisions.')
    .argument('<source>', 'source of the interaction')
    .argument('<id>', 'its id there');
  return withUndo(command).action(
    async (source: string, interactionId: string, options: RetractOptions) => {
      const [result, isKnown] = await withCluster(context, options, async (cluster, call) => {
        const known = await cluster.getAttribution(source, interactionId, call);
        const acknowledged = await cluster.command(
          { kind: 'retract_interaction', source, interactionId, ...orderOf(options) },
          { ...call, ack: 'durable' },
        );
        return [acknowledged, known !== null] as const;
      });
      const unknown =
        'no live interaction of that name is known here; should it come later, it counts for nothing';
      tell(context, result, options, isKnown ? null : unknown);
    },
  );
}

function identifierCommand(context: CliContext): Command {
  const command = new Command('identifier')
    .description('Takes an identifier back from one profile; others may still have it.')
    .argument('<profile>', 'namespace:value of its anchor, or its reference')
    .argument('<identifier>', 'namespace:value of what it does not have');
  return withUndo(command).action(
    async (profile: string, text: string, options: RetractOptions) => {
      const selector = parseSelector(profile);
      const identifier = parseIdentifier(text);
      const result = await withCluster(context, options, (cluster, call) =>
        cluster.command(
          { kind: 'retract_identifier', profile: selector, ...identifier, ...orderOf(options) },
          { ...call, ack: 'durable' },
        ),
      );
      tell(context, result, options, null);
    },
  );
}

function tell(
  context: CliContext,
  result: CommandResult,
  { undo = false }: RetractOptions,
  unknown: string | null,
): void {
  if (result.kind === 'rejected') return tellRefusal(context, result.violations);
  if (undo) return writeLines(context.stdout, ['counts again']);
  if (unknown === null) return writeLines(context.stdout, ['taken back']);
  context.exitCode = ExitCode.negative;
  context.stderr.write(`${unknown}\n`);
}
