import { IconCar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { plateDigitsMax, plateDigitsMin } from '../../../shared/domain/index.ts';
import type { RefuelCandidate, SiteSettings, VisitView } from '../../../shared/station-contract/index.ts';
import { Chip, DigitBoxes, type Key, Keypad, Loading, typeKey, Waiting } from '../../parts/index.ts';
import { useBoard, useKiosk, useSite, useVisit } from '../../session/index.ts';
import { Header } from '../../shell/header.tsx';
import { useRoute } from '../../shell/route.ts';
import { useWords } from '../../words/index.ts';
import { Candidates } from './candidates.tsx';
import { CarsHere } from './cars-here.tsx';
import styles from './refuel.module.css';
import { emptyForm, gradeFor, type RefuelForm, tidy } from './refuel-form.ts';
import { RefuelFormPanel } from './refuel-form-panel.tsx';
import { RefuelOutcome } from './refuel-outcome.tsx';

/**
 * Refueling in the order of the hand: digits → car → pump → grade → volume or amount → complete →
 * waiting for approval. One keypad serves the digits first and the amount afterwards.
 */
export function Refuel({ visitId }: { visitId: string | null }) {
  const { w } = useWords();
  const { go } = useRoute();
  const site = useSite();
  const [chosen, setChosen] = useState(false);
  const [round, setRound] = useState(0);
  // One step back at a time: from the car to the keypad, from the keypad to the board.
  const back = () => {
    if (chosen && visitId === null) setRound((before) => before + 1);
    else go({ screen: 'arrivals' });
  };
  const carsHere = useBoard((state) => {
    let count = 0;
    for (const visit of state.visits.values()) {
      const here = visit.presence === 'arrived' || visit.presence === 'parked';
      if (here && visit.closed === null && visit.refuel === null) count += 1;
    }
    return count;
  });
  return (
    <>
      <Header title={w.refuel.title} wideOnly onBack={back}>
        <Chip tone="blue" icon={<IconCar size="1.125rem" aria-hidden="true" />}>
          {w.refuel.carsHere(carsHere)}
        </Chip>
      </Header>
      {site === null ? (
        <Loading whole />
      ) : (
        <RefuelBody key={round} site={site} startWith={visitId} onChosen={setChosen} />
      )}
    </>
  );
}

function RefuelBody(props: {
  site: SiteSettings;
  startWith: string | null;
  onChosen(chosen: boolean): void;
}) {
  const { site, startWith, onChosen } = props;
  const { w } = useWords();
  const { queries } = useKiosk();
  const [digits, setDigits] = useState('');
  const [chosenId, setChosenId] = useState<string | null>(startWith);
  const [form, setForm] = useState<RefuelForm>(emptyForm);
  const [field, setField] = useState<'volume' | 'amount'>('amount');
  const visit = useVisit(chosenId);
  const asking = digits.length >= plateDigitsMin && chosenId === null;
  const found = useQuery({
    ...queries.refuels.candidates.queryOptions({ input: { digits } }),
    enabled: asking,
    placeholderData: (before) => before,
    staleTime: 0,
  });
  const candidates = asking ? found.data?.candidates : undefined;
  const known = useRef<RefuelCandidate | null>(null);

  const choose = useCallback((candidate: RefuelCandidate) => {
    known.current = candidate;
    setChosenId(candidate.visitId);
  }, []);

  // Only four digits and one match may choose a car without a person looking.
  const single = found.data?.candidates[0];
  const mayChoose =
    asking && !found.isPlaceholderData && digits.length === plateDigitsMax && found.data?.mayChooseByItself;
  useEffect(() => {
    if (mayChoose && single !== undefined) choose(single);
  }, [mayChoose, single, choose]);

  // Coming from the board the digits have not been typed: what is offered follows from the car.
  const fuel = visit?.vehicle.fuel ?? null;
  const openRefuel = visit?.refuel ?? null;
  const isChosen = visit !== undefined;
  useEffect(() => onChosen(isChosen), [isChosen, onChosen]);
  const suggestedLane = openRefuel?.laneId ?? pumpOf(visit, site);
  useEffect(() => {
    if (!isChosen) return;
    setForm((before) => ({
      ...before,
      laneId: before.laneId ?? suggestedLane,
      gradeId: before.gradeId ?? openRefuel?.gradeId ?? gradeFor(fuel, site),
    }));
  }, [isChosen, suggestedLane, openRefuel?.gradeId, fuel, site]);

  const startOver = useCallback(() => {
    known.current = null;
    setDigits('');
    setChosenId(null);
    setForm(emptyForm);
    setField('amount');
  }, []);

  const typeSum = useCallback(
    (which: 'volume' | 'amount', text: string) => {
      setField(which);
      setForm((before) => ({ ...before, typed: which, text: tidy(text, which, site.currency) }));
    },
    [site.currency],
  );
  const onKey = useCallback(
    (key: Key) => {
      if (chosenId === null) {
        if (key !== 'point') setDigits((before) => typeKey(before, key, plateDigitsMax));
        return;
      }
      setForm((before) => {
        const plain = before.typed === field ? before.text.replaceAll(',', '') : '';
        return { ...before, typed: field, text: tidy(typeKey(plain, key, 12), field, site.currency) };
      });
    },
    [chosenId, field, site.currency],
  );

  const outcome = visit?.refuel && visit.refuel.state !== 'refueling' ? visit.refuel : null;
  const corner = useMemo(
    () => (chosenId !== null && (field === 'volume' || site.currency !== 'KRW') ? 'point' : 'clear'),
    [chosenId, field, site.currency],
  );
  if (visit !== undefined && outcome !== null) {
    return (
      <div className={styles.outcome}>
        <RefuelOutcome visit={visit} refuel={outcome} site={site} onNext={startOver} />
      </div>
    );
  }
  return (
    <div
      className={styles.columns}
      data-chosen={visit !== undefined || undefined}
      data-foot={visit !== undefined || undefined}
    >
      <section className={styles.pad} aria-label={w.refuel.digits}>
        <p className={styles.label}>{w.refuel.digits}</p>
        <DigitBoxes
          text={visit !== undefined ? visit.plateTail : digits}
          length={plateDigitsMax}
          label={w.refuel.digits}
        />
        <p className={styles.hint} role="status">
          {hintOf({ visit, digits, candidates, w })}
        </p>
        <Keypad onKey={onKey} corner={corner} fill compact={visit !== undefined} />
      </section>
      <section className={styles.form} aria-label={w.refuel.title}>
        {visit !== undefined ? (
          <RefuelFormPanel
            visit={visit}
            candidate={known.current}
            site={site}
            form={form}
            field={field}
            digits={digits}
            onForm={setForm}
            onSum={typeSum}
            onField={setField}
            onAnother={startOver}
          />
        ) : digits === '' ? (
          <CarsHere site={site} onChoose={setChosenId} />
        ) : asking && candidates === undefined ? (
          <Waiting asked={found} />
        ) : (
          <Candidates candidates={candidates} site={site} onChoose={choose} />
        )}
      </section>
    </div>
  );
}

/** The pump where the car was heard, when it was heard at one. */
function pumpOf(visit: VisitView | undefined, site: SiteSettings): string | null {
  const isPump = (laneId: string) =>
    site.lanes.some((lane) => lane.laneId === laneId && lane.kind === 'pump');
  const laneId = visit?.laneId ?? visit?.laneCandidates[0] ?? null;
  return laneId !== null && isPump(laneId) ? laneId : null;
}

function hintOf(known: {
  visit: VisitView | undefined;
  digits: string;
  candidates: RefuelCandidate[] | undefined;
  w: ReturnType<typeof useWords>['w'];
}): string {
  const { w } = known;
  if (known.visit !== undefined) {
    return known.digits.length === plateDigitsMax
      ? w.refuel.matchesAll
      : w.plate.ending(known.visit.plateTail);
  }
  if (known.digits.length < plateDigitsMin) return w.refuel.digitsShort;
  // On its way or not to be had: the list says which.
  if (known.candidates === undefined) return '';
  return w.refuel.matches(known.candidates.length);
}
