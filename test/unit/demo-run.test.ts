/**
 * Goal: the demo's figures are right, its output depends on the seed only, and it leaves nothing
 * behind. Method: small worlds on a real embedded cluster; measured customers are compared with the
 * brute-force oracle's, measures with hand-computed ones.
 */
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import { compileRules, routeInteraction } from '../../shared/ingress/routing.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import { attributeParties, type Attribution } from '../../services/cli/demo/attribute-parties.ts';
import { feedWorld } from '../../services/cli/demo/feed-world.ts';
import { findCustomers } from '../../services/cli/demo/find-customers.ts';
import { measureQuality } from '../../services/cli/demo/measure-quality.ts';
import { type DemoOptions, runDemo } from '../../services/cli/demo/run-demo.ts';
import { generateWorld } from '../../services/cli/demo/world/generate-world.ts';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { runOracle } from '../support/oracle.ts';
import type { OracleEvent } from '../support/oracle-events.ts';
import { recordingContext } from './cli-recording-context.ts';

const signal = new AbortController().signal;
const quiet = { write: () => {}, isTTY: false, columns: 80 };

const opened: Cluster[] = [];
afterEach(async () => {
  for (const cluster of opened.splice(0)) await cluster.close();
});

describe('customers as measured', () => {
  it('are those of the oracle, party by party', async () => {
    const world = generateWorld({ seed: 3, interactions: 600 });
    const rules = defaultRules();
    const cluster = await openEmbeddedCluster({ dataDir: new MemoryStore(), rules });
    opened.push(cluster);
    await feedWorld(cluster, world, { signal, progressSink: quiet, now: () => 0 });
    const attribution = attributeParties(world, compileRules(rules));
    const customers = await findCustomers(cluster, attribution.profiles, signal);

    const events: OracleEvent[] = [];
    for (const { input } of world.interactions()) {
      const routed = routeInteraction(compileRules(rules), input, 0);
      if (routed.kind === 'rejected') throw new Error('rejected');
      events.push({ kind: 'interaction', interaction: routed.interaction });
    }
    const outcome = runOracle(rules, events);
    const founders = new Map(outcome.customers.map(({ profile, founder }) => [profile, founder]));
    const customerByFounder = new Map<ProfileId, string>();
    const founderByCustomer = new Map<string, ProfileId>();
    for (const [index, { id }] of attribution.profiles.entries()) {
      const customer = customers[index] ?? `alone ${id}`;
      const founder = founders.get(id) ?? id;
      expect(customerByFounder.get(founder) ?? customer).toBe(customer);
      expect(founderByCustomer.get(customer) ?? founder).toBe(founder);
      customerByFounder.set(founder, customer);
      founderByCustomer.set(customer, founder);
    }
    expect(attribution.profiles.length).toBeGreaterThan(300);
    expect(founderByCustomer.size).toBeLessThan(attribution.profiles.length);
  });

  it('count pairs, mixed and anonymous customers and strays as by hand', () => {
    const profile = (id: string, kind: 'person' | 'device' | 'interaction') => ({
      id: id as ProfileId,
      kind,
      namespace: 'n',
      value: id,
    });
    // Person 0: two parties on an account, one on a device. Person 1: one on the account, one alone.
    const attribution: Attribution = {
      profiles: [profile('a', 'person'), profile('d', 'device'), profile('i', 'interaction')],
      profileByParty: [0, 0, 1, 0, 2],
      personByParty: [0, 0, 0, 1, 1],
      peopleSeen: 2,
      partiesOfNobody: 0,
    };
    const quality = measureQuality(attribution, ['c1', 'c2', null]);
    // Found pairs 3 (one true), true pairs 3 + 1.
    expect(quality.comparison.pairwise).toMatchObject({ precision: 1 / 3, recall: 1 / 4 });
    expect(quality.comparison.foundClusters).toBe(3);
    expect(quality.mixedCustomers).toBe(1);
    expect(quality.anonymousCustomers).toBe(2);
    expect(quality.strayParties).toEqual({ person: 0, persona: 0, device: 1, interaction: 1 });
  });
});

/** Runs the demo on a cluster in memory and returns what it printed. */
async function demo(
  options: Partial<DemoOptions> & { readonly isTTY?: boolean; readonly signal?: AbortSignal } = {},
) {
  const context = recordingContext({
    isTTY: options.isTTY ?? false,
    signal: options.signal ?? signal,
  });
  const directories: string[] = [];
  await runDemo(context, {
    openCluster: ({ dataDir, ...rest }) => {
      directories.push(dataDir);
      return openEmbeddedCluster({ dataDir: new MemoryStore(), ...rest });
    },
    seed: 5,
    interactions: 400,
    json: false,
    dataDir: null,
    now: () => 0,
    ...options,
  });
  return { text: context.stdout.text, exitCode: context.exitCode, directories };
}

describe('runDemo', () => {
  it('prints the story, at most 60 lines of at most 110 characters, without colours', async () => {
    const { text, exitCode, directories } = await demo();
    expect(exitCode).toBe(0);
    const lines = text.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(60);
    expect(lines.filter((line) => line.length > 110)).toEqual([]);
    expect(text).not.toContain('\u001B');
    expect(text).toContain('aunt (buyer) and nephew (beneficiary)');
    expect(text).toContain('related: buyer for beneficiary, 1 interaction\n');
    expect(text).toContain('pairwise');
    expect(directories.map((path) => existsSync(path))).toEqual([false]);
  });

  it('prints the same for the same seed', async () => {
    expect((await demo()).text).toBe((await demo()).text);
    expect((await demo({ seed: 6 })).text).not.toBe((await demo()).text);
  });

  it('emphasises headings on a terminal', async () => {
    expect((await demo({ isTTY: true })).text).toContain('\u001B[1;36mThe world\u001B[0m');
  });

  it('gives one JSON document with two customers, their relationship and why', async () => {
    const document = JSON.parse((await demo({ json: true })).text);
    expect(document.world.interactions).toBe(400);
    expect(document.quality.comparison.pairwise.precision).toBeGreaterThan(0.9);
    expect(document.story.aunt.customer_id).not.toBe(document.story.nephew.customer_id);
    expect(document.story.why_one.kind).toBe('joined');
    expect(document.story.why_two.kind).toBe('apart');
    expect(document.story.relationships).toContainEqual({
      customer_id: document.story.nephew.customer_id,
      role: 'buyer',
      other_role: 'beneficiary',
      interactions: 1,
    });
  });

  it('a world that is too small is wrong usage, and opens no cluster', async () => {
    await expect(demo({ interactions: 99 })).rejects.toMatchObject({ exitCode: 2 });
  });

  it('aborted: ends with the reason and removes its temporary directory', async () => {
    const controller = new AbortController();
    const reason = new Error('stopped by the user');
    controller.abort(reason);
    const directories: string[] = [];
    const openCluster: DemoOptions['openCluster'] = ({ dataDir, ...rest }) => {
      directories.push(dataDir);
      return openEmbeddedCluster({ dataDir: new MemoryStore(), ...rest });
    };
    await expect(demo({ signal: controller.signal, openCluster })).rejects.toBe(reason);
    expect(directories.map((path) => existsSync(path))).toEqual([false]);
  });
});
