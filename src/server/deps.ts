import type { Chain, HeadKind } from '../chain/index.ts';
import type { Collector } from '../metagraph/index.ts';
import type { Logger } from '../shared/index.ts';
import type { Store } from '../store/index.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { Backfills } from './backfills.ts';
import type { HeadWatch } from './heads.ts';
import type { Live } from './live.ts';
import type { Metrics } from './metrics.ts';
import type { AuditPart } from './routes/audit.ts';

/** The parts that the routes answer from; built by the composition root. */
export interface ServerDeps {
  readonly version: string;
  readonly chain: Chain;
  readonly collector: Collector;
  /** Why the collector no longer runs; `undefined` while it does. */
  readonly stopped: () => string | undefined;
  readonly store: Store;
  readonly heads: HeadWatch;
  readonly live: Live;
  readonly backfills: Backfills;
  /** `undefined`: nothing is audited. */
  readonly audit?: AuditPart | undefined;
  readonly metrics: Metrics;
  /** Keeps answers until their data changes; `undefined` computes each anew. */
  readonly answers?: AnswerCache | undefined;
  readonly logger: Logger;
  readonly collect: {
    readonly everyBlocks: number;
    readonly netuids: 'all' | readonly number[];
    /** Which heads are followed. */
    readonly heads: HeadKind;
  };
  readonly server: { readonly host: string; readonly token?: string | undefined };
  /** Folder of the built web app; `undefined` serves the API alone. */
  readonly webRoot?: string | undefined;
}
