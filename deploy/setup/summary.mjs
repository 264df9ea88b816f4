/** What is printed and recorded at the end: counts, and what did not run and why. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names listed for each reason of skipping; the rest is a number. */
const NAMES_SHOWN_MAX = 3;

/** `.ci/run` sums up the files in this folder; null when nobody does. */
const reportFolder = process.env.SELFSAME_REPORT_DIR ?? null;

/** Records the counts of one suite at once, so that a later crash does not lose them. */
export function recordCounts({ name, passed, failed }) {
  if (reportFolder === null) return;
  mkdirSync(reportFolder, { recursive: true });
  writeFileSync(join(reportFolder, `${name}.json`), JSON.stringify({ passed, failed }));
}

export function totalOf(results) {
  return {
    passed: results.reduce((sum, result) => sum + result.passed, 0),
    failed: results.reduce((sum, result) => sum + result.failed, 0),
  };
}

/** `12 passed, 0 failed`: the line that scripts read. */
export function totalLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}

function printRow(cells) {
  const widths = [14, 8, 8, 8, 9];
  console.log(
    cells
      .map((cell, index) => {
        const text = String(cell);
        return index === 0 ? text.padEnd(widths[index]) : text.padStart(widths[index] ?? 0);
      })
      .join(''),
  );
}

function skippedByReason(skipped) {
  const namesByReason = new Map();
  for (const { name, reason } of skipped) {
    const key = reason ?? 'no reason given';
    namesByReason.set(key, [...(namesByReason.get(key) ?? []), name]);
  }
  return [...namesByReason];
}

/**
 * The table of suites, the skipped tests by reason, and the missing programs. Ends with the total
 * line unless a caller sums up several steps and prints its own.
 */
export function printSummary(results, missingTools) {
  console.log('');
  printRow(['suite', 'passed', 'failed', 'skipped', 'seconds']);
  for (const { name, passed, failed, skipped, seconds } of results) {
    printRow([name, passed, failed, skipped.length, seconds.toFixed(1)]);
  }
  for (const { name, problem } of results) {
    if (problem !== null) console.log(`${name}: ${problem}`);
  }
  for (const { name, skipped } of results) {
    for (const [reason, names] of skippedByReason(skipped)) {
      const shown = names.slice(0, NAMES_SHOWN_MAX).join('; ');
      const rest = names.length > NAMES_SHOWN_MAX ? `; ${names.length - NAMES_SHOWN_MAX} more` : '';
      console.log(`${name}: ${names.length} skipped (${reason}): ${shown}${rest}`);
    }
  }
  for (const sentence of missingTools) console.log(sentence);
  if (reportFolder === null) console.log(`\n${totalLine(totalOf(results))}`);
}
