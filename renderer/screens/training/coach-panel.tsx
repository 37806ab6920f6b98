import { IconCircleCheck, IconFocus2, IconInfoCircle, IconRefresh } from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import type {
  CoachProps,
  CoachView,
  Practice,
  SiteSettings,
} from '../../../shared/station-contract/index.ts';
import { exercises } from '../../../shared/station-facts/index.ts';
import { Button, laneName } from '../../parts/index.ts';
import type { Kiosk } from '../../session/index.ts';
import { formatDuration, useWords } from '../../words/index.ts';
import type { Spoken } from '../../words/use-words.ts';
import styles from './coach-panel.module.css';
import { coachTarget } from './coach-targets.ts';
import { Starting } from './starting.tsx';

/** The next thing to do, in the flow of the page: it covers nothing that is to be tapped. */
export function CoachPanel(props: {
  view: CoachView | null;
  practice: Practice;
  starting: boolean;
  /** The training station's. */
  kiosk: Kiosk;
  onBegin(practice: Practice): void;
  onLeave(): void;
}) {
  const { view } = props;
  const { w } = useWords();
  return (
    <section
      className={styles.coach}
      aria-label={w.training.coach}
      data-testid="coach"
      data-state={view?.state}
    >
      {props.starting || view === null ? (
        <Starting className={styles.say} />
      ) : view.state === 'running' ? (
        <Step {...props} view={view} />
      ) : view.state === 'finished' ? (
        <Finished {...props} view={view} />
      ) : view.state === 'failed' ? (
        <>
          <p className={styles.say} role="alert">
            {w.training.failed}
          </p>
          <Button look="strong" onClick={() => props.onBegin(props.practice)}>
            {w.training.beginAgain}
          </Button>
        </>
      ) : (
        <p className={styles.say}>{w.training.freeCoach}</p>
      )}
    </section>
  );
}

function Step(props: {
  view: Extract<CoachView, { state: 'running' }>;
  kiosk: Kiosk;
  onBegin(practice: Practice): void;
}) {
  const { view, kiosk } = props;
  const spoken = useWords();
  const { w } = spoken;
  const site = useSyncExternalStore(kiosk.board.subscribe, () => kiosk.board.get().site);
  const sentence = w.trainingSteps[`${view.exercise}/${view.step}`];
  const show = () => {
    const target = coachTarget(view);
    target?.scrollIntoView({ block: 'center' });
    target?.focus();
  };
  return (
    <>
      <ol className={styles.dots} aria-label={w.training.step(view.index + 1, view.of)}>
        {Array.from({ length: view.of }, (_, index) => (
          <li
            // biome has no say here: the steps of an exercise never move.
            key={`${view.exercise}-${String(index)}`}
            data-at={index < view.index ? 'done' : index === view.index ? 'now' : 'later'}
          />
        ))}
      </ol>
      <div className={styles.words} aria-live="polite">
        <p className={styles.say} data-testid="coach-step" data-step={view.step}>
          {sentence?.(stepWords(view.props, site, spoken))}
        </p>
        {view.hint === null ? null : (
          <p className={styles.hint} data-testid="coach-hint">
            <IconInfoCircle size="1.25rem" aria-hidden="true" />
            <span>
              <b>{w.training.hint}</b> {w.trainingHints[view.hint.id]} {view.spoilt ? w.training.spoilt : ''}
            </span>
          </p>
        )}
      </div>
      <div className={styles.buttons}>
        {view.spoilt ? null : (
          <Button
            size="small"
            icon={<IconFocus2 size="1.25rem" />}
            aria-label={w.training.showMe}
            onClick={show}
          >
            <span className={styles.long}>{w.training.showMe}</span>
          </Button>
        )}
        <Button
          size="small"
          look={view.spoilt ? 'strong' : 'quiet'}
          icon={<IconRefresh size="1.25rem" />}
          aria-label={w.training.beginAgain}
          onClick={() => props.onBegin(view.exercise)}
        >
          <span className={view.spoilt ? undefined : styles.long}>{w.training.beginAgain}</span>
        </Button>
      </div>
    </>
  );
}

function Finished(props: {
  view: Extract<CoachView, { state: 'finished' }>;
  onBegin(practice: Practice): void;
  onLeave(): void;
}) {
  const { view } = props;
  const { w } = useWords();
  const next = exercises[exercises.indexOf(view.exercise) + 1];
  return (
    <>
      <IconCircleCheck className={styles.check} size="2.25rem" aria-hidden="true" />
      <div className={styles.words} role="status">
        <p className={styles.say} data-testid="coach-finished">
          {w.training.finishedTitle(w.trainingNames[view.exercise])}
        </p>
        <p className={styles.aside}>
          {w.training.finishedMistakes(w.training.mistakes(view.mistakes), formatDuration(view.tookMs))}
        </p>
      </div>
      <div className={styles.buttons}>
        <Button
          size="small"
          icon={<IconRefresh size="1.25rem" />}
          onClick={() => props.onBegin(view.exercise)}
        >
          {w.training.again}
        </Button>
        <Button size="small" onClick={props.onLeave}>
          {w.training.backToList}
        </Button>
        {next === undefined ? null : (
          <Button size="small" look="strong" onClick={() => props.onBegin(next)}>
            {w.training.next}: {w.trainingNames[next]}
          </Button>
        )}
      </div>
    </>
  );
}

/** What a step speaks of, in the reader's language and the training site's names. */
function stepWords(props: CoachProps, site: SiteSettings | null, { w, format, locale }: Spoken) {
  const grade = site?.grades.find(({ gradeId }) => gradeId === props.gradeId);
  const money = (amount: CoachProps['amount']) => (amount === null ? '' : format.money(amount));
  return {
    plate: props.plateTail ?? '',
    lane: props.laneId === null ? '' : laneName(props.laneId, site, w),
    grade: grade === undefined ? '' : ((locale === 'ko' ? grade.nameKo : null) ?? grade.name),
    amount: money(props.amount),
    counted: money(props.counted),
  };
}
