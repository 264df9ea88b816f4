/**
 * Days on which something was seen: distinct UTC days, ascending.
 *
 * Presence and not counts: a repeat on a day that is known changes nothing, so the profile need not
 * be written again. That a day is gone is found from the observation rows of that day, when one of
 * them is taken back.
 */

export type Days = number[];

/** Index of the first day that is not before `day`. O(log n); the latest day is looked at first. */
function placeOf(days: Days, day: number): number {
  const last = days.length - 1;
  if (last < 0 || (days[last] as number) < day) return days.length;
  if (days[last] === day) return last;
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((days[middle] as number) < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function hasDay(days: Days, day: number): boolean {
  return days[placeOf(days, day)] === day;
}

/** Whether the day is a new one. */
export function addDay(days: Days, day: number): boolean {
  const place = placeOf(days, day);
  if (days[place] === day) return false;
  if (place === days.length) days.push(day);
  else days.splice(place, 0, day);
  return true;
}

/** Whether the day was there. */
export function removeDay(days: Days, day: number): boolean {
  const place = placeOf(days, day);
  if (days[place] !== day) return false;
  days.splice(place, 1);
  return true;
}
