import { useState } from 'react';
import type { Role } from '../../../shared/station-contract/index.ts';
import { Button, Choices, Dialog, Field, FormActions, useToast } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import { PinFields, pinFault } from './pin-fields.tsx';

const order: Role[] = ['cashier', 'attendant', 'manager', 'installer'];

export function AddPerson(props: { onDone(): void; onClose(): void }) {
  const { w } = useWords();
  const { client } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.staff.add);
  const [displayName, setDisplayName] = useState('');
  const [role, setRole] = useState<Role>('cashier');
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [judged, setJudged] = useState(false);
  const submit = async () => {
    setJudged(true);
    const name = displayName.trim();
    if (name === '' || pinFault(pin, again, w) !== null) return;
    const result = await command.run({ displayName: name, role, pin });
    if (!result?.ok) return;
    toast({ tone: 'done', text: w.staff.added(name) });
    props.onDone();
  };
  return (
    <Dialog title={w.staff.add} onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field
          label={w.staff.name}
          value={displayName}
          onChange={setDisplayName}
          maxLength={60}
          autoFocus
          error={judged && displayName.trim() === '' ? w.staff.nameNeeded : null}
        />
        <Choices
          label={w.staff.role}
          value={role}
          onChange={setRole}
          choices={order.map((value) => ({ value, label: w.roles[value] }))}
        />
        <PinFields pin={pin} again={again} onPin={setPin} onAgain={setAgain} judged={judged} />
        <FormActions>
          <Button size="big" onClick={props.onClose}>
            {w.app.cancel}
          </Button>
          <Button size="big" look="strong" grow type="submit" progress={command.progress}>
            {w.staff.save}
          </Button>
        </FormActions>
      </form>
    </Dialog>
  );
}
