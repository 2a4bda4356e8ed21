import { writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { revealWeights } from '../../src/cli/commands/weights/reveal.ts';
import { setWeightsCommand } from '../../src/cli/commands/weights/set.ts';
import { showWeights } from '../../src/cli/commands/weights/show.ts';
import type { Effects } from '../../src/cli/effects.ts';
import { several } from '../../src/cli/parse.ts';
import { TaoscopeError } from '../../src/shared/index.ts';
import { startChild } from '../support/child.ts';
import { type Chopsticks, SPEC_185, SPEC_218, startChopsticks } from '../support/chopsticks.ts';
import { repoRoot, tempDir } from '../support/paths.ts';
import { loadPolkadotApi, type PolkadotApi } from '../support/peers.ts';
import { requireChainSpec } from '../support/requirement.ts';
import { NETUID_185, peopleSubnet185 } from '../support/subnet-185.ts';
import { NETUID_218, peopleSubnet218 } from '../support/subnet-218.ts';
import { until } from '../support/until.ts';

type Action = (command: Command, effects: Effects, options: Record<string, unknown>) => Promise<void>;

/** What a command printed, and the error it ended with. */
interface Ran {
  readonly stdout: string;
  readonly error?: TaoscopeError | undefined;
}

/** Runs a command against a node; its folder of commits and its secret come from the environment. */
async function run(
  action: Action,
  world: { url: string; audit: string; secret?: string; signal?: AbortSignal },
  options: Record<string, unknown>,
): Promise<Ran> {
  let stdout = '';
  const effects: Effects = {
    stdout: {
      write: (text) => {
        stdout += String(text);
        return undefined;
      },
    },
    stderr: { write: () => {}, isTTY: false },
    env: { TAOSCOPE_AUDIT_PATH: world.audit, TAOSCOPE_HOTKEY: world.secret },
    readFile: (path) => {
      if (path.startsWith('scores:')) return path.slice('scores:'.length);
      throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    },
    signal: world.signal ?? new AbortController().signal,
  };
  const program = new Command('taoscope').option('--endpoint <url>', '', several).exitOverride();
  program.command('go').action((_options, command) => action(command, effects, options));
  try {
    await program.parseAsync(['--endpoint', world.url, 'go'], { from: 'user' });
    return { stdout };
  } catch (error) {
    if (error instanceof TaoscopeError) return { stdout, error };
    throw error;
  }
}

/** Runs while the node builds blocks, as a chain would. */
async function whileBuilding<T>(node: Chopsticks, action: Promise<T>): Promise<T> {
  let done = false;
  const settled = action.finally(() => {
    done = true;
  });
  settled.catch(() => {});
  while (!done) {
    // At a pace that leaves the other process time to see each block.
    const pending = await node.rpc<unknown[]>('author_pendingExtrinsics');
    if (pending.length === 0) await new Promise((resolve) => setTimeout(resolve, 200));
    await node.newBlock();
  }
  return settled;
}

const scoresFile = (netuid: number, scores: Record<string, number>) =>
  `scores:${JSON.stringify({ netuid, scores })}`;

/** The stored row of a uid, as @polkadot/api reads it. */
async function rowOf(api: PolkadotApi, netuid: number, uid: number): Promise<unknown> {
  return (await api.query.subtensorModule!.weights!(netuid, uid)).toJSON();
}

describe.skipIf(!requireChainSpec(SPEC_218))('weights on runtime 218', () => {
  let node: Chopsticks;
  let api: PolkadotApi;
  let dir: Awaited<ReturnType<typeof tempDir>>;
  let hotkeys: readonly string[];
  let uids: number[];
  let file: string;
  const netuid = NETUID_218;
  const world = (i: number) => ({ url: node.url, audit: dir.path, secret: `//Taoscope//hot//${i}` });
  const put = (values: Record<string, unknown>) => node.setStorage({ SubtensorModule: values });

  beforeAll(async () => {
    dir = await tempDir('weights');
    node = await startChopsticks(SPEC_218);
    const subnet = await peopleSubnet218(node);
    hotkeys = subnet.hotkeys.map(({ address }) => address);
    api = await (await loadPolkadotApi()).connect(node.url);
    uids = await Promise.all(
      hotkeys.map(async (hotkey) =>
        Number((await api.query.subtensorModule!.uids!(netuid, hotkey)).toString()),
      ),
    );
    await node.newBlock(2);
    // By hand: 0.5 is the largest, so 65535; 0.25 is 32767.5, to even 32768; 0.1 is 13107; the last rounds to nothing.
    file = scoresFile(netuid, {
      [hotkeys[5]!]: 0.5,
      [hotkeys[6]!]: 0.25,
      [hotkeys[7]!]: 0.1,
      [hotkeys[8]!]: 1e-9,
    });
  }, 300_000);
  afterAll(async () => {
    await api?.disconnect();
    await node?.[Symbol.asyncDispose]();
    await dir?.[Symbol.asyncDispose]();
  });

  test('are shown without being sent, and set as they were shown', async () => {
    const shown = await run(showWeights as Action, world(0), { file, json: true });
    expect(shown.error).toBeUndefined();
    const plan = JSON.parse(shown.stdout) as {
      uids: number[];
      values: number[];
      way: string;
      rules: { holds: boolean }[];
    };
    expect(plan).toMatchObject({
      uids: [uids[5], uids[6], uids[7]],
      values: [65_535, 32_768, 13_107],
      way: 'plain',
    });
    expect(plan.rules.every(({ holds }) => holds)).toBe(true);

    const before = await node.head();
    const dry = await run(setWeightsCommand as Action, world(0), { file });
    expect(dry.error).toBeUndefined();
    expect(dry.stdout).toContain('Nothing was sent.');
    expect(await node.rpc('author_pendingExtrinsics')).toEqual([]);
    expect((await node.head()).number).toBe(before.number);

    const set = await whileBuilding(node, run(setWeightsCommand as Action, world(0), { file, submit: true }));
    expect(set.error).toBeUndefined();
    expect(set.stdout).toMatch(/Set in block \d+, extrinsic 0x[0-9a-f]{64}/);
    expect(await rowOf(api, netuid, uids[0]!)).toEqual([
      [uids[5], 65_535],
      [uids[6], 32_768],
      [uids[7], 13_107],
    ]);
    expect(set.stdout).not.toContain('Taoscope//hot');
  });

  describe('that the chain would refuse are told before, and explained behind', () => {
    const cases: [string, number, () => Promise<void>, Record<string, unknown>, string][] = [
      ['too fast', 1, () => put({ WeightsSetRateLimit: [[[netuid], 1_000]] }), {}, 'SettingWeightsTooFast'],
      [
        'an old version',
        1,
        () => put({ WeightsSetRateLimit: [[[netuid], 1]], WeightsVersionKey: [[[netuid], 70_000]] }),
        { versionKey: 69_420n },
        'IncorrectWeightVersionKey',
      ],
      [
        'too few',
        1,
        () => put({ WeightsVersionKey: [[[netuid], null]], MinAllowedWeights: [[[netuid], 9]] }),
        {},
        'WeightVecLengthIsLow',
      ],
    ];
    afterAll(() => put({ MinAllowedWeights: [[[netuid], 1]], WeightsSetRateLimit: [[[netuid], 1]] }));

    test.each(cases)('%s', async (_name, who, prepare, options, rule) => {
      await prepare();
      await node.newBlock();
      const told = await run(setWeightsCommand as Action, world(who), { file, submit: true, ...options });
      expect(told.error?.parts.failed).toBe('the chain would refuse these weights');
      expect(told.error?.parts.got).toContain(rule);
      const forced = await whileBuilding(
        node,
        run(setWeightsCommand as Action, world(who), { file, submit: true, force: true, ...options }),
      );
      expect(forced.error?.message).toMatch(/refused the weights|would not take the weights/);
      expect(forced.error?.parts.got).toMatch(new RegExp(`SubtensorModule\\.${rule}|RateLimitExceeded`));
      expect(forced.error?.parts.todo).toContain(rule);
    });
  });

  describe('committed first', () => {
    beforeAll(async () => {
      await put({
        CommitRevealWeightsEnabled: [[[netuid], true]],
        RevealPeriodEpochs: [[[netuid], 1]],
        Tempo: [[[netuid], 12]],
      });
      await node.newBlock(2);
    });

    test('the process is killed behind the commit: another one reveals, once', async () => {
      const killed = join(dir.path, 'killed');
      // An epoch begins where block + netuid + 1 is a multiple of tempo + 1 (reference, 5.4); it is committed right behind.
      while (((await node.head()).number + netuid + 1) % 13 !== 0) await node.newBlock();
      const scores = join(dir.path, 'scores.json');
      writeFileSync(scores, file.slice('scores:'.length));
      const args = ['--endpoint', node.url, '--file', scores, '--submit', '--wait'];
      const child = startChild('node', ['src/cli/main.ts', 'weights', 'set', ...args], {
        cwd: repoRoot,
        env: { TAOSCOPE_AUDIT_PATH: killed, TAOSCOPE_HOTKEY: '//Taoscope//hot//1' },
      });
      await until(async () => (await node.rpc<unknown[]>('author_pendingExtrinsics')).length > 0, {
        what: 'the commit is in the pool',
        deadlineMs: 60_000,
        onTimeout: () => child.output(),
      });
      await node.newBlock();
      await child.waitFor(/Committed in block \d+/);
      await child.stop('SIGKILL');
      const pending = await api.query.subtensorModule!.weightCommits!(netuid, hotkeys[1]!);
      expect(pending.toJSON()).toHaveLength(1);
      const before = await rowOf(api, netuid, uids[1]!);

      const [name] = await readdir(join(killed, 'weights'));
      const record = JSON.parse(await readFile(join(killed, 'weights', name!), 'utf8')) as {
        state: string;
        hash: string;
      };
      expect(record.state).toBe('committed');
      expect((pending.toJSON() as unknown[][])[0]![0]).toBe(record.hash);

      const early = await run(revealWeights as Action, { ...world(1), audit: killed }, {});
      expect(early.stdout).toContain('Its time has not come');
      expect(await rowOf(api, netuid, uids[1]!)).toEqual(before);

      const revealed = await whileBuilding(
        node,
        run(revealWeights as Action, { ...world(1), audit: killed }, { wait: true }),
      );
      expect(revealed.error).toBeUndefined();
      expect(revealed.stdout).toMatch(/Revealed in block \d+/);
      expect(await rowOf(api, netuid, uids[1]!)).toEqual([
        [uids[5], 65_535],
        [uids[6], 32_768],
        [uids[7], 13_107],
      ]);
      expect((await run(revealWeights as Action, { ...world(1), audit: killed }, {})).stdout).toContain(
        'No commit waits',
      );
    });

    test('one that nobody reveals in its time has expired, and says so', async () => {
      const late = { ...world(2), audit: join(dir.path, 'late') };
      const set = await whileBuilding(node, run(setWeightsCommand as Action, late, { file, submit: true }));
      expect(set.error).toBeUndefined();
      expect(set.stdout).toMatch(/Committed in block/);
      await put({ Tempo: [[[netuid], 3]] });
      await node.newBlock(9);
      const over = await whileBuilding(node, run(revealWeights as Action, late, {}));
      expect(over.error?.parts.got).toMatch(/expired: it was not revealed in its time/);
    });
  });
});

describe.skipIf(!requireChainSpec(SPEC_185))('weights on runtime 185', () => {
  let node: Chopsticks;
  let api: PolkadotApi;
  let dir: Awaited<ReturnType<typeof tempDir>>;
  let subnet: Awaited<ReturnType<typeof peopleSubnet185>>;
  const netuid = NETUID_185;

  beforeAll(async () => {
    dir = await tempDir('weights');
    node = await startChopsticks(SPEC_185);
    subnet = await peopleSubnet185(node);
    await node.setStorage({ SubtensorModule: { WeightsSetRateLimit: [[[netuid], 1]] } });
    await node.newBlock();
    api = await (await loadPolkadotApi()).connect(node.url);
  }, 300_000);
  afterAll(async () => {
    await api?.disconnect();
    await node?.[Symbol.asyncDispose]();
    await dir?.[Symbol.asyncDispose]();
  });

  const world = (i: number) => ({ url: node.url, audit: dir.path, secret: `//Taoscope//hot//${i}` });

  test('as the Chutes validator rounds: all uids are sent, and stored scaled up', async () => {
    const scores = scoresFile(netuid, {
      [subnet.hotkeys[8]!]: 0.6,
      [subnet.hotkeys[9]!]: 0.3,
      [subnet.hotkeys[19]!]: 0.1,
    });
    const set = await whileBuilding(
      node,
      run(setWeightsCommand as Action, world(4), {
        file: scores,
        submit: true,
        trunc: true,
        versionKey: 69_420n,
      }),
    );
    expect(set.error).toBeUndefined();
    // By hand: trunc(.6 x 65535) = 39321, trunc(.3 x 65535) = 19660, trunc(.1 x 65535) = 6553; x 65535/39321: 65535, 32766.67, 10921.67.
    const expected = Array.from({ length: subnet.n }, (_, uid) => [
      uid,
      uid === 8 ? 65_535 : uid === 9 ? 32_767 : uid === 19 ? 10_922 : 0,
    ]);
    expect(await rowOf(api, netuid, 4)).toEqual(expected);
  });

  test('without a permit are told before, and explained behind', async () => {
    const scores = scoresFile(netuid, { [subnet.hotkeys[8]!]: 2, [subnet.hotkeys[9]!]: 1 });
    const told = await run(setWeightsCommand as Action, world(12), { file: scores, submit: true });
    expect(told.error?.parts.got).toContain('NeuronNoValidatorPermit: no permit');
    const forced = await whileBuilding(
      node,
      run(setWeightsCommand as Action, world(12), { file: scores, submit: true, force: true }),
    );
    expect(forced.error?.parts.failed).toBe('the chain refused the weights');
    expect(forced.error?.parts.got).toMatch(/^SubtensorModule\.NeuronNoValidatorPermit/);
  });

  test('committed in one interval of blocks, revealed in the next', async () => {
    await node.setStorage({
      SubtensorModule: {
        CommitRevealWeightsEnabled: [[[netuid], true]],
        WeightCommitRevealInterval: [[[netuid], 8]],
      },
    });
    await node.newBlock(2);
    const scores = scoresFile(netuid, { [subnet.hotkeys[11]!]: 3, [subnet.hotkeys[12]!]: 1 });
    const set = await whileBuilding(
      node,
      run(setWeightsCommand as Action, world(5), { file: scores, submit: true, wait: true }),
    );
    expect(set.error).toBeUndefined();
    expect(set.stdout).toMatch(/Committed in block[\s\S]*Revealed in block/);
    // By hand: 65535 / 3.
    expect(await rowOf(api, netuid, 5)).toEqual([
      [11, 65_535],
      [12, 21_845],
    ]);
  });
});
