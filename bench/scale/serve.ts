/**
 * How fast the figures are answered from a filled folder: `node bench/scale/serve.ts [folder] [part of a figure's name]`.
 * One user, then 20, in closed loops over HTTP on this machine; the server is another process, whose memory is told at the end.
 * "Computed" asks each time what was not asked before; "kept" asks again. "Others" is the longest that somebody else's
 * /health took meanwhile.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../test/support/seed.ts';
import { machine } from '../measure.ts';
import { DEFAULT_FOLDER } from './fill.ts';
import { QUESTIONS, type Question } from './questions.ts';
import type { Listening, Usage } from './server.ts';

const USERS = 20;
/** Each figure is computed for so many subnets, chosen by chance. */
const COMPUTED = 8;
const KEPT = 20;
const CROWD_MS = 10_000;
/** Subnets that the users look at while nothing changes. */
const WATCHED = 4;

const random = seededRandom(20);
const agent = new Agent({ keepAlive: true });
let nonce = 0;

interface Reply {
  readonly status: number;
  readonly bytes: number;
  readonly ms: number;
}

/** The whole answer, zipped, as a browser takes it. */
function ask(url: string): Promise<Reply> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { 'accept-encoding': 'gzip' } }, (response) => {
      let bytes = 0;
      response.on('data', (piece: Buffer) => {
        bytes += piece.length;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, bytes, ms: performance.now() - started }),
      );
      response.on('error', reject);
    }).on('error', reject);
  });
}

interface Measured {
  readonly question: Question;
  readonly first: number;
  readonly computed: number[];
  /** Of the server for one computed answer, ms: what the time would be on a core that does nothing else. */
  readonly cpu: number;
  readonly kept: number[];
  /** The longest that /health took while it was computed. */
  readonly others: number;
  readonly bytes: number;
  readonly status: number;
}

const some = ({ subnets }: Listening) => 1 + Math.floor(random() * subnets);

async function measureOne(
  about: Listening,
  question: Question,
  usage: () => Promise<Usage>,
): Promise<Measured> {
  const url = (netuid: number) => `${about.url}/api/v1/${question.path(netuid, about)}`;
  const anew = (netuid: number) => `${url(netuid)}${url(netuid).includes('?') ? '&' : '?'}nonce=${nonce++}`;
  const first = await ask(anew(some(about)));
  const computed: number[] = [];
  const kept: number[] = [];
  let bytes = first.bytes;
  const before = await usage();
  let cpu = 0;
  let others = 0;
  if (first.status === 200) {
    for (let run = 0; run < COMPUTED; run++) {
      const reply = await ask(anew(some(about)));
      computed.push(reply.ms);
      bytes = Math.max(bytes, reply.bytes);
    }
    cpu = ((await usage()).cpu - before.cpu) / COMPUTED;
    // Apart, since these requests cost something themselves.
    const watch = watchHealth(about);
    for (let run = 0; run < WATCHED_RUNS; run++) await ask(anew(some(about)));
    others = await watch.end();
    const again = url(some(about));
    await ask(again);
    for (let run = 0; run < KEPT; run++) kept.push((await ask(again)).ms);
  }
  return { question, first: first.ms, computed, cpu, kept, others, bytes, status: first.status };
}

const HEALTH_EVERY_MS = 20;
const WATCHED_RUNS = 4;

/** Asks for /health again and again; answers with the longest that it took. */
function watchHealth({ url }: Listening): { end(): Promise<number> } {
  let ended = false;
  let longest = 0;
  const asking = (async () => {
    while (!ended) {
      longest = Math.max(longest, (await ask(`${url}/health`)).ms);
      await sleep(HEALTH_EVERY_MS);
    }
  })();
  return {
    async end() {
      ended = true;
      await asking;
      return longest;
    },
  };
}

/** Users who each ask as soon as they are answered. */
async function crowd(next: () => string): Promise<{ times: number[]; failed: number; perSecond: number }> {
  const times: number[] = [];
  let failed = 0;
  const started = performance.now();
  const user = async () => {
    while (performance.now() - started < CROWD_MS) {
      const { status, ms } = await ask(next());
      times.push(ms);
      if (status !== 200) failed++;
    }
  };
  await Promise.all(Array.from({ length: USERS }, user));
  return { times, failed, perSecond: (times.length / (performance.now() - started)) * 1000 };
}

function p(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0).padStart(7);

export async function serve(folder: string, only = ''): Promise<void> {
  const server = fork(join(import.meta.dirname, 'server.ts'), [folder], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [about] = (await once(server, 'message')) as [Listening];
  const usage = async (): Promise<Usage> => {
    server.send('usage');
    return ((await once(server, 'message')) as [Usage])[0];
  };
  try {
    const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
    console.log(
      `serve: ${about.subnets} subnets; load ${loadavg()[0]?.toFixed(1)}; idle server ${mib((await usage()).rss)}; times in ms`,
    );
    console.log(
      '| figure | first | computed p50 | p95 | CPU of one | others | kept p50 | p95 | KB zipped |\n|---|---|---|---|---|---|---|---|---|',
    );
    const asked = QUESTIONS.filter(({ name }) => name.includes(only));
    const there: Measured[] = [];
    for (const question of asked) {
      const one = await measureOne(about, question, usage);
      const { first, computed, cpu, others, kept, bytes, status } = one;
      if (status !== 200) {
        console.log(`| ${question.name} | answered ${status} | | | | | | | |`);
        continue;
      }
      there.push(one);
      console.log(
        `| ${question.name} | ${ms(first)} | ${ms(p(computed, 0.5))} | ${ms(p(computed, 0.95))} | ${ms(cpu)} | ${ms(others)} | ${ms(p(kept, 0.5))} | ${ms(p(kept, 0.95))} | ${ms(bytes / 1024)} |`,
      );
    }
    const all = there.flatMap(({ computed }) => computed);
    const kept = there.flatMap((one) => one.kept);
    console.log(
      `one user, all figures: computed p50 ${ms(p(all, 0.5))} p95 ${ms(p(all, 0.95))}; kept p50 ${ms(p(kept, 0.5))} p95 ${ms(p(kept, 0.95))}`,
    );
    console.log(`server after it: ${mib((await usage()).rss)}`);

    const urlOf = ({ question }: Measured, netuid: number) =>
      `${about.url}/api/v1/${question.path(netuid, about)}`;
    const one = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
    const told = ({ times, failed, perSecond }: Awaited<ReturnType<typeof crowd>>) =>
      `p50 ${ms(p(times, 0.5))} p95 ${ms(p(times, 0.95))}, ${perSecond.toFixed(0)} answers a second${failed > 0 ? `, ${failed} FAILED` : ''}`;
    const anew = await crowd(() => {
      const url = urlOf(one(there), 1 + Math.floor(random() * about.subnets));
      return `${url}${url.includes('?') ? '&' : '?'}nonce=${nonce++}`;
    });
    console.log(`${USERS} users, any figure of any subnet, all computed: ${told(anew)}`);
    const watched = Array.from({ length: Math.min(WATCHED, about.subnets) }, () => some(about));
    for (const netuid of watched) for (const figure of there) await ask(urlOf(figure, netuid));
    const warm = await crowd(() => urlOf(one(there), one(watched)));
    console.log(`${USERS} users, any figure of ${watched.length} subnets, warm: ${told(warm)}`);
    const { rss, peak } = await usage();
    console.log(`server: ${mib(rss)}, at most ${mib(peak)}; load ${loadavg()[0]?.toFixed(1)}`);
  } finally {
    server.disconnect();
    await once(server, 'exit');
    agent.destroy();
  }
}

if (import.meta.main) {
  const [folder = DEFAULT_FOLDER, only] = process.argv.slice(2);
  console.log(machine());
  await serve(folder, only);
}
