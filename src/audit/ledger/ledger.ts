import type { Store } from '../../store/index.ts';
import { saveFindings, storedFindings } from './findings.ts';
import { currentVerdicts, historyOf, subjectOutcomes } from './read-verdicts.ts';
import { recordVerdicts } from './record-verdicts.ts';
import { summarise } from './summary.ts';
import type { Ledger } from './types.ts';

/** The ledger in the store's tables. `now` gives ms since the epoch. */
export function createLedger(store: Store, { now = Date.now }: { now?: () => number } = {}): Ledger {
  // Reading the last outcomes and writing the next ones is one step: callers take turns.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  };
  return {
    record: (verdicts, { atMs, signal } = {}) =>
      inTurn(() => recordVerdicts(store, verdicts, { atMs, nowMs: now(), signal })),
    current: (query) => currentVerdicts(store, query),
    outcomes: (query) => subjectOutcomes(store, query),
    history: (source, subject, signal) => historyOf(store, source, subject, signal),
    find: (source, findings, scope, { atMs = now(), signal } = {}) =>
      inTurn(() => saveFindings(store, { source, findings, scope, atMs, signal })),
    findings: (source, { state = 'open', limit = 1_000 } = {}, signal) =>
      storedFindings(store, source, state, limit, signal),
    summary: (source, signal) => summarise(store, source, signal),
  };
}
