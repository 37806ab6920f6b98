import { useEffect, useState } from 'react';
import type { LogVisit, SiteSettings } from '../../../shared/station-contract/index.ts';
import { Button, Dialog, FormActions, useToast, visitLaneName } from '../../parts/index.ts';
import { useWords } from '../../words/index.ts';
import { saveFile } from '../setup/receivers/save-file.ts';
import { logCsv } from './log-csv.ts';
import type { LogRows } from './use-log.ts';

/** So much goes into one file, and onto paper at a time. The rest is said and offered. */
const mostRows = { file: 100_000, paper: 2_000 };

type How = 'file' | 'paper';
interface Part {
  how: How;
  /** Rows from here, counted from 0. */
  from: number;
  to: number;
  total: number;
}
export interface Sheet extends Part {
  visits: readonly LogVisit[];
}

/**
 * The wanted visits as a file or on paper, in parts that a spreadsheet and a printer can take:
 *
 *   start → fetched page by page → file saved, or sheet drawn and printed → is there more? → dialog → the next part
 */
export function useTakeAlong(
  rows: Pick<LogRows, 'pages'>,
  site: SiteSettings,
  name: string,
  most = mostRows,
) {
  const spoken = useWords();
  const { w, format } = spoken;
  const toast = useToast();
  const [busy, setBusy] = useState<{ how: How; done: number } | null>(null);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const [part, setPart] = useState<Part | null>(null);
  useEffect(() => {
    if (sheet === null) return;
    window.print();
    setSheet(null);
    setPart(sheet.to < sheet.total ? sheet : null);
  }, [sheet]);

  const take = async (how: How, from: number) => {
    if (busy !== null) return;
    setPart(null);
    setBusy({ how, done: 0 });
    const csv = logCsv({ spoken, site, laneOf: (visit) => visitLaneName(visit, site, w) });
    const lines = [csv.head];
    const visits: LogVisit[] = [];
    let count = 0;
    let total = 0;
    try {
      for await (const page of rows.pages(from, most[how])) {
        if (how === 'file') lines.push(csv.lines(page.visits));
        else visits.push(...page.visits);
        count += page.visits.length;
        total = page.total;
        setBusy({ how, done: count });
      }
    } catch {
      toast({ tone: 'failed', text: w.logbook.fetchFailed });
      return;
    } finally {
      setBusy(null);
    }
    const taken: Part = { how, from, to: from + count, total };
    if (how === 'paper') {
      setSheet({ ...taken, visits });
      return;
    }
    const rowsIn = taken.from === 0 && taken.to >= total ? '' : `-rows-${from + 1}-${taken.to}`;
    saveFile(`daily-log-${name}${rowsIn}.csv`, lines, 'text/csv;charset=utf-8');
    toast({ tone: 'done', text: w.logbook.csvDone(count) });
    setPart(taken.to < total ? taken : null);
  };

  const rest = part === null ? 0 : part.total - part.to;
  const dialog =
    part === null ? null : (
      <Dialog title={w.logbook.notAll} onClose={() => setPart(null)}>
        <p>
          {(part.how === 'file' ? w.logbook.fileCut : w.logbook.paperCut)(
            format.number(part.from + 1),
            format.number(part.to),
            format.number(part.total),
          )}
        </p>
        <FormActions>
          <Button size="big" onClick={() => setPart(null)}>
            {w.logbook.enough}
          </Button>
          <Button size="big" look="strong" grow onClick={() => void take(part.how, part.to)}>
            {w.logbook.next(format.number(Math.min(rest, most[part.how])))}
          </Button>
        </FormActions>
      </Dialog>
    );
  return { take, busy, sheet, dialog };
}
