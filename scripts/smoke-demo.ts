/**
 * Runs `npm run demo` as the README tells a newcomer to: it must serve a live dashboard within 30 s, end within 3 s of
 * Ctrl-C with exit code 0 and no process left, and still have its history when it is started again.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const START_SECONDS = 30;
const STOP_SECONDS = 3;

const data = mkdtempSync(join(tmpdir(), 'taoscope-smoke-'));
try {
  const first = await runDemo();
  const second = await runDemo();
  if (second.firstBlock > first.firstBlock) throw new Error('the history of the first run is gone');
  console.log('the demo starts, serves, stops and remembers');
} finally {
  rmSync(data, { recursive: true, force: true });
}

/** One start and stop; answers the oldest block stored of netuid 1. */
async function runDemo(): Promise<{ firstBlock: number }> {
  const startedAt = performance.now();
  const child = spawn('npm', ['run', 'demo', '--', '--port', '0', '--data', data], {
    detached: true,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  try {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      process.stderr.write(text);
    });
    const url = await until(START_SECONDS, () => /Taoscope is at (\S+)/.exec(said)?.[1]);
    const page = await (await fetch(url)).text();
    if (!page.includes('<div id="root">')) throw new Error('the dashboard is not served');
    const { blocks } = await until(START_SECONDS, async () => {
      const response = await fetch(`${url}/api/v1/subnets/1/blocks`);
      const body = (await response.json()) as { blocks?: { block: number }[] };
      return body.blocks?.length ? (body as { blocks: { block: number }[] }) : undefined;
    });
    console.log(`serving with data after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);

    const stoppedAt = performance.now();
    const ended = once(child, 'exit');
    // As a terminal's Ctrl-C does: to the whole process group.
    process.kill(-(child.pid as number), 'SIGINT');
    const [code, signal] = await ended;
    const seconds = (performance.now() - stoppedAt) / 1000;
    console.log(`ended ${seconds.toFixed(1)} s after Ctrl-C with exit code ${code ?? signal}`);
    if (code !== 0 || seconds > STOP_SECONDS) throw new Error('it did not end as it should');
    if (groupAlive(child.pid as number)) throw new Error('a process is left over');
    return { firstBlock: blocks[0]?.block ?? Number.NaN };
  } finally {
    if (groupAlive(child.pid as number)) process.kill(-(child.pid as number), 'SIGKILL');
  }
}

function groupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until<T>(seconds: number, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(100);
  }
  throw new Error(`nothing within ${seconds} s`);
}
