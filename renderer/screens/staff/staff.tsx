import { IconHistory, IconKey, IconLockOpen, IconUserMinus, IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Person } from '../../../shared/station-contract/index.ts';
import { Button, Chip, Dialog, FormActions, Segmented, useToast, Waiting } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { Header } from '../../shell/header.tsx';
import { useWords } from '../../words/index.ts';
import { AbilityTable } from './ability-table.tsx';
import { AddPerson } from './add-person.tsx';
import { OpenSessions } from './open-sessions.tsx';
import { PersonStory } from './person-story.tsx';
import { ResetPin } from './reset-pin.tsx';
import styles from './staff.module.css';

/** Who may sign in, and as what. */
export function Staff() {
  const { w, format } = useWords();
  const { queries, client } = useKiosk();
  const list = useQuery(
    queries.staff.list.queryOptions({ input: {}, staleTime: 0, refetchInterval: 15_000 }),
  );
  const [asking, setAsking] = useState<
    'add' | { reset: Person } | { retire: Person } | { story: Person } | null
  >(null);
  const [tab, setTab] = useState<'people' | 'sessions' | 'roles'>('people');
  const toast = useToast();
  const unlock = useCommand(client.staff.unlock);
  const lift = async (person: Person) => {
    const result = await unlock.run({ staffId: person.staffId });
    if (!result?.ok) return;
    toast({ tone: 'done', text: w.unlockPin.done(person.displayName) });
    void list.refetch();
  };
  const done = () => {
    setAsking(null);
    void list.refetch();
  };
  return (
    <>
      <Header
        title={w.staff.title}
        extra={
          <Button
            size="small"
            className={styles.add}
            aria-label={w.staff.add}
            icon={<IconUserPlus size="1.375rem" />}
            onClick={() => setAsking('add')}
          >
            {w.staff.add}
          </Button>
        }
      >
        <Segmented
          label={w.staffTabs.label}
          value={tab}
          onChange={setTab}
          segments={[
            { value: 'people', label: w.staffTabs.people },
            { value: 'sessions', label: w.staffTabs.sessions },
            { value: 'roles', label: w.staffTabs.roles },
          ]}
        />
      </Header>
      {/* The table of roles has nothing in it to focus: the keyboard scrolls the part itself. */}
      <section
        className={styles.page}
        aria-label={w.staffTabs[tab]}
        tabIndex={tab === 'roles' ? 0 : undefined}
      >
        {tab === 'sessions' ? <OpenSessions /> : null}
        {tab === 'roles' ? <AbilityTable /> : null}
        {tab === 'people' && list.data === undefined ? <Waiting asked={list} /> : null}
        <ul className={styles.people} hidden={tab !== 'people'}>
          {(list.data?.people ?? []).map((person) => (
            <li key={person.staffId} data-retired={person.retired || undefined}>
              <span className={styles.who}>
                <b>{person.displayName}</b>
                <span>{w.roles[person.role]}</span>
              </span>
              {person.lockedUntilMs ? (
                <>
                  <Chip tone="red">{w.staff.lockedUntil(format.clock(person.lockedUntilMs))}</Chip>
                  <Button
                    icon={<IconLockOpen size="1.25rem" />}
                    progress={unlock.progress}
                    onClick={() => void lift(person)}
                  >
                    {w.unlockPin.lift}
                  </Button>
                </>
              ) : null}
              <Button icon={<IconHistory size="1.25rem" />} onClick={() => setAsking({ story: person })}>
                {w.personStory.open}
              </Button>
              {person.retired ? (
                <Chip tone="plain">{w.staff.retired}</Chip>
              ) : (
                <>
                  <Button icon={<IconKey size="1.25rem" />} onClick={() => setAsking({ reset: person })}>
                    {w.staff.resetPin}
                  </Button>
                  <Button
                    icon={<IconUserMinus size="1.25rem" />}
                    onClick={() => setAsking({ retire: person })}
                  >
                    {w.staff.retire}
                  </Button>
                </>
              )}
            </li>
          ))}
        </ul>
      </section>
      {asking === 'add' ? <AddPerson onDone={done} onClose={() => setAsking(null)} /> : null}
      {asking !== null && asking !== 'add' && 'reset' in asking ? (
        <ResetPin person={asking.reset} onDone={done} onClose={() => setAsking(null)} />
      ) : null}
      {asking !== null && asking !== 'add' && 'story' in asking ? (
        <PersonStory person={asking.story} onClose={() => setAsking(null)} />
      ) : null}
      {asking !== null && asking !== 'add' && 'retire' in asking ? (
        <Retire person={asking.retire} onDone={done} onClose={() => setAsking(null)} />
      ) : null}
    </>
  );
}

function Retire(props: { person: Person; onDone(): void; onClose(): void }) {
  const { w } = useWords();
  const { client } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.staff.retire);
  const submit = async () => {
    const result = await command.run({ staffId: props.person.staffId });
    if (!result?.ok) return;
    toast({ tone: 'done', text: w.staff.wasRetired(props.person.displayName) });
    props.onDone();
  };
  return (
    <Dialog title={w.staff.retireTitle(props.person.displayName)} onClose={props.onClose}>
      <p>{w.staff.retireExplain}</p>
      <FormActions>
        <Button size="big" onClick={props.onClose}>
          {w.app.cancel}
        </Button>
        <Button size="big" look="danger" grow progress={command.progress} onClick={() => void submit()}>
          {w.staff.retire}
        </Button>
      </FormActions>
    </Dialog>
  );
}
