/** What speaks for or against copying, with the rows that prove it. Columns of one piece of evidence have equal length. */
export type CopierEvidence =
  | ConsensusDistanceEvidence
  | OlderRowsEvidence
  | SimilarityEvidence
  | TimingEvidence
  | OwnSignalEvidence
  | SameHandEvidence
  | NoEvidence;

/** Per epoch in which the row changed: how far the new row is from the consensus before it and from that of its own epoch. */
export interface ConsensusDistanceEvidence {
  readonly kind: 'consensus-distance';
  readonly block: readonly number[];
  /** Total variation to the consensus of the epoch before, 0 to 1. */
  readonly toPrevious: readonly number[];
  /** Total variation to the consensus of the same epoch, 0 to 1. */
  readonly toPresent: readonly number[];
  /** Share of these epochs in which the older consensus is the nearer one, 0 to 1. */
  readonly nearerToPrevious: number;
}

/** How much of its rows follows older rows of one source that nothing present explains. The score rests on this. */
export interface OlderRowsEvidence {
  readonly kind: 'older-rows';
  /** Hotkey, or `consensus`. */
  readonly source: string;
  /** Whether the rows themselves or their changes give the stronger answer. */
  readonly form: 'rows' | 'changes';
  /** Epochs. */
  readonly lag: number;
  /** About the share of the row that is copied, 0 to 1; less the part of the source's next row, which nobody can copy. */
  readonly copied: number;
  /** Standard error of `copied`. */
  readonly error: number;
  /** Part of the source's row of 1, 2, ... epochs ago, and of the present and the next one. */
  readonly byLag: readonly number[];
  readonly present: number;
  readonly next: number;
  /** Share of the changes for which timing is an innocent explanation, 0 to 1. */
  readonly early: number;
  /** Blocks of the epochs in which the row changed, and the total variation of the new row to the source's rows. */
  readonly block: readonly number[];
  readonly toOlder: readonly number[];
  readonly toPresent: readonly number[];
  /** Share of these epochs in which the row equals the source's older row but for rounding, while the present one differs. */
  readonly repeated: number;
}

/** Likeness of what it adds to the common opinion to what each other validator added then and before. */
export interface SimilarityEvidence {
  readonly kind: 'similarity';
  readonly hotkey: readonly string[];
  /** Epochs, of the greatest likeness in the past. */
  readonly lag: readonly number[];
  /** Cosine, -1 to 1. */
  readonly lagged: readonly number[];
  readonly present: readonly number[];
  /** Share of its changes that equal the other's row at that lag but for rounding, 0 to 1. */
  readonly repeated: readonly number[];
}

/** When it acts after its supposed source could be seen: blocks from each set or reveal to its next action. */
export interface TimingEvidence {
  readonly kind: 'timing';
  readonly source: string;
  readonly actions: number;
  /** Blocks. */
  readonly medianDelay: number;
  /** Blocks, from the first to the third quartile. */
  readonly spread: number;
}

/** How much of its own is left when older rows of the likeliest source are taken out, 0 to 1, beside the others' median. */
export interface OwnSignalEvidence {
  readonly kind: 'own-signal';
  readonly share: number;
  readonly typical: number;
}

/** Its rows are those of another validator at the same time: run by the same hand, not copied later. No suspicion. */
export interface SameHandEvidence {
  readonly kind: 'same-hand';
  readonly hotkey: string;
  /** Median total variation of their rows at the same epoch, 0 to 1. */
  readonly distance: number;
  /** Undefined where coldkeys are not known. */
  readonly sameColdkey: boolean | undefined;
}

/** Why nothing can be said. */
export interface NoEvidence {
  readonly kind: 'no-evidence';
  readonly reason: 'unchanging' | 'few-changes' | 'few-validators' | 'alike';
  /** Changes of the row that could be looked at. */
  readonly changes: number;
}
