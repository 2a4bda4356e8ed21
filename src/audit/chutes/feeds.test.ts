import { describe, expect, test } from 'vitest';
import { TaoscopeError } from '../../shared/index.ts';
import type { AuditSource, Fetcher } from '../adapter.ts';
import { readFeeds } from './feeds.ts';
import { readCsv } from './read-csv.ts';

const source: AuditSource = {
  name: 'chutes',
  adapter: 'chutes',
  url: 'https://api.example',
  netuid: 64,
  validators: [],
  minerReports: true,
};

/** Serves bodies by path; what has none is not found. */
function fetcherOf(bodies: Readonly<Record<string, string>>): Fetcher {
  return {
    async bytes(url) {
      const body = bodies[url.slice(source.url.length)];
      if (body === undefined)
        throw new TaoscopeError('not-found', { failed: 'cannot download', got: 'HTTP 404' });
      return { bytes: new TextEncoder().encode(body), status: 200, contentType: '', sha256: '' };
    },
    file: () => Promise.reject(new Error('not asked for')),
  };
}

const whole = {
  '/chutes/gpu_count_history': '[{"chute_id": "c", "gpu_count": 8}]',
  '/instances/reconciliation_csv': 'instance_id,deleted_at\r\na,\r\nb,2026-01-10 10:00:00.5\r\n',
  '/instances/compute_history_csv':
    'instance_id,compute_multiplier,started_at,ended_at\r\na,1e-05,2026-01-10 10:00:00,\r\nb,2.0,2026-01-10 10:00:00,2026-01-10 11:00:00\r\n',
  '/miner/metagraph':
    '[{"hotkey": "5A", "netuid": 64, "blacklist_reason": null, "ip": "::1"}, {"hotkey": "5B", "netuid": 64, "blacklist_reason": "abuse"}, {"hotkey": "5C", "netuid": 1, "blacklist_reason": "elsewhere"}]',
  '/miner/scores': '{"raw_values": {}, "final_scores": {"5A": 0.75, "5B": 0.25}}',
};
// date -u -d '2026-01-10 10:00:00' +%s
const TEN = 1_768_039_200_000_000;

describe('the live feeds', () => {
  test('are read, each in its own form', async () => {
    const feeds = await readFeeds(source, fetcherOf(whole));
    expect(feeds.missing).toEqual([]);
    expect(feeds.gpuCounts).toEqual(new Map([['c', 8]]));
    expect(feeds.deletions).toEqual(
      new Map([
        ['a', null],
        ['b', TEN + 500_000],
      ]),
    );
    expect(feeds.multipliers).toEqual([
      { instanceId: 'a', multiplier: 1e-5, start: TEN, end: null },
      { instanceId: 'b', multiplier: 2, start: TEN, end: TEN + 3_600_000_000 },
    ]);
    expect(feeds.blacklist).toEqual(new Map([['5B', 'abuse']]));
    expect(feeds.scores).toEqual(
      new Map([
        ['5A', 0.75],
        ['5B', 0.25],
      ]),
    );
  });

  test('that are missing are named, and take no other with them', async () => {
    const { '/miner/scores': _, ...rest } = whole;
    const feeds = await readFeeds(
      source,
      fetcherOf({
        ...rest,
        '/miner/metagraph': '{"detail": "no"}',
        '/instances/reconciliation_csv': '<html>',
      }),
    );
    expect(feeds.missing.map(({ feed }) => feed).sort()).toEqual(['blacklist', 'deletions', 'scores']);
    expect(feeds.missing.find(({ feed }) => feed === 'scores')?.reason).toBe('not-found: HTTP 404');
    expect([feeds.blacklist, feeds.deletions, feeds.scores]).toEqual([undefined, undefined, undefined]);
    expect(feeds.multipliers).toHaveLength(2);
  });

  test('with values that make no sense are read without them, and said to be so', async () => {
    const feeds = await readFeeds(
      source,
      fetcherOf({
        ...whole,
        '/chutes/gpu_count_history':
          '[{"chute_id": "c", "gpu_count": 1e400}, {"chute_id": "d", "gpu_count": 1}]',
        '/instances/reconciliation_csv': 'instance_id,deleted_at\r\na,yesterday\r\nb,\r\n',
        '/miner/scores': '{"final_scores": {"5A": NaN, "5B": -1, "5C": 1}}',
      }),
    );
    expect(feeds.gpuCounts).toEqual(new Map([['d', 1]]));
    // An instance whose deletion cannot be read is neither alive nor denied.
    expect(feeds.deletions).toEqual(new Map([['b', null]]));
    expect(feeds.scores).toEqual(new Map([['5C', 1]]));
    expect(feeds.missing.map(({ feed }) => feed)).toEqual(['gpuCounts', 'deletions', 'scores']);
  });

  test('end with an abort', async () => {
    const aborting: Fetcher = {
      bytes: () => Promise.reject(new TaoscopeError('aborted', { failed: 'stopped' })),
      file: () => Promise.reject(new Error('not asked for')),
    };
    await expect(readFeeds(source, aborting)).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('a table', () => {
  test('has quotes, commas and line ends in its fields', () => {
    expect(readCsv('a,b\r\n"x,\r\n""y""",\r\n,z', 10)).toEqual([
      { a: 'x,\r\n"y"', b: '' },
      { a: '', b: 'z' },
    ]);
    expect(readCsv('a\n1\n2\n', 10)).toEqual([{ a: '1' }, { a: '2' }]);
    expect(readCsv('a,b\n1\n1,2,3\n', 10)).toEqual([undefined, undefined]);
    expect(readCsv('a,b\n1,', 10)).toEqual([{ a: '1', b: '' }]);
  });

  test.each(['', '"a', 'a,a\n', 'a\n1\n2\n3\n'])('is not %j', (text) =>
    expect(() => readCsv(text, 2)).toThrow(expect.objectContaining({ code: 'undecodable' })),
  );
});
