import { raoToDecimal } from '../../shared/index.ts';
import type { WeightRow } from './plan-weights.ts';
import { isWithinLimit, storedValues } from './stored-values.ts';
import type { WeightRules } from './weight-rules.ts';

/** One rule of the chain, looked at before anything is signed. */
export interface RuleCheck {
  /** The error that the chain would answer, by its name in newer metadata. */
  readonly rule: string;
  /** `undefined` when it cannot be told, for want of a hotkey or of a reading. */
  readonly holds: boolean | undefined;
  readonly got: string;
  readonly needed: string;
}

/** What is about to be sent: a row, or the hash of one. */
export type WeightsAction = 'set' | 'commit';

/** The chain's most unrevealed commits of one hotkey on one mechanism. */
const MOST_WAITING = 10;

/**
 * The chain's own checks in their order (`do_set_weights` and `do_commit_weights` in `pallets/subtensor/src/subnets/weights.rs`), by the node's own
 * parameters. For a commit, the rules of the row are those that its reveal will meet, as they stand now.
 */
export function preflight(
  rules: WeightRules,
  row: WeightRow,
  action: WeightsAction = rules.way === 'plain' ? 'set' : 'commit',
): RuleCheck[] {
  const { uids, values } = row;
  const isSelf = rules.uid !== undefined && uids.length === 1 && uids[0] === rules.uid;
  const least = Math.min(rules.minAllowedWeights, rules.n);
  const check = (rule: string, holds: boolean | undefined, got: string, needed: string): RuleCheck => ({
    rule,
    holds,
    got,
    needed,
  });
  const registered = check(
    'HotKeyNotRegisteredInSubNet',
    rules.uid === undefined ? undefined : true,
    rules.uid === undefined ? 'no uid' : `uid ${rules.uid}`,
    `a uid on netuid ${rules.netuid}`,
  );
  const own = (holds: boolean): boolean | undefined => (rules.uid === undefined ? undefined : holds);

  const before =
    action === 'set'
      ? [check('CommitRevealEnabled', rules.way === 'plain', wayText(rules), 'commit-reveal off')]
      : [
          check('CommitRevealDisabled', rules.way !== 'plain', wayText(rules), 'commit-reveal on'),
          check(
            'TooManyUnrevealedCommits',
            rules.waiting < MOST_WAITING,
            `${rules.waiting} wait`,
            `fewer than ${MOST_WAITING}`,
          ),
        ];
  const hasLimit = rules.maxWeightLimit !== undefined;
  return [
    ...before,
    check(
      'CanNotSetRootNetworkWeights',
      rules.netuid !== 0,
      `netuid ${rules.netuid}`,
      'a subnet other than root (0)',
    ),
    check(
      'WeightVecNotEqualSize',
      uids.length === values.length,
      `${uids.length} uids, ${values.length} values`,
      'as many of each',
    ),
    check(
      'SubnetNotExists',
      rules.exists,
      rules.exists ? 'it exists' : 'no such subnet',
      `netuid ${rules.netuid}`,
    ),
    check(
      'MechanismDoesNotExist',
      rules.mechanism < rules.mechanisms,
      `mechanism ${rules.mechanism}`,
      `one below ${rules.mechanisms}`,
    ),
    check(
      'UidsLengthExceedUidsInSubNet',
      uids.length <= rules.n,
      `${uids.length} uids`,
      `at most ${rules.n}`,
    ),
    registered,
    check(
      'NotEnoughStakeToSetWeights',
      stakeHolds(rules),
      stakeText(rules),
      `at least ${raoToDecimal(rules.stakeThresholdRao)}`,
    ),
    check(
      'IncorrectWeightVersionKey',
      rules.versionKey === 0n || row.versionKey >= rules.versionKey,
      String(row.versionKey),
      rules.versionKey === 0n ? 'any' : `at least ${rules.versionKey}`,
    ),
    check(
      action === 'set' ? 'SettingWeightsTooFast' : 'CommittingWeightsTooFast',
      rateHolds(rules),
      rateText(rules),
      rules.rateLimitBlocks === 0 ? 'any' : `more than ${rules.rateLimitBlocks} blocks since`,
    ),
    check(
      'NeuronNoValidatorPermit',
      own(isSelf || rules.excused || rules.permit === true),
      rules.permit === true
        ? 'a permit'
        : rules.excused
          ? "the owner's hotkey"
          : isSelf
            ? 'weights for itself alone'
            : 'no permit',
      'a validator permit, or weights for itself alone',
    ),
    check(
      'DuplicateUids',
      new Set(uids).size === uids.length,
      `${uids.length - new Set(uids).size} repeated`,
      'none repeated',
    ),
    check(
      'UidVecContainInvalidOne',
      uids.every((uid) => Number.isInteger(uid) && uid >= 0 && uid < rules.n),
      uids.length === 0 ? 'no uids' : `up to uid ${Math.max(...uids)}`,
      `below ${rules.n}`,
    ),
    check('WeightVecLengthIsLow', isSelf || uids.length >= least, `${uids.length} uids`, `at least ${least}`),
    ...(hasLimit
      ? [
          check(
            'MaxWeightExceeded',
            isSelf || isWithinLimit(storedValues(values), rules.maxWeightLimit!),
            `the largest is ${percent(largestShare(values))} of the row`,
            `at most ${percent(rules.maxWeightLimit! / 65_535)}`,
          ),
        ]
      : []),
  ];
}

/** Checks that stand in the way: those that do not hold, and those that could not be made. */
export function obstacles(checks: readonly RuleCheck[]): RuleCheck[] {
  return checks.filter(({ holds }) => holds !== true);
}

function stakeHolds({ uid, excused, stakeRao, stakeThresholdRao }: WeightRules): boolean | undefined {
  if (uid === undefined) return undefined;
  if (excused || stakeThresholdRao === 0n) return true;
  return stakeRao === undefined ? undefined : stakeRao >= stakeThresholdRao;
}

function stakeText({ uid, excused, stakeRao }: WeightRules): string {
  if (uid === undefined) return 'no uid';
  if (excused) return "the owner's hotkey";
  return stakeRao === undefined ? 'it cannot be read' : `${raoToDecimal(stakeRao)} that counts`;
}

/** The chain asks for at least the limit, but also at the pool's door, a block earlier: so we wait for more than it, as the SDK does. */
function rateHolds({ uid, block, lastUpdate, rateLimitBlocks }: WeightRules): boolean | undefined {
  if (uid === undefined) return undefined;
  if (lastUpdate === undefined || lastUpdate === 0 || rateLimitBlocks === 0) return true;
  return block - lastUpdate > rateLimitBlocks;
}

function rateText({ uid, block, lastUpdate }: WeightRules): string {
  if (uid === undefined) return 'no uid';
  if (lastUpdate === undefined || lastUpdate === 0) return 'never set';
  return `${block - lastUpdate} blocks since block ${lastUpdate}`;
}

function wayText({ way }: WeightRules): string {
  if (way === 'plain') return 'commit-reveal off';
  return way === 'salted' ? 'commit-reveal on' : 'commit-reveal on, by timelock';
}

function largestShare(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  return sum === 0 ? 0 : Math.max(...values) / sum;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
