/** What a mapping file says, as data (`mapping-file.ts` reads it, `mapping.ts` follows it). */
import type { Condition, FieldPath, ValueExpression } from './record-value.ts';
import type { TimeReader } from './time-format.ts';

export interface IdentifierMapping {
  readonly namespace:
    | { readonly kind: 'fixed'; readonly name: string }
    | {
        /** The record says the namespace, in words of its own. */
        readonly kind: 'field';
        readonly path: FieldPath;
        readonly names: ReadonlyMap<string, string>;
        /** Texts that are not in `names`: leave the identifier out, or quarantine the record. */
        readonly others: 'skip' | 'quarantine';
      };
  readonly value: ValueExpression;
  readonly when: readonly Condition[];
}

export interface PartyMapping {
  readonly role: ValueExpression;
  readonly when: readonly Condition[];
  readonly identifiers: readonly IdentifierMapping[];
  readonly attributes: readonly (readonly [name: string, value: ValueExpression])[];
}

export interface TimeMapping {
  readonly value: ValueExpression;
  /** Epoch milliseconds, or null for a text that is not of the format. */
  readonly read: TimeReader;
}

export interface Mapping {
  readonly source: string;
  readonly format: 'csv' | 'ndjson';
  /** CSV only. */
  readonly delimiter: string;
  readonly missing: ReadonlySet<string>;
  readonly recordId: ValueExpression;
  readonly revision: ValueExpression | null;
  readonly time: TimeMapping;
  readonly type: ValueExpression;
  readonly channel: ValueExpression;
  /** Label of the delivery that a record came with. */
  readonly delivery: ValueExpression | null;
  readonly parties: readonly PartyMapping[];
  /** A record for which one of these holds is left out. */
  readonly skipWhen: readonly Condition[];
  /** Fields kept as free properties. */
  readonly properties: 'all' | readonly FieldPath[];
}
