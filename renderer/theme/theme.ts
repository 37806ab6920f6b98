/**
 * The one theme: colour roles in light and dark, type scale, spacing, radii, motion.
 *
 * Everything becomes CSS variables (`--k-…`) that the style sheets use; Mantine's own variables are
 * pointed at the same roles, so that a Mantine dialog and a card of ours cannot drift apart.
 * By day text keeps 7 : 1 on its ground, to be read in the sun; by night 4.5 : 1 and more (WCAG 2.2, 1.4.6
 * and 1.4.3), and control borders 3 : 1 where the border alone shows the control (1.4.11). Nothing is said by colour alone: each role comes with an icon and a word.
 */
import { type CSSVariablesResolver, createTheme, localStorageColorSchemeManager } from '@mantine/core';

const light = {
  bg: '#eef1f4',
  panel: '#ffffff',
  'panel-2': '#f6f8fa',
  ink: '#10151c',
  'ink-2': '#434e5b',
  'ink-3': '#55606d',
  line: '#d9dfe6',
  'line-strong': '#8792a0',
  accent: '#1149c4',
  'accent-press': '#0c389b',
  'accent-ink': '#ffffff',
  here: '#0d45b5',
  'here-bg': '#e6eefc',
  amber: '#7a4000',
  'amber-bg': '#fff0d6',
  red: '#98121d',
  'red-bg': '#fde5e5',
  green: '#07572e',
  'green-bg': '#dff4e8',
  violet: '#4332a0',
  'violet-bg': '#ece9fb',
  plate: '#ffffff',
  'plate-ink': '#0d1116',
  'plate-line': '#1c232c',
  'plate-dots': '#8a94a1',
  shadow: '0 1px 2px rgb(16 21 28 / 6%)',
  'shadow-high': '0 12px 40px rgb(16 21 28 / 22%)',
};

const dark: Record<keyof typeof light, string> = {
  bg: '#0d1117',
  panel: '#171d26',
  'panel-2': '#1e2530',
  ink: '#eef2f7',
  'ink-2': '#a9b4c2',
  'ink-3': '#95a1b0',
  line: '#2a3340',
  'line-strong': '#66758a',
  accent: '#5b93ff',
  'accent-press': '#7dabff',
  'accent-ink': '#08122b',
  here: '#7aa7ff',
  'here-bg': '#17274a',
  amber: '#ffb84d',
  'amber-bg': '#3a2a10',
  red: '#ff8086',
  'red-bg': '#431b1f',
  green: '#58d08d',
  'green-bg': '#123322',
  violet: '#b3a6ff',
  'violet-bg': '#28224a',
  plate: '#f4f6f8',
  'plate-ink': '#0d1116',
  'plate-line': '#0d1116',
  'plate-dots': '#8a94a1',
  shadow: '0 1px 2px rgb(0 0 0 / 40%)',
  'shadow-high': '0 12px 40px rgb(0 0 0 / 60%)',
};

/** Sizes in rem: the root size grows with the screen (base.css), so a larger screen reads from farther. */
const scale = {
  'text-xs': '0.8125rem',
  'text-sm': '0.9375rem',
  'text-md': '1.0625rem',
  'text-lg': '1.25rem',
  'text-xl': '1.625rem',
  'text-plate': '2.125rem',
  'text-huge': '3.25rem',
  'space-1': '0.25rem',
  'space-2': '0.5rem',
  'space-3': '0.75rem',
  'space-4': '1rem',
  'space-5': '1.375rem',
  'space-6': '2rem',
  'radius-s': '0.5rem',
  'radius-m': '0.875rem',
  'radius-l': '1.125rem',
  target: '3rem',
  'target-big': '4rem',
  'motion-fast': '120ms',
  'motion-move': '260ms',
  ease: 'cubic-bezier(0.2, 0.8, 0.2, 1)',
};

/** How long a card takes to its new place; taps on it are held off for as long. */
export const moveMs = 260;

const named = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`--k-${name}`, value]));

const mantineRoles = {
  '--mantine-color-body': 'var(--k-panel)',
  '--mantine-color-text': 'var(--k-ink)',
  '--mantine-color-dimmed': 'var(--k-ink-2)',
  '--mantine-color-placeholder': 'var(--k-ink-3)',
  '--mantine-color-default': 'var(--k-panel)',
  '--mantine-color-default-hover': 'var(--k-panel-2)',
  '--mantine-color-default-color': 'var(--k-ink)',
  '--mantine-color-default-border': 'var(--k-line-strong)',
  '--mantine-color-error': 'var(--k-red)',
};

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: named(scale),
  light: { ...named(light), ...mantineRoles },
  dark: { ...named(dark), ...mantineRoles },
});

/** Light, dark or as the machine is set: remembered on this kiosk. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'kiosk.color-scheme' });

export const fontFamily =
  '"Pretendard Variable", Pretendard, "Noto Sans KR", "Noto Sans CJK KR", system-ui, sans-serif';

export const theme = createTheme({
  fontFamily,
  fontFamilyMonospace: 'ui-monospace, "Noto Sans Mono", monospace',
  headings: { fontFamily, fontWeight: '750' },
  primaryColor: 'blue',
  defaultRadius: 'md',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    Modal: {
      defaultProps: {
        centered: true,
        radius: 'lg',
        padding: 'lg',
        transitionProps: { duration: 120, transition: 'fade' },
        overlayProps: { backgroundOpacity: 0.45 },
      },
    },
    Menu: {
      // Without the hidden focus holder, which is no item of a menu.
      defaultProps: {
        withInitialFocusPlaceholder: false,
        radius: 'md',
        shadow: 'md',
        position: 'bottom-end',
        withinPortal: true,
      },
    },
    TextInput: { defaultProps: { size: 'lg' } },
    Select: { defaultProps: { size: 'lg' } },
  },
});
