/**
 * Learning without labels in a running cluster: the sample, the fit, and the candidate it becomes.
 */
import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import type { Rules } from '../../shared/domain/rules.ts';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { shareBelow } from '../../shared/engine/learning-slice.ts';
import { profileIdOf } from '../../shared/ingress/hashing.ts';
import { defaultRules, loadRulesFile, standardRulesPath } from '../../shared/ingress/rules-file.ts';
import { partitionOf } from '../../shared/protocol/topology.ts';
import { createRandom } from '../support/random.ts';

const GIVEN = ['ann', 'bert', 'carla', 'dennis', 'edith', 'frank', 'gina', 'henry', 'ida', 'jon'];
const SURNAMES = ['abbott', 'baker', 'carter', 'dixon', 'evans', 'foster', 'gibson', 'hunter'];

const ENDINGS = ['', 'son', 'ley', 'man', 'ford', 'wood', 'field', 'ton', 'ham', 'well'];

/** 160 persons with two records each, a third of the seconds with a wrong letter. */
function records(): InteractionInput[] {
  const inputs: InteractionInput[] = [];
  const random = createRandom(3);
  for (let person = 0; person < 160; person++) {
    const given = random.pick(GIVEN);
    const surname = random.pick(SURNAMES) + random.pick(ENDINGS);
    const two = (below: number): string => String(1 + random.below(below)).padStart(2, '0');
    const birth = `${1950 + random.below(50)}-${two(12)}-${two(28)}`;
    const postcode = String(3000 + random.below(40));
    for (const copy of [0, 1]) {
      const isWrong = copy === 1 && person % 3 === 0;
      inputs.push({
        source: `s${copy}`,
        interactionId: `${copy}-${person}`,
        revision: 0,
        type: 'record',
        channel: 'file',
        occurredAt: 0,
        propertiesJson: '{}',
        parties: [
          {
            role: 'subject',
            identifiers: [{ namespace: 'source_record', value: `${copy}-${person}` }],
            attributes: {
              given_name: isWrong ? `${given}x` : given,
              surname,
              birth_date: birth,
              postcode,
            },
          },
        ],
      });
    }
  }
  return inputs;
}

/** The standard rules, with an anchor for records whatever else they declare. */
function scoredRules(): Rules {
  return loadRulesFile(standardRulesPath());
}

function anchored(rules: Rules, inputs: readonly InteractionInput[]): InteractionInput[] {
  const anchor = rules.namespaces.find(({ kind }) => kind === 'person')?.name as string;
  return inputs.map((input) => ({
    ...input,
    parties: input.parties.map((party) => ({
      ...party,
      identifiers: party.identifiers.map(({ value }) => ({ namespace: anchor, value })),
    })),
  }));
}

async function filled(rules: Rules) {
  const cluster = await openEmbeddedCluster({ dataDir: new MemoryStore(), rules, partitions: 4 });
  await cluster.ingest(anchored(rules, records()), { ack: 'settled', receivedAt: 0 });
  return cluster;
}

describe('a model fitted to a running cluster', () => {
  test('is a candidate, the same for the same data, shown before it goes live', {
    timeout: 120_000,
  }, async () => {
    const rules = scoredRules();
    const [first, second] = [await filled(rules), await filled(rules)];
    const { versions, fit } = await first.versions.propose({ rules: null, isFitted: true });
    expect(fit).toMatchObject({ profiles: 320, proposedPairs: expect.any(Number) });
    expect(fit?.expectedMatches).toBeGreaterThan(100);
    expect(fit?.expectedMatches).toBeLessThan(250);
    const again = await second.versions.propose({ rules: null, isFitted: true });
    expect(again.versions.shadow?.version).toBe(versions.shadow?.version);
    expect(versions.shadow?.version).not.toBe(rules.version);
    while ((await first.versions.list()).shadow?.isComplete !== true) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const report = await first.versions.report();
    expect(report).toMatchObject({ interactions: 320, isComplete: true });
    const [live, shadow] = [
      await first.versions.model('live'),
      await first.versions.model('shadow'),
    ];
    expect(shadow.comparisons.map(({ name }) => name)).toEqual(
      live.comparisons.map(({ name }) => name),
    );
    expect(shadow.priorBits).not.toBe(live.priorBits);
    await first.versions.activate(versions.shadow?.version as string);
    expect((await first.status()).rulesVersion).toBe(versions.shadow?.version);
    await first.close();
    await second.close();
  });

  test('rules that score nothing, too little data -> refused, and nothing is begun', async () => {
    const plain = await openEmbeddedCluster({ dataDir: new MemoryStore(), rules: defaultRules() });
    const fitted = { rules: null, isFitted: true };
    await expect(plain.versions.propose(fitted)).rejects.toThrow(/declare every certainty/);
    await plain.close();
    const empty = await openEmbeddedCluster({ dataDir: new MemoryStore(), rules: scoredRules() });
    await expect(empty.versions.propose(fitted)).rejects.toThrow(/from 100 described profiles on/);
    expect((await empty.versions.list()).shadow).toBeNull();
    await empty.close();
  });

  test('the share of ids before a given one -> what counting says', () => {
    const topology = { partitions: 3, desks: 1 };
    const ids = Array.from({ length: 6000 }, (_, index) => profileIdOf('n', String(index)));
    for (const partition of [0, 1, 2]) {
      const own = ids.filter((id) => partitionOf(topology, id) === partition).sort();
      for (const at of [0.1, 0.5, 0.9]) {
        const id = own[Math.floor(own.length * at)] as string;
        expect(Math.abs(shareBelow(topology, partition, id) - at)).toBeLessThan(0.04);
      }
    }
  });
});
