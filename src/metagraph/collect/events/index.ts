/**
 * What happened in a block, in plain terms: who registered, set weights, moved stake, changed a hyperparameter.
 * It reads and interprets; storing is done by the rows, and unwrapping calls by the chain room.
 */
export { type EventReading, type EventsWanted, readEvents } from './read-events.ts';
export { EVENT_KINDS, type EventKind, epochEvent, type SubnetEvent } from './subnet-event.ts';
