/**
 * `selfsame resolve-files`: files in, clusters out, without a running cluster.
 */
import { Command, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { pairFilesWithMappings } from '../mapping-arguments.ts';
import type { ResolveFilesOptions } from '../resolve-files/resolve-files-command.ts';
import { probability } from '../target.ts';

const HELP = `
Writes source,record_id,customer_id,certainty: one line for each record, sorted. A record is one
interaction of the mapping (its source and record_id) and belongs to the customer of its first party;
if an id comes in several rows, the last revision counts. The same records give the same file, in
whatever order they come.

Without --rules, pairs are scored (shared/rules/standard.yaml) when a mapping has a name, birth date
or address, and identifiers decide alone (shared/rules/deterministic.yaml) when none has. The weights of
scored rules are fitted to the records first, without labels, the same for the same records; a fit that
found something else than persons is refused with its reason, and the weights of the rules are used.

One mapping serves all files; of several, each serves the files that follow it. A record that cannot
be taken goes to FILE.quarantine.csv (line, field, reason) and never stops the others.

Exit codes: 0 written; 1 with --strict when a record is in quarantine, or none could be taken;
            2 bad file, mapping or rules; 130 interrupted.

Examples:
  selfsame resolve-files --mapping crm.yaml contacts.csv --out clusters.csv
  selfsame resolve-files --mapping crm.yaml contacts.csv --mapping web.yaml events.ndjson \\
      --out clusters.csv --min-certainty 0.99
  selfsame evaluate clusters.csv truth.csv`;

/** `words`: the words of the command line, for the order of mappings and files. */
export function resolveFilesCommandLine(context: CliContext, words: readonly string[]): Command {
  const command = new Command('resolve-files')
    .summary('files in, clusters.csv out')
    .description('Resolves the records of files and writes the clusters.')
    .argument('[files...]', 'CSV or NDJSON files, plain or .gz')
    .option('--mapping <file>', 'how records become interactions; repeatable', collect, [])
    .requiredOption('--out <file>', 'where to write the clusters')
    .option('--min-certainty <p>', 'view to write, 0..1', probability('--min-certainty'))
    .option('--rules <file>', 'rules file (default: see below)')
    .addOption(new Option('--model <file>', 'weights from a file of --save-model').conflicts('fit'))
    .option('--save-model <file>', 'write the weights that were used')
    .option('--no-fit', 'score with the weights of the rules, not fitted to the records')
    .option('--fit', 'fit the weights to the records first, without labels (the default)')
    .option('--reliability <truth>', 'compare the certainty of pairs with a file of true clusters')
    .option('--strict', 'exit 1 when a record went to quarantine')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', HELP);
  return command.action(async (_files: string[], options: ResolveFilesOptions) => {
    const pairs = pairFilesWithMappings(command, words);
    if (pairs.length === 0) command.error("error: missing required argument 'files'");
    const { resolveFilesCommand } = await import('../resolve-files/resolve-files-command.ts');
    await resolveFilesCommand(context, pairs, options);
  });
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}
