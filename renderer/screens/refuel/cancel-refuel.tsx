import { useState } from 'react';
import type { RefuelView } from '../../../shared/station-contract/index.ts';
import { Button, Dialog, Field, FormActions } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';

/** No fuel was given after all. */
export function CancelRefuel({ refuel, onClose }: { refuel: RefuelView; onClose(): void }) {
  const { w } = useWords();
  const { client, board } = useKiosk();
  const command = useCommand(client.refuels.cancel);
  const [reason, setReason] = useState('');
  const submit = async () => {
    const result = await command.run({ refuelId: refuel.refuelId, reason: reason.trim() });
    if (!result?.ok) return;
    board.answer(result.value.visit);
    onClose();
  };
  return (
    <Dialog title={w.refuel.cancelTitle} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>{w.refuel.cancelExplain}</p>
        <Field label={w.refuel.reason} value={reason} onChange={setReason} maxLength={200} />
        <FormActions>
          <Button size="big" onClick={onClose}>
            {w.app.back}
          </Button>
          <Button size="big" look="danger" type="submit" grow progress={command.progress}>
            {w.refuel.cancelRefuel}
          </Button>
        </FormActions>
      </form>
    </Dialog>
  );
}
