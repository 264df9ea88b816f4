/** Goal: no method without a scope, and no scope for what is not a method; the documentation agrees. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeScopes, METHOD_SCOPES } from '../../services/gateway/scopes.ts';
import { SERVICE_NAMES, serviceDefinition } from '../../shared/grpc/load.ts';
import { packageRoot } from '../../shared/ingress/package-root.ts';

test('every method of every service -> exactly one scope', () => {
  const methods = SERVICE_NAMES.flatMap((service) =>
    Object.keys(serviceDefinition(service)).map((name) => `${service}/${name}`),
  );
  expect([...METHOD_SCOPES.keys()].sort()).toEqual(methods.sort());
});

test('SECURITY.md shows the table', () => {
  const text = readFileSync(join(packageRoot(), 'SECURITY.md'), 'utf8');
  for (const row of describeScopes()) expect(text).toContain(row);
});
