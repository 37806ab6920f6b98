import { IconArrowBackUp, IconBan, IconCheck, IconHandGrab, IconToolsKitchen2 } from '@tabler/icons-react';
import { useState } from 'react';
import type { PickupView, SiteSettings, VisitView } from '../../../shared/station-contract/index.ts';
import { longestUndoMs } from '../../../shared/station-facts/index.ts';
import { Button, Dialog, FormActions } from '../../parts/index.ts';
import { useMay, useNowMs } from '../../session/index.ts';
import { useRoute } from '../../shell/route.ts';
import { useWhen, useWords } from '../../words/index.ts';
import { PickupChip, SyncChip } from '../arrivals/job-lines.tsx';
import { HandOverCheck } from './hand-over-check.tsx';
import styles from './pickup-panel.module.css';
import { useVisitCommands } from './use-visit-commands.ts';

/** The preorder in full: what is in the bag, what is missing, hand it over, take it back. */
export function PickupPanel(props: { visit: VisitView; pickup: PickupView; site: SiteSettings }) {
  const { visit, pickup, site } = props;
  const { w, format, locale } = useWords();
  const when = useWhen();
  const { go } = useRoute();
  const commands = useVisitCommands(visit);
  const mayTakeOut = useMay('item-unavailable');
  const [asking, setAsking] = useState<'check' | { itemId: string } | null>(null);
  const open = (pickup.state === 'preparing' || pickup.state === 'ready') && visit.closed === null;
  const handOver = () => {
    if (pickup.check.kind === 'none') void commands.handOver(null);
    else setAsking('check');
  };
  return (
    <section className={styles.panel} aria-label={w.visit.preorder}>
      <header className={styles.head}>
        <h2>{w.visit.order(pickup.number)}</h2>
        <PickupChip pickup={pickup} />
        <SyncChip sync={pickup.sync} />
        {pickup.promisedAtMs ? (
          <span className={styles.due}>{w.presence.due(when(pickup.promisedAtMs))}</span>
        ) : null}
      </header>
      <ul className={styles.items}>
        {pickup.items.map((item) => (
          <li key={item.itemId} data-unavailable={!item.available || undefined}>
            <span className={styles.quantity}>{item.quantity}×</span>
            <span className={styles.name}>
              <b>{(locale === 'ko' ? item.nameKo : null) ?? item.name}</b>
              {item.options.length > 0 ? <span>{item.options.join(' · ')}</span> : null}
            </span>
            <span className={styles.price}>
              {format.money({ amountMinor: item.unitAmountMinor * item.quantity, currency: site.currency })}
            </span>
            {item.available ? (
              open && mayTakeOut ? (
                <Button
                  size="small"
                  look="plain"
                  icon={<IconBan size="1.25rem" />}
                  aria-label={`${w.visit.markUnavailable}: ${item.name}`}
                  onClick={() => setAsking({ itemId: item.itemId })}
                >
                  {w.visit.markUnavailable}
                </Button>
              ) : null
            ) : (
              <span className={styles.missing}>{w.visit.unavailable}</span>
            )}
          </li>
        ))}
      </ul>
      <div className={styles.total}>
        <span>{w.visit.paidAmount}</span>
        <span className={styles.payment}>{paymentWord(pickup.payment, w)}</span>
        <b>{format.money(pickup.paid)}</b>
      </div>
      {pickup.handedOverAtMs !== null && pickup.handedOverBy !== null ? (
        <p className={styles.done}>
          {w.visit.handedOverBy(pickup.handedOverBy.displayName, when(pickup.handedOverAtMs))}
        </p>
      ) : null}
      <div className={styles.actions}>
        {open && pickup.state === 'preparing' ? (
          <Button
            size="big"
            icon={<IconCheck size="1.625rem" />}
            progress={commands.progress}
            onClick={() => void commands.markReady()}
          >
            {w.action.markReady}
          </Button>
        ) : null}
        {open ? (
          <Button
            size="big"
            look="strong"
            grow
            icon={<IconHandGrab size="1.625rem" />}
            progress={commands.progress}
            onClick={handOver}
          >
            {w.action.handOver}
          </Button>
        ) : null}
        {pickup.state === 'handed-over' && pickup.undoUntilMs !== null ? (
          <UndoButton untilMs={pickup.undoUntilMs} onUndo={() => void commands.undoHandOver()} />
        ) : null}
      </div>
      {asking === 'check' ? (
        <HandOverCheck
          pickup={pickup}
          progress={commands.progress}
          onCheck={(check) => commands.handOver(check)}
          onClose={() => setAsking(null)}
        />
      ) : null}
      {asking !== null && asking !== 'check' ? (
        <Dialog title={w.visit.markUnavailableTitle} onClose={() => setAsking(null)}>
          <p>{w.visit.markUnavailableExplain}</p>
          <p>{w.menu.moreThanThisOrder}</p>
          <Button icon={<IconToolsKitchen2 size="1.25rem" />} onClick={() => go({ screen: 'menu' })}>
            {w.menu.toMenu}
          </Button>
          <FormActions>
            <Button size="big" onClick={() => setAsking(null)}>
              {w.app.cancel}
            </Button>
            <Button
              size="big"
              look="danger"
              grow
              progress={commands.progress}
              onClick={() => {
                void commands.markItemUnavailable(asking.itemId).then((kept) => {
                  if (kept) setAsking(null);
                });
              }}
            >
              {w.visit.markUnavailable}
            </Button>
          </FormActions>
        </Dialog>
      ) : null}
    </section>
  );
}

function UndoButton({ untilMs, onUndo }: { untilMs: number; onUndo(): void }) {
  const { w } = useWords();
  const leftMs = untilMs - useNowMs();
  if (leftMs <= 0 || leftMs > longestUndoMs) return null;
  return (
    <Button size="big" icon={<IconArrowBackUp size="1.625rem" />} onClick={onUndo}>
      {w.action.undo}
      {/* Who hears the button is not told each second. */}
      <span aria-hidden="true"> · {w.handOver.secondsLeft(Math.max(1, Math.floor(leftMs / 1000)))}</span>
    </Button>
  );
}

function paymentWord(payment: PickupView['payment'], w: ReturnType<typeof useWords>['w']): string {
  return {
    held: w.visit.paymentHeld,
    captured: w.visit.paymentCaptured,
    refunded: w.visit.paymentRefunded,
    voided: w.visit.paymentVoided,
    unknown: w.visit.paymentUnknown,
  }[payment];
}
