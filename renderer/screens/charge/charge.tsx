import { useCallback, useState } from 'react';
import type { SiteSettings } from '../../../shared/station-contract/index.ts';
import { Loading } from '../../parts/index.ts';
import { useSite } from '../../session/index.ts';
import { Header } from '../../shell/header.tsx';
import { useRoute } from '../../shell/route.ts';
import { useWords } from '../../words/index.ts';
import styles from './charge.module.css';
import { ChargeForm } from './charge-form.tsx';
import { ChargeOutcome } from './charge-outcome.tsx';
import { useCharges } from './use-charges.ts';

/**
 * A payment request at the counter in the order of the hand: the car that is here → the amount → how the
 * driver says yes → waiting → the outcome. Below the cars stand today's charges: any of them opens again.
 */
export function Charge({ visitId }: { visitId: string | null }) {
  const { w } = useWords();
  const { go } = useRoute();
  const site = useSite();
  const [inside, setInside] = useState(false);
  const [round, setRound] = useState(0);
  const back = () => {
    if (inside && visitId === null) {
      setInside(false);
      setRound((before) => before + 1);
    } else go({ screen: 'arrivals' });
  };
  return (
    <>
      <Header title={w.charge.title} wideOnly onBack={back} />
      {site === null ? (
        <Loading whole />
      ) : (
        <ChargeBody key={round} site={site} startWith={visitId} onInside={setInside} />
      )}
    </>
  );
}

function ChargeBody(props: {
  site: SiteSettings;
  startWith: string | null;
  onInside(inside: boolean): void;
}) {
  const { onInside } = props;
  const [chargeId, setChargeId] = useState<string | null>(null);
  const [startWith, setStartWith] = useState(props.startWith);
  const charges = useCharges();
  const open = useCallback(
    (id: string) => {
      setChargeId(id);
      onInside(true);
    },
    [onInside],
  );
  const charge = chargeId === null ? null : charges.byId(chargeId);
  if (charge !== null) {
    return (
      <div className={styles.outcome}>
        <ChargeOutcome
          charge={charge}
          tail={charges.tailOf(charge)}
          onNext={() => {
            setStartWith(null);
            setChargeId(null);
            onInside(false);
          }}
        />
      </div>
    );
  }
  return (
    <ChargeForm
      site={props.site}
      startWith={startWith}
      charges={charges}
      onCharge={(made) => {
        charges.made(made);
        open(made.chargeId);
      }}
      onOpen={open}
      onInside={onInside}
    />
  );
}
