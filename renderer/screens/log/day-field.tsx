import '@mantine/dates/styles.css';
import { DatePicker } from '@mantine/dates';
import 'dayjs/locale/ko';
import { IconCalendar, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { Dialog } from '../../parts/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './day-field.module.css';

interface DayFieldProps {
  label: string;
  /** `YYYY-MM-DD`, as are all days here. */
  value: string;
  max: string;
  onChange(day: string): void;
}

/**
 * A day, chosen from a month. A field of the browser's own (`type="date"`) speaks the browser's language, whatever
 * the kiosk speaks.
 */
export function DayField(props: DayFieldProps) {
  const { w, format } = useWords();
  const [choosing, setChoosing] = useState(false);
  return (
    <>
      <button type="button" className={styles.field} aria-haspopup="dialog" onClick={() => setChoosing(true)}>
        <span className={styles.label}>{props.label}</span> <span>{format.date(props.value)}</span>
        <IconCalendar size="1.25rem" aria-hidden="true" />
      </button>
      {choosing ? (
        <Dialog title={w.dayField.title(props.label)} size="26rem" snug onClose={() => setChoosing(false)}>
          <Month
            {...props}
            onChange={(day) => {
              setChoosing(false);
              props.onChange(day);
            }}
          />
        </Dialog>
      ) : null}
    </>
  );
}

function Month({ value, max, onChange }: DayFieldProps) {
  const { w, locale, format } = useWords();
  const d = w.dayField;
  return (
    <DatePicker
      classNames={{
        datePickerRoot: styles.month,
        day: styles.day,
        weekday: styles.weekday,
        monthsListControl: styles.day,
        calendarHeaderLevel: styles.head,
        calendarHeaderControl: styles.head,
      }}
      size="lg"
      fullWidth
      withCellSpacing={false}
      locale={locale}
      // As calendars on the wall of each language begin.
      firstDayOfWeek={locale === 'ko' ? 0 : 1}
      monthLabelFormat={format.month}
      monthsListFormat={locale === 'ko' ? 'M월' : 'MMM'}
      yearLabelFormat={locale === 'ko' ? 'YYYY년' : 'YYYY'}
      maxLevel="year"
      hideOutsideDates
      highlightToday={false}
      maxDate={max}
      defaultDate={value}
      value={value}
      onChange={(day) => {
        if (day !== null) onChange(day);
      }}
      previousIcon={<IconChevronLeft size="1.5rem" />}
      nextIcon={<IconChevronRight size="1.5rem" />}
      // Its name is its text: one label beside it would not hold the number as it stands there (WCAG 2.5.3).
      renderDay={(day) => (
        <>
          <span aria-hidden="true">{Number(day.slice(-2))}</span>
          <span className="visually-hidden">{format.date(day)}</span>
        </>
      )}
      // The focus begins on the day that is chosen now.
      getDayProps={(day) => ({
        'aria-label': undefined,
        ...(day === value ? { 'aria-current': 'date', 'data-autofocus': true } : {}),
      })}
      ariaLabels={{
        previousMonth: d.previousMonth,
        nextMonth: d.nextMonth,
        previousYear: d.previousYear,
        nextYear: d.nextYear,
      }}
    />
  );
}
