import { readFile } from 'node:fs/promises';
import { type Chopsticks, SPEC_218 } from './chopsticks.ts';
import { sharedFile } from './paths.ts';
import { loadPolkadotApi } from './peers.ts';
import { funded, inBlock } from './signed-block.ts';

/** The storage key of a chain's runtime code, `:code`. */
const CODE_KEY = '0x3a636f6465';
export const SUDO_URI = '//Taoscope//sudo';

/** Makes the test's account the sudo key of the head block's state. */
export async function grantSudo(node: Chopsticks): Promise<void> {
  const { keyring } = await loadPolkadotApi();
  const { address } = keyring.addFromUri(SUDO_URI);
  await node.setStorage({
    System: { Account: [[[address], funded(1_000_000_000_000n)]] },
    Sudo: { Key: address },
  });
}

/**
 * Upgrades a node that runs 185, and whose sudo key was granted, to the code of 218 by a signed
 * `sudo(set_code_without_checks)`, as `../shared/chain/README.md` tells. Answers the hash of the block that holds it: its own
 * extrinsics and events are still 185's; from the next block on the chain is 218.
 */
export async function upgradeTo218(node: Chopsticks): Promise<string> {
  const spec = JSON.parse(await readFile(sharedFile(`chain/${SPEC_218}`), 'utf8')) as {
    genesis: { raw: { top: Record<string, string> } };
  };
  const code = spec.genesis.raw.top[CODE_KEY];
  if (code === undefined) throw new Error(`${SPEC_218} has no runtime code`);

  const { connect, keyring } = await loadPolkadotApi();
  const sudo = keyring.addFromUri(SUDO_URI);
  const api = await connect(node.url);
  try {
    const setCode = api.tx.system!.setCodeWithoutChecks!(code);
    return await inBlock(node, api, [
      [sudo, api.tx.sudo!.sudoUncheckedWeight!(setCode, { refTime: 0, proofSize: 0 })],
    ]);
  } finally {
    await api.disconnect();
  }
}
