/**
 * One generation of an embedded cluster: engine and reads under one rules version, over its part of
 * the store.
 */
import { generationStore } from '../adapters/generation-store.ts';
import { type Store, StoreError, type StoreWrite } from '../adapters/store.ts';
import { ClusterReads, type ReadHooks } from '../cluster/cluster-reads.ts';
import type { ReaderContext } from '../cluster/reader.ts';
import type { ReferenceCodec } from '../cluster/references.ts';
import { type CompiledRules, compileRules } from '../ingress/compiled-rules.ts';
import { ClusterError, type RevisionToken } from '../protocol/cluster.ts';
import type { QueryAnswer, QueryRequest } from '../protocol/query.ts';
import { topologyOf } from '../protocol/layout.ts';
import { epochOfToken, type GenerationRecord, tokenEpoch } from '../protocol/versions.ts';
import { answerQuery } from './answer-query.ts';
import { EmbeddedEngine, type Placement } from './embedded-engine.ts';
import type { FeedSubject } from './partition.ts';

export interface GenerationOptions {
  /** The cluster's whole store. */
  readonly store: Store;
  readonly references: ReferenceCodec;
  readonly maxActors: number;
  readonly keptEntries: number;
  readonly hooks: ReadHooks;
  readonly onRound: (
    from: EmbeddedGeneration,
    changes: ReadonlyMap<FeedSubject, number>,
  ) => readonly StoreWrite[];
  readonly onDurable: (from: EmbeddedGeneration) => void;
}

export class EmbeddedGeneration {
  readonly record: GenerationRecord;
  readonly store: Store;
  readonly rules: CompiledRules;
  readonly engine: EmbeddedEngine;
  readonly context: ReaderContext;
  readonly reads: ClusterReads;
  #readers = 0;

  /** Throws `RulesUnsupportedError` for rules that this program cannot run. */
  constructor(record: GenerationRecord, options: GenerationOptions) {
    this.record = record;
    this.store = generationStore(options.store, record.generation);
    this.rules = compileRules(record.rules);
    const topology = topologyOf(record.layout);
    this.engine = new EmbeddedEngine({
      store: this.store,
      topology,
      rules: record.rules,
      maxActors: options.maxActors,
      keptEntries: options.keptEntries,
      roundMessages: 500,
      onRound: (changes) => options.onRound(this, changes),
      onDurable: () => options.onDurable(this),
    });
    this.context = {
      port: { ask: async (partition, request) => this.#ask(partition, request) },
      topology,
      rules: this.rules,
      references: options.references,
      generation: record.generation,
    };
    this.reads = new ClusterReads(this.context, options.hooks);
  }

  get generation(): number {
    return this.record.generation;
  }

  /** Reads that are not answered yet: the generation's data must not go before them. */
  get readers(): number {
    return this.#readers;
  }

  async read<T>(read: (reads: ClusterReads) => Promise<T>): Promise<T> {
    this.#readers++;
    try {
      return await read(this.reads);
    } finally {
      this.#readers--;
    }
  }

  tokenOf({ partition, epoch, sequence }: Placement, origin: number): RevisionToken {
    return { partition, sequence, origin, epoch: tokenEpoch(this.generation, epoch) };
  }

  /** Whether what the token stands for shows here; a former generation's is part of this one. */
  hasReached(token: RevisionToken): boolean {
    const { generation, epoch } = epochOfToken(token.epoch);
    if (generation !== this.generation) return generation < this.generation;
    const position = this.engine.partitions[token.partition]?.position;
    if (position === undefined) return false;
    if (epoch > position.epoch) return false;
    return epoch < position.epoch || token.sequence <= position.sequence;
  }

  #ask(partition: number, request: QueryRequest): QueryAnswer {
    const found = this.engine.partitions[partition];
    if (found === undefined) throw new ClusterError('internal', `no partition ${partition}`);
    try {
      return answerQuery(found.actors, request);
    } catch (error) {
      if (error instanceof StoreError) throw unavailable('the store failed', error);
      throw error;
    }
  }
}

export function unavailable(what: string, cause: unknown): ClusterError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ClusterError('unavailable', `${what}: ${message}`, { cause });
}
