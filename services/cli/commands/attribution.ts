/**
 * `selfsame attribution`: whose an interaction is, and how certain that is.
 */
import { Command } from 'commander';
import type {
  InteractionAttribution,
  PartyAttribution,
} from '../../../shared/protocol/attribution.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { ExitCode } from '../exit-codes.ts';
import { toSnakeCase } from '../snake-case.ts';
import { probability, type TargetOptions, withCluster, withTarget } from '../target.ts';
import { alignColumns, formatCertainty, formatTime } from '../text-table.ts';

const HELP = `
On a device that several people use, what names nobody is shared among them: each day on which
someone was there weighs half for every week between it and the interaction. It goes to one customer
when that share is certain enough, else to the device's own.

Exit codes: 0 told, 1 no such interaction, 3 no cluster.

Examples:
  selfsame attribution web-shop visit-17
  selfsame attribution web-shop visit-17 --min-certainty 0.99 --json`;

const BASES: Readonly<Record<PartyAttribution['basis'], string>> = {
  profile: 'by its profile',
  device_share: 'by its share in the device',
  anonymous: 'anonymous: nobody is certain enough',
};

interface AttributionOptions extends TargetOptions {
  readonly json?: boolean;
  readonly minCertainty?: number;
}

export function attributionCommand(context: CliContext): Command {
  const command = new Command('attribution')
    .summary('whose an interaction is')
    .description('Tells whose an interaction is, with shares where several people use a device.')
    .argument('<source>', 'source of the interaction')
    .argument('<id>', 'its id there')
    .option('--min-certainty <p>', 'view to ask, 0..1', probability('--min-certainty'))
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP);
  return withTarget(command).action(
    async (source: string, id: string, options: AttributionOptions) => {
      const { minCertainty } = options;
      const found = await withCluster(context, options, (cluster, call) =>
        cluster.getAttribution(source, id, {
          ...call,
          ...(minCertainty === undefined ? {} : { minCertainty }),
        }),
      );
      if (found === null) {
        context.exitCode = ExitCode.negative;
        context.stderr.write('not found\n');
      } else if (options.json === true) writeJson(context.stdout, toSnakeCase(found));
      else writeLines(context.stdout, describeAttribution(found));
    },
  );
}

function describeAttribution({ occurredAt, parties }: InteractionAttribution): string[] {
  return [
    formatTime(occurredAt),
    ...parties.flatMap(({ role, customerId, certainty, basis, shares }) => [
      `  ${role}: ${customerId}  ${formatCertainty(certainty)}  ${BASES[basis]}`,
      ...(basis === 'profile'
        ? []
        : alignColumns(
            shares.map((share) => [
              share.customerId,
              `share ${formatCertainty(share.share)}`,
              `certainty ${formatCertainty(share.certainty)}`,
            ]),
            '      ',
          )),
    ]),
  ];
}
