import { IconCarOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { plateDigitsMax, plateDigitsMin } from '../../../shared/domain/index.ts';
import type { ChargeCandidate, ChargeView, SiteSettings } from '../../../shared/station-contract/index.ts';
import { Button, DigitBoxes, type Key, Keypad, Notice, typeKey, Waiting } from '../../parts/index.ts';
import { useBoard, useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import pad from '../refuel/refuel.module.css';
import { tidy } from '../refuel/refuel-form.ts';
import { AmountPanel } from './amount-panel.tsx';
import { CarChoice } from './car-choice.tsx';
import { TodayList } from './today-list.tsx';
import type { Charges } from './use-charges.ts';

/** One keypad serves the plate's digits first and the amount afterwards, as at the pump. */
export function ChargeForm(props: {
  site: SiteSettings;
  startWith: string | null;
  charges: Charges;
  onCharge(charge: ChargeView): void;
  onOpen(chargeId: string): void;
  onInside(inside: boolean): void;
}) {
  const { site, onInside, onOpen } = props;
  const { w } = useWords();
  const { queries } = useKiosk();
  const [digits, setDigits] = useState('');
  const [text, setText] = useState('');
  const [chosenId, setChosenId] = useState<string | null>(props.startWith);
  const here = useBoard((state) => state.visits);
  const hereStamp = [...here.values()]
    .map((v) => `${v.visitId} ${v.presence} ${v.laneId} ${v.closed === null}`)
    .join('|');
  const asked = chosenId === null && digits.length >= plateDigitsMin ? digits : null;
  const found = useQuery({
    ...queries.charges.candidates.queryOptions({ input: { digits: asked } }),
    placeholderData: (before) => before,
    staleTime: 0,
  });
  const { refetch } = found;
  useEffect(() => {
    // Cars came or went.
    if (hereStamp !== '') void refetch();
  }, [hereStamp, refetch]);
  const candidates = found.data?.candidates ?? [];
  const chosen = candidates.find((candidate) => candidate.visitId === chosenId) ?? null;

  const choose = useCallback(
    (candidate: ChargeCandidate) => {
      setChosenId(candidate.visitId);
      setDigits('');
      onInside(true);
    },
    [onInside],
  );
  // Only four digits and one match may choose a car without a person looking.
  const single = candidates[0];
  const mayChoose =
    asked?.length === plateDigitsMax && !found.isPlaceholderData && found.data?.mayChooseByItself === true;
  useEffect(() => {
    if (mayChoose && single?.jackKnown) choose(single);
  }, [mayChoose, single, choose]);

  const onKey = useCallback(
    (key: Key) => {
      if (chosenId === null) {
        if (key !== 'point') setDigits((before) => typeKey(before, key, plateDigitsMax));
        return;
      }
      setText((before) => tidy(typeKey(before.replaceAll(',', ''), key, 12), 'amount', site.currency));
    },
    [chosenId, site.currency],
  );
  const another = () => {
    setChosenId(null);
    setText('');
    onInside(false);
  };
  return (
    <div
      className={pad.columns}
      data-chosen={chosenId !== null || undefined}
      data-foot={chosenId !== null || undefined}
    >
      <section className={pad.pad} aria-label={chosenId === null ? w.refuel.digits : w.charge.amount}>
        {chosenId === null ? (
          <>
            <p className={pad.label}>{w.refuel.digits}</p>
            <DigitBoxes text={digits} length={plateDigitsMax} label={w.refuel.digits} />
            <p className={pad.hint} role="status">
              {asked === null ? w.charge.typeOrTap : w.refuel.matches(candidates.length)}
            </p>
          </>
        ) : (
          <>
            <p className={pad.label}>{w.charge.amount}</p>
            <p className={pad.hint}>{w.charge.typeAmount}</p>
            <p className="visually-hidden">{text}</p>
          </>
        )}
        <Keypad
          onKey={onKey}
          corner={chosenId !== null && site.currency !== 'KRW' ? 'point' : 'clear'}
          fill
          compact={chosenId !== null}
        />
      </section>
      <section className={pad.form} aria-label={w.charge.title}>
        {chosenId === null ? (
          <>
            <CarChoice
              candidates={candidates}
              digits={asked ?? ''}
              asked={found}
              site={site}
              onChoose={choose}
            />
            <TodayList charges={props.charges} onOpen={onOpen} />
          </>
        ) : chosen === null && found.data === undefined ? (
          <Waiting asked={found} />
        ) : chosen === null ? (
          <Notice icon={<IconCarOff size="1.5rem" aria-hidden="true" />}>
            <p>{w.charge.carLeft}</p>
            <Button onClick={another}>{w.refuel.chooseAnother}</Button>
          </Notice>
        ) : (
          <AmountPanel
            candidate={chosen}
            open={here.get(chosen.visitId)?.charges?.find(isOpen) ?? null}
            site={site}
            text={text}
            onText={(typed) => setText(tidy(typed, 'amount', site.currency))}
            onCharge={props.onCharge}
            onOpen={onOpen}
            onAnother={another}
          />
        )}
      </section>
    </div>
  );
}

const isOpen = (charge: ChargeView): boolean => charge.state === 'waiting' || charge.state === 'unknown';
