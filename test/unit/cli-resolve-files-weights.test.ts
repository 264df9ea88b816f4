/**
 * Goal: `selfsame resolve-files` fits its weights by default, says which it used, and gives the same
 * file again from saved weights.
 * Method: whole command lines on small files of described people with a real embedded cluster.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runSelfsame } from '../../services/cli/program.ts';
import { recordingContext } from './cli-recording-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-weights-'));
afterAll(() => rmSync(folder, { recursive: true }));

const mapping = join(folder, 'people.yaml');
writeFileSync(
  mapping,
  `
source: people
format: csv
record_id: id
time: { constant: '2025-01-01' }
type: record
channel: file
parties:
  - role: subject
    identifiers:
      - { namespace: source_record, template: 'people:{id}' }
      - { namespace: email, field: email }
    attributes: { name: name, birth_date: born, place: place }
`,
);
const bare = join(folder, 'bare.yaml');
writeFileSync(
  bare,
  readFileSync(mapping, 'utf8').replace(
    'attributes: { name: name, birth_date: born, place: place }',
    '',
  ),
);

const GIVEN = ['Ada', 'Bruno', 'Clara', 'Dieter', 'Edith', 'Fergus', 'Greta', 'Hamish', 'Irma'];
const SURNAMES = ['Lovelace', 'Okafor', 'Pereira', 'Quilter', 'Rasmussen', 'Szabo', 'Tanaka'];
const PLACES = ['Boronia', 'Benalla', 'Geelong', 'Ararat', 'Sale'];

/** `people` persons of `each` records, of which every other writes the name in another way. */
function peopleFile(name: string, people: number, each: number): string {
  const lines = ['id,name,email,born,place'];
  for (let person = 0; person < people; person++) {
    const given = GIVEN[person % GIVEN.length] as string;
    const surname = SURNAMES[person % SURNAMES.length] as string;
    const born = `19${40 + (person % 55)}-0${1 + (person % 9)}-${10 + (person % 18)}`;
    const place = PLACES[person % PLACES.length];
    for (let copy = 0; copy < each; copy++) {
      const written = copy % 2 === 0 ? `${given} ${surname}` : `${surname}, ${given[0]}.`;
      lines.push(`${person}.${copy},"${written}",p${person}@company.example,${born},${place}`);
    }
  }
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

let outs = 0;
async function resolveFiles(...argv: string[]) {
  const context = recordingContext();
  const out = join(folder, `clusters-${outs++}.csv`);
  const exitCode = await runSelfsame(['resolve-files', '--json', '--out', out, ...argv], context);
  const isWritten = exitCode === 0;
  return {
    exitCode,
    stderr: context.stderr.text,
    summary: isWritten ? (JSON.parse(context.stdout.text) as Record<string, unknown>) : {},
    clusters: isWritten ? readFileSync(out, 'utf8') : '',
  };
}

describe('weights of resolve-files', () => {
  const people = peopleFile('people.csv', 40, 3);

  test('described people, nothing named -> scored, fitted, each a customer; twice the same', async () => {
    const first = await resolveFiles('--mapping', mapping, people);
    expect(first.stderr).toBe('');
    expect(first.summary).toMatchObject({ rules: 'scored', weights: 'fitted', fit_refused: null });
    expect(first.summary['customers']).toBe(40);
    const again = await resolveFiles('--mapping', mapping, people);
    expect(again.clusters).toBe(first.clusters);
    expect(again.summary['rules_version']).toBe(first.summary['rules_version']);
  });

  test('identifiers only -> declared certainties, nothing fitted', async () => {
    const { summary } = await resolveFiles('--mapping', bare, people);
    expect(summary).toMatchObject({ rules: 'declared', weights: 'declared', customers: 40 });
  });

  test('--no-fit -> the weights of the rules', async () => {
    const { summary } = await resolveFiles('--mapping', mapping, people, '--no-fit');
    const fitted = await resolveFiles('--mapping', mapping, people);
    expect(summary).toMatchObject({ weights: 'shipped', fit_refused: null });
    expect(summary['rules_version']).not.toBe(fitted.summary['rules_version']);
  });

  test('--save-model, then --model -> the same version and the same file without a fit', async () => {
    const model = join(folder, 'model.json');
    const fitted = await resolveFiles('--mapping', mapping, people, '--save-model', model);
    const read = await resolveFiles('--mapping', mapping, people, '--model', model);
    expect(read.summary).toMatchObject({ weights: 'file' });
    expect(read.summary['rules_version']).toBe(fitted.summary['rules_version']);
    expect(read.clusters).toBe(fitted.clusters);
  });

  test('a fit that expects whole crowds to be one -> alarm, the weights of the rules', async () => {
    const crowd = peopleFile('crowd.csv', 3, 60);
    const refused = await resolveFiles('--mapping', mapping, crowd);
    expect(refused.summary).toMatchObject({ weights: 'shipped' });
    expect(refused.summary['fit_refused']).toMatch(/^expects \d+ partners for each profile$/);
    expect(refused.stderr).toContain('ALARM');
    const shipped = await resolveFiles('--mapping', mapping, crowd, '--no-fit');
    expect(refused.clusters).toBe(shipped.clusters);
  });

  test.each([
    ['not json', 'is not JSON'],
    ['{}', 'is no model'],
    ['{"format":"selfsame-model-1","model":{"prior":-1}}', 'is damaged'],
    [
      '{"format":"selfsame-model-1","model":{"prior":-1,"relativePrior":0,"sitePrior":0,' +
        '"rarityOfOthers":9,"rarity":[],"comparisons":[]}}',
      'weighs other comparisons',
    ],
  ])('--model with %s -> exit 2, %s', async (text, message) => {
    const path = join(folder, 'bad.json');
    writeFileSync(path, text);
    const { exitCode, stderr } = await resolveFiles('--mapping', mapping, people, '--model', path);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  test('a model for rules that score nothing, or one beside --fit -> exit 2', async () => {
    const declared = await resolveFiles('--mapping', bare, people, '--save-model', 'm.json');
    expect(declared.exitCode).toBe(2);
    expect(declared.stderr).toContain('declare every certainty');
    const both = await resolveFiles('--mapping', mapping, people, '--fit', '--model', 'm.json');
    expect(both.exitCode).toBe(2);
  });
});
