/**
 * Makes `shared/grpc/generated` and `proto/descriptors.binpb` from the contract, with the options
 * of the loader, so that types and messages cannot drift apart.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LOADER_OPTIONS, PROTO_FILES, protoRoot } from '../../shared/grpc/load.ts';
import { packageRoot } from '../../shared/ingress/package-root.ts';

/** Entry files whose own module would hold nothing but unused imports: they declare no service. */
const MESSAGE_ONLY = ['status.ts', 'error_details.ts'];

function flags(): string[] {
  return Object.entries(LOADER_OPTIONS).flatMap(([name, value]) => {
    if (value === false) return [];
    return value === true ? [`--${name}`] : [`--${name}=${value.name}`];
  });
}

/** Writes the types into a folder; what it held before stays. */
export function generateGrpcTypes(folder: string): void {
  const program = join(packageRoot(), 'node_modules/.bin/proto-loader-gen-types');
  const output = ['--includeComments', '--importFileExtension=.ts', '--grpcLib=@grpc/grpc-js'];
  const args = [...flags(), ...output, '-I', '.', '-O', folder, ...PROTO_FILES];
  execFileSync(process.execPath, [program, ...args], { cwd: protoRoot(), stdio: 'pipe' });
  for (const file of MESSAGE_ONLY) rmSync(join(folder, file));
}

/** Writes the FileDescriptorSet of the contract, imports included, without comments. */
export function generateDescriptors(path: string): void {
  const program = join(packageRoot(), 'node_modules/.bin/buf');
  const args = ['build', '--as-file-descriptor-set', '--exclude-source-info', '-o', path];
  execFileSync(program, args, { cwd: packageRoot(), stdio: 'pipe' });
}

/** All files below a folder by relative path. */
export function readTree(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')] as const;
    }),
  );
}
