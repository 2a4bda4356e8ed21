import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { requirePostgres, startPostgres } from '../../test/support/postgres.ts';
import type { Exports } from './exports.ts';

export interface UsualWay {
  readonly rows: number;
  readonly seconds: number;
  readonly loadSeconds: number;
}

const TABLE = `CREATE TABLE invocations (
  parent_invocation_id uuid, invocation_id uuid, chute_id text, function_name text, instance_id text, miner_uid int, miner_hotkey text,
  started_at timestamp, completed_at timestamp, error_message text, compute_multiplier double precision, bounty double precision,
  metrics jsonb
)`;

/** The features of P18 that requests decide (chutes.md 6.2), each request once. The metrics are read once a row, as its generated columns did. */
const RULES = `WITH once AS (
  SELECT DISTINCT ON (invocation_id) *, (metrics->>'p')::boolean AS p, (metrics->>'nc')::float AS nc, (metrics->>'steps')::float AS steps,
    (metrics->>'masps')::float AS masps, (metrics->>'it')::float AS it, (metrics->>'ot')::float AS ot, (metrics->>'maspt')::float AS maspt
  FROM invocations ORDER BY invocation_id, completed_at IS NULL
)
SELECT miner_hotkey, count(*),
  sum(bounty + compute_multiplier * CASE
    WHEN nc > 0 THEN nc
    WHEN steps > 0 AND masps IS NOT NULL THEN steps * masps
    WHEN it > 0 AND ot > 0 AND maspt IS NOT NULL THEN (it + ot) * maspt
    ELSE extract(epoch FROM completed_at - started_at)::float END),
  count(*) FILTER (WHERE bounty > 0)
FROM once
WHERE completed_at IS NOT NULL AND error_message IS NULL AND p IS NOT TRUE
GROUP BY miner_hotkey`;

/** A CSV reader, COPY into PostgreSQL, the rules in SQL: the newest hours alone. */
export async function usualWay(exports: Exports, hours: number, loaders: number): Promise<UsualWay> {
  if (!requirePostgres()) throw new Error('the peer needs PostgreSQL; --no-peer leaves it out');
  const files = exports.hours
    .slice(-hours)
    .flatMap((hour) => hour.files.filter(({ kind }) => kind === 'invocations').map(({ file }) => file));
  await using postgres = await startPostgres();
  await postgres.query(TABLE);
  const started = performance.now();
  await Promise.all(
    Array.from({ length: loaders }, (_, loader) =>
      load(
        postgres.folder,
        files.filter((_file, i) => i % loaders === loader),
      ),
    ),
  );
  const loadSeconds = (performance.now() - started) / 1_000;
  const scores = await postgres.query(`${RULES};`);
  const seconds = (performance.now() - started) / 1_000;
  if (scores.length === 0) throw new Error('the peer scored nobody');
  const [[rows = '0'] = []] = await postgres.query('SELECT count(*) FROM invocations;');
  return { rows: Number(rows), seconds, loadSeconds };
}

/** One loader: its files through Python and into one COPY. */
async function load(socket: string, files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  const line = 'python3 "$0" "$@" | psql -h "$SOCKET" -U audit -d postgres -X -q -c "$COPY"';
  const loader = spawn(
    'bash',
    ['-o', 'pipefail', '-c', line, join(import.meta.dirname, 'usual-way.py'), ...files],
    {
      env: { ...process.env, SOCKET: socket, COPY: 'COPY invocations FROM STDIN (FORMAT csv)' },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const [code] = await once(loader, 'close');
  if (code !== 0) throw new Error(`the peer's loader ended with ${code}`);
}
