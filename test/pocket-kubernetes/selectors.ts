/** Label and field selectors of lists and watches. */
import type { KubeObject } from './objects.ts';

export type Matches = (object: KubeObject) => boolean;

function labelMatcher(term: string): Matches {
  const set = /^\s*(\S+)\s+(in|notin)\s+\(([^)]*)\)\s*$/.exec(term);
  if (set !== null) {
    const [, name = '', word, list = ''] = set;
    const values = list.split(',').map((one) => one.trim());
    return ({ metadata }) => values.includes(metadata.labels?.[name] ?? '') === (word === 'in');
  }
  const [, name = '', operator, value = ''] =
    /^\s*([^=!\s]+)\s*(==|=|!=)?\s*(\S*)\s*$/.exec(term) ?? [];
  if (operator === '!=') return ({ metadata }) => metadata.labels?.[name] !== value;
  if (operator !== undefined) return ({ metadata }) => metadata.labels?.[name] === value;
  if (term.trim().startsWith('!')) {
    return ({ metadata }) => metadata.labels?.[term.trim().slice(1)] === undefined;
  }
  return ({ metadata }) => metadata.labels?.[name] !== undefined;
}

function fieldMatcher(term: string): Matches {
  const [path = '', value = ''] = term.split(/==?/);
  return (object) => {
    let found: unknown = object;
    for (const step of path.split('.')) found = (found as Record<string, unknown>)?.[step];
    return String((found as string | undefined) ?? '') === value;
  };
}

/** Of `labelSelector` and `fieldSelector`, both terms by commas. */
export function matcherOf(query: URLSearchParams): Matches {
  const terms = (name: string) =>
    (query.get(name) ?? '').split(/,(?![^(]*\))/).filter((term) => term.trim() !== '');
  const matchers = [
    ...terms('labelSelector').map(labelMatcher),
    ...terms('fieldSelector').map(fieldMatcher),
  ];
  return (object) => matchers.every((matches) => matches(object));
}
