/** What the store says of accounts: coldkeys and hotkeys across subnets, their pay, and who is pruned next. */
export { type ColdkeyAnswer, type ColdkeyQuery, coldkeyHoldings, DEFAULT_HOLDINGS } from './coldkey.ts';
export { earningsToCsv, holdingsToCsv, pruningToCsv } from './csv.ts';
export {
  accountEarnings,
  DEFAULT_DAYS,
  type EarningsAnswer,
  type EarningsQuery,
  MOST_DAYS,
} from './earnings.ts';
export type { Holding } from './holdings.ts';
export { type SubnetPruning, subnetPruning } from './pruning.ts';
export { hotkeyStanding, type StandingAnswer } from './standing.ts';
