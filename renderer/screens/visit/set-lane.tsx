import type { SiteSettings, VisitView } from '../../../shared/station-contract/index.ts';
import { Choices, Dialog, laneName, useToast } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';

/** Staff say where the car really stands. */
export function SetLane({ visit, site, onClose }: { visit: VisitView; site: SiteSettings; onClose(): void }) {
  const { w } = useWords();
  const { client, board } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.visits.setLane);
  const choose = async (laneId: string) => {
    const result = await command.run({ visitId: visit.visitId, laneId });
    if (!result?.ok) return;
    board.answer(result.value.visit);
    toast({ tone: 'done', text: w.setLane.done(laneName(laneId, site, w)) });
    onClose();
  };
  return (
    <Dialog title={w.setLane.title} onClose={onClose}>
      <Choices
        label={w.checkIn.lane}
        value={visit.laneId}
        onChange={(laneId) => void choose(laneId)}
        choices={site.lanes.map((lane) => ({ value: lane.laneId, label: laneName(lane.laneId, site, w) }))}
      />
    </Dialog>
  );
}
