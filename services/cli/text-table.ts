/**
 * Plain text for people: aligned columns, certainties, times.
 */

/** Rows as left-aligned columns, two blanks apart, indented; empty without rows. */
export function alignColumns(rows: readonly (readonly string[])[], indent = '  '): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, text] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, text.length);
    }
  }
  return rows.map((row) => {
    const cells = row.map((text, column) => text.padEnd(widths[column] ?? 0));
    return (indent + cells.join('  ')).trimEnd();
  });
}

/** A probability to six digits without trailing zeros; 1 only for a full 1. */
export function formatCertainty(certainty: number): string {
  if (certainty === 1) return '1';
  // Rounding must not turn "nearly certain" into "certain".
  const floored = Math.floor(certainty * 1_000_000) / 1_000_000;
  return floored.toFixed(6).replace(/\.?0+$/, '');
}

/** Epoch milliseconds as ISO 8601 UTC, whole seconds; `-` for null. */
export function formatTime(epochMs: number | null): string {
  if (epochMs === null || Number.isNaN(new Date(epochMs).getTime())) return '-';
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The UTC day, e.g. `2026-11-25`. */
export function formatDay(epochMs: number): string {
  return formatTime(epochMs).slice(0, 10);
}

export function formatCount(count: number): string {
  return count.toLocaleString('en');
}
