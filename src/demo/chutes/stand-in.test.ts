import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ask,
  begin,
  committed,
  exportUrl,
  HOUR,
  NOW,
  newestExport,
  paid,
  parseCsv,
  sha256,
  type World,
  whole,
} from './testing/stand-in-world.ts';

describe('an honest stand-in', () => {
  let world: World;
  beforeAll(async () => {
    world = await begin();
  });
  afterAll(async () => {
    await world.demo.close();
  });

  it('has published every full hour of its life, and committed to the very bytes it serves, in the block it names', async () => {
    const { demo, standIn } = world;
    const hours = standIn.publishedHours();
    expect(hours).toEqual(Array.from({ length: 9 }, (_, n) => Date.UTC(2025, 10, 6, 2 + n)));
    const entries = await world.list();
    expect(entries.filter(({ hotkey }) => hotkey === standIn.validator)).toHaveLength(9);
    expect(new Set(entries.map(({ hotkey }) => hotkey)).size).toBe(4);
    for (const entry of entries) {
      const bytes = await world.bytes(entry.path);
      expect(await committed(demo, entry.hotkey, entry.block)).toEqual({
        block: entry.block,
        digest: sha256(bytes),
      });
      const late = Date.parse(`${entry.created_at}Z`) - Date.parse(`${entry.end_time}Z`);
      expect(late).toBeGreaterThanOrEqual(60_000);
      expect(late).toBeLessThan(5 * 60_000);
    }
  });

  it('serves exports with the digests and under the paths that its reports name', async () => {
    for (const report of world.standIn.reports().filter(({ role }) => role === 'validator')) {
      const content = JSON.parse(String(await world.bytes(report.path)));
      expect(Object.keys(content)).toEqual(['instance_audit', 'csv_exports']);
      for (const { path, sha256: claimed } of Object.values<{ path: string; sha256: string }>(
        content.csv_exports,
      )) {
        const response = await world.get(exportUrl(path));
        expect(response.headers.get('content-type')).toContain('text/csv');
        expect(response.headers.get('x-taoscope-stand-in')).toBe('chutes');
        expect(sha256(new Uint8Array(await response.arrayBuffer()))).toBe(claimed);
      }
    }
    expect((await world.get('/invocations/exports/2025/11/06/11.csv')).status).toBe(404);
    expect((await world.get('/audit/download?path=../../etc/passwd')).status).toBe(404);
  });

  it('pays what it owes: the row on the chain is the reckoning, to the resolution of u16', async () => {
    const { demo, standIn, forward } = world;
    const before = standIn.owed();
    for (let block = 0; block < 25; block++) {
      forward(1_000);
      demo.step();
    }
    const owed = standIn.owed();
    expect(owed?.at).toBeGreaterThan(before?.at ?? 0);
    const shares = await paid(world);
    expect(shares.size).toBeGreaterThan(3);
    for (const { uid, hotkey } of standIn.miners) {
      expect(Math.abs((shares.get(uid) ?? 0) - (owed?.shares.get(hotkey) ?? 0))).toBeLessThan(0.00005);
    }
    const scores = (await (await world.get('/miner/scores')).json()) as {
      final_scores: Record<string, number>;
    };
    expect(scores.final_scores).toEqual(Object.fromEntries(owed?.shares ?? []));
  });

  it('publishes an hour when it is over, not before, and an hour again when asked to', async () => {
    const { demo, standIn, forward } = world;
    const [newest] = standIn.publishedHours().slice(-1);
    forward(HOUR - 20 * 60_000);
    demo.step(2);
    expect(standIn.publishedHours()).toHaveLength(9);
    forward(61_000);
    demo.step(1);
    expect(standIn.publishedHours().at(-1)).toBe((newest ?? 0) + HOUR);
    const again = standIn.publish();
    expect(again.hour).toBe((newest ?? 0) + HOUR);
    expect(standIn.publishedHours()).toHaveLength(10);
    expect((await world.list()).filter(({ hotkey }) => hotkey === standIn.validator)).toHaveLength(11);
    expect(() => standIn.publish(NOW + 10 * HOUR)).toThrow(/cannot publish/);
  });

  it('lists again, with another block, what a fork took out', async () => {
    const { demo, standIn, forward } = world;
    forward(HOUR);
    demo.step(1);
    const before = standIn.reports().at(-1);
    await demo.incident('fork', { depth: 2 });
    demo.step(3);
    const after = standIn.reports().findLast(({ role }) => role === 'validator');
    expect(after?.hour).toBe(before?.hour);
    const found = await committed(demo, standIn.validator, after?.block ?? 0);
    expect(found).toEqual({ block: after?.block, digest: after?.sha256 });
  });

  it('shows requests from outside in the export of their hour, attempt by attempt', async () => {
    const { demo, standIn, forward } = world;
    const attempts = new Map<string, { instance: string; hotkey: string; failed: boolean }>();
    for (let n = 0; n < 12; n++) {
      forward(1_500);
      const { parent, events } = await ask(world, '/v1/chat/completions', {
        model: 'stand-in/Pebble-8B',
        messages: [{ role: 'user', content: 'hello' }],
      });
      expect(events[0]?.trace?.message).toMatch(/^identified \d+ available targets$/);
      expect(events[0]?.trace?.child_id).toBeUndefined();
      for (const { trace } of events) {
        expect(trace?.invocation_id ?? parent).toBe(parent);
        const place = /target=(\S+) uid=\d+ hotkey=(\S+) coldkey=\S+/.exec(trace?.message ?? '');
        if (place === null || trace?.child_id === undefined) continue;
        const failed = trace.message.startsWith('error encountered');
        attempts.set(trace.child_id, { instance: place[1] ?? '', hotkey: place[2] ?? '', failed });
      }
    }
    expect([...attempts.values()].some(({ failed }) => failed)).toBe(true);
    forward(HOUR);
    demo.step(2);
    const rows = parseCsv(await newestExport(world));
    for (const [child, { instance, hotkey, failed }] of attempts) {
      const row = rows.find((one) => one.invocation_id === child);
      expect(row).toMatchObject({ instance_id: instance, miner_hotkey: hotkey });
      expect(row?.error_message !== '').toBe(failed);
    }
    expect(standIn.reports().at(-1)?.hour).toBeDefined();
  });

  it('answers every kind, and says no to what it cannot serve', async () => {
    const { events } = await ask(world, '/v1/completions', {
      model: 'stand-in/Pebble-8B',
      prompt: 'x',
      max_tokens: 10,
    });
    const inner = events.flatMap(({ result }) => (typeof result === 'string' ? [result] : []));
    expect(inner.at(-1)).toBe('data: [DONE]\n\n');
    const picture = await whole(world, '/chute/stand-in-canvas-xl/generate', { prompt: 'a fox', seed: 1 });
    expect(picture.subarray(1, 4).toString()).toBe('PNG');
    const tune = await whole(world, '/chute/kokoro-82m/speak', { text: 'hello', voice: 'af' });
    expect([tune.toString('ascii', 0, 4), tune.readUInt32LE(4)]).toEqual(['RIFF', tune.length - 8]);
    const bad = await ask(world, '/v1/completions', { model: 'stand-in/Pebble-8B' });
    expect(bad.status).toBe(200);
    expect(bad.events.at(-1)).toMatchObject({ error: 'bad_request' });
    expect((await ask(world, '/v1/completions', { model: 'nothing', prompt: 'x' })).status).toBe(404);
    expect((await ask(world, '/v1/completions', {}, 'wrong')).status).toBe(401);
  });
});

describe('the other generations', () => {
  it.each([
    ['bonus', undefined, ['instance_audit', 'csv_exports'], true],
    ['instance', undefined, ['instance_audit', 'compute_history'], false],
    ['instance', 'I1', ['instance_audit', 'csv_exports', 'compute_history'], true],
  ] as const)('%s %s has its own shape', async (generation, profile, keys, commits) => {
    const world = await begin({ generation, profile }, 7);
    try {
      const entry = (await world.list()).find(({ hotkey }) => hotkey === world.standIn.validator);
      const report = JSON.parse(String(await world.bytes(entry?.path ?? '')));
      expect(Object.keys(report)).toEqual(keys);
      expect(report.instance_audit[0]).toHaveProperty('valid_termination');
      const held = await committed(world.demo, world.standIn.validator, entry?.block ?? 0);
      expect(held !== undefined).toBe(commits);
      expect(
        [...(world.standIn.owed()?.shares.values() ?? [])].reduce((sum, share) => sum + share, 0),
      ).toBeCloseTo(1, 9);
    } finally {
      await world.demo.close();
    }
  });
});

it('goes on after a restart with the same bytes, and has caught up with a pause', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'taoscope-stand-in-'));
  try {
    const first = await begin({}, 6, dataDir);
    await ask(first, '/v1/completions', { model: 'stand-in/Pebble-8B', prompt: 'x' });
    first.forward(HOUR);
    first.demo.step(2);
    const reports = first.standIn.reports();
    await first.demo.close();
    const again = await begin({}, 6, dataDir, NOW + 4 * HOUR);
    try {
      const after = again.standIn.reports();
      expect(after.slice(0, reports.length)).toEqual(reports);
      for (const { path, sha256: digest } of reports) expect(sha256(await again.bytes(path))).toBe(digest);
      const hours = again.standIn.publishedHours();
      hours.forEach((hour, at) => {
        expect(hour - (hours[0] ?? 0)).toBe(at * HOUR);
      });
      expect(hours.at(-1)).toBe(Date.UTC(2025, 10, 6, 14));
    } finally {
      await again.demo.close();
    }
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});
