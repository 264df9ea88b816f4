/** `selfsame retract`: takes an interaction, or an identifier of one profile, out of the evidence. */
import { Command } from 'commander';
import type { CallOptions, Cluster, CommandResult } from '../../../shared/protocol/cluster.ts';
import { type CliContext, writeLines } from '../context.ts';
import { isHeldBy, unobserved } from '../doubts.ts';
import { ExitCode } from '../exit-codes.ts';
import { tellRefusal } from '../refusal.ts';
import { parseIdentifier, parseSelector } from '../selector.ts';
import { type TargetOptions, withCluster, withTarget } from '../target.ts';
import { unlessDenied } from '../unless-denied.ts';
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
        const before = await isLive(cluster, call, source, interactionId);
        const acknowledged = await cluster.command(
          { kind: 'retract_interaction', source, interactionId, ...orderOf(options) },
          { ...call, ack: 'durable' },
        );
        const isUndone = options.undo === true;
        const known = isUndone ? await isLive(cluster, call, source, interactionId) : before;
        return [acknowledged, known] as const;
      });
      const unknown =
        'no live interaction of that name is known here; should it come later, it counts';
      const order = options.undo === true ? unknown : `${unknown} for nothing`;
      tell(context, result, options, isKnown ? null : order);
    },
  );
}

/** Whether it is known and counts; a token that may not look up is not told, and taken to know. */
async function isLive(
  cluster: Cluster,
  call: CallOptions,
  source: string,
  interactionId: string,
): Promise<boolean> {
  const found = await unlessDenied(() =>
    cluster.getAttribution(source, interactionId, call).then((one) => one !== null),
  );
  return found ?? true;
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
      const [result, doubt] = await withCluster(context, options, async (cluster, call) => {
        const [missing = null] = await unobserved(cluster, call, [[profile, selector]]);
        const isHeld =
          options.undo === true ||
          missing !== null ||
          (await isHeldBy(cluster, call, selector, identifier));
        const acknowledged = await cluster.command(
          { kind: 'retract_identifier', profile: selector, ...identifier, ...orderOf(options) },
          { ...call, ack: 'durable' },
        );
        return [acknowledged, isHeld === false ? UNHELD : missing] as const;
      });
      tell(context, result, options, doubt);
    },
  );
}

const UNHELD =
  'no profile of that customer holds this value, as the rules of the cluster read it (a phone number ' +
  'without a country code?); should it come later, it does not count there';

function tell(
  context: CliContext,
  result: CommandResult,
  { undo = false }: RetractOptions,
  unknown: string | null,
): void {
  if (result.kind === 'rejected') return tellRefusal(context, result.violations);
  if (unknown === null) {
    return writeLines(context.stdout, [undo ? 'counts again' : 'taken back']);
  }
  context.exitCode = ExitCode.negative;
  context.stderr.write(`${unknown}\n`);
}
