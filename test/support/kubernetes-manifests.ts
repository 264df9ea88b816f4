/** What `kubectl apply -k` would send, and loose types to read it by. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { packageRoot } from '../../shared/ingress/package-root.ts';

export const OVERLAYS = ['dev', 'prod'] as const;
/**
 * `secured` is `dev` with components that `prod` has as well, `tenants` and `tenant` are parts of
 * `prod`: rules of their own check them.
 */
export type Overlay = (typeof OVERLAYS)[number] | 'secured' | 'tenants' | 'tenant';

/** An object, or a part of one: read without types, as policies must not trust them. */
// oxlint-disable-next-line typescript/no-explicit-any -- manifests are input of the checks
export type Loose = any;

export const KUBECTL_MISSING =
  'kubectl is missing: https://kubernetes.io/docs/tasks/tools, 1.27 or later, in PATH.';

export function hasKubectl(): boolean {
  return spawnSync('kubectl', ['version', '--client']).status === 0;
}

export function renderOverlay(overlay: Overlay): Loose[] {
  return render(join(packageRoot(), 'k8s/overlays', overlay));
}

/** An overlay with a component more, as somebody who uses it would write it. */
export function renderWithComponent(overlay: Overlay, component: string): Loose[] {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'selfsame-overlay-'));
  try {
    const from = (path: string): string => relative(folder, join(packageRoot(), 'k8s', path));
    const lines = [
      'apiVersion: kustomize.config.k8s.io/v1beta1',
      'kind: Kustomization',
      `resources: [${from(`overlays/${overlay}`)}]`,
      `components: [${from(`components/${component}`)}]`,
      'namespace: selfsame',
    ];
    writeFileSync(join(folder, 'kustomization.yaml'), lines.join('\n'));
    return render(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function render(folder: string): Loose[] {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`kubectl kustomize ${folder}: ${stderr}`);
  return parseAllDocuments(stdout).map((document) => document.toJS());
}

/** Deployments and stateful sets. */
export function workloadsOf(objects: readonly Loose[]): Loose[] {
  return objects.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
}

export function objectsOf(objects: readonly Loose[], kind: string): Loose[] {
  return objects.filter((object) => object.kind === kind);
}

/** Whether labels satisfy the `matchLabels` of a selector. */
export function selects(selector: Loose, labels: Loose): boolean {
  const wanted = Object.entries(selector?.matchLabels ?? selector ?? {});
  return wanted.every(([key, value]) => labels?.[key] === value);
}
