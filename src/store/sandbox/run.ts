import { TaoscopeError, throwIfAborted, withAbort } from '../../shared/index.ts';
import type { Engine } from '../engine/types.ts';
import type { SandboxLimits, SandboxResult } from '../types.ts';
import { type Court, judge } from './judge.ts';
import { confinement, withDefaults } from './limits.ts';

// Each statement of a user occupies a thread of the pool that inserts need too.
const AT_ONCE = 2;
const MOST_WAITING = 32;

/** Runs users' statements: judged, confined, a few at a time. */
export function createSandbox(engine: Engine, database: string) {
  let functions: ReadonlySet<string> | undefined;
  let running = 0;
  const waiting: (() => void)[] = [];
  const enter = async (): Promise<void> => {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  };

  const run = async (
    sql: string,
    limits: SandboxLimits,
    signal: AbortSignal | undefined,
  ): Promise<SandboxResult> => {
    throwIfAborted(signal);
    const started = performance.now();
    // They do not change while the engine runs; a failure to list them is not kept.
    functions ??= await builtInFunctions(engine);
    const canonical = await judge(sql, await openCourt(engine, database, functions));
    throwIfAborted(signal);
    const answer = await engine.confined(canonical, 'JSONCompact', confinement(limits));
    const { meta, data } = JSON.parse(answer) as {
      meta: { name: string; type: string }[];
      data: unknown[][];
    };
    const { maxRows } = withDefaults(limits);
    return {
      columns: meta,
      rows: data.length > maxRows ? data.slice(0, maxRows) : data,
      elapsedMs: performance.now() - started,
      truncated: data.length > maxRows,
    };
  };

  return async (sql: string, limits: SandboxLimits = {}, signal?: AbortSignal): Promise<SandboxResult> => {
    throwIfAborted(signal);
    if (waiting.length >= MOST_WAITING) throw tooMany();
    const running = (async () => {
      await enter();
      return run(sql, limits, signal).finally(leave);
    })();
    // The caller may turn away at once; the engine works on to its limit, and its place is taken until then.
    return withAbort(running, signal);
  };
}

function tooMany(): TaoscopeError {
  return new TaoscopeError(
    'refused',
    {
      failed: 'this statement may not run now',
      got: `${MOST_WAITING} others wait`,
      todo: 'try again in a moment',
    },
    { retryable: true },
  );
}

async function builtInFunctions(engine: Engine): Promise<ReadonlySet<string>> {
  const answer = await engine.text(
    { sql: "SELECT lower(name) FROM system.functions WHERE origin = 'System'" },
    'TabSeparated',
  );
  return new Set(answer.split('\n'));
}

async function openCourt(engine: Engine, database: string, functions: ReadonlySet<string>): Promise<Court> {
  const facts = JSON.parse(
    await engine.text(
      {
        sql: `SELECT
          (SELECT groupArray(name) FROM system.databases) AS databases,
          (SELECT groupArray(name) FROM system.tables WHERE database = {database:String} AND NOT is_temporary) AS tables`,
        params: { database },
      },
      'JSONEachRow',
    ),
  ) as { databases: string[]; tables: string[] };
  return {
    database,
    databases: new Set(facts.databases),
    tables: new Set(facts.tables),
    functions,
    async canonical(sql) {
      const answer = await engine.text(
        { sql: 'SELECT formatQuerySingleLine({sql:String}) AS canonical', params: { sql } },
        'JSONEachRow',
      );
      return (JSON.parse(answer) as { canonical: string }).canonical;
    },
    async syntaxTree(select) {
      const answer = await engine.text(
        { sql: `SELECT explain FROM (EXPLAIN AST ${select})` },
        'JSONCompactEachRow',
      );
      return answer
        .split('\n')
        .filter((line) => line !== '')
        .flatMap((line) => (JSON.parse(line) as [string])[0].split('\n'));
    },
  };
}
