import { expect, test } from 'vitest';
import {
  agreementSentence,
  coveredShare,
  gapMarks,
  type ReportingMiner,
  worseState,
  worstFirst,
} from './miners-words.ts';

type State = ReportingMiner['counts']['state'];

function miner(
  uid: number | null,
  ratio: number | null,
  state: State,
  instances: State = 'agrees',
  covered = 7_200,
): ReportingMiner {
  return {
    hotkey: `h${uid}`,
    uid,
    reports: 2,
    coverage: {
      from: '2026-11-22T04:00:00Z',
      to: '2026-11-22T06:00:00Z',
      wantedSeconds: 7_200,
      seconds: covered,
      gaps: [],
    },
    commonHours: 2,
    incompleteHours: 0,
    counts: { own: 1, validator: 1, ratio, low: ratio, high: ratio, state },
    chutes: [],
    instances: {
      own: 0,
      validator: 0,
      matched: 0,
      ownOnly: 0,
      validatorOnly: 0,
      differing: 0,
      secondsRatio: null,
      state: instances,
      examples: [],
    },
    line: '',
  };
}

test('who disagrees comes first, by counts or by instances; then the lowest ratio', () => {
  const miners = [
    miner(1, 0.99, 'agrees'),
    miner(2, 1, 'agrees', 'disagrees'),
    miner(3, 0.5, 'too-few'),
    miner(4, 0.8, 'disagrees'),
    miner(0, 0.95, 'agrees'),
    miner(5, null, 'nothing', 'nothing'),
  ];
  expect(worstFirst(miners).map(({ uid }) => uid)).toEqual([4, 2, 3, 5, 0, 1]);
});

test('instances that nobody has do not soften what counts say', () => {
  expect(worseState(miner(1, 1, 'agrees', 'nothing'))).toBe('agrees');
  expect(worseState(miner(1, null, 'nothing', 'agrees'))).toBe('nothing');
});

// The ratios of the field's own log lines (issue 4, acceptance 5).
test('the sentence names the range of ratios and how many disagree', () => {
  const miners = [miner(1, 0.9526, 'agrees'), miner(2, 0.9827, 'agrees'), miner(3, 0.9318, 'agrees')];
  expect(agreementSentence({ miners, threshold: 0.9 })).toMatch(
    /^3 miners publish reports about themselves; ratios of counts go from 0\.9318 to 0\.9827\. None disagrees/,
  );
  expect(agreementSentence({ miners: [...miners, miner(4, 0.2, 'disagrees')], threshold: 0.9 })).toContain(
    '1 of them disagrees',
  );
});

test('one miner, and none, are spoken of as such', () => {
  expect(agreementSentence({ miners: [miner(0, 0.5, 'disagrees')], threshold: 0.9 })).toMatch(
    /^1 miner publishes reports about itself; its count and the validator’s have the ratio 0\.5000\. It disagrees/,
  );
  expect(agreementSentence({ miners: [miner(0, null, 'nothing', 'nothing')], threshold: 0.9 })).toContain(
    'nothing was counted by either side',
  );
  expect(agreementSentence({ miners: [], threshold: 0.9 })).toMatch(/^No miner publishes/);
});

test('a gap is where it is, and never too thin to be seen', () => {
  const range = { from: '2026-11-22T00:00:00Z', to: '2026-11-22T10:00:00Z' };
  const gap = (from: string, seconds: number) => ({ from: `2026-11-22T${from}Z`, to: '', seconds });
  expect(gapMarks({ ...range, gaps: [gap('05:00:00', 3_600)] })).toEqual([{ left: 0.5, width: 0.1 }]);
  expect(gapMarks({ ...range, gaps: [gap('09:59:59', 1)] }, 0.01)).toEqual([{ left: 0.99, width: 0.01 }]);
  expect(gapMarks({ ...range, to: range.from, gaps: [gap('05:00:00', 1)] })).toEqual([]);
});

test('an empty range is not covered, and no division by zero', () => {
  const { coverage } = miner(0, 1, 'agrees');
  expect(coveredShare({ coverage: { ...coverage, wantedSeconds: 0, seconds: 0 } })).toBe(0);
  expect(coveredShare({ coverage: { ...coverage, seconds: 1_800 } })).toBe(0.25);
});
