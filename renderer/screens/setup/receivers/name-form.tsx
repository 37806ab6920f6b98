import { type ReactNode, useState } from 'react';
import { Button, Field, FormActions } from '../../../parts/index.ts';
import type { CommandProgress } from '../../../session/index.ts';
import { useWords } from '../../../words/index.ts';

/** What a receiver is called: when it is added, and when it is renamed. */
export function NameForm(props: {
  name: string;
  /** What saves it: Add, or Save. */
  submit: string;
  progress: CommandProgress;
  onSubmit(name: string): void;
  /** Above the name. */
  children?: ReactNode;
  /** Beside what saves it. */
  back?: ReactNode;
}) {
  const { w } = useWords();
  const [name, setName] = useState(props.name);
  const given = name.trim();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (given !== '') props.onSubmit(given);
      }}
    >
      {props.children}
      <Field label={w.receivers.name} value={name} onChange={setName} maxLength={40} autoFocus />
      <FormActions>
        {props.back}
        <Button size="big" look="strong" type="submit" disabled={given === ''} progress={props.progress}>
          {props.submit}
        </Button>
      </FormActions>
    </form>
  );
}
