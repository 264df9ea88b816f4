/**
 * `selfsame ingest`: files into a running cluster, or into a data folder.
 */
import { Command, Option } from 'commander';
import type { CliContext } from '../context.ts';
import type { IngestOptions } from '../ingest/ingest-command.ts';
import { pairFilesWithMappings } from '../mapping-arguments.ts';
import { positiveNumber, withGateway } from '../target.ts';

const HELP = `
Files are CSV or NDJSON, plain or .gz, as their mapping says. One mapping serves all files; of
several, each serves the files that follow it.

A record that cannot be taken goes to FILE.quarantine.csv (line, field, reason) and never stops the
others. Ctrl-C keeps the place in FILE.selfsame-checkpoint: the same command goes on from there.
Repeating a whole run is harmless too: what the cluster has, it does not count twice.

Exit codes: 0 done; 1 with --strict when a record is in quarantine, or none could be taken;
            2 bad file or mapping; 3 no cluster; 130 interrupted.

Examples:
  selfsame ingest contacts.csv --mapping deploy/examples/mappings/crm-contacts.yaml
  selfsame ingest --mapping crm.yaml contacts.csv --mapping web.yaml events-*.ndjson.gz
  selfsame ingest orders.csv --mapping orders.yaml --data .selfsame      (no running cluster)
  selfsame ingest orders.csv --mapping orders.yaml --json --strict`;

/** A partition that moves is away for seconds, a NATS node that fails for some ten. */
const PATIENCE_SECONDS_DEFAULT = 60;

/** `words`: the words of the command line, for the order of mappings and files. */
export function ingestCommand(context: CliContext, words: readonly string[]): Command {
  const command = new Command('ingest')
    .summary('files into a cluster')
    .description('Sends the records of files to a cluster, as interactions.')
    .argument('[files...]', 'CSV or NDJSON files')
    .option('--mapping <file>', 'how records become interactions; repeatable', collect, [])
    .option(
      '--data-dir, --data <dir>',
      'instead of a running cluster: a data folder, opened in this process',
    )
    .option('--rules <file>', 'rules of that data folder (default: the shipped ones)')
    .addOption(
      new Option('--ack <level>', 'wait until each batch is')
        .choices(['accepted', 'durable', 'settled'])
        .default('durable'),
    )
    .option(
      '--patience <seconds>',
      'wait this long for a cluster that is away',
      positiveNumber('--patience'),
      PATIENCE_SECONDS_DEFAULT,
    )
    .option(
      '--delivery <label>',
      'name of this delivery: all of it may be held or taken back as one',
    )
    .option('--restart', 'begin anew, whatever an earlier run has done')
    .option('--strict', 'exit 1 when a record went to quarantine')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', HELP);
  return withGateway(command).action(async (_files: string[], options: IngestOptions) => {
    const pairs = pairFilesWithMappings(command, words);
    if (pairs.length === 0) command.error("error: missing required argument 'files'");
    // Loaded here, so that other commands start without parsers and phone tables.
    const { ingestFiles } = await import('../ingest/ingest-command.ts');
    await ingestFiles(context, pairs, options);
  });
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}
