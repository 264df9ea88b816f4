/**
 * JSON of the surfaces is snake_case, as in the gRPC contract and the CSV files.
 */

/**
 * A copy of plain data with snake_case keys. Only for data whose keys are field names: a record
 * keyed by free text would have its keys renamed.
 */
export function toSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSnakeCase);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [
    key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    toSnakeCase(entry),
  ]);
  return Object.fromEntries(entries);
}
