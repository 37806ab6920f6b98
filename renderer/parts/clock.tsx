import { useNowMs } from '../session/index.ts';
import { useWords } from '../words/index.ts';

/** The site's time of day. */
export function Clock({ className }: { className?: string }) {
  const nowMs = useNowMs();
  const { format } = useWords();
  return <time className={className}>{format.clock(nowMs)}</time>;
}
