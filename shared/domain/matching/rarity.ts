/** How rare words and values are: frozen term frequencies. */
import type { ScoringModel } from './model.ts';

/** Bits of a value of some kind: how much an agreement on it tells at most. */
export type Rarity = (kind: string, value: string) => number;

export function rarityOf(model: Pick<ScoringModel, 'rarity' | 'rarityOfOthers'>): Rarity {
  const bits = new Map(model.rarity);
  const others = model.rarityOfOthers;
  return (kind, value) => bits.get(`${kind} ${value}`) ?? others;
}

/** 0 common (under 5 bits), 1 usual (under 9), 2 rare. */
export function rarityClass(bits: number): 0 | 1 | 2 {
  if (bits < 5) return 0;
  return bits < 9 ? 1 : 2;
}
