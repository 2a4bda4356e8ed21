import { adminUtilsPallet } from './admin-utils.ts';
import { commitmentsPallet } from './commitments.ts';
import { type PalletSpec, plainVariants, variant } from './spec.ts';
import {
  balancesStorage,
  subtensorStorage,
  sudoStorage,
  swapStorage,
  systemStorage,
  timestampStorage,
  transactionPaymentStorage,
} from './storage-items.ts';
import { proxyPallet, utilityPallet } from './wrapper-pallets.ts';

const SECOND_REF_TIME = 1_000_000_000_000n;
const UNBOUNDED = (1n << 64n) - 1n;

/** The pallets of the demo's runtimes, with Subtensor's indices; calls, events and errors keep the real discriminants. */
export function demoPallets(version: unknown): PalletSpec[] {
  return [
    {
      name: 'System',
      index: 0,
      path: 'frame_system::pallet',
      storage: systemStorage,
      calls: [
        variant(0, 'remark', { remark: 'Vec<u8>' }),
        variant(7, 'remark_with_event', { remark: 'Vec<u8>' }),
      ],
      events: [
        variant(0, 'ExtrinsicSuccess', { dispatch_info: 'DispatchEventInfo' }),
        variant(1, 'ExtrinsicFailed', {
          dispatch_error: 'DispatchError',
          dispatch_info: 'DispatchEventInfo',
        }),
        variant(2, 'CodeUpdated'),
        variant(3, 'NewAccount', { account: 'AccountId' }),
        variant(4, 'KilledAccount', { account: 'AccountId' }),
        variant(5, 'Remarked', { sender: 'AccountId', hash: 'H256' }),
      ],
      errors: plainVariants(
        ...[
          'InvalidSpecName',
          'SpecVersionNeedsToIncrease',
          'FailedToExtractRuntimeVersion',
          'NonDefaultComposite',
        ],
        ...[
          'NonZeroRefCount',
          'CallFiltered',
          'MultiBlockMigrationsOngoing',
          'NothingAuthorized',
          'Unauthorized',
        ],
      ),
      constants: [
        ['BlockWeights', 'BlockWeights', blockWeights()],
        ['BlockLength', 'BlockLength', { normal: 7_864_320, operational: 10_485_760, mandatory: 10_485_760 }],
        ['BlockHashCount', 'u32', 2400],
        ['DbWeight', 'RuntimeDbWeight', { read: 25_000_000n, write: 100_000_000n }],
        ['Version', 'RuntimeVersion', version],
        ['SS58Prefix', 'u16', 42],
      ],
    },
    {
      name: 'Timestamp',
      index: 2,
      path: 'pallet_timestamp::pallet',
      storage: timestampStorage,
      calls: [variant(0, 'set', { now: 'Compact<u64>' })],
      constants: [['MinimumPeriod', 'u64', 6000n]],
    },
    {
      name: 'Balances',
      index: 5,
      path: 'pallet_balances::pallet',
      storage: balancesStorage,
      calls: [
        variant(0, 'transfer_allow_death', { dest: 'MultiAddress', value: 'Compact<u64>' }),
        variant(3, 'transfer_keep_alive', { dest: 'MultiAddress', value: 'Compact<u64>' }),
      ],
      events: [
        variant(0, 'Endowed', { account: 'AccountId', free_balance: 'u64' }),
        variant(1, 'DustLost', { account: 'AccountId', amount: 'u64' }),
        variant(2, 'Transfer', { from: 'AccountId', to: 'AccountId', amount: 'u64' }),
        variant(7, 'Deposit', { who: 'AccountId', amount: 'u64' }),
        variant(8, 'Withdraw', { who: 'AccountId', amount: 'u64' }),
        variant(11, 'Burned', { who: 'AccountId', amount: 'u64' }),
      ],
      errors: plainVariants(
        ...[
          'VestingBalance',
          'LiquidityRestrictions',
          'InsufficientBalance',
          'ExistentialDeposit',
          'Expendability',
        ],
        ...['ExistingVestingSchedule', 'DeadAccount', 'TooManyReserves', 'TooManyHolds', 'TooManyFreezes'],
        ...['IssuanceDeactivated', 'DeltaZero'],
      ),
      constants: [
        ['ExistentialDeposit', 'u64', 500n],
        ['MaxLocks', 'u32', 50],
        ['MaxReserves', 'u32', 50],
        ['MaxFreezes', 'u32', 50],
      ],
    },
    {
      name: 'TransactionPayment',
      index: 6,
      path: 'pallet_transaction_payment::pallet',
      storage: transactionPaymentStorage,
      events: [variant(0, 'TransactionFeePaid', { who: 'AccountId', actual_fee: 'u64', tip: 'u64' })],
      constants: [['OperationalFeeMultiplier', 'u8', 5]],
    },
    {
      name: 'SubtensorModule',
      index: 7,
      path: 'pallet_subtensor::pallet',
      storage: subtensorStorage,
      calls: [
        variant(0, 'set_weights', {
          netuid: 'u16',
          dests: 'Vec<u16>',
          weights: 'Vec<u16>',
          version_key: 'u64',
        }),
        variant(2, 'add_stake', { hotkey: 'AccountId', netuid: 'u16', amount_staked: 'u64' }),
        variant(3, 'remove_stake', { hotkey: 'AccountId', netuid: 'u16', amount_unstaked: 'u64' }),
        variant(4, 'serve_axon', {
          netuid: 'u16',
          version: 'u32',
          ip: 'u128',
          port: 'u16',
          ip_type: 'u8',
          protocol: 'u8',
          placeholder1: 'u8',
          placeholder2: 'u8',
        }),
        variant(5, 'serve_prometheus', {
          netuid: 'u16',
          version: 'u32',
          ip: 'u128',
          port: 'u16',
          ip_type: 'u8',
        }),
        variant(7, 'burned_register', { netuid: 'u16', hotkey: 'AccountId' }),
        variant(65, 'decrease_take', { hotkey: 'AccountId', take: 'u16' }),
        variant(66, 'increase_take', { hotkey: 'AccountId', take: 'u16' }),
        variant(67, 'set_children', {
          hotkey: 'AccountId',
          netuid: 'u16',
          children: 'Vec<(u64,AccountId)>',
        }),
        variant(75, 'set_childkey_take', { hotkey: 'AccountId', netuid: 'u16', take: 'u16' }),
        variant(85, 'move_stake', {
          origin_hotkey: 'AccountId',
          destination_hotkey: 'AccountId',
          origin_netuid: 'u16',
          destination_netuid: 'u16',
          alpha_amount: 'u64',
        }),
        variant(96, 'commit_weights', { netuid: 'u16', commit_hash: 'H256' }),
        variant(97, 'reveal_weights', {
          netuid: 'u16',
          uids: 'Vec<u16>',
          values: 'Vec<u16>',
          salt: 'Vec<u16>',
          version_key: 'u64',
        }),
        variant(115, 'commit_mechanism_weights', { netuid: 'u16', mecid: 'u8', commit_hash: 'H256' }),
        variant(116, 'reveal_mechanism_weights', {
          netuid: 'u16',
          mecid: 'u8',
          uids: 'Vec<u16>',
          values: 'Vec<u16>',
          salt: 'Vec<u16>',
          version_key: 'u64',
        }),
        variant(119, 'set_mechanism_weights', {
          netuid: 'u16',
          mecid: 'u8',
          dests: 'Vec<u16>',
          weights: 'Vec<u16>',
          version_key: 'u64',
        }),
      ],
      events: [
        variant(0, 'NetworkAdded', ['u16', 'u16']),
        variant(1, 'NetworkRemoved', ['u16']),
        variant(2, 'StakeAdded', ['AccountId', 'AccountId', 'u64', 'u64', 'u16', 'u64']),
        variant(3, 'StakeRemoved', ['AccountId', 'AccountId', 'u64', 'u64', 'u16', 'u64']),
        variant(4, 'StakeMoved', ['AccountId', 'AccountId', 'u16', 'AccountId', 'u16', 'u64']),
        variant(5, 'WeightsSet', ['u16', 'u16']),
        variant(6, 'NeuronRegistered', ['u16', 'u16', 'AccountId']),
        variant(15, 'ActivityCutoffSet', ['u16', 'u16']),
        variant(19, 'MinAllowedWeightSet', ['u16', 'u16']),
        variant(23, 'ImmunityPeriodSet', ['u16', 'u16']),
        variant(24, 'BondsMovingAverageSet', ['u16', 'u64']),
        variant(28, 'AxonServed', ['u16', 'AccountId']),
        variant(29, 'PrometheusServed', ['u16', 'AccountId']),
        variant(35, 'ServingRateLimitSet', ['u16', 'u64']),
        variant(36, 'BurnSet', ['u16', 'u64']),
        variant(37, 'MaxBurnSet', ['u16', 'u64']),
        variant(38, 'MinBurnSet', ['u16', 'u64']),
        variant(46, 'ChildKeyTakeSet', ['AccountId', 'u16']),
        variant(61, 'TakeDecreased', ['AccountId', 'AccountId', 'u16']),
        variant(62, 'TakeIncreased', ['AccountId', 'AccountId', 'u16']),
        variant(70, 'SetChildrenScheduled', ['AccountId', 'u16', 'u64', 'Vec<(u64,AccountId)>']),
        variant(71, 'SetChildren', ['AccountId', 'u16', 'Vec<(u64,AccountId)>']),
        variant(79, 'WeightsCommitted', ['AccountId', 'u16', 'H256']),
        variant(80, 'WeightsRevealed', ['AccountId', 'u16', 'H256']),
        variant(95, 'CommitRevealEnabled', ['u16', 'bool']),
        variant(104, 'IncentiveAlphaEmittedToMiners', { netuid: 'u16', emissions: 'Vec<u64>' }),
      ],
      errors: subtensorErrors(),
      constants: [
        ['InitialTempo', 'u16', 360],
        ['InitialBurn', 'u64', 100_000_000n],
        ['InitialKappa', 'u16', 32_767],
        ['InitialRho', 'u16', 10],
        ['InitialImmunityPeriod', 'u16', 4096],
        ['InitialMaxAllowedUids', 'u16', 4096],
        ['InitialMaxAllowedValidators', 'u16', 128],
        ['InitialActivityCutoff', 'u16', 5000],
        ['InitialServingRateLimit', 'u64', 50n],
        ['InitialTaoWeight', 'u64', 971_718_665_099_567_868n],
      ],
    },
    utilityPallet,
    {
      name: 'Sudo',
      index: 12,
      path: 'pallet_sudo::pallet',
      storage: sudoStorage,
      errors: plainVariants('RequireSudo'),
      constants: [],
    },
    proxyPallet,
    commitmentsPallet,
    adminUtilsPallet,
    {
      name: 'Swap',
      index: 28,
      path: 'pallet_subtensor_swap::pallet::pallet',
      storage: swapStorage,
      constants: [],
    },
  ];
}

/** Four seconds of computing per block, three quarters of it for ordinary extrinsics (`runtime/src/lib.rs`). */
function blockWeights(): unknown {
  const weight = (ref_time: bigint) => ({ ref_time, proof_size: UNBOUNDED });
  const base = { ref_time: 108_157_000n, proof_size: 0n };
  return {
    base_block: { ref_time: 431_614_000n, proof_size: 0n },
    max_block: weight(4n * SECOND_REF_TIME),
    per_class: {
      normal: {
        base_extrinsic: base,
        max_extrinsic: weight((26n * SECOND_REF_TIME) / 10n),
        max_total: weight(3n * SECOND_REF_TIME),
        reserved: weight(0n),
      },
      operational: {
        base_extrinsic: base,
        max_extrinsic: weight((36n * SECOND_REF_TIME) / 10n),
        max_total: weight(4n * SECOND_REF_TIME),
        reserved: weight(SECOND_REF_TIME),
      },
      mandatory: {
        base_extrinsic: base,
        max_extrinsic: undefined,
        max_total: undefined,
        reserved: undefined,
      },
    },
  };
}

/** The first errors of the pallet, by their discriminant; the later ones belong to calls that the demo lacks. */
function subtensorErrors() {
  const first = plainVariants(
    ...[
      'RootNetworkDoesNotExist',
      'InvalidIpType',
      'InvalidIpAddress',
      'InvalidPort',
      'HotKeyNotRegisteredInSubNet',
    ],
    ...['HotKeyAccountNotExists', 'HotKeyNotRegisteredInNetwork', 'NonAssociatedColdKey', 'NotEnoughStake'],
    ...['NotEnoughStakeToWithdraw', 'NotEnoughStakeToSetWeights', 'NotEnoughStakeToSetChildkeys'],
    ...[
      'NotEnoughBalanceToStake',
      'BalanceWithdrawalError',
      'ZeroBalanceAfterWithdrawn',
      'NeuronNoValidatorPermit',
    ],
    ...['WeightVecNotEqualSize', 'DuplicateUids', 'UidVecContainInvalidOne', 'WeightVecLengthIsLow'],
    ...['TooManyRegistrationsThisBlock', 'HotKeyAlreadyRegisteredInSubNet', 'NewHotKeyIsSameWithOld'],
    ...['InvalidWorkBlock', 'InvalidDifficulty', 'InvalidSeal', 'MaxWeightExceeded', 'HotKeyAlreadyDelegate'],
    ...['SettingWeightsTooFast', 'IncorrectWeightVersionKey', 'ServingRateLimitExceeded'],
    ...['UidsLengthExceedUidsInSubNet', 'NetworkTxRateLimitExceeded', 'DelegateTxRateLimitExceeded'],
    ...['HotKeySetTxRateLimitExceeded', 'StakingRateLimitExceeded', 'SubNetRegistrationDisabled'],
    ...[
      'TooManyRegistrationsThisInterval',
      'TransactorAccountShouldBeHotKey',
      'FaucetDisabled',
      'NotSubnetOwner',
    ],
    ...['RegistrationNotPermittedOnRootSubnet', 'StakeTooLowForRoot', 'AllNetworksInImmunity'],
    ...[
      'NotEnoughBalanceToPaySwapHotKey',
      'NotRootSubnet',
      'CanNotSetRootNetworkWeights',
      'NoNeuronIdAvailable',
    ],
    ...[
      'DelegateTakeTooLow',
      'DelegateTakeTooHigh',
      'NoWeightsCommitFound',
      'InvalidRevealCommitHashNotMatch',
    ],
    ...[
      'CommitRevealEnabled',
      'CommitRevealDisabled',
      'LiquidAlphaDisabled',
      'AlphaHighTooLow',
      'AlphaLowOutOfRange',
    ],
    ...[
      'ColdKeyAlreadyAssociated',
      'NotEnoughBalanceToPaySwapColdKey',
      'ColdkeyIsInArbitration',
      'InvalidChild',
    ],
    ...[
      'DuplicateChild',
      'ProportionOverflow',
      'TooManyChildren',
      'TxRateLimitExceeded',
      'SwapAlreadyScheduled',
    ],
    ...['FailedToSchedule', 'NewColdKeyIsHotkey', 'InvalidChildkeyTake', 'TxChildkeyTakeRateLimitExceeded'],
    ...['InvalidIdentity', 'MechanismDoesNotExist', 'CannotUnstakeLock', 'SubnetNotExists'],
    ...['TooManyUnrevealedCommits', 'ExpiredWeightCommit', 'RevealTooEarly', 'InputLengthsUnequal'],
    ...['CommittingWeightsTooFast', 'AmountTooLow'],
  );
  return [...first, variant(106, 'AdminActionProhibitedDuringWeightsWindow')];
}
