import { useQuery } from '@tanstack/react-query';
import { memo } from 'react';
import type {
  LogKind,
  LogQuery,
  PaymentGroup,
  SiteSettings,
} from '../../../shared/station-contract/index.ts';
import { logKinds, paymentGroups } from '../../../shared/station-facts/index.ts';
import { Button, laneName } from '../../parts/index.ts';
import { useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './daily-log.module.css';

export const everything: Omit<LogQuery, 'fromDay' | 'toDay'> = {
  kind: null,
  payment: null,
  staffId: null,
  laneId: null,
  text: '',
};
export type Filters = typeof everything;

export const isFiltered = (filters: Filters): boolean =>
  Object.values(filters).some((value) => value !== null && value !== '');

/** What is wanted of the days: words, kind, state, person, lane. */
export const FilterBar = memo(function FilterBar(props: {
  filters: Filters;
  onChange(filters: Filters): void;
  site: SiteSettings;
  total: number | null;
}) {
  const { w, format } = useWords();
  const { queries } = useKiosk();
  const people = useQuery(queries.dailyLog.people.queryOptions({ input: {} }));
  const { filters, onChange, site } = props;
  return (
    <search className={styles.tools} aria-label={w.logbook.filters}>
      <input
        type="search"
        aria-label={w.log.search}
        placeholder={w.log.search}
        value={filters.text}
        maxLength={40}
        onChange={(event) => onChange({ ...filters, text: event.currentTarget.value })}
      />
      <Select
        label={w.logbook.kind}
        value={filters.kind}
        onChange={(kind) => onChange({ ...filters, kind: kind as LogKind | null })}
        options={logKinds.map((kind) => ({ value: kind, label: w.logKinds[kind] ?? kind }))}
      />
      <Select
        label={w.logbook.payment}
        value={filters.payment}
        onChange={(payment) => onChange({ ...filters, payment: payment as PaymentGroup | null })}
        options={paymentGroups.map((group) => ({ value: group, label: w.paymentGroups[group] ?? group }))}
      />
      <Select
        label={w.logbook.staff}
        value={filters.staffId}
        onChange={(staffId) => onChange({ ...filters, staffId })}
        options={(people.data?.people ?? []).map((one) => ({ value: one.staffId, label: one.displayName }))}
      />
      <Select
        label={w.logbook.lane}
        value={filters.laneId}
        onChange={(laneId) => onChange({ ...filters, laneId })}
        options={site.lanes.map((lane) => ({ value: lane.laneId, label: laneName(lane.laneId, site, w) }))}
      />
      {isFiltered(filters) ? <Button onClick={() => onChange(everything)}>{w.logbook.clear}</Button> : null}
      <output>{props.total === null ? '' : w.logbook.rows(format.number(props.total))}</output>
    </search>
  );
});

function Select(props: {
  label: string;
  value: string | null;
  onChange(value: string | null): void;
  options: { value: string; label: string }[];
}) {
  const { w } = useWords();
  return (
    <label>
      <span>{props.label}</span>
      <select
        value={props.value ?? ''}
        onChange={(event) => props.onChange(event.currentTarget.value || null)}
      >
        <option value="">{w.logbook.all}</option>
        {props.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
