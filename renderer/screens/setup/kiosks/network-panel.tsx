import { IconDeviceTabletPlus, IconNetwork, IconNetworkOff } from '@tabler/icons-react';
import { useState } from 'react';
import { businessDayOf, zoneShown } from '../../../../shared/domain/index.ts';
import type { KioskNetwork } from '../../../../shared/station-contract/index.ts';
import { Button, Dialog, FormActions, useToast } from '../../../parts/index.ts';
import { useCommand, useKiosk, useSite } from '../../../session/index.ts';
import { useWords, type Words } from '../../../words/index.ts';
import { Fingerprint } from './fingerprint.tsx';
import styles from './kiosks.module.css';
import { LetIn } from './let-in.tsx';

/** On or off, where it is reached, what a browser must show of its certificate, and the way in. */
export function NetworkPanel(props: {
  network: KioskNetwork;
  setAtStart: boolean;
  isFirst: boolean;
  onChanged(): void;
}) {
  const { network, isFirst } = props;
  const { w } = useWords();
  const k = w.kiosks;
  const { client } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.kiosks.setNetwork);
  const [dialog, setDialog] = useState<'let-in' | 'switch-off' | null>(null);
  const set = async (on: boolean) => {
    const result = await command.run({ on });
    setDialog(null);
    if (result?.ok) toast({ tone: 'done', text: on ? k.switchedOn : k.switchedOff });
    props.onChanged();
  };
  const address = network.state === 'on' ? network.addresses[0] : undefined;
  return (
    <section className={styles.panel} aria-label={k.networkTitle} data-network={network.state}>
      <h2>{k.networkTitle}</h2>
      <p className={styles.state} data-state={network.state} role="status">
        {network.state === 'on' ? (
          <IconNetwork size="1.5rem" aria-hidden="true" />
        ) : (
          <IconNetworkOff size="1.5rem" aria-hidden="true" />
        )}
        {network.state === 'on' ? k.networkOn : network.state === 'off' ? k.networkOff : failure(network, w)}
      </p>
      {network.state === 'on' ? <Certificate network={network} /> : null}
      {props.setAtStart ? <p>{k.setAtStart}</p> : null}
      {isFirst ? null : <p>{k.letInAtFirst}</p>}
      <FormActions>
        {isFirst && address !== undefined ? (
          <Button
            size="big"
            look="strong"
            icon={<IconDeviceTabletPlus size="1.5rem" aria-hidden="true" />}
            onClick={() => setDialog('let-in')}
          >
            {k.letIn}
          </Button>
        ) : null}
        {!isFirst || props.setAtStart ? null : network.state === 'off' ? (
          <Button size="big" look="strong" progress={command.progress} onClick={() => void set(true)}>
            {k.switchOn}
          </Button>
        ) : (
          <Button size="big" onClick={() => setDialog('switch-off')}>
            {k.switchOff}
          </Button>
        )}
      </FormActions>
      {dialog === 'let-in' && address !== undefined ? (
        <LetIn address={address} onClose={() => setDialog(null)} />
      ) : null}
      {dialog === 'switch-off' ? (
        <Dialog title={k.switchOffTitle} onClose={() => setDialog(null)}>
          <p>{k.switchOffExplain}</p>
          <FormActions>
            <Button size="big" onClick={() => setDialog(null)}>
              {w.app.cancel}
            </Button>
            <Button size="big" look="danger" grow progress={command.progress} onClick={() => void set(false)}>
              {k.switchOff}
            </Button>
          </FormActions>
        </Dialog>
      ) : null}
    </section>
  );
}

function Certificate({ network }: { network: Extract<KioskNetwork, { state: 'on' }> }) {
  const { w, format } = useWords();
  const site = useSite();
  const k = w.kiosks;
  const [address, ...others] = network.addresses;
  return (
    <>
      {address === undefined ? <p role="status">{k.noNetwork}</p> : null}
      <dl className={styles.facts}>
        {address === undefined ? null : (
          <div className={styles.fact}>
            <dt>{k.address}</dt>
            <dd className={styles.address}>{address}</dd>
          </div>
        )}
        {others.length === 0 ? null : (
          <div className={styles.fact}>
            <dt>{k.otherAddresses}</dt>
            <dd>{others.join(', ')}</dd>
          </div>
        )}
        <Fingerprint label={k.fingerprint} value={network.fingerprint} />
        <Fingerprint label={k.authorityFingerprint} value={network.authorityFingerprint} />
      </dl>
      <p>{k.fingerprintExplain}</p>
      {/* A year ahead: the day alone would not say which year. */}
      <p>{k.validTo(format.date(businessDayOf(network.validToMs, zoneShown(site?.timeZone ?? 'UTC'), 0)))}</p>
    </>
  );
}

function failure(network: Extract<KioskNetwork, { state: 'failed' }>, w: Words): string {
  switch (network.reason) {
    case 'port-in-use':
      return w.kiosks.portInUse(network.port);
    case 'port-forbidden':
      return w.kiosks.portForbidden(network.port);
    case 'other':
      return w.kiosks.networkFailed;
  }
}
