import { IconCar, IconReceiptRefund } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CartPaymentView } from '../../../shared/station-contract/index.ts';
import { Button, Chip, Dialog, Waiting } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWhen, useWords } from '../../words/index.ts';
import { RefundDialog } from '../charge/refund-dialog.tsx';
import { CartLines } from './cart-lines.tsx';
import styles from './carts.module.css';

const tones = {
  waiting: 'blue',
  paid: 'green',
  declined: 'red',
  expired: 'red',
  cancelled: 'plain',
  unknown: 'red',
} as const satisfies Record<CartPaymentView['state'], string>;

/** Carts checked out today: a tap shows what was in one, and gives money back. Nothing while there is none. */
export function CartPayments() {
  const { w, format } = useWords();
  const { queries } = useKiosk();
  const [openId, setOpenId] = useState<string | null>(null);
  const asked = useQuery({
    ...queries.carts.payments.queryOptions({ input: { day: null } }),
    staleTime: 0,
    refetchInterval: 5_000,
  });
  const payments = asked.data?.payments ?? [];
  const open = payments.find((one) => one.paymentRequestId === openId);
  if (asked.isError && asked.data === undefined)
    return <Waiting asked={asked} failed={w.carts.todayNotLoaded} />;
  if (payments.length === 0) return null;
  return (
    <section aria-label={w.carts.today} className={styles.today}>
      <h2>{w.carts.today}</h2>
      <ul>
        {payments.map((payment) => (
          <li key={payment.paymentRequestId}>
            <button
              type="button"
              className={styles.payment}
              data-testid="cart-payment"
              data-state={payment.state}
              onClick={() => setOpenId(payment.paymentRequestId)}
            >
              <span>{format.clock(payment.askedAtMs)}</span>
              <b>{w.carts.cart(payment.cartNumber)}</b>
              <PaymentChip payment={payment} />
              <b>{format.money(payment.amount)}</b>
            </button>
          </li>
        ))}
      </ul>
      {open === undefined ? null : (
        <Paid payment={open} onChanged={() => void asked.refetch()} onClose={() => setOpenId(null)} />
      )}
    </section>
  );
}

function PaymentChip({ payment }: { payment: CartPaymentView }) {
  const { w } = useWords();
  const back = payment.refunds.some((refund) => refund.state === 'given-back');
  const word = back
    ? payment.refundable.amountMinor === 0
      ? w.charge.refundedAll
      : w.charge.refundedPart
    : w.cartPayments[payment.state];
  return <Chip tone={tones[payment.state]}>{word}</Chip>;
}

function Paid(props: { payment: CartPaymentView; onChanged(): void; onClose(): void }) {
  const { w, format } = useWords();
  const when = useWhen();
  const { client } = useKiosk();
  const refund = useCommand(client.carts.refund);
  const [refunding, setRefunding] = useState(false);
  const { payment } = props;
  if (refunding) {
    return (
      <RefundDialog
        refundable={payment.refundable}
        progress={refund.progress}
        refund={async (input) => {
          const result = await refund.run({ paymentRequestId: payment.paymentRequestId, ...input });
          props.onChanged();
          return result?.ok === true;
        }}
        onClose={() => setRefunding(false)}
      />
    );
  }
  return (
    <Dialog title={w.carts.cart(payment.cartNumber)} onClose={props.onClose}>
      <div className={styles.paid}>
        <PaymentChip payment={payment} />
        {payment.asPickup ? (
          <p className={styles.quiet}>
            <IconCar size="1.25rem" aria-hidden="true" /> {w.carts.broughtToCar}
          </p>
        ) : null}
        <CartLines lines={payment.lines} currency={payment.amount.currency} />
        <p className={styles.total}>
          <span>{w.carts.total}</span>
          <strong>{format.money(payment.amount)}</strong>
        </p>
        {payment.refunds.map((one) => (
          <p key={one.refundId} className={styles.line} data-testid="cart-refund">
            <span>
              {w.logbook.givenBack} · {one.reason}
              <small>
                {when(one.atMs)} · {one.by.displayName}
              </small>
            </span>
            <span>−{format.money(one.amount)}</span>
          </p>
        ))}
        {payment.refundable.amountMinor > 0 ? (
          <Button
            icon={<IconReceiptRefund size="1.375rem" aria-hidden="true" />}
            onClick={() => setRefunding(true)}
          >
            {w.charge.refund}
          </Button>
        ) : null}
      </div>
    </Dialog>
  );
}
