import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenedStore, openStore } from '../../store/index.ts';
import { auditMigrations } from '../schema.ts';

/** An embedded store with the audit's tables alone, in a folder of its own that goes with `close`. */
export async function openAuditStore(): Promise<OpenedStore> {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-audit-'));
  // The store wants numbers from 1; those of the other rooms come before ours.
  const migrations = auditMigrations.map((migration, index) => ({ ...migration, number: index + 1 }));
  const store = await openStore({ path: join(folder, 'data') }, { migrations });
  return {
    ...store,
    async close() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
