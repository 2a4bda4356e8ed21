import { expect, test } from 'vitest';
import { stakeCorrelationClusters } from '../analysis/weights/stake-correlation.ts';
import { runApart } from './run-apart.ts';

/** Hotkeys whose stakes change by a rule; every third moves with the first. */
function stakes(hotkeys: number, blocks: number) {
  const cells = Array.from({ length: hotkeys * blocks }, (_, at) => {
    const [hotkey, block] = [Math.floor(at / blocks), at % blocks];
    return { block, hotkey: `hotkey ${hotkey}`, stake: Math.sin(block * (1 + (hotkey % 3))) + hotkey };
  });
  return {
    block: cells.map(({ block }) => block),
    hotkey: cells.map(({ hotkey }) => hotkey),
    stake: cells.map(({ stake }) => stake),
  };
}

test('a thread answers what the function answers, while this one goes on', async () => {
  const columns = stakes(60, 40);
  let turns = 0;
  let done = false;
  const turn = () => {
    turns++;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  const apart = await runApart('stakeCorrelationClusters', [columns, { threshold: 0.1 }]);
  done = true;
  expect(apart).toEqual(stakeCorrelationClusters(columns, { threshold: 0.1 }));
  expect(new Set(apart.cluster).size).toBe(3);
  expect(turns).toBeGreaterThan(1);
});

test('maps go there and back: owners by hotkey are known to the thread', async () => {
  const findings = await runApart('copiers', [
    { epochs: [], actions: [], commitReveal: false },
    { coldkeys: new Map([['a', 'b']]) },
  ]);
  expect(findings).toEqual([]);
});

test('aborted work ends at once, running or waiting, and what comes behind it is done', async () => {
  const long = new AbortController();
  const running = runApart('stakeCorrelationClusters', [stakes(400, 400)], long.signal);
  const gone = new AbortController();
  const waiting = runApart('stakeCorrelationClusters', [stakes(4, 4)], gone.signal);
  const behind = runApart('stakeCorrelationClusters', [stakes(4, 4)]);
  gone.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
  long.abort();
  await expect(running).rejects.toMatchObject({ code: 'aborted' });
  expect((await behind).hotkey).toHaveLength(4);
  await expect(
    runApart('stakeCorrelationClusters', [stakes(4, 4)], AbortSignal.abort()),
  ).rejects.toMatchObject({ code: 'aborted' });
});

test('a function that fails fails its caller, and only that', async () => {
  const broken = { epochs: [undefined] } as never;
  await expect(runApart('copiers', [broken])).rejects.toMatchObject({ code: 'internal' });
  expect((await runApart('stakeCorrelationClusters', [stakes(2, 2)])).cluster).toHaveLength(2);
});
