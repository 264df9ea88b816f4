/** Birth dates: which slip of pen or form would turn one into the other. */
import { editDistance } from './edit-distance.ts';
import { NOTHING_COMPARED } from './model.ts';

/** Text is `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; digits as given, also impossible ones. */
export const DATE_LEVELS = [
  'nothing to compare',
  'exact',
  'exact, but 1 January',
  'swapped day and month',
  'one digit differs',
  'neighbouring digits swapped',
  'same year and month',
  'same year and day',
  'same month and day',
  'same year, one is 1 January',
  'same year',
  'two digits differ',
  'partial and equal',
  'year differs by one',
  'different',
] as const;

const said = (name: (typeof DATE_LEVELS)[number]): number => DATE_LEVELS.indexOf(name);
const EXACT = said('exact');
const EXACT_DEFAULT = said('exact, but 1 January');
const SWAPPED = said('swapped day and month');
const ONE_DIGIT = said('one digit differs');
const NEIGHBOURS = said('neighbouring digits swapped');
const YEAR_MONTH = said('same year and month');
const YEAR_DAY = said('same year and day');
const MONTH_DAY = said('same month and day');
const YEAR_DEFAULT = said('same year, one is 1 January');
const YEAR = said('same year');
const TWO_DIGITS = said('two digits differ');
const PARTIAL = said('partial and equal');
const YEAR_NEAR = said('year differs by one');
const DIFFERENT = said('different');

export interface ParsedDate {
  readonly text: string;
  /** Empty where unknown. */
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly digits: string;
}

export function parseDate(text: string): ParsedDate {
  const [year = '', month = '', day = ''] = text.split('-');
  return { text, year, month, day, digits: year + month + day };
}

export function compareDates(left: ParsedDate, right: ParsedDate): number {
  if (left.text === right.text) {
    if (left.text.length < 10) return PARTIAL;
    return left.text.endsWith('-01-01') ? EXACT_DEFAULT : EXACT;
  }
  const { year: leftYear, month: leftMonth, day: leftDay } = left;
  const { year: rightYear, month: rightMonth, day: rightDay } = right;
  if (leftYear === '' || rightYear === '') return NOTHING_COMPARED;
  const isYear = leftYear === rightYear;
  if (leftDay === '' || rightDay === '') {
    const isMonth = leftMonth === '' || rightMonth === '' || leftMonth === rightMonth;
    if (isYear && isMonth) return PARTIAL;
  } else {
    if (isYear && leftMonth === rightDay && leftDay === rightMonth) return SWAPPED;
    const [one, two] = [left.digits, right.digits];
    const digits = differing(one, two);
    if (digits === 1) return ONE_DIGIT;
    if (digits === 2 && editDistance(one, two, 1) === 1) return NEIGHBOURS;
    if (isYear && leftMonth === rightMonth) return YEAR_MONTH;
    if (isYear && leftDay === rightDay) return YEAR_DAY;
    if (leftMonth === rightMonth && leftDay === rightDay) return MONTH_DAY;
    const isDefault = `${leftMonth}${leftDay}` === '0101' || `${rightMonth}${rightDay}` === '0101';
    if (isYear && isDefault) return YEAR_DEFAULT;
    if (digits === 2) return TWO_DIGITS;
  }
  if (isYear) return YEAR;
  return Math.abs(Number(leftYear) - Number(rightYear)) <= 1 ? YEAR_NEAR : DIFFERENT;
}

function differing(left: string, right: string): number {
  if (left.length !== right.length) return Math.max(left.length, right.length);
  let count = 0;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) count++;
  return count;
}
