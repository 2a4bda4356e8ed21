import type { StatusBody } from '../api/types.ts';
import { integer } from '../format/numbers.ts';
import { ago } from '../format/time.ts';

export interface Warning {
  readonly tone: 'warning' | 'bad';
  readonly title: string;
  readonly text: string;
}

/** Data older than this many blocks is called out, as the dashboards of the field do. */
export const STALE_BLOCKS = 100;
/** 100 blocks of 12 s: a chain whose head has not moved for so long is as stale, though nothing "lags" behind it. */
const SILENT_HEAD_MS = STALE_BLOCKS * 12_000;

/** What a person should know before believing the figures; nothing when all is well. */
export function warningsOf(status: StatusBody, nowMs: number): Warning[] {
  const { chain, collect } = status;
  const warnings: Warning[] = [];
  if (collect.stopped !== undefined) {
    warnings.push({ tone: 'bad', title: 'Collecting has stopped.', text: collect.stopped });
  }
  if (chain.endpoints.length > 0 && chain.endpoints.every((endpoint) => !endpoint.connected)) {
    warnings.push({
      tone: 'bad',
      title: 'No endpoint answers.',
      text: `Figures stand as they were; ${chain.endpoints.map(({ host }) => host).join(', ')} will be tried again.`,
    });
  }
  const best = chain.best?.number;
  const lag =
    best !== undefined && collect.lastSnapshotBlock !== undefined
      ? best - collect.lastSnapshotBlock
      : collect.lagBlocks;
  if (lag !== undefined && lag > STALE_BLOCKS) {
    warnings.push({
      tone: 'warning',
      title: 'These figures are old.',
      text: `The newest stored snapshot is ${integer(lag)} blocks behind the head.`,
    });
  } else if (chain.headSeenAt !== undefined && nowMs - chain.headSeenAt > SILENT_HEAD_MS) {
    warnings.push({
      tone: 'warning',
      title: 'These figures are old.',
      text: `The last new block was seen ${ago(chain.headSeenAt, nowMs)}.`,
    });
  }
  return warnings;
}
