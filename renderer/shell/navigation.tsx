import { Menu } from '@mantine/core';
import {
  IconCar,
  IconCreditCardPay,
  IconDots,
  IconGasStation,
  IconLanguage,
  IconLock,
  IconReceipt,
  IconSchool,
  IconSettings,
  IconShoppingCart,
  IconToolsKitchen2,
  IconUserCircle,
  IconUsers,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { rolesWho } from '../../shared/station-facts/index.ts';
import { useInTraining } from '../screens/training/training-context.ts';
import { useKiosk, useSession } from '../session/index.ts';
import { useSwitchLanguage, useWords } from '../words/index.ts';
import styles from './navigation.module.css';
import { abilityFor, type Route, useRoute } from './route.ts';
import { SwitchPerson } from './switch-person.tsx';
import { ThemeItems } from './theme-items.tsx';

interface Entry {
  screen: Exclude<Route['screen'], 'visit'>;
  route: Route;
  label: string;
  icon: ReactNode;
  /** Still shown where there is room for four. */
  narrow: boolean;
}

const iconSize = '1.6875rem';
const realOnly: readonly Entry['screen'][] = ['staff', 'setup', 'training'];

/** The rail on the left; on a handheld the bar under the thumb. */
export function Navigation() {
  const { w } = useWords();
  const { route, go } = useRoute();
  const inTraining = useInTraining();
  const own = useKiosk();
  // Who locks a kiosk on which somebody trains locks the real one.
  const kiosk = inTraining?.real ?? own;
  const session = useSession();
  const switchLanguage = useSwitchLanguage();
  const person = session.kind === 'signed-out' ? null : session.person;
  if (person === null) return null;
  const entries: Entry[] = [
    {
      screen: 'arrivals',
      route: { screen: 'arrivals' },
      label: w.app.arrivals,
      icon: <IconCar size={iconSize} />,
      narrow: true,
    },
    {
      screen: 'refuel',
      route: { screen: 'refuel', visitId: null },
      label: w.app.refuel,
      icon: <IconGasStation size={iconSize} />,
      narrow: true,
    },
    {
      screen: 'charge',
      route: { screen: 'charge', visitId: null },
      label: w.app.charge,
      icon: <IconCreditCardPay size={iconSize} />,
      narrow: true,
    },
    {
      screen: 'carts',
      route: { screen: 'carts' },
      label: w.carts.title,
      icon: <IconShoppingCart size={iconSize} />,
      narrow: false,
    },
    {
      screen: 'menu',
      route: { screen: 'menu' },
      label: w.menu.title,
      icon: <IconToolsKitchen2 size={iconSize} />,
      narrow: false,
    },
    {
      screen: 'log',
      route: { screen: 'log' },
      label: w.app.log,
      icon: <IconReceipt size={iconSize} />,
      narrow: false,
    },
    {
      screen: 'staff',
      route: { screen: 'staff' },
      label: w.app.staff,
      icon: <IconUsers size={iconSize} />,
      narrow: false,
    },
    {
      screen: 'training',
      route: { screen: 'training' },
      label: w.training.title,
      icon: <IconSchool size={iconSize} />,
      narrow: false,
    },
    {
      screen: 'setup',
      route: { screen: 'setup' },
      label: w.app.setup,
      icon: <IconSettings size={iconSize} />,
      narrow: false,
    },
  ];
  const allowed = entries
    .filter((entry) => rolesWho[abilityFor[entry.screen]].includes(person.role))
    // In training there is the shop floor's work, and nothing that could reach a device.
    .filter((entry) => inTraining === null || !realOnly.includes(entry.screen));
  const open = route.screen === 'visit' ? 'arrivals' : route.screen;
  const lock = () => void kiosk.lock();
  return (
    <nav className={styles.rail} aria-label={w.app.navigation}>
      {allowed.map((entry) => (
        <button
          key={entry.screen}
          type="button"
          className={styles.entry}
          data-wide-only={entry.narrow ? undefined : true}
          data-coach={`nav-${entry.screen}`}
          aria-current={entry.screen === open ? 'page' : undefined}
          onClick={() => go(entry.route)}
        >
          {entry.icon}
          <span>{entry.label}</span>
        </button>
      ))}
      <div className={styles.space} />
      <button
        type="button"
        className={styles.entry}
        data-wide-only
        onClick={switchLanguage}
        lang={w.app.switchLanguage === 'English' ? 'en' : 'ko'}
      >
        <IconLanguage size={iconSize} />
        <span>{w.app.switchLanguage}</span>
      </button>
      <Menu width="15rem" position="right-end">
        <Menu.Target>
          <button type="button" className={styles.entry} data-wide-only>
            <IconUserCircle size={iconSize} />
            <span className={styles.name}>{person.displayName}</span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{w.roles[person.role]}</Menu.Label>
          <SwitchPerson me={person} />
          <ThemeItems />
        </Menu.Dropdown>
      </Menu>
      <button type="button" className={styles.entry} onClick={lock}>
        <IconLock size={iconSize} />
        <span>{w.app.lock}</span>
      </button>
      <Menu width="16rem" position="top-end">
        <Menu.Target>
          <button type="button" className={styles.entry} data-narrow-only data-coach="nav-more">
            <IconDots size={iconSize} />
            <span>{w.app.more}</span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {person.displayName} · {w.roles[person.role]}
          </Menu.Label>
          {allowed
            .filter((entry) => !entry.narrow)
            .map((entry) => (
              <Menu.Item
                key={entry.screen}
                data-coach={`nav-${entry.screen}`}
                leftSection={entry.icon}
                onClick={() => go(entry.route)}
              >
                {entry.label}
              </Menu.Item>
            ))}
          <SwitchPerson me={person} />
          <Menu.Item leftSection={<IconLanguage size={iconSize} />} onClick={switchLanguage}>
            {w.app.switchLanguage}
          </Menu.Item>
          <ThemeItems />
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}
