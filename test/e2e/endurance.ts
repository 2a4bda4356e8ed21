/**
 * Half an hour under load: the demo at 5 blocks/s, `up` on it, four Chromium pages open. Every ten seconds the server's memory and
 * head lag go into a CSV; at the end a small curve and the verdict are printed. Run: `node test/e2e/endurance.ts --minutes 30`.
 */
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Child, startChild } from '../support/child.ts';
import { launchChromium, openPage, type WatchedPage } from '../support/chromium.ts';
import { repoRoot, tempDir } from '../support/paths.ts';
import { requireChromium } from '../support/requirement.ts';
import { metricValue, type Server, startServer } from '../support/taoscope.ts';
import { until } from '../support/until.ts';

interface Sample {
  readonly seconds: number;
  readonly rssMb: number;
  readonly heapMb: number;
  readonly lagBlocks: number;
  readonly blocks: number;
}

const BLOCK_MS = 200;
const EVERY_MS = 10_000;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, csv: { type: 'string' } },
});
const minutes = Number(values.minutes);
const csv = values.csv ?? join(tmpdir(), `taoscope-endurance-${process.pid}.csv`);

await using dir = await tempDir('endurance');
await using node = await startDemoProcess();
await using server = await startServer('up', ['--endpoint', node.url, '--data', dir.path]);
await until(async () => (await server.status()).collect.snapshots > 4, { what: 'the first snapshots' });
const browser = requireChromium() ? await launchChromium() : undefined;
const pages: WatchedPage[] = [];
const samples: Sample[] = [];
try {
  if (browser !== undefined) {
    const [[hotkey]] = (await server.sql(
      'SELECT lower(hex(hotkey)) FROM neurons WHERE netuid = 1 LIMIT 1',
    )) as [[string]];
    for (const path of ['/', '/subnets/1', '/subnets/2', `/neurons/0x${hotkey}`])
      pages.push(await openPage(browser, `${server.url}${path}`));
  }
  await writeFile(csv, 'seconds,rss_mb,heap_mb,lag_blocks,blocks\n');
  const started = performance.now();
  let ended = false;
  void server.child.exited.then(() => {
    ended = true;
  });
  for (let tick = 1; performance.now() - started < minutes * 60_000 && !ended; tick++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, started + tick * EVERY_MS - performance.now());
    await promise;
    const sample = await take(server, (performance.now() - started) / 1_000).catch((error: unknown) => {
      console.log(`no sample: ${error}`);
      return undefined;
    });
    if (sample === undefined) continue;
    samples.push(sample);
    await appendFile(csv, `${Object.values(sample).join(',')}\n`);
    if (tick % 6 === 0) {
      console.log(
        `${Math.round(sample.seconds / 60)} min: rss ${sample.rssMb.toFixed(0)} MB, heap ${sample.heapMb.toFixed(0)} MB, lag ${sample.lagBlocks} blocks, ${sample.blocks} blocks`,
      );
    }
  }
  await report(ended);
} finally {
  for (const page of pages) await page.close();
  await browser?.close();
}

/** The demo in a process of its own, so that only Taoscope's memory is measured. */
async function startDemoProcess(): Promise<{
  url: string;
  child: Child;
  [Symbol.asyncDispose](): Promise<void>;
}> {
  const code = `import { startDemo } from '${join(repoRoot, 'src/demo/index.ts')}';
const demo = await startDemo({ blockMs: ${BLOCK_MS} });
console.log('demo at ' + demo.url);`;
  const child = startChild('node', ['--input-type=module', '-e', code], { cwd: repoRoot });
  const match = await child.waitFor(/demo at (\S+)/);
  return {
    url: match[1]!,
    child,
    [Symbol.asyncDispose]: async () => {
      await child.stop('SIGKILL');
    },
  };
}

async function take(from: Server, seconds: number): Promise<Sample> {
  const metrics = await from.metrics();
  const statm = (await readFile(`/proc/${from.child.pid}/statm`, 'utf8')).split(' ');
  return {
    seconds: Math.round(seconds),
    rssMb: (Number(statm[1]) * 4_096) / 2 ** 20,
    heapMb: (metricValue(metrics, 'taoscope_nodejs_heap_size_used_bytes') ?? Number.NaN) / 2 ** 20,
    lagBlocks: metricValue(metrics, 'taoscope_head_lag_blocks') ?? Number.NaN,
    blocks: metricValue(metrics, 'taoscope_collected_total', { kind: 'blocks' }) ?? 0,
  };
}

async function report(ended: boolean): Promise<void> {
  const problems = pages.flatMap((page) => page.problems);
  const log = server.child.stderr();
  const unhandled = /unhandled|uncaught/i.test(log);
  console.log(`\nrss, MB\n${curve(samples.map(({ rssMb }) => rssMb))}`);
  console.log(`\nheap, MB\n${curve(samples.map(({ heapMb }) => heapMb))}`);
  console.log(`\nhead lag, blocks\n${curve(samples.map(({ lagBlocks }) => lagBlocks))}`);
  // After a fifth of the time everything is warm; a leak shows as a slope of what is left.
  const warm = samples.slice(Math.floor(samples.length / 5));
  const lags = warm.map(({ lagBlocks }) => lagBlocks).sort((a, b) => a - b);
  const last = await server.status().catch(() => undefined);
  console.log(`
samples          ${samples.length} in ${csv}
rss slope        ${slopePerHour(warm.map(({ seconds, rssMb }) => [seconds, rssMb])).toFixed(1)} MB/h after warm-up
heap slope       ${slopePerHour(warm.map(({ seconds, heapMb }) => [seconds, heapMb])).toFixed(1)} MB/h after warm-up
head lag         median ${lags[lags.length >> 1]}, max ${lags.at(-1)} blocks (goal: below 2)
blocks           ${samples.at(-1)?.blocks} of about ${Math.round((minutes * 60_000) / BLOCK_MS)}
collect errors   ${last?.collect.errors}${last?.collect.lastError === undefined ? '' : ` (${last.collect.lastError.message})`}
page problems    ${problems.length === 0 ? 'none' : problems.slice(0, 5).join(' | ')}
unhandled        ${unhandled ? 'YES' : 'none'}
server           ${ended ? `ENDED\n${log.slice(-2_000)}` : 'still running'}`);
  if (ended || unhandled || problems.length > 0) process.exitCode = 1;
}

function slopePerHour(points: readonly (readonly [seconds: number, value: number])[]): number {
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return (covariance / variance) * 3_600;
}

/** Eight rows of characters, one column per few samples (their mean). */
function curve(all: readonly number[], width = 72, height = 8): string {
  const per = Math.max(1, Math.ceil(all.length / width));
  const columns = Array.from({ length: Math.ceil(all.length / per) }, (_, i) => {
    const part = all.slice(i * per, (i + 1) * per);
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const [low, high] = [Math.min(...columns), Math.max(...columns)];
  const level = (value: number) =>
    high === low ? 0 : Math.round(((value - low) / (high - low)) * (height - 1));
  const lines = Array.from({ length: height }, (_, row) => {
    const at = height - 1 - row;
    const label = at === height - 1 ? high.toFixed(1) : at === 0 ? low.toFixed(1) : '';
    return `${label.padStart(8)} |${columns.map((value) => (level(value) === at ? '*' : ' ')).join('')}`;
  });
  return lines.join('\n');
}
