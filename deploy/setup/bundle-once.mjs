/** Global set-up of test suites that start the program, and writers that are killed, as processes. */
import { bundle } from './bundle.mjs';

/** Found in `dist/` under the same path, as JavaScript. */
const WRITERS = ['test/support/embedded-writer.ts', 'test/support/versions-writer.ts'];

export async function setup() {
  await bundle();
  for (const writer of WRITERS) await bundle(undefined, writer);
}
