import { blake2b } from '@noble/hashes/blake2.js';
import type { Chopsticks } from './chopsticks.ts';
import { loadPolkadotApi } from './peers.ts';
import { funded } from './signed-block.ts';

export interface Subnet185 {
  readonly netuid: number;
  readonly n: number;
  /** ss58 addresses by uid. */
  readonly hotkeys: readonly string[];
  readonly coldkeys: readonly string[];
  /** The block whose epoch wrote the scores. */
  readonly epochBlock: number;
}

export const NETUID_185 = 3;
const NEURONS = 20;
const VALIDATORS = 6;
const TEMPO = 5;
const TAO = 1_000_000_000n;

/**
 * A subnet of 20 neurons in runtime 185, written into storage as `../shared/chain/README.md` tells: six validators of different stake
 * whose weights agree in part, fourteen miners. The blocks that follow let the runtime's own Yuma epoch compute consensus, trust,
 * incentive, dividends and bonds.
 */
export async function peopleSubnet185(node: Chopsticks): Promise<Subnet185> {
  const { keyring } = await loadPolkadotApi();
  const netuid = NETUID_185;
  const address = (kind: string, uid: number) => keyring.addFromUri(`//Taoscope//${kind}//${uid}`).address;
  const uids = Array.from({ length: NEURONS }, (_, uid) => uid);
  const hotkeys = uids.map((uid) => address('hot', uid));
  const coldkeys = uids.map((uid) => address('cold', uid));
  const isValidator = (uid: number) => uid < VALIDATORS;
  const stakes = uids.map((uid) =>
    isValidator(uid) ? BigInt(uid + 1) * 1_100n * TAO + 17n : BigInt(uid) * 3n + 1n,
  );
  const perUid = (value: (uid: number) => unknown) => [[[netuid], uids.map(value)]];
  const byUid = (value: (uid: number) => unknown) => uids.map((uid) => [[netuid, uid], value(uid)]);

  await node.setStorage({
    System: { Account: [...hotkeys, ...coldkeys].map((key) => [[key], funded(100n * TAO)]) },
    SubtensorModule: {
      SubnetworkN: [[[netuid], NEURONS]],
      Keys: byUid((uid) => hotkeys[uid]),
      Uids: uids.map((uid) => [[netuid, hotkeys[uid]], uid]),
      IsNetworkMember: uids.map((uid) => [[hotkeys[uid], netuid], true]),
      Owner: uids.map((uid) => [[hotkeys[uid]], coldkeys[uid]]),
      Stake: uids.map((uid) => [[hotkeys[uid], coldkeys[uid]], stakes[uid]!.toString()]),
      TotalHotkeyStake: uids.map((uid) => [[hotkeys[uid]], stakes[uid]!.toString()]),
      TotalColdkeyStake: uids.map((uid) => [[coldkeys[uid]], stakes[uid]!.toString()]),
      TotalStake: stakes.reduce((sum, stake) => sum + stake, 0n).toString(),
      BlockAtRegistration: byUid((uid) => 1 + (uid % 2)),
      Active: perUid(() => true),
      Rank: perUid(() => 0),
      Trust: perUid(() => 0),
      Consensus: perUid(() => 0),
      Incentive: perUid(() => 0),
      Dividends: perUid(() => 0),
      ValidatorTrust: perUid(() => 0),
      PruningScores: perUid(() => 0),
      Emission: perUid(() => 0),
      LastUpdate: perUid((uid) => (uid === 11 ? 1 : 2)),
      ValidatorPermit: perUid(isValidator),
      Weights: byUid((uid) => (isValidator(uid) ? weightsOf(uid) : [])),
      Axons: uids
        .filter((uid) => !isValidator(uid) && uid % 2 === 0)
        .map((uid) => [[netuid, hotkeys[uid]], axonOf(uid)]),
      Prometheus: [
        [[netuid, hotkeys[7]], { block: 2, version: 9, ip: 0x0a_00_00_07, port: 7_091, ipType: 4 }],
      ],
      MaxAllowedValidators: [[[netuid], VALIDATORS]],
      MaxWeightsLimit: [[[netuid], 65_535]],
      MinAllowedWeights: [[[netuid], 1]],
      PendingEmission: [[[netuid], (7n * TAO).toString()]],
      EmissionValues: [[[netuid], TAO.toString()]],
      Tempo: [[[netuid], TEMPO]],
      NetworkRegistrationAllowed: [[[netuid], true]],
    },
  });

  // Chopsticks takes the value 0 for "remove the key"; as bytes it stays.
  const firstHotkey = keyring.addFromUri('//Taoscope//hot//0').publicKey;
  await node.setStorage([[uidsKey(netuid, firstHotkey), '0x0000']]);

  // An epoch is due when (block + netuid + 1) is a multiple of tempo + 1 (reference, 5.4); one full round is sure to hold one.
  const before = await node.head();
  await node.newBlock(TEMPO + 1);
  const after = await node.head();
  const blocks = Array.from({ length: after.number - before.number }, (_, i) => before.number + 1 + i);
  const epochBlock = blocks.find((block) => (block + netuid + 1) % (TEMPO + 1) === 0);
  if (epochBlock === undefined) throw new Error(`no epoch in blocks ${before.number + 1} to ${after.number}`);
  return { netuid, n: NEURONS, hotkeys, coldkeys, epochBlock };
}

/** The storage key of `SubtensorModule.Uids`: twox128 of both names (reference, 1.3), netuid as u16, Blake2_128Concat of the hotkey. */
function uidsKey(netuid: number, hotkey: Uint8Array): string {
  const head = '658faa385070e074c85bf6b568cf0555aab1b4e78e1ea8305462ee53b3686dc8';
  const keys = Buffer.concat([
    Buffer.from(Uint16Array.of(netuid).buffer),
    blake2b(hotkey, { dkLen: 16 }),
    hotkey,
  ]);
  return `0x${head}${keys.toString('hex')}`;
}

/** Rows that agree on most miners, so that consensus is neither empty nor equal to any single row. */
function weightsOf(validator: number): [number, number][] {
  const row: [number, number][] = [];
  for (let uid = VALIDATORS; uid < NEURONS; uid++) {
    const agreed = 1_000 * (uid - VALIDATORS + 1);
    const own = (validator * 911 + uid * 353) % 700;
    if ((uid + validator) % 7 !== 0) row.push([uid, agreed + own]);
  }
  return row;
}

function axonOf(uid: number): Record<string, unknown> {
  const ipv6 = uid === 10;
  return {
    block: 2,
    version: 600 + uid,
    ip: ipv6 ? 0x2a01_04f8_0000_0000_0000_0000_0000_0010n.toString() : 0x5d_b8_d8_00 + uid,
    port: 8_000 + uid,
    ipType: ipv6 ? 6 : 4,
    protocol: 4,
    placeholder1: uid,
    placeholder2: 1,
  };
}
