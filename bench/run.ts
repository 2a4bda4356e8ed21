import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from '../test/support/child.ts';
import { benchDecode } from './decode.ts';
import { machine } from './measure.ts';

/**
 * All benchmarks, one after the other: `npm run bench`, or `node bench/run.ts decode vectors` for some. Machine, input, median,
 * min and max of each; contenders are measured in turns in the same run. Nothing here is asserted: the numbers are for reading.
 */
const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  decode: benchDecode,
  vectors: async () => (await import('./vectors.ts')).benchVectors(),
  storage: async () => {
    console.log('storage:');
    await runApart(['storage.ts']);
  },
  ingest: async () => (await import('./scale/ingest.ts')).benchIngest(),
  // A year of few subnets, made in a minute or two; docs/scale.md has 128, and how to make them.
  scale: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'taoscope-bench-scale-'));
    try {
      await runApart(['scale/fill.ts', folder, '4']);
      await runApart(['scale/serve.ts', folder]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  // A twentieth of the week that acceptance asks for; docs/audit-scale.md has all of it, and how to make it.
  audit: async () => runApart(['audit/ingest.ts', '--rows', '1000000', '--hours', '8']),
  page: async () => (await import('./page.ts')).benchPage(),
};

/** In a process of its own: the embedded engine serves one data folder per process. */
async function runApart([script = '', ...rest]: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runChild('node', [join(import.meta.dirname, script), ...rest], {
    deadlineMs: 900_000,
  });
  console.log(stdout.trimEnd());
  if (code !== 0) throw new Error(`bench/${script} ended with ${code}\n${stderr}`);
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`no benchmark is called ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
console.log(`${machine()}\n`);
for (const [name, bench] of Object.entries(BENCHES)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  await bench();
  console.log('');
}
