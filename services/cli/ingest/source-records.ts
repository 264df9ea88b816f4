/**
 * The records of one source file as its mapping understands them, in order of the file.
 */
import { createReadStream, type ReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { InteractionInput } from '../../../shared/domain/interaction.ts';
import { mapRecord } from '../../../shared/ingress/mapping.ts';
import type { Mapping } from '../../../shared/ingress/mapping-file.ts';
import { type ReadRecord, readRecords, SourceFileError } from '../../../shared/ingress/readers.ts';
import { usageError } from '../exit-codes.ts';

export type MappedRecord =
  | { readonly kind: 'input'; readonly line: number; readonly input: InteractionInput }
  /** `reason` holds no value of the record. */
  | { readonly kind: 'quarantined'; readonly line: number; readonly reason: string }
  | { readonly kind: 'skipped'; readonly line: number };

export interface FileIdentity {
  readonly bytes: number;
  readonly modifiedAtMs: number;
}

/** Size and time of a regular file. Throws `CliError` (exit 2) when there is none at the path. */
export function identifyFile(path: string): FileIdentity {
  try {
    const status = statSync(path);
    if (!status.isFile()) throw usageError(`${path} is not a regular file`);
    return { bytes: status.size, modifiedAtMs: status.mtimeMs };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw usageError(`no such file: ${path}`, { cause: error });
    }
    throw error;
  }
}

export class SourceRecords {
  readonly #path: string;
  readonly #mapping: Mapping;
  readonly #bytes: number;
  readonly #file: ReadStream;

  /** Opens the file (`.gz` is unpacked). Iterate it once, to the end or to a `break`. */
  constructor(path: string, mapping: Mapping) {
    this.#path = path;
    this.#mapping = mapping;
    this.#bytes = identifyFile(path).bytes;
    this.#file = createReadStream(path);
  }

  /** Share of the file's bytes that has been read, 0..1. The reader runs a little ahead. */
  get fraction(): number {
    return this.#bytes === 0 ? 1 : this.#file.bytesRead / this.#bytes;
  }

  /** Leaves out the first `skipped` records. Throws `CliError` (exit 2) naming file and line. */
  async *read(skipped = 0): AsyncGenerator<MappedRecord> {
    const isPacked = this.#path.endsWith('.gz');
    const bytes = isPacked ? pipeline(this.#file, createGunzip(), () => undefined) : this.#file;
    let index = 0;
    try {
      for await (const read of readRecords(this.#mapping, bytes)) {
        if (index++ >= skipped) yield this.#mapped(read);
      }
    } catch (error) {
      if (!(error instanceof SourceFileError)) throw error;
      throw usageError(`${this.#path}: ${error.message}`, { cause: error });
    } finally {
      this.#file.destroy();
    }
  }

  #mapped(read: ReadRecord): MappedRecord {
    const { line } = read;
    if (read.kind === 'malformed') return { kind: 'quarantined', line, reason: read.reason };
    const result = mapRecord(this.#mapping, read.record, line);
    switch (result.kind) {
      case 'mapped':
        return { kind: 'input', line, input: result.input };
      case 'skipped':
        return { kind: 'skipped', line };
      case 'quarantined':
        return { kind: 'quarantined', line, reason: result.reason };
    }
  }
}
