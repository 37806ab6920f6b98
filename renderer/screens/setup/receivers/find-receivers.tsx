import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { throwIllegalValue } from '../../../../shared/domain/index.ts';
import type { CheckEvent, FoundReceiver } from '../../../../shared/station-contract/index.ts';
import { Button, Chip, Dialog, Field, FormActions, useToast, Waiting } from '../../../parts/index.ts';
import { useCommand, useKiosk } from '../../../session/index.ts';
import { useWords, type Words } from '../../../words/index.ts';
import { reasonWords } from './health-words.ts';
import { NameForm } from './name-form.tsx';
import styles from './receivers.module.css';
import { Remedy } from './remedy.tsx';

/** What is plugged in while the list is open appears in it, and what is pulled out goes. */
const lookEveryMs = 3_000;

/** What may be a receiver here → a live check of what it hears → a name → saved. */
export function FindReceivers({ onDone }: { onDone(): void }) {
  const { w } = useWords();
  const r = w.receivers;
  const { queries } = useKiosk();
  const [chosen, setChosen] = useState<{ spec: string; name: string } | null>(null);
  const [typed, setTyped] = useState('');
  const look = useQuery({
    ...queries.receivers.discover.queryOptions({ input: {} }),
    staleTime: 0,
    gcTime: 0,
    refetchInterval: chosen === null ? lookEveryMs : false,
  });
  if (chosen !== null) return <TryOut {...chosen} onBack={() => setChosen(null)} onDone={onDone} />;
  const problem = look.data?.problem ?? null;
  return (
    <Dialog title={r.find} onClose={onDone} size="44rem">
      {look.isPending ? <p role="status">{r.looking}</p> : null}
      {look.isError ? <Waiting asked={look} /> : null}
      {problem === null ? null : (
        <p className={styles.hint} role="alert">
          {problem === 'no-udev' ? r.noUdev : r.listFailed}
        </p>
      )}
      {look.data?.found.length === 0 ? <p>{r.foundNothing}</p> : null}
      <ul className={styles.found} data-testid="found">
        {(look.data?.found ?? []).map((one) => (
          <li key={one.spec}>
            <span>
              <b>{one.name}</b>
              <span className={styles.second}>
                {one.name === one.path ? whyWords(one, w) : `${one.path} · ${whyWords(one, w)}`}
              </span>
            </span>
            {one.usedBy !== null ? (
              <Chip tone="plain">{r.inUse}</Chip>
            ) : (
              <>
                <Chip tone={one.guess === 'likely' ? 'green' : one.guess === 'possible' ? 'amber' : 'plain'}>
                  {one.guess === 'likely' ? r.likely : one.guess === 'possible' ? r.possible : r.unlikely}
                </Chip>
                <Button onClick={() => setChosen({ spec: one.spec, name: one.name })}>{r.check}</Button>
              </>
            )}
          </li>
        ))}
      </ul>
      <form
        className={styles.byHand}
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() !== '') setChosen({ spec: typed.trim(), name: '' });
        }}
      >
        <Field label={r.byHand} value={typed} onChange={setTyped} placeholder="hci-uart:/dev/ttyACM0" />
        <Button type="submit" disabled={typed.trim() === ''}>
          {r.check}
        </Button>
      </form>
      <FormActions>
        <Button icon={<IconRefresh size="1.25rem" />} onClick={() => void look.refetch()}>
          {r.lookAgain}
        </Button>
      </FormActions>
    </Dialog>
  );
}

function whyWords({ why }: FoundReceiver, w: Words): string {
  const r = w.receivers;
  switch (why.kind) {
    case 'known-device':
      return why.device;
    case 'usb':
      return r.whyUsb(`${why.vendorId}:${why.productId ?? '????'}`);
    case 'no-usb':
      return r.whyNoUsb;
    case 'adapter':
      return why.powered ? r.whyAdapter : r.whyAdapterOff;
    case 'own-adapter':
      return r.whyAdapter;
    default:
      return throwIllegalValue(why);
  }
}

interface TrialProps {
  spec: string;
  name: string;
  onBack(): void;
  onDone(): void;
}

/** Listens for some seconds without saving anything, then asks for a name. Each attempt is a new one. */
function TryOut(props: TrialProps) {
  const [attempt, setAttempt] = useState(0);
  return <Trial key={attempt} {...props} onAgain={() => setAttempt(attempt + 1)} />;
}

function Trial(props: TrialProps & { onAgain(): void }) {
  const { spec } = props;
  const { w, format } = useWords();
  const r = w.receivers;
  const { client } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.receivers.add);
  const [heard, setHeard] = useState<CheckEvent>({ state: 'opening' });
  useEffect(() => {
    const stop = new AbortController();
    const listen = async () => {
      try {
        for await (const event of await client.receivers.check({ spec }, { signal: stop.signal }))
          setHeard(event);
      } catch {
        if (!stop.signal.aborted) setHeard({ state: 'failed', reason: 'not-asked' });
      }
    };
    void listen();
    return () => stop.abort();
  }, [client, spec]);
  const save = async (name: string) => {
    const result = await command.run({ name, spec: heard.state === 'done' ? heard.spec : spec });
    if (!result?.ok) return;
    toast({ tone: 'done', text: r.added(name) });
    props.onDone();
  };
  return (
    <Dialog title={r.checking(props.name === '' ? spec : props.name)} onClose={props.onDone} size="40rem">
      {props.name === '' ? null : <p className={styles.second}>{spec}</p>}
      <div className={styles.check} role="status" data-testid="check" data-state={heard.state}>
        <CheckWords event={heard} spec={spec} />
        {heard.state === 'failed' ? <Remedy spec={spec} reason={heard.reason} /> : null}
      </div>
      {heard.state === 'done' ? (
        <NameForm
          name={props.name.slice(0, 40)}
          submit={r.add}
          progress={command.progress}
          onSubmit={(name) => void save(name)}
          back={<Button onClick={props.onBack}>{w.app.back}</Button>}
        >
          {heard.found === null ? null : (
            <p className={styles.answered} data-testid="found-speed">
              {heard.found.driver === 'gateway'
                ? r.gatewayFound(format.number(heard.found.baudRate))
                : r.controllerFound(format.number(heard.found.baudRate))}
            </p>
          )}
          {heard.reports === 0 ? <p className={styles.hint}>{r.heardNothing}</p> : null}
          <p>{r.heardCodes(format.number(heard.codes), format.number(heard.ours))}</p>
        </NameForm>
      ) : null}
      {heard.state === 'failed' ? (
        <FormActions>
          <Button onClick={props.onBack}>{w.app.back}</Button>
          <Button look="strong" onClick={props.onAgain}>
            {r.again}
          </Button>
        </FormActions>
      ) : null}
    </Dialog>
  );
}

function CheckWords({ event, spec }: { event: CheckEvent; spec: string }) {
  const { w, format } = useWords();
  const r = w.receivers;
  switch (event.state) {
    case 'opening':
      return <p>{r.opening}</p>;
    case 'trying':
      return (
        <>
          <p>{r.trying(format.number(event.baudRate), event.nth, event.of)}</p>
          <progress max={event.of} value={event.nth} aria-label={r.opening} />
        </>
      );
    case 'hearing':
      return (
        <>
          <p>{r.hearing(format.number(event.reports), format.number(event.devices))}</p>
          <progress max={5_000} value={5_000 - event.leftMs} aria-label={r.opening} />
        </>
      );
    case 'done':
      return (
        <p className={styles.lead}>
          <b>{r.hears(format.number(event.reportsPerSecond), format.number(event.devices))}</b>
          {event.discardedBytes > 0 ? ` · ${w.setup.discarded(format.number(event.discardedBytes))}` : ''}
        </p>
      );
    case 'failed':
      return <p className={styles.hint}>{reasonWords(event.reason, spec, w)}</p>;
    default:
      return throwIllegalValue(event);
  }
}
