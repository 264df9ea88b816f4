/**
 * Reads a whole component: the root's record, or the lone profile when the root is implicit.
 */
import { componentOf } from '../domain/actors/root-settling.ts';
import { unpackProfile } from '../domain/actors/profile-codec.ts';
import { unpackRoot } from '../domain/actors/state-codec.ts';
import type { ProfileState, RootState } from '../domain/actors/states.ts';
import { clusterComponent } from '../domain/clustering.ts';
import type { ClusterResult, ComponentEdge, ComponentMember } from '../domain/component.ts';
import type { ProfileId } from '../domain/identifier.ts';
import { indexRules } from '../domain/rules.ts';
import { type AskOptions, PartitionBatch } from './partition-batch.ts';
import type { ReaderContext } from './reader.ts';

export interface ComponentView {
  /** null: the profile is alone with no edges at or above the cluster floor. */
  readonly root: RootState | null;
  readonly members: readonly ProfileId[];
  /** What `result` was clustered from. */
  readonly source: {
    readonly members: readonly ComponentMember[];
    readonly edges: readonly ComponentEdge[];
  };
  readonly result: ClusterResult;
}

/** Root pointers are followed this often before the profile is taken to be alone. */
const MAX_HOPS = 12;

/** The component of a profile; null when nothing is known of it. */
export async function readComponent(
  context: ReaderContext,
  profile: ProfileId,
  options: AskOptions,
): Promise<ComponentView | null> {
  const first = new PartitionBatch(context.topology);
  first.askProfile(profile, 0);
  await first.run(context.port, options);
  const answer = first.profiles.get(profile) ?? null;
  if (answer === null) return null;
  const own = unpackProfile(answer[0]);
  let { root } = own;
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const batch = new PartitionBatch(context.topology);
    batch.askRoot(root);
    batch.askProfile(root, 0);
    await batch.run(context.port, options);
    const packed = batch.roots.get(root) ?? null;
    const state = packed === null ? null : unpackRoot(packed);
    if (state?.members.has(profile)) return viewOf(context, state);
    const at = batch.profiles.get(root) ?? null;
    const next = at === null ? root : unpackProfile(at[0]).root;
    if (next === root) break;
    root = next;
  }
  return lonely(profile, own);
}

function lonely(profile: ProfileId, state: ProfileState): ComponentView {
  const [receivedAt, limited, labels, cannotLinks, digest] = state.vertex;
  const member = { profile, receivedAt, limited, labels, cannotLinks, digest };
  const alone = { strongest: null, steps: [] };
  return {
    root: null,
    members: [profile],
    source: { members: [member], edges: [] },
    result: { ladders: new Map([[profile, alone]]), accepted: [], refused: [], overruled: [] },
  };
}

function viewOf(context: ReaderContext, root: RootState): ComponentView {
  const { members, edges } = componentOf(root);
  return {
    root,
    members: members.map((member) => member.profile),
    source: { members, edges },
    result: clusterComponent(indexRules(context.rules.rules), members, edges),
  };
}
