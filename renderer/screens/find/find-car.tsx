import { IconPlus, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Button, Dialog, Field, Plate, VehicleLine, visitLaneName } from '../../parts/index.ts';
import { useKiosk, useSite } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import list from '../refuel/candidates.module.css';
import styles from './find-car.module.css';
import { bestFirst, tidySearch } from './matches.ts';
import { ScanReader, scannedKey } from './scan-reader.ts';

const shortest = 2;

/** A car by its plate's digits, or by the number of its order: those here, and those of the last day. */
export function FindCar(props: {
  startWith: string;
  onFound(visitId: string): void;
  /** The next bag was scanned while the question stands open: it takes the place of what was typed. */
  onScan(text: string): void;
  onClose(): void;
  /** Where the board stands behind: nobody was found, the car is seen all the same. */
  onCheckIn?: () => void;
}) {
  const { w } = useWords();
  const { queries } = useKiosk();
  const site = useSite();
  const [text, setText] = useState(props.startWith);
  const reader = useRef(new ScanReader());
  const wanted = tidySearch(text);
  const asking = wanted.length >= shortest;
  const found = useQuery({
    ...queries.visits.search.queryOptions({ input: { text: wanted } }),
    enabled: asking,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const visits = asking && found.data ? bestFirst(found.data.visits, wanted) : [];
  const pending = asking && (found.isPending || found.isPlaceholderData);
  const only = pending || visits.length !== 1 ? undefined : visits[0];
  return (
    <Dialog title={w.find.title} onClose={props.onClose}>
      <form
        className={styles.find}
        onKeyDown={(event) => {
          if (event.key === 'Shift') return;
          const scan = reader.current.key(scannedKey(event.nativeEvent), event.timeStamp);
          // A slow one is what the field holds: Enter looks for it.
          if (scan === null || !scan.quick) return;
          event.preventDefault();
          setText(scan.text);
          props.onScan(scan.text);
        }}
        onSubmit={(event) => {
          event.preventDefault();
          if (only !== undefined) props.onFound(only.visitId);
        }}
      >
        <Field
          label={w.find.label}
          value={text}
          placeholder={w.find.placeholder}
          onChange={setText}
          maxLength={24}
          autoFocus
        />
        <p className={styles.hint} role="status">
          {!asking
            ? w.find.explain
            : found.isError
              ? w.app.notLoaded
              : pending
                ? w.app.loading
                : visits.length === 0
                  ? w.find.nobody(wanted)
                  : w.find.found(visits.length)}
        </p>
        {found.isError && asking ? (
          <Button onClick={() => void found.refetch()}>{w.app.tryAgain}</Button>
        ) : null}
        {asking && !pending && !found.isError && visits.length === 0 && props.onCheckIn ? (
          <Button icon={<IconPlus size="1.375rem" />} onClick={props.onCheckIn}>
            {w.board.checkIn}
          </Button>
        ) : null}
        <ul className={list.list}>
          {site === null
            ? null
            : visits.map((visit) => (
                <li key={visit.visitId}>
                  <button
                    type="button"
                    className={list.candidate}
                    data-testid="found-car"
                    data-visit-id={visit.visitId}
                    onClick={() => props.onFound(visit.visitId)}
                  >
                    <Plate tail={visit.plateTail} size="medium" />
                    <span className={list.car}>
                      <VehicleLine model={visit.vehicle.model} color={visit.vehicle.color} />
                      <span>
                        {visit.closed === null ? visitLaneName(visit, site, w) : w.find.over}
                        {(visit.pickups ?? (visit.pickup === null ? [] : [visit.pickup])).map(
                          ({ pickupId, number }) => (
                            <span key={pickupId}> · {w.visit.order(number)}</span>
                          ),
                        )}
                      </span>
                    </span>
                  </button>
                </li>
              ))}
        </ul>
      </form>
    </Dialog>
  );
}

/** Opens the search; beside the board's filter. */
export function FindButton({ onOpen }: { onOpen(): void }) {
  const { w } = useWords();
  return (
    <button
      type="button"
      className={styles.button}
      aria-label={w.find.title}
      title={w.find.title}
      aria-keyshortcuts="Control+F"
      onClick={onOpen}
    >
      <IconSearch size="1.25rem" aria-hidden="true" />
      <span>{w.find.short}</span>
    </button>
  );
}
