/**
 * Goal: a rules file either becomes frozen integers or says all that is wrong with it, with lines.
 * Method: tables of broken files and the problem each must report.
 */
import { describe, expect, test } from 'vitest';
import { ConfigFileError } from '../../shared/ingress/config-file.ts';
import { modelText, withModelText } from '../../shared/ingress/model-text.ts';
import { defaultRules, loadRulesFile, parseRules } from '../../shared/ingress/rules-file.ts';

const NAMESPACES = `namespaces:
  email: { kind: evidence, priority: 2, certainty: 0.97, normaliser: email }
`;

function problemsOf(text: string): readonly string[] {
  const result = parseRules(text);
  if (result.kind === 'ok') return [];
  return result.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`);
}

function withLine(line: string): string {
  const known = 'kind: evidence\n    priority: 1\n    certainty: 0.9';
  return `namespaces:\n  email:\n    ${known}\n    ${line}\n`;
}

describe('the shipped configuration', () => {
  const rules = defaultRules();
  const byName = new Map(rules.namespaces.map((entry) => [entry.name, entry]));

  test('floors: a device day with one person (6 quarter bits) connects, review lies below', () => {
    expect([rules.reviewFloor, rules.clusterFloor]).toEqual([2, 6]);
    expect([rules.componentCap, rules.devicePersonCap]).toEqual([1_000, 5]);
  });

  test.each([
    ['user_id', 'person', { count: 1, window: 'ever' }],
    ['customer_id', 'person', null],
    ['source_record', 'person', null],
    ['crm_id', 'person', { count: 5, window: 'ever' }],
    ['email', 'evidence', { count: 5, window: 'year' }],
    ['national_id', 'evidence', { count: 1, window: 'ever' }],
    ['cookie', 'device', null],
    ['ip', 'context', null],
  ])('%s is %s with limit %o', (name, kind, limit) => {
    expect(byName.get(name)).toMatchObject({ kind, limit });
  });

  test('every person anchor outranks all evidence, and all evidence every device', () => {
    const priorities = (kind: string): number[] =>
      rules.namespaces.filter((entry) => entry.kind === kind).map((entry) => entry.priority);
    expect(Math.max(...priorities('person'))).toBeLessThan(Math.min(...priorities('evidence')));
    expect(Math.max(...priorities('evidence'))).toBeLessThan(Math.min(...priorities('device')));
  });

  test('every certainty connects on its own, and namespaces are sorted by name', () => {
    const telling = rules.namespaces.filter((entry) => entry.kind !== 'context');
    const least = Math.min(...telling.map((entry) => entry.certainty ?? 0));
    expect(least).toBeGreaterThan(rules.clusterFloor);
    const names = rules.namespaces.map((entry) => entry.name);
    expect(names).toEqual([...names].sort());
  });
});

describe('version', () => {
  test('formatting and comments do not change it, content does', () => {
    const version = (text: string): string => {
      const result = parseRules(text);
      return result.kind === 'ok' ? result.rules.version : 'invalid';
    };
    const base = version(NAMESPACES);
    expect(base).toMatch(/^[0-9a-f]{16}$/);
    expect(version(`# a comment\ncluster_floor: 0.74\n${NAMESPACES}`)).toBe(base);
    expect(version(`cluster_floor: 0.75\n${NAMESPACES}`)).toBe(base);
    expect(version(`cluster_floor: 0.8\n${NAMESPACES}`)).not.toBe(base);
    expect(version(NAMESPACES.replace('0.97', '0.5'))).not.toBe(base);
  });
});

describe('values', () => {
  test.each([
    ['0.5', 0],
    ['0.74', 6],
    ['0.97', 20],
    ['0.9999', 53],
  ])('certainty %s is %i quarter bits', (probability, quarterBits) => {
    const result = parseRules(NAMESPACES.replace('0.97', probability));
    expect(result).toMatchObject({
      kind: 'ok',
      rules: { namespaces: [{ certainty: quarterBits }] },
    });
  });

  test.each([
    ['limit: 5 weekly', { count: 5, window: 'week' }],
    ['limit: 1 ever', { count: 1, window: 'ever' }],
    ['limit: 3 annually', { count: 3, window: 'year' }],
    ['limit: { count: 2, window: daily }', { count: 2, window: 'day' }],
    ['limit: none', null],
  ])('%s', (line, limit) => {
    expect(parseRules(withLine(line))).toMatchObject({
      kind: 'ok',
      rules: { namespaces: [{ limit }] },
    });
  });

  test('blocked values are normalised once, sorted, without duplicates', () => {
    const line =
      'blocked_values: [B@X.com, "a@x.com ", b@x.com, no-address]\n    normaliser: email';
    expect(parseRules(withLine(line))).toMatchObject({
      kind: 'ok',
      rules: { namespaces: [{ blockedValues: ['a@x.com', 'b@x.com'] }] },
    });
  });

  test('blocked values mean what they look like: -1 and 0000 are text', () => {
    expect(parseRules(withLine('blocked_values: [-1, 0000]'))).toMatchObject({
      kind: 'ok',
      rules: { namespaces: [{ blockedValues: ['-1', '0000'] }] },
    });
  });
});

describe('problems', () => {
  test.each([
    ['limit: 5 wekly', '6 namespaces.email.limit: must be none, or a count'],
    ['limit: 0 ever', '6 namespaces.email.limit: must be none, or a count'],
    ['limt: 5 ever', '6 namespaces.email.limt: unknown key; did you mean limit'],
    ['exclusive: maybe', '6 namespaces.email.exclusive: must be true or false'],
    ['holder_cap: 1', '6 namespaces.email.holder_cap: must be a whole number from 2 to 256'],
    ['normaliser: emial', '6 namespaces.email.normaliser: no such normaliser; did you mean email'],
    ['normaliser: phone:ZZ', '6 namespaces.email.normaliser: no such normaliser'],
    ["blocked_patterns: ['(a+)+']", '6 namespaces.email.blocked_patterns[0]: could take very long'],
    ["blocked_patterns: ['(a']", '6 namespaces.email.blocked_patterns[0]: is not a valid regular'],
    ["blocked_patterns: ['(?=a)a']", '6 namespaces.email.blocked_patterns[0]: uses lookaround'],
  ])('%s', (line, problem) => {
    expect(problemsOf(withLine(line))).toEqual([expect.stringContaining(problem)]);
  });

  test.each([
    ['', '0 : is empty'],
    ['- a', '1 : must be a mapping of names to values, found a list'],
    ['namespaces: {}', '1 namespaces: declare at least one namespace'],
    ['cluster_floor: 0.74', '1 : namespaces is missing'],
    [`cluster_floor: 2\n${NAMESPACES}`, '1 cluster_floor: must be a number from 0.5 to 0.9999'],
    [`review_floor: 0.8\n${NAMESPACES}`, '1 review_floor: review_floor must lie at least'],
    [`review_floor: 0.5\n${NAMESPACES}`, '1 review_floor: must be above p = .543'],
    ['namespaces: { persona: { kind: device, priority: 1, certainty: .9 } }', 'is reserved'],
    ['namespaces: { Email: { kind: device, priority: 1, certainty: .9 } }', 'a name has 1 to 64'],
    [
      'namespaces: { ip: { kind: context, priority: 1, certainty: .9 } }',
      'has no meaning for a con',
    ],
    ['namespaces: { a: { kind: device, priority: 1 } }', 'namespaces.a: certainty is missing'],
    ['namespaces: { a: { kind: devise, priority: 1, certainty: .9 } }', 'did you mean device'],
    ['namespaces: [', 'not valid YAML'],
    ['namespaces: &a { b: *a }', 'aliases are not supported'],
    [`${'['.repeat(20_000)}`, 'not valid YAML'],
  ])('file %#', (text, problem) => {
    expect(problemsOf(text).join('\n')).toContain(problem);
  });

  test('all at once, in order of lines; equal priorities name both', () => {
    const text = `cluster_floor: high
namespaces:
  a: { kind: person, priority: 1, certainty: 0.9 }
  b: { kind: person, priority: 1, certainty: 0.9, limit: often }
`;
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('1 cluster_floor: must be a number'),
      expect.stringContaining('4 namespaces.b.limit: must be none'),
      expect.stringContaining('4 namespaces.b: has the priority 1 of a'),
    ]);
  });

  test('a file that is not there -> a typed error that names it', () => {
    expect(() => loadRulesFile('/nonexistent/rules.yaml')).toThrow(ConfigFileError);
    expect(() => loadRulesFile('/nonexistent/rules.yaml')).toThrow(/rules\.yaml.*cannot be read/s);
  });
});

describe('a model in a rules file', () => {
  const text = `comparisons:
  name: { kind: person_name, facts: [person_name] }
${NAMESPACES}`;
  const plain = parseRules(text);
  if (plain.kind === 'invalid' || plain.rules.scoring === null) throw new Error('scores nothing');
  const model = { ...plain.rules.scoring, prior: -1234, rarity: [["name o'brien", 7] as const] };

  test('its weights instead of the shipped ones', () => {
    const weighed = parseRules(withModelText(text, modelText(model)));
    expect(weighed).toMatchObject({ kind: 'ok', rules: { scoring: model } });
  });

  test.each([
    [withModelText(text, '{}'), 'is no model'],
    [withModelText(text, modelText({ ...model, comparisons: [] })), 'weighs other comparisons'],
    [withModelText(NAMESPACES, modelText(model)), 'there are none'],
  ])('one that does not fit -> a problem (%#)', (bad, problem) => {
    expect(problemsOf(bad)).toEqual([expect.stringContaining(problem)]);
  });
});
