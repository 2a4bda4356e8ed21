import { describe, expect, it } from 'vitest';
import { activitySearch, figureSearch, rangeQuery, sharedSearch } from './figure-search.ts';

describe('the controls of figures in the address', () => {
  it('leaves out what is usual', () => {
    expect(
      figureSearch({
        range: '7d',
        by: 'coldkey',
        top: '10',
        opacity: '70',
        window: '1',
        smooth: 'mean',
        only: '0',
      }),
    ).toEqual({});
  });

  it('keeps the ends of each control and drops what lies beyond', () => {
    expect(figureSearch({ top: '1', opacity: '0', window: '100' })).toEqual({
      top: 1,
      opacity: 0,
      window: 100,
    });
    expect(figureSearch({ top: '0', opacity: '101', window: '101' })).toEqual({});
  });

  it('drops a range that runs backwards, and keeps one block and block 0', () => {
    expect(figureSearch({ from: '20', to: '10' })).toEqual({});
    expect(figureSearch({ from: '10', to: '10' })).toEqual({ from: 10, to: 10 });
    expect(figureSearch({ from: '0' })).toEqual({ from: 0 });
  });

  it('knows the measures of the animation', () => {
    expect(
      activitySearch({ x: 'totalStake_std', y: 'ip_nunique', size: 'stake_mean', color: 'trust' }),
    ).toEqual({
      x: 'totalStake_std',
      y: 'ip_nunique',
    });
    expect(activitySearch({ x: 'trust_mean_mean', trace: 'uid', count: 'owner' })).toEqual({});
  });
});

describe('a range as the server takes it', () => {
  it('is hours back from the newest snapshot', () => {
    expect(rangeQuery({})).toEqual({ hours: 168 });
    expect(rangeQuery({ range: '1y' })).toEqual({ hours: 8_760 });
  });

  it('is everything from block 0 on', () => {
    expect(rangeQuery({ range: 'all' })).toEqual({ from: 0 });
  });

  it('is the blocks chosen by hand, before any span', () => {
    expect(rangeQuery({ range: '24h', from: 0 })).toEqual({ from: 0 });
    expect(rangeQuery({ to: 99 })).toEqual({ to: 99 });
  });
});

it('takes along from page to page what all of them share', () => {
  expect(
    sharedSearch({ sel: '3', range: '30d', mechanism: 1, sort: '-stake', x: 'trust_mean', q: 'a' }),
  ).toEqual({
    sel: '3',
    range: '30d',
    mechanism: 1,
  });
});
