import {
  IconCheck,
  IconEye,
  IconGasStation,
  IconHandGrab,
  IconInfoCircle,
  IconRefresh,
} from '@tabler/icons-react';
import { useState } from 'react';
import { throwIllegalValue } from '../../../shared/domain/index.ts';
import type { VisitView } from '../../../shared/station-contract/index.ts';
import type { PrimaryAction } from '../../board/index.ts';
import { Button } from '../../parts/index.ts';
import { useRoute } from '../../shell/route.ts';
import { useWords } from '../../words/index.ts';
import { HandOverCheck } from '../visit/hand-over-check.tsx';
import { useVisitCommands } from '../visit/use-visit-commands.ts';
import { useSettled } from './use-settled.ts';

const icon = { size: '1.625rem', 'aria-hidden': true } as const;

/**
 * The one strong action of a card. Where it has just become another one (the order was marked ready, here or
 * at another kiosk) a finger that was on its way to the old one does nothing.
 */
export function PrimaryButton({ visit, action }: { visit: VisitView; action: PrimaryAction }) {
  const { w } = useWords();
  const { go } = useRoute();
  const commands = useVisitCommands(visit);
  const settled = useSettled(action);
  const [checking, setChecking] = useState(false);
  const toRefuel = () => go({ screen: 'refuel', visitId: visit.visitId });
  const toVisit = () => go({ screen: 'visit', visitId: visit.visitId });
  const common = {
    size: 'big',
    grow: true,
    progress: commands.progress,
    settling: !settled,
    'data-coach': 'primary',
  } as const;
  switch (action) {
    case 'hand-over':
      return (
        <>
          <Button
            {...common}
            look="strong"
            icon={<IconHandGrab {...icon} />}
            onClick={() => {
              if (!settled) return;
              if (visit.pickup?.check.kind === 'none') void commands.handOver(null);
              else setChecking(true);
            }}
          >
            {w.action.handOver}
          </Button>
          {checking && visit.pickup ? (
            <HandOverCheck
              pickup={visit.pickup}
              progress={commands.progress}
              onCheck={(check) => commands.handOver(check)}
              onClose={() => setChecking(false)}
            />
          ) : null}
        </>
      );
    case 'mark-ready':
      return (
        <Button
          {...common}
          icon={<IconCheck {...icon} />}
          onClick={() => settled && void commands.markReady()}
        >
          {w.action.markReady}
        </Button>
      );
    case 'refuel':
      return (
        <Button {...common} look="strong" icon={<IconGasStation {...icon} />} onClick={toRefuel}>
          {w.action.refuel}
        </Button>
      );
    case 'complete':
      return (
        <Button {...common} look="strong" icon={<IconCheck {...icon} />} onClick={toRefuel}>
          {w.action.complete}
        </Button>
      );
    case 'ask-again':
      return (
        <Button
          {...common}
          look="strong"
          icon={<IconRefresh {...icon} />}
          onClick={() => settled && void commands.askAgain()}
        >
          {w.action.askAgain}
        </Button>
      );
    case 'look':
      return (
        <Button {...common} icon={<IconEye {...icon} />} onClick={toRefuel}>
          {w.action.look}
        </Button>
      );
    case 'none':
      return (
        <Button {...common} icon={<IconInfoCircle {...icon} />} onClick={toVisit}>
          {w.action.details}
        </Button>
      );
    default:
      return throwIllegalValue(action);
  }
}
