import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { LaneRadioView, LaneReceiverView } from '../../../../shared/station-contract/index.ts';
import { limitRange } from '../../../../shared/station-facts/index.ts';
import { Button, Chip, Field, FormActions, laneName, useToast, Waiting } from '../../../parts/index.ts';
import { useBoard, useCommand, useKiosk, useSite } from '../../../session/index.ts';
import { useWords } from '../../../words/index.ts';
import { LiveCard } from './live-card.tsx';
import type { ChartLimit } from './live-chart.tsx';
import styles from './receivers.module.css';

const lookEveryMs = 3_000;

/** Which receivers hear which lane, and from what level on; the limits are seen on the live trace at once. */
export function LanesPanel(props: { code: string | null; onCode(code: string | null): void }) {
  const { w } = useWords();
  const r = w.receivers;
  const site = useSite();
  const { queries } = useKiosk();
  const [laneId, setLaneId] = useState<string | null>(null);
  const [draft, setDraft] = useState<LaneReceiverView[] | null>(null);
  const lanes = useQuery({
    ...queries.lanes.get.queryOptions({ input: {} }),
    staleTime: 0,
    // Another installer may set lanes, too; what is being typed here stays.
    refetchInterval: draft === null ? lookEveryMs : false,
  });
  const list = lanes.data?.lanes ?? [];
  const lane = list.find((one) => one.laneId === laneId) ?? list[0] ?? null;
  const shown = draft ?? lane?.receivers ?? [];
  const receivers = useBoard((board) => board.receivers);
  // Of several receivers each limit says whose it is.
  const whose = (receiverId: string) =>
    shown.length < 2 ? '' : `${receivers.find((one) => one.receiverId === receiverId)?.name ?? receiverId}: `;
  const limits: ChartLimit[] = shown.flatMap(({ receiverId, enterDbm, exitDbm }) => [
    ...(enterDbm === null
      ? []
      : [{ dbm: enterDbm, label: whose(receiverId) + r.enterAbove(String(enterDbm)) }]),
    ...(exitDbm === null ? [] : [{ dbm: exitDbm, label: whose(receiverId) + r.exitBelow(String(exitDbm)) }]),
  ]);
  return (
    <div className={styles.columns}>
      <div className={styles.side}>
        {lanes.data === undefined ? <Waiting asked={lanes} /> : null}
        {lanes.data !== undefined && list.length === 0 ? <p>{r.noLanes}</p> : null}
        <fieldset className={styles.lanes} aria-label={w.setup.lanes}>
          {list.map((one) => (
            <button
              key={one.laneId}
              type="button"
              aria-pressed={one.laneId === lane?.laneId}
              onClick={() => {
                setLaneId(one.laneId);
                setDraft(null);
              }}
            >
              {laneName(one.laneId, site, w)}
              {one.receivers.length === 0 ? <Chip tone="amber">{r.heardByNobody}</Chip> : null}
            </button>
          ))}
        </fieldset>
        {lane === null ? null : (
          <LaneForm
            key={`${lane.laneId} ${JSON.stringify(lane.receivers)}`}
            lane={lane}
            onDraft={setDraft}
            onSaved={() => {
              setDraft(null);
              void lanes.refetch();
            }}
          />
        )}
      </div>
      <div className={styles.main}>
        <LiveCard code={props.code} onCode={props.onCode} limits={limits} />
      </div>
    </div>
  );
}

interface Entry {
  on: boolean;
  enter: string;
  exit: string;
}

function LaneForm(props: {
  lane: LaneRadioView;
  onDraft(receivers: LaneReceiverView[]): void;
  onSaved(): void;
}) {
  const { lane } = props;
  const { w } = useWords();
  const r = w.receivers;
  const { client } = useKiosk();
  const site = useSite();
  const toast = useToast();
  const command = useCommand(client.lanes.set);
  const receivers = useBoard((board) => board.receivers);
  const [wrong, setWrong] = useState(false);
  const [entries, setEntries] = useState<Record<string, Entry>>(() =>
    Object.fromEntries(
      receivers.map(({ receiverId }) => {
        const set = lane.receivers.find((one) => one.receiverId === receiverId);
        const text = (dbm: number | null | undefined) => (dbm == null ? '' : String(dbm));
        return [receiverId, { on: set !== undefined, enter: text(set?.enterDbm), exit: text(set?.exitDbm) }];
      }),
    ),
  );
  const change = (receiverId: string, changes: Partial<Entry>) => {
    const before = entries[receiverId] ?? { on: false, enter: '', exit: '' };
    const next = { ...entries, [receiverId]: { ...before, ...changes } };
    setEntries(next);
    const parsed = parseEntries(next);
    setWrong(parsed === null);
    if (parsed !== null) props.onDraft(parsed);
  };
  const save = async () => {
    const parsed = parseEntries(entries);
    if (parsed === null) return;
    const result = await command.run({ lanes: [{ laneId: lane.laneId, receivers: parsed }] });
    if (!result?.ok) return;
    toast({ tone: 'done', text: r.laneSaved(laneName(lane.laneId, site, w)) });
    props.onSaved();
  };
  return (
    <form
      className={styles.card}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h2>{r.laneHears(laneName(lane.laneId, site, w))}</h2>
      <p>{r.limitsExplain}</p>
      {receivers.map(({ receiverId, name }) => {
        const entry = entries[receiverId] ?? { on: false, enter: '', exit: '' };
        return (
          <div key={receiverId} className={styles.laneReceiver}>
            <label>
              <input
                type="checkbox"
                checked={entry.on}
                onChange={(event) => change(receiverId, { on: event.currentTarget.checked })}
              />
              {name}
            </label>
            {entry.on ? (
              <div className={styles.pair}>
                <Field
                  label={r.enter}
                  value={entry.enter}
                  placeholder={r.compared}
                  onChange={(enter) => change(receiverId, { enter })}
                />
                <Field
                  label={r.exit}
                  value={entry.exit}
                  placeholder={r.compared}
                  onChange={(exit) => change(receiverId, { exit })}
                />
              </div>
            ) : null}
          </div>
        );
      })}
      {wrong ? (
        <p className={styles.hint} role="alert">
          {r.limitsWrong}
        </p>
      ) : null}
      <FormActions>
        <Button look="strong" size="big" type="submit" progress={command.progress} disabled={wrong}>
          {w.setup.save}
        </Button>
      </FormActions>
    </form>
  );
}

/** null: a limit is no level, or a car would be out before it is in. */
function parseEntries(entries: Record<string, Entry>): LaneReceiverView[] | null {
  const parsed: LaneReceiverView[] = [];
  for (const [receiverId, { on, enter, exit }] of Object.entries(entries)) {
    if (!on) continue;
    const enterDbm = parseDbm(enter);
    const exitDbm = parseDbm(exit);
    if (enterDbm === undefined || exitDbm === undefined) return null;
    if (enterDbm !== null && exitDbm !== null && exitDbm > enterDbm) return null;
    parsed.push({ receiverId, enterDbm, exitDbm });
  }
  return parsed;
}

function parseDbm(text: string): number | null | undefined {
  const trimmed = text.trim().replace('−', '-');
  if (trimmed === '') return null;
  const { loudestDbm, faintestDbm } = limitRange;
  const dbm = /^-\d{1,3}$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  return dbm <= loudestDbm && dbm >= faintestDbm ? dbm : undefined;
}
