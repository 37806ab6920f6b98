import { Menu } from '@mantine/core';
import { IconArrowsExchange } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Person } from '../../shared/station-contract/index.ts';
import { useKiosk } from '../session/index.ts';
import { useWords } from '../words/index.ts';

/** Somebody else goes on here: a tap on the name, then their PIN. What this person had open stays for them. */
export function SwitchPerson({ me }: { me: Person }) {
  const { w } = useWords();
  const kiosk = useKiosk();
  const options = useQuery({
    ...kiosk.queries.session.options.queryOptions({ input: {} }),
    staleTime: 60_000,
  });
  const others = (options.data?.people ?? []).filter((person) => person.staffId !== me.staffId);
  if (others.length === 0) return null;
  return (
    <>
      <Menu.Label>{w.switchPerson.label}</Menu.Label>
      {others.map((person) => (
        <Menu.Item
          key={person.staffId}
          leftSection={<IconArrowsExchange size="1.375rem" aria-hidden="true" />}
          onClick={() =>
            void kiosk.lock({ staffId: person.staffId, displayName: person.displayName, role: person.role })
          }
        >
          {person.displayName}
        </Menu.Item>
      ))}
      <Menu.Label>{w.switchPerson.explain}</Menu.Label>
      <Menu.Divider />
    </>
  );
}
