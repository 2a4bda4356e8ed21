import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type KeyboardEvent,
  memo,
  type ReactNode,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Sort } from '../url/search.ts';
import { type Cell, type Column, compareCells } from './column.ts';
import styles from './data-table.module.css';

export interface DataTableProps<Row extends object> {
  /** Read to who cannot see the table. */
  label: string;
  /** Keep it stable between renders, like `rows`. */
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  sort?: Sort | undefined;
  onSort?: ((sort: Sort) => void) | undefined;
  /** Enter or a click on a row. */
  onOpen?: ((row: Row) => void) | undefined;
  /** Rows that stand out. Keep it stable between renders. */
  marked?: ((row: Row) => boolean) | undefined;
  /** Rows of grey while the first answer is on its way. */
  loading?: boolean;
  /** Shown in place of no rows. */
  empty?: ReactNode;
  /** Tallest the box gets before its rows scroll; CSS length. */
  maxHeight?: string;
}

const ROW_HEIGHT = 34;
const SKELETON_ROWS = 12;

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
});

/**
 * A table of any length: sorted, virtualised, with a header and a first column that stay. Arrow keys, Page Up and Down,
 * Home and End move through it, Enter opens a row. It scrolls inside its own box in both directions.
 */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { columns, rows, rowKey, sort, onSort, onOpen, loading = false, maxHeight = '72dvh' } = props;
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const [active, setActive] = useState<string>();

  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>();
    return columns.map((column) =>
      helper.accessor((row): unknown => column.value(row), {
        id: column.id,
        sortUndefined: 'last',
        sortDescFirst: column.descFirst === true,
        sortFn: (a, b, columnId) => compareCells(a.getValue<Cell>(columnId), b.getValue<Cell>(columnId)),
      }),
    );
  }, [columns]);
  const known = sort !== undefined && columns.some((column) => column.id === sort.id);
  const sorting = useMemo(() => (known && sort !== undefined ? [sort] : []), [known, sort]);
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: rowKey,
    state: { sorting },
  });
  const sorted = table.getRowModel().rows;
  const virtualizer = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => sorted[index]?.id ?? index,
    overscan: 12,
    initialRect: { width: 1200, height: 600 },
  });
  const items = virtualizer.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const activeIndex = active === undefined ? -1 : sorted.findIndex((row) => row.id === active);

  const moveTo = (index: number) => {
    const bounded = Math.max(0, Math.min(sorted.length - 1, index));
    setActive(sorted[bounded]?.id);
    virtualizer.scrollToIndex(bounded);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || sorted.length === 0) return;
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 400) / ROW_HEIGHT) - 2);
    const steps: Record<string, number> = {
      ArrowDown: activeIndex + 1,
      ArrowUp: activeIndex - 1,
      PageDown: activeIndex + page,
      PageUp: activeIndex - page,
      Home: 0,
      End: sorted.length - 1,
    };
    const target = steps[event.key];
    if (target !== undefined) {
      event.preventDefault();
      moveTo(target);
    } else if (event.key === 'Enter' && activeIndex !== -1) {
      const row = sorted[activeIndex];
      if (row !== undefined) onOpen?.(row.original);
    }
  };

  return (
    <div className={styles.frame}>
      <div ref={box} className={styles.box} style={{ maxHeight }}>
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its rows are walked with the arrow keys, as a grid's
          role="grid"
          aria-label={props.label}
          aria-rowcount={sorted.length + 1}
          aria-busy={loading}
          aria-activedescendant={activeIndex === -1 ? undefined : `${id}-${active}`}
          tabIndex={0}
          className={styles.table}
          style={{ width: `max(100%, ${width}px)` }}
          onKeyDown={onKeyDown}
        >
          <colgroup>
            {columns.map((column) => (
              <col key={column.id} style={{ width: column.width }} />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map((column) => (
                <HeaderCell key={column.id} column={column} sort={known ? sort : undefined} onSort={onSort} />
              ))}
            </tr>
          </thead>
          {before > 0 ? <Spacer height={before} /> : null}
          <tbody>
            {items.map((item) => {
              const row = sorted[item.index];
              return row === undefined ? null : (
                <DataRow
                  key={row.id}
                  id={`${id}-${row.id}`}
                  index={item.index}
                  row={row.original}
                  columns={columns as readonly Column<object>[]}
                  active={row.id === active}
                  marked={props.marked?.(row.original) === true}
                  onOpen={onOpen as ((row: object) => void) | undefined}
                />
              );
            })}
          </tbody>
          {after > 0 ? <Spacer height={after} /> : null}
          {loading && rows.length === 0 ? <SkeletonRows columns={columns.length} /> : null}
        </table>
        {!loading && rows.length === 0 ? (
          <div className={styles.empty}>{props.empty ?? 'Nothing here.'}</div>
        ) : null}
      </div>
    </div>
  );
}

function HeaderCell<Row>({
  column,
  sort,
  onSort,
}: {
  column: Column<Row>;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
}) {
  const direction = sort?.id === column.id ? (sort.desc ? 'descending' : 'ascending') : undefined;
  const name = (
    <>
      <span className={styles.name}>{column.header}</span>
      {column.unit === undefined ? null : <span className={styles.unit}>{column.unit}</span>}
    </>
  );
  return (
    <th scope="col" aria-sort={direction} title={column.help} data-align={column.align}>
      {onSort === undefined ? (
        <span className={styles.sort}>{name}</span>
      ) : (
        <button
          type="button"
          className={styles.sort}
          onClick={() =>
            onSort({
              id: column.id,
              desc: direction === undefined ? column.descFirst === true : direction === 'ascending',
            })
          }
        >
          {name}
          <span className={styles.arrow} aria-hidden="true">
            {direction === undefined ? '' : direction === 'descending' ? '↓' : '↑'}
          </span>
        </button>
      )}
    </th>
  );
}

/** Renders again only when its own row does: answers share the objects that did not change. */
const DataRow = memo(function DataRow({
  id,
  index,
  row,
  columns,
  active,
  marked,
  onOpen,
}: {
  id: string;
  index: number;
  row: object;
  columns: readonly Column<object>[];
  active: boolean;
  marked: boolean;
  onOpen: ((row: object) => void) | undefined;
}) {
  return (
    <tr
      id={id}
      aria-rowindex={index + 2}
      aria-selected={active}
      data-active={active || undefined}
      data-marked={marked || undefined}
      data-open={onOpen === undefined ? undefined : true}
      onClick={(event) => {
        const onControl = event.target instanceof Element && event.target.closest('a, button') !== null;
        if (!onControl && window.getSelection()?.isCollapsed !== false) onOpen?.(row);
      }}
    >
      {columns.map((column) => {
        const bar = column.bar?.(row);
        return (
          <td
            key={column.id}
            title={column.title?.(row)}
            data-align={column.align}
            style={bar === undefined || bar <= 0 ? undefined : barStyle(bar)}
          >
            {column.cell === undefined ? String(column.value(row) ?? '–') : column.cell(row)}
          </td>
        );
      })}
    </tr>
  );
});

/** The height of the rows that are not drawn. */
function Spacer({ height }: { height: number }) {
  return (
    <tbody aria-hidden="true">
      <tr style={{ height }} />
    </tbody>
  );
}

function SkeletonRows({ columns }: { columns: number }) {
  return (
    <tbody aria-hidden="true">
      {range(SKELETON_ROWS).map((row) => (
        <tr key={row}>
          {range(columns).map((column) => (
            <td key={column}>
              <span
                className={styles.skeleton}
                style={{ width: `${40 + ((row * 7 + column * 13) % 5) * 11}%` }}
              />
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

/** A thin line under the figure; the style sheet draws it. */
function barStyle(share: number): CSSProperties {
  return { '--bar-share': Math.min(1, share).toFixed(3) } as CSSProperties;
}
