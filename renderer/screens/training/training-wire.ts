import { newId } from '../../../shared/domain/index.ts';
import { trainingMessageMost } from '../../../shared/station-facts/index.ts';
import { type Headers, type OpenWire, portWire, type StationClient } from '../../station/index.ts';

/**
 * Wires to a training station, inside the connection to the real one:
 *
 *   training kiosk ──port── pump ── training.say / training.wire ──▶ real station ──▶ training station
 */
export function openTrainingWire(
  real: StationClient,
  trainingId: string,
  /** Resolves once somebody is signed in at the real kiosk: while it is locked there is no wire to be had. */
  whenSignedIn: (signal: AbortSignal) => Promise<void>,
): (headers: Headers) => OpenWire {
  return (headers) => async (signal) => {
    await whenSignedIn(signal);
    const wireId = newId();
    const texts = await real.training.wire({ trainingId, wireId }, { signal });
    const { port1, port2 } = new MessageChannel();
    const wire = portWire(port1, headers);
    const close = () => {
      port2.close();
      wire.close();
    };
    port2.addEventListener('message', (event: MessageEvent<unknown>) => {
      const text = event.data;
      if (typeof text !== 'string' || text.length > trainingMessageMost) return;
      real.training.say({ trainingId, wireId, text }).catch(close);
    });
    port2.start();
    void (async () => {
      try {
        for await (const { text } of texts) port2.postMessage(text);
      } catch {
        // Locked, left, or the real line broke: the connection opens the next wire, or is stopped.
      } finally {
        close();
      }
    })();
    return { ...wire, close };
  };
}
