import { useState } from 'react';
import type { SiteSettings } from '../../../shared/station-contract/index.ts';
import { Choices, Field, FormActions } from '../../parts/form.tsx';
import { Button, Dialog, laneName, useToast } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';

/** The car is here though no receiver said so. */
export function CheckIn(props: {
  site: SiteSettings;
  /** What it most likely came for. */
  purpose?: 'pickup' | 'refuel';
  onClose(): void;
}) {
  const { site, onClose } = props;
  const { w } = useWords();
  const { client, board } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.visits.checkIn);
  const [plate, setPlate] = useState('');
  const [purpose, setPurpose] = useState(props.purpose ?? 'pickup');
  const [pickupNumber, setPickupNumber] = useState('');
  const [laneId, setLaneId] = useState<string | null>(null);
  const [missing, setMissing] = useState(false);
  const lanes = site.lanes.filter((lane) =>
    purpose === 'pickup' ? lane.kind === 'bay' : lane.kind === 'pump',
  );

  const submit = async () => {
    if (plate.trim() === '') {
      setMissing(true);
      return;
    }
    const result = await command.run({
      plate: plate.trim(),
      laneId,
      purpose,
      pickupNumber: purpose === 'pickup' && pickupNumber.trim() !== '' ? pickupNumber.trim() : null,
    });
    if (!result?.ok) return;
    board.answer(result.value.visit);
    toast({ tone: 'done', text: w.checkIn.done(result.value.visit.plateTail) });
    onClose();
  };

  return (
    <Dialog title={w.checkIn.title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>{w.checkIn.explain}</p>
        <Field
          label={w.checkIn.plate}
          value={plate}
          placeholder={w.checkIn.platePlaceholder}
          error={missing && plate.trim() === '' ? w.checkIn.plateNeeded : null}
          onChange={setPlate}
          maxLength={24}
          autoFocus
        />
        <Choices
          label={w.checkIn.purpose}
          value={purpose}
          onChange={(value) => {
            setPurpose(value);
            setLaneId(null);
          }}
          choices={[
            { value: 'pickup', label: w.checkIn.pickup },
            { value: 'refuel', label: w.checkIn.refuel },
          ]}
        />
        {purpose === 'pickup' ? (
          <Field
            label={w.checkIn.pickupNumber}
            value={pickupNumber}
            onChange={setPickupNumber}
            maxLength={12}
          />
        ) : null}
        <Choices
          label={w.checkIn.lane}
          value={laneId ?? ''}
          onChange={(value) => setLaneId(value === '' ? null : value)}
          choices={[
            { value: '', label: w.checkIn.laneUnknown },
            ...lanes.map((lane) => ({ value: lane.laneId, label: laneName(lane.laneId, site, w) })),
          ]}
        />
        <FormActions>
          <Button size="big" onClick={onClose}>
            {w.app.cancel}
          </Button>
          <Button size="big" look="strong" type="submit" progress={command.progress} grow>
            {w.checkIn.submit}
          </Button>
        </FormActions>
      </form>
    </Dialog>
  );
}
