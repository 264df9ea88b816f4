/**
 * Fits the weights of scored rules to the records of some files, without labels, before they are
 * resolved: what is rare in them, what agrees by chance, and what agrees for one person.
 */
import { indexRules, type Rules } from '../../../shared/domain/rules.ts';
import { compareText } from '../../../shared/domain/identifier.ts';
import type { RoutedParty } from '../../../shared/domain/interaction.ts';
import type { Fact } from '../../../shared/domain/matching/digest.ts';
import type { Mapping } from '../../../shared/ingress/mapping-file.ts';
import { compileRules, routeInteraction } from '../../../shared/ingress/routing.ts';
import { rulesVersionOf } from '../../../shared/ingress/rules-version.ts';
import { learnModel } from '../../../shared/learning/learn-model.ts';
import { CliError, ExitCode } from '../exit-codes.ts';
import { SourceRecords } from '../ingest/source-records.ts';
import type { Progress } from '../progress.ts';

export interface FittedRules {
  readonly rules: Rules;
  /** Why the weights stayed as they were; null: they were fitted. */
  readonly alarm: string | null;
}

interface Learned {
  readonly facts: Map<string, Fact>;
  readonly keys: Set<string>;
}

/** Most holders of a key that proposes, as in the shipped rules. */
const HOLDER_CAP = 64;

/** For rules that score pairs. Throws `CliError` for unreadable files (2) and Ctrl-C (130). */
export async function fitRules(input: {
  readonly files: readonly { readonly path: string; readonly mapping: Mapping }[];
  readonly rules: Rules;
  readonly signal: AbortSignal;
  readonly progress: (path: string) => Progress;
}): Promise<FittedRules> {
  const { scoring } = input.rules;
  if (scoring === null) throw new Error('rules that score nothing have no weights to fit');
  const compiled = compileRules(input.rules);
  const { scorer } = indexRules(input.rules);
  const profiles = new Map<string, Learned>();
  for (const { path, mapping } of input.files) {
    const progress = input.progress(path);
    const records = new SourceRecords(path, mapping);
    let done = 0;
    for await (const record of records.read()) {
      if (input.signal.aborted) {
        throw new CliError(ExitCode.interrupted, 'stopped; nothing was written');
      }
      done += 1;
      progress.update({ fraction: records.fraction, done });
      if (record.kind !== 'input') continue;
      const routed = routeInteraction(compiled, record.input, 0);
      if (routed.kind === 'rejected') continue;
      for (const party of routed.interaction.parties) {
        learnParty(profiles, party, (name) => scorer?.compares(name) === true);
      }
    }
    progress.clear();
  }
  const learned = Array.from(profiles)
    .sort((left, right) => compareText(left[0], right[0]))
    .map(([, { facts, keys }]) => ({ digest: sortedFacts(facts), keys }));
  const { model, alarm } = learnModel(scoring, learned, HOLDER_CAP);
  if (alarm !== null) return { rules: input.rules, alarm };
  const content = { ...input.rules, scoring: model };
  return { rules: { ...content, version: rulesVersionOf(content) }, alarm: null };
}

function learnParty(
  profiles: Map<string, Learned>,
  party: RoutedParty,
  compares: (name: string) => boolean,
): void {
  const known = profiles.get(party.profile) ?? { facts: new Map(), keys: new Set() };
  profiles.set(party.profile, known);
  const add = (name: string, text: string): void => {
    if (compares(name)) known.facts.set(`${name}\u0000${text}`, [name, text]);
  };
  for (const [name, text] of party.facts) add(name, text);
  for (const { key, kind, namespace, value } of party.values) {
    if (kind !== 'context') known.keys.add(key);
    if (kind !== 'derived') add(namespace, value);
  }
}

function sortedFacts(facts: ReadonlyMap<string, Fact>): Fact[] {
  return Array.from(facts.values()).sort(
    (left, right) => compareText(left[0], right[0]) || compareText(left[1], right[1]),
  );
}
