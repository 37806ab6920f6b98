import {
  IconAlertTriangle,
  IconArrowsExchange,
  IconDeviceMobile,
  IconPlugConnected,
} from '@tabler/icons-react';
import { useId, useState } from 'react';
import type {
  ChargeCandidate,
  ChargeView,
  SiteSettings,
  Verification,
} from '../../../shared/station-contract/index.ts';
import { requiredVerification } from '../../../shared/station-facts/index.ts';
import { Button, Choices, Field, laneName, Plate, VehicleLine } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import layout from '../refuel/refuel.module.css';
import { parseAmount } from '../refuel/refuel-form.ts';
import styles from './charge.module.css';

/** How much, what for, and how the driver says yes; then the one strong button. */
export function AmountPanel(props: {
  candidate: ChargeCandidate;
  /** This car is being asked already. */
  open: ChargeView | null;
  site: SiteSettings;
  text: string;
  onText(text: string): void;
  onCharge(charge: ChargeView): void;
  onOpen(chargeId: string): void;
  onAnother(): void;
}) {
  const { candidate, site, open } = props;
  const { w, format } = useWords();
  const { client } = useKiosk();
  const request = useCommand(client.charges.request);
  const id = useId();
  const [note, setNote] = useState('');
  const [stricter, setStricter] = useState(false);
  const [pointedOut, setPointedOut] = useState(false);
  const amountMinor = parseAmount(props.text, site.currency);
  // Before an amount is typed nothing is demanded yet: the strictest is shown.
  const required = amountMinor === null ? 'jack' : requiredVerification(site, amountMinor);
  const verification: Verification = required === 'jack' || stricter ? 'jack' : 'phone';
  const money = amountMinor === null ? null : format.money({ amountMinor, currency: site.currency });
  const ask = async () => {
    if (amountMinor === null) {
      setPointedOut(true);
      return;
    }
    const result = await request.run({
      visitId: candidate.visitId,
      amountMinor,
      note: note.trim() === '' ? null : note.trim(),
      verification,
    });
    if (result?.ok) props.onCharge(result.value.charge);
  };
  return (
    <>
      <div className={styles.car} data-testid="charge-car" data-visit-id={candidate.visitId}>
        <Plate plate={candidate.plate} />
        <span className={styles.about}>
          <VehicleLine model={candidate.model} color={candidate.color} />
          <span>{candidate.laneId === null ? w.presence.noLane : laneName(candidate.laneId, site, w)}</span>
        </span>
      </div>
      {!candidate.jackKnown ? (
        <p className={styles.warning} role="alert">
          <IconAlertTriangle size="1.75rem" aria-hidden="true" />
          {w.refusals['car-not-known']}
        </p>
      ) : open !== null ? (
        <div className={styles.warning} role="alert">
          <IconAlertTriangle size="1.75rem" aria-hidden="true" />
          <span>{w.refusals['charge-already-open']}</span>
          <Button onClick={() => props.onOpen(open.chargeId)}>{w.charge.show}</Button>
        </div>
      ) : (
        <>
          <div className={styles.amount} data-wanted={(pointedOut && amountMinor === null) || undefined}>
            <label htmlFor={id}>{w.charge.amount}</label>
            <div>
              <span aria-hidden="true">{signOf(site.currency)}</span>
              <input
                id={id}
                // Our own keypad is on the screen; the machine's would cover it.
                inputMode="none"
                autoComplete="off"
                placeholder="0"
                value={props.text}
                onChange={(event) => props.onText(event.currentTarget.value)}
                onKeyDown={(event) => {
                  if (event.key === 'Enter') void ask();
                }}
              />
            </div>
          </div>
          <div className={styles.noteField}>
            <Field
              label={w.charge.note}
              value={note}
              onChange={setNote}
              placeholder={w.charge.notePlaceholder}
              maxLength={200}
            />
          </div>
          {amountMinor !== null && required === 'phone' ? (
            <Choices
              label={w.charge.verification}
              value={verification}
              onChange={(value: Verification) => setStricter(value === 'jack')}
              choices={[
                { value: 'phone', label: w.charge.byPhone },
                { value: 'jack', label: w.charge.byJack },
              ]}
            />
          ) : null}
          <p className={styles.how}>
            {verification === 'jack' ? (
              <IconPlugConnected size="1.75rem" aria-hidden="true" />
            ) : (
              <IconDeviceMobile size="1.75rem" aria-hidden="true" />
            )}
            <span>
              {verification === 'jack'
                ? required === 'jack'
                  ? w.charge.byJackRequired
                  : w.charge.byJackExplain
                : w.charge.byPhoneExplain}
            </span>
          </p>
        </>
      )}
      <div className={styles.space} />
      <div className={`${styles.actions} ${layout.foot}`} data-foot-actions>
        <Button
          size="big"
          className={candidate.jackKnown && open === null ? styles.another : undefined}
          icon={<IconArrowsExchange size="1.625rem" />}
          onClick={props.onAnother}
        >
          {w.refuel.chooseAnother}
        </Button>
        {candidate.jackKnown && open === null ? (
          <Button
            size="big"
            look="strong"
            grow
            icon={<IconDeviceMobile size="1.75rem" />}
            progress={request.progress}
            aria-disabled={amountMinor === null}
            onClick={() => void ask()}
          >
            {money === null ? w.charge.ask : w.charge.askFor(money)}
          </Button>
        ) : null}
      </div>
      <p className={styles.note} role="status">
        {pointedOut && amountMinor === null ? w.charge.needAmount : ''}
      </p>
    </>
  );
}

function signOf(currency: string): string {
  const parts = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  }).formatToParts(0);
  return parts.find((part) => part.type === 'currency')?.value ?? currency;
}
