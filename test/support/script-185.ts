import { blake2b } from '@noble/hashes/blake2.js';
import type { Chopsticks } from './chopsticks.ts';
import { type KeyringPair, loadPolkadotApi, type PolkadotApi } from './peers.ts';
import { seededRandom } from './seed.ts';
import { funded, inBlock, type Signed } from './signed-block.ts';
import { grantSudo, SUDO_URI } from './upgrade.ts';

/** What was played on the chain, block by block: the expectation that Taoscope's answers are held against. */
export interface Script {
  /** In one subnet the suspect copies; in the other the same seat is held by an honest validator of very similar taste. */
  readonly copied: ScriptedSubnet;
  readonly honest: ScriptedSubnet;
  readonly firstBlock: number;
  readonly lastBlock: number;
  readonly epochs: number;
}

export interface ScriptedSubnet {
  readonly netuid: number;
  /** By uid, at the start. */
  readonly hotkeys: readonly string[];
  readonly coldkeys: readonly string[];
  readonly suspect: string;
  readonly registrations: readonly ScriptedRegistration[];
  /** Signed `set_weights` that succeeded: their block, and who sent them. */
  readonly weightSets: readonly { readonly block: number; readonly hotkeys: readonly string[] }[];
  readonly axons: readonly { readonly block: number; readonly hotkey: string; readonly ip: string }[];
  readonly parameter: {
    readonly block: number;
    readonly oldValue: number;
    readonly newValue: number;
    readonly actor: 'root';
  };
}

export interface ScriptedRegistration {
  readonly block: number;
  readonly uid: number;
  readonly hotkey: string;
  readonly coldkey: string;
  /** Who held the uid before, as storage has it at the parent block. */
  readonly replaced?: string | undefined;
}

const VALIDATORS = 7;
const NEURONS = 22;
const MAX_UIDS = 24;
const SUSPECT = 6;
/** Two blocks and the epoch's own; an epoch is due when (block + netuid + 1) is a multiple of tempo + 1 (reference, 5.4). */
const TEMPO = 2;
const EPOCHS = 30;
const TAO = 1_000_000_000n;
const NETUIDS = { copied: 3, honest: 4 } as const;
/** Epoch of each registration; the first two find a free uid, the others take one. */
const REGISTRATIONS = [4, 7, 11, 16, 22];
const PARAMETER_EPOCH = 9;
const AXON_EPOCH = 2;

/**
 * Two subnets of runtime 185 over 30 epochs of its own Yuma. Storage sets who is there at the start; all that happens then is signed
 * extrinsics: seven validators set weights in every epoch, hotkeys register (`burned_register`), miners serve axons, and the sudo
 * key changes the immunity period through a batch. The miners' qualities walk at random; each validator sees them with noise of its own.
 */
export async function playScript185(node: Chopsticks, seed: number): Promise<Script> {
  const { connect, keyring } = await loadPolkadotApi();
  const pair = (kind: string, netuid: number, i: number) =>
    keyring.addFromUri(`//Taoscope//script//${kind}//${netuid}//${i}`);
  const cast = (netuid: number): Cast => ({
    netuid,
    hotkeys: Array.from({ length: NEURONS + REGISTRATIONS.length }, (_, i) => pair('hot', netuid, i)),
    // Three miners in a row belong to one coldkey.
    coldkeys: Array.from({ length: NEURONS + REGISTRATIONS.length }, (_, i) =>
      pair('cold', netuid, i < VALIDATORS ? i : VALIDATORS + Math.floor((i - VALIDATORS) / 3)),
    ),
  });
  const casts = { copied: cast(NETUIDS.copied), honest: cast(NETUIDS.honest) };
  await grantSudo(node);
  for (const each of Object.values(casts)) await populate(node, each);
  await node.newBlock();

  const api = await connect(node.url);
  try {
    const subnets = {
      copied: play(casts.copied, seed, 'copies'),
      honest: play(casts.honest, seed + 1, 'agrees'),
    };
    let head = await node.head();
    // The round begins with the block of the weights; the epochs of both subnets follow in the next two.
    while (head.number % (TEMPO + 1) !== TEMPO) {
      await node.newBlock();
      head = await node.head();
    }
    const firstBlock = head.number;
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      const both = Object.values(subnets);
      const weights: Signed[] = [];
      for (const subnet of both) weights.push(...(await subnet.weights(api, epoch)));
      await inBlock(node, api, weights);
      const block = (await node.head()).number;
      for (const subnet of both) subnet.weightsSet(block);

      const acts = both.flatMap((subnet) => subnet.acts(api, epoch));
      if (epoch === PARAMETER_EPOCH) {
        const sets = both.map(({ netuid }) => call(api, 'adminUtils', 'sudoSetImmunityPeriod', netuid, 2));
        acts.push([
          keyring.addFromUri(SUDO_URI),
          call(api, 'sudo', 'sudo', call(api, 'utility', 'batch', sets)),
        ]);
      }
      if (acts.length === 0) await node.newBlock();
      else await inBlock(node, api, acts);
      for (const subnet of both) await subnet.acted(api, epoch, (await node.head()).number);
      await node.newBlock();
    }
    const lastBlock = (await node.head()).number;
    return {
      copied: subnets.copied.told(),
      honest: subnets.honest.told(),
      firstBlock,
      lastBlock,
      epochs: EPOCHS,
    };
  } finally {
    await api.disconnect();
  }
}

interface Cast {
  readonly netuid: number;
  /** The first are there at the start, the others register. */
  readonly hotkeys: readonly KeyringPair[];
  readonly coldkeys: readonly KeyringPair[];
}

const IMMUNITY_PERIOD = 4;

async function populate(node: Chopsticks, { netuid, hotkeys, coldkeys }: Cast): Promise<void> {
  const uids = Array.from({ length: NEURONS }, (_, uid) => uid);
  const hot = (uid: number) => hotkeys[uid]!.address;
  const cold = (uid: number) => coldkeys[uid]!.address;
  const stake = (uid: number) => (uid < VALIDATORS ? BigInt(900 + 130 * uid) * TAO : 1n);
  const perUid = (value: (uid: number) => unknown) => [[[netuid], uids.map(value)]];
  const byUid = (value: (uid: number) => unknown) => uids.map((uid) => [[netuid, uid], value(uid)]);
  const once = (value: unknown) => [[[netuid], value]];
  await node.setStorage({
    System: {
      Account: [...new Set([...hotkeys, ...coldkeys].map(({ address }) => address))].map((address) => [
        [address],
        funded(1_000n * TAO),
      ]),
    },
    SubtensorModule: {
      NetworksAdded: once(true),
      SubnetworkN: once(NEURONS),
      MaxAllowedUids: once(MAX_UIDS),
      Keys: byUid(hot),
      // Chopsticks takes the value 0 for "remove the key": uid 0 is written as bytes below.
      Uids: uids.slice(1).map((uid) => [[netuid, hot(uid)], uid]),
      IsNetworkMember: uids.map((uid) => [[hot(uid), netuid], true]),
      Owner: uids.map((uid) => [[hot(uid)], cold(uid)]),
      Stake: uids.map((uid) => [[hot(uid), cold(uid)], stake(uid).toString()]),
      TotalHotkeyStake: uids.map((uid) => [[hot(uid)], stake(uid).toString()]),
      BlockAtRegistration: byUid((uid) => 1 + (uid % 3)),
      Active: perUid(() => true),
      Rank: perUid(() => 0),
      Trust: perUid(() => 0),
      Consensus: perUid(() => 0),
      Incentive: perUid(() => 0),
      Dividends: perUid(() => 0),
      ValidatorTrust: perUid(() => 0),
      PruningScores: perUid(() => 0),
      Emission: perUid(() => 0),
      LastUpdate: perUid(() => 1),
      ValidatorPermit: perUid((uid) => uid < VALIDATORS),
      MaxAllowedValidators: once(VALIDATORS),
      MaxWeightsLimit: once(65_535),
      MinAllowedWeights: once(1),
      WeightsSetRateLimit: once(1),
      ServingRateLimit: once(1),
      ImmunityPeriod: once(IMMUNITY_PERIOD),
      Burn: once(TAO.toString()),
      MaxRegistrationsPerBlock: once(8),
      TargetRegistrationsPerInterval: once(64),
      PendingEmission: once((7n * TAO).toString()),
      EmissionValues: once(TAO.toString()),
      Tempo: once(TEMPO),
      NetworkRegistrationAllowed: once(true),
    },
  });
  // twox128 of SubtensorModule and Uids (reference, 1.3), netuid as u16, Blake2_128Concat of the hotkey.
  const { publicKey } = hotkeys[0]!;
  const key = Buffer.concat([
    Buffer.from('658faa385070e074c85bf6b568cf0555aab1b4e78e1ea8305462ee53b3686dc8', 'hex'),
    Buffer.from(Uint16Array.of(netuid).buffer),
    blake2b(publicKey, { dkLen: 16 }),
    publicKey,
  ]);
  await node.setStorage([[`0x${key.toString('hex')}`, '0x0000']]);
}

/** One subnet's part of the script: what its people send in each epoch, and what is remembered of it. */
function play({ netuid, hotkeys, coldkeys }: Cast, seed: number, manner: 'copies' | 'agrees') {
  const random = seededRandom(seed);
  const quality = hotkeys.map(() => 0.2 + 0.6 * random());
  const noise = Array.from({ length: VALIDATORS }, (_, v) => (v === SUSPECT ? 0.05 : 0.1 + 0.05 * random()));
  const registrations: ScriptedRegistration[] = [];
  const weightSets: { block: number; hotkeys: string[] }[] = [];
  const axons: { block: number; hotkey: string; ip: string }[] = [];
  const servers = [8, 9, 12, 15];
  let changed: number | undefined;

  /** The values that a validator sends for the uids of the miners. */
  const scores = async (api: PolkadotApi, validator: number, miners: readonly number[]) => {
    if (validator === SUSPECT && manner === 'copies') {
      const consensus = (await query(api, 'consensus', netuid)) as number[];
      const copy = miners.map((uid) => Number(consensus[uid] ?? 0));
      if (copy.some((value) => value > 0)) return copy;
    }
    return miners.map((uid) => {
      const sway = 1 + (noise[validator] ?? 0) * (random() + random() + random() - 1.5) * 2;
      return Math.max(1, Math.round(40_000 * (quality[uid] ?? 0.3) * sway));
    });
  };

  return {
    netuid,

    async weights(api: PolkadotApi, _epoch: number): Promise<Signed[]> {
      for (const [i, value] of quality.entries())
        quality[i] = Math.min(1, Math.max(0.05, value + 0.16 * (random() - 0.5)));
      const n = Number(await query(api, 'subnetworkN', netuid));
      const miners = Array.from({ length: n - VALIDATORS }, (_, i) => VALIDATORS + i);
      const sent: Signed[] = [];
      for (let validator = 0; validator < VALIDATORS; validator++) {
        const values = await scores(api, validator, miners);
        sent.push([
          hotkeys[validator]!,
          call(api, 'subtensorModule', 'setWeights', netuid, miners, values, 0),
        ]);
      }
      return sent;
    },

    weightsSet(block: number): void {
      weightSets.push({ block, hotkeys: hotkeys.slice(0, VALIDATORS).map(({ address }) => address) });
    },

    acts(api: PolkadotApi, epoch: number): Signed[] {
      const nth = REGISTRATIONS.indexOf(epoch);
      if (nth !== -1) {
        const newcomer = hotkeys[NEURONS + nth]!;
        return [
          [
            coldkeys[NEURONS + nth]!,
            call(api, 'subtensorModule', 'burnedRegister', netuid, newcomer.address),
          ],
        ];
      }
      if (epoch !== AXON_EPOCH) return [];
      // Two of them share an address.
      return servers.map((uid, i) => [
        hotkeys[uid]!,
        call(api, 'subtensorModule', 'serveAxon', netuid, 700, ipOf(i), 8_000 + i, 4, 4, 0, 0),
      ]);
    },

    async acted(api: PolkadotApi, epoch: number, block: number): Promise<void> {
      const nth = REGISTRATIONS.indexOf(epoch);
      if (nth !== -1) {
        const hotkey = hotkeys[NEURONS + nth]!.address;
        const uid = Number(await query(api, 'uids', netuid, hotkey));
        const parent = await api.at((await api.rpc.chain!.getBlockHash!(block - 1)).toString());
        const before = (await parent.query.subtensorModule!.subnetworkN!(netuid)).toString();
        const replaced =
          uid < Number(before)
            ? (await parent.query.subtensorModule!.keys!(netuid, uid)).toString()
            : undefined;
        registrations.push({
          block,
          uid,
          hotkey,
          coldkey: coldkeys[NEURONS + nth]!.address,
          replaced,
        });
      }
      if (epoch === AXON_EPOCH) {
        axons.push(
          ...servers.map((uid, i) => ({ block, hotkey: hotkeys[uid]!.address, ip: dotted(ipOf(i)) })),
        );
      }
      if (epoch === PARAMETER_EPOCH) changed = block;
    },

    told(): ScriptedSubnet {
      return {
        netuid,
        hotkeys: hotkeys.slice(0, NEURONS).map(({ address }) => address),
        coldkeys: coldkeys.slice(0, NEURONS).map(({ address }) => address),
        suspect: hotkeys[SUSPECT]!.address,
        registrations,
        weightSets,
        axons,
        parameter: { block: changed ?? 0, oldValue: IMMUNITY_PERIOD, newValue: 2, actor: 'root' },
      };
    },
  };
}

function ipOf(i: number): number {
  return 0x5d_b8_d8_20 + Math.floor(i / 2);
}

function dotted(ip: number): string {
  return [24, 16, 8, 0].map((shift) => (ip >>> shift) & 0xff).join('.');
}

function call(api: PolkadotApi, pallet: string, name: string, ...args: unknown[]) {
  const make = api.tx[pallet]?.[name];
  if (make === undefined) throw new Error(`this runtime has no ${pallet}.${name}`);
  return make(...args);
}

async function query(api: PolkadotApi, item: string, ...keys: unknown[]): Promise<unknown> {
  const entry = api.query.subtensorModule?.[item];
  if (entry === undefined) throw new Error(`this runtime has no SubtensorModule.${item}`);
  return JSON.parse(JSON.stringify(await entry(...keys))) as unknown;
}
