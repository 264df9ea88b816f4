/** `npm run quality`: prints how well each data set is resolved. */
import { readFileSync } from 'node:fs';
import { compareClusterings } from '../../services/cli/evaluate/clustering-comparison.ts';
import { indexRules } from '../../shared/domain/rules.ts';
import { compileRules, usableValue } from '../../shared/ingress/compiled-rules.ts';
import { loadRulesFile, standardRulesPath } from '../../shared/ingress/rules-file.ts';
import { resolveBatch } from './batch.ts';
import { DATA_SETS, dataFolder, hasData } from './data-sets.ts';

const only = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const verbose = process.argv.includes('--verbose');
const rules = indexRules(loadRulesFile(standardRulesPath()));
const compiled = compileRules(rules.rules);
const { scoring } = rules.rules;
if (scoring === null) throw new Error('the standard rules score nothing');
const percent = (value: number): string => (value * 100).toFixed(2).padStart(6);

if (!hasData()) {
  console.error(`no data sets at ${dataFolder()}; name their folder in SELFSAME_DATA`);
  process.exit(2);
}
/** Pairwise F1 last reached, rounded down: a set that falls below fails the run. */
const reached = JSON.parse(
  readFileSync(new URL('./reached.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, number>>;
const worse: string[] = [];

for (const set of DATA_SETS) {
  if (only.length > 0 && !only.includes(set.name)) continue;
  const records = set.load();
  const startedAt = performance.now();
  const outcome = resolveBatch(records, {
    model: scoring,
    keys: compiled.derived ?? [],
    holderCap: 64,
    rules,
    fit: !process.argv.includes('--shipped'),
    normalise: (namespace, value) => {
      const entry = compiled.byName.get(namespace);
      const usable = entry === undefined ? null : usableValue(entry, value);
      return usable?.kind === 'ok' ? usable.value : null;
    },
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const truthIds = new Map<string, number>();
  const truth = records.map(({ truth: name }) => {
    const known = truthIds.get(name) ?? truthIds.size;
    truthIds.set(name, known);
    return known;
  });
  const { pairwise, bCubed, identicalClusters, truthClusters } = compareClusterings({
    found: outcome.labels,
    foundCount: outcome.clusters,
    truth,
    truthCount: truthIds.size,
  });
  console.log(
    `${set.name.padEnd(18)} P${percent(pairwise.precision)} R${percent(pairwise.recall)} ` +
      `F1${percent(pairwise.f1)} (goal ${set.goal}; others ${set.published}) B3 ${percent(bCubed.f1)} exact ` +
      `${identicalClusters}/${truthClusters} cand ${outcome.candidates} block ` +
      `${percent(outcome.blockingRecall)} keys ${outcome.keysPerRecord.toFixed(1)} ` +
      `${seconds.toFixed(1)}s${outcome.fit?.alarm ? ` ALARM ${outcome.fit.alarm}` : ''}`,
  );
  const isFitted = !process.argv.includes('--shipped');
  if (isFitted && pairwise.f1 < (reached[set.name] ?? 0)) worse.push(set.name);
  if (verbose) {
    for (const [name, all, gained] of outcome.keyGain)
      console.log(`   ${name} ${all} pairs, ${gained} new true`);
    for (const { name, weights } of outcome.fit?.model.comparisons ?? []) {
      console.log(`   ${name}: ${weights.map((weight) => (weight / 256).toFixed(1)).join(' ')}`);
    }
    console.log(`   prior ${(outcome.fit?.model.prior ?? 0) / 256}`);
  }
}

if (worse.length > 0) {
  console.error(`below the F1 last reached (test/quality/reached.json): ${worse.join(', ')}`);
  process.exit(1);
}
