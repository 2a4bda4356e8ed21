import { Button, Kbd, Menu, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { saveAs } from '../../api/client.ts';
import { sqlQuery } from '../../api/queries.ts';
import type { SqlBody } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { copyText } from '../../parts/copy-button.tsx';
import { CopyIcon, DownloadIcon } from '../../parts/icons.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { DataTable } from '../../table/data-table.tsx';
import type { Sort } from '../../url/search.ts';
import { EXAMPLES } from './examples.ts';
import styles from './sql.module.css';
import { type SqlRow, sqlColumns, toCsv } from './sql-columns.ts';

/** One read-only, bounded SELECT over everything stored. The query lives in the address; it runs when a person says so. */
export function SqlPage() {
  const search = useSearch({ from: '/sql' });
  const navigate = useNavigate({ from: '/sql' });
  const asked = search.q ?? '';
  const [text, setText] = useState(asked === '' ? (EXAMPLES[0]?.query ?? '') : asked);
  // Set when the address must change first; the answer is asked for as soon as it has.
  const [due, setDue] = useState(false);
  const { data, error, isFetching, refetch } = useQuery(sqlQuery(asked));
  useTitle('SQL');
  useEffect(() => {
    if (asked !== '') setText(asked);
  }, [asked]);
  useEffect(() => {
    if (!due || asked === '') return;
    setDue(false);
    void refetch();
  }, [due, asked, refetch]);

  const run = () => {
    const wanted = text.trim();
    if (wanted === '') return;
    if (wanted !== asked) void navigate({ search: { q: wanted } });
    setDue(true);
  };
  return (
    <div className={styles.page}>
      <h1 className={styles.title}>SQL</h1>
      <Textarea
        aria-label="Query"
        description="One SELECT in ClickHouse’s SQL: read-only, bounded in time, rows and memory."
        classNames={{ input: styles.editor ?? '' }}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            run();
          }
        }}
        autosize
        minRows={5}
        maxRows={18}
        maxLength={20_000}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
      />
      <div className={styles.toolbar}>
        <Button size="xs" onClick={run} loading={isFetching} disabled={text.trim() === ''}>
          Run
        </Button>
        <span className={styles.keys}>
          <Kbd size="xs">Ctrl</Kbd> <Kbd size="xs">Enter</Kbd>
        </span>
        <Menu position="bottom-start" shadow="md">
          <Menu.Target>
            <Button size="xs" variant="default">
              Examples
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {EXAMPLES.map(({ title, query }) => (
              <Menu.Item key={title} onClick={() => setText(query)}>
                {title}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        {data === undefined ? null : <CsvButtons body={data} />}
      </div>
      {error === null || isFetching ? null : <Problem error={error} />}
      {data === undefined || error !== null ? null : <Answer key={asked} body={data} />}
    </div>
  );
}

function Answer({ body }: { body: SqlBody }) {
  const [sort, setSort] = useState<Sort>();
  const columns = useMemo(() => sqlColumns(body), [body]);
  const rows = useMemo<readonly SqlRow[]>(
    () => body.rows.map((values, index) => ({ index, values })),
    [body],
  );
  return (
    <>
      <p className={styles.note}>
        {integer(rows.length)} {rows.length === 1 ? 'row' : 'rows'} in {integer(body.elapsedMs)} ms
        {body.truncated ? (
          <strong className={styles.truncated}>
            {' '}
            · cut here: more rows exist. Narrow the query or add a LIMIT.
          </strong>
        ) : null}
      </p>
      <DataTable
        label="Answer"
        columns={columns}
        rows={rows}
        rowKey={({ index }) => String(index)}
        sort={sort}
        onSort={setSort}
        empty="The query has no rows."
        maxHeight="64dvh"
      />
    </>
  );
}

function CsvButtons({ body }: { body: SqlBody }) {
  const [copied, setCopied] = useState(false);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        className={styles.push ?? ''}
        leftSection={<CopyIcon size={14} />}
        onClick={() => void copyText(toCsv(body)).then(setCopied)}
      >
        {copied ? 'Copied' : 'Copy as CSV'}
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<DownloadIcon size={14} />}
        onClick={() => saveAs(new Blob([toCsv(body)], { type: 'text/csv' }), 'taoscope.csv')}
      >
        CSV
      </Button>
    </>
  );
}
