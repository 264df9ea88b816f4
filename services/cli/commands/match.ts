/**
 * `selfsame match`: which customers the records of a file may belong to, without storing them.
 */
import { Command } from 'commander';
import type { PartyInput } from '../../../shared/domain/interaction.ts';
import type { RecordMatches } from '../../../shared/protocol/explanations.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { contributionRows } from '../describe-explanation.ts';
import { ExitCode, usageError } from '../exit-codes.ts';
import { SourceRecords } from '../ingest/source-records.ts';
import { loadMapping } from '../load-config.ts';
import { toSnakeCase } from '../snake-case.ts';
import { probability, type TargetOptions, withCluster, withTarget } from '../target.ts';
import { alignColumns, formatCertainty } from '../text-table.ts';

const HELP = `
The records are mapped as for ingest; of each the first party is matched. Nothing is stored.
A match in the merge band would join, unless it says what forbids it; one in the review band may be
the same person. At most 1,000 records.

Exit codes: 0 all records found a match, 1 some found none, 2 unreadable record or mapping, 3 no
cluster.

Examples:
  selfsame match --mapping crm-contacts.yaml record.json
  selfsame match --mapping crm-contacts.yaml record.csv --min-certainty 0.99 --json`;

/** A file is matched in one go; whoever has more ingests or resolves them. */
const RECORDS_MAX = 1_000;

interface MatchOptions extends TargetOptions {
  readonly mapping: string;
  readonly json?: boolean;
  readonly minCertainty?: number;
}

interface MatchedRecord {
  readonly recordId: string;
  readonly answer: RecordMatches;
}

export function matchCommand(context: CliContext): Command {
  const command = new Command('match')
    .summary('which customers a record may belong to')
    .description('Tells which customers the records of a file may belong to, and why.')
    .argument('<file>', 'CSV, JSON or NDJSON, as the mapping says')
    .requiredOption('--mapping <yaml>', 'how the records are read')
    .option('--min-certainty <p>', 'view of customers, 0..1', probability('--min-certainty'))
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP);
  return withTarget(command).action(async (file: string, options: MatchOptions) => {
    const records = await readParties(file, options.mapping);
    const { minCertainty } = options;
    const found = await withCluster(context, options, async (cluster, call) => {
      const answers: MatchedRecord[] = [];
      for (const [recordId, party] of records) {
        const view = minCertainty === undefined ? {} : { minCertainty };
        answers.push({ recordId, answer: await cluster.matchRecord(party, { ...call, ...view }) });
      }
      return answers;
    });
    if (found.some(({ answer }) => answer.matches.length === 0)) {
      context.exitCode = ExitCode.negative;
    }
    if (options.json === true) writeJson(context.stdout, toSnakeCase({ records: found }));
    else writeLines(context.stdout, found.flatMap(describeMatches));
  });
}

/** The first party of each record, with the record's id. Throws `CliError` (exit 2). */
async function readParties(
  file: string,
  mappingPath: string,
): Promise<readonly (readonly [string, PartyInput])[]> {
  const { mapping } = loadMapping(mappingPath, null);
  const records: [string, PartyInput][] = [];
  for await (const record of new SourceRecords(file, mapping).read()) {
    if (record.kind === 'skipped') continue;
    if (record.kind === 'quarantined') {
      throw usageError(`${file}, line ${record.line}: ${record.reason}`);
    }
    const [party] = record.input.parties;
    if (party !== undefined) records.push([record.input.interactionId, party]);
    if (records.length > RECORDS_MAX) throw usageError(`${file} has more than ${RECORDS_MAX}`);
  }
  if (records.length === 0) throw usageError(`${file} holds no record`);
  return records;
}

function describeMatches({ recordId, answer }: MatchedRecord): string[] {
  const note = answer.isAmbiguous ? ', ambiguous' : '';
  const all = answer.isTruncated ? ', not all of them looked at' : '';
  return [
    `record ${recordId}: ${answer.matches.length} matches${note}` +
      ` of ${answer.candidates} candidates${all}`,
    ...answer.dropped.map(({ field, description }) => `  ${field}: ${description}`),
    ...answer.matches.flatMap((match) => [
      `  ${match.customerId}  ${formatCertainty(match.certainty)}  ${match.band}` +
        (match.refusal === null ? '' : `, but ${match.refusal}`),
      ...alignColumns(contributionRows(match.contributions), '      '),
    ]),
  ];
}
