/**
 * The contract seen by an independent implementation (Python on gRPC's C core); the cases are in
 * `python/test_gateway.py` and `python/test_repeats.py`. Needs Python with grpcio and protobuf: `npm test` installs them where
 * it can; SELFSAME_PYTHON names another interpreter.
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import { findPython, PYTHON_MISSING } from '../support/find-python.ts';
import { runPython } from '../support/python-client.ts';
import { startTestGateway } from '../support/test-gateway.ts';

const SUITES = ['test_gateway', 'test_repeats'];

test('a Python client -> every method, every reason, deadlines, streams', async (context) => {
  const python = findPython();
  if (python === undefined) {
    context.skip(PYTHON_MISSING);
    return;
  }
  const root = packageRoot();
  const limits = {
    heartbeatMs: 100,
    watchStallMs: 200,
    callsInflightMax: 8,
    deadlineDefaultMs: 500,
  };
  const main = await startTestGateway(limits);
  const stopping = await startTestGateway(limits);
  stopping.cluster.onStop = () => void stopping.gateway.close(5_000);
  try {
    const { code, output } = await runPython(python, ['-m', 'unittest', '-v', ...SUITES], {
      cwd: join(root, 'test/cluster/python'),
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: '1',
        SELFSAME_ADDRESS: main.gateway.address,
        SELFSAME_STOPPING_ADDRESS: stopping.gateway.address,
        SELFSAME_DESCRIPTORS: join(root, 'proto/descriptors.binpb'),
      },
    });
    // The whole output when it failed: it names the cases.
    expect(code === 0 ? '' : output).toBe('');
    // All were found, and none was skipped.
    expect(output).toMatch(/^Ran 59 tests/m);
    expect(output).toMatch(/^OK$/m);
    // Whoever gave up, by deadline or by cancelling, has left no work behind.
    expect(main.cluster.silenced.length).toBeGreaterThan(16);
    expect(main.cluster.silenced.every(({ aborted }) => aborted)).toBe(true);
    // Clients of another language sent names and addresses: none may be in the logs.
    expect(main.logText()).not.toMatch(/Zoë|shop\.example|py-ann|leaked\.person/);
  } finally {
    await Promise.all([main.stop(), stopping.stop()]);
  }
});
