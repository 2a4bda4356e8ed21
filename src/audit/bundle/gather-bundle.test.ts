import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  BLOCK,
  bytesOf,
  COMMITMENT_KEY,
  ENTRY,
  HOTKEY,
  NETUID,
  REPORT,
  registrationValue,
  sampleAdapter,
  sampleState,
  sha256Of,
  TABLE,
  timeValue,
} from '../../../test/support/sample-bundle.ts';
import {
  type BlockHeader,
  type BlockView,
  type Chain,
  hashHeader,
  type StorageRequest,
  TIMESTAMP_KEY,
} from '../../chain/index.ts';
import { fromHex, type Hex, isTaoscopeError, TaoscopeError } from '../../shared/index.ts';
import type { OpenedStore } from '../../store/index.ts';
import { type EvidenceFolder, evidenceFolder } from '../collect/evidence-folder.ts';
import { sqlInstant } from '../instants.ts';
import { openAuditStore } from '../testing/open-audit-store.ts';
import { hourSubject, reportIdOf } from '../verify/subjects.ts';
import { createBundle } from './create-bundle.ts';
import { type BundleSources, gatherBundle } from './gather-bundle.ts';
import { verifyBundle } from './verify-bundle.ts';

const ID = reportIdOf(ENTRY);
const CANARY = 'canary-4f1c';
const VALUE = registrationValue(sha256Of(REPORT));

let opened: OpenedStore;
let root: string;
let evidence: EvidenceFolder;

beforeAll(async () => {
  opened = await openAuditStore();
  await opened.insert(
    'audit_reports',
    [
      'source',
      'report_id',
      'role',
      'hotkey',
      'entry_id',
      'block',
      'path',
      'created_at',
      'start',
      'end',
      'state',
      'sha256',
      'version',
    ],
    [
      [
        ENTRY.source,
        ID,
        'validator',
        HOTKEY,
        ENTRY.entryId,
        BLOCK,
        ENTRY.path,
        sqlInstant(ENTRY.createdAt!),
        sqlInstant(ENTRY.start),
        sqlInstant(ENTRY.end),
        'loaded',
        sha256Of(REPORT),
        2,
      ],
      [
        ENTRY.source,
        'f'.repeat(32),
        'validator',
        HOTKEY,
        'other',
        BLOCK + 1,
        'other',
        null,
        sqlInstant(ENTRY.start),
        sqlInstant(ENTRY.end),
        'listed',
        '',
        1,
      ],
    ],
  );
  await opened.insert(
    'audit_files',
    ['source', 'report_id', 'kind', 'path', 'claimed_sha256', 'sha256', 'state', 'version'],
    [[ENTRY.source, ID, 'calls', 'calls/16.csv', sha256Of(TABLE), sha256Of(TABLE), 'loaded', 1]],
  );
  const verdict = (
    subjectType: string,
    subject: string,
    check: string,
    word: string,
    sequence: number,
    kept = {},
  ) => [
    ENTRY.source,
    subjectType,
    subject,
    HOTKEY,
    sqlInstant(ENTRY.end),
    check,
    word,
    word === 'verified' ? 'ok' : 'rpc',
    'A sentence.',
    JSON.stringify(kept),
    sqlInstant((1_739_203_500_000 + sequence) * 1_000),
    sequence,
  ];
  await opened.insert(
    'audit_verdicts',
    [
      'source',
      'subject_type',
      'subject',
      'hotkey',
      'hour',
      'check',
      'verdict',
      'reason',
      'detail',
      'evidence',
      'at',
      'sequence',
    ],
    [
      verdict('report', ID, 'commitment', 'unverifiable', 1),
      verdict('report', ID, 'commitment', 'verified', 2, {
        blockHash: `0x${'55'.repeat(32)}`,
        key: COMMITMENT_KEY,
        value: VALUE,
        setAt: BLOCK,
        host: 'old.example',
      }),
      verdict('file', `${ID}/calls`, 'digest', 'verified', 3),
      verdict('hour', hourSubject(HOTKEY, ENTRY.end), 'grid', 'verified', 4),
      verdict('report', 'f'.repeat(32), 'commitment', 'mismatch', 5),
      verdict('report', `${ID}0`, 'commitment', 'mismatch', 6),
    ],
  );
});
afterAll(() => opened.close());

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), `taoscope-bundle-${CANARY}-`));
  evidence = evidenceFolder(root);
  return () => rmSync(root, { recursive: true, force: true });
});

/** A chain that has one block, and lets a test say what else it does not have. */
function chainWith({
  holds = true,
  proves = true as boolean | 'lies',
  failure = undefined as TaoscopeError | undefined,
  verified = true,
} = {}): Chain {
  const value = holds ? VALUE : undefined;
  const { stateRoot, nodes } = sampleState(value, timeValue());
  const fields = {
    number: BLOCK,
    parentHash: `0x${'11'.repeat(32)}` as Hex,
    stateRoot,
    extrinsicsRoot: `0x${'22'.repeat(32)}` as Hex,
    digest: [],
  };
  const header: BlockHeader = { ...fields, hash: hashHeader(fields), verified };
  const view = {
    block: header,
    header,
    hasStorage: () => true,
    storageKey: () => COMMITMENT_KEY,
    async storageBytes({ item, check }: StorageRequest) {
      if (item === 'Now') return { key: TIMESTAMP_KEY, bytes: fromHex(timeValue()), value: 0n };
      const bytes = value === undefined ? undefined : fromHex(value);
      const decoded = bytes && {
        deposit: 0n,
        block: Buffer.from(bytes).readUInt32LE(8),
        info: { fields: [{ type: 'Sha256', value: bytes.subarray(-32) }] },
      };
      check?.(decoded);
      return { key: COMMITMENT_KEY, bytes, value: decoded };
    },
  } as unknown as BlockView;
  return {
    identity: {
      name: 'Made up',
      genesisHash: `0x${'33'.repeat(32)}`,
      ss58Prefix: 42,
      tokenSymbol: 'X',
      tokenDecimals: 9,
    },
    async blockAt(number: number) {
      if (failure !== undefined) throw failure;
      return { number, hash: header.hash };
    },
    view: async () => view,
    async readProof(_header: BlockHeader, keys: readonly Hex[]) {
      if (proves === false) throw new TaoscopeError('unsupported', { failed: 'no proofs here' });
      const shown = { [COMMITMENT_KEY]: value, [TIMESTAMP_KEY]: timeValue() };
      const values = keys.map((key) => (shown[key] === undefined ? undefined : fromHex(shown[key]!)));
      if (proves === 'lies') values[0] = Uint8Array.of(1);
      return { nodes: nodes.map(fromHex), values };
    },
    stats: () => [{ host: 'node.example' }],
  } as unknown as Chain;
}

function sourcesOf(chain: Chain): BundleSources {
  return {
    store: opened,
    evidence,
    chain,
    sources: [
      {
        name: 'made-up',
        adapter: 'made-up',
        url: `https://user:${CANARY}@reports.example/${CANARY}?key=${CANARY}`,
        netuid: NETUID,
        validators: [HOTKEY],
        minerReports: true,
      },
    ],
    adapterOf: (name) => (name === 'made-up' ? sampleAdapter : undefined),
    madeBy: { program: 'taoscope', version: '0.0.0' },
    nowMs: 1_739_206_800_000,
  };
}

async function bundleOf(chain: Chain, withExports = false) {
  const bytes = await bytesOf(createBundle(await gatherBundle(sourcesOf(chain), ID, { withExports })));
  const result = await verifyBundle([bytes], { adapterOf: sourcesOf(chain).adapterOf });
  const open = result.steps
    .filter(({ outcome }) => outcome !== 'holds')
    .map(({ name, outcome }) => [name, outcome]);
  return { bytes, bundle: result.bundle!, open: Object.fromEntries(open) };
}

describe('a report with its bytes and a node that proves', () => {
  test('gives a bundle in which everything holds, the files included where they were kept', async () => {
    await evidence.write('report', REPORT);
    expect((await bundleOf(chainWith(), true)).open).toEqual({ exports: 'cannot be shown' });
    await evidence.write('export', TABLE);
    expect((await bundleOf(chainWith(), false)).open).toEqual({ exports: 'cannot be shown' });
    const { open, bundle, bytes } = await bundleOf(chainWith(), true);
    expect(open).toEqual({});
    expect(bundle.entry).toEqual(ENTRY);
    expect(bundle.verdicts.map(({ subject, check, verdict }) => [subject, check, verdict])).toEqual([
      [ID, 'commitment', 'verified'],
      [`${ID}/calls`, 'digest', 'verified'],
      [`${HOTKEY}@2025-02-10T16:00:00Z`, 'grid', 'verified'],
    ]);
    expect(
      await bytesOf(createBundle(await gatherBundle(sourcesOf(chainWith()), ID, { withExports: true }))),
    ).toEqual(bytes);
  });

  test('names hosts, and neither keys nor folders', async () => {
    await evidence.write('report', REPORT);
    const { bytes, bundle } = await bundleOf(chainWith());
    expect(bundle.hosts).toEqual({ publisher: 'reports.example', nodes: ['node.example'] });
    expect(bytes.toString('latin1')).not.toContain(CANARY);
    expect(bytes.toString('latin1')).not.toContain(root);
  });
});

describe('what a node does not give is named', () => {
  beforeEach(async () => {
    await evidence.write('report', REPORT);
    await evidence.write('export', TABLE);
  });

  test('a node without proofs', async () => {
    const { open, bundle } = await bundleOf(chainWith({ proves: false }), true);
    expect(open).toEqual({ proof: 'cannot be shown' });
    expect(bundle.proof).toEqual({ missing: 'no proofs here' });
  });

  test('a stand-in whose header is not of its hash', async () => {
    expect((await bundleOf(chainWith({ verified: false }), true)).open).toEqual({
      header: 'cannot be shown',
      proof: 'cannot be shown',
    });
  });

  test('a node that has pruned the state: what was read for the verdict is taken', async () => {
    const failure = new TaoscopeError('state-pruned', { failed: 'gone', got: 'State already discarded' });
    const { open, bundle } = await bundleOf(chainWith({ failure }), true);
    expect(bundle.commitment).toMatchObject({
      outcome: 'read',
      value: VALUE,
      from: 'ledger',
      meaning: { setAt: BLOCK },
    });
    expect(open).toEqual({
      header: 'cannot be shown',
      proof: 'cannot be shown',
      'block-time': 'cannot be shown',
    });
  });

  test('a chain that ends before the block', async () => {
    const failure = new TaoscopeError(
      'not-found',
      { failed: 'no block yet' },
      { fields: { head: BLOCK - 309 } },
    );
    const { bundle, open } = await bundleOf(chainWith({ failure }), true);
    expect(bundle.commitment).toEqual({ outcome: 'no-block', head: BLOCK - 309 });
    // The stored verdict says that it was verified: without the block it cannot have been.
    expect(open).toMatchObject({ digest: 'cannot be shown', verdict: 'fails' });
  });

  test('no commitment', async () => {
    const { bundle, open } = await bundleOf(chainWith({ holds: false }), true);
    expect(bundle.commitment).not.toHaveProperty('value');
    expect(open).toEqual({ digest: 'fails', block: 'fails', verdict: 'fails' });
  });
});

test('a node that disproves itself is not written down', async () => {
  await evidence.write('report', REPORT);
  await expect(bundleOf(chainWith({ proves: 'lies' }))).rejects.toMatchObject({ code: 'falsified' });
});

test.each([
  ['no id', '../reports', 'usage'],
  ['an id of nothing', '0'.repeat(32), 'not-found'],
  ['a report that was never had', 'f'.repeat(32), 'not-found'],
  ['a report whose bytes are gone', ID, 'not-found'],
])('%s makes no bundle', async (_, id, code) => {
  await expect(gatherBundle(sourcesOf(chainWith()), id)).rejects.toMatchObject({ code });
});

test('a source that is no longer configured makes no bundle', async () => {
  await evidence.write('report', REPORT);
  await expect(gatherBundle({ ...sourcesOf(chainWith()), sources: [] }, ID)).rejects.toSatisfy((error) =>
    isTaoscopeError(error, 'usage'),
  );
});
