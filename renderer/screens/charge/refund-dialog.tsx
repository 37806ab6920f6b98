import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Money } from '../../../shared/domain/index.ts';
import { currencyExponent } from '../../../shared/domain/index.ts';
import { Button, Choices, Dialog, Field, FormActions, useToast } from '../../parts/index.ts';
import { type CommandProgress, useKiosk, useSession } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import { parseAmount, tidy } from '../refuel/refuel-form.ts';

export interface RefundInput {
  amountMinor: number;
  reason: string;
  /** Both or none: the manager who stands beside a cashier. */
  managerId: string | null;
  pin: string | null;
}

/** All or a part of what was paid, back to the driver. A manager does it, or types a PIN beside a cashier. */
export function RefundDialog(props: {
  /** What can still be given back. */
  refundable: Money;
  progress: CommandProgress;
  /** @returns whether it was done */
  refund(input: RefundInput): Promise<boolean>;
  onClose(): void;
}) {
  const { onClose, refundable } = props;
  const { w, format } = useWords();
  const { queries } = useKiosk();
  const session = useSession();
  const toast = useToast();
  const { currency, amountMinor: most } = refundable;
  const [text, setText] = useState(() =>
    tidy((most / 10 ** currencyExponent(currency)).toFixed(currencyExponent(currency)), 'amount', currency),
  );
  const [reason, setReason] = useState('');
  const [pin, setPin] = useState('');
  const [managerId, setManagerId] = useState<string | null>(null);
  const [pointedOut, setPointedOut] = useState(false);
  const isManager = session.kind === 'signed-in' && session.person.role === 'manager';
  const options = useQuery({
    ...queries.session.options.queryOptions({ input: {} }),
    enabled: !isManager,
  });
  const managers = (options.data?.people ?? []).filter((person) => person.role === 'manager');
  const chosen = managerId ?? (managers.length === 1 ? (managers[0]?.staffId ?? null) : null);
  const amountMinor = parseAmount(text, currency);
  const wrong = {
    amount:
      amountMinor === null || amountMinor > most ? w.charge.refundAtMost(format.money(refundable)) : null,
    reason: reason.trim() === '' ? w.outcome.reasonNeeded : null,
    pin: isManager || (chosen !== null && /^[0-9]{4,8}$/.test(pin)) ? null : w.charge.pinNeeded,
  };
  const submit = async () => {
    if (
      amountMinor === null ||
      wrong.amount ||
      wrong.reason ||
      wrong.pin ||
      (!isManager && chosen === null)
    ) {
      setPointedOut(true);
      return;
    }
    const done = await props.refund({
      amountMinor,
      reason: reason.trim(),
      managerId: isManager ? null : chosen,
      pin: isManager ? null : pin,
    });
    // A PIN is typed anew for every try.
    setPin('');
    if (!done) return;
    toast({ tone: 'done', text: w.charge.refunded(format.money({ amountMinor, currency })) });
    onClose();
  };
  return (
    <Dialog title={w.charge.refundTitle} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>{w.charge.refundExplain(format.money(refundable))}</p>
        <Field
          label={w.charge.refundAmount}
          value={text}
          onChange={(typed) => setText(tidy(typed, 'amount', currency))}
          numeric
          error={pointedOut ? wrong.amount : null}
        />
        <Field
          label={w.charge.refundReason}
          value={reason}
          onChange={setReason}
          maxLength={200}
          autoFocus
          error={pointedOut ? wrong.reason : null}
        />
        {isManager ? null : (
          <>
            {managers.length > 1 ? (
              <Choices
                label={w.charge.whichManager}
                value={chosen}
                onChange={setManagerId}
                choices={managers.map(({ staffId, displayName }) => ({
                  value: staffId,
                  label: displayName,
                }))}
              />
            ) : null}
            <Field
              label={w.charge.managerPin(managers.find((one) => one.staffId === chosen)?.displayName ?? '')}
              value={pin}
              onChange={(typed) => setPin(typed.replace(/[^0-9]/g, '').slice(0, 8))}
              secret
              numeric
              error={pointedOut ? wrong.pin : null}
            />
          </>
        )}
        <FormActions>
          <Button size="big" onClick={onClose}>
            {w.app.cancel}
          </Button>
          <Button size="big" look="danger" type="submit" grow progress={props.progress}>
            {w.charge.refundSubmit}
          </Button>
        </FormActions>
      </form>
    </Dialog>
  );
}
