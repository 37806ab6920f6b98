import {
  IconCircleCheck,
  IconCircleX,
  IconClockX,
  IconDeviceMobile,
  IconQuestionMark,
} from '@tabler/icons-react';
import { throwIllegalValue } from '../../../shared/domain/index.ts';
import type { ChargeView } from '../../../shared/station-contract/index.ts';
import { Chip } from '../../parts/index.ts';
import { useWords } from '../../words/index.ts';

/** A charge's state in a word. */
export function ChargeChip({ charge }: { charge: ChargeView }) {
  const { w } = useWords();
  const icon = { size: '1.125rem', 'aria-hidden': true } as const;
  switch (charge.state) {
    case 'waiting':
      return (
        <Chip tone="blue" icon={<IconDeviceMobile {...icon} />}>
          {charge.approval.asked ? w.card.awaitingApproval : w.card.queued}
        </Chip>
      );
    case 'paid':
      return (
        <Chip tone="green" icon={<IconCircleCheck {...icon} />}>
          {charge.refunds.some((refund) => refund.state === 'given-back')
            ? charge.refundable.amountMinor === 0
              ? w.charge.refundedAll
              : w.charge.refundedPart
            : w.card.paid}
        </Chip>
      );
    case 'declined':
      return (
        <Chip tone="red" icon={<IconCircleX {...icon} />}>
          {w.card.declined}
        </Chip>
      );
    case 'expired':
      return (
        <Chip tone="red" icon={<IconClockX {...icon} />}>
          {w.card.expired}
        </Chip>
      );
    case 'cancelled':
      return (
        <Chip tone="plain" icon={<IconCircleX {...icon} />}>
          {w.card.cancelled}
        </Chip>
      );
    case 'unknown':
      return (
        <Chip tone="red" icon={<IconQuestionMark {...icon} />}>
          {w.card.unknown}
        </Chip>
      );
    default:
      return throwIllegalValue(charge.state);
  }
}
