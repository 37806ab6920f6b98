/** What `--demo` puts into an empty station: people, lanes and grades of the simulated site. */
import type { Role, SiteSettings } from '../../shared/station-contract/index.ts';

export const demoPeople: Array<{ displayName: string; role: Role; pin: string }> = [
  { displayName: 'Minji K.', role: 'cashier', pin: '1201' },
  { displayName: 'Seojun P.', role: 'attendant', pin: '1302' },
  { displayName: 'Jiwoo L.', role: 'manager', pin: '1403' },
  { displayName: 'Hana C.', role: 'installer', pin: '1504' },
];

export const demoSite: Partial<SiteSettings> = {
  simulated: true,
  currency: 'KRW',
  timeZone: 'Asia/Seoul',
  lanes: [
    { laneId: 'bay-1', kind: 'bay', number: 1, name: null },
    { laneId: 'bay-2', kind: 'bay', number: 2, name: null },
    { laneId: 'pump-1', kind: 'pump', number: 1, name: null },
    { laneId: 'pump-2', kind: 'pump', number: 2, name: null },
    { laneId: 'pump-3', kind: 'pump', number: 3, name: null },
    { laneId: 'pump-4', kind: 'pump', number: 4, name: null },
  ],
  // Won per litre, in thousandths of a won.
  grades: [
    { gradeId: 'gasoline', name: 'Gasoline', nameKo: '휘발유', fuel: 'gasoline', unitPriceMilli: 1_689_000 },
    {
      gradeId: 'premium',
      name: 'Premium',
      nameKo: '고급휘발유',
      fuel: 'premium-gasoline',
      unitPriceMilli: 1_948_000,
    },
    { gradeId: 'diesel', name: 'Diesel', nameKo: '경유', fuel: 'diesel', unitPriceMilli: 1_534_000 },
  ],
};
