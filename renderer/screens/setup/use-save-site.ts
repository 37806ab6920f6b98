import { useToast } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import type { Changes } from './site-draft.ts';

/** Tells the station a part of the site's settings; the board shows it at once. */
export function useSaveSite() {
  const { w } = useWords();
  const { client, board } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.setup.updateSite);
  /** @param seen the same fields as they were shown. @returns whether it is saved */
  const save = async (changes: Changes, seen: Changes): Promise<boolean> => {
    const result = await command.run({ changes, seen });
    if (!result?.ok) return false;
    board.apply({ type: 'site', site: result.value.site });
    toast({ tone: 'done', text: w.setup.saved });
    return true;
  };
  return { save, progress: command.progress };
}
