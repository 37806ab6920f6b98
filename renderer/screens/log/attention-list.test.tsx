// @vitest-environment happy-dom
import { fireEvent, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { people } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

async function marksThatNeedSomebody(locale: 'en' | 'ko') {
  const screen = openKiosk({ locale, signedIn: false });
  const manager = people.find((one) => one.role === 'manager');
  if (manager === undefined) throw new Error('the fake lot has no manager');
  screen.station.serves(manager);
  screen.kiosk.session.signedIn(manager, 'fake');
  const navigation = await screen.findByRole('navigation');
  const log = { en: 'Daily log', ko: '일지' }[locale];
  fireEvent.click(within(navigation).getByRole('button', { name: log }));
  const title = { en: 'Needs you', ko: '확인 필요' }[locale];
  const list = await screen.findByRole('region', { name: title });
  return within(list).getAllByRole('listitem');
}

const english = /[A-Za-z]{3,}/;

describe('marks that the payment server refused', () => {
  it('say why in Korean, without a word of the server’s own English', async () => {
    const [refuel, conflict] = await marksThatNeedSomebody('ko');
    expect(refuel?.textContent).toContain('결제 서버에 이 주유의 다른 결제 요청이 있습니다.');
    expect(conflict?.textContent).toContain('같은 건을 고객이 두 번 결제했습니다.');
    expect([refuel?.textContent, conflict?.textContent].filter((text) => english.test(text ?? ''))).toEqual(
      [],
    );
  });

  it('show what the server wrote only small, beside a code that nobody here knows', async () => {
    const [refuel, , proxy] = await marksThatNeedSomebody('ko');
    expect(proxy?.textContent).toContain('결제 서버가 거절했습니다.');
    expect(proxy?.querySelector('small')?.textContent).toBe('서버: http-418: A teapot says no.');
    expect(refuel?.querySelector('small')).toBeNull();
  });

  it('offer to send again only what was ever to be sent', async () => {
    const [refuel, conflict] = await marksThatNeedSomebody('en');
    const actions = (item: HTMLElement | undefined) =>
      item === undefined
        ? []
        : within(item)
            .getAllByRole('button')
            .map((button) => button.textContent);
    expect(actions(refuel)).toEqual(['Send again', 'Set aside']);
    expect(actions(conflict)).toEqual(['Set aside']);
  });
});
