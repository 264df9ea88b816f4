/** Who is there, by beats: silence, patience that is learnt, and what is forgotten. Times are given. */
import { expect, test } from 'vitest';
import { type Beat, FORGOTTEN_MS, Membership, SILENCE_MS } from '../../shared/placement/beat.ts';

function beat(incarnation = 'a1'): Beat {
  return { name: 'a', incarnation, revision: 0, isLeaving: false, utilisation: 0, seats: [] };
}

const names = (beats: readonly Beat[]) => beats.map(({ name }) => name);
const stateAt = (membership: Membership, nowMs: number) => [
  names(membership.present(nowMs)).length > 0,
  names(membership.silent(nowMs)).length > 0,
];

test.each([
  { afterMs: SILENCE_MS, isPresent: true, isSilent: false },
  { afterMs: SILENCE_MS + 1, isPresent: false, isSilent: true },
  { afterMs: FORGOTTEN_MS, isPresent: false, isSilent: true },
  { afterMs: FORGOTTEN_MS + 1, isPresent: false, isSilent: false },
])('$afterMs ms after a beat -> present $isPresent, silent $isSilent', (row) => {
  const membership = new Membership();
  membership.take(beat(), 0);
  expect(stateAt(membership, row.afterMs)).toEqual([row.isPresent, row.isSilent]);
});

test('taken for gone and was not -> twice the time it needed, until that is long ago', () => {
  const membership = new Membership();
  membership.take(beat(), 0);
  expect(membership.take(beat(), 2000)).toBe(false);
  expect(stateAt(membership, 6000)).toEqual([true, false]);
  expect(stateAt(membership, 6001)).toEqual([false, true]);
  // At most 4 s, however long it stood still.
  membership.take(beat(), 50_000);
  expect(stateAt(membership, 54_000)).toEqual([true, false]);
  expect(stateAt(membership, 54_001)).toEqual([false, true]);
  let now = 50_000;
  while (now < 111_000) membership.take(beat(), (now += 500));
  expect(stateAt(membership, now + SILENCE_MS + 1)).toEqual([false, true]);
});

test('another process of the name -> told once, and its patience is the usual one', () => {
  const membership = new Membership();
  expect(membership.take(beat('a1'), 0)).toBe(true);
  membership.take(beat('a1'), 3000);
  expect(membership.take(beat('a2'), 4000)).toBe(true);
  expect(membership.take(beat('a2'), 4500)).toBe(false);
  expect(stateAt(membership, 4500 + SILENCE_MS + 1)).toEqual([false, true]);
});

test('a process says that it ends -> it is not waited for, but its successor is there', () => {
  const membership = new Membership();
  membership.take(beat('a1'), 0);
  membership.drop('a', 'a0');
  expect(stateAt(membership, 1)).toEqual([true, false]);
  membership.drop('a', 'a1');
  expect(stateAt(membership, 1)).toEqual([false, false]);
  membership.take(beat('a2'), 2);
  membership.drop('a', 'a1');
  expect(stateAt(membership, 3)).toEqual([true, false]);
});

test('the listener itself was deaf -> silence of all begins anew, and nobody was wrong', () => {
  const membership = new Membership();
  membership.take(beat(), 0);
  membership.excuse(5000);
  membership.take(beat(), 5100);
  expect(stateAt(membership, 5100 + SILENCE_MS)).toEqual([true, false]);
  expect(stateAt(membership, 5100 + SILENCE_MS + 1)).toEqual([false, true]);
});

/** Two questions in a row that nobody answers. */
function askTwice(membership: Membership, ofIncarnation = 'a1'): void {
  membership.noteAnswer(beat(ofIncarnation), 'nobody');
  membership.noteAnswer(beat(ofIncarnation), 'nobody');
}

test('nobody answers the subject of a process any more -> silent after a beat and some', () => {
  const membership = new Membership();
  membership.take(beat(), 0);
  expect(membership.doubtful(299)).toEqual([]);
  expect(names(membership.doubtful(300))).toEqual(['a']);
  membership.noteAnswer(beat(), 'answered');
  membership.noteAnswer(beat(), 'nobody');
  expect(stateAt(membership, 701)).toEqual([true, false]);
  membership.noteAnswer(beat(), 'nobody');
  expect(stateAt(membership, 700)).toEqual([true, false]);
  expect(stateAt(membership, 701)).toEqual([false, true]);
  // Whoever is not counted is not asked either.
  expect(membership.doubtful(701)).toEqual([]);
});

test('connected, but silent for a second -> present', () => {
  const membership = new Membership();
  membership.take(beat(), 0);
  for (const kind of ['answered', 'nobody', 'answered', 'nobody'] as const)
    membership.noteAnswer(beat(), kind);
  expect(stateAt(membership, 1100)).toEqual([true, false]);
});

test.each([
  { what: 'one that never answered', prepare: () => undefined },
  {
    what: 'its predecessor',
    prepare: (membership: Membership) => {
      membership.noteAnswer(beat(), 'answered');
      membership.take(beat('a2'), 0);
    },
  },
])('no answer of $what -> tells nothing', ({ prepare }) => {
  const membership = new Membership();
  membership.take(beat(), 0);
  prepare(membership);
  askTwice(membership);
  expect(stateAt(membership, 1100)).toEqual([true, false]);
});

test('connected anew -> a beat, or deafness of the listener, takes the refusals back', () => {
  const membership = new Membership();
  membership.take(beat(), 0);
  membership.noteAnswer(beat(), 'answered');
  askTwice(membership);
  membership.take(beat(), 1000);
  expect(stateAt(membership, 2100)).toEqual([true, false]);
  askTwice(membership);
  membership.excuse(3000);
  expect(stateAt(membership, 4100)).toEqual([true, false]);
});

test('however patient one has learnt to be, a lost connection needs no patience', () => {
  const membership = new Membership();
  membership.take(beat(), 0);
  membership.noteAnswer(beat(), 'answered');
  membership.take(beat(), 2000);
  expect(stateAt(membership, 6000)).toEqual([true, false]);
  askTwice(membership);
  expect(stateAt(membership, 2701)).toEqual([false, true]);
});
