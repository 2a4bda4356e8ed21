import type { Chopsticks } from './chopsticks.ts';
import { type KeyringPair, loadPolkadotApi, type PolkadotApi } from './peers.ts';
import { funded, inBlock, type Signed } from './signed-block.ts';

export interface Registered {
  readonly netuid: number;
  readonly hotkeys: readonly KeyringPair[];
  readonly coldkeys: readonly KeyringPair[];
  /** Hashes of the blocks built, in order. */
  readonly blocks: readonly string[];
}

export const NETUID_218 = 1;
const NEURONS = 20;
const TAO = 1_000_000_000n;

/**
 * A subnet of runtime 218 peopled by signed extrinsics: `burned_register` of 20 hotkeys, `add_stake` by some coldkeys (on the
 * subnet and on root), `serve_axon` by six hotkeys (one over IPv6), `serve_prometheus` by one, `set_weights` by three. Only
 * balances, rate limits and the three validator permits are set from outside. The epoch of this runtime is a mock that gives no
 * scores; {@link writeScores218} writes some.
 */
export async function peopleSubnet218(node: Chopsticks): Promise<Registered> {
  const { connect, keyring } = await loadPolkadotApi();
  const netuid = NETUID_218;
  const pair = (kind: string, i: number) => keyring.addFromUri(`//Taoscope//${kind}//${i}`);
  const hotkeys = Array.from({ length: NEURONS }, (_, i) => pair('hot', i));
  const coldkeys = Array.from({ length: NEURONS }, (_, i) => pair('cold', i));

  await node.setStorage({
    System: { Account: [...hotkeys, ...coldkeys].map((key) => [[key.address], funded(10_000n * TAO)]) },
    SubtensorModule: {
      MaxRegistrationsPerBlock: [[[netuid], 64]],
      TargetRegistrationsPerInterval: [[[netuid], 64]],
      ServingRateLimit: [[[netuid], 1]],
      WeightsSetRateLimit: [[[netuid], 1]],
      TxRateLimit: 1,
      MaxAllowedValidators: [[[netuid], 8]],
    },
  });
  const blocks: string[] = [await node.newBlock()];

  const api = await connect(node.url);
  try {
    const { subtensorModule } = api.tx;
    if (subtensorModule === undefined) throw new Error('this runtime has no SubtensorModule');
    const call = (name: string, ...args: unknown[]) => {
      const make = subtensorModule[name];
      if (make === undefined) throw new Error(`this runtime has no SubtensorModule.${name}`);
      return make(...args);
    };
    blocks.push(
      await inBlock(
        node,
        api,
        hotkeys.map((hotkey, i) => [coldkeys[i]!, call('burnedRegister', netuid, hotkey.address)]),
      ),
    );
    blocks.push(
      await inBlock(
        node,
        api,
        hotkeys
          .slice(0, 8)
          .map((hotkey, i) => [
            coldkeys[i]!,
            call('addStake', hotkey.address, netuid, BigInt(i + 1) * 37n * TAO),
          ]),
      ),
    );
    blocks.push(
      await inBlock(
        node,
        api,
        hotkeys
          .slice(0, 4)
          .map((hotkey, i) => [coldkeys[i]!, call('addStake', hotkey.address, 0, BigInt(i + 1) * 11n * TAO)]),
      ),
    );
    blocks.push(
      await inBlock(node, api, [
        ...hotkeys
          .slice(8, 13)
          .map(
            (hotkey, i): Signed => [
              hotkey,
              call('serveAxon', netuid, 700 + i, ipv4(i), 8_091 + i, 4, 4, i, 2 * i),
            ],
          ),
        [
          hotkeys[13]!,
          call('serveAxon', netuid, 801, 0x2a01_04f8_0000_0000_0000_0000_0000_0007n, 9_001, 6, 4, 0, 0),
        ],
        [hotkeys[14]!, call('servePrometheus', netuid, 42, ipv4(9), 7_091, 4)],
      ]),
    );
    // Uids follow the order of registration; the validator permit of this mock epoch is not needed to weigh oneself.
    const uids = await Promise.all(
      hotkeys
        .slice(0, 3)
        .map((hotkey) => query(api, 'uids')(netuid, hotkey.address).then((uid) => Number(uid.toString()))),
    );
    await node.setStorage({
      SubtensorModule: {
        ValidatorPermit: [[[netuid], Array.from({ length: NEURONS + 1 }, (_, uid) => uids.includes(uid))]],
      },
    });
    blocks.push(
      await inBlock(
        node,
        api,
        hotkeys
          .slice(0, 3)
          .map(
            (hotkey, i): Signed => [
              hotkey,
              call('setWeights', netuid, [5, 6, 7, 8 + i], [10, 20_000, 65_535, 7], 0),
            ],
          ),
      ),
    );
  } finally {
    await api.disconnect();
  }
  return { netuid, hotkeys, coldkeys, blocks };
}

/** Rewrites scores and alpha of the head block with values that differ in every field and uid. */
export async function writeScores218(node: Chopsticks, { netuid, hotkeys }: Registered): Promise<void> {
  const n = hotkeys.length + 1;
  const u16 = (salt: number) =>
    Array.from({ length: n }, (_, uid) => ((uid + 1) * 2_311 + salt * 7_919) % 65_536);
  const names = [
    'Rank',
    'Trust',
    'Consensus',
    'Incentive',
    'Dividends',
    'ValidatorTrust',
    'PruningScores',
    'StakeWeight',
  ];
  const vectors = Object.fromEntries(names.map((name, salt) => [name, [[[netuid], u16(salt)]]]));
  await node.setStorage({
    SubtensorModule: {
      ...vectors,
      TotalHotkeyAlpha: hotkeys.map(({ address }, i) => [
        [address, netuid],
        (BigInt(i + 1) * 98_765_432_101n).toString(),
      ]),
      Emission: [
        [[netuid], Array.from({ length: n }, (_, uid) => (BigInt(uid) * 1_234_567_890_123n + 7n).toString())],
      ],
      Active: [[[netuid], Array.from({ length: n }, (_, uid) => uid % 3 !== 1)]],
      ValidatorPermit: [[[netuid], Array.from({ length: n }, (_, uid) => uid % 4 === 0)]],
    },
  });
}

function query(api: PolkadotApi, item: string) {
  const entry = api.query.subtensorModule?.[item];
  if (entry === undefined) throw new Error(`this runtime has no SubtensorModule.${item}`);
  return entry;
}

function ipv4(i: number): number {
  return 0x0a_14_1e_00 + 0x40_00_00_00 + i;
}
