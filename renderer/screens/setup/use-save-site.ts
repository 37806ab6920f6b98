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
  const save = async (changes: Changes) => {
    const result = await command.run({ changes });
    if (!result?.ok) return;
    board.apply({ type: 'site', site: result.value.site });
    toast({ tone: 'done', text: w.setup.saved });
  };
  return { save, progress: command.progress };
}
