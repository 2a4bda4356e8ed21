import {
  decodeRegistration,
  hashHeader,
  knownCommitmentKey,
  type Registration,
  readThroughProof,
  TIMESTAMP_KEY,
} from '../../chain/index.ts';
import { type AccountId, fromHex, type Hex, isTaoscopeError, parseAccount } from '../../shared/index.ts';
import { counted, quoted } from '../verify/verdict.ts';
import type { Manifest } from './manifest.ts';
import { cannotBeShown, fails, holds, type Shown } from './step.ts';

type Reading = Extract<Manifest['commitment'], { outcome: 'read' }>;

/** What the bundle holds of the chain; `undefined` for each part that it lacks. */
export interface ChainEvidence {
  readonly reading: Reading | undefined;
  /** Why there is no reading. */
  readonly lack: string;
  readonly registration: Registration | undefined;
  /** Time of the block, ms since the epoch. */
  readonly ms: number | undefined;
}

/** Reads what the bundle says of the chain; the checks below judge it. */
export function chainEvidence({ commitment, entry }: Manifest): ChainEvidence {
  const none = { reading: undefined, registration: undefined, ms: undefined };
  if (commitment.outcome === 'failed')
    return {
      ...none,
      lack: `The chain could not be read (${commitment.reason}): ${quoted(commitment.detail)}.`,
    };
  if (commitment.outcome === 'no-block')
    return { ...none, lack: `There was no block ${entry.block} yet: the chain ended at ${commitment.head}.` };
  const { value, time } = commitment;
  const clock = time === undefined ? undefined : fromHex(time);
  return {
    reading: commitment,
    lack: '',
    registration: value === undefined ? undefined : decoded(value as Hex),
    ms: clock?.length === 8 ? Number(Buffer.from(clock).readBigUInt64LE()) : undefined,
  };
}

/** Whether the header is that of the block hash, and of the block that the entry names. */
export function checkHeader({ header, entry, chain }: Manifest, { reading, lack }: ChainEvidence): Shown {
  if (reading === undefined) return cannotBeShown(lack);
  const trust = `That block ${entry.block} of the chain ${chain.genesisHash} is ${reading.blockHash} any node can tell.`;
  if ('missing' in header) return cannotBeShown(`There is no header: ${quoted(header.missing)}. ${trust}`);
  const hash = hashHeader(header as Parameters<typeof hashHeader>[0]);
  if (hash !== reading.blockHash)
    return fails(`The header is that of block ${hash}, the commitment was read at ${reading.blockHash}.`);
  if (header.number !== entry.block)
    return fails(`The header is of block ${header.number}, the entry names block ${entry.block}.`);
  return holds(`The Blake2-256 of the header is the block's hash. ${trust}`);
}

/** Whether the storage key is the one under which this account's commitment on this netuid lies. */
export function checkKey({ entry, netuid }: Manifest, { reading, lack }: ChainEvidence): Shown {
  if (reading === undefined) return cannotBeShown(lack);
  let account: AccountId;
  try {
    account = parseAccount(entry.hotkey);
  } catch {
    return fails(`${quoted(entry.hotkey)} is no account.`);
  }
  if (knownCommitmentKey(netuid, account) !== reading.key)
    return fails(`The key is not that of the commitment of ${quoted(entry.hotkey)} on netuid ${netuid}.`);
  return holds(`It is the key of Commitments.CommitmentOf(${netuid}, ${entry.hotkey}).`);
}

/** Whether the state whose root is in the header holds the value under the key (or nothing), and the time. */
export function checkProof({ header, proof, hosts }: Manifest, { reading, lack }: ChainEvidence): Shown {
  if (reading === undefined) return cannotBeShown(lack);
  if ('missing' in proof || 'missing' in header) {
    const why = 'missing' in proof ? proof.missing : 'without a header there is no state root';
    const nodes = hosts.nodes.map(quoted).join(', ') || 'a node';
    return cannotBeShown(`There is no proof: ${quoted(why)}. Taken on trust: the answer of ${nodes}.`);
  }
  const claims: [key: Hex, value: string | undefined, what: string][] = [
    [reading.key as Hex, reading.value, 'commitment'],
  ];
  if (reading.time !== undefined) claims.push([TIMESTAMP_KEY, reading.time, 'time']);
  const nodes = proof.nodes.map(fromHex);
  const used = new Set<number>();
  try {
    for (const [key, value, what] of claims) {
      const shown = readThroughProof(header.stateRoot as Hex, key, nodes);
      for (const at of shown.used) used.add(at);
      const proven = shown.value === undefined ? undefined : `0x${Buffer.from(shown.value).toString('hex')}`;
      if (proven !== value) return fails(`The proof shows another ${what} than the bundle says.`);
    }
  } catch (error) {
    if (!isTaoscopeError(error)) throw error;
    return fails(`The proof proves nothing: ${quoted(error.message)}.`);
  }
  if (used.size !== nodes.length) return fails('The proof holds nodes that prove nothing.');
  return holds(
    `${counted(nodes.length, 'node')} of the state's trie lead from the header's state root to ${claims.map(([, , what]) => what).join(' and ')}.`,
  );
}

/** Whether the raw value means what the bundle says it means, decoded once more without any metadata. */
export function checkMeaning({ entry }: Manifest, { reading, lack, registration }: ChainEvidence): Shown {
  if (reading === undefined) return cannotBeShown(lack);
  const { value, meaning } = reading;
  if (value === undefined)
    return meaning === undefined
      ? holds('The account held no commitment.')
      : fails('There is a meaning of no value.');
  if (meaning === undefined || registration === undefined)
    return fails('The raw value is not one of Commitments.CommitmentOf.');
  if (registration.setAt > entry.block)
    return fails(`The commitment is of block ${registration.setAt}, later than the block of the state.`);
  if (JSON.stringify(meaningOf(registration)) !== JSON.stringify(meaning))
    return fails('The raw value says something else than the bundle says it does.');
  const kinds = registration.fields.map(({ kind }) => quoted(kind)).join(', ') || 'nothing';
  return holds(`The value, set in block ${registration.setAt}, holds ${kinds}.`);
}

/** A registration as the manifest writes it. */
export function meaningOf({ setAt, deposit, fields }: Registration): NonNullable<Reading['meaning']> {
  return {
    setAt,
    deposit: deposit.toString(),
    fields: fields.map(({ kind, hex, revealRound }) => ({
      kind,
      hex,
      ...(revealRound === undefined ? {} : { revealRound: revealRound.toString() }),
    })),
  };
}

function decoded(value: Hex): Registration | undefined {
  try {
    return decodeRegistration(fromHex(value));
  } catch (error) {
    if (!isTaoscopeError(error)) throw error;
    return undefined;
  }
}
