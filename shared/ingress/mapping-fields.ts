/**
 * The fields a mapping reads, so that a typing mistake is found in the header, not record by
 * record.
 */
import type { Mapping } from './mapping-types.ts';
import { type Condition, type FieldPath, fieldsOf, type ValueExpression } from './record-value.ts';

/** Names of all fields the mapping reads, as written there, without duplicates. */
export function mappingFields(mapping: Mapping): readonly string[] {
  const expressions: ValueExpression[] = [
    mapping.recordId,
    mapping.time.value,
    mapping.type,
    mapping.channel,
  ];
  if (mapping.revision !== null) expressions.push(mapping.revision);
  if (mapping.delivery !== null) expressions.push(mapping.delivery);
  const conditions: Condition[] = [...mapping.skipWhen];
  const paths: FieldPath[] = mapping.properties === 'all' ? [] : [...mapping.properties];
  for (const party of mapping.parties) {
    expressions.push(party.role, ...party.attributes.map(([, value]) => value));
    conditions.push(...party.when);
    for (const identifier of party.identifiers) {
      expressions.push(identifier.value);
      conditions.push(...identifier.when);
      if (identifier.namespace.kind === 'field') paths.push(identifier.namespace.path);
    }
  }
  for (const expression of expressions) paths.push(...fieldsOf(expression.source));
  for (const condition of conditions) paths.push(condition.path);
  return [...new Set(paths.map((path) => path.name))];
}
