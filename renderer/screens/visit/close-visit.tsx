import { useState } from 'react';
import type { VisitView } from '../../../shared/station-contract/index.ts';
import { Button, Choices, Dialog, Field, FormActions, useToast } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';

/** Ends a visit by hand, with what happened and why. */
export function CloseVisit({ visit, onClose }: { visit: VisitView; onClose(): void }) {
  const { w } = useWords();
  const { client, board } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.visits.close);
  const [how, setHow] = useState<'closed-by-staff' | 'left-without-service' | 'drive-off'>('closed-by-staff');
  const [reason, setReason] = useState('');
  const submit = async () => {
    const result = await command.run({ visitId: visit.visitId, how, reason: reason.trim() });
    if (!result?.ok) return;
    board.answer(result.value.visit);
    toast({ tone: 'done', text: w.closeVisit.done });
    onClose();
  };
  return (
    <Dialog title={w.closeVisit.title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>{w.closeVisit.explain}</p>
        <Choices
          label={w.closeVisit.how}
          value={how}
          onChange={setHow}
          choices={[
            { value: 'closed-by-staff', label: w.closeVisit.byStaff },
            { value: 'left-without-service', label: w.closeVisit.leftWithout },
            { value: 'drive-off', label: w.closeVisit.driveOff },
          ]}
        />
        <Field label={w.closeVisit.reason} value={reason} onChange={setReason} maxLength={200} />
        <FormActions>
          <Button size="big" onClick={onClose}>
            {w.app.cancel}
          </Button>
          <Button size="big" look="danger" type="submit" grow progress={command.progress}>
            {w.closeVisit.submit}
          </Button>
        </FormActions>
      </form>
    </Dialog>
  );
}
