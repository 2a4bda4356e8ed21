/** An event before it is encoded: pallet, name and fields as the dynamic codec wants them. */
export interface EventRecord {
  readonly phase: { readonly type: string; readonly value: number | undefined };
  readonly event: {
    readonly type: string;
    readonly value: { readonly type: string; readonly value: unknown };
  };
  readonly topics: readonly string[];
}

/** Collects the events of a block, each with the phase that it happened in. */
export class EventLog {
  readonly records: EventRecord[] = [];
  #phase: EventRecord['phase'] = { type: 'Initialization', value: undefined };

  /** From here on events belong to an extrinsic. */
  applying(extrinsic: number): void {
    this.#phase = { type: 'ApplyExtrinsic', value: extrinsic };
  }

  emit(pallet: string, name: string, value: unknown): void {
    this.records.push({
      phase: this.#phase,
      event: { type: pallet, value: { type: name, value } },
      topics: [],
    });
  }

  /** Where the log stands, for {@link rollBack}. */
  mark(): number {
    return this.records.length;
  }

  /** Drops what was emitted since a mark: a failed dispatch leaves no events. */
  rollBack(mark: number): void {
    this.records.length = mark;
  }
}
