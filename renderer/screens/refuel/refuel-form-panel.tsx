import { IconAlertTriangle, IconArrowsExchange, IconCheck, IconGasStation } from '@tabler/icons-react';
import { type Dispatch, type SetStateAction, useState } from 'react';
import { parsePlateDigits } from '../../../shared/domain/index.ts';
import type { RefuelCandidate, SiteSettings, VisitView } from '../../../shared/station-contract/index.ts';
import { Button, Dialog, FormActions, laneName, useToast } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useRoute } from '../../shell/route.ts';
import { useWords } from '../../words/index.ts';
import { CarHero } from './car-hero.tsx';
import { GradePicker, PumpPicker } from './pickers.tsx';
import layout from './refuel.module.css';
import { isMismatch, missingOf, type RefuelForm, sumOf } from './refuel-form.ts';
import styles from './refuel-form-panel.module.css';
import { SumFields } from './sum-fields.tsx';
import { WrongFuel } from './wrong-fuel.tsx';

/** Pump, grade, volume or amount, complete: for the chosen car. */
export function RefuelFormPanel(props: {
  visit: VisitView;
  candidate: RefuelCandidate | null;
  site: SiteSettings;
  form: RefuelForm;
  field: 'volume' | 'amount';
  /** As keyed in; empty when the car was tapped on the board. */
  digits: string;
  onForm: Dispatch<SetStateAction<RefuelForm>>;
  onSum(field: 'volume' | 'amount', text: string): void;
  onField(field: 'volume' | 'amount'): void;
  onAnother(): void;
}) {
  const { visit, site, form } = props;
  const { w, format } = useWords();
  const { client, board } = useKiosk();
  const { go } = useRoute();
  const toast = useToast();
  const start = useCommand(client.refuels.start);
  const complete = useCommand(client.refuels.complete, 'above-reservation');
  const [confirming, setConfirming] = useState(false);
  /** The station refused the amount: more was reserved or asked than this screen knew. */
  const [above, setAbove] = useState<{ fuelMismatchConfirmed: boolean } | null>(null);
  const [pointedOut, setPointedOut] = useState(false);
  const grade = site.grades.find((candidate) => candidate.gradeId === form.gradeId);
  const sum = sumOf(form, grade, site.currency);
  const missing = missingOf(form, sum);
  const mismatch = isMismatch(visit.vehicle.fuel, grade);
  const progress = start.progress === 'idle' ? complete.progress : start.progress;
  // Begun now and completed when the nozzle is back; with an amount typed both happen at once.
  const toStart = visit.refuel === null && sum.amountMinor === null;
  const reservation = visit.reservation?.state === 'held' ? visit.reservation : null;
  const inReservation =
    reservation !== null && sum.amountMinor !== null && sum.amountMinor <= reservation.maximum.amountMinor;

  const aboveReservation = reservation !== null && sum.amountMinor !== null && !inReservation;

  /** Starts the refuel unless it has been started; its id, or null when the station said no. */
  const started = async (): Promise<string | null> => {
    if (visit.refuel !== null && visit.refuel.state === 'refueling') return visit.refuel.refuelId;
    if (form.laneId === null) return null;
    const result = await start.run({
      visitId: visit.visitId,
      laneId: form.laneId,
      digits: parsePlateDigits(props.digits),
    });
    if (!result?.ok) return null;
    board.answer(result.value.visit);
    return result.value.visit.refuel?.refuelId ?? null;
  };

  const onStart = async () => {
    if (form.laneId === null) {
      setPointedOut(true);
      return;
    }
    if ((await started()) === null) return;
    toast({ tone: 'done', text: w.refuel.started(laneName(form.laneId, site, w)) });
    go({ screen: 'arrivals' });
  };

  const onComplete = async (fuelMismatchConfirmed: boolean, aboveConfirmed = aboveReservation) => {
    if (missing !== null) {
      setPointedOut(true);
      return;
    }
    if (mismatch && !fuelMismatchConfirmed) {
      setConfirming(true);
      return;
    }
    const refuelId = await started();
    if (refuelId === null || form.laneId === null || form.gradeId === null) return;
    const result = await complete.run({
      refuelId,
      laneId: form.laneId,
      gradeId: form.gradeId,
      volumeMl: form.typed === 'volume' ? sum.volumeMl : null,
      amountMinor: form.typed === 'amount' ? sum.amountMinor : null,
      fuelMismatchConfirmed,
      // The words under the button have said that the driver is asked again.
      aboveReservationConfirmed: aboveConfirmed,
    });
    if (
      result?.ok === false &&
      result.error.kind === 'refused' &&
      result.error.reason === 'above-reservation'
    ) {
      setConfirming(false);
      setAbove({ fuelMismatchConfirmed });
      return;
    }
    if (!result?.ok) return;
    setConfirming(false);
    setAbove(null);
    board.answer(result.value.visit);
  };

  const money =
    sum.amountMinor === null ? null : format.money({ amountMinor: sum.amountMinor, currency: site.currency });
  const missingWords =
    missing === null
      ? null
      : { pump: w.refuel.needPump, grade: w.refuel.needGrade, amount: w.refuel.needAmount }[missing];
  return (
    <>
      <CarHero visit={visit} candidate={props.candidate} site={site} />
      <PumpPicker
        site={site}
        visit={visit}
        value={form.laneId}
        wanted={pointedOut && missing === 'pump'}
        onChange={(laneId) => props.onForm((before) => ({ ...before, laneId }))}
      />
      <GradePicker
        site={site}
        fuel={visit.vehicle.fuel}
        value={form.gradeId}
        wanted={pointedOut && missing === 'grade'}
        onChange={(gradeId) => props.onForm((before) => ({ ...before, gradeId }))}
      />
      {mismatch && grade && visit.vehicle.fuel ? (
        <p className={styles.mismatch} role="alert">
          <IconAlertTriangle size="2rem" aria-hidden="true" />
          <span>
            <b>{w.refuel.mismatchTitle}</b>{' '}
            {w.refuel.mismatch(w.fuels[visit.vehicle.fuel], w.fuels[grade.fuel])}
          </span>
        </p>
      ) : null}
      <SumFields
        site={site}
        form={form}
        field={props.field}
        sum={sum}
        onSum={props.onSum}
        onField={props.onField}
        onSubmit={() => void onComplete(false)}
      />
      <div className={styles.space} />
      <div className={`${styles.actions} ${layout.foot}`} data-foot-actions>
        <Button
          size="big"
          className={styles.another}
          icon={<IconArrowsExchange size="1.625rem" />}
          onClick={props.onAnother}
        >
          {w.refuel.chooseAnother}
        </Button>
        {toStart ? (
          <Button
            size="big"
            look="strong"
            grow
            progress={start.progress}
            icon={<IconGasStation size="1.625rem" />}
            onClick={() => void onStart()}
          >
            {w.refuel.start}
          </Button>
        ) : null}
        <Button
          size="big"
          look="strong"
          grow={!toStart}
          icon={<IconCheck size="1.75rem" />}
          progress={progress}
          data-coach="complete"
          aria-disabled={missing !== null}
          onClick={() => void onComplete(false)}
        >
          {missing !== null || money === null
            ? w.refuel.complete
            : inReservation
              ? w.refuel.completeCapture(money)
              : w.refuel.completeAsk(money)}
        </Button>
      </div>
      <p className={styles.note} role="status" data-wanted={(pointedOut && missing !== null) || undefined}>
        {missingWords ?? reservationWords()}
      </p>
      {confirming && grade && visit.vehicle.fuel ? (
        <WrongFuel
          registered={visit.vehicle.fuel}
          chosen={grade.fuel}
          progress={progress}
          onConfirmed={() => void onComplete(true)}
          onClose={() => setConfirming(false)}
        />
      ) : null}
      {above !== null && money !== null ? (
        <Dialog title={w.refuel.aboveTitle} onClose={() => setAbove(null)}>
          <p>{w.refuel.aboveExplain(money)}</p>
          <FormActions>
            <Button size="big" onClick={() => setAbove(null)}>
              {w.refuel.aboveCheck}
            </Button>
            <Button
              size="big"
              look="strong"
              grow
              progress={complete.progress}
              onClick={() => void onComplete(above.fuelMismatchConfirmed, true)}
            >
              {w.refuel.aboveComplete}
            </Button>
          </FormActions>
        </Dialog>
      ) : null}
    </>
  );

  function reservationWords(): string {
    if (reservation === null) return '';
    const maximum = format.money(reservation.maximum);
    if (sum.amountMinor === null) return w.refuel.reserved(maximum);
    const rest = reservation.maximum.amountMinor - sum.amountMinor;
    if (rest < 0) return w.refuel.aboveReserved(maximum);
    return w.refuel.reservedRest(maximum, format.money({ ...reservation.maximum, amountMinor: rest }));
  }
}
