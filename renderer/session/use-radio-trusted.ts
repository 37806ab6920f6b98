import { useBoard } from './kiosk-context.ts';

/** Does a car that comes show by itself? Not where receivers hear nothing, or the test beacon is missed. */
export function useRadioTrusted(): boolean {
  const radio = useBoard((state) => state.status?.radio.state ?? 'healthy');
  return radio === 'healthy' || radio === 'starting';
}
