import type { CommandField } from '../../cards/command-form.ts';
import { alertWords } from '../../cards/alert-words.ts';
import { wordsIn } from '../../cards/languages.ts';
import { NotCanonicalError, type Json } from '../../core/canonical-json.ts';
import { whyInvalid } from '../../core/invalid.ts';
import type { Language } from '../../core/language.ts';
import { notCanonicalSentence } from '../../core/sentences.ts';
import { Policy, type PolicyRule } from '../../core/policy-types.ts';
import { parseStrictJson } from '../../core/strict-json.ts';

/** Slack takes 3,000 characters in a field. */
const LONGEST = 3000;

const written = (value: unknown): string => {
  const spaced = JSON.stringify(value, null, 1);
  return spaced.length <= LONGEST ? spaced : JSON.stringify(value);
};

/** The part of a policy that a form is about: one rule, counted from 1, all of them, or what is tuned of the alerts. */
export type PolicyPart = number | 'all' | 'alerts';

const labelOf = (part: PolicyPart, language: Language | undefined): string => {
  const say = wordsIn(language);
  if (part === 'alerts') return alertWords(language).field;
  return part === 'all' ? say.own.rulesField : say.own.ruleField(String(part));
};

/** Null when that part does not fit a form. */
export function policyFields(
  policy: Policy,
  part: PolicyPart,
  language: Language | undefined,
): CommandField[] | null {
  const say = wordsIn(language);
  const rule: PolicyRule | undefined = typeof part === 'number' ? policy.rules[part - 1] : undefined;
  const initial = written(part === 'alerts' ? (policy.alerts ?? []) : (rule ?? policy.rules));
  if (initial.length > LONGEST) return null;
  const label = labelOf(part, language);
  return [
    { name: 'rules', label, placeholder: '', kind: 'multiline', initial, maxLength: LONGEST },
    { name: 'why', label: say.own.why, placeholder: '', maxLength: 300, kind: 'multiline' },
  ];
}

export type ReadPolicy =
  { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly why: string };

/** The next version, with what was typed in the place of that part. Nothing typed is guessed at or left out. */
export function readPolicyForm(
  policy: Policy,
  part: PolicyPart,
  typed: string,
  language: Language | undefined,
): ReadPolicy {
  let value: Json;
  try {
    value = parseStrictJson(typed);
  } catch (error) {
    if (error instanceof NotCanonicalError)
      return { ok: false, why: notCanonicalSentence(error, { ...(language ? { language } : {}) }) };
    throw error;
  }
  const rules =
    part === 'all'
      ? value
      : policy.rules.map((rule, i) => (typeof part === 'number' && i === part - 1 ? value : rule));
  const alerts = part === 'alerts' ? { alerts: value } : policy.alerts ? { alerts: policy.alerts } : {};
  const next = { id: policy.id, version: policy.version + 1, rules, ...alerts };
  const parsed = Policy.safeParse(next, { reportInput: true });
  if (parsed.success) return { ok: true, policy: parsed.data };
  return { ok: false, why: whyInvalid(parsed.error.issues, language).slice(0, 500) };
}
