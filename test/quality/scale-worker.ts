/** One run of `selfsame resolve-files` for `scale.ts`: prints as JSON what it cost. */
import { runSelfsame } from '../../services/cli/program.ts';
import { recordingContext } from '../unit/cli-recording-context.ts';

const [file = '', mapping = '', out = ''] = process.argv.slice(2);
const context = recordingContext();
const startedAt = performance.now();
const words = ['resolve-files', '--json', '--mapping', mapping, file, '--out', out];
const code = await runSelfsame(words, context);
if (code !== 0) {
  console.error(context.stderr.text);
  process.exit(code);
}
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const { customers } = JSON.parse(context.stdout.text) as { customers: number };
console.log(
  JSON.stringify({
    customers,
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakBytes: maxRSS * 1024,
  }),
);
