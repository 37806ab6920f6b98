import { IconPrinter, IconReceipt } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { memo, useState } from 'react';
import { currencyExponent } from '../../../shared/domain/index.ts';
import type { Person, ShiftReport, ShiftView, SiteSettings } from '../../../shared/station-contract/index.ts';
import { Button, Choices, Dialog, Field, FormActions, useToast, Waiting } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWhen, useWords } from '../../words/index.ts';
import { parseAmount, tidy } from '../refuel/refuel-form.ts';
import styles from './shift-panel.module.css';
import { ShiftReceipt } from './shift-receipt.tsx';
import { usePaper } from './use-paper.tsx';

/** The open shift of this kiosk with its X report, and the way to open and to close one. */
export const ShiftPanel = memo(function ShiftPanel({
  site,
  onChanged,
}: {
  site: SiteSettings;
  onChanged?(): void;
}) {
  const { w } = useWords();
  const when = useWhen();
  const { queries } = useKiosk();
  const current = useQuery({
    ...queries.shifts.current.queryOptions({ input: {} }),
    staleTime: 0,
    refetchInterval: 15_000,
  });
  const [dialog, setDialog] = useState<'open' | 'close' | null>(null);
  const [z, setZ] = useState<ShiftView | null>(null);
  const shift = current.data?.shift ?? null;
  const done = (closed: ShiftView | null) => {
    setDialog(null);
    setZ(closed);
    void current.refetch();
    onChanged?.();
  };
  return (
    <section className={styles.panel} aria-label={w.shift.title}>
      <h2>
        {w.shift.title}
        {shift === null ? null : (
          <span> · {w.shift.since(shift.person.displayName, when(shift.openedAtMs))}</span>
        )}
      </h2>
      {current.data === undefined || current.isError ? (
        <Waiting asked={current} />
      ) : shift === null ? (
        <>
          <p>{w.shift.none}</p>
          <Button look="strong" size="big" data-coach="shift" onClick={() => setDialog('open')}>
            {w.shift.open}
          </Button>
        </>
      ) : (
        <>
          <h3>{w.shift.xReport}</h3>
          <Report report={shift.report} currency={shift.float.currency} />
          <PrintReport shift={shift} site={site} again={false} />
          <Button
            look="strong"
            size="big"
            icon={<IconReceipt size="1.375rem" aria-hidden="true" />}
            data-coach="shift"
            onClick={() => setDialog('close')}
          >
            {w.shift.close}
          </Button>
        </>
      )}
      {dialog === 'open' ? (
        <OpenShift currency={site.currency} onClose={() => setDialog(null)} onDone={() => done(null)} />
      ) : null}
      {dialog === 'close' && shift !== null ? (
        <CloseShift
          shift={shift}
          colleagues={current.data?.colleagues ?? []}
          onClose={() => setDialog(null)}
          onDone={done}
        />
      ) : null}
      {z === null ? null : (
        <Dialog title={w.shift.zReport} onClose={() => setZ(null)}>
          <ZReport shift={z} site={site} />
        </Dialog>
      )}
    </section>
  );
});

/** A closed shift as it was: what was sold, what was counted, who has the cars. */
export function ZReport(props: {
  shift: ShiftView;
  site: SiteSettings;
  /** It was printed when the shift was closed: what is printed here is a copy. */
  again?: boolean;
}) {
  const { shift } = props;
  const { w, format } = useWords();
  const when = useWhen();
  const { currency } = shift.float;
  const { closed } = shift;
  return (
    <div className={styles.report} data-testid="z-report">
      <p>
        <b>{w.shift.since(shift.person.displayName, when(shift.openedAtMs))}</b>
        {closed === null
          ? ` · ${w.shift.stillOpen}`
          : ` · ${w.shift.closedBy(closed.by.displayName, when(closed.atMs))}`}
        {closed?.handedTo ? ` · ${w.shift.passedTo(closed.handedTo.displayName)}` : ''}
      </p>
      <Report report={shift.report} currency={currency} />
      {closed === null ? null : (
        <dl>
          <Line name={w.shift.counted} value={format.money({ amountMinor: closed.countedMinor, currency })} />
          <Line
            name={w.shift.difference}
            value={format.money({
              amountMinor: closed.countedMinor - shift.report.expectedCashMinor,
              currency,
            })}
            alarming={closed.countedMinor !== shift.report.expectedCashMinor}
          />
        </dl>
      )}
      {closed?.note ? <p>{closed.note}</p> : null}
      <PrintReport shift={shift} site={props.site} again={props.again ?? false} />
    </div>
  );
}

/** The report on paper. The first print of a Z report is the original, every further one a copy. */
function PrintReport(props: { shift: ShiftView; site: SiteSettings; again: boolean }) {
  const { w } = useWords();
  const { board } = useKiosk();
  const { print, paper } = usePaper();
  const [printed, setPrinted] = useState(false);
  const { shift, site } = props;
  const copy = shift.closed !== null && (props.again || printed);
  return (
    <>
      <Button
        icon={<IconPrinter size="1.25rem" aria-hidden="true" />}
        onClick={() => {
          print(<ShiftReceipt shift={shift} site={site} atMs={board.nowMs()} copy={copy} />);
          setPrinted(true);
        }}
      >
        {w.shift.print}
      </Button>
      {paper}
    </>
  );
}

function Report({ report, currency }: { report: ShiftReport; currency: string }) {
  const { w, format } = useWords();
  const money = (amountMinor: number) => format.money({ amountMinor, currency });
  return (
    <>
      {report.sales.length === 0 ? <p>{w.shift.nothingSold}</p> : null}
      <dl>
        {report.sales.map((sale) => (
          <Line
            key={sale.kind}
            name={`${w.logKinds[sale.kind] ?? sale.kind} (${format.number(sale.count)})`}
            value={money(sale.amountMinor)}
          />
        ))}
        {report.undone === undefined ? null : (
          <Line
            name={`${w.shift.undone} (${format.number(report.undone.count)})`}
            value={money(-report.undone.amountMinor)}
          />
        )}
        {report.tenders.map((one) => (
          <Line
            key={one.tender}
            name={`${w.tenders[one.tender] ?? one.tender} (${format.number(one.count)})`}
            value={money(one.amountMinor)}
          />
        ))}
        {report.givenBack.count > 0 ? (
          <Line name={w.logbook.givenBack} value={money(report.givenBack.amountMinor)} />
        ) : null}
        {report.notGivenBack === undefined ? null : (
          <Line
            name={`${w.shift.notGivenBack} (${format.number(report.notGivenBack.count)})`}
            value={money(-report.notGivenBack.amountMinor)}
            alarming
          />
        )}
        {report.waiting.count > 0 ? (
          <Line
            name={`${w.shift.waiting} (${format.number(report.waiting.count)})`}
            value={money(report.waiting.amountMinor)}
            alarming
          />
        ) : null}
        <Line name={w.shift.expected} value={money(report.expectedCashMinor)} />
        <Line name={w.shift.unsent} value={format.number(report.unsent)} />
        {report.needsAttention > 0 ? (
          <Line name={w.shift.attention} value={format.number(report.needsAttention)} alarming />
        ) : null}
      </dl>
    </>
  );
}

function Line(props: { name: string; value: string; alarming?: boolean }) {
  return (
    <div data-alarming={props.alarming || undefined}>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}

function OpenShift(props: { currency: string; onClose(): void; onDone(): void }) {
  const { w } = useWords();
  const { client } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.shifts.open);
  const [text, setText] = useState('0');
  const floatMinor = amountIn(text, props.currency);
  const submit = async () => {
    if (floatMinor === null) return;
    const result = await command.run({ floatMinor });
    if (!result?.ok) return;
    toast({ tone: 'done', text: w.shift.opened });
    props.onDone();
  };
  return (
    <Dialog title={w.shift.openTitle} onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>{w.shift.openExplain}</p>
        <Field
          label={w.shift.float}
          value={text}
          onChange={(typed) => setText(tidy(typed, 'amount', props.currency))}
          numeric
          autoFocus
          error={floatMinor === null ? w.shift.amountNeeded : null}
        />
        <FormActions>
          <Button size="big" onClick={props.onClose}>
            {w.app.cancel}
          </Button>
          <Button size="big" look="strong" type="submit" grow progress={command.progress}>
            {w.shift.open}
          </Button>
        </FormActions>
      </form>
    </Dialog>
  );
}

const nobody = 'nobody';

function CloseShift(props: {
  shift: ShiftView;
  colleagues: readonly Person[];
  onClose(): void;
  onDone(shift: ShiftView): void;
}) {
  const { w } = useWords();
  const { client } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.shifts.close);
  const { shift } = props;
  const { liveCars, unsent } = shift.report;
  const [text, setText] = useState('');
  const [note, setNote] = useState('');
  const [to, setTo] = useState<string>(nobody);
  const [pointedOut, setPointedOut] = useState(false);
  const countedMinor = amountIn(text, shift.float.currency);
  const submit = async () => {
    if (countedMinor === null) {
      setPointedOut(true);
      return;
    }
    const handOverTo = to === nobody ? null : to;
    const result = await command.run({ shiftId: shift.shiftId, countedMinor, handOverTo, note: note.trim() });
    if (!result?.ok) return;
    toast({ tone: 'done', text: w.shift.closed });
    props.onDone(result.value.shift);
  };
  return (
    <Dialog title={w.shift.closeTitle} onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {unsent > 0 ? <p>{w.shift.unsentExplain(unsent)}</p> : null}
        <Field
          label={w.shift.counted}
          value={text}
          onChange={(typed) => setText(tidy(typed, 'amount', shift.float.currency))}
          numeric
          autoFocus
          error={pointedOut && countedMinor === null ? w.shift.amountNeeded : null}
        />
        {liveCars.length > 0 ? (
          <>
            <p>{w.shift.liveCars(liveCars.length)}</p>
            <Choices
              label={w.shift.handOver}
              value={to}
              onChange={setTo}
              choices={[
                ...props.colleagues.map(({ staffId, displayName }) => ({
                  value: staffId,
                  label: displayName,
                })),
                { value: nobody, label: w.shift.nobody },
              ]}
            />
          </>
        ) : null}
        <Field label={w.shift.note} value={note} onChange={setNote} maxLength={200} />
        <FormActions>
          <Button size="big" onClick={props.onClose}>
            {w.app.cancel}
          </Button>
          <Button size="big" look="strong" type="submit" grow progress={command.progress}>
            {w.shift.close}
          </Button>
        </FormActions>
      </form>
    </Dialog>
  );
}

/** An amount as typed; an empty drawer is 0, which is an amount too. */
function amountIn(text: string, currency: string): number | null {
  const zero = /^0+([.,]0*)?$/.test(text.trim());
  if (zero) return 0;
  const minor = parseAmount(text, currency);
  return minor !== null && minor <= 10 ** (9 + currencyExponent(currency)) ? minor : null;
}
