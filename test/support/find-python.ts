/** The Python that has the gRPC library, for clients that share nothing with this code. */
import { spawnSync } from 'node:child_process';

export const PYTHON_MISSING =
  'No Python with grpcio and protobuf. Debian, Ubuntu: apt-get install -y python3-grpcio ' +
  'python3-protobuf; other: pip install grpcio protobuf, and name it in SELFSAME_PYTHON.';

export function findPython(): string | undefined {
  const candidates = [process.env['SELFSAME_PYTHON'], 'python3', '/usr/bin/python3'];
  return candidates.find((python) => {
    if (python === undefined) return false;
    return spawnSync(python, ['-c', 'import grpc, google.protobuf']).status === 0;
  });
}
