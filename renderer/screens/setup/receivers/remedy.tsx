import { useQuery } from '@tanstack/react-query';
import { throwIllegalValue } from '../../../../shared/domain/index.ts';
import type { RemedyView } from '../../../../shared/station-contract/index.ts';
import { useKiosk } from '../../../session/index.ts';
import { useWords, type Words } from '../../../words/index.ts';
import styles from './receivers.module.css';

/** What the station's machine knows to do about a receiver that cannot be opened, with the command to type. */
export function Remedy({ spec, reason }: { spec: string; reason: string }) {
  const { w } = useWords();
  const { queries } = useKiosk();
  const asked = useQuery({
    ...queries.receivers.remedy.queryOptions({ input: { spec, reason } }),
    staleTime: 10_000,
    gcTime: 0,
  });
  const remedy = asked.data?.remedy ?? null;
  if (remedy === null) return null;
  return (
    <div className={styles.remedy} data-testid="remedy">
      <p>{remedyWords(remedy, w)}</p>
      {'command' in remedy ? <code>{remedy.command}</code> : null}
    </div>
  );
}

function remedyWords(remedy: RemedyView, w: Words): string {
  const r = w.receivers;
  switch (remedy.kind) {
    case 'group':
      return r.remedyGroup(remedy.user, remedy.group);
    case 'sign-in-again':
      return r.remedySignInAgain(remedy.user, remedy.group);
    case 'program':
      return remedy.certain ? r.remedyProgram(remedy.program) : r.remedyPerhapsProgram(remedy.program);
    case 'command':
      return r.remedyCommand;
    default:
      return throwIllegalValue(remedy);
  }
}
