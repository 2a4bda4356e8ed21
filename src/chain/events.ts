import { decodeAll, type EnumValue, type Runtime } from './codec/index.ts';
import { namedFields } from './named-fields.ts';
import type { ChainEvent } from './types.ts';

interface EventRecord {
  readonly phase: EnumValue;
  readonly event: EnumValue;
}

/**
 * The events of a block, from the bytes of `System.Events` (a Vec of `frame_system::EventRecord`), by the runtime that
 * executed the block. An unknown event makes all of them `undecodable`: events carry no length to skip by.
 */
export function decodeEvents(runtime: Runtime, bytes: Uint8Array, blockNumber: number): ChainEvent[] {
  const { value: codec } = runtime.storage('System', 'Events')!;
  const records = decodeAll(codec, bytes, `System.Events of block ${blockNumber}`) as EventRecord[];
  return records.map(({ phase, event }, index) => {
    const inner = event.value as EnumValue;
    return {
      index,
      extrinsicIndex: phase.type === 'ApplyExtrinsic' ? (phase.value as number) : undefined,
      pallet: event.type,
      name: inner.type,
      fields: namedFields(runtime, 'events', event.type, inner),
    };
  });
}
