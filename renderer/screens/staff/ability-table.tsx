import { IconCheck, IconMinus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { AbilityView } from '../../../shared/station-contract/index.ts';
import { abilityNames, roles } from '../../../shared/station-facts/index.ts';
import { Waiting } from '../../parts/index.ts';
import { useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './staff.module.css';

/** Who may do what, as the station itself decides it: the table is asked for, not written down here. */
export function AbilityTable() {
  const { w } = useWords();
  const { queries } = useKiosk();
  const asked = useQuery(queries.staff.abilities.queryOptions({ input: {} }));
  if (asked.data === undefined) return <Waiting asked={asked} />;
  const place = ({ ability }: AbilityView) =>
    ability === null ? abilityNames.length : abilityNames.indexOf(ability);
  const lines = [...asked.data.abilities].sort((a, b) => place(a) - place(b));
  return (
    <div className={styles.wide}>
      <table className={styles.abilities}>
        <caption>{w.abilityTable.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{w.abilityTable.what}</th>
            {roles.map((role) => (
              <th key={role} scope="col">
                {w.roles[role]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.ability ?? line.commands.join()} data-testid="ability">
              <th scope="row">
                {line.ability === null ? line.commands.join(', ') : w.abilities[line.ability]}
              </th>
              {roles.map((role) => (
                <td key={role} data-may={line.roles.includes(role) || undefined}>
                  {line.roles.includes(role) ? (
                    <IconCheck size="1.375rem" role="img" aria-label={w.abilityTable.may} />
                  ) : (
                    <IconMinus size="1.25rem" role="img" aria-label={w.abilityTable.mayNot} />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
