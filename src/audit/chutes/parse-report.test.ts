import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTaoscopeError } from '../../shared/index.ts';
import { parseReport } from './parse-report.ts';

const bytes = (value: unknown) =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
// date -u -d '2025-11-30 10:00:00' +%s
const TEN = 1_764_496_800_000_000;

const instance = {
  instance_id: '00000000-0000-4000-8000-000000000001',
  chute_id: 'chute',
  version: 'v1',
  created_at: '2025-11-30T10:00:00.000001',
  verified_at: '2025-11-30T10:00:01',
  deleted_at: null,
  deletion_reason: null,
  miner_uid: '0',
  miner_hotkey: '5Miner',
  region: 'n/a',
};

describe("a validator's report", () => {
  test('of the first generation has instances and exports; what it lacks is null', () => {
    const sha256 = 'AB'.repeat(32);
    const report = parseReport(
      'validator',
      bytes({
        instance_audit: [instance],
        csv_exports: {
          invocations: { path: 'invocations/2025/11/30/11.csv', sha256 },
          reports: { path: 'invocations/2025/11/30/11-reports.csv', sha256 },
        },
      }),
    );
    expect(report).toEqual({
      exports: [
        { kind: 'invocations', path: 'invocations/2025/11/30/11.csv', sha256: 'ab'.repeat(32) },
        { kind: 'reports', path: 'invocations/2025/11/30/11-reports.csv', sha256: 'ab'.repeat(32) },
      ],
      instances: [
        {
          instanceId: instance.instance_id,
          chuteId: 'chute',
          version: 'v1',
          minerUid: 0,
          minerHotkey: '5Miner',
          region: 'n/a',
          createdAt: TEN + 1,
          verifiedAt: TEN + 1_000_000,
          activatedAt: null,
          deletedAt: null,
          deletionReason: null,
          billedTo: null,
          stopBillingAt: null,
          computeMultiplier: null,
          hourlyRate: null,
          validTermination: false,
          bounty: false,
        },
      ],
      multipliers: [],
      drift: [],
      bad: [],
      badCount: 0,
    });
  });

  test('of the second has activations, bills and bounties', () => {
    const { instances } = parseReport(
      'validator',
      bytes({
        instance_audit: [
          {
            ...instance,
            activated_at: '2025-11-30T10:00:02',
            billed_to: '',
            stop_billing_at: '2025-12-31T00:00:00',
            compute_multiplier: 2.5,
            hourly_rate: 1,
            valid_termination: null,
            bounty: true,
          },
          { ...instance, billed_to: 'user', valid_termination: true },
        ],
      }),
    );
    expect(instances[0]).toMatchObject({
      activatedAt: TEN + 2_000_000,
      billedTo: null,
      computeMultiplier: 2.5,
      hourlyRate: 1,
      validTermination: false,
      bounty: true,
    });
    expect(instances[1]).toMatchObject({ billedTo: 'user', validTermination: true });
  });

  test('of the third has a history of multipliers', () => {
    const span = {
      instance_id: 'a',
      compute_multiplier: 1.5,
      started_at: '2025-11-30T10:00:00',
      ended_at: null,
    };
    const { multipliers, bad } = parseReport(
      'validator',
      bytes({
        instance_audit: [],
        compute_history: [
          span,
          { ...span, ended_at: '2025-11-30T10:00:01' },
          { ...span, ended_at: '2025-11-30T09:00:00' },
          { ...span, compute_multiplier: null },
        ],
      }),
    );
    expect(multipliers).toEqual([
      { instanceId: 'a', multiplier: 1.5, start: TEN, end: null },
      { instanceId: 'a', multiplier: 1.5, start: TEN, end: TEN + 1_000_000 },
    ]);
    expect(bad).toHaveLength(2);
  });

  test('tells fields and keys that its format did not have', () => {
    const { drift } = parseReport(
      'validator',
      bytes({ instance_audit: [{ ...instance, 'new"one': 1 }], other: 1 }),
    );
    expect(drift).toEqual([
      'the report has the new key "other"',
      'instance_audit has the new field "new\\"one"',
    ]);
    expect(parseReport('validator', bytes({ compute_history: [] })).drift).toEqual([
      'the report lacks instance_audit',
    ]);
  });
});

describe('a value that makes no sense', () => {
  test.each([
    ['compute_multiplier', 'NaN'],
    ['compute_multiplier', '-Infinity'],
    ['compute_multiplier', '1e400'],
    ['compute_multiplier', '-1'],
    ['compute_multiplier', '1000001'],
    ['compute_multiplier', '"1e400"'],
    ['compute_multiplier', '[]'],
    ['compute_multiplier', 'true'],
    ['miner_uid', '"-1"'],
    ['miner_uid', '"1.5"'],
    ['miner_uid', '65536'],
    ['miner_uid', '"__import__(\'os\')"'],
    ['activated_at', '"2025-02-30T00:00:00"'],
    ['activated_at', '1764496800'],
    ['region', '{}'],
    ['valid_termination', '"yes"'],
  ])('as %s %s is no value, told, and does not spoil its row', (name, json) => {
    const text = JSON.stringify({ instance_audit: [instance, { ...instance, [name]: '@' }] }).replace(
      '"@"',
      json,
    );
    const { instances, badCount, bad } = parseReport('validator', bytes(text));
    expect(instances).toHaveLength(2);
    expect(badCount).toBeGreaterThanOrEqual(1);
    expect(bad.at(-1)?.where).toBe(`instance_audit[1].${name}`);
    for (const value of Object.values(instances[1] ?? {})) expect(Number.isNaN(value)).toBe(false);
    const fields: Record<string, unknown> = { ...instances[1] };
    const own = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    expect(fields[own]).toBe(name === 'valid_termination' ? false : null);
  });

  test.each(['instance_id', 'chute_id', 'miner_hotkey'])(
    'as %s leaves its row out and the others in',
    (name) => {
      for (const value of [undefined, null, '', 5, 'x'.repeat(129)]) {
        const { instances, bad } = parseReport(
          'validator',
          bytes({ instance_audit: [{ ...instance, [name]: value }, instance] }),
        );
        expect(instances).toHaveLength(1);
        expect(bad[0]?.where).toBe(`instance_audit[0].${name}`);
      }
    },
  );

  test('as an export is left out', () => {
    const sha256 = '0'.repeat(64);
    const { exports, badCount } = parseReport(
      'validator',
      bytes({
        instance_audit: [],
        csv_exports: {
          invocations: { path: 'x', sha256: `0x${sha256}` },
          reports: { path: '', sha256 },
          jobs: null,
          "'; DROP TABLE x; --": { path: 'x', sha256 },
          other: { path: '../../etc/passwd', sha256 },
        },
      }),
    );
    // A path is a claim: it is kept as it is, and judged where it is used.
    expect(exports).toEqual([{ kind: 'other', path: '../../etc/passwd', sha256 }]);
    expect(badCount).toBe(4);
  });

  test('keeps hostile texts as texts, in bounds', () => {
    const hostile = `\u0000'; DROP TABLE x; -- <script>\ud800${'x'.repeat(10_000)}`;
    const { instances } = parseReport(
      'validator',
      bytes({ instance_audit: [{ ...instance, deletion_reason: hostile }] }),
    );
    const reason = instances[0]?.deletionReason ?? '';
    expect(reason).toHaveLength(4_096);
    expect(reason.startsWith("\u0000'; DROP TABLE x; -- <script>\ufffdxxx")).toBe(true);
  });

  test('is told a hundred times and counted on', () => {
    const { bad, badCount } = parseReport('validator', bytes({ instance_audit: new Array(500).fill(7) }));
    expect([bad.length, badCount]).toEqual([100, 500]);
  });
});

test("a miner's report has its counts and deployments", () => {
  const { self, instances, bad } = parseReport(
    'miner',
    bytes({
      miner_hotkey: '5Miner',
      start_time: '2025-11-30T10:00:00+00:00',
      end_time: '2025-11-30T13:00:00+02:00',
      prometheus_message: 'uptime 7200 s',
      prometheus_metrics: [
        { chute_id: 'c', deployment_id: 'd', function: 'chat', total_seconds: 12.5, total_count: 7 },
        { chute_id: 'c', deployment_id: 'd', function: 'chat', total_seconds: -1, total_count: 7.5 },
      ],
      deployment_audit: [
        {
          deployment_id: 'd',
          validator: '5V',
          instance_id: null,
          chute_id: 'c',
          version: 'v',
          created_at: '2025-11-30T10:00:00',
        },
      ],
      instance_audit: [{ ...instance, miner_hotkey: 'another' }],
    }),
  );
  expect(self).toEqual({
    hotkey: '5Miner',
    start: TEN,
    end: TEN + 3_600_000_000,
    message: 'uptime 7200 s',
    counts: [
      { chuteId: 'c', deploymentId: 'd', function: 'chat', seconds: 12.5, count: 7 },
      { chuteId: 'c', deploymentId: 'd', function: 'chat', seconds: 0, count: 0 },
    ],
    deployments: [
      {
        deploymentId: 'd',
        validator: '5V',
        instanceId: null,
        chuteId: 'c',
        version: 'v',
        createdAt: TEN,
        verifiedAt: null,
        deletedAt: null,
      },
    ],
  });
  // What a miner says about instances is not a validator's word.
  expect(instances).toEqual([]);
  expect(bad).toHaveLength(2);
});

test.each(['', 'null', '[]', '5', '{}', '{"other": 1}', '<html></html>', '{"instance_audit": ['])(
  'nothing of %j can be used',
  (text) => {
    expect(() => parseReport('validator', bytes(text))).toThrow(
      expect.objectContaining({ code: 'undecodable' }),
    );
    expect(() => parseReport('miner', bytes(text))).toThrow(expect.objectContaining({ code: 'undecodable' }));
  },
);

test('whatever stands in a report, it is read or refused', () => {
  const anything = fc.jsonValue({ maxDepth: 3 });
  const keys = fc.constantFrom(
    ...Object.keys(instance),
    'compute_multiplier',
    'started_at',
    'total_count',
    '__proto__',
    'x',
  );
  const rows = fc.array(fc.oneof(anything, fc.dictionary(keys, anything)), { maxLength: 4 });
  const key = fc.constantFrom(
    'instance_audit',
    'csv_exports',
    'compute_history',
    'prometheus_metrics',
    'deployment_audit',
    'miner_hotkey',
  );
  fc.assert(
    fc.property(
      fc.dictionary(key, fc.oneof(anything, rows)),
      fc.constantFrom('validator', 'miner'),
      (report, role) => {
        try {
          const { drift, bad, badCount } = parseReport(role, bytes(report));
          expect(drift.length).toBeLessThanOrEqual(20);
          expect(bad.length).toBeLessThanOrEqual(badCount);
        } catch (error) {
          expect(isTaoscopeError(error, 'undecodable')).toBe(true);
        }
      },
    ),
  );
});
