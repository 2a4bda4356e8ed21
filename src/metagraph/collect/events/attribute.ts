import type { Action, ChainEvent } from '../../../chain/index.ts';
import type { Attribution } from './subnet-event.ts';

/** Who is behind the events of a block. */
export interface Causes {
  /** The call that caused an event, where it can be told. */
  actionOf(event: ChainEvent): Action | undefined;
  attributionOf(event: ChainEvent): Attribution;
}

/** Who caused which event, by the calls of the block. Where a call's success is unknown, so is for whom it acted. */
export function attribute(actions: readonly Action[]): Causes {
  const byEvent = new Map<number, Action>();
  for (const action of actions) for (const { index } of action.events) byEvent.set(index, action);
  const actionOf = (event: ChainEvent) => byEvent.get(event.index);
  return {
    actionOf,
    attributionOf(event) {
      if (event.extrinsicIndex === undefined) return { actor: 'chain' };
      const action = actionOf(event);
      return action === undefined ? { extrinsic: event.extrinsicIndex } : attributionTo(action);
    },
  };
}

/** Who is behind a call. */
export function attributionTo({ actor, signer, via, success, extrinsicIndex }: Action): Attribution {
  return { actor: success === undefined ? undefined : actor, signer, via, extrinsic: extrinsicIndex };
}
