import { ORPCError } from '@orpc/client';
import { IconArrowRight, IconLanguage, IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Person } from '../../../shared/station-contract/index.ts';
import { Button, type Key, Keypad, typeKey } from '../../parts/index.ts';
import { useConnection, useKiosk, useSession } from '../../session/index.ts';
import { formatDuration, useSwitchLanguage, useWords } from '../../words/index.ts';
import styles from './sign-in.module.css';

type Refusal =
  | { kind: 'wrong'; attemptsLeft: number }
  | { kind: 'locked'; untilMs: number }
  | { kind: 'failed' };

const pinMin = 4;
const pinMax = 8;

/**
 * Who is working? A tap on the name, then the PIN on the pad or the keyboard.
 *
 * @param onNames called when the names are on the screen
 */
export function SignIn({ onNames }: { onNames?: () => void }) {
  const kiosk = useKiosk();
  const session = useSession();
  const connection = useConnection();
  const connected = connection.kind === 'connected';
  const options = useQuery({
    ...kiosk.queries.session.options.queryOptions({ input: {} }),
    enabled: connected,
    refetchInterval: (query) => (query.state.data === undefined ? 1_000 : false),
  });
  const known = options.data !== undefined;
  useEffect(() => {
    if (known) onNames?.();
  }, [known, onNames]);
  const { w, locale } = useWords(options.data?.defaultLocale);
  const switchLanguage = useSwitchLanguage();
  const [chosen, setChosen] = useState<Person | null>(
    session.kind === 'locked' ? (session.next ?? session.person) : null,
  );
  const siteName = (locale === 'ko' ? options.data?.siteNameKo : null) ?? options.data?.siteName ?? '';
  return (
    <div className={styles.screen}>
      <header className={styles.header}>
        <span className={styles.site}>{siteName}</span>
        <Button icon={<IconLanguage size="1.5rem" />} onClick={switchLanguage}>
          <span lang={locale === 'en' ? 'ko' : 'en'}>{w.app.switchLanguage}</span>
        </Button>
      </header>
      <main className={styles.main}>
        {session.kind === 'locked' ? (
          <p className={styles.locked} role="status">
            {session.expired
              ? w.signIn.expired(session.person.displayName)
              : w.signIn.lockedBy(session.person.displayName)}
          </p>
        ) : null}
        {connection.kind === 'lost' ? (
          <p className={styles.lost} role="alert">
            <IconPlugConnectedX size="1.5rem" />
            {w.signIn.stationLost}
          </p>
        ) : null}
        {chosen === null ? (
          <People people={options.data?.people ?? null} onChoose={setChosen} />
        ) : (
          <Pin person={chosen} onBack={() => setChosen(null)} />
        )}
      </main>
      {options.data?.simulated ? <footer className={styles.simulated}>{w.app.simulated}</footer> : null}
    </div>
  );
}

function People({ people, onChoose }: { people: Person[] | null; onChoose(person: Person): void }) {
  const { w } = useWords();
  return (
    <>
      <h1 className={styles.title}>{w.signIn.title}</h1>
      {people === null ? (
        <p className={styles.hint}>{w.signIn.waitingForStation}</p>
      ) : people.length === 0 ? (
        <p className={styles.hint}>{w.signIn.nobody}</p>
      ) : (
        <>
          <p className={styles.hint}>{w.signIn.choosePerson}</p>
          <ul className={styles.people}>
            {people.map((person) => (
              <li key={person.staffId}>
                <button type="button" className={styles.person} onClick={() => onChoose(person)}>
                  <span className={styles.initial} aria-hidden="true">
                    {[...person.displayName][0]}
                  </span>
                  <span className={styles.who}>
                    <b>{person.displayName}</b>
                    <span>{w.roles[person.role]}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Pin({ person, onBack }: { person: Person; onBack(): void }) {
  const kiosk = useKiosk();
  const { w } = useWords();
  const [pin, setPin] = useState('');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [waitUntilMs, setWaitUntilMs] = useState(0);
  const nowMs = useLocalSeconds(waitUntilMs > 0 || refusal?.kind === 'locked');
  const waiting = waitUntilMs > nowMs;

  const signIn = async () => {
    if (busy || waiting || pin.length < pinMin) return;
    setBusy(true);
    try {
      const answer = await kiosk.client.session.signIn({ staffId: person.staffId, pin });
      setRefusal(null);
      kiosk.session.signedIn(answer.person, answer.token);
    } catch (error) {
      setPin('');
      if (error instanceof ORPCError && error.code === 'PIN_WRONG') {
        const data = error.data as { attemptsLeft: number; retryAfterMs: number };
        setRefusal({ kind: 'wrong', attemptsLeft: data.attemptsLeft });
        setWaitUntilMs(performance.now() + data.retryAfterMs);
      } else if (error instanceof ORPCError && error.code === 'PIN_LOCKED') {
        setRefusal({ kind: 'locked', untilMs: performance.now() + (error.data as { forMs: number }).forMs });
      } else setRefusal({ kind: 'failed' });
    } finally {
      setBusy(false);
    }
  };
  const latest = useRef(signIn);
  latest.current = signIn;

  const onKey = useCallback((key: Key) => {
    if (key !== 'point') setPin((before) => typeKey(before, key, pinMax));
  }, []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onBack();
      if (event.key !== 'Enter') return;
      if (event.target instanceof HTMLElement && event.target.closest('button') !== null) return;
      void latest.current();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [onBack]);

  return (
    <form
      className={styles.pin}
      onSubmit={(event) => {
        event.preventDefault();
        void signIn();
      }}
    >
      <h1 className={styles.title}>{w.signIn.pinFor(person.displayName)}</h1>
      <div className={styles.dots} role="img" aria-label={w.signIn.pinDigits(pin.length)}>
        {[...Array(Math.max(pinMin, pin.length)).keys()].map((place) => (
          <span key={place} data-filled={place < pin.length || undefined} />
        ))}
      </div>
      <p className={styles.message} role="alert">
        {waiting && refusal?.kind !== 'locked'
          ? w.signIn.slowedDown(Math.ceil((waitUntilMs - nowMs) / 1000))
          : refusal?.kind === 'wrong'
            ? w.signIn.wrong(refusal.attemptsLeft)
            : refusal?.kind === 'locked'
              ? w.signIn.locked(formatDuration(refusal.untilMs - nowMs))
              : refusal?.kind === 'failed'
                ? w.signIn.failed
                : ''}
      </p>
      <Keypad onKey={onKey} />
      <div className={styles.actions}>
        <Button size="big" onClick={onBack}>
          {w.signIn.otherPerson}
        </Button>
        <Button
          type="submit"
          size="big"
          look="strong"
          grow
          icon={<IconArrowRight size="1.5rem" />}
          aria-disabled={pin.length < pinMin || waiting}
        >
          {busy ? w.signIn.checking : w.signIn.signIn}
        </Button>
      </div>
    </form>
  );
}

/** This page's monotonic time while `running`; before sign-in there is no station clock, and this machine's may be wrong. */
function useLocalSeconds(running: boolean): number {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    if (!running) return;
    setNowMs(performance.now());
    const timer = setInterval(() => setNowMs(performance.now()), 500);
    return () => clearInterval(timer);
  }, [running]);
  return nowMs;
}
