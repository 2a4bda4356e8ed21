import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Verification } from '../../src/audit/bundle/verify-bundle.ts';
import { createEvidenceReader } from '../../src/audit/collect/chain-evidence.ts';
import { evidenceFolder } from '../../src/audit/collect/evidence-folder.ts';
import { auditMigrations } from '../../src/audit/index.ts';
import { sqlInstant } from '../../src/audit/instants.ts';
import type { ListedReport, Verdict } from '../../src/audit/types.ts';
import { checkBlockTime } from '../../src/audit/verify/check-block-time.ts';
import { checkCommitment } from '../../src/audit/verify/check-commitment.ts';
import { reportIdOf } from '../../src/audit/verify/subjects.ts';
import { type Chain, connectChain, decodeRegistration, readCommitment } from '../../src/chain/index.ts';
import { bundle } from '../../src/cli/commands/audit/bundle.ts';
import { verify } from '../../src/cli/commands/audit/verify.ts';
import type { Effects } from '../../src/cli/effects.ts';
import { migrations } from '../../src/metagraph/index.ts';
import { fromHex, parseAccount } from '../../src/shared/index.ts';
import { openStore } from '../../src/store/index.ts';
import { type Chopsticks, SPEC_185, SPEC_218, startChopsticks } from '../support/chopsticks.ts';
import {
  type Commit,
  type Commits,
  type Committers,
  commitDigests,
  REPORTS,
  sha256Of,
} from '../support/commitments-218.ts';
import { tempDir } from '../support/paths.ts';
import { loadPolkadotApi, type PolkadotApi } from '../support/peers.ts';
import { requireChainSpec } from '../support/requirement.ts';
import { sampleAdapter } from '../support/sample-bundle.ts';
import { peopleSubnet185 } from '../support/subnet-185.ts';
import { peopleSubnet218 } from '../support/subnet-218.ts';

/** Runtimes with the subnet that a test peoples in them, and how it gets its hotkeys registered. */
const RUNTIMES: readonly { spec: string; people(node: Chopsticks): Promise<Committers> }[] = [
  { spec: SPEC_218, people: peopleSubnet218 },
  {
    spec: SPEC_185,
    async people(node) {
      const { netuid, n } = await peopleSubnet185(node);
      const { keyring } = await loadPolkadotApi();
      return {
        netuid,
        hotkeys: Array.from({ length: n }, (_, uid) => keyring.addFromUri(`//Taoscope//hot//${uid}`)),
      };
    },
  },
];

for (const { spec, people } of RUNTIMES) {
  describe.skipIf(!requireChainSpec(spec))(`commitments by signed extrinsics, ${spec}`, () => {
    let node: Chopsticks;
    let subnet: Committers;
    let commits: Commits;
    let api: PolkadotApi;
    let chain: Chain;

    beforeAll(async () => {
      node = await startChopsticks(spec);
      subnet = await people(node);
      commits = await commitDigests(node, subnet);
      api = await (await loadPolkadotApi()).connect(node.url);
      chain = await connectChain({ endpoints: [node.url] });
    });
    afterAll(async () => {
      await chain?.close();
      await api?.disconnect();
      await node?.[Symbol.asyncDispose]();
    });

    const readAt = async (number: number, address: string) => {
      const view = await chain.view(await chain.blockAt(number));
      return readCommitment(view, subnet.netuid, parseAccount(address));
    };

    /** What @polkadot/api reads of the same account at the same block. */
    async function witness(hash: string, address: string) {
      const entry = (await api.at(hash)).query.commitments!.commitmentOf!;
      const value = (await entry(subnet.netuid, address)) as Awaited<ReturnType<typeof entry>> & {
        unwrap(): { toHex(): string; toJSON(): unknown };
      };
      return {
        key: entry.key(subnet.netuid, address),
        value: value.isNone === true ? undefined : value.unwrap(),
      };
    }

    test('each is read at its block as its extrinsic said it, byte for byte what @polkadot/api reads', async () => {
      expect(commits.list).toHaveLength(11);
      for (const { hotkey, kind, hex, block, hash } of commits.list) {
        const got = await readAt(block, hotkey.address);
        const expected = await witness(hash, hotkey.address);
        expect(got, kind).toEqual({
          key: expected.key,
          value: expected.value!.toHex(),
          deposit: 0n,
          setAt: block,
          fields: [{ kind, hex }],
        });
        expect(expected.value!.toJSON()).toMatchObject({ block });
        const { key: _, value, ...decoded } = got!;
        expect(decodeRegistration(fromHex(value)), kind).toEqual(decoded);
      }
    });

    test('a block before the first holds none, each block after holds the last', async () => {
      const { first, second } = commits.twice;
      expect(await readAt(first.block - 1, first.hotkey.address)).toBeUndefined();
      expect((await readAt(second.block - 1, first.hotkey.address))?.fields).toEqual([
        { kind: 'Sha256', hex: first.hex },
      ]);
      expect(await readAt(commits.later.number, first.hotkey.address)).toMatchObject({
        setAt: second.block,
        fields: [{ hex: second.hex }],
      });
      expect((await witness(commits.later.hash, commits.never.address)).value).toBeUndefined();
      expect(await readAt(commits.later.number, commits.never.address)).toBeUndefined();
    });

    describe('verdicts on reports that name these blocks', () => {
      const timeAt = async (number: number) => (await chain.view(await chain.blockAt(number))).timestamp();

      /** The verdict on a report of these bytes that names a block and ended so many ms before it. */
      async function judge(
        text: string,
        hotkey: string,
        block: number,
        endedBefore: number,
      ): Promise<Verdict> {
        const report = reportOf(hotkey, block, (await timeAt(block))! - endedBefore);
        const { commitment, blockTime } = await createEvidenceReader(chain).read(report, subnet.netuid);
        expect(checkBlockTime(report, blockTime, 1_800_000_000)).toMatchObject({
          verdict: 'verified',
          reason: 'ok',
        });
        return checkCommitment(report, sha256Of(text), commitment, {
          blockMs: blockTime.outcome === 'read' ? blockTime.ms : undefined,
        });
      }
      const addressOf = ({ hotkey }: Commit) => hotkey.address;

      test('verified, although it was overwritten since', async () => {
        const { first, second } = commits.twice;
        const verdict = await judge(REPORTS.first, addressOf(first), first.block, 1_000);
        expect(verdict).toMatchObject({
          verdict: 'verified',
          reason: 'ok',
          evidence: { setAt: first.block, blockHash: first.hash, committed: [first.hex] },
        });
        expect(await judge(REPORTS.second, addressOf(second), second.block, 1_000)).toMatchObject({
          verdict: 'verified',
        });
      });

      test('the first report at the block of the second is a mismatch', async () => {
        const { second } = commits.twice;
        expect(await judge(REPORTS.first, addressOf(second), second.block, 1_000)).toMatchObject({
          verdict: 'mismatch',
          reason: 'digest',
        });
      });

      test('older: the right digest, set before the block that is named', async () => {
        const { second } = commits.twice;
        const behind = (await timeAt(commits.later.number))! - (await timeAt(second.block))!;
        expect(behind).toBeGreaterThan(0);
        expect(
          await judge(REPORTS.second, addressOf(second), commits.later.number, behind + 1_000),
        ).toMatchObject({
          verdict: 'matches-but-older',
          reason: 'older-commitment',
          evidence: { setAt: second.block },
        });
      });

      test('stale: another digest, of before the report’s end', async () => {
        expect(
          await judge(REPORTS.never, addressOf(commits.once), commits.later.number, 1_000),
        ).toMatchObject({
          verdict: 'stale',
          reason: 'older-commitment',
          evidence: { committed: [commits.once.hex] },
        });
      });

      test('none: nothing was ever committed, or no SHA-256', async () => {
        expect(await judge(REPORTS.never, commits.never.address, commits.later.number, 1_000)).toMatchObject({
          verdict: 'uncommitted',
          reason: 'no-commitment',
        });
        const keccak = commits.list.find(({ kind }) => kind === 'Keccak256')!;
        expect(await judge(REPORTS.never, addressOf(keccak), commits.later.number, 1_000)).toMatchObject({
          verdict: 'uncommitted',
          reason: 'no-digest',
        });
      });
    });

    test('a bundle of it, made and checked by the commands, says what the node could not prove', async () => {
      const { first } = commits.twice;
      const view = await chain.view(await chain.blockAt(first.block));
      const entry: ListedReport = {
        ...reportOf(first.hotkey.address, first.block, (await view.timestamp())! - 1_000),
        entryId: `${first.hotkey.address}.${first.block}`,
        path: `reports/${first.block}.json`,
      };
      const { commitment, blockTime } = await createEvidenceReader(chain).read(entry, subnet.netuid);
      const verdict = checkCommitment(entry, first.hex, commitment, {
        blockMs: blockTime.outcome === 'read' ? blockTime.ms : undefined,
      });
      await using folder = await tempDir('bundle');
      const cli = await configuredCli(folder.path, { node: node.url, entry, netuid: subnet.netuid });
      await storeReport(folder.path, entry, Buffer.from(REPORTS.first), verdict);

      const file = join(folder.path, 'report.bundle');
      await bundle(cli.command, cli.effects, reportIdOf(entry), { out: file }, { adapterOf });
      await verify(cli.effects, file, { json: true }, { adapterOf });
      const { outcome, steps } = JSON.parse(cli.written()) as Verification;
      // Chopsticks keeps no trie of the state.
      expect(steps.filter((step) => step.outcome !== 'holds').map(({ name }) => name)).toEqual(['proof']);
      expect(outcome).toBe('cannot be shown');
      expect(steps.find(({ name }) => name === 'proof')!.detail).toContain(
        'Taken on trust: the answer of "127.0.0.1:',
      );
      await expect(verify(cli.effects, file, { strict: true }, { adapterOf })).rejects.toMatchObject({
        code: 'not-found',
      });
      expect(readFileSync(file, 'latin1')).not.toContain(folder.path);

      const bytes = readFileSync(file);
      bytes.writeUInt8(bytes[200]! ^ 4, 200);
      writeFileSync(file, bytes);
      await expect(verify(cli.effects, file, {}, { adapterOf })).rejects.toMatchObject({ code: 'falsified' });
    });
  });
}

/** A line of a list about a report that ended at an instant, ms since the epoch. */
function reportOf(hotkey: string, block: number, endMs: number): ListedReport {
  return {
    source: 'real',
    role: 'validator',
    hotkey,
    entryId: 'any',
    block,
    path: 'any',
    start: (endMs - 3_600_000) * 1_000,
    end: endMs * 1_000,
  };
}

const adapterOf = (name: string) => (name === sampleAdapter.name ? sampleAdapter : undefined);

/** What a command gets: a configuration file of its own, and a place for what it prints. */
async function configuredCli(
  folder: string,
  { node, entry, netuid }: { node: string; entry: ListedReport; netuid: number },
) {
  const config = {
    chain: { network: 'local', endpoints: [node] },
    store: { path: join(folder, 'data') },
    audit: {
      path: join(folder, 'evidence'),
      sources: [
        {
          name: entry.source,
          adapter: sampleAdapter.name,
          url: 'https://reports.example',
          netuid,
          validators: [entry.hotkey],
        },
      ],
    },
  };
  const file = join(folder, 'taoscope.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config));
  let written = '';
  const effects: Effects = {
    stdout: {
      write(text) {
        written += String(text);
        return undefined;
      },
    },
    stderr: { write: () => {}, isTTY: false },
    env: { TAOSCOPE_CONFIG: file },
    readFile: (path) => readFileSync(path, 'utf8'),
    signal: new AbortController().signal,
  };
  return { command: new Command('bundle'), effects, written: () => written };
}

/** A report as the audit stores it when it has been fetched and judged. */
async function storeReport(
  folder: string,
  entry: ListedReport,
  bytes: Buffer,
  verdict: Verdict,
): Promise<void> {
  const sha256 = await evidenceFolder(join(folder, 'evidence')).write('report', bytes);
  const store = await openStore(
    { path: join(folder, 'data') },
    { migrations: [...migrations, ...auditMigrations] },
  );
  try {
    const { source, role, hotkey, entryId, block, path, start, end } = entry;
    const id = reportIdOf(entry);
    await store.insert(
      'audit_reports',
      [
        'source',
        'report_id',
        'role',
        'hotkey',
        'entry_id',
        'block',
        'path',
        'start',
        'end',
        'state',
        'sha256',
        'version',
      ],
      [
        [
          source,
          id,
          role,
          hotkey,
          entryId,
          block,
          path,
          sqlInstant(start),
          sqlInstant(end),
          'loaded',
          sha256,
          1,
        ],
      ],
    );
    await store.insert(
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
        [
          source,
          'report',
          id,
          hotkey,
          sqlInstant(end),
          verdict.check,
          verdict.verdict,
          verdict.reason,
          verdict.detail,
          JSON.stringify(verdict.evidence),
          sqlInstant(end),
          1,
        ],
      ],
    );
  } finally {
    await store.close();
  }
}
