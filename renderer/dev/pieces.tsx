/** Every component in each of its states, in both languages and both themes at once. */
import { DEFAULT_THEME, MantineProvider } from '@mantine/core';
import { IconAntennaBars5, IconAntennaBarsOff, IconHandGrab, IconUpload } from '@tabler/icons-react';
import { QueryClientProvider } from '@tanstack/react-query';
import { type CSSProperties, type ReactNode, useState } from 'react';
import {
  Button,
  Chip,
  Choices,
  DigitBoxes,
  Field,
  FuelBadge,
  Keypad,
  Plate,
  Segmented,
  Select,
  Toaster,
  ToastLine,
  VehicleLine,
  WaitTimer,
} from '../parts/index.ts';
import { OnTheWay } from '../screens/arrivals/on-the-way.tsx';
import { VisitCard } from '../screens/arrivals/visit-card.tsx';
import { CartChip } from '../screens/carts/cart-chip.tsx';
import { ChargeOutcome } from '../screens/charge/charge-outcome.tsx';
import { RefuelOutcome } from '../screens/refuel/refuel-outcome.tsx';
import { type Kiosk, KioskContext, useBoard } from '../session/index.ts';
import { ConnectionPill } from '../shell/connection-pill.tsx';
import { colorSchemeManager, cssVariablesResolver, theme } from '../theme/theme.ts';
import { useWords } from '../words/index.ts';
import { chargedLot } from './fake-charges.ts';
import { fakeSite, fakeVisit, fakeVisits, refuelStates } from './fake-lot.ts';

const variables = cssVariablesResolver(DEFAULT_THEME);

/** The page in parts, for a picture can only be so long. */
export type Part = 'basics' | 'cards' | 'outcomes';
const parts = { basics: Basics, cards: Board, outcomes: Outcomes };

/** @param kiosks one a language: each panel speaks the language of its kiosk, in the colours of its theme. */
export function Pieces({ kiosks, part }: { kiosks: { locale: 'en' | 'ko'; kiosk: Kiosk }[]; part: Part }) {
  const Shown = parts[part];
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      colorSchemeManager={colorSchemeManager}
    >
      <main
        style={{
          display: 'grid',
          gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 36rem), 1fr))',
          // Shown whole, not scrolled in the kiosk's frame.
          minHeight: '100%',
        }}
      >
        <h1 className="visually-hidden">Pieces</h1>
        {/* Cards out of sight are not drawn; here the whole page is a picture. */}
        <style>{'main li { content-visibility: visible !important; }'}</style>
        {kiosks.flatMap(({ locale, kiosk }) =>
          (['light', 'dark'] as const).map((scheme) => (
            <KioskContext value={kiosk} key={`${locale}-${scheme}`}>
              <QueryClientProvider client={kiosk.queryClient}>
                <Toaster>
                  <article
                    lang={locale}
                    aria-label={`${locale}, ${scheme}`}
                    style={{
                      ...(variables[scheme] as CSSProperties),
                      colorScheme: scheme,
                      display: 'grid',
                      gap: 24,
                      alignContent: 'start',
                      minWidth: 0,
                      padding: 24,
                      background: 'var(--k-bg)',
                      color: 'var(--k-ink)',
                    }}
                  >
                    <Shown />
                  </article>
                </Toaster>
              </QueryClientProvider>
            </KioskContext>
          )),
        )}
      </main>
    </MantineProvider>
  );
}

function Basics() {
  const { w } = useWords();
  const nowMs = Date.now();
  const shown = { shownAtMs: performance.now(), undoEndsMs: performance.now() + 30_000 };
  const [segment, setSegment] = useState<'a' | 'b'>('a');
  const waited = (ms: number, changes = {}) => (
    <WaitTimer
      site={fakeSite}
      visit={fakeVisit(nowMs, { plateTail: '1', mayRefuel: true, arrivedAtMs: nowMs - ms, ...changes })}
    />
  );
  return (
    <>
      <Row title="Button">
        <Button look="strong" size="big" icon={<IconHandGrab />}>
          {w.action.handOver}
        </Button>
        <Button size="big">{w.action.markReady}</Button>
        <Button look="danger">{w.closeVisit.submit}</Button>
        <Button look="strong" progress="sending" />
        <Button look="strong" progress="checking" />
        <Button look="strong" aria-disabled>
          {w.action.complete}
        </Button>
      </Row>
      <Row title="Plate">
        <Plate tail="3456" />
        <Plate plate="34나7890" />
        <Plate plate="서울12가3456" size="medium" />
        <Plate plate="AB-123-CD" size="medium" />
        <Plate tail="0012" size="small" />
        <Plate tail="" />
      </Row>
      <Row title="Timer">
        {waited(12_000)}
        {waited(70_000)}
        {waited(125_000)}
        {waited(192_000)}
        {waited(70_000, { presence: 'parked' })}
        {waited(4_000_000)}
      </Row>
      <Row title="Chip">
        {(['plain', 'green', 'amber', 'blue', 'violet', 'red'] as const).map((tone) => (
          <Chip key={tone} tone={tone}>
            {w.card.ready}
          </Chip>
        ))}
      </Row>
      <Row title="Fuel">
        {(['gasoline', 'premium-gasoline', 'diesel', 'lpg', 'electric', 'hydrogen'] as const).map((fuel) => (
          <FuelBadge key={fuel} fuel={fuel} caption={w.refuel.registeredFuel} />
        ))}
        <FuelBadge fuel={null} />
      </Row>
      <Row title="Vehicle">
        {Object.keys(w.colors).map((color) => (
          <VehicleLine key={color} model="Ray" color={color} />
        ))}
      </Row>
      <Row title="Choice">
        <Segmented
          label="Choice"
          value={segment}
          onChange={setSegment}
          segments={[
            { value: 'a', label: w.board.pickup, count: 4 },
            { value: 'b', label: w.board.refuel, count: 3 },
          ]}
        />
      </Row>
      <Row title="Form" stacked>
        {[2, 3, 4, 5].map((count) => (
          <Choices
            key={count}
            label={w.refuel.pump}
            value="1"
            onChange={() => {}}
            choices={Array.from({ length: count }, (_, index) => ({
              value: String(index + 1),
              label: w.lane.pump(index + 1),
            }))}
          />
        ))}
        <Select label={w.setup.currency} value="KRW" onChange={() => {}} choices={currencies} />
        <Select label={w.setup.currency} value="KRW" onChange={() => {}} choices={currencies} disabled />
        <Field
          label={w.checkIn.plate}
          value=""
          placeholder={w.checkIn.platePlaceholder}
          onChange={() => {}}
        />
        <Field label={w.checkIn.plate} value="?" error={w.checkIn.plateNeeded} onChange={() => {}} />
        <Field label={w.checkIn.plate} value="34나7890" disabled onChange={() => {}} />
      </Row>
      <Row title="Digits">
        <div style={{ display: 'grid', gap: 12, width: 360 }}>
          <DigitBoxes text="78" length={4} label={w.refuel.digits} />
          <Keypad onKey={() => {}} keyboard={false} />
        </div>
      </Row>
      <Row title="Connection">
        <ConnectionPill
          testId="fine"
          name={w.connection.radio}
          icon={<IconAntennaBars5 size="1.125rem" />}
          condition={{ level: 'fine', short: null, sentence: w.connection.radioHealthy }}
        />
        <ConnectionPill
          testId="warn"
          name={w.connection.outboxTitle}
          icon={<IconUpload size="1.125rem" />}
          condition={{ level: 'warn', short: w.connection.outbox(3), sentence: w.connection.outboxEmpty }}
          alone
        />
        <ConnectionPill
          testId="bad"
          name={w.connection.radio}
          icon={<IconAntennaBarsOff size="1.125rem" />}
          condition={{ level: 'bad', short: w.connection.radioShortDown, sentence: w.connection.radioSilent }}
        />
        <ConnectionPill
          testId="unknown"
          name={w.connection.radio}
          icon={<IconAntennaBarsOff size="1.125rem" />}
          condition={{ level: 'unknown', short: null, sentence: w.connection.stationLost }}
        />
      </Row>
      <Row title="Message" stacked>
        <ToastLine toast={{ id: 1, ...shown, tone: 'done', text: w.closeVisit.done }} onGone={() => {}} />
        <ToastLine
          toast={{
            id: 2,
            ...shown,
            tone: 'done',
            text: w.handOver.done('A17'),
            undo: { untilMs: nowMs + 30_000, run: () => Promise.resolve() },
          }}
          onGone={() => {}}
        />
        <ToastLine toast={{ id: 3, ...shown, tone: 'failed', text: w.failure.notSent }} onGone={() => {}} />
      </Row>
      <Row title="Cart">
        {(['free', 'in-use', 'needs-attention', 'checking-out'] as const).map((state) => (
          <CartChip key={state} state={state} />
        ))}
      </Row>
    </>
  );
}

/** What a payment came to: each state of a refuel's and of a charge's. */
function Outcomes() {
  const nowMs = Date.now();
  return (
    <>
      {refuelStates(nowMs).map((visit) =>
        visit.refuel ? (
          <RefuelOutcome
            key={visit.visitId}
            visit={visit}
            refuel={visit.refuel}
            site={fakeSite}
            onNext={() => {}}
          />
        ) : null,
      )}
      {chargedLot(fakeVisits(nowMs), nowMs).flatMap((visit) =>
        (visit.charges ?? []).map((charge) => (
          <ChargeOutcome key={charge.chargeId} charge={charge} tail={visit.plateTail} onNext={() => {}} />
        )),
      )}
    </>
  );
}

const currencies = [
  { value: 'KRW', label: 'KRW' },
  { value: 'USD', label: 'USD' },
];

/** Every card of the board and every line of those on their way. */
function Board() {
  const visits = [...useBoard((state) => state.visits).values()];
  const coming = visits.filter(({ presence }) => presence === 'approaching' || presence === 'tentative');
  return (
    <>
      <Row title="Card" stacked>
        <ul style={{ display: 'grid', gap: 12 }}>
          {visits
            .filter((visit) => !coming.includes(visit))
            .map(({ visitId }) => (
              <VisitCard key={visitId} visitId={visitId} nearAtFirst />
            ))}
        </ul>
      </Row>
      <Row title="On the way" stacked>
        <ul style={{ background: 'var(--k-panel)' }}>
          {coming.map(({ visitId }) => (
            <OnTheWay key={visitId} visitId={visitId} />
          ))}
        </ul>
      </Row>
    </>
  );
}

function Row({ title, children, stacked }: { title: string; children: ReactNode; stacked?: boolean }) {
  return (
    <section>
      <h2>{title}</h2>
      <div
        style={{
          display: 'flex',
          flexFlow: stacked ? 'column' : 'row wrap',
          gap: 12,
          alignItems: stacked ? 'stretch' : 'center',
        }}
      >
        {children}
      </div>
    </section>
  );
}
