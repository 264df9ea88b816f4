/**
 * Changing the rules of a cluster of processes: events are appended to the versions' log, owners of
 * partitions do the work and are asked how far they are (host-generations.ts).
 */
import type { Rules } from '../domain/rules.ts';
import { candidateLayout, candidateRules, modelView } from '../ingress/candidate-rules.ts';
import { compileRules } from '../ingress/compiled-rules.ts';
import { type CallOptions, ClusterError } from '../protocol/cluster.ts';
import {
  type ComparedInteractions,
  type ComparedProfiles,
  type GenerationCall,
  generationSubject,
  type ListedRows,
  type PartitionCopy,
} from '../protocol/generation-call.ts';
import { isSameLayout } from '../protocol/layout.ts';
import {
  type Candidate,
  type GenerationRecord,
  isTried,
  type ModelView,
  type Proposal,
  refusalOf,
  type ShadowView,
  type VersionReport,
  type Versions,
  type VersionsView,
} from '../protocol/versions.ts';
import { measureBlastRadius } from './blast-radius.ts';
import { compareLayouts, type LayoutSide } from './compare-layouts.ts';
import { withinBounds } from './deadline.ts';
import { type FittedCandidate, fitCandidate } from './fit-candidate.ts';
import type { JoinedCluster } from './join-cluster.ts';
import { askOwner } from './nats-queries.ts';
import type { ReaderContext } from './reader.ts';

/** An owner that is away counts as one that has not begun. */
const PROGRESS_MS = 2000;
const SLICE_MS = 10_000;
const POLL_MS = 50;
/** Changes that may still be on their way when a candidate goes live: they follow at once. */
const PENDING_MAX = 1000;
/** A report stands this long for callers whose deadline it outlived. */
const REPORT_KEPT_MS = 1000;

export class NatsVersions implements Versions {
  readonly #joined: JoinedCluster;
  readonly #contextOf: (record: GenerationRecord) => ReaderContext;
  #measuring: { readonly key: string; readonly report: Promise<VersionReport> } | null = null;

  constructor(joined: JoinedCluster, contextOf: (record: GenerationRecord) => ReaderContext) {
    this.#joined = joined;
    this.#contextOf = contextOf;
  }

  async list(options: CallOptions = {}): Promise<VersionsView> {
    const { live, shadow, leaving, past } = this.#joined.versions.state;
    const { generation, rules, layout, since } = live;
    return {
      live: { generation, version: rules.version, layout, since },
      shadow: shadow === null ? null : await this.#shadowView(shadow, options),
      leaving: leaving.map(({ generation: left }) => left),
      past,
    };
  }

  async propose(candidate: Candidate, options: CallOptions = {}): Promise<Proposal> {
    const { versions } = this.#joined;
    await versions.refresh();
    const { state } = versions;
    const unfitted = candidateRules(candidate, state.live.rules);
    const layout = candidateLayout(candidate, state.live.layout);
    const fitted = candidate.isFitted ? await this.#fit(unfitted) : null;
    const rules = fitted?.rules ?? unfitted;
    if (!isTried(state.shadow, rules, layout)) {
      const refusal = refusalOf(state, rules, layout);
      if (refusal !== null) throw new ClusterError('failed_precondition', refusal);
      if (state.former !== null) {
        throw new ClusterError(
          'failed_precondition',
          `generation ${state.former.generation} is still being retired: try again in a minute`,
        );
      }
      compileRules(rules);
      const generation = state.next;
      const at = Date.now();
      const after = await versions.append({ kind: 'proposed', generation, rules, layout, at });
      if (!isTried(after.shadow, rules, layout)) {
        throw new ClusterError('failed_precondition', 'another candidate was proposed meanwhile');
      }
    }
    return { versions: await this.list(options), fit: fitted?.fit ?? null };
  }

  async report(
    options: CallOptions & { readonly minCertainty?: number } = {},
  ): Promise<VersionReport> {
    const { live } = this.#joined.versions.state;
    const shadow = this.#requireShadow(null);
    const key = `${shadow.generation} ${options.minCertainty ?? ''}`;
    if (this.#measuring?.key !== key) {
      this.#measuring = { key, report: this.#measure(live, shadow, options.minCertainty) };
    }
    return withinBounds(this.#measuring.report, options, Date.now());
  }

  async activate(version: string, options: CallOptions = {}): Promise<VersionsView> {
    const { versions } = this.#joined;
    await versions.refresh();
    const { live, shadow } = versions.state;
    if (live.rules.version === version && shadow === null) return this.list(options);
    const { generation } = this.#requireShadow(version);
    await withinBounds(this.#untilActivable(version, options), options, Date.now());
    await versions.append({ kind: 'activated', generation, at: Date.now() });
    return this.list(options);
  }

  async drop(version: string, options: CallOptions = {}): Promise<VersionsView> {
    const { versions } = this.#joined;
    await versions.refresh();
    const { live, shadow } = versions.state;
    if (shadow !== null || live.rules.version === version) {
      const { generation } = this.#requireShadow(version);
      await versions.append({ kind: 'dropped', generation, at: Date.now() });
    }
    return this.list(options);
  }

  async model(which: 'live' | 'shadow'): Promise<ModelView> {
    const { live } = this.#joined.versions.state;
    return modelView((which === 'live' ? live : this.#requireShadow(null)).rules);
  }

  #fit(candidate: Rules): Promise<FittedCandidate> {
    const { bus, topology, versions } = this.#joined;
    return fitCandidate(
      {
        partitions: topology.partitions,
        slice: (partition, rows, after) => {
          const call: GenerationCall = { kind: 'learn', rows, after };
          return askOwner(bus, generationSubject(partition), partition, call, {}, SLICE_MS);
        },
      },
      versions.state.live.rules,
      candidate,
    );
  }

  async #untilActivable(version: string, options: CallOptions): Promise<void> {
    for (;;) {
      const view = await this.#shadowView(this.#requireShadow(version), options);
      if (!view.isComplete) {
        throw new ClusterError(
          'failed_precondition',
          `version ${version} is still being built (${Math.floor(view.fraction * 100)} %): wait ` +
            'until it is complete',
        );
      }
      if (view.pending <= PENDING_MAX || options.signal?.aborted === true) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  #measure(
    live: GenerationRecord,
    shadow: GenerationRecord,
    minCertainty: number | undefined,
  ): Promise<VersionReport> {
    const ask = <Answer>(partition: number, call: GenerationCall): Promise<Answer> =>
      askOwner(this.#joined.bus, generationSubject(partition), partition, call, {}, SLICE_MS);
    const side = (record: GenerationRecord): LayoutSide => {
      const { generation } = record;
      return {
        context: this.#contextOf(record),
        list: (partition, rows, after) =>
          ask<ListedRows>(partition, { kind: 'list', generation, rows, after }),
      };
    };
    const report = measureBlastRadius(
      {
        live: this.#contextOf(live),
        shadow: this.#contextOf(shadow),
        compare: isSameLayout(live.layout, shadow.layout)
          ? {
              interactions: (partition, after) =>
                ask<ComparedInteractions>(partition, { kind: 'interactions', after }),
              profiles: (partition, after, certainties) =>
                ask<ComparedProfiles>(partition, { kind: 'profiles', after, certainties }),
            }
          : compareLayouts(side(live), side(shadow)),
        isComplete: async () => {
          const { isComplete, pending } = await this.#shadowView(shadow, {});
          return isComplete && pending === 0;
        },
      },
      minCertainty,
      {},
    ).finally(() => {
      setTimeout(() => {
        if (this.#measuring?.report === report) this.#measuring = null;
      }, REPORT_KEPT_MS).unref();
    });
    report.catch(() => undefined);
    return report;
  }

  #requireShadow(version: string | null): GenerationRecord {
    const { shadow } = this.#joined.versions.state;
    if (shadow === null) {
      throw new ClusterError('failed_precondition', 'no version is being tried: propose one first');
    }
    if (version === null || version === shadow.rules.version) return shadow;
    throw new ClusterError(
      'failed_precondition',
      `the version being tried is ${shadow.rules.version}, not ${version}`,
    );
  }

  async #shadowView(record: GenerationRecord, { signal }: CallOptions): Promise<ShadowView> {
    const { bus, topology } = this.#joined;
    const deadlineMs = Date.now() + PROGRESS_MS;
    const bounds = signal === undefined ? { deadlineMs } : { deadlineMs, signal };
    const call: GenerationCall = { kind: 'progress', generation: record.generation };
    const copies = await Promise.all(
      Array.from({ length: topology.partitions }, (_, partition) =>
        askOwner<PartitionCopy>(
          bus,
          generationSubject(partition),
          partition,
          call,
          bounds,
          PROGRESS_MS,
        ).catch(() => null),
      ),
    );
    const sum = (of: (copy: PartitionCopy) => number): number =>
      copies.reduce((total, copy) => total + (copy === null ? 0 : of(copy)), 0);
    return {
      generation: record.generation,
      version: record.rules.version,
      layout: record.layout,
      since: record.since,
      isComplete: copies.every((copy) => copy?.isComplete === true),
      fraction: sum(({ fraction }) => fraction) / topology.partitions,
      copied: sum(({ copied }) => copied),
      pending: sum(({ pending }) => pending),
      refused: sum(({ refused }) => refused),
    };
  }
}
