import { Menu } from '@mantine/core';
import {
  IconCircleX,
  IconCreditCardPay,
  IconDoorExit,
  IconDots,
  IconGasStation,
  IconHandGrab,
  IconInfoCircle,
  IconMapPin,
  IconUserCheck,
  IconUserMinus,
} from '@tabler/icons-react';
import { type ComponentProps, useLayoutEffect, useRef, useState } from 'react';
import type { SiteSettings, VisitView } from '../../../shared/station-contract/index.ts';
import { useMay, useSession } from '../../session/index.ts';
import { useRoute } from '../../shell/route.ts';
import { useWords } from '../../words/index.ts';
import { CancelRefuel } from '../refuel/cancel-refuel.tsx';
import { CloseVisit } from '../visit/close-visit.tsx';
import { HandOverCheck } from '../visit/hand-over-check.tsx';
import { SetLane } from '../visit/set-lane.tsx';
import { useVisitCommands } from '../visit/use-visit-commands.ts';
import styles from './card-menu.module.css';

const icon = { size: '1.375rem', 'aria-hidden': true } as const;

interface CardMenuProps {
  visit: VisitView;
  site: SiteSettings;
}

/**
 * Everything else that can be done for a car. Made when it is asked for the first time: two hundred cards have
 * two hundred of them, each as dear as the rest of its card, and hardly one is opened.
 */
export function CardMenu({ visit, site }: CardMenuProps) {
  const [asked, setAsked] = useState(false);
  if (asked) return <OpenedMenu visit={visit} site={site} />;
  return (
    <MoreButton visit={visit} aria-haspopup="menu" aria-expanded={false} onClick={() => setAsked(true)} />
  );
}

function MoreButton({ visit, ...button }: ComponentProps<'button'> & { visit: VisitView }) {
  const { w } = useWords();
  return (
    <button {...button} type="button" className={styles.more} aria-label={w.card.more(visit.plateTail)}>
      <IconDots size="1.625rem" />
    </button>
  );
}

function OpenedMenu({ visit, site }: CardMenuProps) {
  const { w } = useWords();
  const { go } = useRoute();
  const session = useSession();
  const commands = useVisitCommands(visit);
  const [asking, setAsking] = useState<'lane' | 'close' | 'hand-over' | 'cancel' | null>(null);
  const me = session.kind === 'signed-in' ? session.person.staffId : null;
  const mayCharge = useMay('charge');
  const target = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  // The button that was pressed gave way to this one: from here the focus goes into the menu, and comes back.
  useLayoutEffect(() => {
    target.current?.focus();
    setOpened(true);
  }, []);
  const closed = visit.closed !== null;
  const handOver = () => {
    if (visit.pickup?.check.kind === 'none') void commands.handOver(null);
    else setAsking('hand-over');
  };
  return (
    <>
      <Menu width="18rem" opened={opened} onChange={setOpened}>
        <Menu.Target>
          <MoreButton visit={visit} ref={target} />
        </Menu.Target>
        <Menu.Dropdown className={styles.items}>
          <Menu.Item
            leftSection={<IconInfoCircle {...icon} />}
            onClick={() => go({ screen: 'visit', visitId: visit.visitId })}
          >
            {w.action.details}
          </Menu.Item>
          {visit.pickup?.state === 'preparing' && !closed ? (
            <Menu.Item leftSection={<IconHandGrab {...icon} />} onClick={handOver}>
              {w.action.handOver}
            </Menu.Item>
          ) : null}
          {visit.refuel === null && !closed ? (
            <Menu.Item
              leftSection={<IconGasStation {...icon} />}
              onClick={() => go({ screen: 'refuel', visitId: visit.visitId })}
            >
              {w.action.refuel}
            </Menu.Item>
          ) : null}
          {mayCharge && !closed ? (
            <Menu.Item
              leftSection={<IconCreditCardPay {...icon} />}
              onClick={() => go({ screen: 'charge', visitId: visit.visitId })}
            >
              {w.action.charge}
            </Menu.Item>
          ) : null}
          {visit.refuel?.state === 'refueling' && !closed ? (
            <Menu.Item leftSection={<IconCircleX {...icon} />} onClick={() => setAsking('cancel')}>
              {w.refuel.cancelRefuel}
            </Menu.Item>
          ) : null}
          {visit.claimedBy === null && !closed ? (
            <Menu.Item leftSection={<IconUserCheck {...icon} />} onClick={() => void commands.claim()}>
              {w.action.claim}
            </Menu.Item>
          ) : null}
          {visit.claimedBy !== null && visit.claimedBy.staffId === me && !closed ? (
            <Menu.Item leftSection={<IconUserMinus {...icon} />} onClick={() => void commands.release()}>
              {w.action.release}
            </Menu.Item>
          ) : null}
          {closed ? null : (
            <>
              <Menu.Item leftSection={<IconMapPin {...icon} />} onClick={() => setAsking('lane')}>
                {w.action.setLane}
              </Menu.Item>
              <Menu.Item leftSection={<IconDoorExit {...icon} />} onClick={() => setAsking('close')}>
                {w.action.closeVisit}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {asking === 'lane' ? <SetLane visit={visit} site={site} onClose={() => setAsking(null)} /> : null}
      {asking === 'cancel' && visit.refuel ? (
        <CancelRefuel refuel={visit.refuel} onClose={() => setAsking(null)} />
      ) : null}
      {asking === 'close' ? <CloseVisit visit={visit} onClose={() => setAsking(null)} /> : null}
      {asking === 'hand-over' && visit.pickup ? (
        <HandOverCheck
          pickup={visit.pickup}
          progress={commands.progress}
          onCheck={(check) => commands.handOver(check)}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </>
  );
}
