import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HOUR, MINUTE, type Micros, SECOND } from '../clock.ts';
import { MINERS } from '../roster.ts';
import type { Call } from '../world/calls.ts';
import { chutesOf } from '../world/chutes.ts';
import type { Instance } from '../world/instances.ts';
import { PyFloat } from './python.ts';
import { validatorReport } from './reports.ts';
import { complaintLine, complaintsCsv, invocationLine, invocationsCsv } from './tables.ts';

// Golden: CPython's json and csv of the same values; made by `golden/make.py`.
const golden = JSON.parse(readFileSync(new URL('golden/python.json', import.meta.url), 'utf8')) as {
  report: string;
  invocations: string;
  complaints: string;
};

const AT: Micros = Date.UTC(2025, 1, 10, 15, 51, 19, 216) * 1_000 + 856;
const END: Micros = Date.UTC(2025, 1, 10, 16) * 1_000;
const ACTIVATED: Micros = END - 7 * MINUTE;
const CHUTE = {
  ...chutesOf('test')[0]!,
  ...{ id: 'c-1', version: 'v-1', ownerId: 'u-1', imageId: 'm-1', imageOwnerId: 'o-1' },
};

const instance: Instance = {
  id: 'i-1',
  deploymentId: 'd-1',
  chute: CHUTE,
  miner: { ...MINERS[0]!, uid: 7, hotkey: '5Hot' },
  region: 'café',
  createdAt: AT,
  verifiedAt: AT + MINUTE,
  activatedAt: ACTIVATED,
  deletedAt: END + HOUR,
  deletionReason: 'not yet',
  billedTo: undefined,
  stopBillingAt: undefined,
  multiplier: 3,
  hourlyRate: 0.45,
  validTermination: true,
  bounty: true,
  history: [{ multiplier: 3, start: ACTIVATED, end: END + HOUR }],
};

const call: Call = {
  parentId: 'p-1',
  invocationId: 'n-1',
  chute: CHUTE,
  function: 'chat_stream',
  instanceId: 'i-1',
  uid: 7,
  hotkey: '5Hot',
  startedAt: AT,
  completedAt: AT + 2 * SECOND,
  error: '',
  multiplier: 3,
  bounty: 100,
  metrics: { p: true, it: 12, ot: 3, maspt: new PyFloat(0.25), nc: new PyFloat(1e-5) },
};

it('writes a report as json.dumps writes it', () => {
  const report = validatorReport({
    generation: 'instance',
    start: END - HOUR,
    end: END,
    writtenAt: END + MINUTE,
    instances: [{ instance, createdAt: AT, multiplier: 3 }],
    exports: { invocations: { path: 'invocations/2025/02/10/16.csv', sha256: 'ab' } },
    more: [],
  });
  expect(report).toBe(golden.report);
});

it('writes requests as csv.writer writes them: done, failed over many lines, and not done yet', () => {
  const error = 'Traceback:\n  File "/app/x.py", line 1\n';
  const lines = [
    invocationLine(call, END),
    invocationLine({ ...call, error, bounty: 0, metrics: undefined }, END),
    invocationLine(call, AT + SECOND),
  ];
  expect(invocationsCsv(lines)).toBe(golden.invocations);
});

it('writes times with a zone where the columns have one', () => {
  const complaint = {
    ...{ parentId: 'p-1', userId: 'u-2', at: AT, confirmedAt: ACTIVATED, confirmedBy: 'u-3' },
    reason: 'says "no", twice',
  };
  expect(complaintsCsv([complaintLine(complaint, END)])).toBe(golden.complaints);
  // Before it is confirmed.
  expect(complaintLine(complaint, AT).slice(3, 5)).toEqual([null, null]);
});
