import { IconBan, IconRotate2, IconToolsKitchen2, IconWifiOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { MenuItemOnSite } from '../../../shared/station-contract/index.ts';
import { Button, Chip, Field, Notice, useToast, Waiting } from '../../parts/index.ts';
import { useBoard, useCommand, useKiosk } from '../../session/index.ts';
import { Header } from '../../shell/header.tsx';
import { useWords } from '../../words/index.ts';
import { SyncChip } from '../arrivals/job-lines.tsx';
import { useSettled } from '../arrivals/use-settled.ts';
import styles from './menu-screen.module.css';

/** Another kiosk's mark and the payment server's word are seen soon. */
const askEveryMs = 2_000;
/** A longer menu is searched, not read. */
const readAtMost = 12;

/** What the site sells: one tap says that it is sold out today, one takes it back. Items keep their places. */
export function MenuScreen() {
  const { w, format } = useWords();
  const { queries } = useKiosk();
  const connected = useBoard((state) => state.status?.server.state === 'connected');
  const [letters, setLetters] = useState('');
  const found = useQuery({
    ...queries.menu.list.queryOptions({ input: {} }),
    staleTime: 0,
    refetchInterval: askEveryMs,
  });
  const { data } = found;
  const items = data?.items ?? [];
  const shown = items.filter((item) => matches(item, letters));
  const soldOut = items.filter((item) => item.soldOutUntilMs !== null).length;
  return (
    <>
      <Header title={w.menu.title}>
        {items.length > 0 ? <span className={styles.counts}>{w.menu.counts(soldOut)}</span> : null}
      </Header>
      {data === undefined ? (
        <Waiting whole asked={found} />
      ) : data.asOfMs === null || items.length === 0 ? (
        <Notice whole icon={<IconToolsKitchen2 size="3rem" stroke={1.5} aria-hidden="true" />}>
          <p>{data.asOfMs === null ? w.menu.notYet : w.menu.none}</p>
        </Notice>
      ) : (
        <div className={styles.screen}>
          {connected ? null : (
            <p className={styles.stale} role="status">
              <IconWifiOff size="1.5rem" aria-hidden="true" />
              {w.menu.offline(format.ago(data.nowMs - data.asOfMs))}
            </p>
          )}
          {items.length > readAtMost ? (
            <Field label={w.menu.find} value={letters} onChange={setLetters} maxLength={40} />
          ) : null}
          {shown.length === 0 ? <p className={styles.quiet}>{w.menu.noMatch}</p> : null}
          <ul className={styles.list}>
            {shown.map((item) => (
              <MenuRow key={item.menuItemId} item={item} onMarked={() => void found.refetch()} />
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function MenuRow({ item, onMarked }: { item: MenuItemOnSite; onMarked(): void }) {
  const { w, format, locale } = useWords();
  const { client } = useKiosk();
  const site = useBoard((state) => state.site);
  const toast = useToast();
  const command = useCommand(client.menu.setSoldOut);
  const name = (locale === 'ko' ? item.nameKo : null) ?? item.name;
  const soldOut = item.soldOutUntilMs !== null;
  // The second tap of a gloved finger must not take the first one back.
  const settled = useSettled(String(soldOut));
  const mark = async () => {
    const result = await command.run({ menuItemId: item.menuItemId, soldOut: !soldOut });
    if (result === null) return;
    onMarked();
    if (result.ok) {
      toast({ tone: 'done', text: soldOut ? w.menu.doneSellAgain(name) : w.menu.doneSoldOut(name) });
    }
  };
  const words = soldOut ? w.menu.sellAgain : w.menu.markSoldOut;
  return (
    <li className={styles.row} data-testid="menu-item" data-sold-out={soldOut || undefined}>
      <span className={styles.what}>
        <b>{name}</b>
        <span className={styles.price}>
          {format.money({ amountMinor: item.unitAmountMinor, currency: site?.currency ?? 'KRW' })}
        </span>
        {item.soldOutUntilMs === null ? null : (
          <Chip tone="amber" icon={<IconBan size="1rem" aria-hidden="true" />}>
            {w.menu.soldOut} · {w.menu.until(format.clock(item.soldOutUntilMs))}
          </Chip>
        )}
        <SyncChip sync={item.sync} />
      </span>
      <Button
        icon={soldOut ? <IconRotate2 size="1.375rem" /> : <IconBan size="1.375rem" />}
        progress={command.progress}
        settling={!settled}
        aria-label={`${words}: ${name}`}
        onClick={() => {
          if (settled) void mark();
        }}
      >
        {words}
      </Button>
    </li>
  );
}

const matches = (item: MenuItemOnSite, letters: string): boolean =>
  `${item.name} ${item.nameKo ?? ''}`.toLocaleLowerCase().includes(letters.trim().toLocaleLowerCase());
