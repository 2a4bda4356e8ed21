import { blake2b } from '@noble/hashes/blake2.js';
import { type Hex, toHex } from '../../shared/index.ts';
import { apiVersions } from '../metadata/runtime-specs.ts';
import { callApi } from '../runtime/call-api.ts';
import type { Runtime } from '../runtime/runtime.ts';
import {
  bytesParam,
  type Handler,
  hashParam,
  keyParam,
  type NodeContext,
  numberParam,
  type Subscription,
  stateAt,
} from './context.ts';
import { invalidParams, RpcError } from './rpc-error.ts';

const MAX_KEYS = 1_000;

/** `state_*`: storage, runtime calls, metadata, versions. */
export function stateMethods(context: NodeContext): Record<string, Handler> {
  const { chain, faults } = context;
  const read = (key: unknown, at: unknown) => stateAt(context, hashParam(at)).raw.read(keyParam(key));
  const getStorage: Handler = ([key, at]) => hexOrNull(read(key, at));
  const getKeysPaged: Handler = ([prefix, count, after, at]) => {
    const wanted = numberParam(count);
    if (wanted > MAX_KEYS)
      throw new RpcError(4002, `count exceeds maximum value. value: ${wanted}, max: ${MAX_KEYS}`);
    const state = stateAt(context, hashParam(at));
    const start = after === undefined || after === null ? undefined : keyParam(after);
    return chain.keysOf(state.raw, keyParam(prefix), wanted, start);
  };
  const getRuntimeVersion: Handler = ([at]) => versionJson(stateAt(context, hashParam(at)).runtime);
  return {
    state_call: ([name, args, at]) => {
      const state = stateAt(context, hashParam(at), 'call');
      return faults.bend('state_call', toHex(callRuntime(state, name, bytesParam(args))));
    },
    state_getStorage: getStorage,
    state_getStorageAt: getStorage,
    state_getStorageHash: ([key, at]) => {
      const value = read(key, at);
      return value === undefined ? null : toHex(blake2b(value, { dkLen: 32 }));
    },
    state_getStorageSize: ([key, at]) => read(key, at)?.length ?? null,
    state_queryStorageAt: ([keys, at]) => {
      const hash = hashParam(at) ?? chain.best.hash;
      const { raw } = stateAt(context, hash);
      const changes = keysParam(keys).map((key) => [key, hexOrNull(raw.read(key))]);
      return faults.bend('state_queryStorageAt', [{ block: hash, changes }]);
    },
    state_getKeysPaged: getKeysPaged,
    state_getKeysPagedAt: getKeysPaged,
    state_getMetadata: ([at]) => toHex(stateAt(context, hashParam(at), 'call').runtime.metadata[14]),
    state_getRuntimeVersion: getRuntimeVersion,
    chain_getRuntimeVersion: getRuntimeVersion,
  };
}

/** Runs a runtime call, or explains why not with the words of a node. */
export function callRuntime(
  state: Parameters<typeof callApi>[0],
  name: unknown,
  args: Uint8Array,
): Uint8Array {
  if (typeof name !== 'string') throw invalidParams('the name of a runtime call is a string');
  const answer = callApi(state, name, args);
  if (answer instanceof Uint8Array) return answer;
  const why =
    answer === 'unknown-method'
      ? `Exported method ${name} is not found`
      : 'Execution aborted due to trap: wasm trap: wasm `unreachable` instruction executed';
  throw new RpcError(4003, `Client error: Execution failed: ${why}`);
}

/** `state_subscribeStorage` and the two names of the runtime version's subscription. */
export function stateSubscriptions(context: NodeContext): Record<string, Subscription> {
  const { chain } = context;
  const runtimeVersion: Subscription = {
    notification: 'state_runtimeVersion',
    unsubscribe: ['state_unsubscribeRuntimeVersion', 'chain_unsubscribeRuntimeVersion'],
    start(_, send) {
      let known = chain.runtime;
      send(versionJson(known));
      return onBlock(context, () => {
        if (chain.runtime === known) return;
        known = chain.runtime;
        send(versionJson(known));
      });
    },
  };
  return {
    state_subscribeRuntimeVersion: runtimeVersion,
    chain_subscribeRuntimeVersion: runtimeVersion,
    state_subscribeStorage: {
      notification: 'state_storage',
      unsubscribe: ['state_unsubscribeStorage'],
      start([keys], send) {
        // Without keys a real node sends every change there is; it also calls that unsafe. The demo wants keys.
        const watched = keysParam(keys);
        const last = new Map<Hex, string | null>();
        const tell = () => {
          const { raw } = stateAt(context, undefined);
          const changes: [Hex, string | null][] = [];
          for (const key of watched) {
            const value = hexOrNull(raw.read(key));
            if (last.get(key) === value) continue;
            last.set(key, value);
            changes.push([key, value]);
          }
          if (changes.length > 0) send({ block: chain.best.hash, changes });
        };
        tell();
        return onBlock(context, tell);
      },
    },
  };
}

function onBlock({ chain }: NodeContext, listener: () => void): () => void {
  chain.on('block', listener);
  return () => chain.off('block', listener);
}

/** `RuntimeVersion` as JSON-RPC shows it. */
function versionJson({ spec }: Runtime) {
  return {
    specName: spec.specName,
    implName: spec.specName,
    authoringVersion: 1,
    specVersion: spec.specVersion,
    implVersion: 1,
    apis: apiVersions(spec.apis),
    transactionVersion: spec.transactionVersion,
    systemVersion: 1,
    stateVersion: 1,
  };
}

function keysParam(keys: unknown): Hex[] {
  if (!Array.isArray(keys)) throw invalidParams('expected a list of storage keys');
  return keys.map(keyParam);
}

function hexOrNull(value: Uint8Array | undefined): Hex | null {
  return value === undefined ? null : toHex(value);
}
