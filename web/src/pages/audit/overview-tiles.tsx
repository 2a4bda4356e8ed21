import type { AuditBody } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { ago, duration, utc } from '../../format/time.ts';
import { Tile, Tiles } from '../../parts/tile.tsx';
import { useNow } from '../../parts/use-now.ts';
import { openText } from './findings-page.tsx';

/** The audit in six figures. */
export function OverviewTiles({
  body,
  hours,
  counts,
}: {
  body: AuditBody | undefined;
  hours: number;
  /** Hours of all validators by verdict. */
  counts: Readonly<Record<string, number>>;
}) {
  const loading = body === undefined;
  const sources = body?.sources ?? [];
  const validators = sources.flatMap((source) => source.validators);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const judged = total - (counts.none ?? 0);
  const wanted = validators.reduce((sum, { coverage }) => sum + coverage.wantedSeconds, 0);
  const covered = validators.reduce((sum, { coverage }) => sum + coverage.seconds, 0);
  const gaps = validators.reduce((sum, { coverage }) => sum + coverage.gaps.length, 0);
  const open = body?.findings ?? { critical: 0, warning: 0, info: 0 };
  const miners = sources.reduce((sum, { reportingMiners }) => sum + reportingMiners, 0);
  const reports = sources.reduce((sum, each) => sum + each.reports.validator + each.reports.miner, 0);
  return (
    <Tiles>
      <Tile
        label="Open findings"
        value={integer(open.critical + open.warning + open.info)}
        note={openText(open)}
        loading={loading}
      />
      <Tile
        label="Hours verified"
        value={`${integer(counts.verified ?? 0)} of ${integer(total)}`}
        note={judged === total ? 'all are judged' : `${integer(total - judged)} not judged yet`}
        loading={loading}
      />
      <Tile
        label="Covered by reports"
        value={integer(covered)}
        unit="s"
        note={
          gaps === 0
            ? `of ${integer(wanted)} s, no gap`
            : `of ${integer(wanted)} s, ${integer(gaps)} ${gaps === 1 ? 'gap' : 'gaps'}`
        }
        title="Seconds of the range that reports cover, over all validators; overlaps count once"
        loading={loading}
      />
      <Tile
        label="Reports known"
        value={integer(reports)}
        note={`${integer(miners)} ${miners === 1 ? 'miner reports' : 'miners report'} on themselves`}
        title={`Miners with reports in the last ${hours} hours`}
        loading={loading}
      />
      <PassTile body={body} />
    </Tiles>
  );
}

/** The look at the lists that is under way, or the last. */
function PassTile({ body }: { body: AuditBody | undefined }) {
  const now = useNow();
  if (body === undefined) return <Tile label="Last look" value="" loading />;
  const { pass, on } = body;
  if (pass === undefined)
    return (
      <Tile
        label="Last look"
        value="none yet"
        note={on ? 'the first begins soon' : 'this process does not audit'}
      />
    );
  const { startedAt, endedAt, nextAt, reports, verdicts, progress } = pass;
  const came = `${integer(reports)} ${reports === 1 ? 'report' : 'reports'}, ${integer(verdicts)} verdicts`;
  const startedMs = Date.parse(startedAt);
  if (endedAt === null)
    return (
      <Tile
        label="Looking now"
        value={duration((now - startedMs) / 1000)}
        note={progress === undefined ? `${came} so far` : progressText(progress)}
        title={`Since ${utc(startedAt) ?? 'now'}`}
      />
    );
  const endedMs = Date.parse(endedAt);
  return (
    <Tile
      label="Last look"
      value={ago(endedMs, now)}
      note={nextAt === undefined ? came : `next ${soon(Date.parse(nextAt), now)}`}
      title={`${came}, from ${utc(startedAt) ?? '–'} to ${utc(endedAt) ?? '–'}`}
    />
  );
}

const PHASES = { list: 'the list', reports: 'reports', files: 'tables', hours: 'hours' } as const;

function progressText({
  phase,
  done,
  total,
}: NonNullable<NonNullable<AuditBody['pass']>['progress']>): string {
  return total > 1 ? `${PHASES[phase]}: ${integer(done)} of ${integer(total)}` : PHASES[phase];
}

function soon(atMs: number, nowMs: number): string {
  return atMs <= nowMs ? 'is due' : `in ${duration((atMs - nowMs) / 1000)}`;
}
