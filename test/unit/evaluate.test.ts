/**
 * Goal: `selfsame evaluate` gives the right figures and clear errors.
 * Method: cases computed by hand, a brute-force pair count on random clusterings, and the two keys
 * of the Senzing truth set, whose figures were published with the data.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import {
  type ClusteringComparison,
  compareClusterings,
} from '../../services/cli/evaluate/clustering-comparison.ts';
import { runSelfsame } from '../../services/cli/program.ts';
import { recordingContext } from './cli-recording-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-evaluate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const dataFolder = process.env['SELFSAME_DATA'] ?? '../shared/data';
const senzing = join(dataFolder, 'senzing-truth-set');

/** Labels by letter: the same letter is the same cluster. */
function compare(found: string, truth: string): ClusteringComparison {
  const dense = (text: string): { labels: number[]; count: number } => {
    const letters = [...new Set(text)];
    return {
      labels: text.split('').map((letter) => letters.indexOf(letter)),
      count: letters.length,
    };
  };
  const [left, right] = [dense(found), dense(truth)];
  return compareClusterings({
    found: left.labels,
    foundCount: left.count,
    truth: right.labels,
    truthCount: right.count,
  });
}

/** found, truth, pairwise P and R, B-cubed P and R, identical clusters. */
const HAND_COMPUTED: readonly [string, string, number, number, number, number, number][] = [
  // Nothing compared: nothing wrong, nothing missed.
  ['', '', 1, 1, 1, 1, 0],
  ['a', 'a', 1, 1, 1, 1, 1],
  // The same clustering under other names.
  ['aabb', 'xxyy', 1, 1, 1, 1, 2],
  // Singletons against one cluster of four: no pair found of 6; B-cubed recall 1/4.
  ['abcd', 'xxxx', 1, 0, 1, 1 / 4, 0],
  // One big cluster against singletons: 0 of 6 pairs true; B-cubed precision 1/4.
  ['aaaa', 'wxyz', 0, 1, 1 / 4, 1, 0],
  ['abcd', 'wxyz', 1, 1, 1, 1, 4],
  // One big cluster against two pairs: 2 of 6 pairs; each record shares its cluster with 1/2.
  ['aaaa', 'xxyy', 2 / 6, 1, 1 / 2, 1, 0],
  // {1,2,3}{4,5} against {1,2}{3,4,5}: pairs 12 13 23 45 | 12 34 35 45, common 12 45.
  // B-cubed P: 2/3 2/3 1/3 1 1 -> 11/15; R: 1 1 1/3 2/3 2/3 -> 11/15.
  ['aaabb', 'xxyyy', 2 / 4, 2 / 4, 11 / 15, 11 / 15, 0],
  // Bagga and Baldwin's example, response 1: {1-5}{6,7,8-12} against {1-5}{6,7}{8-12}:
  // B-cubed precision (5 + 2*2/7 + 5*5/7) / 12 = 16/21, recall 1; pairs 10+21 against 10+1+10.
  ['aaaaabbbbbbb', 'xxxxxyyzzzzz', 21 / 31, 1, 16 / 21, 1, 1],
];

describe('comparing two clusterings', () => {
  test.each(HAND_COMPUTED)('%s against %s -> as computed by hand', (found, truth, ...figures) => {
    const { pairwise, bCubed, identicalClusters } = compare(found, truth);
    const actual = [
      pairwise.precision,
      pairwise.recall,
      bCubed.precision,
      bCubed.recall,
      identicalClusters,
    ];
    for (const [index, figure] of figures.entries()) expect(actual[index]).toBeCloseTo(figure, 12);
  });

  test('F1 is the harmonic mean, and 0 when precision and recall are 0', () => {
    expect(compare('aaaabb', 'xxyyzz').pairwise.f1).toBeCloseTo((2 * (3 / 7)) / (1 + 3 / 7), 12);
    expect(compare('aabb', 'xyxy').pairwise).toEqual({ precision: 0, recall: 0, f1: 0 });
  });

  test('random clusterings -> pair counts and B-cubed equal a brute-force count', () => {
    const letters = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(letters, (labels) => {
        const found = labels.map(([label]) => 'abcdef'.charAt(label)).join('');
        const truth = labels.map(([, label]) => 'uvwxyz'.charAt(label)).join('');
        const actual = compare(found, truth);
        const pairs = { found: 0, truth: 0, common: 0 };
        let precision = 0;
        let recall = 0;
        for (let left = 0; left < found.length; left++) {
          const mates = { found: 0, truth: 0, common: 0 };
          for (let right = 0; right < found.length; right++) {
            const isFound = found[left] === found[right];
            const isTrue = truth[left] === truth[right];
            mates.found += Number(isFound);
            mates.truth += Number(isTrue);
            mates.common += Number(isFound && isTrue);
            if (right <= left) continue;
            pairs.found += Number(isFound);
            pairs.truth += Number(isTrue);
            pairs.common += Number(isFound && isTrue);
          }
          precision += mates.common / mates.found / found.length;
          recall += mates.common / mates.truth / found.length;
        }
        expect(actual.foundPairs).toBe(pairs.found);
        expect(actual.truthPairs).toBe(pairs.truth);
        expect(actual.commonPairs).toBe(pairs.common);
        expect(actual.bCubed.precision).toBeCloseTo(precision, 10);
        expect(actual.bCubed.recall).toBeCloseTo(recall, 10);
      }),
      { numRuns: 200 },
    );
  });

  test('three million records in one cluster -> exact pair counts, without listing pairs', () => {
    const records = 3_000_000;
    const all = new Uint32Array(records);
    const singletons = all.map((_, index) => index);
    const comparison = compareClusterings({
      found: all,
      foundCount: 1,
      truth: singletons,
      truthCount: records,
    });
    expect(comparison.foundPairs).toBe(4_499_998_500_000);
    expect(comparison.commonPairs).toBe(0);
    expect(comparison.bCubed.precision).toBeCloseTo(1 / records, 12);
  });
});

let fileNumber = 0;
function csv(text: string): string {
  const path = join(folder, `file-${fileNumber++}.csv`);
  writeFileSync(path, text);
  return path;
}

async function evaluate(...argv: string[]) {
  const context = recordingContext();
  const exitCode = await runSelfsame(['evaluate', ...argv], context);
  return { exitCode, stdout: context.stdout.text, stderr: context.stderr.text };
}

const TRUTH = 'source,record_id,entity_id\ncrm,1,A\ncrm,2,A\nweb,1,B\n';

describe('selfsame evaluate', () => {
  test('same record id in two sources -> two records', async () => {
    const found = csv(
      'source,record_id,customer_id,certainty\ncrm,1,c1,1\nweb,1,c2,1\ncrm,2,c1,1\n',
    );
    const { exitCode, stdout } = await evaluate(found, csv(TRUTH), '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      records: {
        compared: 3,
        only_in_clusters: 0,
        only_in_truth: 0,
        missing_as_singletons: false,
      },
      clusters: { found: 2, truth: 2 },
      exactly_right_clusters: { count: 2, share_of_found: 1, share_of_truth: 1 },
      pairs: { found: 1, truth: 1, common: 1 },
      pairwise: { precision: 1, recall: 1, f1: 1 },
      b_cubed: { precision: 1, recall: 1, f1: 1 },
    });
  });

  test('records in one file only -> left out and counted, or compared as singletons', async () => {
    const found = csv('source,record_id,customer_id\ncrm,1,c1\nweb,1,c1\nweb,9,c1\n');
    const leftOut = JSON.parse((await evaluate(found, csv(TRUTH), '--json')).stdout);
    expect(leftOut.records).toMatchObject({ compared: 2, only_in_clusters: 1, only_in_truth: 1 });
    expect(leftOut.pairs).toEqual({ found: 1, truth: 0, common: 0 });
    const asSingletons = await evaluate(found, csv(TRUTH), '--json', '--missing-as-singletons');
    const compared = JSON.parse(asSingletons.stdout);
    expect(compared.records).toMatchObject({ compared: 4, only_in_clusters: 1, only_in_truth: 1 });
    expect(compared.pairs).toEqual({ found: 3, truth: 1, common: 0 });
    expect(compared.clusters).toEqual({ found: 2, truth: 3 });
    const text = (await evaluate(found, csv(TRUTH))).stdout;
    expect(text).toContain('1 only in the clusters, 1 only in the truth: left out');
  });

  test('named columns, byte order mark and quoted line breaks -> read', async () => {
    const found = csv('\uFEFFid;note,team\n'.replace(';', ',') + '1,"two\nlines",x\n2,,x\n');
    const truth = csv('person,id\nP,1\nP,2\n');
    const { exitCode, stdout, stderr } = await evaluate(
      found,
      truth,
      '--json',
      '--record-columns',
      'id',
      '--cluster-column',
      'team',
      '--truth-column',
      'person',
    );
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).pairs).toEqual({ found: 1, truth: 1, common: 1 });
  });

  /** Name, clusters file, what the message must hold. */
  const BAD_FILES: readonly [string, string, RegExp][] = [
    ['empty file', '', /is empty: a header line is needed/],
    ['no cluster column', 'source,record_id\na,1\n', /line 1: no column customer_id or entity_id/],
    ['no record column', 'source,customer_id\na,1\n', /line 1: no column record_id.*--record-col/],
    ['short row', 'source,record_id,customer_id\ncrm,1,c1\ncrm,2\n', /line 3: 2 columns.* has 3/],
    ['empty value', 'source,record_id,customer_id\ncrm,,c1\n', /line 2: empty record_id/],
    [
      'record twice',
      'source,record_id,customer_id\ncrm,1,c1\ncrm,2,c1\ncrm,1,c2\n',
      /line 4: the same record as line 2/,
    ],
    ['open quote', 'source,record_id,customer_id\ncrm,1,"c1\n', /not readable as CSV/],
    ['nothing in common', 'source,record_id,customer_id\nx,1,c1\n', /no record in common/],
  ];
  test.each(BAD_FILES)('%s -> exit 2 and says what and where', async (_name, text, message) => {
    const { exitCode, stdout, stderr } = await evaluate(csv(text), csv(TRUTH));
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
  });

  test('missing file, folder, missing argument -> exit 2', async () => {
    expect(await evaluate(join(folder, 'nix.csv'), csv(TRUTH))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('no such file'),
    });
    expect(await evaluate(folder, csv(TRUTH))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('is a directory'),
    });
    expect(await evaluate('one.csv')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("missing required argument 'truth'"),
    });
  });

  test('the two Senzing keys -> P .98148 R .96364, 78 identical clusters, and the reverse', async (context) => {
    if (!existsSync(senzing))
      context.skip(`no data sets at ${dataFolder}; name their folder in SELFSAME_DATA`);
    const alternate = join(senzing, 'alternate_truthset_key.csv');
    const actual = join(senzing, 'actual_truthset_key.csv');
    const alternateTrue = JSON.parse((await evaluate(actual, alternate, '--json')).stdout);
    expect(alternateTrue.pairwise.precision).toBeCloseTo(0.98148, 5);
    expect(alternateTrue.pairwise.recall).toBeCloseTo(0.96364, 5);
    expect(alternateTrue.exactly_right_clusters.count).toBe(78);
    const actualTrue = JSON.parse((await evaluate(alternate, actual, '--json')).stdout);
    expect(actualTrue.pairwise.precision).toBeCloseTo(0.96364, 5);
    expect(actualTrue.pairwise.recall).toBeCloseTo(0.98148, 5);
    expect(actualTrue.exactly_right_clusters.count).toBe(78);
  });
});
