import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ChargeView, ListedCharge } from '../../../shared/station-contract/index.ts';
import { useBoard, useKiosk } from '../../session/index.ts';

/** While something is open and its car has left the board, nobody tells the kiosk: it asks. */
const askEveryMs = 3_000;

const stampOf = (charge: ChargeView): string =>
  [
    charge.chargeId,
    charge.paymentRequestId,
    charge.state,
    charge.approval.state,
    charge.approval.asked,
    charge.cancelAsked,
    charge.sync,
    ...charge.refunds.map((refund) => refund.state),
  ].join(' ');

const isOpen = (charge: ChargeView): boolean =>
  charge.state === 'waiting' ||
  charge.state === 'unknown' ||
  charge.refunds.some((refund) => refund.state === 'waiting');

export interface Charges {
  list: readonly ListedCharge[];
  paid: { amountMinor: number; currency: string } | null;
  givenBack: { amountMinor: number; currency: string } | null;
  asked: { data: unknown; isError: boolean; error: Error | null; refetch(): unknown };
  byId(chargeId: string): ChargeView | null;
  tailOf(charge: ChargeView): string;
  /** The station's answer, until the board or the list says the same. */
  made(charge: ChargeView): void;
}

/** Today's charges: those of cars on the board as the board says, the others as the station's list has them. */
export function useCharges(): Charges {
  const { queries } = useKiosk();
  const visits = useBoard((state) => state.visits);
  const [answered, setAnswered] = useState<ChargeView | null>(null);
  const onBoard = [...visits.values()].flatMap((visit) => visit.charges ?? []);
  const stamp = onBoard.map(stampOf).join('|');
  const found = useQuery({
    ...queries.charges.list.queryOptions({ input: { day: null } }),
    staleTime: 0,
    refetchInterval: (query) => (query.state.data?.charges.some(isOpen) ? askEveryMs : false),
  });
  const { refetch } = found;
  useEffect(() => {
    // The board's charges have changed, or there is one for the first time.
    if (stamp !== '') void refetch();
  }, [stamp, refetch]);
  const listed = found.data?.charges ?? [];
  const list = listed.map((charge) => {
    const live = onBoard.find((other) => other.chargeId === charge.chargeId);
    return live === undefined ? charge : { ...charge, ...live };
  });
  return {
    list,
    paid: found.data?.paid ?? null,
    givenBack: found.data?.givenBack ?? null,
    asked: found,
    byId: (chargeId) =>
      onBoard.find((charge) => charge.chargeId === chargeId) ??
      list.find((charge) => charge.chargeId === chargeId) ??
      (answered?.chargeId === chargeId ? answered : null),
    tailOf: (charge) =>
      visits.get(charge.visitId)?.plateTail ??
      list.find((other) => other.chargeId === charge.chargeId)?.plateTail ??
      '',
    made: setAnswered,
  };
}
