import { describe, expect, test } from 'vitest';
import { hash, SAMPLE_RUNTIME } from '../../test/support/sample-metagraph.ts';
import type { Metagraph } from '../chain/index.ts';
import { csvCell, parseAccount } from '../shared/index.ts';
import { MetagraphJson, metagraphToCsv, presentMetagraph, presentSubnet, SubnetJson } from './index.ts';
import { countRoles } from './roles.ts';

// The development accounts of Substrate (`subkey inspect //Alice`, `//Bob`).
const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
const BOB = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty';

function metagraph(extra: Partial<Metagraph> = {}): Metagraph {
  return {
    netuid: 7,
    mechanism: 0,
    block: { number: 1_000, hash: hash('1000') },
    timestampMs: Date.UTC(2025, 5, 1, 12, 0, 0, 1),
    runtime: SAMPLE_RUNTIME,
    source: 'storage',
    unit: 'alpha',
    n: 2,
    neurons: {
      hotkey: [parseAccount(ALICE), parseAccount(BOB)],
      coldkey: [parseAccount(BOB), parseAccount(BOB)],
      incentive: [65_535, 0],
      lastUpdate: [990, 0],
      emission: [1_500_000_000n, 18_446_744_073_709_551_615n],
      taoStake: [0n, 1n],
      totalStake: [2_000_000_000n, 1n],
      axon: [
        undefined,
        {
          block: 5,
          version: 1,
          ip: '1.2.3.4',
          port: 8091,
          ipType: 4,
          protocol: 4,
          placeholder1: 0,
          placeholder2: 0,
        },
      ],
      identityName: ['=HYPERLINK("x")', undefined],
    },
    ...extra,
  };
}

describe('a metagraph as JSON', () => {
  test('keeps raw integers, and has fractions and coins beside them', () => {
    expect(presentMetagraph(metagraph())).toEqual({
      netuid: 7,
      mechanism: 0,
      block: 1_000,
      blockHash: hash('1000'),
      timestamp: '2025-06-01T12:00:00.001Z',
      specName: 'node-subtensor',
      specVersion: 425,
      source: 'storage',
      unit: 'alpha',
      n: 2,
      neurons: [
        {
          uid: 0,
          hotkey: ALICE,
          coldkey: BOB,
          incentive: 65_535,
          incentiveFraction: 1,
          lastUpdate: 990,
          updated: 10,
          emission: 1_500_000_000,
          emissionAlpha: '1.5',
          taoStake: 0,
          taoStakeTao: '0',
          totalStake: 2_000_000_000,
          totalStakeAlpha: '2',
          identityName: '=HYPERLINK("x")',
        },
        {
          uid: 1,
          hotkey: BOB,
          coldkey: BOB,
          incentive: 0,
          incentiveFraction: 0,
          lastUpdate: 0,
          updated: 1_000,
          emission: '18446744073709551615',
          emissionAlpha: '18446744073.709551615',
          taoStake: 1,
          taoStakeTao: '0.000000001',
          totalStake: 1,
          totalStakeAlpha: '0.000000001',
          axon: {
            block: 5,
            version: 1,
            ip: '1.2.3.4',
            port: 8091,
            ipType: 4,
            protocol: 4,
            placeholder1: 0,
            placeholder2: 0,
          },
        },
      ],
    });
  });

  test('fits its schema, and leaves out what its era lacks', () => {
    const json = presentMetagraph(metagraph({ unit: 'tao', timestampMs: undefined }));
    expect(MetagraphJson.parse(json)).toEqual(json);
    expect(json).not.toHaveProperty('timestamp');
    expect(Object.keys(json.neurons[0] ?? {})).not.toContain('validatorTrust');
    expect(json.neurons[0]).toMatchObject({ emissionTao: '1.5', totalStakeTao: '2' });
    expect(json.neurons[0]).not.toHaveProperty('emissionAlpha');
  });
});

test('a subnet as JSON fits its schema', () => {
  const json = presentSubnet(
    {
      netuid: 0,
      n: 0,
      mechanisms: 1,
      tempo: 360,
      burn: 500_000n,
      volume: 2n ** 64n,
      hyperparameters: { rho: 10, weightsVersion: 2n ** 64n - 1n, liquidAlphaEnabled: false },
      ownerColdkey: parseAccount(ALICE),
    },
    { number: 0 },
  );
  expect(json).toEqual({
    netuid: 0,
    block: 0,
    n: 0,
    mechanisms: 1,
    tempo: 360,
    burn: 500_000,
    burnTao: '0.0005',
    volume: '18446744073709551616',
    hyperparameters: { liquidAlphaEnabled: false, rho: 10, weightsVersion: '18446744073709551615' },
    ownerColdkey: ALICE,
  });
  expect(SubnetJson.parse(json)).toEqual(json);
});

describe('a metagraph as CSV', () => {
  test('has a row per neuron, and only columns that somebody has', () => {
    const lines = metagraphToCsv(presentMetagraph(metagraph())).split('\r\n');
    expect(lines[0]).toBe(
      'netuid,mechanism,block,uid,hotkey,coldkey,incentive,emission,lastUpdate,updated,taoStake,totalStake,identityName,incentiveFraction,emissionAlpha,taoStakeTao,totalStakeAlpha,axonBlock,axonVersion,axonIp,axonPort,axonIpType,axonProtocol',
    );
    expect(lines[1]).toBe(
      `7,0,1000,0,${ALICE},${BOB},65535,1500000000,990,10,0,2000000000,"'=HYPERLINK(""x"")",1,1.5,0,2,,,,,,`,
    );
    expect(lines).toHaveLength(4);
  });

  test.each([
    ['=1+1', '"\'=1+1"'],
    ['+1', '"\'+1"'],
    ['-cmd', '"\'-cmd"'],
    ['@SUM(A1)', '"\'@SUM(A1)"'],
    ['\t=1', '"\'\t=1"'],
    ['\r=1', '"\'\r=1"'],
    ['＝1', '"\'＝1"'],
    ['-1.5', '-1.5'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['plain', 'plain'],
    [true, 'true'],
    [0, '0'],
    [undefined, ''],
  ])('shows %j as text', (value, expected) => {
    expect(csvCell(value)).toBe(expected);
  });
});

test('validators have a permit and trust, miners earn; what cannot be told is unknown', () => {
  const hotkey = [new Uint8Array(32), new Uint8Array(32), new Uint8Array(32)];
  expect(
    countRoles({
      hotkey,
      validatorPermit: [true, true, false],
      validatorTrust: [1, 0, 5],
      incentive: [0, 3, 4],
    }),
  ).toEqual({ validators: 1, miners: 2 });
  expect(
    countRoles({ hotkey, validatorPermit: [true, true, false], trust: [1, 0, 0], incentive: [0, 3, 4] }),
  ).toEqual({
    validators: 2,
    miners: 1,
  });
  expect(countRoles({ hotkey })).toEqual({ validators: undefined, miners: undefined });
});
