import { expect, test } from 'vitest';
import { agreementFindings } from './agreement-findings.ts';
import type { MinersAnswer } from './miners.ts';

const [FROM, TO] = ['2026-06-01T00:00:00.000000Z', '2026-06-02T00:00:00.000000Z'];

const gap = (from: string, to: string) => ({
  from: `2026-06-01T${from}:00:00.000000Z`,
  to: to === '24' ? TO : `2026-06-01T${to}:00:00.000000Z`,
  seconds: (Number(to) - Number(from)) * 3_600,
});

function answer(more: object = {}, gaps: ReturnType<typeof gap>[] = []): MinersAnswer {
  const counts = { own: 100, validator: 99, ratio: 0.99, low: 0.94, high: 1, state: 'agrees' as const };
  return {
    source: 's',
    validator: 'v',
    from: FROM,
    to: TO,
    threshold: 0.9,
    miners: [
      {
        hotkey: 'ann',
        uid: 1,
        reports: 20,
        coverage: { from: FROM, to: TO, wantedSeconds: 86_400, seconds: 72_000, gaps },
        commonHours: 20,
        incompleteHours: 0,
        counts,
        chutes: [],
        instances: {
          own: 10,
          validator: 10,
          matched: 10,
          ownOnly: 0,
          validatorOnly: 0,
          differing: 0,
          secondsRatio: 1,
          state: 'agrees',
          examples: [],
        },
        line: 'ann: …',
        ...more,
      },
    ],
  };
}

const kinds = (told: MinersAnswer) => agreementFindings(told).map(({ kind, subject }) => [kind, subject]);

test('nothing is found where both sides agree', () => {
  expect(kinds(answer())).toEqual([]);
});

test('who began late, or whose newest report is not out yet, has left out nothing', () => {
  expect(kinds(answer({}, [gap('00', '04'), gap('23', '24')]))).toEqual([]);
  expect(kinds(answer({}, [gap('00', '04'), gap('10', '12')]))).toEqual([['coverage-gap', 'ann@v']]);
});

test('counts that chance does not explain, but not too few of them', () => {
  const counts = { own: 1_000, validator: 500, ratio: 0.5, low: 0.47, high: 0.53 };
  expect(kinds(answer({ counts: { ...counts, state: 'disagrees' } }))).toEqual([
    ['counts-disagree', 'ann@v'],
  ]);
  expect(kinds(answer({ counts: { ...counts, state: 'too-few' } }))).toEqual([]);
  const [finding] = agreementFindings(answer({ counts: { ...counts, state: 'disagrees' } }));
  expect(finding?.title).toBe('ann counts 1000 requests of its own, the validator 500');
  expect(finding?.detail).toContain('by chance between 0.4700 and 0.5300');
});
