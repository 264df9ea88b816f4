/**
 * Whom and what a message names, for the audit trail: found by the shape of its parts, so that no
 * message of the contract can be forgotten. Values leave here only as keyed hashes.
 */
import { isReference } from '../../shared/cluster/references.ts';
import { AUDIT_REFERENCES_MAX, type AuditTrail } from '../../shared/protocol/audit.ts';

type Naming = Pick<AuditTrail, 'identifierReference' | 'reference'>;

/** Deeper than any message of the contract. */
const DEPTH_MAX = 12;
/** Parts looked at: an answer with the whole timeline of a customer names nobody else in it. */
const PARTS_MAX = 20_000;

/** At most `AUDIT_REFERENCES_MAX`, in the order in which they are found. */
export function referencesIn(naming: Naming, ...messages: readonly unknown[]): readonly string[] {
  const found = new Set<string>();
  let parts = 0;
  const visit = (part: unknown, depth: number): void => {
    if (found.size >= AUDIT_REFERENCES_MAX || depth > DEPTH_MAX || ++parts > PARTS_MAX) return;
    if (typeof part === 'string') {
      if (isReference(part)) found.add(part);
    } else if (Array.isArray(part)) {
      for (const one of part as readonly unknown[]) visit(one, depth + 1);
    } else if (typeof part === 'object' && part !== null && !Buffer.isBuffer(part)) {
      for (const reference of namedBy(naming, part as Fields)) {
        if (found.size < AUDIT_REFERENCES_MAX) found.add(reference);
      }
      for (const one of Object.values(part)) visit(one, depth + 1);
    }
  };
  for (const message of messages) visit(message, 0);
  return [...found];
}

type Fields = Readonly<Record<string, unknown>>;

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** References of what an object names by several fields together, or by the name of a field. */
function namedBy(naming: Naming, fields: Fields): readonly string[] {
  const { namespace, value, values, source, interactionId, delivery, decisionId, version } = fields;
  const named: string[] = [];
  if (isText(namespace)) {
    const texts = Array.isArray(values) ? (values as readonly unknown[]) : [value];
    for (const one of texts.slice(0, AUDIT_REFERENCES_MAX)) {
      if (isText(one)) named.push(naming.identifierReference({ namespace, value: one }));
    }
  }
  if (isText(source) && isText(interactionId)) {
    named.push(naming.reference('interaction', source, interactionId));
  }
  if (isText(source) && isText(delivery)) {
    named.push(naming.reference('delivery', source, delivery));
  }
  if (isText(decisionId)) named.push(naming.reference('decision', decisionId));
  if (isText(version)) named.push(naming.reference('version', version));
  return named;
}
