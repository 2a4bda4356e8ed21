import { Bytes, compact } from '@polkadot-api/substrate-bindings';
import { type AccountId, sameBytes } from '../../shared/index.ts';
import { versionValue } from '../metadata/runtime-specs.ts';
import { accountOf } from './balances.ts';
import { decode } from './decode.ts';
import { decodeExtrinsic } from './extrinsic.ts';
import { CALL_WEIGHT, feeOf, paysFee } from './fees.ts';
import {
  dynamicInfoOf,
  type FieldValues,
  hyperparametersOf,
  metagraphOf,
  neuronsOf,
  selectiveMetagraphOf,
} from './metagraph.ts';
import type { Runtime } from './runtime.ts';
import { netuidsOf } from './stake.ts';
import type { StateReader } from './storage.ts';
import { type Invalid, validate } from './validity.ts';

/** Why a runtime call gave no answer. */
export type ApiFailure = 'unknown-method' | 'bad-arguments';

// biome-ignore lint/suspicious/noExplicitAny: arguments are decoded with the method's own metadata.
type Method = (state: StateReader, args: any[]) => unknown;

const METHODS: Readonly<Record<string, Method>> = {
  Core_version: (state) => versionValue(state.runtime.spec.specVersion),
  Metadata_metadata: (state) => state.runtime.metadata[14],
  Metadata_metadata_at_version: (state, [version]) => metadataOf(state.runtime, version),
  Metadata_metadata_versions: (state) => state.runtime.spec.metadataVersions,
  TaggedTransactionQueue_validate_transaction: (state, [, tx]) => validateTransaction(state, tx),
  AccountNonceApi_account_nonce: (state, [account]) => accountOf(state, account).nonce,
  TransactionPaymentApi_query_info: (state, [uxt, length]) => paymentInfo(state, uxt, length),
  TransactionPaymentApi_query_fee_details: (state, [uxt, length]) => feeDetails(state, uxt, length),
  TransactionPaymentApi_query_weight_to_fee: () => 0n,
  TransactionPaymentApi_query_length_to_fee: (_, [length]) => BigInt(length) * 1_000n,
  NeuronInfoRuntimeApi_get_neurons: (state, [netuid]) => neuronsOf(state, netuid, true),
  NeuronInfoRuntimeApi_get_neuron: (state, [netuid, uid]) => neuronsOf(state, netuid, true)[uid],
  NeuronInfoRuntimeApi_get_neurons_lite: (state, [netuid]) => neuronsOf(state, netuid, false),
  NeuronInfoRuntimeApi_get_neuron_lite: (state, [netuid, uid]) => neuronsOf(state, netuid, false)[uid],
  SubnetInfoRuntimeApi_get_subnet_hyperparams: (state, [netuid]) =>
    ifExists(state, netuid, hyperparametersOf),
  SubnetInfoRuntimeApi_get_subnet_hyperparams_v2: (state, [netuid]) =>
    ifExists(state, netuid, hyperparametersOf),
  SubnetInfoRuntimeApi_get_dynamic_info: (state, [netuid]) => dynamicInfoOf(state, netuid),
  SubnetInfoRuntimeApi_get_all_dynamic_info: (state) =>
    netuidsOf(state).map((netuid) => dynamicInfoOf(state, netuid)),
  SubnetInfoRuntimeApi_get_metagraph: (state, [netuid]) => metagraphOf(state, netuid),
  SubnetInfoRuntimeApi_get_all_metagraphs: (state) =>
    netuidsOf(state).map((netuid) => metagraphOf(state, netuid)),
  SubnetInfoRuntimeApi_get_mechagraph: (state, [netuid, mechanism]) => metagraphOf(state, netuid, mechanism),
  SubnetInfoRuntimeApi_get_all_mechagraphs: (state) => allMechagraphs(state),
  SubnetInfoRuntimeApi_get_selective_metagraph: (state, [netuid, wanted]) =>
    selectiveMetagraphOf(state, netuid, wanted),
  SubnetInfoRuntimeApi_get_selective_mechagraph: (state, [netuid, mechanism, wanted]) =>
    selectiveMetagraphOf(state, netuid, wanted, mechanism),
  SubnetInfoRuntimeApi_get_subnet_to_prune: () => undefined,
  StakeInfoRuntimeApi_get_stake_info_for_coldkey: (state, [coldkey]) => stakeInfos(state, coldkey),
  StakeInfoRuntimeApi_get_stake_info_for_hotkey_coldkey_netuid: (state, [hotkey, coldkey, netuid]) =>
    stakeInfos(state, coldkey).find(
      (info) => info.netuid === netuid && sameBytes(info.hotkey as AccountId, hotkey),
    ),
  SubnetRegistrationRuntimeApi_get_network_registration_cost: (state) => state.sub('NetworkLastLockCost'),
  SwapRuntimeApi_current_alpha_price: (state, [netuid]) => alphaPriceRao(state, netuid),
};

/** Answers `state_call`: SCALE in, SCALE out, both as the metadata of the block's runtime describes them. */
export function callApi(state: StateReader, name: string, args: Uint8Array): Uint8Array | ApiFailure {
  const codecs = state.runtime.api(name);
  const method = METHODS[name];
  if (codecs === undefined || method === undefined) return 'unknown-method';
  let decoded: unknown[];
  try {
    // Extrinsics come unwrapped: their own length stands in front, as for any bytes.
    decoded = decode(codecs.args, args) as unknown[];
  } catch {
    return 'bad-arguments';
  }
  return codecs.answer.enc(method(state, decoded));
}

/** Bytes of the metadata of one version; `undefined` when the runtime does not speak it. */
function metadataOf(runtime: Runtime, version: number): Uint8Array | undefined {
  const known = runtime.spec.metadataVersions.find((one) => one === version);
  return known === undefined ? undefined : runtime.metadata[known];
}

/** Rao of TAO per alpha: the square of `Swap.AlphaSqrtPrice`; root's price is one. */
export function alphaPriceRao(state: StateReader, netuid: number): bigint {
  if (netuid === 0) return 1_000_000_000n;
  const bits = state.get<bigint>('Swap', 'AlphaSqrtPrice', netuid);
  return (bits * bits * 1_000_000_000n) >> 128n;
}

function ifExists<T>(
  state: StateReader,
  netuid: number,
  read: (state: StateReader, netuid: number) => T,
): T | undefined {
  return state.sub<boolean>('NetworksAdded', netuid) ? read(state, netuid) : undefined;
}

function allMechagraphs(state: StateReader): (FieldValues | undefined)[] {
  return netuidsOf(state).flatMap((netuid) =>
    Array.from({ length: state.sub<number>('MechanismCountCurrent', netuid) }, (_, mechanism) =>
      metagraphOf(state, netuid, mechanism),
    ),
  );
}

function stakeInfos(state: StateReader, coldkey: AccountId): FieldValues[] {
  const infos: FieldValues[] = [];
  for (const hotkey of state.sub<AccountId[]>('OwnedHotkeys', coldkey)) {
    for (const netuid of netuidsOf(state)) {
      const stake = state.sub<bigint>('TotalHotkeyAlpha', hotkey, netuid);
      if (stake === 0n) continue;
      const is_registered = state.sub<boolean>('IsNetworkMember', hotkey, netuid);
      infos.push({
        hotkey,
        coldkey,
        netuid,
        stake,
        locked: 0n,
        emission: 0n,
        tao_emission: 0n,
        drain: 0n,
        is_registered,
      });
    }
  }
  return infos;
}

function extrinsicOf(state: StateReader, body: Uint8Array) {
  return decodeExtrinsic(new Uint8Array(Buffer.concat([compact.enc(body.length), body])), state.runtime);
}

function paymentInfo(state: StateReader, uxt: Uint8Array, length: number) {
  const extrinsic = extrinsicOf(state, uxt);
  const partial_fee = extrinsic === undefined ? 0n : feeOf(extrinsic.call, length).total;
  return { weight: CALL_WEIGHT, class: { type: 'Normal', value: undefined }, partial_fee };
}

function feeDetails(state: StateReader, uxt: Uint8Array, length: number) {
  const extrinsic = extrinsicOf(state, uxt);
  const tip = extrinsic?.signed?.tip ?? 0n;
  if (extrinsic === undefined || !paysFee(extrinsic.call)) return { inclusion_fee: undefined, tip };
  const fee = feeOf(extrinsic.call, length);
  return { inclusion_fee: { base_fee: fee.base, len_fee: fee.length, adjusted_weight_fee: 0n }, tip };
}

function validateTransaction(state: StateReader, body: Uint8Array) {
  const extrinsic = extrinsicOf(state, body);
  const signed = extrinsic?.signed;
  if (extrinsic === undefined || signed === undefined) return refused({ type: 'Call' });
  const block = state.get<number>('System', 'Number') + 1;
  const invalid = validate(state, extrinsic, signed, block);
  if (invalid !== undefined) return refused(invalid);
  const tag = (nonce: number) => Bytes().enc(new Uint8Array([...signed.signer, ...compact.enc(nonce)]));
  const isNext = accountOf(state, signed.signer).nonce === signed.nonce;
  return {
    success: true,
    value: {
      priority: 0n,
      requires: isNext ? [] : [tag(signed.nonce - 1)],
      provides: [tag(signed.nonce)],
      longevity: 64n,
      propagate: true,
    },
  };
}

function refused(invalid: Invalid) {
  const value = { type: invalid.type, value: invalid.custom };
  return { success: false, value: { type: 'Invalid', value } };
}
