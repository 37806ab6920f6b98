import { Chip, type Tone } from '../../parts/index.ts';
import { useBoard, useConnection, useSite } from '../../session/index.ts';
import { type Condition, radioCondition, serverCondition } from '../../shell/connection-words.ts';
import { useWords } from '../../words/index.ts';
import styles from './setup.module.css';

const tones: Record<Condition['level'], Tone> = {
  fine: 'green',
  warn: 'amber',
  bad: 'red',
  unknown: 'plain',
};

/** Is it the radio, the station or the server? One line; what the banner says above it is not said twice. */
export function Verdict() {
  const { w } = useWords();
  const r = w.receivers;
  const connection = useConnection();
  const status = useBoard((state) => state.status);
  const receivers = useBoard((state) => state.receivers);
  const site = useSite();
  const lost = connection.kind === 'lost';
  // What a station that does not answer last said of the others is old.
  const known = status !== null && !lost;
  const radio = known ? radioCondition(status.radio, receivers, site, w) : null;
  const server = known ? serverCondition(status, w) : null;
  const parts: { name: string; level: Condition['level'] }[] = [
    { name: w.connection.radio, level: radio?.level ?? 'unknown' },
    { name: r.verdictStation, level: lost ? 'bad' : status === null ? 'unknown' : 'fine' },
    { name: w.connection.server, level: server?.level ?? 'unknown' },
  ];
  const sentences = [radio, server].flatMap((one) =>
    one?.level === 'warn' && !one.banner ? [one.sentence] : [],
  );
  const allWell = parts.every(({ level }) => level === 'fine');
  return (
    <section className={styles.verdict} role="status" aria-label={r.verdict} data-testid="verdict">
      {parts.map(({ name, level }) => (
        <span key={name} data-part={name} data-level={level}>
          <b>{name}</b>
          <Chip tone={tones[level]}>
            {
              { fine: r.verdictWell, warn: r.verdictPartly, bad: r.verdictFault, unknown: r.verdictUnknown }[
                level
              ]
            }
          </Chip>
        </span>
      ))}
      {allWell ? <p>{r.verdictAllWell}</p> : null}
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </section>
  );
}
