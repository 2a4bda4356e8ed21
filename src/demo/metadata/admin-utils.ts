import { type PalletSpec, plainVariants, variant } from './spec.ts';

/** A parameter that the owner of a subnet may set: its call, the call's argument, where it is stored, the event that tells. */
export interface OwnerParameter {
  /** Discriminant of the call at spec 343. */
  readonly index: number;
  readonly call: string;
  readonly argument: string;
  readonly type: 'u16' | 'u64' | 'bool';
  /** Item of `SubtensorModule`. */
  readonly item: string;
  /** Event of `SubtensorModule` with the netuid and the new value; some calls are silent. */
  readonly event?: string | undefined;
}

/** What the demo's `AdminUtils` can set (`pallets/admin-utils/src/lib.rs` at spec 343). */
export const OWNER_PARAMETERS: readonly OwnerParameter[] = [
  parameter(3, 'serving_rate_limit', 'u64', 'ServingRateLimit', 'ServingRateLimitSet'),
  parameter(13, 'immunity_period', 'u16', 'ImmunityPeriod', 'ImmunityPeriodSet'),
  parameter(14, 'min_allowed_weights', 'u16', 'MinAllowedWeights', 'MinAllowedWeightSet'),
  parameter(18, 'activity_cutoff', 'u16', 'ActivityCutoff', 'ActivityCutoffSet'),
  parameter(22, 'min_burn', 'u64', 'MinBurn', 'MinBurnSet'),
  parameter(23, 'max_burn', 'u64', 'MaxBurn', 'MaxBurnSet'),
  parameter(26, 'bonds_moving_average', 'u64', 'BondsMovingAverage', 'BondsMovingAverageSet'),
  {
    ...parameter(49, 'commit_reveal_weights_enabled', 'bool', 'CommitRevealWeightsEnabled'),
    argument: 'enabled',
    event: 'CommitRevealEnabled',
  },
];

/** Pallet `AdminUtils`: its calls leave their events in `SubtensorModule`. */
export const adminUtilsPallet: PalletSpec = {
  name: 'AdminUtils',
  index: 19,
  path: 'pallet_admin_utils::pallet',
  storage: [],
  calls: OWNER_PARAMETERS.map(({ index, call, argument, type }) =>
    variant(index, call, { netuid: 'u16', [argument]: type }),
  ),
  errors: plainVariants(
    ...['SubnetDoesNotExist', 'MaxValidatorsLargerThanMaxUIds', 'MaxAllowedUIdsLessThanCurrentUIds'],
    ...['BondsMovingAverageMaxReached', 'NegativeSigmoidSteepness', 'ValueNotInBounds'],
  ),
  constants: [],
};

function parameter(
  index: number,
  name: string,
  type: OwnerParameter['type'],
  item: string,
  event?: string,
): OwnerParameter {
  return { index, call: `sudo_set_${name}`, argument: name, type, item, event };
}
