import { existsSync, readFileSync } from 'node:fs';
import { fromHex } from '../src/shared/index.ts';
import { sharedFile } from '../test/support/paths.ts';

/** Mainnet's metadata of spec 343 (V15) from `../shared/chain`; `undefined` when it is not there. */
export function metadata343(): Uint8Array | undefined {
  const path = sharedFile('chain/metadata-343-v15.hex');
  if (!existsSync(path)) return undefined;
  const answer = fromHex(readFileSync(path, 'utf8').trim());
  // The answer of `Metadata_metadata_at_version`: Some (1 byte), a compact length of four bytes, the metadata.
  return answer.slice(5);
}
