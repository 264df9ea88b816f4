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
  { name: 'k_given_day', parts: ['given_initial', 'birth_month_day'] },
  { name: 'k_surname_day', parts: ['surname_initial', 'birth_month_day'] },
  { name: 'k_surname', parts: ['surname'] },
  { name: 'k_given', parts: ['given'] },
  { name: 'k_postcode', parts: ['postcode'] },
  { name: 'k_given_surname', parts: ['given_sound', 'surname_initial'] },
  { name: 'k_surname_given', parts: ['surname_sound', 'given_initial'] },
  { name: 'k_names_year', parts: ['name_sounds', 'birth_year'] },
  { name: 'k_surname_birth', parts: ['surname_sound', 'birth_date'] },
  { name: 'k_surname_place', parts: ['surname_sound', 'place'] },
  { name: 'k_given_place', parts: ['given_sound', 'place'] },
  { name: 'k_year_place', parts: ['birth_year', 'place'] },
  { name: 'k_names_postcode', parts: ['name_sounds', 'postcode'] },
  { name: 'k_phone_start', parts: ['phone_start'] },
  { name: 'k_phone_end', parts: ['phone_end'] },
  { name: 'k_email_name', parts: ['email_name'] },
  { name: 'k_org_words', parts: ['organisation_words'] },
  { name: 'k_org_postcode', parts: ['organisation_word', 'postcode'] },
  { name: 'k_house_postcode', parts: ['house', 'postcode'] },
];
