import { DEFAULT_THEME } from '@mantine/core';
import { describe, expect, it } from 'vitest';
import { cssVariablesResolver } from './theme.ts';

const variables = cssVariablesResolver(DEFAULT_THEME);

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(one: string, other: string): number {
  const luminance = (color: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

/** Each role of text with the grounds that it stands on. */
const pairs: readonly (readonly [text: string, ground: string])[] = [
  ...['bg', 'panel', 'panel-2'].flatMap((ground) => [['ink', ground] as const, ['ink-2', ground] as const]),
  ...['amber', 'red', 'green', 'violet', 'here'].flatMap((role) => [
    [role, `${role}-bg`] as const,
    [role, 'panel'] as const,
  ]),
  ['accent-ink', 'accent'],
  ['accent-ink', 'accent-press'],
  ['plate-ink', 'plate'],
];

const tooWeak = (scheme: 'light' | 'dark', least: number, wanted = pairs) =>
  wanted
    .map(([text, ground]) => ({
      pair: `${text} on ${ground}`,
      ratio: contrast(variables[scheme][`--k-${text}`] ?? '', variables[scheme][`--k-${ground}`] ?? ''),
    }))
    .filter(({ ratio }) => !(ratio >= least));

describe('the colours', () => {
  it('are read in the sun: all text by day has 7 : 1', () => {
    expect(tooWeak('light', 7)).toEqual([]);
  });

  it('are read at night: all text has 6 : 1', () => {
    expect(tooWeak('dark', 6)).toEqual([]);
  });

  it('let a placeholder and what is off be read, too', () => {
    const faint = ['bg', 'panel', 'panel-2'].map((ground) => ['ink-3', ground] as const);
    expect(tooWeak('light', 4.5, faint)).toEqual([]);
    expect(tooWeak('dark', 4.5, faint)).toEqual([]);
  });
});
