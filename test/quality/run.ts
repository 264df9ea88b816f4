/** `npm run quality`: prints how well each data set is resolved. */
import { readFileSync } from 'node:fs';
import { compareClusterings } from '../../services/cli/evaluate/clustering-comparison.ts';
import { indexRules } from '../../shared/domain/rules.ts';
import { loadRulesFile, standardRulesPath } from '../../shared/ingress/rules-file.ts';
import { type BatchOutcome, resolveRecords } from './batch.ts';
import { DATA_SETS, type DataSet } from './data-sets.ts';
import { printErrors } from './error-analysis.ts';
import { exactRuleLabels } from './exact-rule.ts';
import { ANSWERS, lookUps } from './look-ups.ts';
import { printScale, SCALE_COUNTS } from './scale.ts';
import { areSameGroups, shuffled, throughCluster } from './through-cluster.ts';
import { dataFolder, hasData, type QualityRecord } from './quality-record.ts';

const words = process.argv.slice(2);
/**
 * `--through nats` or `--through embedded`: also record by record through a cluster. `--shuffles N`: in so
 * many other orders as well, without `--through` as files are resolved.
 */
const through = takeOption('--through');
/** `--first N`: only so many records of each set; its figure is compared with none reached. */
const first = Number(takeOption('--first') ?? Number.POSITIVE_INFINITY);
const shuffles = Number(takeOption('--shuffles') ?? 0);
const flags = words.filter((argument) => argument.startsWith('--'));
const only = words.filter((argument) => !argument.startsWith('--'));
const isFitted = !flags.includes('--shipped');
const rules = indexRules(loadRulesFile(standardRulesPath()));

if (flags.includes('--scale')) {
  await printScale(only.length > 0 ? only.map(Number) : SCALE_COUNTS);
  process.exit(0);
}
if (!hasData()) {
  console.error(`no data sets at ${dataFolder()}; name their folder in SELFSAME_DATA`);
  process.exit(2);
}
/** Takes an option and its value out of the words. */
function takeOption(name: string): string | null {
  const at = words.indexOf(name);
  return at < 0 ? null : (words.splice(at, 2)[1] ?? '');
}

/** Pairwise F1 last reached, rounded down: a set that falls below fails the run. */
const reached = JSON.parse(
  readFileSync(new URL('./reached.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, number>>;

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

async function measure(set: DataSet): Promise<boolean> {
  const records = set.load().slice(0, first);
  const startedAt = performance.now();
  const outcome = resolveRecords(records, rules.rules, isFitted);
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
  if (outcome.alarm !== null) console.log(`   ALARM ${outcome.alarm}`);
  if (flags.includes('--verbose')) explain(outcome);
  if (flags.includes('--errors')) printErrors(records, outcome);
  const isSame =
    through === null
      ? resolveShuffled(records, outcome)
      : await sendThrough(through, records, outcome);
  return isSame && (!isFitted || first < Infinity || pairwise.f1 >= (reached[set.name] ?? 0));
}

/** Whether a cluster comes to the same customers, in the order of the set and in shuffled ones. */
async function sendThrough(
  transport: string,
  records: readonly QualityRecord[],
  { rules: weighed, labels }: BatchOutcome,
): Promise<boolean> {
  if (transport !== 'nats' && transport !== 'embedded') {
    throw new Error(`--through ${transport}: nats or embedded`);
  }
  let areAllSame = true;
  for (let shuffle = 0; shuffle <= shuffles; shuffle++) {
    const numbers = Array.from(records.keys());
    const order = shuffle === 0 ? numbers : shuffled(numbers, 1_000 + shuffle);
    const arrival = order.map((number) => records[number] as QualityRecord);
    const { customers, seconds } = await throughCluster(arrival, weighed, transport);
    const isSame = areSameGroups(
      order.map((number) => labels[number] as number),
      customers,
    );
    const how = shuffle === 0 ? 'in order' : `shuffle ${shuffle}`;
    console.log(
      `   ${transport}, ${how}: ${isSame ? 'the same customers' : 'OTHER CUSTOMERS'}, ` +
        `${seconds.toFixed(1)} s, ${Math.round(records.length / seconds)} records/s`,
    );
    areAllSame &&= isSame;
  }
  return areAllSame;
}

/** Whether shuffled records, fitted anew, come to the same customers. One line, none without `--shuffles`. */
function resolveShuffled(
  records: readonly QualityRecord[],
  { labels, rules: weighed }: BatchOutcome,
) {
  if (shuffles === 0) return true;
  const startedAt = performance.now();
  let same = 0;
  let sameWeights = 0;
  for (let shuffle = 1; shuffle <= shuffles; shuffle++) {
    const order = shuffled(Array.from(records.keys()), 1_000 + shuffle);
    const arrival = order.map((number) => records[number] as QualityRecord);
    const again = resolveRecords(arrival, rules.rules, isFitted);
    if (again.rules.version === weighed.version) sameWeights++;
    const expected = order.map((number) => labels[number] as number);
    if (areSameGroups(expected, again.labels)) same++;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(
    `   shuffled: the same customers in ${same} of ${shuffles} orders, the same weights in ` +
      `${sameWeights}, ${seconds.toFixed(1)} s`,
  );
  return same === shuffles;
}

function explain({ rules: { scoring }, keyGain }: BatchOutcome): void {
  for (const [name, all, gained] of keyGain) {
    console.log(`   ${name} ${all} pairs, ${gained} new true`);
  }
  for (const { name, weights } of scoring?.comparisons ?? []) {
    console.log(`   ${name}: ${weights.map((weight) => (weight / 256).toFixed(1)).join(' ')}`);
  }
  console.log(`   prior ${(scoring?.prior ?? 0) / 256}`);
}

async function printLookUps(): Promise<void> {
  const found = await lookUps(rules.rules);
  if (found === null) return;
  const { seed, persons, rebuilt, queries, leftOut, table, misses } = found;
  console.log(
    `look_ups           ${queries} queries of ${persons} persons: ${seed}, ${rebuilt} rebuilt from queries`,
  );
  if (leftOut > 0)
    console.log(`   ${leftOut} queries left out: nothing else tells of their persons`);
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
const worse: DataSet[] = [];
for (const set of DATA_SETS) {
  if (only.length > 0 && !only.includes(set.name)) continue;
  if (!(await measure(set))) worse.push(set);
}
if (only.length === 0 || only.includes('look_ups')) await printLookUps();
if (worse.length > 0) {
  const names = worse.map(({ name }) => name).join(', ');
  console.error(
    `below the F1 last reached (test/quality/reached.json), or other customers: ${names}`,
  );
  process.exit(1);
}
