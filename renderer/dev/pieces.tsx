/** Every component in each of its states, in both languages and both themes at once. */
import { DEFAULT_THEME, MantineProvider } from '@mantine/core';
import { IconHandGrab } from '@tabler/icons-react';
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
  Toaster,
  VehicleLine,
  WaitTimer,
} from '../parts/index.ts';
import { RefuelOutcome } from '../screens/refuel/refuel-outcome.tsx';
import { type Kiosk, KioskContext } from '../session/index.ts';
import { colorSchemeManager, cssVariablesResolver, theme } from '../theme/theme.ts';
import { useWords } from '../words/index.ts';
import { fakeSite, fakeVisit, refuelStates } from './fake-lot.ts';

const variables = cssVariablesResolver(DEFAULT_THEME);

/** @param kiosks one a language: each panel speaks the language of its kiosk, in the colours of its theme. */
export function Pieces({ kiosks }: { kiosks: { locale: 'en' | 'ko'; kiosk: Kiosk }[] }) {
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
                    <All />
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

function All() {
  const { w } = useWords();
  const nowMs = Date.now();
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
        <Choices
          label={w.refuel.pump}
          value="1"
          onChange={() => {}}
          choices={[
            { value: '1', label: '1' },
            { value: '2', label: '2' },
          ]}
        />
        <Field
          label={w.checkIn.plate}
          value=""
          placeholder={w.checkIn.platePlaceholder}
          onChange={() => {}}
        />
        <Field label={w.checkIn.plate} value="?" error={w.checkIn.plateNeeded} onChange={() => {}} />
      </Row>
      <Row title="Digits">
        <DigitBoxes text="78" length={4} label={w.refuel.digits} />
        <div style={{ width: 360 }}>
          <Keypad onKey={() => {}} keyboard={false} />
        </div>
      </Row>
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
    </>
  );
}

function Row({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 12, alignItems: 'center' }}>{children}</div>
    </section>
  );
}
