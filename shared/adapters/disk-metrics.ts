/** Metrics of the file system that holds a data directory, and of the files in it. */
import { readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Registry } from 'prom-client';
import { registerGauges } from './metrics.ts';

/** Registers free and total bytes of the file system, and bytes of the directory's own files. */
export function registerDiskMetrics(registry: Registry, directory: string): void {
  registerGauges(registry, [
    {
      name: 'selfsame_data_free_bytes',
      help: 'Bytes that this process may still write on the file system of its data directory.',
      read: () => fileSystem(directory).free,
    },
    {
      name: 'selfsame_data_capacity_bytes',
      help: 'Size of the file system of the data directory.',
      read: () => fileSystem(directory).capacity,
    },
    {
      name: 'selfsame_data_used_bytes',
      help: 'Bytes on disk of the files in the data directory.',
      read: () => usedBytes(directory),
    },
  ]);
}

/** Zeros when the directory is not there (yet): an alert on free space then says so. */
function fileSystem(directory: string): { readonly free: number; readonly capacity: number } {
  try {
    const { bavail, blocks, bsize } = statfsSync(directory);
    return { free: bavail * bsize, capacity: blocks * bsize };
  } catch {
    return { free: 0, capacity: 0 };
  }
}

/** Of the files of the directory itself: stores have no folders in them. Holes do not count. */
function usedBytes(directory: string): number {
  let sum = 0;
  try {
    for (const name of readdirSync(directory)) sum += statSync(join(directory, name)).blocks * 512;
  } catch {
    // A file that went while it was looked at, or no directory yet.
  }
  return sum;
}
