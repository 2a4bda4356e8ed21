/**
 * Opens the data folder given as the first argument, announces the second as the address of its server, and inserts
 * snapshots until it is ended, telling each block on stdout once it is stored. For tests that end processes.
 */
import { createSnapshotStore, migrations } from '../../src/metagraph/index.ts';
import { openStore } from '../../src/store/index.ts';
import { createSampleSubnet } from './sample-metagraph.ts';

const [path = '', url = '', mode = 'insert'] = process.argv.slice(2);
const store = await openStore({ path }, { migrations });
if (url !== '') store.announce(url);
console.log('open');
if (mode === 'insert') {
  const rows = createSnapshotStore(store);
  const samples = [1, 2, 3].map((netuid) => createSampleSubnet({ netuid, seed: 9, n: 64 }));
  for (let block = 1_000; ; block++) {
    await rows.saveSnapshots(samples.map((sample) => ({ ...sample.at(block), origin: 'follow' as const })));
    console.log(`stored ${block}`);
  }
}
// Held open until somebody ends the process.
setInterval(() => {}, 60_000);
