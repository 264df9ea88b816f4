/** Versions, reports and models between the wire and the port. */
import type { Layout, LayoutChange, SlotRun } from '../protocol/layout.ts';
import type {
  ChangedCustomer,
  ModelFit,
  ModelView,
  VersionReport,
  VersionsView,
} from '../protocol/versions.ts';
import type { ChangedCustomer__Output } from './generated/selfsame/v1/ChangedCustomer.ts';
import type {
  GetModelResponse,
  GetModelResponse__Output,
} from './generated/selfsame/v1/GetModelResponse.ts';
import type { Layout as WireLayout, Layout__Output } from './generated/selfsame/v1/Layout.ts';
import type {
  LayoutChange as WireChange,
  LayoutChange__Output,
} from './generated/selfsame/v1/LayoutChange.ts';
import type { ModelFit as WireFit, ModelFit__Output } from './generated/selfsame/v1/ModelFit.ts';
import type { VersionCounts__Output } from './generated/selfsame/v1/VersionCounts.ts';
import type {
  VersionReport as WireReport,
  VersionReport__Output,
} from './generated/selfsame/v1/VersionReport.ts';
import type {
  Versions as WireVersions,
  Versions__Output,
} from './generated/selfsame/v1/Versions.ts';
import { fromTimestamp, toTimestamp } from './wire-numbers.ts';

export function versionsToWire({ live, shadow, leaving, past }: VersionsView): WireVersions {
  return {
    liveVersion: live.version,
    liveGeneration: live.generation,
    liveSince: live.since === 0 ? null : toTimestamp(live.since),
    candidate:
      shadow === null
        ? null
        : {
            version: shadow.version,
            generation: shadow.generation,
            since: toTimestamp(shadow.since),
            complete: shadow.isComplete,
            fraction: shadow.fraction,
            copied: shadow.copied,
            pending: shadow.pending,
            refused: shadow.refused,
            layout: layoutToWire(shadow.layout),
          },
    leavingGenerations: [...leaving],
    pastVersions: past.map(({ version }) => version),
    liveLayout: layoutToWire(live.layout),
  };
}

export function versionsFromWire(message: Versions__Output): VersionsView {
  const { candidate } = message;
  return {
    live: {
      version: message.liveVersion,
      generation: Number(message.liveGeneration),
      layout: layoutFromWire(message.liveLayout),
      since: message.liveSince === null ? 0 : (fromTimestamp(message.liveSince) ?? 0),
    },
    shadow:
      candidate === null
        ? null
        : {
            version: candidate.version,
            generation: Number(candidate.generation),
            layout: layoutFromWire(candidate.layout),
            since: candidate.since === null ? 0 : (fromTimestamp(candidate.since) ?? 0),
            isComplete: candidate.complete,
            fraction: candidate.fraction,
            copied: Number(candidate.copied),
            pending: Number(candidate.pending),
            refused: Number(candidate.refused),
          },
    leaving: message.leavingGenerations.map(Number),
    past: message.pastVersions.map((version) => ({ version, until: 0 })),
  };
}

function layoutToWire({ partitions, desks, slots }: Layout): WireLayout {
  const runs = (slots ?? []).map(([firstSlot, partition]) => ({ firstSlot, partition }));
  return { partitions, desks, slots: runs };
}

function layoutFromWire(message: Layout__Output | null): Layout {
  if (message === null) return { partitions: 0, desks: 0, slots: null };
  const { partitions, desks, slots } = message;
  const runs = slots.map(({ firstSlot, partition }): SlotRun => [firstSlot, partition]);
  return { partitions, desks, slots: runs.length === 0 ? null : runs };
}

export function changeToWire(change: LayoutChange): WireChange {
  switch (change.kind) {
    case 'count':
      return { partitions: change.partitions };
    case 'split':
      return { splitPartition: change.partition };
    case 'move': {
      const { first, last, partition } = change;
      return { moveSlots: { firstSlot: first, lastSlot: last, partition } };
    }
  }
}

/** null: none of the changes was named. */
export function changeFromWire(message: LayoutChange__Output): LayoutChange | null {
  switch (message.change) {
    case 'partitions':
      return { kind: 'count', partitions: message.partitions ?? 0 };
    case 'splitPartition':
      return { kind: 'split', partition: message.splitPartition ?? 0 };
    case 'moveSlots': {
      const { firstSlot = 0, lastSlot = 0, partition = 0 } = message.moveSlots ?? {};
      return { kind: 'move', first: firstSlot, last: lastSlot, partition };
    }
    default:
      return null;
  }
}

export function fitToWire(fit: ModelFit): WireFit {
  return { ...fit };
}

export function fitFromWire(message: ModelFit__Output): ModelFit {
  return {
    profiles: Number(message.profiles),
    proposedPairs: Number(message.proposedPairs),
    randomPairs: Number(message.randomPairs),
    iterations: Number(message.iterations),
    expectedMatches: message.expectedMatches,
  };
}

export function reportToWire(report: VersionReport): WireReport {
  const { shadow, shadowVersion, isComplete, mergedCustomers, splitCustomers, ...same } = report;
  const customer = ({ customerId, parties, parts }: ChangedCustomer) => ({
    customerId,
    parties,
    parts: parts.map((part) => ({ ...part })),
  });
  return {
    ...same,
    candidate: shadow,
    candidateVersion: shadowVersion,
    complete: isComplete,
    mergedCustomers: mergedCustomers.map(customer),
    splitCustomers: splitCustomers.map(customer),
  };
}

export function reportFromWire(message: VersionReport__Output): VersionReport {
  return {
    liveVersion: message.liveVersion,
    shadowVersion: message.candidateVersion,
    isComplete: message.complete,
    live: countsFromWire(message.live),
    shadow: countsFromWire(message.candidate),
    interactions: Number(message.interactions),
    interactionsMoved: Number(message.interactionsMoved),
    parties: Number(message.parties),
    partiesMoved: Number(message.partiesMoved),
    profilesChanged: Number(message.profilesChanged),
    profilesAdded: Number(message.profilesAdded),
    profilesGone: Number(message.profilesGone),
    merged: Number(message.merged),
    split: Number(message.split),
    mergedCustomers: message.mergedCustomers.map(changedFromWire),
    splitCustomers: message.splitCustomers.map(changedFromWire),
  };
}

function countsFromWire(counts: VersionCounts__Output | null) {
  return {
    profiles: Number(counts?.profiles ?? 0),
    customers: Number(counts?.customers ?? 0),
    minCertainty: counts?.minCertainty ?? 0,
  };
}

function changedFromWire({ customerId, parties, parts }: ChangedCustomer__Output): ChangedCustomer {
  return {
    customerId,
    parties: Number(parties),
    parts: parts.map((part) => ({ customerId: part.customerId, parties: Number(part.parties) })),
  };
}

export function modelToWire({ comparisons, ...numbers }: ModelView): GetModelResponse {
  return {
    ...numbers,
    comparisons: comparisons.map(({ name, facts, weights, householdWeights }) => ({
      name,
      facts: [...facts],
      weights: [...weights],
      householdWeights: [...householdWeights],
    })),
  };
}

export function modelFromWire(message: GetModelResponse__Output): ModelView {
  return { ...message, listedWords: Number(message.listedWords) };
}
