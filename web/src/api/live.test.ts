import { describe, expect, it } from 'vitest';
import { errorOfAnswer, toApiError } from './errors.ts';
import { appendBlock, isTouched, observedBlockSeconds } from './live.ts';

describe('appendBlock', () => {
  const list = { blocks: [{ block: 10, specVersion: 343, epoch: true, resolution: 'raw' as const }] };

  it('adds a new newest block', () => {
    expect(appendBlock(list, 20)?.blocks.map(({ block }) => block)).toEqual([10, 20]);
  });

  it('leaves the list as it is for a block that it has, an older one, or before the first answer', () => {
    expect(appendBlock(list, 10)).toBe(list);
    expect(appendBlock(list, 5)).toBe(list);
    expect(appendBlock(undefined, 5)).toBeUndefined();
  });
});

describe('observedBlockSeconds', () => {
  it('is the mean over the heads seen', () => {
    expect(
      observedBlockSeconds([
        { block: 100, atMs: 0 },
        { block: 110, atMs: 120_000 },
      ]),
    ).toBe(12);
  });

  it('says nothing before it has seen enough', () => {
    expect(observedBlockSeconds([])).toBeUndefined();
    expect(
      observedBlockSeconds([
        { block: 1, atMs: 0 },
        { block: 2, atMs: 12_000 },
      ]),
    ).toBeUndefined();
    // Many at once: the page catches up, the chain is not that fast.
    expect(
      observedBlockSeconds([
        { block: 1, atMs: 0 },
        { block: 50, atMs: 200 },
      ]),
    ).toBeUndefined();
  });
});

it('asks anew for what the audit changed, and for the feed of requests only when that did', () => {
  expect(isTouched('overview', new Set(['pass']))).toBe(true);
  expect(isTouched('report', new Set(['probe', 'reports']))).toBe(true);
  expect(isTouched('overview', new Set(['probe']))).toBe(false);
  expect(isTouched('probes', new Set(['probe']))).toBe(true);
  // A pass looks up in the exports what was sent.
  expect(isTouched('probes', new Set(['pass']))).toBe(true);
  expect(isTouched('probes', new Set(['reports']))).toBe(false);
});

describe('errorOfAnswer', () => {
  it('keeps the four parts', () => {
    const error = errorOfAnswer(404, {
      error: { code: 'not-found', failed: 'no subnet 9', got: '9', todo: 'look' },
    });
    expect(error).toMatchObject({
      status: 404,
      code: 'not-found',
      parts: { failed: 'no subnet 9', got: '9', todo: 'look' },
    });
    expect(error.retryable).toBe(false);
  });

  it('names an answer that is not from Taoscope', () => {
    for (const body of [undefined, null, 'Bad gateway', { error: 'x' }, { error: { failed: 7 } }]) {
      expect(errorOfAnswer(502, body)).toMatchObject({ code: 'unreachable', retryable: true });
    }
  });

  it('says of a defect of the page that it is one', () => {
    expect(toApiError(new Error('x is not a function')).parts.failed).toBe(
      'a defect in this page: x is not a function',
    );
  });
});
