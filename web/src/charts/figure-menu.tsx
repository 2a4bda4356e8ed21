import { ActionIcon, Menu } from '@mantine/core';
import { MoreIcon } from '../parts/icons.tsx';

export interface FigureAction {
  readonly label: string;
  readonly run: () => void;
  readonly disabled?: boolean;
}

/** What can be done with a figure: take it away as data or picture. */
export function FigureMenu({ title, actions }: { title: string; actions: readonly FigureAction[] }) {
  if (actions.length === 0) return null;
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Menu of ${title}`} title="Export">
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ label, run, disabled = false }) => (
          <Menu.Item key={label} onClick={run} disabled={disabled}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
