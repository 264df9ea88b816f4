/** The independent client: Python on gRPC's C core (`test/cluster/python`). */
import { spawn, spawnSync } from 'node:child_process';

export const PYTHON_MISSING =
  'No Python with grpcio and protobuf. Debian, Ubuntu: apt-get install -y python3-grpcio ' +
  'python3-protobuf; other: pip install grpcio protobuf, and name it in SELFSAME_PYTHON.';

/** An interpreter with grpcio and protobuf. */
export function findPython(): string | undefined {
  const candidates = [process.env['SELFSAME_PYTHON'], 'python3', '/usr/bin/python3'];
  return candidates.find((python) => {
    if (python === undefined) return false;
    return spawnSync(python, ['-c', 'import grpc, google.protobuf']).status === 0;
  });
}

/** Runs a program of `test/cluster/python`; its output is standard output and error. */
export function runPython(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, timeout: 180_000 });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}
