import type { ChainEvent } from '../../../chain/index.ts';
import type { EventFacts } from './subnet-event.ts';

/** What an event says by itself; what it leaves out is looked up afterwards. */
export interface Draft extends EventFacts {
  readonly event: ChainEvent;
  readonly slot: number;
  /** Where the old value stands: a storage item of `SubtensorModule` in the state before the block. */
  readonly before?: Told | undefined;
  /** Where the new value stands after the block, when the event does not say it. */
  readonly after?: Told | undefined;
}

/** A storage value and the text that it is shown as. */
export interface Told {
  readonly item: string;
  readonly keys: readonly unknown[];
  readonly show: (value: unknown) => string | undefined;
}

/** What an interpreter says of an event; an event that concerns two subnets gives two rows. */
export type Facts = Omit<EventFacts, 'name'> & Pick<Draft, 'before' | 'after'>;
/** `undefined` when the fields are none that we know. */
export type Interpret = (event: ChainEvent) => Facts | readonly Facts[] | undefined;
