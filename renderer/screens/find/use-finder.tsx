import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { useKiosk, useMay } from '../../session/index.ts';
import { useRoute } from '../../shell/route.ts';
import { FindCar } from './find-car.tsx';
import { tidySearch, withOrder } from './matches.ts';
import { useScanner } from './use-scanner.ts';

/**
 * Looking a car up by plate or order, on any screen that shows `dialog`:
 *
 *   button, Ctrl+F ──▶ the question ──choice, or Enter when there is one──▶ that visit
 *   a scan ──exactly one visit has that order──▶ that visit
 *          └─none, several, or the station is away──▶ the question, with what was scanned
 *
 * A scan opens and hands nothing over: bags stand beside each other, and a scanner reads the wrong one.
 */
export function useFinder(onCheckIn?: () => void): { may: boolean; open(): void; dialog: ReactNode } {
  const { queries, queryClient, board } = useKiosk();
  const { go } = useRoute();
  const may = useMay('serve-cars');
  const [finding, setFinding] = useState<string | null>(null);
  const open = useCallback(() => setFinding(''), []);

  const onScan = useCallback(
    (scanned: string) => {
      if (!may) return;
      const text = tidySearch(scanned);
      void queryClient
        .fetchQuery({
          ...queries.visits.search.queryOptions({ input: { text } }),
          staleTime: 0,
          retry: false,
        })
        .then(({ visits }) => {
          const [visit, ...others] = withOrder(visits, text);
          if (visit !== undefined && others.length === 0) {
            setFinding(null);
            go({ screen: 'visit', visitId: visit.visitId });
          } else setFinding(text);
        })
        // The question says by itself that the station did not answer, and asks again.
        .catch(() => setFinding(text));
    },
    [may, queryClient, queries, go],
  );
  const isOrder = useCallback(
    (text: string) => may && withOrder([...board.get().visits.values()], text).length > 0,
    [may, board],
  );
  useScanner(onScan, isOrder);

  useEffect(() => {
    if (!may) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'f') return;
      if (document.querySelector('[role="dialog"]') !== null) return;
      event.preventDefault();
      open();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [may, open]);

  const dialog =
    finding === null ? null : (
      <FindCar
        key={finding}
        onScan={onScan}
        startWith={finding}
        onFound={(visitId) => {
          setFinding(null);
          go({ screen: 'visit', visitId });
        }}
        onClose={() => setFinding(null)}
        {...(onCheckIn
          ? {
              onCheckIn: () => {
                setFinding(null);
                onCheckIn();
              },
            }
          : {})}
      />
    );
  return { may, open, dialog };
}
