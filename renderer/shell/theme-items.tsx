import { type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import { useWords } from '../words/index.ts';

/** Light, dark, or as the machine is set. */
export function ThemeItems() {
  const { w } = useWords();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const item = (scheme: MantineColorScheme, label: string, icon: React.ReactNode) => (
    <Menu.Item
      leftSection={icon}
      rightSection={colorScheme === scheme ? <IconCheck size="1.25rem" /> : null}
      role="menuitemradio"
      aria-checked={colorScheme === scheme}
      onClick={() => setColorScheme(scheme)}
    >
      {label}
    </Menu.Item>
  );
  return (
    <>
      <Menu.Label>{w.app.theme}</Menu.Label>
      {item('light', w.app.themeLight, <IconSun size="1.375rem" />)}
      {item('dark', w.app.themeDark, <IconMoon size="1.375rem" />)}
      {item('auto', w.app.themeAuto, <IconDeviceDesktop size="1.375rem" />)}
    </>
  );
}
