import { type Codec, decodeAll } from './codec.ts';
import { struct, tuple } from './composites.ts';
import { Cursor } from './cursor.ts';
import { undecodable } from './failure.ts';
import {
  bool,
  byteVec,
  compactBig,
  compactSmall,
  fixedBytes,
  u8,
  u16,
  u32,
  u64,
  u128,
} from './primitives.ts';
import type { Runtime } from './runtime.ts';
import { compactSmallVec, vec } from './sequences.ts';

/**
 * A runtime call of specs 116 to 219: it answers `Vec<u8>` with SCALE inside that no metadata describes.
 * Field order from `pallets/subtensor/src/{neuron,delegate,subnet}_info.rs` of those specs (reference, sections 2.2, 2.6).
 */
export interface OldCall {
  readonly inputs: Codec<unknown[]>;
  /** What the answered bytes hold. A single thing that does not exist is no bytes at all. */
  readonly content: Codec;
}

const account = erased(fixedBytes(32));
const c16 = compactSmall(16);
const c64 = compactBig(64);
const accountAmounts = vec(erased(tuple('(AccountId32, Compact<u64>)', [account, erased(c64)])));
const uidValues = vec(erased(tuple('(Compact<u16>, Compact<u16>)', [erased(c16), erased(c16)])));

const prometheusInfo = { block: u64, version: u32, ip: u128, port: u16, ip_type: u8 };
const axonInfo = { ...prometheusInfo, protocol: u8, placeholder1: u8, placeholder2: u8 };

/** `get_delegate`, specs 116 to 233. */
const delegateInfo = fields('DelegateInfo', {
  delegate_ss58: account,
  take: c16,
  nominators: accountAmounts,
  owner_ss58: account,
  registrations: compactSmallVec(c16, 0xffff),
  validator_permits: compactSmallVec(c16, 0xffff),
  return_per_1000: c64,
  total_daily_return: c64,
});

/** `get_subnet_hyperparams`, specs 165 to 219. */
const subnetHyperparams = fields('SubnetHyperparams', {
  rho: c16,
  kappa: c16,
  immunity_period: c16,
  min_allowed_weights: c16,
  max_weights_limit: c16,
  tempo: c16,
  min_difficulty: c64,
  max_difficulty: c64,
  weights_version: c64,
  weights_rate_limit: c64,
  adjustment_interval: c16,
  activity_cutoff: c16,
  registration_allowed: bool,
  target_regs_per_interval: c16,
  min_burn: c64,
  max_burn: c64,
  bonds_moving_avg: c64,
  max_regs_per_block: c16,
  serving_rate_limit: c64,
  max_validators: c16,
  adjustment_alpha: c64,
  difficulty: c64,
  commit_reveal_period: c64,
  commit_reveal_weights_enabled: bool,
  alpha_high: c16,
  alpha_low: c16,
  liquid_alpha_enabled: bool,
});

/** The old call of a name (`Api_method`), in the types of the runtime; `undefined` when it is none that we ship. */
export function oldCall(runtime: Runtime, name: string): OldCall | undefined {
  const make = OLD_CALLS[name];
  if (make === undefined) return undefined;
  // The same structs lie in storage, where the metadata does describe them; their fields once stood in another order (spec 185).
  const axon = runtime.storage('SubtensorModule', 'Axons')?.value ?? fields('AxonInfo', axonInfo);
  const prometheus =
    runtime.storage('SubtensorModule', 'Prometheus')?.value ?? fields('PrometheusInfo', prometheusInfo);
  return make(neuronTypes(axon, prometheus));
}

/**
 * The content of an old call's answer. Where the metadata does not describe the call (`isDescribed` false, V14) the answer
 * may also be the bare value, as since spec 233. The length in front tells: of bytes it is exactly what follows, of a list it
 * is far less, since each neuron takes more than 100 bytes.
 */
export function decodeOldAnswer(
  { content }: OldCall,
  answer: Uint8Array,
  isDescribed: boolean,
  what: string,
): unknown {
  if (!isDescribed && !isWrapped(answer, what)) return decodeAll(content, answer, what);
  const inner = decodeAll(byteVec, answer, what);
  return inner.length === 0 ? undefined : decodeAll(content, inner, what);
}

interface NeuronTypes {
  readonly neuron: Codec;
  readonly neuronLite: Codec;
}

const NETUID = erasedInputs(1);
const NETUID_UID = erasedInputs(2);

const OLD_CALLS: Readonly<Record<string, (types: NeuronTypes) => OldCall>> = {
  NeuronInfoRuntimeApi_get_neurons_lite: ({ neuronLite }) => ({
    inputs: NETUID,
    content: erased(vec(neuronLite)),
  }),
  NeuronInfoRuntimeApi_get_neuron_lite: ({ neuronLite }) => ({ inputs: NETUID_UID, content: neuronLite }),
  NeuronInfoRuntimeApi_get_neurons: ({ neuron }) => ({ inputs: NETUID, content: erased(vec(neuron)) }),
  NeuronInfoRuntimeApi_get_neuron: ({ neuron }) => ({ inputs: NETUID_UID, content: neuron }),
  DelegateInfoRuntimeApi_get_delegates: () => ({
    inputs: tuple('()', []),
    content: erased(vec(delegateInfo)),
  }),
  DelegateInfoRuntimeApi_get_delegate: () => ({
    inputs: tuple('(account)', [erased(byteVec)]),
    content: delegateInfo,
  }),
  SubnetInfoRuntimeApi_get_subnet_hyperparams: () => ({ inputs: NETUID, content: subnetHyperparams }),
};

function neuronTypes(axon: Codec, prometheus: Codec): NeuronTypes {
  const head = {
    hotkey: account,
    coldkey: account,
    uid: c16,
    netuid: c16,
    active: bool,
    axon_info: axon,
    prometheus_info: prometheus,
    stake: accountAmounts,
    rank: c16,
    emission: c64,
    incentive: c16,
    consensus: c16,
    trust: c16,
    validator_trust: c16,
    dividends: c16,
    last_update: c64,
    validator_permit: bool,
  };
  return {
    neuron: fields('NeuronInfo', { ...head, weights: uidValues, bonds: uidValues, pruning_score: c16 }),
    neuronLite: fields('NeuronInfoLite', { ...head, pruning_score: c16 }),
  };
}

function isWrapped(answer: Uint8Array, what: string): boolean {
  const cursor = new Cursor(answer);
  try {
    const length = cursor.compact();
    return length > 0 && length === cursor.left;
  } catch (error) {
    throw undecodable(error, what);
  }
}

function erasedInputs(count: number): Codec<unknown[]> {
  return tuple('arguments', new Array(count).fill(u16));
}

function fields(name: string, members: Record<string, object>): Codec {
  return erased(
    struct(
      name,
      Object.entries(members).map(([field, codec]) => ({ name: field, codec: erased(codec) })),
    ),
  );
}

function erased(codec: object): Codec {
  return codec as Codec;
}
