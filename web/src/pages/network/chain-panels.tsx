import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { gapsQuery, runtimesQuery, statusQuery } from '../../api/queries.ts';
import { amount, integer } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { utc } from '../../format/time.ts';
import { Panel } from '../../parts/panel.tsx';
import { Problem } from '../../parts/problem.tsx';
import styles from './network.module.css';

/** How the chain is reached, what could not be had of it, and which runtimes it ran. */
export function ChainPanels() {
  return (
    <div className={styles.panels}>
      <Endpoints />
      <Gaps />
      <Runtimes />
    </div>
  );
}

function Endpoints() {
  const { data } = useQuery(statusQuery());
  const endpoints = data?.chain.endpoints ?? [];
  return (
    <Panel title="Endpoints" note="since the server's start">
      {endpoints.length === 0 ? (
        <div className={styles.nothing}>None known.</div>
      ) : (
        <Plain
          head={['Host', 'ms', 'Requests', 'Errors', 'Rejected']}
          rows={endpoints.map((endpoint) => ({
            key: endpoint.host,
            cells: [
              <span key="host" title={endpoint.connected ? 'connected' : 'not connected'}>
                <span
                  className={styles.state}
                  data-ok={endpoint.connected || undefined}
                  role="img"
                  aria-label={endpoint.connected ? 'connected' : 'not connected'}
                />
                {displayText(endpoint.host, 60)}
              </span>,
              endpoint.latencyMs === undefined ? '–' : amount(endpoint.latencyMs),
              integer(endpoint.requests),
              integer(endpoint.errors),
              integer(endpoint.rejected),
            ],
          }))}
        />
      )}
    </Panel>
  );
}

function Gaps() {
  const { data, error } = useQuery(gapsQuery());
  const gaps = data?.gaps ?? [];
  return (
    <Panel title="Gaps" note="blocks that could not be read">
      {error !== null && data === undefined ? <Problem error={error} compact /> : null}
      {gaps.length === 0 ? (
        <div className={styles.nothing}>
          {data === undefined ? 'Not known yet.' : 'None: every block followed was read.'}
        </div>
      ) : (
        <Plain
          head={['From', 'To', 'Reason']}
          wrapLast
          rows={gaps.slice(0, 50).map((gap) => ({
            key: `${gap.from}-${gap.to}`,
            title: `seen ${utc(gap.seenAt) ?? gap.seenAt}`,
            cells: [integer(gap.from), integer(gap.to), displayText(gap.reason, 200)],
          }))}
        />
      )}
    </Panel>
  );
}

function Runtimes() {
  const { data, error } = useQuery(runtimesQuery());
  const runtimes = data?.runtimes ?? [];
  return (
    <Panel title="Runtimes" note="seen in stored blocks">
      {error !== null && data === undefined ? <Problem error={error} compact /> : null}
      {runtimes.length === 0 ? (
        <div className={styles.nothing}>None yet.</div>
      ) : (
        <Plain
          head={['Name', 'Spec', 'Metadata', 'First block']}
          rows={[...runtimes].reverse().map((runtime) => ({
            key: `${runtime.specVersion}-${runtime.metadataHash}`,
            title: `code ${runtime.codeHash ?? 'unknown'}, metadata ${runtime.metadataHash}`,
            cells: [
              displayText(runtime.specName, 40),
              String(runtime.specVersion),
              `V${runtime.metadataVersion}`,
              integer(runtime.firstBlock),
            ],
          }))}
        />
      )}
    </Panel>
  );
}

/** A short table; all columns but the first hold figures, unless the last holds text. */
function Plain({
  head,
  rows,
  wrapLast = false,
}: {
  head: readonly string[];
  rows: readonly { key: string; title?: string; cells: readonly ReactNode[] }[];
  wrapLast?: boolean;
}) {
  const align = (index: number) =>
    index === 0 || (wrapLast && index === head.length - 1) ? undefined : 'end';
  return (
    <table className={styles.plain}>
      <thead>
        <tr>
          {head.map((name, index) => (
            <th key={name} scope="col" data-align={align(index)}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} title={row.title}>
            {row.cells.map((cell, index) => (
              <td
                key={head[index]}
                data-align={align(index)}
                data-wrap={(wrapLast && index === head.length - 1) || undefined}
              >
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
