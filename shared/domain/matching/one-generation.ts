/**
 * The names of one profile or cluster are of one generation, whichever of them says so: beside `Robert
 * Johnson Jr`, a plain `R Johnson` speaks for no `Robert Johnson Sr` (ARCHITECTURE S20).
 */
import type { ComparisonKind } from './model.ts';
import type { Parsed, Prepared } from './prepared-comparison.ts';

const NAMES_OF_PERSONS: ReadonlySet<ComparisonKind> = new Set([
  'person_name',
  'given_name',
  'surname',
]);

/** The facts of a comparison; of names that say one generation, all of it. Other facts as they are. */
export function withGeneration(
  facts: readonly Parsed[],
  { model, parse }: Prepared,
): readonly Parsed[] {
  if (facts.length < 2 || !NAMES_OF_PERSONS.has(model.kind)) return facts;
  const generations = new Set<string>();
  for (const { text } of facts) if (!isPlain(text)) generations.add(generationOf(text));
  const [generation] = generations;
  if (generation === undefined || generations.size > 1) return facts;
  const texts = facts.map(({ text }) => (isPlain(text) ? text + generation : text));
  return [...new Set(texts)].map(parse);
}

/** A name's text ends with its generation: `given words/surname words/generation`. */
function generationOf(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}

function isPlain(text: string): boolean {
  return text.endsWith('/');
}
