import { IconAlertTriangle, IconCheck, IconCreditCardPay, IconShoppingCartX } from '@tabler/icons-react';
import { useState } from 'react';
import type { CartLine } from '../../../shared/schemas/index.ts';
import type { CartOnSite } from '../../../shared/station-contract/index.ts';
import { Button, Choices, Dialog, FormActions } from '../../parts/index.ts';
import { useCommand, useKiosk, useMay } from '../../session/index.ts';
import { useWhen, useWords } from '../../words/index.ts';
import { CartChip } from './cart-chip.tsx';
import { CartLines } from './cart-lines.tsx';
import styles from './carts.module.css';
import { PriceItem } from './price-item.tsx';
import { WeightCheck } from './weight-check.tsx';

/** One cart: what is in it, what it weighs, and what staff may do. */
export function CartPanel({ cart, onChanged }: { cart: CartOnSite; onChanged(): void }) {
  const { w, format } = useWords();
  const when = useWhen();
  const { client } = useKiosk();
  const mayPay = useMay('check-out-carts');
  const [asking, setAsking] = useState(false);
  const [pricing, setPricing] = useState<CartLine | null>(null);
  const [asPickup, setAsPickup] = useState(false);
  const price = useCommand(client.carts.priceItem);
  const free = useCommand(client.carts.free);
  const acknowledge = useCommand(client.carts.acknowledge);
  const checkOut = useCommand(client.carts.checkOut);
  const { trip } = cart;
  if (trip === null) {
    return (
      <section className={styles.panel} aria-label={w.carts.cart(cart.number)}>
        <h2>{w.carts.cart(cart.number)}</h2>
        <p className={styles.quiet}>{w.cartStates.free}</p>
      </section>
    );
  }
  const { cartId } = cart;
  const { tripId } = trip;
  const still = cart.pending === null;
  const after = (work: Promise<unknown>) => void work.then(onChanged);
  return (
    <section
      className={styles.panel}
      aria-label={w.carts.cart(cart.number)}
      data-testid="cart-panel"
      data-state={cart.state}
    >
      <h2>{w.carts.cart(cart.number)}</h2>
      <p className={styles.quiet}>
        <CartChip state={cart.state} /> {w.carts.since(when(trip.startedAtMs))}
      </p>
      {trip.attention.map((reason) => (
        <p key={reason} className={styles.warning}>
          <IconAlertTriangle size="1.5rem" aria-hidden="true" />
          {w.cartAttention[reason]}
        </p>
      ))}
      {cart.refusedBecause === null ? null : (
        <p className={styles.warning} role="alert">
          {w.cartRefused[cart.refusedBecause] ?? w.carts.refusedOtherwise}
        </p>
      )}
      {trip.lines.length === 0 ? <p className={styles.quiet}>{w.carts.empty}</p> : null}
      <CartLines
        lines={trip.lines}
        currency={trip.total.currency}
        onPrice={mayPay && still && cart.state !== 'checking-out' ? setPricing : undefined}
      />
      <p className={styles.total}>
        <span>{w.carts.total}</span>
        <strong data-testid="cart-total">{format.money(trip.total)}</strong>
      </p>
      <WeightCheck weight={trip.weight} />
      {cart.pending === null ? null : (
        <p className={styles.quiet} role="status">
          {w.cartPending[cart.pending]}
        </p>
      )}
      {cart.state === 'checking-out' ? (
        <p className={styles.quiet} role="status">
          {w.carts.waitingForDriver} {trip.asPickup === true ? w.carts.thenToTheCar : null}
        </p>
      ) : null}
      {mayPay && still && cart.state === 'in-use' && trip.total.amountMinor > 0 ? (
        <Choices
          label={w.carts.whereTo}
          value={asPickup ? 'car' : 'hand'}
          onChange={(to) => setAsPickup(to === 'car')}
          choices={[
            { value: 'hand', label: w.carts.takesIt },
            { value: 'car', label: w.carts.toTheCar },
          ]}
        />
      ) : null}
      <div className={styles.actions}>
        {cart.state === 'needs-attention' && still ? (
          <Button
            look="strong"
            size="big"
            grow
            icon={<IconCheck size="1.5rem" />}
            progress={acknowledge.progress}
            onClick={() => after(acknowledge.run({ cartId, tripId, version: cart.version }))}
          >
            {w.carts.lookedAt}
          </Button>
        ) : null}
        {mayPay && still && cart.state === 'in-use' && trip.total.amountMinor > 0 ? (
          <Button
            look="strong"
            size="big"
            grow
            icon={<IconCreditCardPay size="1.5rem" />}
            progress={checkOut.progress}
            onClick={() => after(checkOut.run({ cartId, tripId, asPickup }))}
          >
            {w.carts.checkOut(format.money(trip.total))}
          </Button>
        ) : null}
        {mayPay && still && cart.state !== 'checking-out' ? (
          <Button size="big" icon={<IconShoppingCartX size="1.5rem" />} onClick={() => setAsking(true)}>
            {w.carts.free}
          </Button>
        ) : null}
      </div>
      {pricing === null ? null : (
        <PriceItem
          key={pricing.lineId}
          line={pricing}
          currency={trip.total.currency}
          progress={price.progress}
          onPrice={(unitAmountMinor, name) => {
            after(
              price.run({ cartId, tripId, lineId: pricing.lineId, unitAmountMinor, name }).then((result) => {
                if (result?.ok) setPricing(null);
              }),
            );
          }}
          onClose={() => setPricing(null)}
        />
      )}
      {asking ? (
        <Dialog title={w.carts.freeTitle(cart.number)} onClose={() => setAsking(false)}>
          <p>{w.carts.freeExplain}</p>
          <FormActions>
            <Button size="big" onClick={() => setAsking(false)}>
              {w.carts.keep}
            </Button>
            <Button
              size="big"
              look="danger"
              grow
              progress={free.progress}
              onClick={() => {
                setAsking(false);
                after(free.run({ cartId, tripId, reason: '' }));
              }}
            >
              {w.carts.freeNow}
            </Button>
          </FormActions>
        </Dialog>
      ) : null}
    </section>
  );
}
