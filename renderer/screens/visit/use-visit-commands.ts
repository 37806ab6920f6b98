import type { VisitView } from '../../../shared/station-contract/index.ts';
import { useToast } from '../../parts/index.ts';
import { type CommandProgress, useCommand, useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';

/** What can be tapped for one car. Each resolves to whether the station kept it. */
export function useVisitCommands(visit: VisitView) {
  const { client, board } = useKiosk();
  const { w } = useWords();
  const toast = useToast();
  const claim = useCommand(client.visits.claim);
  const release = useCommand(client.visits.release);
  const ready = useCommand(client.pickups.markReady);
  const unavailable = useCommand(client.pickups.markItemUnavailable);
  const handOver = useCommand(client.pickups.handOver);
  const undo = useCommand(client.pickups.undoHandOver);
  const askAgain = useCommand(client.refuels.askAgain);
  const all = [claim, release, ready, unavailable, handOver, undo, askAgain];
  const progress: CommandProgress = all.find((command) => command.progress !== 'idle')?.progress ?? 'idle';
  const { visitId, pickup, refuel } = visit;

  /** A success shows only now that the station has answered. */
  const kept = (result: { ok: boolean; value?: { visit: VisitView } } | null): boolean => {
    if (result?.ok !== true || result.value === undefined) return false;
    board.answer(result.value.visit);
    return true;
  };

  const undoHandOver = async (pickupId: string, number: string) => {
    if (kept(await undo.run({ pickupId }))) toast({ tone: 'done', text: w.handOver.undone(number) });
  };

  return {
    progress,
    claim: async () => kept(await claim.run({ visitId })),
    release: async () => kept(await release.run({ visitId })),
    markReady: async () => pickup !== null && kept(await ready.run({ pickupId: pickup.pickupId })),
    markItemUnavailable: async (itemId: string) =>
      pickup !== null && kept(await unavailable.run({ pickupId: pickup.pickupId, itemId })),
    handOver: async (check: string | null) => {
      if (pickup === null) return false;
      const result = await handOver.run({ pickupId: pickup.pickupId, check });
      if (!kept(result)) return false;
      const after = result?.ok ? result.value.visit : null;
      // Where there are several, the next open one is shown now: the undo is for this one.
      const done = after?.pickups?.find((one) => one.pickupId === pickup.pickupId) ?? after?.pickup ?? null;
      const untilMs = done?.undoUntilMs ?? null;
      toast({
        tone: 'done',
        text: (w) => w.handOver.done(pickup.number),
        undo:
          untilMs === null ? undefined : { untilMs, run: () => undoHandOver(pickup.pickupId, pickup.number) },
      });
      return true;
    },
    undoHandOver: async () => {
      if (pickup !== null) await undoHandOver(pickup.pickupId, pickup.number);
    },
    askAgain: async () => {
      if (refuel === null) return false;
      if (!kept(await askAgain.run({ refuelId: refuel.refuelId }))) return false;
      toast({ tone: 'done', text: w.outcome.asked });
      return true;
    },
  };
}
