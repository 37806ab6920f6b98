import { IconBackspace, IconX } from '@tabler/icons-react';
import { useLayoutEffect } from 'react';
import { useWords } from '../words/index.ts';
import styles from './keypad.module.css';

export type Key = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | 'clear' | 'backspace' | 'point';

export interface KeypadProps {
  onKey(key: Key): void;
  /** Which key stands at the lower left. */
  corner?: 'clear' | 'point';
  /** Also take digits typed on a keyboard (not while a text field has the focus). */
  keyboard?: boolean;
  /** Fill the height given, as beside a form; else each key has its smallest comfortable size. */
  fill?: boolean;
  /** Three rows of four on a handheld, to leave room for a form above. */
  compact?: boolean;
}

const rows: Key[] = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

const inTextField = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;

/** Digits under the thumb: keys of 72 px and more, and the keyboard's digits as well. */
export function Keypad({ onKey, corner = 'clear', keyboard = true, fill, compact }: KeypadProps) {
  const { w } = useWords();
  // With the keys on the screen, not a moment after them: what is typed as soon as they are seen counts.
  useLayoutEffect(() => {
    if (!keyboard) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || inTextField(event.target)) return;
      const key = keyOf(event.key);
      if (key === null) return;
      event.preventDefault();
      onKey(key);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [keyboard, onKey]);

  const key = (which: Key, content: React.ReactNode, label?: string) => (
    <button
      key={which}
      type="button"
      className={styles.key}
      data-key={which}
      aria-label={label}
      // The field that is being typed into keeps the focus.
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => onKey(which)}
    >
      {content}
    </button>
  );
  return (
    <fieldset
      className={styles.keys}
      aria-label={w.keypad.keypad}
      data-fill={fill || undefined}
      data-compact={compact || undefined}
    >
      {rows.map((digit) => key(digit, digit))}
      {corner === 'clear'
        ? key('clear', <IconX size="1.875rem" />, w.keypad.clear)
        : key('point', '.', w.keypad.point)}
      {key('0', '0')}
      {key('backspace', <IconBackspace size="2rem" />, w.keypad.backspace)}
    </fieldset>
  );
}

function keyOf(name: string): Key | null {
  if (/^[0-9]$/.test(name)) return name as Key;
  if (name === 'Backspace') return 'backspace';
  if (name === 'Delete') return 'clear';
  if (name === '.' || name === ',') return 'point';
  return null;
}

/** What a key does to the digits typed so far. */
export function typeKey(text: string, key: Key, maxLength: number): string {
  switch (key) {
    case 'clear':
      return '';
    case 'backspace':
      return text.slice(0, -1);
    case 'point':
      return text.includes('.') || text.length >= maxLength ? text : `${text || '0'}.`;
    default:
      return text.length >= maxLength ? text : text + key;
  }
}
