/** Birth dates as people write them, to `YYYY-MM-DD`, `YYYY-MM` or `YYYY`. */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function pad(part: string, length: number): string {
  return part.padStart(length, '0');
}

/** Two-digit years are of the last hundred years before 2030. */
function fullYear(year: string): string {
  if (year.length !== 2) return pad(year, 4);
  return Number(year) < 30 ? `20${year}` : `19${year}`;
}

/**
 * Null when there is no date in it. Impossible days and months stay as written: they are slips, and
 * comparison knows how to read them. `12/11/1978` is month first, `12-11-1978` and `12.11.1978` day
 * first, unless a number above 12 says otherwise.
 */
export function normaliseBirthDate(text: string): string | null {
  const trimmed = text.trim().toLowerCase();
  const iso = /^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:[t ].*)?$/.exec(trimmed);
  if (iso !== null) return joined(iso[1] as string, iso[2], iso[3]);
  if (/^\d{8}$/.test(trimmed)) {
    return joined(trimmed.slice(0, 4), trimmed.slice(4, 6), trimmed.slice(6));
  }
  const numeric = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})$/.exec(trimmed);
  if (numeric !== null) {
    const [, first = '', separator, second = '', year = ''] = numeric;
    const isMonthFirst = Number(second) > 12 || (separator === '/' && Number(first) <= 12);
    return isMonthFirst
      ? joined(fullYear(year), first, second)
      : joined(fullYear(year), second, first);
  }
  return worded(trimmed);
}

function worded(text: string): string | null {
  const words = text.split(/[^a-z0-9]+/).filter((word) => word !== '');
  const monthAt = words.findIndex((word) => MONTHS.includes(word.slice(0, 3)));
  if (monthAt < 0) return null;
  const month = String(MONTHS.indexOf((words[monthAt] as string).slice(0, 3)) + 1);
  const numbers = words
    .filter((_, index) => index !== monthAt)
    .map((word) => /^\d+/.exec(word)?.[0]);
  const written = numbers.filter((number) => number !== undefined);
  const year = written.find((number) => number.length === 4);
  const day = written.find((number) => number.length <= 2);
  if (year !== undefined) return joined(year, month, day);
  // `24-May-11`: of two short numbers the year comes last.
  const last = written.at(-1) ?? '';
  return written.length === 2 && last.length === 2 ? joined(fullYear(last), month, day) : null;
}

function joined(year: string, month?: string, day?: string): string | null {
  if (Number(year) === 0) return null;
  if (month === undefined || Number(month) === 0) return year;
  if (day === undefined || Number(day) === 0) return `${year}-${pad(month, 2)}`;
  return `${year}-${pad(month, 2)}-${pad(day, 2)}`;
}
