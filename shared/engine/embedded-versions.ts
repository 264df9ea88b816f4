/**
 * Changing the rules of an embedded cluster: the shadow generation beside the live one, from the
 * proposal to its activation or removal.
 *
 * What was decided is one row of the store (`VersionsState`); everything else follows from it and is
 * taken up again at opening, so a crash at any step leaves a step to be repeated:
 * E1 proposed: the live partitions note changes, mirrors copy (partition-mirror.ts);
 * E2 activated, in one transaction with the place of the feed's sweep: ingress waits until the live
 *    engine, the mirrors and the shadow's engine are empty, so that the shadow has all that was
 *    acknowledged; reads and ingress go on in it at once;
 * E3 afterwards the feed tells every profile whose customer is another one, and the former
 *    generation's rows are removed, both in bounded slices.
 */
import { SYSTEM_CLOCK } from '../adapters/clock.ts';
import { removeGeneration } from '../adapters/generation-store.ts';
import type { Store, StoreWrite } from '../adapters/store.ts';
import { measureBlastRadius } from '../cluster/blast-radius.ts';
import { compareLayouts, type LayoutSide } from '../cluster/compare-layouts.ts';
import { withinBounds } from '../cluster/deadline.ts';
import { type FittedCandidate, fitCandidate } from '../cluster/fit-candidate.ts';
import { candidateLayout, candidateRules, modelView } from '../ingress/candidate-rules.ts';
import type { Rules } from '../domain/rules.ts';
import { compileRules, RulesUnsupportedError } from '../ingress/compiled-rules.ts';
import { type CallOptions, ClusterError } from '../protocol/cluster.ts';
import { SubframeKind } from '../protocol/frame.ts';
import type { ComparePort } from '../protocol/generation-call.ts';
import { isSameLayout } from '../protocol/layout.ts';
import {
  type Candidate,
  evolveVersions,
  isTried,
  type GenerationRecord,
  type ModelView,
  type Proposal,
  refusalOf,
  type ShadowView,
  type VersionEvent,
  type VersionReport,
  type Versions,
  type VersionsState,
  type VersionsView,
} from '../protocol/versions.ts';
import { compareInteractions, compareProfiles, listRows } from './compare-generations.ts';
import { versionsWrite } from './embedded-config.ts';
import type { EmbeddedGeneration } from './embedded-generation.ts';
import { FeedSweep, sweepBegin } from './feed-sweep.ts';
import { learningSlice } from './learning-slice.ts';
import { forgetMirror, PartitionMirror } from './partition-mirror.ts';
import { profileTranslator } from './translate-profile.ts';

/** What the cluster lends to its versions. */
export interface VersionsHost {
  readonly store: Store;
  readonly now: () => number;
  readonly live: () => EmbeddedGeneration;
  readonly openGeneration: (record: GenerationRecord) => Promise<EmbeddedGeneration>;
  /** New ingress waits from now on; the function returned lets it go on. */
  readonly holdIngress: () => () => void;
  /** Reads and ingress go to this generation from now on. */
  readonly switchTo: (generation: EmbeddedGeneration) => void;
  /** Tells the feed of these, where they stand otherwise than was told. */
  readonly tellFeed: (subjects: readonly string[], writes: readonly StoreWrite[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Interactions or profiles compared at a time: about a millisecond. */
const COMPARED = 500;
const POLL_MS = 5;
/** A report stands this long for callers whose deadline it outlived. */
const REPORT_KEPT_MS = 1000;

interface Shadow {
  readonly generation: EmbeddedGeneration;
  readonly mirrors: readonly PartitionMirror[];
}

export class EmbeddedVersions implements Versions {
  readonly #host: VersionsHost;
  #state: VersionsState;
  #shadow: Shadow | null = null;
  /** Changes of version happen one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  /** What goes on behind: the feed's sweep, removals. */
  readonly #background = new Set<Promise<void>>();
  #measuring: { readonly key: string; readonly report: Promise<VersionReport> } | null = null;
  #failure: unknown = null;

  constructor(host: VersionsHost, state: VersionsState) {
    this.#host = host;
    this.#state = state;
  }

  /** Takes up what was under way when the store was closed or the process killed. */
  async open(): Promise<void> {
    if (this.#state.shadow === null) await this.#stopMirroring();
    else await this.#openShadow(this.#state.shadow);
    this.#sweepFeed();
    for (const { generation } of this.#state.leaving) this.#remove(generation, null);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([this.#last]);
    await this.#closeShadow();
    await Promise.allSettled(this.#background);
  }

  async list(): Promise<VersionsView> {
    return this.#view();
  }

  async propose(candidate: Candidate, options: CallOptions = {}): Promise<Proposal> {
    const unfitted = candidateRules(candidate, this.#state.live.rules);
    const layout = candidateLayout(candidate, this.#state.live.layout);
    const fitted = candidate.isFitted ? await this.#fit(unfitted) : null;
    const rules = fitted?.rules ?? unfitted;
    const versions = await this.#inTurn(options, async () => {
      const { shadow } = this.#state;
      if (isTried(shadow, rules, layout)) return;
      const refusal = refusalOf(this.#state, rules, layout);
      if (refusal !== null) throw new ClusterError('failed_precondition', refusal);
      assertRunnable(rules);
      const generation = this.#state.next;
      await this.#record({ kind: 'proposed', generation, rules, layout, at: this.#host.now() });
      await this.#openShadow(this.#state.shadow as GenerationRecord);
    });
    return { versions, fit: fitted?.fit ?? null };
  }

  async model(which: 'live' | 'shadow'): Promise<ModelView> {
    const isLive = which === 'live';
    return modelView(
      isLive ? this.#state.live.rules : this.#requireShadow(null).generation.rules.rules,
    );
  }

  async report(
    options: CallOptions & { readonly minCertainty?: number } = {},
  ): Promise<VersionReport> {
    const shadow = this.#requireShadow(null);
    const live = this.#host.live();
    const measured = this.#measured(shadow, options.minCertainty, () =>
      measureBlastRadius(
        {
          live: live.context,
          shadow: shadow.generation.context,
          compare: comparisonOf(live, shadow.generation),
          isComplete: async () => shadow.mirrors.every((mirror) => mirror.isCaughtUp),
        },
        options.minCertainty,
        {},
      ),
    );
    return withinBounds(measured, options, this.#host.now());
  }

  /** A measurement longer than its caller's deadline goes on, for the next call to pick up. */
  #measured(
    { generation }: Shadow,
    minCertainty: number | undefined,
    measure: () => Promise<VersionReport>,
  ): Promise<VersionReport> {
    const key = `${generation.generation} ${minCertainty ?? ''}`;
    if (this.#measuring?.key === key) return this.#measuring.report;
    const report = measure().finally(() => {
      // Told to those who wait now; who asks later wants to know what is then.
      setTimeout(() => {
        if (this.#measuring?.report === report) this.#measuring = null;
      }, REPORT_KEPT_MS).unref();
    });
    report.catch(() => undefined);
    this.#measuring = { key, report };
    return report;
  }

  async activate(version: string, options: CallOptions = {}): Promise<VersionsView> {
    return this.#inTurn(options, async () => {
      if (this.#state.live.rules.version === version && this.#state.shadow === null) return;
      const shadow = this.#requireShadow(version);
      const { isComplete, fraction } = this.#shadowView(shadow);
      if (!isComplete) {
        throw new ClusterError(
          'failed_precondition',
          `version ${version} is still being built (${Math.floor(fraction * 100)} %): wait until ` +
            'it is complete',
        );
      }
      await this.#activate(shadow);
    });
  }

  async drop(version: string, options: CallOptions = {}): Promise<VersionsView> {
    return this.#inTurn(options, async () => {
      if (this.#state.shadow === null && this.#state.live.rules.version !== version) return;
      const { generation } = this.#requireShadow(version).generation;
      await this.#record({ kind: 'dropped', generation, at: this.#host.now() });
      await this.#closeShadow();
      await this.#stopMirroring();
      this.#remove(generation, null);
    });
  }

  #fit(candidate: Rules): Promise<FittedCandidate> {
    const { store, engine, context } = this.#host.live();
    const { topology } = context;
    return fitCandidate(
      {
        partitions: topology.partitions,
        slice: async (partition, rows, after) => {
          const index = engine.partitions[partition]?.rules;
          if (index === null || index === undefined) throw new Error(`no partition ${partition}`);
          return yielded(learningSlice(store, index, topology, partition, rows, after, COMPARED));
        },
      },
      this.#state.live.rules,
      candidate,
    );
  }

  async #activate(shadow: Shadow): Promise<void> {
    const { holdIngress, live, switchTo, store, now } = this.#host;
    const former = live();
    const release = holdIngress();
    try {
      await former.engine.drain();
      await this.#untilCaughtUp(shadow);
      await Promise.all(shadow.mirrors.map((mirror) => mirror.close()));
      await shadow.generation.engine.drain();
      const { generation } = shadow.generation;
      const next = evolveVersions(this.#state, { kind: 'activated', generation, at: now() });
      await store.commit([versionsWrite(next), sweepBegin()]);
      this.#state = next;
      this.#shadow = null;
      switchTo(shadow.generation);
    } catch (error) {
      // The shadow goes on being built, by new mirrors: the old ones may have ended.
      if (this.#shadow !== null) this.#startMirrors(shadow.generation);
      throw error;
    } finally {
      release();
    }
    this.#sweepFeed();
    this.#remove(former.generation, former);
  }

  async #untilCaughtUp({ mirrors }: Shadow): Promise<void> {
    for (const mirror of mirrors) {
      while (!mirror.isCaughtUp) {
        if (this.#isClosed || this.#failure !== null) {
          throw new ClusterError('unavailable', 'the shadow stopped being built', {
            cause: this.#failure,
          });
        }
        mirror.wake();
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    }
  }

  async #openShadow(record: GenerationRecord): Promise<void> {
    const { live, openGeneration } = this.#host;
    const generation = await openGeneration(record);
    const { engine } = live();
    const isMirrored = engine.partitions.every(({ mirror }) => mirror === record.generation);
    if (!isMirrored) await engine.control([SubframeKind.mirror, record.generation]);
    this.#startMirrors(generation);
  }

  #startMirrors(generation: EmbeddedGeneration): void {
    const live = this.#host.live();
    const { topology } = live.context;
    const translate = profileTranslator({
      topology,
      port: live.context.port,
      live: live.rules.rules,
      candidate: generation.rules,
    });
    const mirrors = Array.from(
      { length: topology.partitions },
      (_, partition) =>
        new PartitionMirror({
          partition,
          live: live.store,
          shadow: generation.generation,
          context: { candidate: generation.rules, translate },
          deliver: async (messages) => void (await generation.engine.submit(messages)),
          flushed: () => live.engine.flushed(),
          note: (writes) => live.store.commit(writes),
          clock: { ...SYSTEM_CLOCK, now: this.#host.now },
          onError: (error) => this.#fail(error),
        }),
    );
    this.#shadow = { generation, mirrors };
    for (const mirror of mirrors) mirror.start();
  }

  async #closeShadow(): Promise<void> {
    const shadow = this.#shadow;
    if (shadow === null) return;
    this.#shadow = null;
    await Promise.all(shadow.mirrors.map((mirror) => mirror.close()));
    await shadow.generation.engine.close();
  }

  /** No shadow: the live partitions note changes no longer, and those noted are of no use. */
  async #stopMirroring(): Promise<void> {
    const { engine, store } = this.#host.live();
    if (engine.partitions.every(({ mirror }) => mirror === 0)) return;
    await engine.control([SubframeKind.mirror, 0]);
    for (const { partition } of engine.partitions) {
      await forgetMirror(store, partition, (writes) => store.commit(writes));
    }
  }

  #sweepFeed(): void {
    const { store, live, tellFeed } = this.#host;
    const { store: own, context } = live();
    const { partitions } = context.topology;
    const sweep = new FeedSweep({ store, live: own, partitions, tell: tellFeed });
    this.#behind(() => sweep.run(() => this.#isClosed));
  }

  #remove(generation: number, former: EmbeddedGeneration | null): void {
    this.#behind(async () => {
      while (former !== null && former.readers > 0 && !this.#isClosed) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
      await former?.engine.close();
      const { store } = this.#host;
      if (!(await removeGeneration(store, generation, () => this.#isClosed))) return;
      await this.#inTurn({}, () => this.#record({ kind: 'removed', generation }));
    });
  }

  #behind(work: () => Promise<void>): void {
    const running: Promise<void> = work()
      .catch((error: unknown) => {
        if (!this.#isClosed) this.#fail(error);
      })
      .finally(() => this.#background.delete(running));
    this.#background.add(running);
  }

  async #record(event: VersionEvent): Promise<void> {
    const next = evolveVersions(this.#state, event);
    await this.#host.store.commit([versionsWrite(next)]);
    this.#state = next;
  }

  async #inTurn(options: CallOptions, work: () => Promise<void>): Promise<VersionsView> {
    const turn = this.#last.then(async () => {
      if (this.#isClosed) throw new ClusterError('unavailable', 'the cluster is closed');
      await work();
    });
    this.#last = turn.catch(() => undefined);
    await withinBounds(turn, options, this.#host.now());
    return this.#view();
  }

  #requireShadow(version: string | null): Shadow {
    const shadow = this.#shadow;
    if (shadow === null) {
      throw new ClusterError('failed_precondition', 'no version is being tried: propose one first');
    }
    const tried = shadow.generation.rules.rules.version;
    if (version === null || version === tried) return shadow;
    throw new ClusterError(
      'failed_precondition',
      `the version being tried is ${tried}, not ${version}`,
    );
  }

  #view(): VersionsView {
    const { live, leaving, past } = this.#state;
    const { generation, rules, layout, since } = live;
    return {
      live: { generation, version: rules.version, layout, since },
      shadow: this.#shadow === null ? null : this.#shadowView(this.#shadow),
      leaving: leaving.map(({ generation: left }) => left),
      past,
    };
  }

  #shadowView({ generation, mirrors }: Shadow): ShadowView {
    const { record } = generation;
    const view = {
      generation: record.generation,
      version: record.rules.version,
      layout: record.layout,
      since: record.since,
      isComplete: true,
      fraction: 0,
      copied: 0,
      pending: 0,
      refused: 0,
    };
    for (const { progress } of mirrors) {
      view.isComplete &&= progress.isComplete;
      view.fraction += progress.fraction / mirrors.length;
      view.copied += progress.copied;
      view.pending += progress.pending;
      view.refused += progress.refused;
    }
    return view;
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#host.onError(error);
  }
}

function comparisonOf(live: EmbeddedGeneration, shadow: EmbeddedGeneration): ComparePort {
  if (!isSameLayout(live.record.layout, shadow.record.layout)) {
    const side = ({ store, context }: EmbeddedGeneration): LayoutSide => ({
      context,
      list: async (partition, rows, after) =>
        yielded(listRows(store, partition, rows, after, COMPARED)),
    });
    return compareLayouts(side(live), side(shadow));
  }
  const stores = { live: live.store, shadow: shadow.store };
  return {
    interactions: async (partition, after) =>
      yielded(compareInteractions(stores, partition, after, COMPARED)),
    profiles: async (partition, after, certainties) =>
      yielded(compareProfiles(stores, partition, after, COMPARED, certainties)),
  };
}

/** A candidate that this program cannot run is refused before anything is kept of it. */
function assertRunnable(rules: Rules): void {
  try {
    compileRules(rules);
  } catch (cause) {
    if (!(cause instanceof RulesUnsupportedError)) throw cause;
    throw new ClusterError('failed_precondition', cause.message, { cause });
  }
}

/** Lets the event loop turn between two slices. */
function yielded<T>(value: T): Promise<T> {
  return new Promise((resolve) => setImmediate(() => resolve(value)));
}
