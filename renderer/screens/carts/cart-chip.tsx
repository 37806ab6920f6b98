import { IconAlertTriangle, IconClock, IconShoppingCart } from '@tabler/icons-react';
import type { CartOnSite } from '../../../shared/station-contract/index.ts';
import { Chip } from '../../parts/index.ts';
import { useWords } from '../../words/index.ts';

const icon = { size: '1rem', stroke: 2.4, 'aria-hidden': true } as const;

/** How a cart stands, in a word with its icon; amber where a person has to go. */
export function CartChip({ state }: { state: CartOnSite['state'] }) {
  const { w } = useWords();
  const word = w.cartStates[state];
  switch (state) {
    case 'needs-attention':
      return (
        <Chip tone="amber" icon={<IconAlertTriangle {...icon} />}>
          {word}
        </Chip>
      );
    case 'checking-out':
      return (
        <Chip tone="blue" icon={<IconClock {...icon} />}>
          {word}
        </Chip>
      );
    default:
      return (
        <Chip tone="plain" icon={<IconShoppingCart {...icon} />}>
          {word}
        </Chip>
      );
  }
}
