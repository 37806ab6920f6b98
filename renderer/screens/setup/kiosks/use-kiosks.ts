import { useQuery } from '@tanstack/react-query';
import type { KioskDevice } from '../../../../shared/station-contract/index.ts';
import { useKiosk } from '../../../session/index.ts';
import type { Words } from '../../../words/index.ts';

/** Devices come and go without this screen having done it: looked at while it is open, which is rarely. */
const lookEveryMs = 2_000;

export function useKiosks() {
  const { queries } = useKiosk();
  return useQuery(
    queries.kiosks.list.queryOptions({ input: {}, staleTime: 0, refetchInterval: lookEveryMs }),
  );
}

export function nameOf(kiosk: KioskDevice, w: Words): string {
  return kiosk.name ?? w.kiosks.first;
}
