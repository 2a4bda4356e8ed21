import type { ValueAxis } from './line-option.ts';

/** How figures of a unit of the API are written, in the coin of the subnet: `alpha`, `tao`, `fraction` or `count`. */
export function axisOfUnit(unit: string, symbol: string): Pick<ValueAxis, 'unit' | 'kind'> {
  switch (unit) {
    case 'alpha':
      return { unit: symbol, kind: 'amount' };
    case 'tao':
      return { unit: 'τ', kind: 'amount' };
    case 'count':
      return { unit: '', kind: 'count' };
    default:
      return { unit: '', kind: 'share' };
  }
}
