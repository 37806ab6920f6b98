import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SiteSettings } from '../../../shared/station-contract/index.ts';
import { Button } from '../../parts/index.ts';
import { useKiosk, useSite } from '../../session/index.ts';
import { Header } from '../../shell/header.tsx';
import { formatDuration, useWords } from '../../words/index.ts';
import { AttentionList } from './attention-list.tsx';
import { businessDayOf, noonOf, shiftDay } from './business-day.ts';
import styles from './daily-log.module.css';
import { dayFigures } from './day-figures.ts';
import { DayTable } from './day-table.tsx';

/** A business day: what it added up to, what needs the manager, and every visit of it. */
export function DailyLog() {
  const site = useSite();
  const { w } = useWords();
  return site === null ? <Header title={w.log.title} /> : <Day site={site} />;
}

function Day({ site }: { site: SiteSettings }) {
  const { w, format } = useWords();
  const { queries, board } = useKiosk();
  const today = businessDayOf(board.nowMs(), site);
  const [day, setDay] = useState(today);
  const [search, setSearch] = useState('');
  const visits = useQuery(queries.log.day.queryOptions({ input: { day }, staleTime: 0 }));
  const attention = useQuery(queries.log.attention.queryOptions({ input: {}, staleTime: 0 }));
  const journal = useQuery(
    queries.log.journal.queryOptions({ input: { beforeSequence: null, limit: 1 }, staleTime: 0 }),
  );
  const figures = dayFigures(visits.data?.visits ?? []);
  const open = (attention.data?.items.length ?? 0) + figures.trouble;
  return (
    <>
      <Header title={w.log.title}>
        <div className={styles.days}>
          <button type="button" aria-label={w.log.previousDay} onClick={() => setDay(shiftDay(day, -1))}>
            <IconChevronLeft size="1.5rem" />
          </button>
          <b aria-live="polite">{day === today ? w.log.today : format.day(noonOf(day))}</b>
          <button
            type="button"
            aria-label={w.log.nextDay}
            disabled={day >= today}
            onClick={() => setDay(shiftDay(day, 1))}
          >
            <IconChevronRight size="1.5rem" />
          </button>
        </div>
      </Header>
      <div className={styles.page}>
        <dl className={styles.figures}>
          <Figure
            name={w.log.settled}
            value={format.money({ amountMinor: figures.settledMinor, currency: site.currency })}
          />
          <Figure
            name={w.log.visits}
            value={format.number(figures.visits)}
            aside={w.log.visitsBy(figures.byJack, figures.visits - figures.byJack)}
          />
          <Figure
            name={w.log.waitMedian}
            value={figures.medianWaitMs === null ? '—' : formatDuration(figures.medianWaitMs)}
          />
          <Figure
            name={w.log.underTwo}
            value={figures.underTwoMinutes === null ? '—' : `${Math.round(figures.underTwoMinutes * 100)}%`}
          />
          <Figure
            name={w.log.needsYou}
            value={format.number(open)}
            aside={open === 0 ? w.log.needsNobody : undefined}
            alarming={open > 0}
          />
        </dl>
        {attention.data !== undefined && attention.data.items.length > 0 ? (
          <AttentionList items={attention.data.items} onChanged={() => void attention.refetch()} />
        ) : null}
        <section className={styles.visits} aria-label={w.log.visits}>
          <div className={styles.tools}>
            <input
              type="search"
              aria-label={w.log.search}
              placeholder={w.log.search}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
            {journal.data === undefined ? null : (
              <span data-broken={!journal.data.unbroken || undefined}>
                {journal.data.unbroken ? w.log.unbroken : w.log.broken}
              </span>
            )}
          </div>
          {visits.isError ? (
            <p className={styles.empty} role="alert">
              {w.app.notLoaded} <Button onClick={() => void visits.refetch()}>{w.app.tryAgain}</Button>
            </p>
          ) : visits.data === undefined ? (
            <p className={styles.empty} role="status">
              {w.app.loading}
            </p>
          ) : (
            <DayTable visits={visits.data.visits} search={search} site={site} />
          )}
        </section>
      </div>
    </>
  );
}

function Figure(props: { name: string; value: string; aside?: string; alarming?: boolean }) {
  return (
    <div className={styles.figure} data-alarming={props.alarming || undefined}>
      <dt>{props.name}</dt>
      <dd>
        <b>{props.value}</b> {props.aside ? <span>{props.aside}</span> : null}
      </dd>
    </div>
  );
}
