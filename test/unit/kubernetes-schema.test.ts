/**
 * Every rendered object against the schemas of Kubernetes 1.32, KEDA and the Prometheus operator,
 * two independent ways, each of which must find seeded typing errors:
 * A. the TypeScript types of `kubernetes-models`, by the compiler;
 * B. the OpenAPI descriptions with every unknown field refused, by ajv (data outside the project:
 *    SELFSAME_K8S_SCHEMAS names the folder).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import {
  hasKubectl,
  KUBECTL_MISSING,
  type Loose,
  OVERLAYS,
  renderOverlay,
  renderWithComponent,
} from '../support/kubernetes-manifests.ts';

const SCHEMAS = process.env['SELFSAME_K8S_SCHEMAS'] ?? join(packageRoot(), '../shared/k8s-schemas');
const SCHEMAS_MISSING =
  `No schemas in ${SCHEMAS}. SELFSAME_K8S_SCHEMAS names a folder with those of ` +
  'github.com/kubernetes-sigs/kubectl-validate (pkg/openapiclient/builtins/1.32: api/, apis/) and ' +
  'crd/ with those of github.com/datreeio/CRDs-catalog.';

type Seed = readonly [kind: string, name: string, change: (object: Loose) => void];

const container = (object: Loose) => object.spec.template.spec.containers[0];

/** What a hurried person writes; each must be found in either way. */
const SEEDS: readonly Seed[] = [
  [
    'StatefulSet',
    'selfsame-shard',
    (one) => (container(one).securityContext.readOnlyRootFS = true),
  ],
  ['Deployment', 'selfsame-gateway', (one) => (container(one).livenessProbe.failureThreshhold = 3)],
  ['ScaledObject', 'selfsame-shard', (one) => (one.spec.maxReplicas = 32)],
  ['HorizontalPodAutoscaler', 'selfsame-gateway', (one) => (one.spec.maxReplicas = 'twelve')],
];

function seed(objects: readonly Loose[], [kind, name, change]: Seed): Loose[] {
  const copies = structuredClone(objects) as Loose[];
  const found = copies.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  change(found);
  return [found];
}

let rendered: Loose[] = [];

beforeAll(() => {
  if (!hasKubectl()) return;
  const overlays = OVERLAYS.map((overlay) => renderOverlay(overlay));
  // Of the overlays for tenants what `prod` has not.
  const ofTenants = [...renderOverlay('tenants'), ...renderOverlay('tenant')].filter((one) =>
    ['Namespace', 'NetworkPolicy', 'ScaledObject', 'Deployment'].includes(one.kind),
  );
  rendered = [...overlays, renderWithComponent('prod', 'tracing'), ofTenants].flat();
});

/** `package/folder` of the type of an object in kubernetes-models. */
function moduleOf({ apiVersion, kind }: Loose): string {
  const crds: Readonly<Record<string, string>> = {
    'keda.sh/v1alpha1': '@kubernetes-models/keda/keda.sh/v1alpha1',
    'monitoring.coreos.com/v1': '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
  };
  return `${crds[apiVersion] ?? `kubernetes-models/${apiVersion}`}/${kind}`;
}

/** Errors of the compiler about the objects written as typed constants, by number of the object. */
function compile(groups: readonly (readonly Loose[])[]): string[] {
  const folder = mkdtempSync(join(packageRoot(), 'tmp-kubernetes-'));
  try {
    for (const [group, objects] of groups.entries()) {
      const lines = objects.map((object, index) => {
        const type = `import('${moduleOf(object)}').I${object.kind}`;
        return `export const object${index}: ${type} = ${JSON.stringify(object)};`;
      });
      writeFileSync(join(folder, `group${group}.mts`), lines.join('\n'));
    }
    const files = groups.map((_, group) => `group${group}.mts`);
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext'];
    const program = join(packageRoot(), 'node_modules/.bin/tsc');
    const args = ['--ignoreConfig', ...options, '--types', '', ...files];
    const { stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
    const errors = `${stdout}${stderr}`;
    return groups.map((_, group) =>
      errors
        .split('\n')
        .filter((line) => line.startsWith(`group${group}.mts`) || line.startsWith('error'))
        .join('\n'),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Refuses every field that a schema does not name. */
function close(schema: Loose): void {
  if (Array.isArray(schema)) for (const one of schema) close(one);
  else if (typeof schema === 'object' && schema !== null) {
    for (const [key, value] of Object.entries(schema)) {
      // `default` and `enum` hold values, not schemas.
      if (key !== 'default' && key !== 'enum' && key !== 'example') close(value);
    }
    // A notation of Go that JavaScript does not know.
    if (typeof schema.pattern === 'string' && schema.pattern.includes('(?i)'))
      delete schema.pattern;
    const isObject = typeof schema.properties === 'object' && typeof schema.type === 'string';
    const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true;
    if (isObject && !isOpen) schema.additionalProperties ??= false;
  }
}

function readSchema(path: string): Loose {
  const schema: Loose = JSON.parse(readFileSync(join(SCHEMAS, path), 'utf8'));
  close(schema);
  return schema;
}

/** Errors of ajv about one object; null: it is as the schema says. */
class SchemaCheck {
  readonly #ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  readonly #groups = new Map<string, readonly string[]>();

  check(object: Loose): string | null {
    const [group, version] = (object.apiVersion as string).includes('/')
      ? (object.apiVersion as string).split('/')
      : ['', object.apiVersion as string];
    const validate =
      group === 'keda.sh' || group === 'monitoring.coreos.com'
        ? this.#custom(object.kind, version ?? '')
        : this.#builtIn(group ?? '', version ?? '', object.kind);
    return validate(object) ? null : this.#ajv.errorsText(validate.errors);
  }

  #custom(kind: string, version: string) {
    const file = `crd/${kind.toLowerCase()}_${version}.json`;
    const known = this.#ajv.getSchema(file);
    if (known !== undefined) return known;
    const schema = readSchema(file);
    delete schema.$schema;
    // The catalogue leaves the metadata of all objects open.
    schema.properties.metadata = { type: 'object' };
    this.#ajv.addSchema(schema, file);
    return this.#ajv.getSchema(file) as NonNullable<ReturnType<Ajv['getSchema']>>;
  }

  #builtIn(group: string, version: string, kind: string) {
    const file = group === '' ? `api/${version}.json` : `apis/${group}/${version}.json`;
    if (!this.#groups.has(file)) {
      const schema = readSchema(file);
      this.#ajv.addSchema({ $id: file, ...schema });
      this.#groups.set(file, Object.keys(schema.components.schemas));
    }
    const name = this.#groups.get(file)?.find((key) => key.endsWith(`.${version}.${kind}`));
    if (name === undefined) throw new Error(`${file} has no ${kind}`);
    const validate = this.#ajv.getSchema(`${file}#/components/schemas/${name}`);
    if (validate === undefined) throw new Error(`${name} cannot be compiled`);
    return validate;
  }
}

describe('manifests', () => {
  test('A. as TypeScript constants -> compile; with typing errors -> do not', {
    timeout: 90_000,
  }, (context) => {
    if (rendered.length === 0) {
      context.skip(KUBECTL_MISSING);
      return;
    }
    const [clean, ...seeded] = compile([rendered, ...SEEDS.map((one) => seed(rendered, one))]);
    expect(clean).toBe('');
    for (const errors of seeded) expect(errors).toMatch(/error TS/);
  });

  test('B. against OpenAPI without unknown fields -> valid; with typing errors -> not', (context) => {
    if (rendered.length === 0) {
      context.skip(KUBECTL_MISSING);
      return;
    }
    if (!existsSync(SCHEMAS)) {
      context.skip(SCHEMAS_MISSING);
      return;
    }
    const schemas = new SchemaCheck();
    const errors = rendered.map((object) => {
      const found = schemas.check(object);
      return found === null ? null : `${object.kind} ${object.metadata.name}: ${found}`;
    });
    expect(errors.filter((error) => error !== null)).toEqual([]);
    for (const one of SEEDS) {
      const [object] = seed(rendered, one);
      expect(schemas.check(object), one[1]).not.toBe(null);
    }
  });
});
