/**
 * Files whose records are numbered by their lines: line 7 of one file and line 7 of another are one
 * interaction when the source is the same, so the later file would revise the earlier one.
 */
import type { Mapping } from '../../shared/ingress/mapping-file.ts';
import { usageError } from './exit-codes.ts';

/** Throws `CliError` (exit 2) when two of the files would give the same ids to their records. */
export function refuseSharedLineIds(
  files: readonly { readonly path: string; readonly mapping: Mapping }[],
): void {
  const numbered = new Map<string, string>();
  for (const { path, mapping } of files) {
    if (mapping.recordId.source.kind !== 'line') continue;
    const other = numbered.get(mapping.source);
    if (other !== undefined) {
      throw usageError(
        `${other} and ${path} both number the records of source ${mapping.source} by line ` +
          '(record_id: {line: true}), so the lines of one would replace those of the other: name a ' +
          'column with ids as record_id, or give each file a mapping with a source of its own',
      );
    }
    numbered.set(mapping.source, path);
  }
}
