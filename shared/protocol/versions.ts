/**
 * Versions and generations: which rules version is live, which is being tried.
 *
 * A *generation* is a whole set of partitions (logs, states) that runs one version in one layout. The live one
 * answers; at most one *shadow* generation is built beside it. What happens to them is a sequence of
 * events, kept durably by the cluster; the state is their fold, the same for every process that
 * reads them.
 *
 * V1. An event that the state does not allow (the loser of a race) changes nothing.
 * V2. Generation numbers are never used again, nor are the places of their data.
 */
import type { Rules } from '../domain/rules.ts';
import type { CallOptions } from './cluster.ts';
import { isSameLayout, type Layout, type LayoutChange } from './layout.ts';

export interface GenerationRecord {
  readonly generation: number;
  readonly rules: Rules;
  readonly layout: Layout;
  /** When it was proposed (shadow) or activated (live), epoch milliseconds; 0: with the cluster. */
  readonly since: number;
}

export interface VersionsState {
  readonly live: GenerationRecord;
  readonly shadow: GenerationRecord | null;
  /** The generation that was live before, while something may still arrive in it. */
  readonly former: GenerationRecord | null;
  /** Generations whose data is to be removed. */
  readonly leaving: readonly LeavingGeneration[];
  /** Number of the generation that is proposed next. */
  readonly next: number;
  /** Versions that were live before, the latest first, at most `PAST_MAX`. */
  readonly past: readonly PastVersion[];
}

export interface LeavingGeneration {
  readonly generation: number;
  readonly layout: Layout;
}

export interface PastVersion {
  readonly version: string;
  readonly until: number;
}

export type VersionEvent =
  | {
      readonly kind: 'proposed';
      readonly generation: number;
      readonly rules: Rules;
      readonly layout: Layout;
      readonly at: number;
    }
  | { readonly kind: 'activated'; readonly generation: number; readonly at: number }
  | { readonly kind: 'dropped'; readonly generation: number; readonly at: number }
  | { readonly kind: 'removed'; readonly generation: number };

const PAST_MAX = 100;
/**
 * Epochs of different generations never meet in a token: those of generation g begin above
 * (g - 1) times this.
 */
const EPOCHS = 2 ** 24;

/** The epoch of a generation's log as tokens name it. */
export function tokenEpoch(generation: number, epoch: number): number {
  return (generation - 1) * EPOCHS + epoch;
}

/** The reverse. */
export function epochOfToken(epoch: number): {
  readonly generation: number;
  readonly epoch: number;
} {
  const generation = Math.floor(epoch / EPOCHS) + 1;
  return { generation, epoch: epoch % EPOCHS };
}

export function firstVersions(rules: Rules, layout: Layout): VersionsState {
  const live = { generation: 1, rules, layout, since: 0 };
  return { live, shadow: null, former: null, leaving: [], next: 2, past: [] };
}

export function evolveVersions(state: VersionsState, event: VersionEvent): VersionsState {
  switch (event.kind) {
    case 'proposed': {
      const { generation, rules, layout, at } = event;
      if (state.shadow !== null || generation !== state.next) return state;
      return { ...state, shadow: { generation, rules, layout, since: at }, next: generation + 1 };
    }
    case 'activated': {
      const { live, shadow, leaving, past } = state;
      if (shadow === null || shadow.generation !== event.generation) return state;
      return {
        ...state,
        live: { ...shadow, since: event.at },
        shadow: null,
        former: live,
        leaving: [...leaving, leavingOf(live)],
        past: [{ version: live.rules.version, until: event.at }, ...past].slice(0, PAST_MAX),
      };
    }
    case 'dropped': {
      const { shadow, leaving } = state;
      if (shadow === null || shadow.generation !== event.generation) return state;
      return { ...state, shadow: null, leaving: [...leaving, leavingOf(shadow)] };
    }
    case 'removed': {
      const { former, leaving } = state;
      return {
        ...state,
        former: former?.generation === event.generation ? null : former,
        leaving: leaving.filter(({ generation }) => generation !== event.generation),
      };
    }
  }
}

function leavingOf({ generation, layout }: GenerationRecord): LeavingGeneration {
  return { generation, layout };
}

/** Layouts of all generations of which a process may have something to do, the live one first. */
export function presentLayouts({ live, shadow, former, leaving }: VersionsState): Layout[] {
  const present = [live, shadow, former, ...leaving];
  return present.flatMap((one) => (one === null ? [] : [one.layout]));
}

/** Whether the shadow is this very candidate: proposing it again is no error. */
export function isTried(
  shadow: GenerationRecord | null,
  rules: Rules,
  layout: Layout,
): shadow is GenerationRecord {
  return (
    shadow !== null && shadow.rules.version === rules.version && isSameLayout(shadow.layout, layout)
  );
}

/** Whether a version is or was live: what a process may still be configured with. */
export function hasBeenLive({ live, past }: VersionsState, version: string): boolean {
  return live.rules.version === version || past.some((one) => one.version === version);
}

/**
 * Why a candidate cannot be tried beside the live version; null: it can. What was accepted must be
 * acceptable again, or activating it would lose interactions.
 */
export function refusalOf(state: VersionsState, candidate: Rules, layout: Layout): string | null {
  const { live, shadow } = state;
  if (shadow !== null) {
    const what = isSameLayout(shadow.layout, live.layout)
      ? `version ${shadow.rules.version}`
      : 'another layout of partitions';
    return `${what} is being tried: activate or drop it first`;
  }
  if (candidate.version === live.rules.version && isSameLayout(layout, live.layout)) {
    return `version ${candidate.version} is the live one already`;
  }
  const declared = new Set(candidate.namespaces.map(({ name }) => name));
  const missing = live.rules.namespaces
    .filter(({ kind, name }) => kind !== 'derived' && !declared.has(name))
    .map(({ name }) => name);
  if (missing.length === 0) return null;
  return (
    `the candidate does not declare ${missing.join(', ')}, which interactions may carry: ` +
    'declare them as context to keep them without effect'
  );
}

/** What the cluster answers about its versions. */
export interface VersionsView {
  readonly live: {
    readonly generation: number;
    readonly version: string;
    readonly layout: Layout;
    readonly since: number;
  };
  readonly shadow: ShadowView | null;
  /** Generations whose data is still being removed. */
  readonly leaving: readonly number[];
  readonly past: readonly PastVersion[];
}

export interface ShadowView {
  readonly generation: number;
  readonly version: string;
  readonly layout: Layout;
  readonly since: number;
  /** Every actor of the live generation was copied; what changes is copied as it changes. */
  readonly isComplete: boolean;
  /** 0..1, estimated from the place reached in the order of ids. */
  readonly fraction: number;
  /** Actors copied, those that changed and were copied again included. */
  readonly copied: number;
  /** Changes that are not copied yet. */
  readonly pending: number;
  /** Interactions that the candidate refuses; 0 unless something is wrong. */
  readonly refused: number;
}

export interface Candidate {
  /** Text of a rules file, or what was made of one; null: the live rules. */
  readonly rules: string | Rules | null;
  /** Fit the weights to a sample of what the cluster holds first. */
  readonly isFitted: boolean;
  /** Other partitions under the live rules; only with `rules: null` and without a fit. */
  readonly layout?: LayoutChange;
}

export interface Proposal {
  readonly versions: VersionsView;
  /** Null unless the weights were fitted. */
  readonly fit: ModelFit | null;
}

/** How weights were fitted: counts of the sample, and what the fit says of it. */
export interface ModelFit {
  readonly profiles: number;
  readonly proposedPairs: number;
  readonly randomPairs: number;
  readonly iterations: number;
  readonly expectedMatches: number;
}

export interface ModelView {
  readonly version: string;
  readonly priorBits: number;
  readonly householdPriorBits: number;
  readonly listedWords: number;
  readonly comparisons: readonly {
    readonly name: string;
    readonly facts: readonly string[];
    /** By level, in bits. */
    readonly weights: readonly number[];
    readonly householdWeights: readonly number[];
  }[];
}

export interface Versions {
  list(options?: CallOptions): Promise<VersionsView>;
  /**
   * Builds a shadow generation with the candidate beside the live one; resolves when that is
   * recorded, and goes on by itself. Throws `failed_precondition` when it cannot be tried.
   */
  propose(candidate: Candidate, options?: CallOptions): Promise<Proposal>;
  /** What activating the shadow would change. `failed_precondition` when there is none. */
  report(options?: CallOptions & { readonly minCertainty?: number }): Promise<VersionReport>;
  /**
   * Makes the shadow live. Repeating it is no error. `failed_precondition` when the version is not
   * the shadow's, or when the shadow is not complete.
   */
  activate(version: string, options?: CallOptions): Promise<VersionsView>;
  /** Removes the shadow, of which nothing stays. Repeating it is no error. */
  drop(version: string, options?: CallOptions): Promise<VersionsView>;
  /** The scoring model of the live version, or of the shadow's. */
  model(which: 'live' | 'shadow', options?: CallOptions): Promise<ModelView>;
}

/** A customer of one version and the customers of the other that share its interactions. */
export interface ChangedCustomer {
  readonly customerId: string;
  /** Parties of interactions. */
  readonly parties: number;
  /** By parties, then id; at most `LISTED_PARTS`. */
  readonly parts: readonly { readonly customerId: string; readonly parties: number }[];
}

export interface SideCounts {
  readonly profiles: number;
  readonly customers: number;
  readonly minCertainty: number;
}

/** What activating the shadow would change: the difference between the two generations. */
export interface VersionReport {
  readonly liveVersion: string;
  readonly shadowVersion: string;
  /** Everything that is in the live generation now is in the shadow. */
  readonly isComplete: boolean;
  readonly live: SideCounts;
  readonly shadow: SideCounts;
  readonly interactions: number;
  /** Interactions with a party whose customer has another id. */
  readonly interactionsMoved: number;
  readonly parties: number;
  readonly partiesMoved: number;
  /** Profiles whose customer has another id; that only the shadow, or only the live one has. */
  readonly profilesChanged: number;
  readonly profilesAdded: number;
  readonly profilesGone: number;
  /** Customers of the shadow that are made of several live ones. */
  readonly merged: number;
  /** Live customers that fall apart into several. */
  readonly split: number;
  /** The largest of them; the counts above are exact. */
  readonly mergedCustomers: readonly ChangedCustomer[];
  readonly splitCustomers: readonly ChangedCustomer[];
}

export const LISTED_CUSTOMERS = 50;
export const LISTED_PARTS = 20;
