/**
 * The component page: the whole kiosk on a fake station, in any state.
 * `?lot=pictures|refuels|charges|crowd|phone|empty&person=0&locale=ko&theme=dark&pieces=cards|outcomes&told=before|never`,
 * `&misbehaves=menu:fails,dailyLog.summary:never&impaired&silent`
 */
import '../theme/mantine-styles.ts';
import '../theme/base.css';
import { createRoot } from 'react-dom/client';
import { createKiosk } from '../session/index.ts';
import { App } from '../shell/app.tsx';
import { BehindSignIn } from '../shell/behind-sign-in.tsx';
import { everyCard, saidByPhone } from './every-card.ts';
import { chargedLot } from './fake-charges.ts';
import { crowd, fakeReceivers, fakeVisits, people, refuelStates } from './fake-lot.ts';
import { pastVisits } from './fake-past-visits.ts';
import { heardRadio } from './fake-radio.ts';
import { FakeStation, misbehaviours } from './fake-station.ts';
import { type Part, Pieces } from './pieces.tsx';

const query = new URLSearchParams(window.location.search);
const nowMs = Date.now();
const lots = {
  pictures: () => fakeVisits(nowMs),
  refuels: () => refuelStates(nowMs),
  crowd: () => crowd(nowMs, Number(query.get('cars') ?? 200)),
  charges: () => chargedLot(fakeVisits(nowMs), nowMs),
  phone: () => saidByPhone(nowMs),
  empty: () => [],
};
const lot = lots[(query.get('lot') as keyof typeof lots | null) ?? 'pictures'];
const station = new FakeStation(lot());
if (query.get('lot') !== 'empty') station.past = pastVisits(nowMs);
const told = query.get('told');
if (told === 'before' || told === 'never' || told === 'nothing-open') station.followUpsTold = told;
for (const one of query.get('misbehaves')?.split(',') ?? []) {
  const [name = '', how] = one.split(':');
  const known = misbehaviours.find((misbehaviour) => misbehaviour === how);
  if (known !== undefined) station.misbehaves.set(name, known);
}
// As a station says it whose receivers are those of the list in Setup.
if (query.has('impaired')) {
  const receivers = fakeReceivers(nowMs)
    .filter(({ health }) => health.state !== 'healthy')
    .map(({ receiverId }) => receiverId);
  station.setStatus({
    radio: { state: 'impaired', sinceMs: nowMs - 41_000, receivers, unstable: [], lanes: ['pump-2'] },
  });
}
if (!query.has('silent')) Object.assign(station.installer, heardRadio(nowMs));
const locale = query.get('locale');
const theme = query.get('theme');
if (theme) localStorage.setItem('kiosk.color-scheme', theme);

const kiosk = createKiosk(station.openWire);
if (locale === 'en' || locale === 'ko') kiosk.preferences.change({ locale });
const person = people[Number(query.get('person') ?? 0)];
if (person && !query.has('locked')) kiosk.session.signedIn(person, 'fake');
kiosk.start();
Object.assign(window, { station, kiosk });

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root element');
createRoot(root).render(
  query.has('pieces') ? (
    <Pieces kiosks={speaking()} part={partOf(query.get('pieces'))} />
  ) : (
    <App kiosk={kiosk} behindSignIn={BehindSignIn} />
  ),
);

function partOf(name: string | null): Part {
  return name === 'cards' || name === 'outcomes' ? name : 'basics';
}

/** One kiosk a language, for the page that shows every component in both. */
function speaking() {
  return (['en', 'ko'] as const).map((speaks) => {
    const one = createKiosk(new FakeStation(everyCard(nowMs)).openWire);
    one.preferences.change({ locale: speaks });
    if (person) one.session.signedIn(person, 'fake');
    one.start();
    return { locale: speaks, kiosk: one };
  });
}
