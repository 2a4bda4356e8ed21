import { createHash } from 'node:crypto';
import { blake2b } from '@noble/hashes/blake2.js';
import type { AuditAdapter } from '../../src/audit/adapter.ts';
import type { BundleContents } from '../../src/audit/bundle/create-bundle.ts';
import type { ListedReport } from '../../src/audit/types.ts';
import { reportIdOf } from '../../src/audit/verify/subjects.ts';
import { hashHeader, knownCommitmentKey, TIMESTAMP_KEY } from '../../src/chain/index.ts';
import { fromHex, type Hex, parseAccount, TaoscopeError, toHex } from '../../src/shared/index.ts';

/*
 * A publisher that never was: one report of one hour, committed to in the block that its entry names, and the state of that
 * block with a proof. The state holds two keys and nothing else, so that its trie can be written down by hand.
 */

export const HOTKEY = '5Dt7HZ7Zpw4DppPxFM7Ke3Cm7sDAWhsZXmM5ZAmE7dSVJbcQ';
export const NETUID = 7;
export const BLOCK = 5_000_000;
/** 2025-02-10, 16:00 UTC; the block was made a minute later. */
const END_MS = 1_739_203_200_000;
const BLOCK_MS = END_MS + 60_000;

export const TABLE = Buffer.from('who,what\r\nme,served\r\n');
export const REPORT = Buffer.from(
  JSON.stringify({ files: { calls: { path: 'calls/16.csv', sha256: sha256Of(TABLE) } } }),
);

/** What a list said. */
export const ENTRY: ListedReport = {
  source: 'made-up',
  role: 'validator',
  hotkey: HOTKEY,
  entryId: `${HOTKEY}.${BLOCK}`,
  block: BLOCK,
  path: `reports/${BLOCK}.json`,
  createdAt: (BLOCK_MS + 5_000) * 1_000,
  start: (END_MS - 3_600_000) * 1_000,
  end: END_MS * 1_000,
};

/** Reads `{ files: { kind: { path, sha256 } } }` and has a rule for everything. */
export const sampleAdapter: AuditAdapter = {
  name: 'made-up',
  reportMicros: 3_600_000_000,
  lateAfterMicros: 1_800_000_000,
  list: async () => ({ reports: [], bad: [], badCount: 0 }),
  reportUrl: (source, { path }) => `${source.url}/${path}`,
  maxReportBytes: 1_000_000,
  entryIdOf: ({ hotkey, block }) => `${hotkey}.${block}`,
  pathOf: ({ block }) => `reports/${block}.json`,
  parse(_role, bytes) {
    try {
      const { files } = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
        files: Record<string, { path: string; sha256: string }>;
      };
      const exports = Object.entries(files).map(([kind, file]) => ({ kind, ...file }));
      return { exports, instances: [], multipliers: [], drift: [], bad: [], badCount: 0 };
    } catch (cause) {
      throw new TaoscopeError('undecodable', { failed: 'this is no report' }, { cause });
    }
  },
  exportUrl: (source, path) => `${source.url}/${path}`,
  maxExportBytes: 1_000_000,
  exportPathOf: (kind, end) => `${kind}/${new Date(end / 1_000).toISOString().slice(11, 13)}.csv`,
  tableOf: () => undefined,
  expectedExports: () => ['calls'],
  commits: () => true,
};

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A value of `CommitmentOf`: deposit, block, one field `Sha256`. */
export function registrationValue(sha256: string, setAt = BLOCK): Hex {
  const block = Buffer.alloc(4);
  block.writeUInt32LE(setAt);
  return `0x0000000000000000${block.toString('hex')}0483${sha256}`;
}

export function timeValue(ms = BLOCK_MS): Hex {
  const value = Buffer.alloc(8);
  value.writeBigUInt64LE(BigInt(ms));
  return toHex(value);
}

/**
 * The state with these two values (layout V1: those of 33 bytes and more lie outside their leaf), by its root and nodes. The keys
 * begin with nibbles c and f, so the root is a branch of two leaves.
 */
export function sampleState(value: Hex | undefined, time: Hex): { stateRoot: Hex; nodes: Hex[] } {
  const nodes: Uint8Array[] = [];
  const put = (bytes: Uint8Array): Uint8Array => {
    nodes.push(bytes);
    return blake2b(bytes, { dkLen: 32 });
  };
  const leaf = (key: Hex, content: Uint8Array): Uint8Array => {
    const nibbles = key.length - 3;
    const hashed = content.length > 32;
    const [bits, most] = hashed ? [0x20, 31] : [0x40, 63];
    const partial = fromHex(`0x0${key.slice(3)}`);
    const body = hashed ? put(content) : Uint8Array.of(content.length << 2, ...content);
    return put(Uint8Array.of(bits | most, nibbles - most, ...partial, ...body));
  };
  const leaves = [
    ...(value === undefined ? [] : [leaf(COMMITMENT_KEY, fromHex(value))]),
    leaf(TIMESTAMP_KEY, fromHex(time)),
  ];
  const bitmap = value === undefined ? 0x8000 : 0x9000;
  const children = leaves.flatMap((hash) => [32 << 2, ...hash]);
  const stateRoot = toHex(put(Uint8Array.of(0x80, bitmap & 0xff, bitmap >> 8, ...children)));
  return { stateRoot, nodes: nodes.map((node) => toHex(node)) };
}

export const COMMITMENT_KEY = knownCommitmentKey(NETUID, parseAccount(HOTKEY));

/** Contents of a sound bundle, with evidence for the given value and time; `change` may spoil any of it. */
export function sampleContents(
  change: (about: BundleContents['about']) => void = () => {},
  { value = registrationValue(sha256Of(REPORT)), time = timeValue(), report = REPORT as Uint8Array } = {},
): BundleContents {
  const { stateRoot, nodes } = sampleState(value, time);
  const header = {
    number: BLOCK,
    parentHash: `0x${'11'.repeat(32)}` as Hex,
    stateRoot,
    extrinsicsRoot: `0x${'22'.repeat(32)}` as Hex,
    digest: ['0x0661757261200102030405060708' as Hex],
  };
  const about: BundleContents['about'] = {
    madeBy: { program: 'taoscope', version: '0.0.0' },
    madeAt: '2025-02-10T17:00:00.000Z',
    chain: { name: 'Made up', genesisHash: `0x${'33'.repeat(32)}`, ss58Prefix: 42 },
    netuid: NETUID,
    adapter: sampleAdapter.name,
    hosts: { publisher: 'reports.example', nodes: ['node.example'] },
    reportId: reportIdOf(ENTRY),
    entry: { ...ENTRY },
    commitment: {
      outcome: 'read',
      blockHash: hashHeader(header),
      key: COMMITMENT_KEY,
      value,
      meaning: {
        setAt: Buffer.from(fromHex(value)).readUInt32LE(8),
        deposit: '0',
        fields: [{ kind: 'Sha256', hex: value.slice(-64) }],
      },
      time,
      from: 'node',
    },
    header,
    proof: { nodes },
    exports: [{ kind: 'calls', path: 'calls/16.csv', sha256: sha256Of(TABLE), found: sha256Of(TABLE) }],
    verdicts: [
      {
        subjectType: 'report',
        subject: reportIdOf(ENTRY),
        check: 'commitment',
        verdict: 'verified',
        reason: 'ok',
        detail: 'It was.',
        evidence: { host: 'node.example' },
        at: '2025-02-10T16:05:00Z',
      },
    ],
  };
  change(about);
  const exports = [{ kind: 'calls', bytes: TABLE.length, sha256: sha256Of(TABLE), read: () => [TABLE] }];
  return { about, report, exports };
}

/** Chunks as one. */
export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunks));
}
