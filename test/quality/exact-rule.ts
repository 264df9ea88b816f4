/** The floor: what a stupid exact rule makes of a data set. */
import { foldText } from '../../shared/ingress/fold-text.ts';
import type { QualityRecord } from './quality-record.ts';

/** Records that have and agree on all of the named attributes or namespaces are one. */
export function exactRuleLabels(
  records: readonly QualityRecord[],
  names: readonly string[],
): Int32Array {
  const labelOf = new Map<string, number>();
  const labels = new Int32Array(records.length);
  let count = 0;
  for (const [index, { attributes, identifiers }] of records.entries()) {
    const parts = names.map((name) =>
      foldText(
        attributes[name] ?? identifiers.find(({ namespace }) => namespace === name)?.value ?? '',
      ),
    );
    const key = parts.join('|');
    const known = parts.includes('') ? undefined : labelOf.get(key);
    const label = known ?? count++;
    if (!parts.includes('')) labelOf.set(key, label);
    labels[index] = label;
  }
  return labels;
}
