import {
  fillScoringStore,
  type HourOfRows,
  type Metrics,
  madeInstance,
  type RequestRow,
} from '../../../../test/support/scoring-rows.ts';
import type { Store } from '../../../store/index.ts';
import { AT, HOUR, miners, SECOND } from './made-evidence.ts';

let sources = 0;

/** Stores hours under a source of their own; answers its name. */
export async function publish(store: Store, hours: readonly HourOfRows[]): Promise<string> {
  const source = `source ${sources++}`;
  await fillScoringStore(store, source, hours);
  return source;
}

let ids = 0;
const nextId = () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}`;

/** A request of A that took 10 s, an hour before the instant; `metrics` as they are told. */
export function request(known: Partial<RequestRow> = {}, metrics: Metrics | null = null): RequestRow {
  const startedAt = known.startedAt ?? AT - HOUR + 60 * SECOND;
  return {
    parentId: nextId(),
    invocationId: nextId(),
    chuteId: 'chute',
    instanceId: 'instance',
    uid: 0,
    hotkey: 'A',
    startedAt,
    completedAt: startedAt + 10 * SECOND,
    error: '',
    multiplier: 1,
    bounty: 0,
    metrics,
    ...known,
  };
}

/** Who is registered at the instant. */
export const REGISTERED = miners(['A', 'B', 'C']);

/** When {@link alive} begins: two hours before the instant. */
export const BEGAN = AT - 2 * HOUR;

/** An instance as a report tells it: created, verified and activated at once, and running. */
export function alive(
  instanceId: string,
  minerHotkey: string,
  known: Partial<Parameters<typeof madeInstance>[0]> = {},
): ReturnType<typeof madeInstance> {
  return madeInstance({
    instanceId,
    chuteId: 'chute',
    minerHotkey,
    createdAt: BEGAN,
    verifiedAt: BEGAN,
    activatedAt: BEGAN,
    ...known,
  });
}
