import { useQuery } from '@tanstack/react-query';
import type { PresenceWhyView } from '../../../../shared/station-contract/index.ts';
import { laneName } from '../../../parts/index.ts';
import { useBoard, useKiosk, useNowMs, useSite } from '../../../session/index.ts';
import { formatDuration, useWords } from '../../../words/index.ts';
import { codeTail } from './live-store.ts';
import styles from './receivers.module.css';

/** Why the station takes a car for what it does: the rule, since when, and what each receiver hears. */
export function WhyCard({ code }: { code: string | null }) {
  const { w } = useWords();
  const r = w.receivers;
  const { queries } = useKiosk();
  const asked = useQuery({
    ...queries.receivers.why.queryOptions({ input: code === null ? {} : { code } }),
    enabled: code !== null,
    refetchInterval: 1_000,
  });
  return (
    <section className={styles.card} aria-label={r.whyTitle} data-testid="why">
      <h2>{r.whyTitle}</h2>
      {code === null ? <p>{r.whyNone}</p> : null}
      {code !== null && asked.isPending ? <p role="status">{w.app.loading}</p> : null}
      {asked.isError ? <p role="alert">{w.app.notLoaded}</p> : null}
      {code !== null && asked.data?.why === null ? <p>{r.whyUnknown(codeTail(code))}</p> : null}
      {asked.data?.why ? <Why why={asked.data.why} /> : null}
    </section>
  );
}

function Why({ why }: { why: PresenceWhyView }) {
  const { w, format } = useWords();
  const r = w.receivers;
  const site = useSite();
  const nowMs = useNowMs();
  const receivers = useBoard((board) => board.receivers);
  const lane =
    why.laneId !== null
      ? laneName(why.laneId, site, w)
      : why.laneCandidates.map((laneId) => laneName(laneId, site, w)).join(' / ');
  const state = w.presenceStates[why.state] ?? why.state;
  const marginDb = why.marginDb === null ? null : Math.round(why.marginDb);
  return (
    <>
      <p className={styles.lead}>
        <b>{lane === '' ? state : r.stateIn(state, lane)}</b>
        {` · ${r.sinceFor(format.clock(why.sinceMs), formatDuration(Math.max(0, nowMs - why.sinceMs)))}`}
      </p>
      <p>{w.presenceRules[why.rule] ?? why.rule}</p>
      <ul className={styles.levels}>
        {why.levels.slice(0, 4).map((level) => (
          <li key={level.receiverId}>
            <span>
              {receivers.find((one) => one.receiverId === level.receiverId)?.name ?? level.receiverId}
            </span>
            <b>{level.smoothedDbm === null ? r.noLevel : r.dbm(String(Math.round(level.smoothedDbm)))}</b>
          </li>
        ))}
      </ul>
      {marginDb === null ? null : (
        <p>{(marginDb < 0 ? r.marginWeaker : r.margin)(format.number(Math.abs(marginDb)))}</p>
      )}
    </>
  );
}
