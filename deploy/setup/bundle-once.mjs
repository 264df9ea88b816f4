/** Global set-up of test suites that start the program as processes. */
import { bundle } from './bundle.mjs';

export async function setup() {
  await bundle();
}
