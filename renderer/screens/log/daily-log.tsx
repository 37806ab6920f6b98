import { IconChevronLeft, IconChevronRight, IconDownload, IconPrinter } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { memo, useCallback, useDeferredValue, useMemo, useState, useSyncExternalStore } from 'react';
import type { LogSummary, SiteSettings } from '../../../shared/station-contract/index.ts';
import { Button, Loading, Segmented, Waiting } from '../../parts/index.ts';
import { useKiosk, useMay, useSite } from '../../session/index.ts';
import { Header } from '../../shell/header.tsx';
import { formatDuration, useWords } from '../../words/index.ts';
import { AttentionList } from './attention-list.tsx';
import { businessDayOf, noonOf, shiftDay } from './business-day.ts';
import { CartRows } from './cart-rows.tsx';
import styles from './daily-log.module.css';
import { DayField } from './day-field.tsx';
import { everything, FilterBar, isFiltered } from './filters.tsx';
import { FollowUps } from './follow-ups.tsx';
import { HourChart } from './hour-chart.tsx';
import { LogTable, PrintTable } from './log-table.tsx';
import { ReconcilePanel } from './reconcile-panel.tsx';
import { ShiftPanel, ZReport } from './shift-panel.tsx';
import { Totals } from './totals.tsx';
import { useLogRows } from './use-log.ts';
import { useTakeAlong } from './use-take-along.tsx';

const troubleShown = 50;
const spans = ['1', '7', '30'] as const;

/** A business day or several: what they added up to, what needs the manager, every visit; and the shift. */
export function DailyLog() {
  const site = useSite();
  const { w } = useWords();
  const mayRead = useMay('daily-log');
  if (site === null) {
    return (
      <>
        <Header title={w.log.title} />
        <Loading whole />
      </>
    );
  }
  if (mayRead) return <Days site={site} />;
  return (
    <>
      <Header title={w.shift.title} />
      <div className={styles.page}>
        <div className={styles.row}>
          <ShiftPanel site={site} />
        </div>
      </div>
    </>
  );
}

/** The business day that it is now; drawn again when it changes, not every second. */
function useToday(site: SiteSettings): string {
  const { ticker, board } = useKiosk();
  return useSyncExternalStore(
    ticker.subscribe,
    useCallback(() => businessDayOf(board.nowMs(), site), [board, site]),
  );
}

function Days({ site }: { site: SiteSettings }) {
  const { w, format } = useWords();
  const { queries } = useKiosk();
  const today = useToday(site);
  const [days, setDays] = useState({ from: today, to: today });
  // Who looks at today goes on with the new one when the business day changes, and is told so.
  const [known, setKnown] = useState(today);
  const [rolledOn, setRolledOn] = useState<string | null>(null);
  if (known !== today) {
    setKnown(today);
    if (days.from === known && days.to === known && today > known) {
      setDays({ from: today, to: today });
      setRolledOn(today);
    }
  }
  const [filters, setFilters] = useState(everything);
  const wanted = useDeferredValue(filters);
  const query = useMemo(
    () => ({ fromDay: days.from, toDay: days.to, ...wanted }),
    [days.from, days.to, wanted],
  );
  const follows = days.to === today;
  const oneDay = days.from === days.to;
  const rows = useLogRows(query, follows);
  const summary = useQuery({
    ...queries.dailyLog.summary.queryOptions({ input: query }),
    staleTime: 0,
    refetchInterval: follows && oneDay ? 30_000 : false,
    placeholderData: keepPreviousData,
  });
  const attention = useQuery(queries.log.attention.queryOptions({ input: {}, staleTime: 0 }));
  const journal = useQuery(
    queries.log.journal.queryOptions({ input: { beforeSequence: null, limit: 1 }, staleTime: 0 }),
  );
  const shifts = useQuery(queries.shifts.list.queryOptions({ input: { day: days.to }, staleTime: 0 }));
  const { refetch: askShiftsAgain } = shifts;
  const onShiftChanged = useCallback(() => void askShiftsAgain(), [askShiftsAgain]);
  const onShowAll = useCallback(
    (payment: 'unknown' | 'unpaid') => setFilters({ ...everything, payment }),
    [],
  );
  // The tap is answered by the head of the page; what stands below it is made in the pauses that follow.
  const whole = useDeferredValue(true, false);
  const along = useTakeAlong(rows, site, oneDay ? days.from : `${days.from}-${days.to}`);
  const step = (by: number) => setDays({ from: shiftDay(days.from, by), to: shiftDay(days.to, by) });
  const last = (count: number) => setDays({ from: shiftDay(days.to, 1 - count), to: days.to });
  const takingAlong = (how: 'file' | 'paper') =>
    along.busy?.how === how ? w.logbook.fetching(format.number(along.busy.done)) : null;
  const sums = summary.data;
  const icon = { size: '1.25rem', 'aria-hidden': true } as const;
  return (
    <>
      <Header title={w.log.title}>
        <div className={styles.days}>
          <button type="button" aria-label={w.log.previousDay} onClick={() => step(-1)}>
            <IconChevronLeft size="1.5rem" />
          </button>
          <b aria-live="polite">
            {oneDay && days.to === today
              ? w.log.today
              : oneDay
                ? format.day(noonOf(days.to))
                : `${format.day(noonOf(days.from))} – ${format.day(noonOf(days.to))}`}
          </b>
          <button
            type="button"
            aria-label={w.log.nextDay}
            disabled={days.to >= today}
            onClick={() => step(1)}
          >
            <IconChevronRight size="1.5rem" />
          </button>
        </div>
      </Header>
      <div className={styles.page} data-print-root aria-busy={!whole || undefined}>
        {rolledOn !== null && rolledOn === days.from && rolledOn === days.to ? (
          <p role="status" data-screen-only>
            {w.logbook.newDay(format.day(noonOf(shiftDay(rolledOn, -1))))}{' '}
            <Button size="small" onClick={() => step(-1)}>
              {w.log.previousDay}
            </Button>
          </p>
        ) : null}
        <div className={styles.bar}>
          <fieldset aria-label={w.logbook.span}>
            <div className={styles.span}>
              <Segmented
                label={w.logbook.span}
                value={spans.find((span) => shiftDay(days.to, 1 - Number(span)) === days.from) ?? '0'}
                onChange={(span) => last(Number(span))}
                segments={[
                  { value: '1', label: w.logbook.oneDay },
                  { value: '7', label: w.logbook.sevenDays },
                  { value: '30', label: w.logbook.thirtyDays },
                ]}
              />
            </div>
            <DayField
              label={w.logbook.from}
              value={days.from}
              max={days.to}
              onChange={(from) => setDays({ ...days, from })}
            />
            <DayField
              label={w.logbook.to}
              value={days.to}
              max={today}
              onChange={(to) => setDays(days.from > to ? { from: to, to } : { ...days, to })}
            />
          </fieldset>
          <Button icon={<IconDownload {...icon} />} onClick={() => void along.take('file', 0)}>
            {takingAlong('file') ?? w.logbook.csv}
          </Button>
          <Button icon={<IconPrinter {...icon} />} onClick={() => void along.take('paper', 0)}>
            {takingAlong('paper') ?? w.logbook.print}
          </Button>
          {along.dialog}
        </div>
        {summary.isError ? <Waiting asked={summary} /> : null}
        <Figures site={site} sums={sums} marks={attention.data?.items.length ?? null} />
        {attention.isError ? <Waiting asked={attention} failed={w.logbook.attentionNotLoaded} /> : null}
        {attention.data !== undefined && attention.data.items.length > 0 ? (
          <AttentionList items={attention.data.items} onChanged={() => void attention.refetch()} />
        ) : null}
        <FollowUps site={site} />
        <Trouble query={query} site={site} onShowAll={onShowAll} />
        {whole ? (
          <>
            <div className={styles.row}>
              <HourChart hours={sums?.hours ?? null} />
              <ShiftPanel site={site} onChanged={onShiftChanged} />
            </div>
            <section
              className={styles.visits}
              aria-label={w.log.visits}
              data-cut={wanted.kind === 'cart' || undefined}
            >
              <FilterBar filters={filters} onChange={setFilters} site={site} total={rows.total} />
              {wanted.kind === 'cart' ? null : along.sheet === null ? (
                <LogTable rows={rows} site={site} filtered={isFiltered(wanted)} many={!oneDay} />
              ) : (
                <>
                  <p className={styles.sheet} data-testid="paper-part">
                    {w.logbook.paperPart(
                      format.number(along.sheet.from + 1),
                      format.number(along.sheet.to),
                      format.number(along.sheet.total),
                    )}
                  </p>
                  <PrintTable visits={along.sheet.visits} site={site} many={!oneDay} />
                </>
              )}
            </section>
            <CartRows query={query} many={!oneDay} />
            {sums === undefined ? null : <Totals summary={sums} site={site} />}
            {oneDay ? <ReconcilePanel key={days.to} day={days.to} /> : null}
            {shifts.isError ? <Waiting asked={shifts} failed={w.logbook.shiftsNotLoaded} /> : null}
            {shifts.data !== undefined && shifts.data.shifts.length > 0 ? (
              <section className={styles.panel} aria-label={w.shift.shifts}>
                <h2>{w.shift.shifts}</h2>
                {shifts.data.shifts.map((shift) => (
                  <ZReport key={shift.shiftId} shift={shift} site={site} again />
                ))}
              </section>
            ) : null}
            {journal.isError ? <Waiting asked={journal} failed={w.logbook.journalNotLoaded} /> : null}
            {journal.data === undefined ? null : (
              <p className={styles.journal} data-broken={!journal.data.unbroken || undefined}>
                {journal.data.unbroken ? w.log.unbroken : w.log.broken}
              </p>
            )}
          </>
        ) : null}
      </div>
    </>
  );
}

const Figures = memo(function Figures(props: {
  site: SiteSettings;
  sums: LogSummary | undefined;
  marks: number | null;
}) {
  const { w, format } = useWords();
  const { sums, site } = props;
  const none = '—';
  const countOf = (payment: string) => sums?.payments.find((one) => one.payment === payment)?.count ?? 0;
  const unknown = countOf('unknown');
  const unpaid = countOf('unpaid');
  const toRelease = sums?.reservationsToRelease ?? 0;
  // What has not been heard of yet is not nothing.
  const open = sums === undefined || props.marks === null ? null : unknown + unpaid + toRelease + props.marks;
  const parts = [
    unknown > 0 ? `${format.number(unknown)} ${w.paymentGroups.unknown}` : null,
    unpaid > 0 ? `${format.number(unpaid)} ${w.paymentGroups.unpaid}` : null,
    toRelease > 0 ? w.logbook.toRelease(format.number(toRelease)) : null,
  ].filter((part) => part !== null);
  const waits = sums?.waits;
  const money = (amountMinor: number) => format.money({ amountMinor, currency: site.currency });
  return (
    <dl className={styles.figures}>
      <Figure
        name={w.log.settled}
        value={sums === undefined ? none : money(sums.settledMinor)}
        aside={
          sums && sums.givenBackMinor > 0 ? `${w.logbook.givenBack} ${money(sums.givenBackMinor)}` : undefined
        }
      />
      <Figure
        name={w.log.visits}
        value={sums === undefined ? none : format.number(sums.visits)}
        aside={
          sums === undefined
            ? undefined
            : w.log.visitsBy(sums.knownBy.jack, sums.knownBy.phone + sums.knownBy.staff)
        }
      />
      <Figure
        name={w.log.waitMedian}
        value={waits?.medianMs == null ? none : formatDuration(waits.medianMs)}
        aside={waits?.p90Ms == null ? undefined : w.logbook.p90(formatDuration(waits.p90Ms))}
      />
      <Figure
        name={w.log.underTwo}
        value={waits?.underTwoMinutes == null ? none : `${Math.round(waits.underTwoMinutes * 100)}%`}
      />
      <Figure
        name={w.log.needsYou}
        value={open === null ? none : format.number(open)}
        aside={open === 0 ? w.log.needsNobody : parts.join(' · ')}
        alarming={open !== null && open > 0}
      />
    </dl>
  );
});

/** Unknown and unpaid visits of the days, before all others. */
const Trouble = memo(function Trouble(props: {
  query: Parameters<typeof useLogRows>[0];
  site: SiteSettings;
  onShowAll(payment: 'unknown' | 'unpaid'): void;
}) {
  const { w, format } = useWords();
  const { queries } = useKiosk();
  const of = (payment: 'unknown' | 'unpaid') =>
    queries.dailyLog.rows.queryOptions({
      input: { ...props.query, payment, asOfMs: null, offset: 0, limit: troubleShown },
      staleTime: 0,
      refetchInterval: 30_000,
    });
  const unknown = useQuery(of('unknown'));
  const unpaid = useQuery(of('unpaid'));
  const ids = new Set<string>();
  const visits = [...(unknown.data?.visits ?? []), ...(unpaid.data?.visits ?? [])].filter(
    (visit) => !ids.has(visit.visitId) && ids.add(visit.visitId),
  );
  const failed = [unknown, unpaid].find((asked) => asked.isError);
  const again = () => void Promise.all([unknown.refetch(), unpaid.refetch()]);
  const notice =
    failed === undefined ? null : (
      <Waiting asked={{ ...failed, refetch: again }} failed={w.logbook.troubleNotLoaded} />
    );
  // What was known before it failed stays in sight.
  if (visits.length === 0) return notice;
  const cut = (
    [
      ['unknown', unknown],
      ['unpaid', unpaid],
    ] as const
  ).filter(([, asked]) => (asked.data?.total ?? 0) > troubleShown);
  return (
    <section className={styles.trouble} aria-label={w.logbook.trouble}>
      <h2>{w.logbook.trouble}</h2>
      {notice}
      <div className={styles.wide}>
        <PrintTable visits={visits} site={props.site} many={props.query.fromDay !== props.query.toDay} />
      </div>
      {cut.map(([payment, asked]) => (
        <p key={payment} className={styles.cut}>
          {w.paymentGroups[payment]}:{' '}
          {w.logbook.troubleCut(format.number(troubleShown), format.number(asked.data?.total ?? 0))}{' '}
          <Button onClick={() => props.onShowAll(payment)}>{w.logbook.troubleAll}</Button>
        </p>
      ))}
    </section>
  );
});

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
