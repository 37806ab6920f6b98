import { useBoard, useNowMs } from '../session/index.ts';
import { useWords } from '../words/index.ts';

/** The site's time of day. Until its time zone is known there is none: this machine may stand in another. */
export function Clock({ className }: { className?: string }) {
  const nowMs = useNowMs();
  const { format } = useWords();
  const known = useBoard((state) => state.site !== null);
  return <time className={className}>{known ? format.clock(nowMs) : null}</time>;
}
