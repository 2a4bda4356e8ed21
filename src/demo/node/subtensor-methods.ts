import { u8, u16, Vector } from '@polkadot-api/substrate-bindings';
import { alphaPriceRao } from '../runtime/call-api.ts';
import { type Handler, hashParam, type NodeContext, numberParam, stateAt } from './context.ts';
import { invalidParams, RpcError } from './rpc-error.ts';
import { callRuntime } from './state-methods.ts';

type Encode = (value: unknown) => Uint8Array;

const asU16: Encode = (value) => u16.enc(numberParam(value));
const asU8: Encode = (value) => u8.enc(numberParam(value));
const asIndexes: Encode = (value) => {
  if (!Array.isArray(value)) throw invalidParams('expected a list of numbers');
  return Vector(u16).enc(value.map(numberParam));
};

/** Subtensor's own methods: each is a runtime call, its parameters, and then an optional block hash. */
const CALLS: Readonly<Record<string, readonly [api: string, ...parameters: Encode[]]>> = {
  neuronInfo_getNeuronsLite: ['NeuronInfoRuntimeApi_get_neurons_lite', asU16],
  neuronInfo_getNeuronLite: ['NeuronInfoRuntimeApi_get_neuron_lite', asU16, asU16],
  neuronInfo_getNeurons: ['NeuronInfoRuntimeApi_get_neurons', asU16],
  neuronInfo_getNeuron: ['NeuronInfoRuntimeApi_get_neuron', asU16, asU16],
  subnetInfo_getSubnetHyperparams: ['SubnetInfoRuntimeApi_get_subnet_hyperparams', asU16],
  subnetInfo_getSubnetHyperparamsV2: ['SubnetInfoRuntimeApi_get_subnet_hyperparams_v2', asU16],
  subnetInfo_getDynamicInfo: ['SubnetInfoRuntimeApi_get_dynamic_info', asU16],
  subnetInfo_getAllDynamicInfo: ['SubnetInfoRuntimeApi_get_all_dynamic_info'],
  subnetInfo_getMetagraph: ['SubnetInfoRuntimeApi_get_metagraph', asU16],
  subnetInfo_getAllMetagraphs: ['SubnetInfoRuntimeApi_get_all_metagraphs'],
  subnetInfo_getMechagraph: ['SubnetInfoRuntimeApi_get_mechagraph', asU16, asU8],
  subnetInfo_getAllMechagraphs: ['SubnetInfoRuntimeApi_get_all_mechagraphs'],
  subnetInfo_getSelectiveMetagraph: ['SubnetInfoRuntimeApi_get_selective_metagraph', asU16, asIndexes],
};

/** The custom RPCs of Subtensor's nodes: SCALE bytes as a JSON array of numbers. */
export function subtensorMethods(context: NodeContext): Record<string, Handler> {
  const methods: Record<string, Handler> = {};
  for (const [method, [api, ...parameters]] of Object.entries(CALLS)) {
    methods[method] = (params) => {
      const args = Buffer.concat(parameters.map((encode, at) => encode(params[at])));
      const at = hashParam(params[parameters.length]);
      try {
        return [...callRuntime(stateAt(context, at, 'call'), api, new Uint8Array(args))];
      } catch (error) {
        if (!(error instanceof RpcError) || error.code === -32602) throw error;
        const text = error.message.replace(/^Client error: Api called for an unknown Block: /, '');
        throw new RpcError(
          1,
          `Unable to get ${api.split('_get_')[1] ?? api} info: UnknownBlock(${JSON.stringify(text)})`,
        );
      }
    };
  }
  methods.subnetInfo_getLockCost = ([at]) =>
    Number(stateAt(context, hashParam(at), 'call').sub<bigint>('NetworkLastLockCost'));
  methods.swap_currentAlphaPrice = ([netuid, at]) =>
    Number(alphaPriceRao(stateAt(context, hashParam(at), 'call'), numberParam(netuid)));
  return methods;
}
