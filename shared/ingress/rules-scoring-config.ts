/** How the comparisons of a scored configuration are written in a rules file. */
import type { ComparisonKind, ScoringModel } from '../domain/matching/model.ts';
import { type ComparisonSpec, shippedModel } from '../learning/shipped-model.ts';
import { CONFIG_TEXT_MAX, type ConfigPlace, required } from './config-file.ts';
import { readModelText } from './model-text.ts';

const KINDS: readonly ComparisonKind[] = [
  'person_name',
  'given_name',
  'surname',
  'organisation_name',
  'date',
  'locality',
  'house',
  'phone',
  'email',
  'identifier',
  'category',
  'text',
];
const FACTS_MAX = 20;
const COMPARISONS_MAX = 100;

/**
 * The comparisons named, with the weights of the model given, else the shipped ones; null when the
 * file has no comparisons.
 */
export function readScoring(
  place: ConfigPlace | undefined,
  model: ConfigPlace | undefined,
): ScoringModel | null {
  const shipped = place === undefined ? null : readComparisons(place);
  if (model === undefined) return shipped;
  const text = model.text(CONFIG_TEXT_MAX);
  if (shipped === null || text === undefined) {
    if (text !== undefined) model.fail('weighs comparisons, and there are none');
    return shipped;
  }
  const result = readModelText(text, shipped);
  if (result.kind === 'ok') return result.model;
  model.fail(result.reason);
  return shipped;
}

function readComparisons(place: ConfigPlace): ScoringModel | null {
  const entries = place.entries();
  if (entries === undefined) return null;
  if (entries.size === 0 || entries.size > COMPARISONS_MAX) {
    place.fail(`needs 1 to ${COMPARISONS_MAX} comparisons`);
  }
  const specs: ComparisonSpec[] = [];
  for (const [name, entry] of entries) {
    const fields = entry.fields(['kind', 'facts', 'exclusive', 'several']);
    if (fields === undefined) continue;
    const kind = required(entry, fields, 'kind')?.choice(KINDS);
    const items = required(entry, fields, 'facts')?.items(FACTS_MAX) ?? [];
    const facts = items.flatMap((item) => item.text(64) ?? []);
    const exclusive = fields.get('exclusive')?.boolean() ?? false;
    const several = fields.get('several')?.boolean() ?? false;
    if (exclusive && kind !== 'identifier') entry.fail('only an identifier can be exclusive');
    if (several && kind !== 'identifier') entry.fail('only of an identifier can there be several');
    if (several && exclusive) entry.fail('is either exclusive, or there are several');
    if (kind !== undefined && facts.length > 0) {
      const single = exclusive ? 'exclusive' : 'renewed';
      specs.push({ name, kind, facts, multiplicity: several ? 'several' : single });
    }
  }
  return specs.length === 0 ? null : shippedModel(specs);
}
