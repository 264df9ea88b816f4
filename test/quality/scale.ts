/**
 * `npm run quality -- --scale [COUNT...]`: what `selfsame resolve-files` costs for more and more
 * records of one made-up country, whose names and places stay while its people become more.
 *
 * Each count runs in a process of its own, as a command would.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, type Random } from '../support/random.ts';
import { dateIn, dateSlip, homeOf, MEN, shortName, slip, WOMEN } from './stress/people.ts';

export const SCALE_COUNTS = [1_000, 10_000, 100_000, 1_000_000] as const;

interface Cost {
  readonly customers: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

const MAPPING = `source: country
format: csv
record_id: id
time: { constant: '2024-01-01T00:00:00Z' }
type: record
channel: file
parties:
  - role: subject
    identifiers:
      - { namespace: source_record, template: 'country:{id}' }
      - { namespace: phone, field: phone }
      - { namespace: email, field: email }
    attributes:
      given_name: given
      surname: surname
      birth_date: born
      house_number: number
      street: street
      place: place
      postcode: postcode
`;
const HEADER = 'id,given,surname,born,number,street,place,postcode,phone,email\n';
const PLACES = 2_000;
const HEAP_MB = 16_000;

/** Prints a table; throws when a run fails. */
export async function printScale(counts: readonly number[]): Promise<void> {
  const columns = ['records', 'persons', 'customers', 's', 'CPU s', 'records/CPU s', 'peak MB'];
  console.log(columns.map((text) => text.padStart(13)).join(' '));
  for (const count of counts) {
    const folder = mkdtempSync(join(tmpdir(), 'selfsame-scale-'));
    try {
      const persons = await writeCountry(join(folder, 'country.csv'), count);
      writeFileSync(join(folder, 'country.yaml'), MAPPING);
      const cost = await resolveIn(folder);
      const cells = [
        count,
        persons,
        cost.customers,
        cost.seconds.toFixed(1),
        cost.cpuSeconds.toFixed(1),
        Math.round(count / cost.cpuSeconds),
        Math.round(cost.peakBytes / 2 ** 20),
      ];
      console.log(cells.map((cell) => cell.toLocaleString('en').padStart(13)).join(' '));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** 1 to 5 records a person; the number of persons. */
async function writeCountry(path: string, count: number): Promise<number> {
  const random = createRandom(2_024);
  const file = createWriteStream(path);
  file.write(HEADER);
  let persons = 0;
  for (let written = 0; written < count; persons++) {
    const copies = Math.min(count - written, 1 + random.below(5));
    const person = personOf(random, persons);
    let lines = '';
    for (let copy = 0; copy < copies; copy++) lines += lineOf(random, person, `${persons}.${copy}`);
    written += copies;
    if (!file.write(lines)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  return persons;
}

function personOf(random: Random, number: number) {
  const given = random.chance(0.6)
    ? random.pick(random.chance(0.5) ? WOMEN : MEN)
    : word(random, 2);
  const surname = random.chance(0.1) ? 'Smith' : word(random, 3);
  const place = random.below(PLACES);
  const { number: house, street } = homeOf(random);
  return {
    given,
    surname,
    born: dateIn(random, 1930, 2009),
    house,
    street,
    place: `Place${place.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')}`,
    postcode: String(2000 + place),
    phone: `04${String(10_000_000 + random.below(90_000_000))}`,
    email: `${given}.${surname}${number % 1000}@mail.example`.toLowerCase(),
  };
}

/** Made of syllables: some 300 a syllable, so rare names are common, as in life. */
function word(random: Random, syllables: number): string {
  let text = '';
  for (let index = 0; index < syllables; index++) {
    text += random.pick('b d f g h j k l m n p r s t v w z ch sh st'.split(' '));
    text += random.pick('a e i o u ai ea or an en el in on er ar'.split(' '));
  }
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function lineOf(random: Random, person: ReturnType<typeof personOf>, id: string): string {
  let given = random.chance(0.1) ? shortName(person.given) : person.given;
  let { surname } = person;
  if (random.chance(0.08)) given = slip(random, given);
  if (random.chance(0.08)) surname = slip(random, surname);
  const missing = (share: number, text: string): string => (random.chance(share) ? '' : text);
  const born = random.chance(0.08) ? dateSlip(random, person.born) : person.born;
  const isAddressed = !random.chance(0.2);
  const address = isAddressed
    ? [person.house, person.street, person.place, person.postcode]
    : ['', '', '', ''];
  const cells = [
    id,
    given,
    surname,
    missing(0.2, born),
    ...address,
    missing(0.5, person.phone),
    missing(0.5, person.email),
  ];
  return `${cells.join(',')}\n`;
}

async function resolveIn(folder: string): Promise<Cost> {
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${HEAP_MB}`,
      ...process.execArgv,
      new URL('./scale-worker.ts', import.meta.url).pathname,
      join(folder, 'country.csv'),
      join(folder, 'country.yaml'),
      join(folder, 'clusters.csv'),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`resolve-files ended with exit code ${code}`);
  return JSON.parse(said) as Cost;
}
