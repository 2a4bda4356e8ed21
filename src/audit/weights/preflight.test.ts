import { describe, expect, test } from 'vitest';
import type { WeightRow } from './plan-weights.ts';
import { obstacles, preflight } from './preflight.ts';
import type { WeightRules } from './weight-rules.ts';

const RULES: WeightRules = {
  netuid: 64,
  mechanism: 0,
  block: 1_000,
  exists: true,
  mechanisms: 1,
  n: 256,
  uid: 3,
  permit: true,
  excused: false,
  lastUpdate: 800,
  rateLimitBlocks: 100,
  versionKey: 69_420n,
  minAllowedWeights: 3,
  maxWeightLimit: 32_768,
  stakeRao: 5_000_000_000n,
  stakeThresholdRao: 1_000_000_000n,
  way: 'plain',
  takesSalted: true,
  waiting: 0,
};
const ROW: WeightRow = {
  netuid: 64,
  mechanism: 0,
  uids: [1, 2, 9],
  values: [65_535, 65_535, 65_535],
  versionKey: 69_420n,
};

const failing = (rules: Partial<WeightRules>, row: Partial<WeightRow> = {}) =>
  obstacles(preflight({ ...RULES, ...rules }, { ...ROW, ...row })).map(({ rule, holds }) =>
    holds === false ? rule : `${rule}?`,
  );

test('a row that the chain takes', () => {
  expect(failing({})).toEqual([]);
  expect(failing({ way: 'salted' })).toEqual([]);
});

// The chain's order is that of `do_set_weights` (subtensor, pallets/subtensor/src/subnets/weights.rs).
test('the rules in the order of the chain', () => {
  expect(preflight(RULES, ROW).map(({ rule }) => rule)).toEqual([
    'CommitRevealEnabled',
    'CanNotSetRootNetworkWeights',
    'WeightVecNotEqualSize',
    'SubnetNotExists',
    'MechanismDoesNotExist',
    'UidsLengthExceedUidsInSubNet',
    'HotKeyNotRegisteredInSubNet',
    'NotEnoughStakeToSetWeights',
    'IncorrectWeightVersionKey',
    'SettingWeightsTooFast',
    'NeuronNoValidatorPermit',
    'DuplicateUids',
    'UidVecContainInvalidOne',
    'WeightVecLengthIsLow',
    'MaxWeightExceeded',
  ]);
});

describe('each rule by itself', () => {
  test.each<[string, Partial<WeightRules>, Partial<WeightRow>, string[]]>([
    ['root', { netuid: 0 }, {}, ['CanNotSetRootNetworkWeights']],
    ['no subnet', { exists: false }, {}, ['SubnetNotExists']],
    ['lists that differ', {}, { values: [65_535, 65_535] }, ['WeightVecNotEqualSize']],
    ['no such mechanism', { mechanism: 1 }, {}, ['MechanismDoesNotExist']],
    ['more than there are', { n: 2 }, {}, ['UidsLengthExceedUidsInSubNet', 'UidVecContainInvalidOne']],
    ['too little stake', { stakeRao: 999_999_999n }, {}, ['NotEnoughStakeToSetWeights']],
    ['stake that cannot be read', { stakeRao: undefined }, {}, ['NotEnoughStakeToSetWeights?']],
    ['an old version', {}, { versionKey: 69_419n }, ['IncorrectWeightVersionKey']],
    ['a newer version', {}, { versionKey: 10_002_000n }, []],
    ['any version where none is asked for', { versionKey: 0n }, { versionKey: 0n }, []],
    ['exactly at the rate limit', { lastUpdate: 900 }, {}, ['SettingWeightsTooFast']],
    ['one block beyond it', { lastUpdate: 899 }, {}, []],
    ['never before', { lastUpdate: 0, block: 1 }, {}, []],
    ['no limit', { lastUpdate: 1_000, rateLimitBlocks: 0 }, {}, []],
    ['no permit', { permit: false }, {}, ['NeuronNoValidatorPermit']],
    ['no permit, itself alone', { permit: false }, { uids: [3], values: [1] }, []],
    [
      'no permit, another alone',
      { permit: false },
      { uids: [4], values: [1] },
      ['NeuronNoValidatorPermit', 'WeightVecLengthIsLow', 'MaxWeightExceeded'],
    ],
    ["the owner's", { permit: false, stakeRao: 0n, excused: true }, {}, []],
    ['a uid twice', {}, { uids: [1, 2, 2] }, ['DuplicateUids']],
    ['a uid that is not there', {}, { uids: [1, 2, 256] }, ['UidVecContainInvalidOne']],
    ['too few', {}, { uids: [1, 2], values: [65_535, 65_535] }, ['WeightVecLengthIsLow']],
    ['as many as there are', { n: 2, minAllowedWeights: 8 }, { uids: [0, 1], values: [9, 9] }, []],
    ['one too heavy', {}, { values: [65_535, 30_000, 30_000] }, ['MaxWeightExceeded']],
    ['too heavy, where it does not matter', { maxWeightLimit: undefined }, { values: [65_535, 1, 1] }, []],
    ['committing, ten wait', { way: 'salted', waiting: 10 }, {}, ['TooManyUnrevealedCommits']],
    ['committing too fast', { way: 'salted', lastUpdate: 950 }, {}, ['CommittingWeightsTooFast']],
  ])('%s', (_name, rules, row, expected) => {
    expect(failing(rules, row)).toEqual(expected);
  });

  test('what depends on a hotkey cannot be told without one', () => {
    expect(
      failing({ uid: undefined, permit: undefined, lastUpdate: undefined, stakeRao: undefined }),
    ).toEqual([
      'HotKeyNotRegisteredInSubNet?',
      'NotEnoughStakeToSetWeights?',
      'SettingWeightsTooFast?',
      'NeuronNoValidatorPermit?',
    ]);
  });

  test('setting where one must commit, and the other way round', () => {
    expect(obstacles(preflight({ ...RULES, way: 'salted' }, ROW, 'set')).map(({ rule }) => rule)).toEqual([
      'CommitRevealEnabled',
    ]);
    expect(obstacles(preflight(RULES, ROW, 'commit')).map(({ rule }) => rule)).toEqual([
      'CommitRevealDisabled',
    ]);
  });
});
