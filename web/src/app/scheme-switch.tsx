import { ActionIcon, useMantineColorScheme } from '@mantine/core';
import { AutoIcon, MoonIcon, SunIcon } from '../parts/icons.tsx';

const NEXT = { auto: 'light', light: 'dark', dark: 'auto' } as const;
const NAME = { auto: 'as the system', light: 'light', dark: 'dark' } as const;

/** As the system, light, dark, in turn. The choice is kept by this browser. */
export function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Icon = { auto: AutoIcon, light: SunIcon, dark: MoonIcon }[colorScheme];
  const title = `Colours: ${NAME[colorScheme]}. Change to ${NAME[NEXT[colorScheme]]}`;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={title}
      title={title}
      onClick={() => setColorScheme(NEXT[colorScheme])}
    >
      <Icon />
    </ActionIcon>
  );
}
