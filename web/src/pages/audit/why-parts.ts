import type { AuditWhyBody } from '../../api/types.ts';
import { asWords, displayText } from '../../format/text.ts';
import { PAID_SIDES, type PaidSide } from '../../url/audit-pay-search.ts';
import { SIDE_NAMES } from './incentives-marks.ts';

/** One bar of the picture: what it is, how long, and of what it is made. */
export interface WhyBar {
  readonly name: string;
  /** Of all pay, 0 to 1; `null` where nothing is known. */
  readonly share: number | null;
  readonly parts: readonly { readonly name: string; readonly share: number; readonly place: number }[];
}

/** What the rules give, cut into features, above what each side paid. */
export function whyBars(body: AuditWhyBody): WhyBar[] {
  const parts = body.features
    .map(({ name, contribution }, place) => ({ name: asWords(name), share: contribution, place }))
    .filter(({ share }) => share > 0);
  const sum = parts.reduce((total, { share }) => total + share, 0);
  // What the features do not add up to (rounding of the score, or a bonus) is shown, not hidden.
  const rest = body.expected - sum;
  return [
    {
      name: 'By the rules',
      share: body.expected,
      parts: rest > 1e-9 ? [...parts, { name: 'Rest', share: rest, place: parts.length }] : parts,
    },
    ...PAID_SIDES.filter((side) => body[side].paid !== null).map((side) => ({
      name: SIDE_NAMES[side],
      share: body[side].paid,
      parts: [],
    })),
  ];
}

export type Candidate = AuditWhyBody['candidates'][number];

/** Whether the first candidate gives the difference to a tenth: what the server calls an explanation. */
export function explains({ explains }: Pick<Candidate, 'explains'>): boolean {
  return Math.abs(explains - 1) <= 0.1;
}

/**
 * What is to be said before the candidates. Numbers that fit are no proof of what happened, and numbers that do not fit are
 * said not to.
 */
export function whyVerdict(body: AuditWhyBody): { tone: 'good' | 'warn' | 'bad' | 'none'; text: string } {
  const side: PaidSide = 'weight';
  const { delta } = body[side];
  if (delta === null || body.state === 'unknown')
    return { tone: 'none', text: 'There is no payment of this validator to compare with.' };
  if (body.state === 'agrees')
    return {
      tone: 'good',
      text: 'Paid as owed, within what rounding and tolerance allow: nothing has to be explained.',
    };
  const [best] = body.candidates;
  const said = body.explanations.length > 0;
  if (best !== undefined && explains(best))
    return {
      tone: 'warn',
      text: `One thing would explain it: ${displayText(best.text, 300) ?? 'see below'}. The numbers fit; that it happened so is not shown by that.`,
    };
  if (said)
    return {
      tone: 'warn',
      text: 'No single feature or instance explains it, but what is named below may.',
    };
  return {
    tone: 'bad',
    text:
      best === undefined
        ? 'Nothing explains it: no feature or instance, left out or counted twice, comes near to what was paid.'
        : 'Nothing explains it whole. What comes nearest is below.',
  };
}
