/**
 * What kubectl asks before anything else: which groups, kinds and versions there are.
 *
 * The OpenAPI document is one of our own: it names every kind and says that the server checks
 * fields (`fieldValidation`), so kubectl leaves that to the server. The server does not: manifests
 * are checked against the full schemas by tests of their own.
 */
import { apiVersionOf, RESOURCES, type Resource } from './resources.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

function groups(): string[] {
  return Array.from(new Set(RESOURCES.map(({ group }) => group))).filter((one) => one !== '');
}

function groupOf(name: string) {
  const versions = Array.from(
    new Set(RESOURCES.filter(({ group }) => group === name).map((one) => one.version)),
    (version) => ({ groupVersion: `${name}/${version}`, version }),
  );
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(groupVersion: string) {
  const resources = RESOURCES.filter((one) => apiVersionOf(one) === groupVersion);
  if (resources.length === 0) return null;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: resources.flatMap((one) => [
      {
        name: one.plural,
        singularName: one.kind.toLowerCase(),
        namespaced: one.isNamespaced,
        kind: one.kind,
        verbs: VERBS,
        shortNames: one.shortNames,
      },
      ...one.subresources.map((sub) => subresource(one, sub)),
    ]),
  };
}

function subresource({ plural, kind, isNamespaced }: Resource, name: string) {
  const common = { name: `${plural}/${name}`, singularName: '', namespaced: isNamespaced };
  const verbs = name === 'log' ? ['get'] : ['get', 'patch', 'update'];
  if (name === 'scale') {
    return { ...common, group: 'autoscaling', version: 'v1', kind: 'Scale', verbs };
  }
  return { ...common, kind, verbs };
}

/** One path for each kind, with what kubectl looks for in it. */
function openApi(groupVersion: string) {
  const paths = RESOURCES.filter((one) => apiVersionOf(one) === groupVersion).map((one) => [
    `/${one.group === '' ? 'api' : 'apis'}/${groupVersion}/${one.plural}/{name}`,
    {
      patch: {
        operationId: `patch${one.kind}`,
        parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
        responses: { '200': { description: 'OK' } },
        'x-kubernetes-group-version-kind': {
          group: one.group,
          version: one.version,
          kind: one.kind,
        },
      },
    },
  ]);
  if (paths.length === 0) return null;
  return {
    openapi: '3.0.0',
    info: { title: 'Pocket Kubernetes', version: 'v1.32.0' },
    paths: Object.fromEntries(paths) as object,
    components: { schemas: {} },
  };
}

/** The answer to a path outside the objects; null: there is none. */
export function discover(path: string): object | null {
  if (path === '/version') {
    return { major: '1', minor: '32', gitVersion: 'v1.32.0', platform: 'pocket' };
  }
  if (path === '/api') return { kind: 'APIVersions', apiVersion: 'v1', versions: ['v1'] };
  if (path === '/apis') {
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups().map(groupOf) };
  }
  if (path === '/openapi/v3') {
    const versions = Array.from(new Set(RESOURCES.map(apiVersionOf)), (version) => {
      const place = `${version.includes('/') ? 'apis' : 'api'}/${version}`;
      return [place, { serverRelativeURL: `/openapi/v3/${place}?hash=pocket` }] as const;
    });
    return { paths: Object.fromEntries(versions) };
  }
  const document = /^\/openapi\/v3\/apis?\/(.+)$/.exec(path)?.[1];
  if (document !== undefined) return openApi(document);
  const version = /^\/apis?\/(v1|[^/]+\/[^/]+)$/.exec(path)?.[1];
  if (version !== undefined) return resourceList(version);
  const group = /^\/apis\/([^/]+)$/.exec(path)?.[1];
  if (group === undefined || !groups().includes(group)) return null;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) };
}
