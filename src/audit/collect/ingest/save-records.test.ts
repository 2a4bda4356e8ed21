import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenedStore } from '../../../store/index.ts';
import { HOUR } from '../../instants.ts';
import { FIRST_HOUR } from '../../testing/made-up-export.ts';
import { openAuditStore } from '../../testing/open-audit-store.ts';
import type { InstanceRecord, ReportContent } from '../../types.ts';
import { saveRecords } from './save-records.ts';

let store: OpenedStore;
beforeAll(async () => {
  store = await openAuditStore();
}, 60_000);
afterAll(() => store?.close());

const instance: InstanceRecord = {
  instanceId: "i'1",
  chuteId: 'c',
  version: null,
  minerUid: 0,
  minerHotkey: 'a miner',
  region: null,
  createdAt: FIRST_HOUR + 1,
  verifiedAt: null,
  activatedAt: null,
  deletedAt: null,
  deletionReason: 'tab\tand\nnewline',
  billedTo: null,
  stopBillingAt: null,
  computeMultiplier: 0.1,
  hourlyRate: null,
  validTermination: false,
  bounty: true,
};
const content: ReportContent = {
  exports: [],
  instances: [instance, { ...instance, instanceId: 'i2' }, instance],
  multipliers: [{ instanceId: 'i2', multiplier: 0, start: FIRST_HOUR, end: null }],
  self: {
    hotkey: 'somebody else',
    start: null,
    end: null,
    message: '',
    counts: [{ chuteId: 'c', deploymentId: 'd', function: 'f', seconds: 1.5, count: 0 }],
    deployments: [
      {
        deploymentId: 'd',
        validator: 'v',
        instanceId: null,
        chuteId: 'c',
        version: null,
        createdAt: null,
        verifiedAt: null,
        deletedAt: null,
      },
    ],
  },
  drift: [],
  bad: [],
  badCount: 0,
};
const report = {
  source: 's',
  reportId: 'r',
  hotkey: 'the lister',
  start: FIRST_HOUR,
  end: FIRST_HOUR + HOUR,
};

const stored = async () => ({
  instances: await store.query(
    'SELECT instance_id, row, miner_uid, deletion_reason, bounty, created_at, verified_at FROM audit_instances FINAL ORDER BY row',
  ),
  multipliers: await store.query('SELECT multiplier, ended_at FROM audit_multipliers FINAL'),
  counts: await store.query('SELECT hotkey, start, seconds, count FROM audit_self_counts FINAL'),
  deployments: await store.query('SELECT hotkey, instance_id FROM audit_self_deployments FINAL'),
});

test('records are stored as they were told, once, however often they are saved', async () => {
  await saveRecords(store, report, content);
  const once = await stored();
  expect(once).toEqual({
    instances: [instance.instanceId, 'i2', instance.instanceId].map((instance_id, row) => ({
      instance_id,
      row,
      miner_uid: 0,
      deletion_reason: 'tab\tand\nnewline',
      bounty: true,
      created_at: '2025-11-05 00:00:00.000001',
      verified_at: null,
    })),
    multipliers: [{ multiplier: 0, ended_at: null }],
    counts: [{ hotkey: 'the lister', start: '2025-11-05 00:00:00.000000', seconds: 1.5, count: '0' }],
    deployments: [{ hotkey: 'the lister', instance_id: null }],
  });
  await saveRecords(store, report, content);
  expect(await stored()).toEqual(once);
});

test('another content of the same report takes the place of the first; other reports keep theirs', async () => {
  await saveRecords(store, { ...report, reportId: 'other' }, { ...content, self: undefined });
  await saveRecords(store, report, {
    ...content,
    instances: [{ ...instance, instanceId: 'new' }],
    self: undefined,
  });
  expect(
    await store.query('SELECT report_id, instance_id FROM audit_instances FINAL ORDER BY report_id, row'),
  ).toEqual([
    { report_id: 'other', instance_id: "i'1" },
    { report_id: 'other', instance_id: 'i2' },
    { report_id: 'other', instance_id: "i'1" },
    { report_id: 'r', instance_id: 'new' },
  ]);
  expect((await stored()).counts).toEqual([]);
});

test('a report that tells nothing stores nothing', async () => {
  await saveRecords(
    store,
    { ...report, reportId: 'empty' },
    { ...content, instances: [], multipliers: [], self: undefined },
  );
  expect(await store.query("SELECT 1 FROM audit_instances WHERE report_id = 'empty'")).toEqual([]);
});
