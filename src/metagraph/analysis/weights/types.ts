/**
 * A validator's weights as the chain stores them: u16 pairs, `SubtensorModule.Weights`. Scaled to the row's maximum in
 * later eras and to its sum at spec 116, so a reader divides by the row's own sum.
 */
export interface SparseRow {
  /** The validator. */
  readonly uid: number;
  /** Uids it gives weight to, as long as `values`. */
  readonly targets: readonly number[];
  /** u16, 0 to 65535. */
  readonly values: readonly number[];
}

/** What a subnet's weights were when an epoch ran. Lists by uid have length `n`. */
export interface WeightEpoch {
  /** Block of the epoch. */
  readonly block: number;
  /** Neurons; uids are 0 to n - 1. */
  readonly n: number;
  /** By uid. A uid changes hands, so neurons are followed by hotkey. Any text that identifies one. */
  readonly hotkeys: readonly string[];
  /** By uid: the stake that counts in consensus, in any unit common to all. */
  readonly stakes: readonly number[];
  /** By uid: may set weights on others. Without it, every row with stake counts. */
  readonly permits?: readonly boolean[];
  /** By uid, u16: the chain's own `Consensus` after this epoch. Computed from rows and stakes where it is absent. */
  readonly consensus?: readonly number[];
  /** At most one row per uid. */
  readonly rows: readonly SparseRow[];
  /** By uid: block of the last weights action; under commit-reveal that is the commit (`SubtensorModule.LastUpdate`). */
  readonly lastUpdates?: readonly number[];
}

/** A weights extrinsic that succeeded, or the chain's own reveal of a timelocked commit. */
export interface WeightAction {
  readonly block: number;
  readonly hotkey: string;
  readonly kind: 'set' | 'commit' | 'reveal';
}

/** The weights of one subnet and mechanism over time. */
export interface WeightHistory {
  /** Ascending by block. */
  readonly epochs: readonly WeightEpoch[];
  /** Ascending by block; may be empty. */
  readonly actions: readonly WeightAction[];
  /** Whether rows were hidden until revealed during these epochs. */
  readonly commitReveal: boolean;
}
