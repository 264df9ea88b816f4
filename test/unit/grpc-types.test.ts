/**
 * The committed types and descriptors are those of the contract. To renew them after a change in
 * `proto/`: `SELFSAME_UPDATE=1 npx vitest run --project unit test/unit/grpc-types.test.ts`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import { generateDescriptors, generateGrpcTypes, readTree } from '../support/grpc-types.ts';

const DESCRIPTORS = join(packageRoot(), 'proto/descriptors.binpb');
const COMMITTED = join(packageRoot(), 'shared/grpc/generated');

test('generated types, made anew -> equal the committed ones', { timeout: 30_000 }, () => {
  if (process.env['SELFSAME_UPDATE'] === '1') {
    rmSync(COMMITTED, { recursive: true, force: true });
    generateGrpcTypes(COMMITTED);
  }
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-types-'));
  try {
    generateGrpcTypes(folder);
    const made = readTree(folder);
    const committed = readTree(COMMITTED);
    expect([...committed.keys()].toSorted()).toEqual([...made.keys()].toSorted());
    expect([...made].filter(([path, text]) => committed.get(path) !== text)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('descriptors, made anew -> equal the committed ones', { timeout: 30_000 }, () => {
  if (process.env['SELFSAME_UPDATE'] === '1') generateDescriptors(DESCRIPTORS);
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-descriptors-'));
  try {
    const made = join(folder, 'made.binpb');
    generateDescriptors(made);
    expect(readFileSync(DESCRIPTORS).equals(readFileSync(made))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
