import type { TaoscopeError } from '../../shared/index.ts';

/** Why a node would not take an extrinsic. */
export interface PoolRefusal {
  /** `RateLimitExceeded`, `Stale`, or `unknown`. */
  readonly name: string;
  /** The number of `InvalidTransaction::Custom`, where it is one. */
  readonly custom?: number | undefined;
  /** What it means, a sentence. */
  readonly meaning: string;
  /** The node's own words, one line. */
  readonly said: string;
}

type Row = readonly [name: string, meaning: string];

/**
 * `InvalidTransaction::Custom` of Subtensor's transaction extension (`common/src/transaction_error.rs`, spec 425). The numbers
 * up to 13 mean the same since spec 218; those of older runtimes are not documented.
 */
const CUSTOM: Readonly<Record<number, Row>> = {
  0: ['ColdkeyInSwapSchedule', 'a swap of the coldkey is scheduled or announced'],
  1: ['StakeAmountTooLow', 'the stake is below what the call asks for (for weights: the stake threshold)'],
  2: ['BalanceTooLow', 'the balance is too low'],
  3: ['SubnetNotExists', 'there is no such subnet'],
  4: ['HotkeyAccountDoesntExist', 'the hotkey has no owner on this chain'],
  5: ['NotEnoughStakeToWithdraw', 'there is not so much stake to take back'],
  6: ['RateLimitExceeded', 'it is too soon after the last call of this kind (for weights: weightsRateLimit)'],
  7: ['InsufficientLiquidity', 'the pool of the subnet is too shallow'],
  8: ['SlippageTooHigh', 'the price would move further than allowed'],
  9: ['TransferDisallowed', 'the subnet forbids transfers of stake'],
  10: ['HotKeyNotRegisteredInNetwork', 'the hotkey is not registered on this subnet'],
  11: ['InvalidIpAddress', 'the IP address is not one that may be served'],
  12: ['ServingRateLimitExceeded', 'it is too soon after the last serving'],
  13: ['InvalidPort', 'port 0 cannot be served'],
  14: ['ZeroMaxAmount', 'the largest amount allowed is zero'],
  15: ['InvalidRevealRound', 'the drand round is already past'],
  16: ['CommitNotFound', 'nothing that was committed to fits this reveal'],
  17: ['CommitBlockNotInRevealRange', 'this commit may not be revealed in this epoch'],
  18: ['InputLengthsUnequal', 'the lists differ in length'],
  19: ['UidNotFound', 'no neuron has this uid'],
  20: ['EvmKeyAssociateRateLimitExceeded', 'it is too soon after the last association of an EVM key'],
  21: ['ColdkeySwapDisputed', 'the swap of the coldkey is disputed'],
  25: ['CommitRevealEnabled', 'the subnet wants weights committed and revealed, not set'],
  26: ['CommitRevealDisabled', 'the subnet wants weights set, not committed'],
  29: ['IncorrectCommitRevealVersion', 'the chain reveals by another version'],
  30: ['CommittingWeightsTooFast', 'it is too soon after the last commit'],
  31: ['TooManyUnrevealedCommits', '10 commits wait to be revealed already'],
  255: ['BadRequest', 'the call is refused without a reason'],
};

/** Texts of `sp_runtime::transaction_validity` and of the pool's own errors (`sc-transaction-pool-api`). */
const TEXTS: readonly (readonly [pattern: RegExp, name: string, meaning: string])[] = [
  [
    /outdated|\bstale\b/i,
    'Stale',
    'its nonce is used already: another extrinsic of this account was included',
  ],
  [/in the future|\bfuture\b/i, 'Future', 'its nonce is ahead of the account'],
  [
    /bad signature|bad ?proof/i,
    'BadProof',
    'the signature does not hold for this chain, runtime or era (another genesis or spec version, or an old block)',
  ],
  [/ancient birth block|ancientbirthblock/i, 'AncientBirthBlock', 'its era is over'],
  [/inability to pay|\bpayment\b/i, 'Payment', 'the account cannot pay the fee'],
  [/exhaust/i, 'ExhaustsResources', 'the block has no room for it'],
  [
    /call is not expected|"?invalid"?:\s*"?call|mandatory/i,
    'Call',
    'the runtime does not take this call from this account',
  ],
  [/temporarily banned/i, 'Banned', 'the node saw it before, and keeps it out for a while'],
  [/already imported/i, 'AlreadyImported', 'the node has it already'],
  [/priority is too low/i, 'TooLowPriority', 'another extrinsic with this nonce waits in the pool'],
  [/pool is full|immediately dropped/i, 'Dropped', 'the pool of the node is full'],
];

/** Explains the refusal of `author_submitExtrinsic` (`rpc-refused`) by the codes and texts that nodes use. */
export function explainRefusal(error: TaoscopeError): PoolRefusal {
  const said = error.parts.got ?? error.parts.failed;
  const custom = /custom(?:\s+error)?"?\s*[:(]\s*(\d{1,3})/i.exec(said)?.[1];
  if (custom !== undefined) {
    const code = Number(custom);
    const [name, meaning] = CUSTOM[code] ?? [
      `Custom ${code}`,
      'a rule of the runtime that is not documented',
    ];
    return { name, custom: code, meaning, said };
  }
  const row = TEXTS.find(([pattern]) => pattern.test(said));
  return row === undefined
    ? { name: 'unknown', meaning: 'the node gives no reason that is known', said }
    : { name: row[1], meaning: row[2], said };
}

/** A refusal that does not say that the extrinsic is not, or will not be, in a block. */
export function mayBeKnown({ name }: PoolRefusal): boolean {
  return name === 'Banned' || name === 'AlreadyImported' || name === 'Stale';
}
