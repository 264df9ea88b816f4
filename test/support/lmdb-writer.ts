/**
 * Child process of the LMDB tests: commits numbered transactions and prints what is durable.
 * Arguments: DIRECTORY [--full]. Commit n writes row n and overwrites 20 rows with n; with `--full`
 * rows are large, and the first failure is reported together with what the store does afterwards.
 */
import { LmdbStore } from '../../shared/adapters/lmdb-store.ts';
import { StoreError } from '../../shared/adapters/store.ts';

const [directory, option] = process.argv.slice(2);
if (directory === undefined) throw new Error('usage: lmdb-writer DIRECTORY [--full]');
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const codeOf = (error: unknown): string => (error instanceof StoreError ? error.code : `${error}`);

const store = await LmdbStore.open(directory);
print('open');
const inFlight: Promise<void>[] = [];
try {
  for (let number = 1; ; number++) {
    const value = Buffer.from(String(number));
    const shared = Array.from({ length: 20 }, (_, index) => [`shared${index}`, value] as const);
    const row = option === '--full' ? Buffer.alloc(10_000, number) : value;
    const durable = store
      .commit([[`row${String(number).padStart(9, '0')}`, row], ...shared])
      .then(() => print(String(number)));
    durable.catch(() => {});
    inFlight.push(durable);
    if (inFlight.length > 8) await inFlight.shift();
  }
} catch (error) {
  print(`${codeOf(error)}: ${error instanceof Error ? error.message : ''}`);
  await Promise.allSettled(inFlight);
  const later = await store.commit([['later', Buffer.of(1)]]).then(() => 'fine', codeOf);
  let read = 'fine';
  try {
    store.get('row000000001');
  } catch (readError) {
    read = codeOf(readError);
  }
  await store.close();
  print(`later: ${later}, read: ${read}, closed`);
}
