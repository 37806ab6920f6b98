import { IconAlertTriangle } from '@tabler/icons-react';
import type { Fuel } from '../../../shared/domain/index.ts';
import type { SiteSettings, VisitView } from '../../../shared/station-contract/index.ts';
import { laneName } from '../../parts/index.ts';
import { useBoard } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './pickers.module.css';
import { isMismatch } from './refuel-form.ts';

/** Pumps by their painted number; those in use by another car say so. */
export function PumpPicker(props: {
  site: SiteSettings;
  visit: VisitView;
  value: string | null;
  wanted: boolean;
  onChange(laneId: string): void;
}) {
  const { w } = useWords();
  const inUse = useBoard((state) => {
    const lanes: string[] = [];
    for (const other of state.visits.values()) {
      if (other.visitId === props.visit.visitId || other.closed !== null) continue;
      if (other.refuel?.state === 'refueling') lanes.push(other.refuel.laneId);
    }
    return lanes.sort().join('\n');
  }).split('\n');
  const pumps = props.site.lanes.filter((lane) => lane.kind === 'pump');
  const heardAt = props.visit.laneId ?? props.visit.laneCandidates[0];
  return (
    <fieldset className={styles.picker} data-wanted={props.wanted || undefined} data-coach="pump">
      <legend>{w.refuel.pump}</legend>
      <div className={styles.pumps}>
        {pumps.map((pump) => {
          const used = inUse.includes(pump.laneId);
          return (
            <button
              key={pump.laneId}
              type="button"
              className={styles.choice}
              aria-pressed={pump.laneId === props.value}
              data-used={used || undefined}
              onClick={() => props.onChange(pump.laneId)}
            >
              <span className="visually-hidden">{laneName(pump.laneId, props.site, w)}, </span>
              <span aria-hidden="true">{pump.number}</span>
              <small>
                {used ? w.refuel.inUse : pump.laneId === heardAt ? w.refuel.nearest : w.refuel.free}
              </small>
            </button>
          );
        })}
      </div>
    </fieldset>
  );
}

/** Grades with their price; one that does not suit the registered fuel is marked before it is chosen. */
export function GradePicker(props: {
  site: SiteSettings;
  fuel: Fuel | null;
  value: string | null;
  wanted: boolean;
  onChange(gradeId: string): void;
}) {
  const { w, format, locale } = useWords();
  return (
    <fieldset className={styles.picker} data-wanted={props.wanted || undefined} data-coach="grade">
      <legend>{w.refuel.grade}</legend>
      <div className={styles.grades}>
        {props.site.grades.map((grade) => {
          const wrong = isMismatch(props.fuel, grade);
          return (
            <button
              key={grade.gradeId}
              type="button"
              className={styles.choice}
              aria-pressed={grade.gradeId === props.value}
              data-wrong={wrong || undefined}
              onClick={() => props.onChange(grade.gradeId)}
            >
              {(locale === 'ko' ? grade.nameKo : null) ?? grade.name}
              <small>
                {wrong ? (
                  <>
                    <IconAlertTriangle size="0.875rem" aria-hidden="true" /> {w.refuel.wrongGrade}
                  </>
                ) : (
                  w.refuel.perLitre(format.unitPrice(grade.unitPriceMilli, props.site.currency))
                )}
              </small>
            </button>
          );
        })}
      </div>
    </fieldset>
  );
}
