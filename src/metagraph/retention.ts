/** How long the rows of a subnet stay, counted from their collection. */
export interface Lives {
  /** Followed and refreshed snapshots at full resolution, hours. Default 48. */
  readonly rawHours?: number | undefined;
  /** The last snapshot of each hour, days. Default 90. */
  readonly hourlyDays?: number | undefined;
  /** Snapshots at epochs, blocks and gaps, days. Default 1,825. */
  readonly epochDays?: number | undefined;
  /** Weights, bonds and commits, days. Default 90. */
  readonly weightsDays?: number | undefined;
  /** Events, days. Default 1,825. */
  readonly eventsDays?: number | undefined;
  /** Backfilled snapshots at full resolution, days: somebody asked for exactly these. Default 3,650. */
  readonly backfillDays?: number | undefined;
}

/** The lives of all subnets, and what differs for some of them, by netuid. */
export interface Retention extends Lives {
  readonly subnets?: Readonly<Record<string, Lives | undefined>> | undefined;
}

/** Why a row was collected; backfilled rows stay longer. */
export type Origin = 'follow' | 'backfill' | 'refresh';

/** Instants at which rows may go, as ClickHouse writes them: whole hours. */
export interface Life {
  readonly expires: string;
  readonly rollupExpires: string;
  readonly epochExpires: string;
  readonly weightsExpires: string;
  readonly eventsExpires: string;
}

const DEFAULTS = {
  rawHours: 48,
  hourlyDays: 90,
  epochDays: 1_825,
  weightsDays: 90,
  eventsDays: 1_825,
  backfillDays: 3_650,
} as const;

/** How long a row collected at `now` (ms since the epoch) stays; `netuid` is `undefined` for what concerns no single subnet. */
export function lifeOf(retention: Retention, netuid: number | undefined, origin: Origin, now: number): Life {
  const own = netuid === undefined ? undefined : retention.subnets?.[netuid];
  const of = (name: keyof Lives): number => own?.[name] ?? retention[name] ?? DEFAULTS[name];
  const days = (name: keyof Lives) => hourAfter(now, of(name) * 24);
  return {
    expires: origin === 'backfill' ? days('backfillDays') : hourAfter(now, of('rawHours')),
    rollupExpires: days('hourlyDays'),
    epochExpires: days('epochDays'),
    weightsExpires: days('weightsDays'),
    eventsExpires: days('eventsDays'),
  };
}

// The last instant of ClickHouse's DateTime is 2106-02-07; a chain's clock, or a long retention, may name a later one.
const LAST_MS = 4_294_960_000_000;

/** An instant with its milliseconds, as ClickHouse writes it. */
export function milliseconds(ms: number): string {
  return new Date(Math.min(Math.max(0, ms), LAST_MS)).toISOString().slice(0, 23).replace('T', ' ');
}

/** An instant in whole seconds, as ClickHouse writes it. */
export function seconds(ms: number): string {
  return milliseconds(ms).slice(0, 19);
}

function hourAfter(ms: number, hours: number): string {
  return seconds((Math.ceil(ms / 3_600_000) + hours) * 3_600_000);
}
