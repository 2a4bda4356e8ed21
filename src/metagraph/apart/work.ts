import { embedFrames } from '../analysis/map/embed-frames.ts';
import { copiers } from '../analysis/weights/copiers/copiers.ts';
import { stakeCorrelationClusters } from '../analysis/weights/stake-correlation.ts';

/** Pure functions that take long enough to hold up a server. What they take and give can be copied between threads. */
export const work = { copiers, embedFrames, stakeCorrelationClusters } as const;

export type Work = typeof work;
