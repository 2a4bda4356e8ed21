import type { AuditIncentivesBody } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import type { PaidSide } from '../../url/audit-pay-search.ts';

/** A share of 1 in percent, with so many decimals that one part of 65,535 shows. */
export function sharePercent(share: number): string {
  const size = Math.abs(share * 100);
  if (size === 0) return '0 %';
  return `${share < 0 ? '−' : ''}${size < 0.00005 ? '<0.0001' : size.toFixed(4)} %`;
}

const WHO: Readonly<Record<PaidSide, string>> = {
  weight: 'the validator’s own weights',
  incentive: 'consensus incentive',
  published: 'the validator’s published scores',
};

/**
 * What the comparison came to, for people. L1, the sum of all absolute differences, counts each share that went elsewhere
 * twice: where it is missing and where it went. So half of it is the part of all pay that went elsewhere.
 */
export function comparisonSentences(body: AuditIncentivesBody, side: PaidSide): string[] {
  const summary = body.sides[side];
  const missing = displayText(summary.missing ?? undefined, 300);
  if (missing !== undefined) return [`There is nothing to compare with: ${missing}`];
  const { l1, largest, owedUnpaid, paidUnowed, paidOtherwise } = summary;
  if (l1 === null) return ['There is nothing to compare with.'];
  const { counted, wanted, enough } = body.hours;
  const hours = `${integer(counted)} of the ${integer(wanted)} hours of the window count`;
  const said = enough ? [] : [`Only ${hours}: too little to say who is paid wrongly.`];
  const grave = [
    owedUnpaid !== null && owedUnpaid > 0
      ? `${miners(owedUnpaid)} owed something and paid nothing`
      : undefined,
    paidUnowed !== null && paidUnowed > 0
      ? `${miners(paidUnowed)} paid something and owed nothing`
      : undefined,
  ].filter((text) => text !== undefined);
  if (grave.length > 0) said.push(`${sentence(grave.join('; '))}.`);
  said.push(
    l1 === 0
      ? `Every miner is paid by ${WHO[side]} exactly what the rules give.`
      : `${sharePercent(l1 / 2)} of what is paid by ${WHO[side]} goes elsewhere than the rules say (L1 distance ${distance(l1)} of at most 2)${
          largest === null ? '' : `; no miner is off by more than ${sharePercent(largest)} of all`
        }.`,
  );
  if (paidOtherwise !== null && paidOtherwise > 0)
    said.push(`${sentence(miners(paidOtherwise))} paid otherwise, beyond what rounding and tolerance allow.`);
  if (enough && counted < wanted) said.push(`${hours}; what was earned in the others is not in the figures.`);
  return said;
}

/** An L1 distance: four digits that count. */
export function distance(l1: number): string {
  if (l1 === 0) return '0';
  return l1 < 0.0000005 ? '<0.000001' : l1.toFixed(l1 >= 0.01 ? 4 : 6);
}

function miners(count: number): string {
  return count === 1 ? '1 miner is' : `${integer(count)} miners are`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
