/** Access to profile states shared by the handlers of profiles, pairs, devices and roots. */
import type { ProfileId } from '../identifier.ts';
import { newProfileState, type ProfileState, suppressionKey } from './states.ts';
import type { Turn } from './turn.ts';

/** The profile's state; a new one when nothing is known of it yet. */
export function loadProfile(turn: Turn, id: ProfileId): ProfileState {
  return turn.space.load('profile', id) ?? newProfileState(id);
}

/** Declares that the profile was changed, wherever. */
export function saveProfile(turn: Turn, id: ProfileId, state: ProfileState): void {
  state.encodedStill = null;
  turn.space.save('profile', id, state);
}

/** Declares that nothing of the profile was changed but its pairs and what moves (`profile-codec.ts`). */
export function saveMoved(turn: Turn, id: ProfileId, state: ProfileState): void {
  turn.space.save('profile', id, state);
}

/** Whether a steward's retraction of the identifier on this profile is in force. */
export function isSuppressed(
  { suppressed }: Pick<ProfileState, 'suppressed'>,
  namespace: string,
  value: string,
): boolean {
  if (suppressed.size === 0) return false;
  const verdict = suppressed.get(suppressionKey(namespace, value));
  return verdict !== undefined && verdict[1] === 0;
}
