/** Comparisons and keys of the standard configuration while it is being worked on. */
import type { DerivedNamespace } from '../../shared/ingress/derived-keys.ts';
import type { ComparisonSpec } from '../../shared/learning/shipped-model.ts';

export const COMPARISONS: readonly ComparisonSpec[] = [
  { name: 'name', kind: 'person_name', facts: ['person_name'] },
  { name: 'given name', kind: 'given_name', facts: ['person_name'] },
  { name: 'organisation', kind: 'organisation_name', facts: ['organisation_name'] },
  { name: 'birth date', kind: 'date', facts: ['birth_date'] },
  { name: 'locality', kind: 'locality', facts: ['address'] },
  { name: 'house', kind: 'house', facts: ['address'] },
  { name: 'phone', kind: 'phone', facts: ['phone'] },
  { name: 'email', kind: 'email', facts: ['email'] },
  { name: 'gender', kind: 'category', facts: ['gender'] },
  { name: 'occupation', kind: 'text', facts: ['occupation'] },
  { name: 'income', kind: 'text', facts: ['income'] },
];

export const KEYS: readonly DerivedNamespace[] = [
  { name: 'k_birth', parts: ['birth_date'] },
  { name: 'k_digits_initial', parts: ['birth_digits', 'given_initial'] },
  { name: 'k_surname', parts: ['surname'] },
  { name: 'k_postcode', parts: ['postcode'] },
  { name: 'k_names', parts: ['name_sounds'] },
  { name: 'k_names_year', parts: ['name_sounds', 'birth_year'] },
  { name: 'k_surname_birth', parts: ['surname_sound', 'birth_date'] },
  { name: 'k_surname_year', parts: ['surname_sound', 'birth_year'] },
  { name: 'k_surname_place', parts: ['surname_sound', 'place'] },
  { name: 'k_given_year_place', parts: ['given_sound', 'birth_year', 'place'] },
  { name: 'k_surname_postcode', parts: ['surname_sound', 'postcode'] },
  { name: 'k_given_postcode', parts: ['given_sound', 'postcode'] },
  { name: 'k_surname_house', parts: ['surname_sound', 'house'] },
  { name: 'k_org_words', parts: ['organisation_words'] },
  { name: 'k_org_postcode', parts: ['organisation_word', 'postcode'] },
  { name: 'k_house_postcode', parts: ['house', 'postcode'] },
];
