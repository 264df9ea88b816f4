#!/usr/bin/env node
/**
 * Starts `selfsame`: the compiled program when it is there and no older than its source, else the
 * TypeScript source through tsx. So a fresh clone needs no build, and an installed package no tsx.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`selfsame needs Node 20.19 or later; this is ${process.versions.node}`);
  process.exit(2);
}

const root = new URL('../../', import.meta.url);
const compiled = new URL('dist/services/cli/main.js', root);
const source = new URL('services/cli/main.ts', root);

/** Time of the latest change below a folder, epoch milliseconds. */
function newestChange(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = new URL(encodeURIComponent(entry.name) + (entry.isDirectory() ? '/' : ''), folder);
    const time = entry.isDirectory() ? newestChange(path) : statSync(path).mtimeMs;
    if (time > newest) newest = time;
  }
  return newest;
}

function isCompiledCurrent() {
  if (!existsSync(compiled)) return false;
  if (!existsSync(source)) return true;
  const compiledAt = statSync(compiled).mtimeMs;
  return ['services/', 'shared/'].every((room) => newestChange(new URL(room, root)) <= compiledAt);
}

if (isCompiledCurrent()) {
  await import(compiled.href);
} else {
  const { register } = await import('tsx/esm/api').catch(() => {
    console.error(
      `selfsame: no compiled program at ${fileURLToPath(compiled)} and tsx is missing.`,
    );
    console.error('Run `npm ci` (or `npm run build`) in the project folder.');
    process.exit(2);
  });
  register();
  await import(source.href);
}
