import { Toaster } from '../parts/index.ts';
import { TrainingGate } from '../screens/training/index.ts';
import { ScreenFault } from './screen-fault.tsx';
import { Shell } from './shell.tsx';

/** Everything that only somebody who signed in sees: a chunk of its own, loaded when the names are on the screen. */
export function BehindSignIn() {
  return (
    <Toaster>
      <ScreenFault>
        <TrainingGate screens={<Shell />}>
          <Shell />
        </TrainingGate>
      </ScreenFault>
    </Toaster>
  );
}
