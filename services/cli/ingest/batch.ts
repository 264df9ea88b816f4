/**
 * A batch: consecutive records of one file that are sent in one call and accounted for together.
 */
import type { InteractionInput } from '../../../shared/domain/interaction.ts';
import type { QuarantineRow } from './quarantine-file.ts';
import type { MappedRecord } from './source-records.ts';

/** Most interactions in one call that a gateway takes. */
const BATCH_RECORDS = 1_000;
/** At most 3 bytes each in UTF-8: stays below the 4 MiB of one gRPC message. */
const BATCH_CHARACTERS = 700_000;

/** Consecutive records of the file. */
export class Batch {
  readonly inputs: InteractionInput[] = [];
  readonly inputLines: number[] = [];
  readonly quarantined: QuarantineRow[] = [];
  skipped = 0;
  records = 0;
  #characters = 0;

  add(record: MappedRecord): void {
    this.records += 1;
    switch (record.kind) {
      case 'skipped':
        this.skipped += 1;
        return;
      case 'quarantined':
        this.quarantined.push({ line: record.line, field: '', reason: record.reason });
        return;
      case 'input':
        this.inputs.push(record.input);
        this.inputLines.push(record.line);
        this.#characters += charactersOf(record.input);
    }
  }

  get isFull(): boolean {
    return this.records >= BATCH_RECORDS || this.#characters >= BATCH_CHARACTERS;
  }
}

/** Text of an interaction with a little for what frames each value. */
function charactersOf(input: InteractionInput): number {
  let characters = 200 + input.interactionId.length + input.propertiesJson.length;
  for (const party of input.parties) {
    for (const { namespace, value } of party.identifiers) {
      characters += namespace.length + value.length + 10;
    }
    for (const [name, value] of Object.entries(party.attributes ?? {})) {
      characters += name.length + value.length + 10;
    }
  }
  return characters;
}
