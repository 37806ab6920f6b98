import { IconShoppingCart, IconWifiOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CartOnSite } from '../../../shared/station-contract/index.ts';
import { Notice, Waiting } from '../../parts/index.ts';
import { useBoard, useKiosk, useMay } from '../../session/index.ts';
import { Header } from '../../shell/header.tsx';
import { useWords } from '../../words/index.ts';
import { CartChip } from './cart-chip.tsx';
import { CartPanel } from './cart-panel.tsx';
import { CartPayments } from './cart-payments.tsx';
import styles from './carts.module.css';

/** The station answers within a millisecond: a basket is followed as it fills. */
const askEveryMs = 1_000;

const weight: Record<CartOnSite['state'], number> = {
  'needs-attention': 0,
  'checking-out': 1,
  'in-use': 2,
  free: 3,
};

/** Smart carts: who needs a person first, then those in use, then the free ones; a tap opens one. */
export function Carts() {
  const { w, format } = useWords();
  const { queries } = useKiosk();
  const mayPay = useMay('check-out-carts');
  const connected = useBoard((state) => state.status?.server.state === 'connected');
  const [openId, setOpenId] = useState<string | null>(null);
  const found = useQuery({
    ...queries.carts.list.queryOptions({ input: {} }),
    staleTime: 0,
    refetchInterval: askEveryMs,
  });
  const { data } = found;
  const carts = [...(data?.carts ?? [])].sort(
    (a, b) => weight[a.state] - weight[b.state] || a.number - b.number,
  );
  const free = carts.filter((cart) => cart.state === 'free');
  const used = carts.filter((cart) => cart.state !== 'free');
  const open = carts.find((cart) => cart.cartId === openId) ?? null;
  return (
    <>
      <Header title={w.carts.title} onBack={open === null ? undefined : () => setOpenId(null)}>
        {carts.length > 0 ? (
          <span className={styles.counts}>{w.carts.counts(used.length, free.length)}</span>
        ) : null}
      </Header>
      {data === undefined ? (
        <Waiting whole asked={found} />
      ) : data.asOfMs === null || carts.length === 0 ? (
        <Notice whole icon={<IconShoppingCart size="3rem" stroke={1.5} aria-hidden="true" />}>
          <p>{data.asOfMs === null ? w.carts.notYet : w.carts.none}</p>
        </Notice>
      ) : (
        <div className={styles.screen} data-open={open !== null || undefined}>
          <div className={styles.fleet}>
            {connected ? null : (
              <p className={styles.stale} role="status">
                <IconWifiOff size="1.5rem" aria-hidden="true" />
                {w.carts.asOf(format.ago(data.nowMs - data.asOfMs))}
              </p>
            )}
            {used.length === 0 ? <p className={styles.quiet}>{w.carts.allFree}</p> : null}
            <ul className={styles.list}>
              {used.map((cart) => (
                <li key={cart.cartId}>
                  <CartTile
                    cart={cart}
                    chosen={cart.cartId === openId}
                    onOpen={() => setOpenId(cart.cartId)}
                  />
                </li>
              ))}
            </ul>
            <ul className={styles.free} aria-label={w.cartStates.free}>
              {free.map((cart) => (
                <li key={cart.cartId} data-testid="free-cart">
                  {w.carts.cart(cart.number)} · {w.cartStates.free}
                </li>
              ))}
            </ul>
            {mayPay ? <CartPayments /> : null}
          </div>
          {open === null ? null : (
            <CartPanel key={open.cartId} cart={open} onChanged={() => void found.refetch()} />
          )}
        </div>
      )}
    </>
  );
}

function CartTile(props: { cart: CartOnSite; chosen: boolean; onOpen(): void }) {
  const { w, format } = useWords();
  const { cart } = props;
  const { trip } = cart;
  return (
    <button
      type="button"
      className={styles.tile}
      data-testid="cart"
      data-cart={cart.number}
      data-state={cart.state}
      aria-pressed={props.chosen}
      onClick={props.onOpen}
    >
      <span className={styles.name}>{w.carts.cart(cart.number)}</span>
      <span className={styles.amount}>{trip === null ? '' : format.money(trip.total)}</span>
      <span>
        <CartChip state={cart.state} />
      </span>
      {trip?.attention[0] ? <span className={styles.why}>{w.cartAttention[trip.attention[0]]}</span> : null}
    </button>
  );
}
