import { useState } from 'react';
import type { Person } from '../../../shared/station-contract/index.ts';
import { Button, Dialog, FormActions, useToast } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import { PinFields, pinFault } from './pin-fields.tsx';

export function ResetPin(props: { person: Person; onDone(): void; onClose(): void }) {
  const { w } = useWords();
  const { client } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.staff.resetPin);
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [judged, setJudged] = useState(false);
  const submit = async () => {
    setJudged(true);
    if (pinFault(pin, again, w) !== null) return;
    const result = await command.run({ staffId: props.person.staffId, pin });
    if (!result?.ok) return;
    toast({ tone: 'done', text: w.staff.pinReset(props.person.displayName) });
    props.onDone();
  };
  return (
    <Dialog title={w.staff.resetTitle(props.person.displayName)} onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
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
