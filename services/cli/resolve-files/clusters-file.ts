/**
 * `clusters.csv`: one line for each record, as `selfsame evaluate` reads it.
 */
import { renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { csvField } from '../csv-text.ts';
import { usageError } from '../exit-codes.ts';
import { formatCertainty } from '../text-table.ts';
import type { ResolvedRecord } from './resolve-files.ts';

const LINES_PER_WRITE = 10_000;

/** Throws `CliError` (exit 2) when the file cannot be made; then no file of that name is left. */
export async function writeClustersFile(
  path: string,
  records: readonly ResolvedRecord[],
): Promise<void> {
  // Under another name until it is whole: a reader never sees half of it.
  const partial = `${path}.new`;
  try {
    const file = await open(partial, 'w');
    try {
      await file.write('source,record_id,customer_id,certainty\n');
      for (let start = 0; start < records.length; start += LINES_PER_WRITE) {
        const lines = records.slice(start, start + LINES_PER_WRITE).map(lineOf);
        await file.write(lines.join(''));
      }
    } finally {
      await file.close();
    }
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw usageError(`${path} cannot be written (${code}); check folder and free space`, {
      cause: error,
    });
  }
}

function lineOf({ source, recordId, customerId, certainty }: ResolvedRecord): string {
  return `${csvField(source)},${csvField(recordId)},${customerId},${formatCertainty(certainty)}\n`;
}
