import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bytesOf, sampleAdapter, sampleContents } from '../../../../test/support/sample-bundle.ts';
import { createBundle } from '../../../audit/index.ts';
import { exitCodeOf, toTaoscopeError } from '../../../shared/index.ts';
import type { Effects } from '../../effects.ts';
import { type VerifyCommandOptions, verify } from './verify.ts';

const folder = mkdtempSync(join(tmpdir(), 'taoscope-cli-verify-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function fileOf(contents: ReturnType<typeof sampleContents>, spoil?: (bytes: Buffer) => void) {
  const bytes = await bytesOf(createBundle(contents));
  spoil?.(bytes);
  const file = join(folder, `${Math.random()}.bundle`);
  writeFileSync(file, bytes);
  return file;
}

async function cli(file: string, options: VerifyCommandOptions = {}) {
  let stdout = '';
  const effects = {
    stdout: {
      write: (text: string | Uint8Array) => {
        stdout += String(text);
        return undefined;
      },
    },
    signal: new AbortController().signal,
  } as unknown as Effects;
  const adapterOf = () => sampleAdapter;
  try {
    await verify(effects, file, options, { adapterOf });
    return { code: 0, stdout, error: '' };
  } catch (caught) {
    const error = toTaoscopeError(caught);
    return { code: exitCodeOf(error), stdout, error: error.message };
  }
}

test('a sound bundle: each step with its sentence, and exit 0', async () => {
  const { code, stdout } = await cli(await fileOf(sampleContents()), { strict: true });
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  expect(lines[0]).toBe(
    'Report 23c9ffe566cf70c6afe9e4f58abef2a6 of validator 5Dt7HZ7Zpw4DppPxFM7Ke3Cm7sDAWhsZXmM5ZAmE7dSVJbcQ on netuid 7,',
  );
  expect(lines.filter((line) => line.startsWith('✓'))).toHaveLength(14);
  expect(stdout).toContain('✓ block       It was set in block 5000000, as the entry says.\n');
  expect(stdout).toMatch(/\n\nEverything holds, shown by this file alone\.\n$/);
});

test('what cannot be shown is marked, and fails only if asked to', async () => {
  const file = await fileOf({ ...sampleContents(), exports: [] });
  const lenient = await cli(file);
  expect([lenient.code, lenient.error]).toEqual([0, '']);
  expect(lenient.stdout).toContain('? exports     Not in the bundle');
  const strict = await cli(file, { strict: true });
  expect(strict.code).toBe(1);
  expect(strict.error).toContain('exports cannot be shown');
});

test('a claim that is not so is told from a bundle that is not sound; both are exit 1', async () => {
  const other = sampleContents(
    (about) => {
      Object.assign(about.verdicts[0]!, { verdict: 'mismatch', reason: 'digest' });
    },
    { value: `0x0000000000000000404b4c000483${'ab'.repeat(32)}` },
  );
  const claim = await cli(await fileOf(other));
  expect(claim.code).toBe(1);
  expect(claim.error).toMatch(/^what the publisher claims does not hold\n.*digest fails/);
  const damaged = await cli(
    await fileOf(sampleContents(), (bytes) => bytes.writeUInt8(bytes[900]! ^ 1, 900)),
  );
  expect(damaged.code).toBe(1);
  expect(damaged.error).toMatch(/^the bundle does not hold\n.*container fails/);
  expect(damaged.stdout).toContain('✗ container   The file is damaged');
});

test('JSON for programs, also of what fails', async () => {
  const { stdout, code } = await cli(await fileOf(sampleContents()), { json: true });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: 'holds',
    steps: [
      { name: 'container', about: 'evidence', outcome: 'holds' },
      ...Array(13).fill({ outcome: 'holds' }),
    ],
    bundle: { reportId: '23c9ffe566cf70c6afe9e4f58abef2a6', netuid: 7 },
  });
});

test('text of a stranger does nothing to the terminal', async () => {
  const contents = sampleContents((about) => {
    about.madeAt = '2025\u001b[2J\u202e';
  });
  const { stdout } = await cli(await fileOf(contents));
  expect(stdout).toContain('Bundle made 2025·[2J· by taoscope 0.0.0.');
});

test('a file that is not there is a mistake of the command line', async () => {
  expect(await cli(join(folder, 'nothing'))).toMatchObject({ code: 2, stdout: '' });
  expect(await cli(folder)).toMatchObject({ code: 2 });
});
