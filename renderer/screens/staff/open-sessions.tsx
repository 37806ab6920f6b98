import { IconDeviceDesktop, IconLogout } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OpenSession } from '../../../shared/station-contract/index.ts';
import { Button, Chip, Dialog, FormActions, useToast, Waiting } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWhen, useWords } from '../../words/index.ts';
import styles from './staff.module.css';

/** Everybody who is signed in, at whatever kiosk; anybody but oneself can be signed out from here. */
export function OpenSessions() {
  const { w } = useWords();
  const { queries, client } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.staff.endSession);
  const [asking, setAsking] = useState<OpenSession | null>(null);
  const asked = useQuery({
    ...queries.staff.sessions.queryOptions({ input: {} }),
    staleTime: 0,
    refetchInterval: 5_000,
  });
  const when = useWhen();
  const nameOf = (session: OpenSession) => session.kiosk ?? w.personStory.thisKiosk;
  const signOut = async (session: OpenSession) => {
    const result = await command.run({ sessionId: session.sessionId });
    if (!result?.ok) return;
    toast({ tone: 'done', text: w.sessions.done(session.person.displayName) });
    setAsking(null);
    void asked.refetch();
  };
  if (asked.data === undefined) return <Waiting asked={asked} />;
  return (
    <>
      {asked.data.sessions.length === 0 ? <p>{w.sessions.nobody}</p> : null}
      <ul className={styles.people}>
        {asked.data.sessions.map((session) => (
          <li key={session.sessionId} data-testid="open-session">
            <IconDeviceDesktop size="1.5rem" aria-hidden="true" />
            <span className={styles.who}>
              <b>{session.person.displayName}</b>
              <span>
                {w.roles[session.person.role]} · {w.sessions.at(nameOf(session), when(session.sinceMs))} ·{' '}
                {w.sessions.until(when(session.expiresAtMs))}
              </span>
            </span>
            {session.here ? (
              <Chip tone="blue">{w.sessions.here}</Chip>
            ) : (
              <Button
                icon={<IconLogout size="1.25rem" aria-hidden="true" />}
                onClick={() => setAsking(session)}
              >
                {w.sessions.signOut}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {asking === null ? null : (
        <Dialog
          title={w.sessions.signOutTitle(asking.person.displayName, nameOf(asking))}
          onClose={() => setAsking(null)}
        >
          <p>{w.sessions.signOutExplain}</p>
          <FormActions>
            <Button size="big" onClick={() => setAsking(null)}>
              {w.app.cancel}
            </Button>
            <Button
              size="big"
              look="danger"
              grow
              progress={command.progress}
              onClick={() => void signOut(asking)}
            >
              {w.sessions.signOut}
            </Button>
          </FormActions>
        </Dialog>
      )}
    </>
  );
}
