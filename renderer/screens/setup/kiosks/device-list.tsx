import { IconDeviceDesktop, IconDeviceMobile, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { KioskDevice } from '../../../../shared/station-contract/index.ts';
import { Button, Chip, Dialog, Field, FormActions, useToast } from '../../../parts/index.ts';
import { useCommand, useKiosk } from '../../../session/index.ts';
import { useWords } from '../../../words/index.ts';
import styles from './kiosks.module.css';
import { nameOf } from './use-kiosks.ts';

type Asking = { what: 'rename' | 'remove'; kiosk: KioskDevice };

/** Every device that PINs work on: since when, let in by whom, on or not, who is signed in there. */
export function DeviceList(props: { kiosks: KioskDevice[]; here: string | null; onChanged(): void }) {
  const { w } = useWords();
  const k = w.kiosks;
  const [asking, setAsking] = useState<Asking | null>(null);
  const done = () => {
    setAsking(null);
    props.onChanged();
  };
  return (
    <section className={styles.panel} aria-label={k.devices}>
      <h2>{k.devices}</h2>
      <ul className={styles.devices}>
        {props.kiosks.map((kiosk) => (
          <Device
            key={kiosk.kioskId ?? 'first'}
            kiosk={kiosk}
            isHere={kiosk.kioskId === props.here}
            onAsk={(what) => setAsking({ what, kiosk })}
          />
        ))}
      </ul>
      {props.kiosks.length === 1 ? <p>{k.onlyFirst}</p> : null}
      {asking?.what === 'rename' ? <Rename kiosk={asking.kiosk} onDone={done} /> : null}
      {asking?.what === 'remove' ? <Remove kiosk={asking.kiosk} onDone={done} /> : null}
    </section>
  );
}

function Device(props: { kiosk: KioskDevice; isHere: boolean; onAsk(what: Asking['what']): void }) {
  const { kiosk } = props;
  const { w, format } = useWords();
  const k = w.kiosks;
  const isFirst = kiosk.kioskId === null;
  const name = nameOf(kiosk, w);
  const when = (atMs: number) => `${format.day(atMs)} ${format.clock(atMs)}`;
  const facts = [
    isFirst && kiosk.name !== null ? k.first : null,
    isFirst ? k.firstExplain : null,
    kiosk.joinedAtMs !== null && kiosk.letInBy !== null
      ? k.since(format.day(kiosk.joinedAtMs), kiosk.letInBy.displayName)
      : null,
    kiosk.on || kiosk.lastSeenAtMs === null ? null : k.lastSeen(when(kiosk.lastSeenAtMs)),
    kiosk.people.length > 0 ? k.signedIn(kiosk.people.map((person) => person.displayName).join(', ')) : null,
  ].filter((fact) => fact !== null);
  return (
    <li className={styles.device} data-testid="kiosk-device" data-on={kiosk.on} aria-label={name}>
      {isFirst ? (
        <IconDeviceDesktop size="1.75rem" aria-hidden="true" />
      ) : (
        <IconDeviceMobile size="1.75rem" aria-hidden="true" />
      )}
      <div className={styles.deviceWords}>
        <b>{name}</b>
        <p>{facts.join(' · ')}</p>
      </div>
      <Chip tone={kiosk.on ? 'green' : 'plain'}>{kiosk.on ? (props.isHere ? k.here : k.on) : k.off}</Chip>
      <div className={styles.deviceActions}>
        <Button icon={<IconPencil size="1.25rem" aria-hidden="true" />} onClick={() => props.onAsk('rename')}>
          {k.rename}
        </Button>
        {isFirst ? null : (
          <Button
            icon={<IconTrash size="1.25rem" aria-hidden="true" />}
            onClick={() => props.onAsk('remove')}
          >
            {k.remove}
          </Button>
        )}
      </div>
    </li>
  );
}

function Rename({ kiosk, onDone }: { kiosk: KioskDevice; onDone(): void }) {
  const { w } = useWords();
  const k = w.kiosks;
  const { client } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.kiosks.rename);
  const [name, setName] = useState(kiosk.name ?? '');
  const [checked, setChecked] = useState(false);
  const submit = async () => {
    setChecked(true);
    if (name.trim() === '') return;
    const result = await command.run({ kioskId: kiosk.kioskId, name: name.trim() });
    if (!result?.ok) return;
    toast({ tone: 'done', text: k.renamed });
    onDone();
  };
  return (
    <Dialog title={k.renameTitle(nameOf(kiosk, w))} onClose={onDone}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field
          label={k.name}
          value={name}
          onChange={setName}
          maxLength={40}
          autoFocus
          error={checked && name.trim() === '' ? k.nameNeeded : null}
        />
        <FormActions>
          <Button size="big" onClick={onDone}>
            {w.app.cancel}
          </Button>
          <Button size="big" look="strong" type="submit" grow progress={command.progress}>
            {k.rename}
          </Button>
        </FormActions>
      </form>
    </Dialog>
  );
}

function Remove({ kiosk, onDone }: { kiosk: KioskDevice; onDone(): void }) {
  const { w } = useWords();
  const k = w.kiosks;
  const { client } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.kiosks.remove);
  const name = nameOf(kiosk, w);
  const { kioskId } = kiosk;
  const remove = async () => {
    if (kioskId === null) return;
    const result = await command.run({ kioskId });
    if (result?.ok) toast({ tone: 'done', text: k.removed(name) });
    if (result !== null) onDone();
  };
  return (
    <Dialog title={k.removeTitle(name)} onClose={onDone}>
      <p>{k.removeExplain}</p>
      <FormActions>
        <Button size="big" onClick={onDone}>
          {w.app.cancel}
        </Button>
        <Button size="big" look="danger" grow progress={command.progress} onClick={() => void remove()}>
          {k.remove}
        </Button>
      </FormActions>
    </Dialog>
  );
}
