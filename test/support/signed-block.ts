import type { Chopsticks } from './chopsticks.ts';
import type { KeyringPair, PolkadotApi, Submittable } from './peers.ts';

/** An extrinsic and who signs it. */
export type Signed = [KeyringPair, Submittable];

/** Submits extrinsics, builds one block and fails when one of them was refused or failed in it. */
export async function inBlock(
  node: Chopsticks,
  api: PolkadotApi,
  signed: readonly Signed[],
): Promise<string> {
  for (const [pair, extrinsic] of signed) {
    const submittable = await extrinsic.signAsync(pair, { era: 0 });
    await node.rpc('author_submitExtrinsic', submittable.toHex());
  }
  const hash = await node.newBlock();
  const at = await api.at(hash);
  const events = (await at.query.system!.events!()).toHuman() as {
    event: { section: string; method: string; data: unknown };
  }[];
  const failed = events.filter(({ event }) => event.method === 'ExtrinsicFailed');
  if (failed.length > 0) {
    throw new Error(
      `${failed.length} of ${signed.length} extrinsics failed: ${[...new Set(failed.map(errorName(api)))].join(', ')}`,
    );
  }
  const body = await node.rpc<{ block: { extrinsics: string[] } }>('chain_getBlock', hash);
  if (body.block.extrinsics.length < signed.length) {
    throw new Error(`the block took ${body.block.extrinsics.length} extrinsics of ${signed.length}`);
  }
  return hash;
}

/** Names the error of an `ExtrinsicFailed` event, e.g. `subtensorModule.TooManyRegistrationsThisBlock`. */
function errorName(api: PolkadotApi) {
  return ({ event }: { event: { data: unknown } }): string => {
    const { dispatchError } = event.data as { dispatchError: { Module?: { index: string; error: string } } };
    if (dispatchError.Module === undefined) return JSON.stringify(dispatchError);
    const { index, error } = dispatchError.Module;
    const { section, name } = api.registry.findMetaError(
      Uint8Array.of(Number(index), Number.parseInt(error.slice(2, 4), 16)),
    );
    return `${section}.${name}`;
  };
}

/** `System.Account` of somebody who can pay. */
export function funded(rao: bigint): unknown {
  return { providers: 1, data: { free: rao.toString() } };
}
