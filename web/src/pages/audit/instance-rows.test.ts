import { expect, test } from 'vitest';
import { instanceRows, instancesStatement } from './instance-rows.ts';

const REPORT = 'dae53ec78bb5fd804d956ff128aed68a';

test('a page of instances is asked for in the order of the table, with a tie broken the same way each time', () => {
  expect(instancesStatement(REPORT, { id: 'deletedAt', desc: true }, 2)).toMatchInlineSnapshot(`
    "SELECT instance_id, chute_id, miner_hotkey, miner_uid, created_at, verified_at, activated_at, deleted_at, deletion_reason, compute_multiplier, hourly_rate, billed_to, bounty
    FROM audit_instances FINAL
    WHERE report_id = 'dae53ec78bb5fd804d956ff128aed68a'
    ORDER BY deleted_at DESC NULLS LAST, instance_id, row
    LIMIT 200 OFFSET 400"
  `);
});

test('nothing of an address reaches the statement but a known column and an id', () => {
  for (const id of ['1; DROP TABLE audit_reports', '__proto__', 'constructor', 'row_number()'])
    expect(instancesStatement(REPORT, { id, desc: false }, -1)).toContain(
      'ORDER BY created_at ASC NULLS LAST, instance_id, row\nLIMIT 200 OFFSET 0',
    );
  expect(() => instancesStatement("x' OR 1=1 --", { id: 'uid', desc: false }, 0)).toThrow(RangeError);
});

test('rows are read by their place; an absent value stays absent and uid 0 stays', () => {
  const [row] = instanceRows({
    rows: [['i', 'c', '5H', 0, '2026-11-17 20:08:46.471648', null, null, null, '', 1.25, 'NaN', '', true]],
  });
  expect(row).toEqual({
    instanceId: 'i',
    chuteId: 'c',
    hotkey: '5H',
    uid: 0,
    createdAt: '2026-11-17 20:08:46.471648',
    verifiedAt: null,
    activatedAt: null,
    deletedAt: null,
    deletionReason: null,
    multiplier: 1.25,
    hourlyRate: null,
    billedTo: null,
    bounty: true,
  });
});
