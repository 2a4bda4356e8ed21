import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AttemptOutcome } from '../../probes/types.ts';
import { createTraceReader } from './trace.ts';

/** The messages are those of the reference, section 2, patterns 1 to 5. */
const PARENT = '11111111-1111-4111-8111-111111111111';

interface Target {
  readonly instance: string;
  readonly uid: number;
  readonly hotkey: string;
}

const target = (n: number): Target => ({ instance: `instance-${n}`, uid: n, hotkey: `hotkey-${n}` });
const place = ({ instance, uid, hotkey }: Target) =>
  `target=${instance} uid=${uid} hotkey=${hotkey} coldkey=coldkey-${uid}`;

const trace = (message: string, childId?: string, parent: string = PARENT) =>
  JSON.stringify({
    trace: {
      timestamp: '2025-02-10T15:51:19.216856',
      invocation_id: parent,
      ...(childId === undefined ? {} : { child_id: childId }),
      chute_id: 'chute',
      function: 'chat',
      message,
    },
  });
const begins = (child: string, to: Target) => trace(`attempting to query ${place(to)}`, child);
const fails = (child: string, to: Target, why: string) =>
  trace(`error encountered while querying ${place(to)}: exc=${why}`, child);
const succeeds = (child: string, to: Target) =>
  trace(`successfully called function='chat' on ${place(to)}`, child);

function read(events: readonly string[]) {
  const reader = createTraceReader(PARENT);
  for (const event of events) reader.event(event);
  return reader.end();
}

test('a retry chain: each attempt with its own outcome', () => {
  const traceback = 'Traceback (most recent call last):\n  File "a.py", line 1\nRATE_LIMIT: exc=nested';
  const route = read([
    trace('identified 3 available targets'),
    begins('a', target(1)),
    fails('a', target(1), traceback),
    begins('b', target(2)),
    fails('b', target(2), 'EMPTY_STREAM'),
    begins('c', target(3)),
    JSON.stringify({ result: 'data: [DONE]' }),
    succeeds('c', target(3)),
  ]);
  expect(route.parentId).toBe(PARENT);
  expect(
    route.attempts.map(({ childId, instanceId, outcome, error }) => [childId, instanceId, outcome, error]),
  ).toEqual([
    ['a', 'instance-1', 'failed', traceback],
    ['b', 'instance-2', 'failed', 'EMPTY_STREAM'],
    ['c', 'instance-3', 'succeeded', null],
  ]);
  expect(route.contradictions).toEqual([]);
});

test('a bad request ends its one open attempt; with two open nobody is blamed', () => {
  const bad = JSON.stringify({ error: 'bad_request', detail: 'no such voice' });
  const one = read([begins('a', target(1)), bad]);
  expect(one.attempts[0]).toMatchObject({ outcome: 'failed', error: 'bad_request: no such voice' });
  const two = read([begins('a', target(1)), begins('b', target(2)), bad]);
  expect(two.attempts.map(({ outcome }) => outcome)).toEqual(['unfinished', 'unfinished']);
  expect(two.error).toBe('bad_request: no such voice');
});

test('a request that reached nobody, and one from a cache', () => {
  expect(read([JSON.stringify({ error: 'no_targets' })])).toMatchObject({
    attempts: [],
    error: 'no_targets',
  });
  expect(read([trace("responding from cache, request_hash='ab'")])).toMatchObject({
    attempts: [],
    cached: true,
  });
});

test('what contradicts itself is kept as such and changes no attempt', () => {
  const route = read([
    begins('a', target(1)),
    begins('a', target(2)),
    succeeds('a', target(2)),
    fails('z', target(1), 'X'),
    trace(`attempting to query ${place(target(4))}`),
    trace(`attempting to query ${place(target(5))}`, 'e', 'another request'),
    'no json',
    '[]',
  ]);
  expect(route.attempts).toMatchObject([{ childId: 'a', instanceId: 'instance-1', outcome: 'unfinished' }]);
  expect(route.contradictions).toHaveLength(7);
});

const attempt = fc.record({
  target: fc.integer({ min: 0, max: 5 }).map(target),
  outcome: fc.constantFrom<AttemptOutcome>('succeeded', 'failed', 'unfinished'),
  why: fc.string(),
});

test('however the events of attempts are interleaved, each keeps its own', () => {
  fc.assert(
    fc.property(
      fc.array(attempt, { maxLength: 8 }),
      fc.array(fc.nat(), { minLength: 16, maxLength: 16 }),
      (all, order) => {
        const queues = all.map(({ target: to, outcome, why }, n) => {
          const end =
            outcome === 'failed'
              ? [fails(`c${n}`, to, why)]
              : outcome === 'succeeded'
                ? [succeeds(`c${n}`, to)]
                : [];
          return [begins(`c${n}`, to), ...end];
        });
        const events: string[] = [];
        for (const pick of order) {
          const open = queues.filter((queue) => queue.length > 0);
          const event = open[pick % Math.max(open.length, 1)]?.shift();
          if (event !== undefined) events.push(event);
        }
        events.push(...queues.flat());
        const route = read(events);
        expect(route.contradictions).toEqual([]);
        const told = new Map(route.attempts.map((one) => [one.childId, one]));
        for (const [n, { target: to, outcome, why }] of all.entries()) {
          expect(told.get(`c${n}`)).toMatchObject({
            instanceId: to.instance,
            minerUid: to.uid,
            minerHotkey: to.hotkey,
            outcome,
            error: outcome === 'failed' ? why : null,
          });
        }
      },
    ),
  );
});

test('any text and any JSON is read without an error, and makes no attempt out of nothing', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify({ trace: value })),
        ),
      ),
      (events) => {
        const route = read(events);
        expect(route.attempts).toEqual([]);
      },
    ),
  );
});
