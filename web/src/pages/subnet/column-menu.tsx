import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { ColumnsIcon } from '../../parts/icons.tsx';
import { columnChoice, type NeuronColumn } from './neuron-columns.tsx';

/** Which columns are shown. Only those that this block's runtime has are offered. */
export function ColumnMenu({
  columns,
  shown,
  onChoose,
}: {
  columns: readonly NeuronColumn[];
  shown: readonly NeuronColumn[];
  onChoose: (choice: string | undefined) => void;
}) {
  const ids = new Set(shown.map((column) => column.id));
  return (
    <Popover position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<ColumnsIcon size={14} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={7} mah="60dvh" style={{ overflow: 'auto' }}>
          {columns.slice(1).map((column) => (
            <Checkbox
              key={column.id}
              size="xs"
              label={column.unit === undefined ? column.header : `${column.header} (${column.unit})`}
              checked={ids.has(column.id)}
              onChange={(event) => {
                const next = new Set(ids);
                if (event.currentTarget.checked) next.add(column.id);
                else next.delete(column.id);
                onChoose(columnChoice(columns, next));
              }}
            />
          ))}
          <Button size="compact-xs" variant="subtle" onClick={() => onChoose(undefined)}>
            The usual ones
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
