/** Mutants of orders about sources and rules (ARCHITECTURE S22), of the breaker by anchor, and of the size guard (S17). */
import { inSuite, type Mutant, one } from './mutant.ts';

const WAY = 'shared/domain/actors/way-actor.ts';
const SWEEP = 'shared/domain/actors/post-sweep.ts';
const NEIGHBOURS = 'shared/domain/actors/neighbour-storm.ts';
const PAIR_HOME = 'shared/domain/actors/pair-home.ts';
const INTERACTION = 'shared/domain/actors/interaction-actor.ts';

export const WAY_MUTANTS: readonly Mutant[] = [
  one(
    'a component that shrank does not try what it holds',
    'shared/domain/actors/root-settling.ts',
    '  if (lost.length > 0) tryHeldLater(turn, id, root);\n',
    '',
  ),
  one(
    'an order about a source or rule reaches nobody who came before it',
    SWEEP,
    "  sweepFrom(turn, member, kind, name, '');\n",
    '',
  ),
  one(
    'a partition that meets a source or rule later is not told of its order',
    WAY,
    'if (standing !== RELEASED) turn.send(',
    'if (standing === 1 && id.length === 0) turn.send(',
  ),
  one(
    'only the first partition is told of an order about a source or rule',
    WAY,
    'of turn.space.rows(prefix)) {',
    'of turn.space.rows(prefix).slice(0, 1)) {',
  ),
  one('held rules propose as before', PAIR_HOME, '    if (proposal.isSilent) continue;\n', ''),
  one(
    'new proposals do not ask how their rule stands',
    PAIR_HOME,
    'standingAt(turn, RULE, namespace, low) !== RELEASED;',
    'standingAt(turn, RULE, namespace, low) > 2;',
  ),
  one(
    'a released delivery of a held source counts',
    INTERACTION,
    'const standing = stricter(ofDelivery, state.sourceStanding);',
    'const standing = ofDelivery;',
  ),
  one(
    'new interactions do not ask how their source stands',
    INTERACTION,
    '    state.sourceStanding = sourceStanding;\n',
    '',
  ),
  inSuite(
    'unit/neighbour-storm',
    one(
      'the lesser end of an edge counts no neighbours',
      PAIR_HOME,
      '          noteNeighbour(touch, broughtBy);\n',
      '',
    ),
  ),
  inSuite(
    'unit/neighbour-storm',
    one(
      'the greater end of an edge counts no neighbours',
      PAIR_HOME,
      '          turn.send([MessageKind.neighbourFound, high, broughtBy]);\n',
      '',
    ),
  ),
  inSuite(
    'unit/neighbour-storm',
    one(
      'whoever brought one neighbour of a storm is held',
      NEIGHBOURS,
      '    if (found * INNOCENT_PARTS < stormHolders) continue;\n',
      '',
    ),
  ),
  inSuite(
    'unit/neighbour-storm',
    one(
      'neighbours are counted for ever',
      NEIGHBOURS,
      'turn.origin - state.storm[0] > STORM_WINDOW_MS;',
      'turn.origin < state.storm[0];',
    ),
  ),
  inSuite(
    'unit/day-counts',
    one(
      'what comes is not counted where the rows of a day are',
      'shared/domain/actors/profile-observations.ts',
      '  countAdded(state, day, adding.refs);\n',
      '',
    ),
  ),
  inSuite(
    'engine',
    one(
      'a sweep ends with its first slice',
      SWEEP,
      'if (ids.length < SWEEP_SLICE || last === undefined) return;',
      'if (ids.length <= SWEEP_SLICE || last === undefined) return;',
    ),
  ),
];
