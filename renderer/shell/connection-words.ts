/** What each connection is like, in a word for the pill and in sentences for the person. */
import { throwIllegalValue } from '../../shared/domain/index.ts';
import type { ReceiverView, SiteSettings, StationStatus } from '../../shared/station-contract/index.ts';
import { laneName } from '../parts/index.ts';
import type { Words } from '../words/index.ts';

export interface Condition {
  level: 'fine' | 'warn' | 'bad' | 'unknown';
  /** One or two words beside the name; null when all is well. */
  short: string | null;
  sentence: string;
  /** It is said above every screen, too. */
  banner?: true;
}

export function radioCondition(
  radio: StationStatus['radio'],
  receivers: readonly ReceiverView[],
  site: SiteSettings | null,
  w: Words,
): Condition {
  const c = w.connection;
  switch (radio.state) {
    case 'healthy':
      return { level: 'fine', short: null, sentence: c.radioHealthy };
    case 'starting':
      return { level: 'warn', short: c.radioShortStarting, sentence: c.radioStarting };
    case 'no-receiver':
      return { level: 'bad', short: c.radioShortNone, sentence: c.radioNone, banner: true };
    case 'impaired': {
      const nameOf = (id: string) => receivers.find(({ receiverId }) => receiverId === id)?.name ?? id;
      const names = radio.receivers.map(nameOf);
      const unstable = radio.unstable.map(nameOf);
      const lanes = radio.lanes.map((laneId) => laneName(laneId, site, w));
      const sentences = [
        names.length === 0 ? null : c.radioImpaired(names.join(', ')),
        names.length === 0
          ? null
          : lanes.length > 0
            ? c.radioDeafLanes(lanes.join(', '))
            : unstable.length === 0
              ? c.radioOthersGoOn
              : null,
        unstable.length === 0 ? null : c.radioUnstable(unstable.join(', ')),
        radio.reason !== 'test-beacon-silent'
          ? null
          : names.length === 0 && unstable.length === 0
            ? c.radioBeaconSilent
            : c.radioBeaconToo,
      ];
      return {
        level: 'warn',
        short: c.radioShortImpaired,
        sentence: sentences.filter((sentence) => sentence !== null).join(' '),
        banner: true,
      };
    }
    case 'down':
      return {
        level: 'bad',
        short: c.radioShortDown,
        sentence: radio.reason === 'silent' ? c.radioSilent : c.radioFailed,
        banner: true,
      };
    default:
      return throwIllegalValue(radio);
  }
}

export function serverCondition(
  { server, expectedList: list }: Pick<StationStatus, 'server' | 'expectedList'>,
  w: Words,
): Condition {
  const c = w.connection;
  switch (server.state) {
    case 'connected':
      if (list?.state === 'refused') {
        return { level: 'bad', short: c.listShortRefused, sentence: c.listRefused, banner: true };
      }
      if (list?.state === 'stale') return { level: 'warn', short: c.listShortStale, sentence: c.listStale };
      return { level: 'fine', short: null, sentence: c.serverConnected };
    case 'connecting':
      return { level: 'warn', short: c.serverShortConnecting, sentence: c.serverConnecting };
    case 'not-enrolled':
      return { level: 'warn', short: c.serverShortNotEnrolled, sentence: c.serverNotEnrolled, banner: true };
    case 'unreachable': {
      const sentence = {
        network: c.serverNetwork,
        refused: c.serverRefused,
        error: c.serverError,
      }[server.reason];
      return { level: 'bad', short: c.serverShortDown, sentence, banner: true };
    }
    default:
      return throwIllegalValue(server);
  }
}
