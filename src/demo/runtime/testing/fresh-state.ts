import { writeGenesis } from '../../population/genesis.ts';
import { EventLog } from '../events.ts';
import { runtimeAfter } from '../runtime.ts';
import { StateWriter } from '../storage.ts';

/** The state of block 0 of the first runtime, to be written on, and an empty log. */
export function freshState(): { state: StateWriter; log: EventLog } {
  const state = new StateWriter(runtimeAfter(0), { read: () => undefined });
  writeGenesis(state, 'test');
  return { state, log: new EventLog() };
}

/** The names of the events in a log, in order. */
export function namesOf(log: EventLog): string[] {
  return log.records.map(({ event }) => event.value.type);
}
