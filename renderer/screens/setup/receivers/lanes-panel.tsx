import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { LaneRadioView, LaneReceiverView } from '../../../../shared/station-contract/index.ts';
import { limitRange } from '../../../../shared/station-facts/index.ts';
import { Button, Chip, Field, FormActions, laneName, useToast, Waiting } from '../../../parts/index.ts';
import { useBoard, useCommand, useKiosk, useSite } from '../../../session/index.ts';
import { useWords } from '../../../words/index.ts';
import type { DraftRules } from '../draft.ts';
import { NewerVersion } from '../newer-version.tsx';
import { useDraft } from '../use-draft.ts';
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
  const known = useQueryClient();
  const [laneId, setLaneId] = useState<string | null>(null);
  const [draft, setDraft] = useState<LaneReceiverView[] | null>(null);
  const lanes = useQuery({
    ...queries.lanes.get.queryOptions({ input: {} }),
    staleTime: 0,
    // Another installer may set lanes, too: it is shown, or said where something is being typed here.
    refetchInterval: lookEveryMs,
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
            key={lane.laneId}
            lane={lane}
            onDraft={setDraft}
            onSaved={(now) => {
              setDraft(null);
              known.setQueryData(queries.lanes.get.queryKey({ input: {} }), { lanes: now });
              // One that is under way may still bring the lanes as they were.
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
  onDraft(receivers: LaneReceiverView[] | null): void;
  onSaved(lanes: LaneRadioView[]): void;
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
  const draft = useDraft(lane, laneRules);
  const { entries } = draft.typed;
  const change = (receiverId: string, changes: Partial<Entry>) => {
    const before = entries[receiverId] ?? notThere;
    const next = { ...entries, [receiverId]: { ...before, ...changes } };
    draft.change({ entries: next });
    const parsed = parseEntries(next);
    setWrong(parsed === null);
    if (parsed !== null) props.onDraft(parsed);
  };
  const save = async () => {
    const parsed = parseEntries(entries);
    if (parsed === null) return;
    const { laneId } = lane;
    const result = await command.run({
      lanes: [{ laneId, receivers: parsed }],
      seen: [{ laneId, receivers: draft.seen.receivers }],
    });
    if (!result?.ok) return;
    toast({ tone: 'done', text: r.laneSaved(laneName(lane.laneId, site, w)) });
    props.onSaved(result.value.lanes);
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
        const entry = entries[receiverId] ?? notThere;
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
      {draft.newer.length > 0 ? (
        <NewerVersion
          onTake={() => {
            draft.takeTheirs();
            setWrong(false);
            props.onDraft(null);
          }}
          onKeep={draft.keepMine}
        />
      ) : null}
      <FormActions>
        <Button look="strong" size="big" type="submit" progress={command.progress} disabled={wrong}>
          {w.setup.save}
        </Button>
      </FormActions>
    </form>
  );
}

const notThere: Entry = { on: false, enter: '', exit: '' };
const dbmText = (dbm: number | null) => (dbm === null ? '' : String(dbm));

const laneRules: DraftRules<LaneRadioView, { entries: Record<string, Entry> }> = {
  fields: ({ receivers }) => ({
    entries: Object.fromEntries(
      receivers.map(({ receiverId, enterDbm, exitDbm }) => [
        receiverId,
        { on: true, enter: dbmText(enterDbm), exit: dbmText(exitDbm) },
      ]),
    ),
  }),
  meant: ({ entries }) => {
    const receivers = parseEntries(entries);
    return receivers === null ? {} : { receivers };
  },
  from: { entries: 'receivers' },
};

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
