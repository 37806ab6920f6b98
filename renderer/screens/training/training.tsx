import { IconCircleCheck, IconCircleDashed, IconPlayerPlay, IconSchool } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ExerciseId, Practice, TrainingProgress } from '../../../shared/station-contract/index.ts';
import { exercises } from '../../../shared/station-facts/index.ts';
import { Button, Waiting } from '../../parts/index.ts';
import { useKiosk, useSession } from '../../session/index.ts';
import { Header } from '../../shell/header.tsx';
import { useWords } from '../../words/index.ts';
import { Starting } from './starting.tsx';
import styles from './training.module.css';
import { useTraining } from './training-context.ts';

/** About how long each takes who does it for the first time, minutes. */
const minutesOf: Record<ExerciseId, number> = {
  'first-pickup': 2,
  'first-refuel': 2,
  'declined-payment': 2,
  'offline-hour': 4,
  'close-of-shift': 3,
};

const myself = 'myself';

/** The exercises, how far one has come, and for a manager how far everybody has. */
export function Training() {
  const { w } = useWords();
  const { queries } = useKiosk();
  const session = useSession();
  const { starting, begin } = useTraining();
  const progress = useQuery({ ...queries.training.progress.queryOptions({ input: {} }), staleTime: 0 });
  const [trainee, setTrainee] = useState(myself);
  const me = session.kind === 'signed-out' ? null : session.person;
  if (me === null) return null;
  const people = progress.data?.people ?? [];
  const traineeId = trainee === myself ? me.staffId : trainee;
  const done = people.find(({ person }) => person.staffId === traineeId)?.finished ?? [];
  const start = (practice: Practice) => begin(practice, trainee === myself ? null : trainee);
  const available = progress.data?.available === true;
  return (
    <>
      <Header title={w.training.title} />
      <div className={styles.page}>
        <p className={styles.explain}>
          <IconSchool size="2rem" aria-hidden="true" />
          {w.training.explain}
        </p>
        {progress.data === undefined ? (
          <Waiting asked={progress} />
        ) : !available ? (
          <p role="alert">{w.training.notAvailable}</p>
        ) : null}
        {me.role === 'manager' && people.length > 1 ? (
          <label className={styles.trainee}>
            <span>{w.training.startFor}</span>
            <select value={trainee} onChange={(event) => setTrainee(event.currentTarget.value)}>
              <option value={myself}>{w.training.myself}</option>
              {people
                .filter(({ person }) => person.staffId !== me.staffId)
                .map(({ person }) => (
                  <option key={person.staffId} value={person.staffId}>
                    {person.displayName} · {w.roles[person.role]}
                  </option>
                ))}
            </select>
            <small>{w.training.startForExplain}</small>
          </label>
        ) : null}
        {starting === null ? null : <Starting className={styles.starting} />}
        <section aria-label={w.training.exercises}>
          <h2 className={styles.heading}>
            {w.training.exercises}
            <span>{w.training.progress(done.length, exercises.length)}</span>
          </h2>
          <ol className={styles.exercises}>
            {exercises.map((exercise, index) => {
              const finished = done.find((one) => one.exercise === exercise);
              return (
                <li key={exercise} data-done={finished !== undefined || undefined} data-testid="exercise">
                  <span className={styles.number} aria-hidden="true">
                    {index + 1}
                  </span>
                  <div className={styles.what}>
                    <h3>{w.trainingNames[exercise]}</h3>
                    <p>{w.trainingAbout[exercise]}</p>
                    <p className={styles.state}>
                      {finished === undefined ? (
                        <IconCircleDashed size="1.25rem" aria-hidden="true" />
                      ) : (
                        <IconCircleCheck size="1.25rem" aria-hidden="true" />
                      )}
                      {finished === undefined
                        ? w.training.notDone
                        : `${w.training.done}, ${w.training.mistakes(finished.mistakes)}`}
                      {` · ${w.training.minutes(minutesOf[exercise])}`}
                    </p>
                  </div>
                  <Button
                    size="big"
                    look={
                      exercise === exercises.find((one) => !done.some((d) => d.exercise === one))
                        ? 'strong'
                        : 'quiet'
                    }
                    icon={<IconPlayerPlay size="1.375rem" />}
                    aria-disabled={starting !== null || !available}
                    progress={starting === exercise ? 'sending' : 'idle'}
                    onClick={() => {
                      if (starting === null && available) start(exercise);
                    }}
                  >
                    {finished === undefined ? w.training.start : w.training.again}
                    <span className="visually-hidden">: {w.trainingNames[exercise]}</span>
                  </Button>
                </li>
              );
            })}
            <li data-testid="free-practice">
              <span className={styles.number} aria-hidden="true">
                +
              </span>
              <div className={styles.what}>
                <h3>{w.training.freeTitle}</h3>
                <p>{w.training.freeExplain}</p>
              </div>
              <Button
                size="big"
                icon={<IconPlayerPlay size="1.375rem" />}
                aria-disabled={starting !== null || !available}
                progress={starting === 'free' ? 'sending' : 'idle'}
                onClick={() => {
                  if (starting === null && available) start('free');
                }}
              >
                {w.training.start}
                <span className="visually-hidden">: {w.training.freeTitle}</span>
              </Button>
            </li>
          </ol>
        </section>
        {me.role === 'manager' && people.length > 0 ? <Everybody people={people} /> : null}
      </div>
    </>
  );
}

/** Who has finished what: one look for the manager. */
function Everybody({ people }: { people: readonly TrainingProgress[] }) {
  const { w } = useWords();
  return (
    <section aria-label={w.training.everybody} className={styles.everybody}>
      <h2 className={styles.heading}>{w.training.everybody}</h2>
      {people.every(({ finished }) => finished.length === 0) ? <p>{w.training.nobody}</p> : null}
      <table>
        <thead>
          <tr>
            <th scope="col">{w.training.person}</th>
            {exercises.map((exercise, index) => (
              <th key={exercise} scope="col" title={w.trainingNames[exercise]}>
                <span aria-hidden="true">{index + 1}</span>
                <span className="visually-hidden">{w.trainingNames[exercise]}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map(({ person, finished }) => (
            <tr key={person.staffId}>
              <th scope="row">{person.displayName}</th>
              {exercises.map((exercise) => {
                const isDone = finished.some((one) => one.exercise === exercise);
                return (
                  <td key={exercise} data-done={isDone || undefined}>
                    <span aria-hidden="true">{isDone ? '✓' : '–'}</span>
                    <span className="visually-hidden">{isDone ? w.training.done : w.training.notDone}</span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
