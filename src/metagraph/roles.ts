import type { NeuronColumns } from '../chain/index.ts';

/**
 * How many neurons validate and mine, as the dashboards of the field count them: a validator has a permit and validator
 * trust above 0 (the permit alone where the source has no validator trust); a miner has trust above 0, or incentive above
 * 0 where the era has no trust. `undefined` where neither can be told.
 */
export function countRoles(columns: NeuronColumns): {
  validators: number | undefined;
  miners: number | undefined;
} {
  const { validatorPermit, validatorTrust, trust, incentive } = columns;
  const earning = trust ?? incentive;
  return {
    validators: validatorPermit?.filter((permit, uid) => permit && (validatorTrust?.[uid] ?? 1) > 0).length,
    miners: earning?.filter((value) => value > 0).length,
  };
}
