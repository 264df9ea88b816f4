/**
 * Failures that no process notices at once: a pod that stands still, packets that are lost one way
 * or by chance, a clock that steps. Each lasts a while and then ends.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Image } from './container-run.ts';
import { dropOutgoing, healNetwork, losePackets } from './network.ts';
import type { PocketKubernetes } from './pocket-kubernetes.ts';

const FREEZE_MS = 30_000;
const NETWORK_MS = 15_000;
const CLOCK_MS = 10_000;
const LOSS_PERCENT = 10;

/** Debian's package `faketime`. */
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

export function hasFakeTime(): boolean {
  return existsSync(FAKETIME);
}

/** The image under a clock that `stepClock` moves; monotonic time is left alone. */
export function withClock(image: Image, folder: string): Image {
  const file = clockFile(folder);
  writeFileSync(file, '+0');
  return {
    ...image,
    mounts: [...(image.mounts ?? []), { from: file, to: '/clock' }],
    environment: {
      ...image.environment,
      FAKETIME_TIMESTAMP_FILE: '/clock',
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    // Not before: it makes a semaphore, named after the process, as the user it finds itself to be.
    entrypoint: ['env', `LD_PRELOAD=${FAKETIME}`],
  };
}

function clockFile(folder: string): string {
  return join(folder, 'clock');
}

export async function freeze(pocket: PocketKubernetes, namespace: string, pod: string) {
  pocket.signal(namespace, pod, 'SIGSTOP');
  await delay(FREEZE_MS);
  pocket.signal(namespace, pod, 'SIGCONT');
}

/** The pod hears NATS, and NATS does not hear it. */
export async function cutToNats(pocket: PocketKubernetes, namespace: string, pod: string) {
  const servers = pocket.pods(namespace, 'nats-').map(({ status }) => status?.podIP ?? '');
  const network = pocket.networkOf(namespace, pod);
  await dropOutgoing(network, servers);
  await delay(NETWORK_MS);
  await healNetwork(network);
}

export async function lose(pocket: PocketKubernetes, namespace: string, pod: string) {
  const network = pocket.networkOf(namespace, pod);
  await losePackets(network, LOSS_PERCENT);
  await delay(NETWORK_MS);
  await healNetwork(network);
}

/** An hour forth, an hour back, for all services at once. */
export async function stepClock(folder: string): Promise<void> {
  for (const offset of ['+1h', '-1h', '+0']) {
    writeFileSync(clockFile(folder), offset);
    await delay(CLOCK_MS);
  }
}
