import { blake2b } from '@noble/hashes/blake2.js';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  BLOCK,
  bytesOf,
  ENTRY,
  HOTKEY,
  REPORT,
  registrationValue,
  sampleAdapter,
  sampleContents,
  sampleState,
  sha256Of,
  TABLE,
  timeValue,
} from '../../../test/support/sample-bundle.ts';
import type { Hex } from '../../shared/index.ts';
import { type BundleContents, createBundle } from './create-bundle.ts';
import type { Manifest } from './manifest.ts';
import { type Verification, verifyBundle } from './verify-bundle.ts';

const adapterOf = (name: string) => (name === sampleAdapter.name ? sampleAdapter : undefined);
const verify = (bytes: Uint8Array) => verifyBundle([bytes], { adapterOf });
const verifyContents = async (contents: BundleContents) => verify(await bytesOf(createBundle(contents)));

/** The steps that do not hold. */
function open({ steps }: Verification): Record<string, string> {
  return Object.fromEntries(
    steps.filter(({ outcome }) => outcome !== 'holds').map(({ name, outcome }) => [name, outcome]),
  );
}

type Read = Extract<Manifest['commitment'], { outcome: 'read' }>;

describe('a sound bundle', () => {
  let bytes: Buffer;
  beforeAll(async () => {
    bytes = await bytesOf(createBundle(sampleContents()));
  });

  test('holds in every step, and says what it is about', async () => {
    const result = await verify(bytes);
    expect(open(result)).toEqual({});
    expect(result.outcome).toBe('holds');
    expect(result.bundle).toMatchObject({ entry: ENTRY, madeAt: '2025-02-10T17:00:00.000Z' });
    expect(result.steps.map(({ name, about }) => `${name} (${about})`)).toMatchInlineSnapshot(`
      [
        "container (evidence)",
        "line (evidence)",
        "entry-id (claim)",
        "path (claim)",
        "format (claim)",
        "header (evidence)",
        "key (evidence)",
        "proof (evidence)",
        "meaning (evidence)",
        "digest (claim)",
        "block (claim)",
        "block-time (claim)",
        "exports (claim)",
        "verdict (evidence)",
      ]
    `);
    expect(Object.fromEntries(result.steps.map(({ name, detail }) => [name, detail]))).toMatchInlineSnapshot(`
      {
        "block": "It was set in block 5000000, as the entry says.",
        "block-time": "Block 5000000 was made 60 s after the report's end.",
        "container": "Every part has the digest that the manifest names, and the file has its own.",
        "digest": "The report's SHA-256 4f191fb7f039d5c585f25a205b33bc9cd758467e15ba5ad03899496745cacf5c is the one committed to.",
        "entry-id": "The id follows from account and block.",
        "exports": "1 file, each with the digest that the report names.",
        "format": "The report can be read; it names 1 file.",
        "header": "The Blake2-256 of the header is the block's hash. That block 5000000 of the chain 0x3333333333333333333333333333333333333333333333333333333333333333 is 0x214863d7a4a609ea5ac3158f4c20bda6b4c12850587352a116f6e0e02fab901d any node can tell.",
        "key": "It is the key of Commitments.CommitmentOf(7, 5Dt7HZ7Zpw4DppPxFM7Ke3Cm7sDAWhsZXmM5ZAmE7dSVJbcQ).",
        "line": "The line of the list gives the id 23c9ffe566cf70c6afe9e4f58abef2a6.",
        "meaning": "The value, set in block 5000000, holds "Sha256".",
        "path": "The path follows from account and block.",
        "proof": "4 nodes of the state's trie lead from the header's state root to commitment and time.",
        "verdict": "The verdict of "2025-02-10T16:05:00Z", verified (ok), follows from it: Block 5000000 holds the digest of this report, set in it.",
      }
    `);
  });

  test('is the same bytes whenever it is made, and a text editor shows it', async () => {
    expect(await bytesOf(createBundle(sampleContents()))).toEqual(bytes);
    const lines = bytes.toString('utf8').split('\n');
    expect(lines[0]).toBe('taoscope-bundle/1');
    expect(JSON.parse(lines[1]!)).toMatchObject({ format: 'taoscope-bundle/1', netuid: 7 });
    expect(lines[2]).toBe(`${REPORT}who,what\r`);
    expect(lines.slice(-2)).toEqual([`sha256 ${sha256Of(bytes.subarray(0, -72))}`, '']);
  });

  test('a flipped bit anywhere is found', async () => {
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes);
      // Each position another bit, so that letters change case and digits become others.
      flipped[at]! ^= 1 << ((at * 5 + 3) % 8);
      const { outcome, steps } = await verify(flipped);
      expect(outcome, `byte ${at}`).toBe('fails');
      expect(steps[0]).toMatchObject({ name: 'container', outcome: 'fails' });
    }
  });

  test('every bit of the last line counts', async () => {
    for (let bit = 0; bit < 72 * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bytes.length - 72 + (bit >> 3)]! ^= 1 << (bit & 7);
      expect((await verify(flipped)).outcome, `bit ${bit}`).toBe('fails');
    }
  });

  test('a cut file is found wherever it was cut, and so is anything behind its end', async () => {
    for (let length = 0; length < bytes.length; length++) {
      expect((await verify(bytes.subarray(0, length))).outcome, `${length} bytes`).toBe('fails');
    }
    for (const more of ['\n', '\0', ' ', 'sha256 00\n', bytes.toString('latin1')]) {
      expect((await verify(Buffer.concat([bytes, Buffer.from(more, 'latin1')]))).outcome).toBe('fails');
    }
  });

  test('it does not matter how the file arrives', async () => {
    const whole = await verify(bytes);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 40 }), async (cuts) => {
        const ends = [...cuts, bytes.length].sort((a, b) => a - b);
        const chunks = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
        expect(await verifyBundle(chunks, { adapterOf })).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  test('any other bytes are an answer, not an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (noise, withHead) => {
        const head = withHead ? 'taoscope-bundle/1\n' : '';
        const { outcome, bundle } = await verify(Buffer.concat([Buffer.from(head), noise]));
        expect([outcome, bundle]).toEqual(['fails', undefined]);
      }),
    );
  });
});

/** What a forger may change who also makes all digests of the file right again. */
const FORGERIES: Record<
  string,
  [change: (about: BundleContents['about']) => void, steps: Record<string, string>]
> = {
  'another hotkey': [
    (about) => {
      about.entry.hotkey = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
    },
    { line: 'fails', 'entry-id': 'fails', key: 'fails' },
  ],
  'a hotkey that is none': [
    (about) => {
      about.entry.hotkey = `${HOTKEY}'; DROP TABLE`;
    },
    { line: 'fails', 'entry-id': 'fails', key: 'fails' },
  ],
  'another entry id': [
    (about) => {
      about.entry.entryId = 'forged';
    },
    { line: 'fails', 'entry-id': 'fails' },
  ],
  'a path that leads elsewhere': [
    (about) => {
      about.entry.path = '../../etc/passwd';
    },
    { line: 'fails', path: 'fails' },
  ],
  'another hour': [
    (about) => {
      about.entry.end += 3_600_000_000;
    },
    // The export's path no longer fits the hour, and the block is older than it.
    { line: 'fails', 'block-time': 'fails', exports: 'fails' },
  ],
  'another report id': [
    (about) => {
      about.reportId = '0'.repeat(32);
    },
    { line: 'fails', verdict: 'cannot be shown' },
  ],
  'another netuid': [
    (about) => {
      about.netuid = 8;
    },
    { key: 'fails' },
  ],
  'a value that fits another report': [
    (about) => {
      (about.commitment as Read).value = registrationValue('ab'.repeat(32));
    },
    { proof: 'fails', meaning: 'fails', digest: 'fails', verdict: 'fails' },
  ],
  'a meaning that the value does not have': [
    (about) => {
      (about.commitment as Read).meaning!.fields[0]!.hex = 'ab'.repeat(32);
    },
    { meaning: 'fails' },
  ],
  'no value where there is one': [
    (about) => {
      const { value: _, meaning: __, ...rest } = about.commitment as Read;
      about.commitment = rest;
    },
    { proof: 'fails', digest: 'fails', block: 'fails', verdict: 'fails' },
  ],
  'a value that is none': [
    (about) => {
      (about.commitment as Read).value = '0x00';
    },
    { proof: 'fails', meaning: 'fails', digest: 'fails', block: 'fails', verdict: 'cannot be shown' },
  ],
  'another time': [
    (about) => {
      (about.commitment as Read).time = timeValue(1_739_203_300_000);
    },
    { proof: 'fails' },
  ],
  'a header of another block': [
    (about) => {
      (about.header as { number: number }).number = BLOCK + 1;
    },
    { header: 'fails' },
  ],
  'another state root': [
    (about) => {
      (about.header as { stateRoot: Hex }).stateRoot = `0x${'44'.repeat(32)}`;
    },
    { header: 'fails', proof: 'fails' },
  ],
  'another block hash': [
    (about) => {
      (about.commitment as Read).blockHash = `0x${'44'.repeat(32)}`;
    },
    { header: 'fails' },
  ],
  'a proof without one of its nodes': [
    (about) => {
      (about.proof as { nodes: Hex[] }).nodes.pop();
    },
    { proof: 'fails' },
  ],
  'a proof with a node too many': [
    (about) => {
      (about.proof as { nodes: Hex[] }).nodes.push('0x00');
    },
    { proof: 'fails' },
  ],
  'other files than the report names': [
    (about) => {
      about.exports[0]!.sha256 = 'ab'.repeat(32);
    },
    { format: 'fails', exports: 'fails' },
  ],
  'a file less': [
    (about) => {
      about.exports.pop();
    },
    { format: 'fails' },
  ],
  'another verdict': [
    (about) => {
      about.verdicts[0]!.verdict = 'mismatch';
      about.verdicts[0]!.reason = 'digest';
    },
    { verdict: 'fails' },
  ],
};

test.each(Object.entries(FORGERIES))('%s is found by what it contradicts', async (_, [change, steps]) => {
  const result = await verifyContents(sampleContents(change));
  expect(open(result)).toEqual(steps);
  expect(result.outcome).toBe('fails');
});

describe('evidence for other verdicts', () => {
  const withVerdict =
    (verdict: Manifest['verdicts'][number]['verdict'], reason: string) =>
    (about: BundleContents['about']) => {
      Object.assign(about.verdicts[0]!, { verdict, reason });
    };

  test('other bytes than were committed to: the bundle is sound, the claim is not', async () => {
    const value = registrationValue('ab'.repeat(32));
    const result = await verifyContents(sampleContents(withVerdict('mismatch', 'digest'), { value }));
    expect(open(result)).toEqual({ digest: 'fails' });
    expect(
      result.steps.filter(({ about }) => about === 'evidence').every(({ outcome }) => outcome === 'holds'),
    ).toBe(true);
  });

  test('the right bytes, committed to some blocks before', async () => {
    const value = registrationValue(sha256Of(REPORT), BLOCK - 2);
    const change = (about: BundleContents['about']) => {
      withVerdict('matches-but-older', 'older-commitment')(about);
      (about.commitment as Read).setAtMs = 1_739_203_236_000;
    };
    expect(open(await verifyContents(sampleContents(change, { value })))).toEqual({ block: 'fails' });
  });

  test('an older commitment to something else', async () => {
    const value = registrationValue('ab'.repeat(32), BLOCK - 300);
    const result = await verifyContents(sampleContents(withVerdict('stale', 'older-commitment'), { value }));
    expect(open(result)).toEqual({ digest: 'fails', block: 'fails' });
  });

  test('no commitment, which is proven too', async () => {
    const change = (about: BundleContents['about']) => {
      withVerdict('uncommitted', 'no-commitment')(about);
      const { stateRoot, nodes } = sampleState(undefined, timeValue());
      const header = {
        ...(about.header as { stateRoot: Hex; number: number; parentHash: Hex; extrinsicsRoot: Hex }),
        stateRoot,
      };
      const { value: _, meaning: __, ...rest } = about.commitment as Read;
      // Parent hash, compact number of four bytes, state root, extrinsics root, one digest item.
      const number = Buffer.alloc(4);
      number.writeUInt32LE(BLOCK * 4 + 2);
      const encoded = `${header.parentHash.slice(2)}${number.toString('hex')}${stateRoot.slice(2)}${header.extrinsicsRoot.slice(2)}040661757261200102030405060708`;
      const blockHash = `0x${Buffer.from(blake2b(Buffer.from(encoded, 'hex'), { dkLen: 32 })).toString('hex')}`;
      Object.assign(about, { header, proof: { nodes }, commitment: { ...rest, blockHash } });
    };
    expect(open(await verifyContents(sampleContents(change)))).toEqual({ digest: 'fails', block: 'fails' });
  });

  test('a block before the end of its hour', async () => {
    const time = timeValue(1_739_203_199_000);
    expect(open(await verifyContents(sampleContents(undefined, { time })))).toMatchObject({
      'block-time': 'fails',
    });
  });

  test('a report that is none', async () => {
    const report = Buffer.from('not json');
    const value = registrationValue(sha256Of(report));
    expect(open(await verifyContents(sampleContents(undefined, { report, value })))).toEqual({
      format: 'fails',
    });
  });
});

describe('what cannot be shown is said, with what is taken on trust', () => {
  const detailOf = ({ steps }: Verification, step: string) => steps.find(({ name }) => name === step)!.detail;

  test('without a proof: the word of a node', async () => {
    const result = await verifyContents(
      sampleContents((about) => {
        about.proof = { missing: 'the node offers none' };
      }),
    );
    expect(open(result)).toEqual({ proof: 'cannot be shown' });
    expect(result.outcome).toBe('cannot be shown');
    expect(detailOf(result, 'proof')).toBe(
      'There is no proof: "the node offers none". Taken on trust: the answer of "node.example".',
    );
  });

  test('without a header: that too', async () => {
    const result = await verifyContents(
      sampleContents((about) => {
        about.header = { missing: 'pruned' };
      }),
    );
    expect(open(result)).toEqual({ header: 'cannot be shown', proof: 'cannot be shown' });
  });

  test('without the files: whoever has them can compare', async () => {
    const result = await verifyContents({ ...sampleContents(), exports: [] });
    expect(open(result)).toEqual({ exports: 'cannot be shown' });
    expect(detailOf(result, 'exports')).toBe(
      'Not in the bundle: "calls", whose digest its maker found right. Whoever has a file can compare its SHA-256 with that of the report.',
    );
  });

  test('without a chain: nothing of it', async () => {
    const missing = { missing: 'State already discarded' };
    const change = (about: BundleContents['about']) => {
      about.commitment = { outcome: 'failed', reason: 'pruned', detail: 'State already discarded' };
      Object.assign(about, { header: missing, proof: missing });
      Object.assign(about.verdicts[0]!, { verdict: 'unverifiable', reason: 'pruned' });
    };
    const result = await verifyContents(sampleContents(change));
    const names = ['header', 'key', 'proof', 'meaning', 'digest', 'block', 'block-time'];
    expect(open(result)).toEqual(Object.fromEntries(names.map((name) => [name, 'cannot be shown'])));
  });

  test('a verdict that knew less, or more, than the bundle does', async () => {
    const missing = { missing: 'State already discarded' };
    const less = await verifyContents(
      sampleContents((about) => {
        Object.assign(about.verdicts[0]!, { verdict: 'unverifiable', reason: 'rpc' });
      }),
    );
    expect(open(less)).toEqual({ verdict: 'cannot be shown' });
    const more = await verifyContents(
      sampleContents((about) => {
        about.commitment = { outcome: 'failed', reason: 'rpc', detail: 'no answer' };
        Object.assign(about, { header: missing, proof: missing });
      }),
    );
    expect(open(more)).toMatchObject({ digest: 'cannot be shown', verdict: 'cannot be shown' });
    expect(more.outcome).toBe('cannot be shown');
  });

  test('a block that was yet to come', async () => {
    const change = (about: BundleContents['about']) => {
      about.commitment = { outcome: 'no-block', head: BLOCK - 301 };
      Object.assign(about.verdicts[0]!, { verdict: 'mismatch', reason: 'block-time' });
    };
    const result = await verifyContents(sampleContents(change));
    expect(open(result)).not.toHaveProperty('verdict');
    expect(detailOf(result, 'digest')).toBe('There was no block 5000000 yet: the chain ended at 4999699.');
  });

  test('a publisher whose language is not known', async () => {
    const result = await verifyContents(
      sampleContents((about) => {
        about.adapter = 'other';
      }),
    );
    expect(open(result)).toEqual({
      'entry-id': 'cannot be shown',
      path: 'cannot be shown',
      format: 'cannot be shown',
    });
  });
});

test('a file that has another digest than the report names is found, also where the maker had found it', async () => {
  const other = Buffer.from('who,what\r\nme,nothing\r\n');
  const exports = [{ kind: 'calls', bytes: other.length, sha256: sha256Of(other), read: () => [other] }];
  expect(open(await verifyContents({ ...sampleContents(), exports }))).toEqual({ exports: 'fails' });
});

test('texts full of brackets and quotes are texts, and nesting without end is refused', async () => {
  const contents = sampleContents((about) => {
    about.verdicts[0]!.detail = '[{'.repeat(100) + '"[\\"'.repeat(100);
  });
  expect(open(await verifyContents(contents))).toEqual({});
  const deep = Buffer.from(`taoscope-bundle/1\n${'[{"a":'.repeat(100_000)}\n`);
  expect((await verify(deep)).steps[0]!.detail).toBe(
    'The file is damaged: its manifest is nested too deeply.',
  );
});

test('an export that changes while it is packed makes no bundle', async () => {
  const exports = [
    { kind: 'calls', bytes: TABLE.length, sha256: sha256Of(TABLE), read: () => [Buffer.from('x')] },
  ];
  await expect(bytesOf(createBundle({ ...sampleContents(), exports }))).rejects.toMatchObject({
    code: 'internal',
  });
});
