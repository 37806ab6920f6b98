import type { Practice } from '../../../shared/station-contract/index.ts';
import { createKiosk, type Kiosk } from '../../session/index.ts';
import { CoachStore } from './coach-store.ts';
import { openTrainingWire } from './training-wire.ts';

/** A kiosk of its own on the training station, beside the real one, which goes on watching the real board. */
export interface RunningTraining {
  trainingId: string;
  practice: Practice;
  forStaffId: string | null;
  kiosk: Kiosk;
  coach: CoachStore;
  /** By the real station's clock. */
  startedAtMs: number;
  /** Lets go of everything here; the station is told as soon as it hears of it. */
  end(): void;
}

/** @throws what the station answered (ORPCError), or that it was not reached */
export async function beginTraining(
  real: Kiosk,
  practice: Practice,
  forStaffId: string | null,
): Promise<RunningTraining> {
  const { trainingId, token, person } = await real.client.training.begin({ practice, forStaffId });
  const kiosk = createKiosk(
    openTrainingWire(real.client, trainingId, (signal) => whenSignedIn(real, signal)),
    real.preferences,
  );
  kiosk.session.signedIn(person, token);
  kiosk.start();
  const coach = new CoachStore();
  const following = new AbortController();
  void coach.follow(real, trainingId, following.signal);
  const owner = ownerOf(real);
  const stopWatching = real.session.subscribe(() => {
    const now = ownerOf(real);
    // Somebody else signed in: this training is not theirs, and the station ends it unheard.
    if (now !== null && now !== owner) stop();
  });
  function stop(): void {
    stopWatching();
    following.abort();
    kiosk.stop();
  }
  return {
    trainingId,
    practice,
    forStaffId,
    kiosk,
    coach,
    startedAtMs: real.board.nowMs(),
    end() {
      stop();
      void real.client.training.leave({ trainingId }).catch(() => undefined);
    },
  };
}

function whenSignedIn(real: Kiosk, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = () => {
      if (signal.aborted) reject(new Error('given up'));
      else if (ownerOf(real) !== null) resolve();
      else return;
      stopListening();
      signal.removeEventListener('abort', check);
    };
    const stopListening = real.session.subscribe(check);
    signal.addEventListener('abort', check);
    check();
  });
}

function ownerOf(real: Kiosk): string | null {
  const session = real.session.get();
  return session.kind === 'signed-in' ? session.person.staffId : null;
}
