import {
  type BlockHeader,
  type BlockView,
  type Chain,
  type ChainCommitment,
  commitmentKey,
  readCommitment,
} from '../../chain/index.ts';
import {
  type AccountId,
  type Hex,
  isTaoscopeError,
  parseAccount,
  TaoscopeError,
  toHex,
  toTaoscopeError,
} from '../../shared/index.ts';
import type { ListedReport } from '../types.ts';
import { meaningOf } from './check-chain.ts';
import type { Manifest } from './manifest.ts';

/** What a node shows of the commitment to a report, with whatever proves it. */
export type ChainPart = Pick<Manifest, 'commitment' | 'header' | 'proof'>;

/**
 * Reads the commitment at the block that an entry names: its raw key and value, the block's time, the header, and a proof of
 * both. What the nodes do not have is named with the reason; only `aborted` and a node that disproves itself (`falsified`) are thrown.
 */
export async function readChainEvidence(
  chain: Chain,
  netuid: number,
  entry: ListedReport,
  signal?: AbortSignal,
): Promise<ChainPart> {
  let view: BlockView;
  let account: AccountId;
  let found: ChainCommitment | undefined;
  try {
    account = parseAccount(entry.hotkey);
    view = await chain.view(await chain.blockAt(entry.block, signal), signal);
    found = await readCommitment(view, netuid, account, signal);
  } catch (caught) {
    return unreadable(caught, entry);
  }
  const { header } = view;
  const key = commitmentKey(view, netuid, account);
  const clock = await readClock(view, signal);
  const claims = [
    { key, value: found?.value },
    ...(clock === undefined ? [] : [{ key: clock.key, value: clock.value }]),
  ];
  return {
    commitment: {
      outcome: 'read',
      blockHash: header.hash,
      key,
      ...(found === undefined ? {} : { value: found.value, meaning: meaningOf(found) }),
      ...(await setAtTime(chain, found, entry, signal)),
      ...(clock === undefined ? {} : { time: clock.value }),
      from: 'node',
    },
    header: header.verified
      ? headerOf(header)
      : { missing: 'the node gave one that is not of the block hash' },
    proof: header.verified
      ? await readNodes(chain, header, claims, signal)
      : { missing: 'there is no header' },
  };
}

interface RawClaim {
  readonly key: Hex;
  readonly value: Hex | undefined;
}

async function readNodes(
  chain: Chain,
  header: BlockHeader,
  claims: readonly RawClaim[],
  signal: AbortSignal | undefined,
): Promise<Manifest['proof']> {
  if (chain.readProof === undefined) return { missing: 'this chain gives no proofs' };
  let nodes: readonly Uint8Array[];
  let values: readonly (Uint8Array | undefined)[];
  try {
    ({ nodes, values } = await chain.readProof(
      header,
      claims.map(({ key }) => key),
      signal,
    ));
  } catch (caught) {
    return { missing: reasonOf(caught) };
  }
  for (const [i, { key, value }] of claims.entries()) {
    const proven = values[i] === undefined ? undefined : toHex(values[i]);
    if (proven !== value) throw disproved(key, header, value, proven);
  }
  return { nodes: nodes.map((node) => toHex(node)) };
}

async function readClock(
  view: BlockView,
  signal: AbortSignal | undefined,
): Promise<{ key: Hex; value: Hex } | undefined> {
  if (!view.hasStorage('Timestamp', 'Now')) return undefined;
  try {
    const { key, bytes } = await view.storageBytes({ pallet: 'Timestamp', item: 'Now', keys: [] }, signal);
    return bytes === undefined ? undefined : { key, value: toHex(bytes) };
  } catch (caught) {
    reasonOf(caught);
    return undefined;
  }
}

/** When it was set, where that is another block: it tells a stale commitment from one to other bytes. */
async function setAtTime(
  chain: Chain,
  found: ChainCommitment | undefined,
  { block }: ListedReport,
  signal: AbortSignal | undefined,
): Promise<{ setAtMs?: number }> {
  if (found === undefined || found.setAt === block) return {};
  try {
    const view = await chain.view(await chain.blockAt(found.setAt, signal), signal);
    const setAtMs = await view.timestamp(signal);
    return setAtMs === undefined ? {} : { setAtMs };
  } catch (caught) {
    reasonOf(caught);
    return {};
  }
}

function unreadable(caught: unknown, { block }: ListedReport): ChainPart {
  const detail = reasonOf(caught);
  const missing = { header: { missing: detail }, proof: { missing: detail } };
  const head = isTaoscopeError(caught, 'not-found') ? caught.fields.head : undefined;
  if (typeof head === 'number' && head < block)
    return { commitment: { outcome: 'no-block', head }, ...missing };
  const reason = isTaoscopeError(caught, 'state-pruned') ? 'pruned' : 'rpc';
  return { commitment: { outcome: 'failed', reason, detail }, ...missing };
}

/** Why something could not be read, in a line; somebody's wish to stop, and defects of our own, are not a reason. */
function reasonOf(caught: unknown): string {
  const error = toTaoscopeError(caught);
  if (error.code === 'aborted' || error.code === 'internal') throw error;
  const { failed, got } = error.parts;
  return `${failed}${got === undefined ? '' : ` (${got})`}`.slice(0, 1_000);
}

function headerOf({
  number,
  parentHash,
  stateRoot,
  extrinsicsRoot,
  digest,
}: BlockHeader): Manifest['header'] {
  return { number, parentHash, stateRoot, extrinsicsRoot, digest: [...digest] };
}

function disproved(
  key: Hex,
  { number }: BlockHeader,
  got: string | undefined,
  proven: string | undefined,
): TaoscopeError {
  return new TaoscopeError('falsified', {
    failed: `a node's answer about key ${key.slice(0, 80)}… at block ${number} is disproved by its own proof`,
    got: got?.slice(0, 120) ?? 'no value',
    expected: proven?.slice(0, 120) ?? 'no value',
    todo: 'use another endpoint; this one may be faulty or hostile',
  });
}
