import { type ReactNode, useId } from 'react';
import styles from './form.module.css';

/** One line of text with its label and, when wrong, the reason. */
export function Field(props: {
  label: string;
  value: string;
  onChange(value: string): void;
  placeholder?: string;
  error?: string | null;
  maxLength?: number;
  autoFocus?: boolean;
  secret?: boolean;
  numeric?: boolean;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{props.label}</label>
      <input
        disabled={props.disabled}
        id={id}
        type={props.secret ? 'password' : 'text'}
        inputMode={props.numeric ? 'numeric' : undefined}
        autoComplete={props.secret ? 'new-password' : 'off'}
        value={props.value}
        placeholder={props.placeholder}
        maxLength={props.maxLength}
        // A dialog's first field: typing may begin at once.
        data-autofocus={props.autoFocus || undefined}
        aria-invalid={props.error ? true : undefined}
        aria-describedby={props.error ? `${id}-error` : undefined}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      />
      {props.error ? (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {props.error}
        </p>
      ) : null}
    </div>
  );
}

/** One of many, as the machine lets people choose it. */
export function Select(props: {
  label: string;
  value: string;
  onChange(value: string): void;
  choices: { value: string; label: string }[];
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{props.label}</label>
      <select
        id={id}
        value={props.value}
        disabled={props.disabled}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      >
        {props.choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A choice of some, all visible, each large enough for a glove. */
export function Choices<T extends string>(props: {
  label: string;
  value: NoInfer<T> | null;
  onChange(value: NoInfer<T>): void;
  choices: { value: T; label: string }[];
}) {
  return (
    <fieldset className={styles.choices}>
      <legend>{props.label}</legend>
      <div data-count={props.choices.length}>
        {props.choices.map((choice) => (
          <button
            key={choice.value}
            type="button"
            data-choice={choice.value}
            aria-pressed={choice.value === props.value}
            onClick={() => props.onChange(choice.value)}
          >
            {choice.label}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

export function FormActions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
