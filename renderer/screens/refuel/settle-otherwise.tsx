import { useState } from 'react';
import type { RefuelView, Tender } from '../../../shared/station-contract/index.ts';
import { Button, Choices, Dialog, Field, FormActions, useToast } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';

/** Cash or the card terminal instead of the phone, with a reason for the manager. */
export function SettleOtherwise({ refuel, onClose }: { refuel: RefuelView; onClose(): void }) {
  const { w } = useWords();
  const { client, board } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.refuels.settleOtherwise);
  const [tender, setTender] = useState<Tender>('card-terminal');
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const submit = async () => {
    if (reason.trim() === '') {
      setMissing(true);
      return;
    }
    const result = await command.run({ refuelId: refuel.refuelId, tender, reason: reason.trim() });
    if (!result?.ok) return;
    board.answer(result.value.visit);
    toast({ tone: 'done', text: w.outcome.settled });
    onClose();
  };
  return (
    <Dialog title={w.outcome.settleTitle} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Choices
          label={w.outcome.tender}
          value={tender}
          onChange={setTender}
          choices={[
            { value: 'card-terminal', label: w.outcome.cardTerminal },
            { value: 'cash', label: w.outcome.cash },
            { value: 'other', label: w.outcome.other },
          ]}
        />
        <Field
          label={w.outcome.reason}
          value={reason}
          onChange={setReason}
          maxLength={200}
          error={missing && reason.trim() === '' ? w.outcome.reasonNeeded : null}
        />
        <FormActions>
          <Button size="big" onClick={onClose}>
            {w.app.cancel}
          </Button>
          <Button size="big" look="strong" type="submit" grow progress={command.progress}>
            {w.outcome.settleSubmit}
          </Button>
        </FormActions>
      </form>
    </Dialog>
  );
}
