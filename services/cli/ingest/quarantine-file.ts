/**
 * The quarantine of one source file: a CSV of the records that could not be taken, by line, with the
 * reason. It holds no values of the records: the source file has them at that line.
 */
import { closeSync, ftruncateSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import type { FieldViolation } from '../../../shared/protocol/cluster.ts';
import { csvField } from '../csv-text.ts';
import { usageError } from '../exit-codes.ts';

export interface QuarantineRow {
  readonly line: number;
  /** Path in the interaction, or empty. */
  readonly field: string;
  readonly reason: string;
}

const HEADER = 'line,field,reason\n';

/** Rows of one refused interaction: one for each violation. */
export function quarantineRows(
  line: number,
  violations: readonly FieldViolation[],
): QuarantineRow[] {
  return violations.map(({ field, description }) => ({ line, field, reason: description }));
}

export class QuarantineFile {
  readonly path: string;
  #descriptor: number | null = null;
  #bytes: number;

  /** `keptBytes`: what a run before this one had written and accounted for; 0 starts anew. */
  constructor(path: string, keptBytes: number) {
    this.path = path;
    this.#bytes = keptBytes;
    if (keptBytes === 0) {
      rmSync(path, { force: true });
      return;
    }
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < keptBytes) this.#bytes = 0;
    this.#descriptor = openSync(path, this.#bytes === 0 ? 'w' : 'r+');
    // Rows behind the checkpoint come again with their records.
    ftruncateSync(this.#descriptor, this.#bytes);
  }

  /** Bytes written so far: kept in the checkpoint. 0 while there is no row. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Throws `CliError` (exit 2) when the file cannot be made: its reasons must not be lost. */
  append(rows: readonly QuarantineRow[]): void {
    if (rows.length === 0) return;
    this.#descriptor ??= this.#create();
    const body = rows.map((row) => `${row.line},${csvField(row.field)},${csvField(row.reason)}\n`);
    const text = Buffer.from((this.#bytes === 0 ? HEADER : '') + body.join(''));
    for (let written = 0; written < text.length; ) {
      const left = text.length - written;
      written += writeSync(this.#descriptor, text, written, left, this.#bytes + written);
    }
    this.#bytes += text.length;
  }

  #create(): number {
    try {
      return openSync(this.path, 'w');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      throw usageError(`quarantine ${this.path} cannot be written (${code}); move the data`, {
        cause: error,
      });
    }
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}
