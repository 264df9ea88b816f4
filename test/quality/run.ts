/** `npm run quality`: prints how well each data set is resolved. */
import { readFileSync } from 'node:fs';
import { compareClusterings } from '../../services/cli/evaluate/clustering-comparison.ts';
import { describeReliability } from '../../services/cli/reliability-table.ts';
import { reliabilityOf } from '../../shared/learning/reliability.ts';
import { indexRules } from '../../shared/domain/rules.ts';
import { compileRules, usableValue } from '../../shared/ingress/compiled-rules.ts';
import { loadRulesFile, standardRulesPath } from '../../shared/ingress/rules-file.ts';
import { type BatchOutcome, resolveBatch } from './batch.ts';
import { DATA_SETS, type DataSet } from './data-sets.ts';
import { printErrors } from './error-analysis.ts';
import { exactRuleLabels } from './exact-rule.ts';
import { ANSWERS, lookUps } from './look-ups.ts';
import { dataFolder, hasData, type QualityRecord } from './quality-record.ts';

const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const only = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const isFitted = !flags.includes('--shipped');
const rules = indexRules(loadRulesFile(standardRulesPath()));
const compiled = compileRules(rules.rules);
const { scoring } = rules.rules;
if (scoring === null) throw new Error('the standard rules score nothing');

if (!hasData()) {
  console.error(`no data sets at ${dataFolder()}; name their folder in SELFSAME_DATA`);
  process.exit(2);
}
/** Pairwise F1 last reached, rounded down: a set that falls below fails the run. */
const reached = JSON.parse(
  readFileSync(new URL('./reached.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, number>>;

function normalise(namespace: string, value: string): string | null {
  const entry = compiled.byName.get(namespace);
  const usable = entry === undefined ? null : usableValue(entry, value);
  return usable?.kind === 'ok' ? usable.value : null;
}

function resolve(records: readonly QualityRecord[]): BatchOutcome {
  return resolveBatch(records, {
    model: scoring as NonNullable<typeof scoring>,
    keys: compiled.derived ?? [],
    holderCap: 64,
    rules,
    fit: isFitted,
    normalise,
  });
}

function comparisonWithTruth(records: readonly QualityRecord[], found: ArrayLike<number>) {
  const truthIds = new Map<string, number>();
  const truth = records.map(({ truth: name }) => {
    const known = truthIds.get(name) ?? truthIds.size;
    truthIds.set(name, known);
    return known;
  });
  const foundCount = Array.from(found).reduce((most, label) => Math.max(most, label + 1), 0);
  return compareClusterings({ found, foundCount, truth, truthCount: truthIds.size });
}

const share = (value: number): string => value.toFixed(4).replace(/^0/, ' ');
const columns = (cells: readonly string[]): string =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(18) : cell.padStart(9))).join(' ');

function measure(set: DataSet): boolean {
  const records = set.load();
  const startedAt = performance.now();
  const outcome = resolve(records);
  const seconds = (performance.now() - startedAt) / 1000;
  const { pairwise, bCubed, identicalClusters, truthClusters } = comparisonWithTruth(
    records,
    outcome.labels,
  );
  const floor = comparisonWithTruth(records, exactRuleLabels(records, set.exactRule)).pairwise.f1;
  console.log(
    columns([
      set.name,
      share(pairwise.precision),
      share(pairwise.recall),
      share(pairwise.f1),
      share(bCubed.precision),
      share(bCubed.recall),
      share(bCubed.f1),
      `${identicalClusters}/${truthClusters}`.padStart(11),
      seconds.toFixed(1),
      String(Math.round(records.length / seconds)),
      share(outcome.blockingRecall),
      outcome.keysPerRecord.toFixed(1),
      String(outcome.candidates),
      share(floor),
      set.goal.toFixed(3),
      `  ${set.published}`,
    ]),
  );
  const { fit } = outcome;
  if (fit !== null && fit.alarm !== null) console.log(`   ALARM ${fit.alarm}`);
  if (flags.includes('--verbose')) explain(outcome);
  if (flags.includes('--errors')) printErrors(records, outcome);
  if (flags.includes('--reliability')) {
    console.log(describeReliability(reliabilityOf(outcome.judged)).join('\n'));
  }
  return !isFitted || pairwise.f1 >= (reached[set.name] ?? 0);
}

function explain({ fit, keyGain }: BatchOutcome): void {
  for (const [name, all, gained] of keyGain) {
    console.log(`   ${name} ${all} pairs, ${gained} new true`);
  }
  for (const { name, weights } of fit?.model.comparisons ?? []) {
    console.log(`   ${name}: ${weights.map((weight) => (weight / 256).toFixed(1)).join(' ')}`);
  }
  console.log(`   prior ${(fit?.model.prior ?? 0) / 256}, ${fit?.iterations} iterations`);
}

function printLookUps(): void {
  const found = lookUps(rules, normalise);
  if (found === null) return;
  const { seed, persons, queries, leftOut, table, misses } = found;
  console.log(`look_ups           ${queries} queries of ${persons} persons in ${seed}`);
  if (leftOut > 0) console.log(`   ${leftOut} queries left out: their persons are in no seed here`);
  for (const expected of ANSWERS) {
    const answers = ANSWERS.map((answer) => `${answer} ${table[expected][answer]}`);
    console.log(`   expected ${expected.padEnd(15)} answered ${answers.join(', ')}`);
  }
  if (!flags.includes('--errors')) return;
  for (const [test, expected, answer] of misses) {
    console.log(`   case ${test}: expected ${expected}, answered ${answer}`);
  }
}

console.log(
  columns([
    'set',
    'P',
    'R',
    'F1',
    'B3 P',
    'B3 R',
    'B3 F1',
    'exact',
    'seconds',
    'rec/s',
    'blocking',
    'keys/rec',
    'pairs',
    'floor',
    'goal',
    '  others',
  ]),
);
const worse = DATA_SETS.filter((set) => only.length === 0 || only.includes(set.name)).filter(
  (set) => !measure(set),
);
if (only.length === 0 || only.includes('look_ups')) printLookUps();
if (worse.length > 0) {
  const names = worse.map(({ name }) => name).join(', ');
  console.error(`below the F1 last reached (test/quality/reached.json): ${names}`);
  process.exit(1);
}
