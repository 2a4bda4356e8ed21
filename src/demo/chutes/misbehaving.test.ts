import { afterAll, describe, expect, it } from 'vitest';
import type { ChutesOptions } from '../index.ts';
import {
  ask,
  begin,
  committed,
  exportUrl,
  HOUR,
  newestExport,
  paid,
  parseCsv,
  sha256,
  type World,
} from './testing/stand-in-world.ts';

describe('a stand-in that misbehaves', () => {
  const HIT = 3;
  const when = { hoursAgo: HIT };
  const hit = Date.UTC(2025, 10, 6, 10) - (HIT - 1) * HOUR;
  let world: World | undefined;

  async function play(misbehaviours: ChutesOptions['misbehaviours'], more: ChutesOptions = {}) {
    world = await begin({ misbehaviours, ...more }, 7);
    const { standIn } = world;
    const own = (await world.list()).filter(({ hotkey }) => hotkey === standIn.validator);
    const of = own.filter(({ end_time }) => Date.parse(`${end_time}Z`) === hit);
    const [entry] = of;
    return {
      ...world,
      own,
      of,
      entry,
      held: entry && (await committed(world.demo, entry.hotkey, entry.block)),
    };
  }

  afterAll(() => world?.demo.close());

  async function done() {
    await world?.demo.close();
    world = undefined;
  }

  it('commits to nothing, to the last hour’s, or to something else', async () => {
    const missing = await play({ 'missing-commitment': when });
    expect(missing.held).toEqual({ block: missing.entry?.block, digest: undefined });
    await done();
    const never = await play({ 'missing-commitment': 'always' });
    expect(never.held).toBeUndefined();
    await done();
    const stale = await play({ 'stale-commitment': when });
    const before = stale.standIn
      .reports()
      .find(({ hour, role }) => hour === hit - HOUR && role === 'validator');
    expect(stale.held).toEqual({ block: before?.block, digest: before?.sha256 });
    await done();
    const wrong = await play({ 'wrong-hash': when });
    expect(wrong.held?.block).toBe(wrong.entry?.block);
    expect(wrong.held?.digest).not.toBe(sha256(await wrong.bytes(wrong.entry?.path ?? '')));
    await done();
  });

  it('leaves an hour out, tells it twice, or tells another in its place', async () => {
    expect((await play({ gap: when })).of).toEqual([]);
    await done();
    const twice = await play({ 'duplicate-hour': when });
    const [first, second] = twice.of.map(({ path }) => path);
    expect(first).not.toBe(second);
    expect(await twice.bytes(first ?? '')).toEqual(await twice.bytes(second ?? ''));
    await done();
    const differs = await play({ 'duplicate-hour-differs': when });
    expect(differs.of).toHaveLength(2);
    expect(await differs.bytes(differs.of[0]?.path ?? '')).not.toEqual(
      await differs.bytes(differs.of[1]?.path ?? ''),
    );
    await done();
    const wrong = await play({ 'wrong-hour': when });
    const { csv_exports } = JSON.parse(String(await wrong.bytes(wrong.entry?.path ?? '')));
    expect(csv_exports.invocations.path).toBe('invocations/2025/11/06/07.csv');
    expect(wrong.held?.digest).toBe(sha256(await wrong.bytes(wrong.entry?.path ?? '')));
    await done();
  });

  it('serves other bytes than it has committed to', async () => {
    const replaced = await play({ 'replaced-report': when, 'swapped-csv': when });
    const bytes = await replaced.bytes(replaced.entry?.path ?? '');
    expect(replaced.held?.digest).not.toBe(sha256(bytes));
    const named = JSON.parse(String(bytes)).csv_exports.invocations;
    const served = Buffer.from(await (await replaced.get(exportUrl(named.path))).arrayBuffer());
    expect(sha256(served)).not.toBe(named.sha256);
    await done();
    const cut = await play({ 'truncated-csv': when });
    const { csv_exports } = JSON.parse(String(await cut.bytes(cut.entry?.path ?? '')));
    const left = await (await cut.get(exportUrl(csv_exports.invocations.path))).text();
    expect(sha256(Buffer.from(left))).not.toBe(csv_exports.invocations.sha256);
    await done();
  });

  it('forges entries and leads out of its folder', async () => {
    const forged = await play({ 'forged-entry-id': when, 'path-escape': when, 'export-path-escape': when });
    expect(forged.of).toHaveLength(1);
    expect(forged.entry?.entry_id).not.toBe(
      forged.standIn.reports().find(({ hour, role }) => hour === hit && role === 'validator')?.entryId,
    );
    const { csv_exports } = JSON.parse(String(await forged.bytes(forged.entry?.path ?? '')));
    expect(csv_exports.jobs.path).toBe('/etc/passwd');
    await done();
    const { own } = await play({ 'path-escape': 'always' });
    expect(new Set(own.map(({ path }) => path))).toEqual(
      new Set(['../../etc/passwd', '/etc/passwd', 'audit/validator/%2e%2e/%2e%2e/%2e%2e/etc/passwd']),
    );
    await done();
  });

  it('writes what must not be believed, and commits to it', async () => {
    const odd = await play({ 'hostile-text': when, 'impossible-numbers': when, 'code-in-metrics': when });
    const text = String(await odd.bytes(odd.entry?.path ?? ''));
    expect(odd.held?.digest).toBe(sha256(Buffer.from(text)));
    for (const token of ['NaN', '-Infinity', '1e400'])
      expect(text).toContain(`"compute_multiplier": ${token},`);
    expect(text).toContain('DROP TABLE');
    const csv = await (await odd.get(exportUrl('invocations/2025/11/06/08.csv'))).text();
    const rows = parseCsv(csv);
    expect(rows.filter(({ metrics }) => metrics?.includes('__import__'))).toHaveLength(1);
    expect(rows.some(({ compute_multiplier: one }) => one === 'nan')).toBe(true);
    expect((await odd.list()).some(({ hotkey }) => hotkey.includes('DROP TABLE'))).toBe(true);
    await done();
  });

  it('rewrites the history of one instance from then on', async () => {
    const odd = await play({ 'rewritten-history': when });
    const told = await Promise.all(
      odd.own
        .sort((a, b) => a.block - b.block)
        .map(
          async ({ path }) =>
            JSON.parse(String(await odd.bytes(path))).instance_audit as Record<string, unknown>[],
        ),
    );
    const histories = new Map<unknown, Set<unknown>>();
    for (const rows of told)
      for (const { instance_id: id, compute_multiplier: multiplier, created_at: created } of rows)
        histories.set(id, (histories.get(id) ?? new Set()).add(`${multiplier} ${created}`));
    expect([...histories.values()].filter((one) => one.size > 1)).toHaveLength(1);
    await done();
  });

  it('hurts who downloads it', async () => {
    const url = (one: Awaited<ReturnType<typeof play>>) =>
      `/audit/download?path=${encodeURIComponent(one.entry?.path ?? '')}`;
    const endless = await play({ 'endless-body': when, 'endless-export': when });
    expect((await (await endless.get(url(endless))).arrayBuffer()).byteLength).toBeGreaterThan(50_000_000);
    await done();
    const bomb = await play({ 'gzip-bomb': when });
    const response = await bomb.get(url(bomb));
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(50_000_000);
    await done();
    const redirect = await play({ 'private-redirect': when });
    expect((await redirect.get(url(redirect))).headers.get('location')).toContain('169.254.169.254');
    await done();
    const cut = await play({ 'cut-body': when });
    await expect((async () => (await cut.get(url(cut))).arrayBuffer())()).rejects.toThrow();
    await done();
    const slow = await play({ 'slow-loris': when });
    const reader = (await slow.get(url(slow))).body!.getReader();
    expect((await reader.read()).value).toHaveLength(1);
    await reader.cancel();
    await done();
  });

  it('drops or bends requests from outside', async () => {
    for (const what of ['dropped-synthetic', 'rerouted-synthetic'] as const) {
      world = await begin({ misbehaviours: { [what]: 'next' } }, 7);
      const { events } = await ask(world, '/chute/stand-in-pages-embed/embed', { inputs: ['x'] });
      const place = /target=(\S+)/.exec(events[1]?.trace?.message ?? '')?.[1];
      world.forward(HOUR);
      world.demo.step(2);
      const row = parseCsv(await newestExport(world)).find(
        (one) => one.invocation_id === events[1]?.trace?.child_id,
      );
      if (what === 'dropped-synthetic') expect(row).toBeUndefined();
      else expect(row?.instance_id).not.toBe(place);
      await done();
    }
  });

  it('pays who is owed nothing, and not who is owed much, by an incident', async () => {
    const odd = await play({});
    await odd.demo.incident('chutes', { what: 'paid-unowed' });
    await odd.demo.incident('chutes', { what: 'owed-unpaid' });
    for (let block = 0; block < 25; block++) {
      odd.forward(1_000);
      odd.demo.step();
    }
    const shares = await paid(odd);
    const owed = odd.standIn.owed()?.shares ?? new Map<string, number>();
    const uidOf = (hotkey: string) => odd.standIn.miners.find((miner) => miner.hotkey === hotkey)?.uid ?? -1;
    const [, second] = [...owed].sort(([, a], [, b]) => b - a);
    expect(shares.has(uidOf(second?.[0] ?? ''))).toBe(false);
    const unowed = odd.standIn.miners.filter(({ uid, hotkey }) => shares.has(uid) && !owed.has(hotkey));
    expect(unowed).toHaveLength(1);
    await expect(odd.demo.incident('chutes', { what: 'nonsense' })).rejects.toThrow(/cannot misbehave/);
    await done();
  });

  it('tells the same request in two exports, and confirms complaints hours later', async () => {
    const odd = await play({
      'boundary-duplicates': when,
      'late-confirmation': { hoursAgo: 5 },
      'wrong-hash-miner': when,
    });
    const table = async (name: string) =>
      parseCsv(await (await odd.get(`/invocations/exports/2025/11/06/${name}.csv`)).text());
    const [before, after] = [await table('08'), await table('09')];
    const ids = new Map(before.map((row) => [row.invocation_id, row]));
    const both = after.filter(({ invocation_id: id }) => ids.has(id));
    expect(both.length).toBeGreaterThanOrEqual(40);
    // By nature some are not finished yet when the first of the two is written.
    expect(
      both.filter((row) => row.completed_at === ids.get(row.invocation_id)?.completed_at).length,
    ).toBeGreaterThan(39);
    const filed = (await table('06-reports')).filter(({ reason }) => reason === 'confirmed late');
    const confirmed = (await table('09-reports')).filter(({ reason }) => reason === 'confirmed late');
    expect(filed).toHaveLength(10);
    expect(filed.every(({ confirmed_at: at }) => at === '')).toBe(true);
    expect(confirmed.map((row) => row.invocation_id).sort()).toEqual(
      filed.map((row) => row.invocation_id).sort(),
    );
    expect(confirmed.every(({ confirmed_at: at }) => /^2025-11-06 08:.*\+00:00$/.test(at ?? ''))).toBe(true);
    const miner = (await odd.list()).find(
      ({ hotkey, end_time: end }) =>
        hotkey === odd.standIn.miners.find(({ reports }) => reports)?.hotkey && end === '2025-11-06T08:00:00',
    );
    const held = await committed(odd.demo, miner?.hotkey ?? '', miner?.block ?? 0);
    expect(held?.digest).not.toBe(sha256(await odd.bytes(miner?.path ?? '')));
    await done();
  });
});
