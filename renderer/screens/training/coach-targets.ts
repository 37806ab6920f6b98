/**
 * Where on the kiosk the next thing to do is. Per step a list of places, the nearest to the goal first: the
 * first one that is on the screen is pointed at, so that a trainee who is on another screen is led there.
 */
import type { CoachView } from '../../../shared/station-contract/index.ts';

type Running = Extract<CoachView, { state: 'running' }>;

const inDialog = (selector: string) => `[role="dialog"] ${selector}`;
/** The keypad's fieldset; `:not([data-compact])`: not the small one beside a chosen car. */
const keypad = 'fieldset:has([data-key="0"]):not([data-compact])';

const at = (name: string) => `[data-coach="${name}"]`;
/** The way to a screen; nowhere when it is open already. */
const toScreen = (screen: string) => [
  `${at(`nav-${screen}`)}:not([aria-current])`,
  `body:not(:has(${at(`nav-${screen}`)}[aria-current])) ${at('nav-more')}`,
];

const card = (tail: string) => `[data-testid="visit-card"][data-plate-tail="${tail}"]`;
const onCard = (tail: string) => `${card(tail)} ${at('primary')}`;
const unanswered = (name: string) => `${at(name)}:not(:has([aria-pressed="true"]))`;

function completion(tail: string): string[] {
  return [
    unanswered('pump'),
    unanswered('grade'),
    `main:has(${at('complete')}[aria-disabled="true"]) ${at('amount')}`,
    at('complete'),
    '[data-testid="refuel-candidate"]',
    keypad,
    ...toScreen('refuel'),
    onCard(tail),
  ];
}

const settling = (tail: string) => [
  inDialog('[data-choice="cash"][aria-pressed="false"]'),
  inDialog('input[type="text"]:placeholder-shown, input[type="text"][value=""]'),
  inDialog('button[type="submit"]'),
  at('settle'),
  `${card(tail)} button[aria-label]`,
  ...toScreen('arrivals'),
];

/** Selectors, best first. */
export function targetsOf(view: Running): string[] {
  const tail = view.props.plateTail ?? '';
  switch (view.step) {
    case 'ready':
    case 'hand-over':
    case 'pickup':
      return [inDialog(keypad), onCard(tail), ...toScreen('arrivals')];
    case 'complete':
    case 'refuel':
      return completion(tail);
    case 'settle':
    case 'cash':
      return settling(tail);
    case 'open-shift':
    case 'count':
      return [inDialog('input[type="text"]'), at('shift'), ...toScreen('log')];
    case 'line-lost':
    case 'line-back':
      return ['[data-testid="banner-server"]', '[data-testid="pill-server"]'];
    case 'paid':
    case 'declined':
    case 'sent':
      return ['[data-testid="refuel-outcome"] [role="status"]', card(tail), ...toScreen('arrivals')];
    default:
      return [card(tail), ...toScreen('arrivals')];
  }
}

/** The element to point at now; null: none of them is to be seen. */
export function coachTarget(view: Running): HTMLElement | null {
  const dialog = [...document.querySelectorAll<HTMLElement>('[role="dialog"]')].find(isSeen) ?? null;
  for (const selector of targetsOf(view)) {
    for (const element of document.querySelectorAll<HTMLElement>(selector)) {
      // What is behind an open dialog cannot be tapped.
      if (isSeen(element) && (dialog === null || dialog.contains(element))) return element;
    }
  }
  return null;
}

/** Scrolled out of sight, or under the handheld's keypad: its middle belongs to something else. */
export function isCovered(element: HTMLElement): boolean {
  const { left, top, width, height } = element.getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  return there === null || !(element.contains(there) || there.contains(element));
}

function isSeen(element: HTMLElement): boolean {
  const { width, height } = element.getBoundingClientRect();
  return width > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true });
}
