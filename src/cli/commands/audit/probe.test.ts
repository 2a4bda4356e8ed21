import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { ToldProbe } from '../../../audit/index.ts';
import { exitCodeOf, toTaoscopeError } from '../../../shared/index.ts';
import type { Effects } from '../../effects.ts';
import { type ProbeOptions, probe as sendProbe, showProbe } from './probe.ts';

const folder = mkdtempSync(join(tmpdir(), 'taoscope-cli-probe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOTKEY = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
/** A red pixel: made with Python's zlib and struct, not by our code. */
const PNG = Buffer.from(
  '89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c494441' +
    '54789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082',
  'hex',
);
const WAV = Buffer.concat([Buffer.from('RIFF'), Buffer.alloc(4), Buffer.from('WAVEfmt ')]);

const attempt = (more: Partial<ToldProbe['route']['attempts'][number]>) => ({
  ...{ childId: 'child', instanceId: 'instance-1', minerUid: 7, minerHotkey: HOTKEY, minerColdkey: HOTKEY },
  ...{ function: 'chat', chuteId: 'c', at: null, outcome: 'succeeded' as const, error: null },
  ...more,
});

const output = (mediaType: string, bytes: string | Buffer, cut = false) => ({
  ...{ mediaType, cut },
  base64: Buffer.from(bytes).toString('base64'),
});

const probe = (more: Partial<ToldProbe> = {}, route: Partial<ToldProbe['route']> = {}): ToldProbe => ({
  ...{ probeId: '5e47d75d-4671-4bf8-a748-1b9022846eb8', source: 'chutes', kind: 'chat', prompt: 'Hello?' },
  target: { kind: 'chat', id: 'c', name: 'model/one', slug: 'one' },
  ...{ at: 1_780_000_000_000_000, elapsedMs: 1_234, output: output('text/plain', 'Good day.') },
  route: {
    ...{ parentId: 'parent', attempts: [attempt({})], cached: false, error: null, contradictions: [] },
    ...route,
  },
  ...more,
});

async function shown(
  told: ToldProbe,
  options: Partial<ProbeOptions> = {},
  { env = {}, streamed = false }: { env?: Record<string, string>; streamed?: boolean } = {},
) {
  let [stdout, stderr] = ['', ''];
  const effects = {
    stdout: {
      write: (text: string) => {
        stdout += text;
        return undefined;
      },
    },
    stderr: {
      write: (text: string) => {
        stderr += text;
      },
      isTTY: false,
    },
    env,
    signal: new AbortController().signal,
  } as unknown as Effects;
  const failure = await showProbe(told, effects, { count: 1, text: true, ...options }, streamed).then(
    () => undefined,
    (error: unknown) => toTaoscopeError(error),
  );
  return { stdout, stderr, failure };
}

describe('a route', () => {
  test('is told from question to answer, each attempt with what happened to it', async () => {
    const traceback = 'Traceback (most recent call last):\n  File "x.py", line 1\nTimeoutError: too slow\n';
    const attempts = [
      attempt({ outcome: 'failed', error: traceback }),
      attempt({ outcome: 'failed', error: 'RATE_LIMIT', minerUid: null, instanceId: 'instance-2' }),
      attempt({ instanceId: 'instance-3' }),
    ];
    expect((await shown(probe({}, { attempts }))).stdout).toMatchInlineSnapshot(`
      "chat model/one, 1.2 s
        asked: Hello?
        1. uid 7  5Grwva…KutQY  instance instance-1  failed: TimeoutError: too slow
        2. uid ?  5Grwva…KutQY  instance instance-2  failed: RATE_LIMIT
        3. uid 7  5Grwva…KutQY  instance instance-3  succeeded
      Good day.
      "
    `);
  });

  test('that reached nobody says why; contradictions are told as such', async () => {
    const contradictions = ['a success without an attempt'];
    const { stdout } = await shown(
      probe({ output: null }, { attempts: [], error: 'no_targets', contradictions }),
    );
    expect(stdout).toBe(
      'chat model/one, 1.2 s: no_targets\n  asked: Hello?\n  ! a success without an attempt\n',
    );
  });

  test('of hostile texts neither steers the terminal nor makes lines of its own', async () => {
    const evil = '\u001b[2J\u202eevil\r\n  9. uid 0';
    const target = { kind: 'chat' as const, id: 'c', name: evil, slug: 'one' };
    const { stdout } = await shown(
      probe(
        { target, prompt: evil, output: output('text/plain', 'a\u001b]0;owned\u0007b\nc') },
        { attempts: [attempt({ instanceId: evil, error: evil, outcome: 'failed' })], contradictions: [evil] },
      ),
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    // Four lines of ours, and the two of the answer, whose lines are its own.
    expect(stdout.trimEnd().split('\n')).toHaveLength(6);
  });
});

describe('an output', () => {
  test('that was written as it came is not written again', async () => {
    const { stdout } = await shown(probe(), {}, { streamed: true });
    expect(stdout).not.toContain('Good day.');
    expect(stdout.startsWith('\nchat model/one')).toBe(true);
  });

  test('can be turned off, each kind of it', async () => {
    expect((await shown(probe(), { text: false })).stdout).not.toContain('Good day.');
    const image = await shown(probe({ output: output('image/png', PNG) }), { images: 'none' });
    expect(image.stdout).toContain(`[image/png, ${PNG.length} bytes]\n`);
  });

  test('that is long is cut, and says so', async () => {
    const vector = JSON.stringify([Array.from({ length: 1_024 }, () => 0.123_456_7)]);
    const { stdout } = await shown(probe({ output: output('application/json', vector) }));
    expect(stdout).toContain(` …\n[${vector.length - 400} more characters; --out writes all of it]\n`);
    const cut = await shown(probe({ output: output('text/plain', 'so far', true) }));
    expect(cut.stdout).toMatch(/so far\n\[the answer was longer than what is kept\]\n$/);
  });

  test('that is a picture is drawn in cells of one colour, as wide as the terminal at most', async () => {
    const drawn = await shown(
      probe({ output: output('image/png', PNG) }),
      { images: 'blocks' },
      { env: { COLORTERM: 'truecolor', COLUMNS: 'many' } },
    );
    expect(drawn.stdout).toContain('\u001b[38;2;255;0;0;48;2;255;0;0m▀\u001b[0m\n');
    const broken = await shown(probe({ output: output('image/png', 'no picture') }), { images: 'blocks' });
    expect(broken.stdout).toContain('not a picture that can be drawn here');
  });

  test('goes into a folder under a name of ours, whatever the server calls it', async () => {
    const out = join(folder, 'new');
    const { stderr } = await shown(probe({ probeId: '../../etc/passwd', output: output('image/png', PNG) }), {
      out,
      images: 'none',
    });
    const [name = ''] = readdirSync(out);
    expect(readdirSync(out)).toHaveLength(1);
    expect(name).toMatch(/^[0-9a-f-]*\.png$/);
    expect(readFileSync(join(out, name))).toEqual(PNG);
    expect(stderr).toBe(`wrote ${join(out, name)}\n`);
  });

  test('in JSON is one line with everything, and goes into the folder too', async () => {
    const out = join(folder, 'json');
    const told = probe({ output: output('audio/wav', WAV) });
    const { stdout } = await shown(told, { out, json: true });
    expect(stdout.split('\n')).toHaveLength(2);
    expect(JSON.parse(stdout)).toEqual(told);
    expect(readdirSync(out)).toEqual([`${told.probeId}.wav`]);
  });

  test('as sound is played by the first player there is, without a shell', async () => {
    const bin = mkdtempSync(join(folder, 'bin-'));
    writeFileSync(join(bin, 'aplay'), '#!/bin/sh\nprintf "%s\\n" "$@" >"$PLAYED"\n', { mode: 0o755 });
    const played = join(bin, 'played');
    const told = probe({ output: output('audio/wav', WAV) });
    const out = join(folder, 'play');
    vi.stubEnv('PLAYED', played);
    const { failure } = await shown(told, { play: true, out }, { env: { PATH: `/nowhere:${bin}` } });
    vi.unstubAllEnvs();
    expect(failure).toBeUndefined();
    expect(readFileSync(played, 'utf8')).toBe(`-q\n${join(out, `${told.probeId}.wav`)}\n`);
  });
});

test('nothing is sent where there is nothing to play the sound with', async () => {
  const effects = { env: { PATH: folder } } as unknown as Effects;
  const failure = await sendProbe(new Command(), effects, { count: 1, text: true, play: true }).catch(
    (error: unknown) => toTaoscopeError(error),
  );
  expect(failure?.message).toContain('there is no player of sound here');
  expect(exitCodeOf(failure!)).toBe(2);
});
