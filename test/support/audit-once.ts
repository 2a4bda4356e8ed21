import { openChain, openConfiguredStore } from '../../src/app.ts';
import { openAudit } from '../../src/audit/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { silentLogger } from '../../src/shared/index.ts';

/*
 * One look at all sources at a given time, as `taoscope audit --once`: a process to be killed. Arguments: settings by their dotted names, and the
 * time in ms since the epoch, in JSON.
 */

const { flags, now } = JSON.parse(process.argv[2] ?? '{}') as {
  flags: Record<string, unknown>;
  now: number;
};
const config = loadConfig({ flags });
const store = await openConfiguredStore(config, silentLogger);
const chain = await openChain(config, silentLogger);
const audit = openAudit({ config, store, chain, logger: silentLogger, version: 'test', now: () => now });
process.stdout.write('opened\n');
await audit.evidence.sweep();
const { error } = await audit.auditor.pass(new AbortController().signal);
if (error !== undefined) throw error;
process.stdout.write('done\n');
await chain.close();
await store.close();
