import { IconDownload, IconPlayerPlay, IconPlayerRecord, IconPlayerStop } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RecordingView } from '../../../../shared/station-contract/index.ts';
import { Button, Chip, useToast, Waiting } from '../../../parts/index.ts';
import { type Kiosk, useCommand, useKiosk } from '../../../session/index.ts';
import { useWords } from '../../../words/index.ts';
import styles from './receivers.module.css';
import { Replay } from './replay.tsx';
import { saveFile } from './save-file.ts';

/** What is heard, kept as btsnoop files; and what the station would have judged of it. */
export function RecordingsCard() {
  const { w, format } = useWords();
  const r = w.receivers;
  const { queries, client } = useKiosk();
  const list = useQuery({ ...queries.recording.list.queryOptions({ input: {} }), refetchInterval: 2_000 });
  const start = useCommand(client.recording.start);
  const stop = useCommand(client.recording.stop);
  const [scramble, setScramble] = useState(true);
  const [replaying, setReplaying] = useState<RecordingView | null>(null);
  const recordings = list.data?.recordings ?? [];
  const running = recordings.find(({ ended }) => ended === 'recording') ?? null;
  const done = async (command: Promise<unknown>) => {
    await command;
    void list.refetch();
  };
  return (
    <section className={styles.card} aria-label={r.recordTitle} data-testid="recordings">
      <div className={styles.cardHead}>
        <h2>{r.recordTitle}</h2>
        {running === null ? (
          <Button
            look="strong"
            icon={<IconPlayerRecord size="1.25rem" />}
            progress={start.progress}
            onClick={() => void done(start.run({ scrambleAddresses: scramble }))}
          >
            {r.recordStart}
          </Button>
        ) : (
          <Button
            look="strong"
            icon={<IconPlayerStop size="1.25rem" />}
            progress={stop.progress}
            onClick={() => void done(stop.run({}))}
          >
            {r.recordStop}
          </Button>
        )}
      </div>
      <p>{r.recordExplain}</p>
      <label className={styles.switch}>
        <input
          type="checkbox"
          checked={scramble}
          disabled={running !== null}
          onChange={(event) => setScramble(event.currentTarget.checked)}
        />
        {r.scramble}
      </label>
      {list.data?.freeMb == null ? null : <p>{r.freeDisk(format.number(list.data.freeMb))}</p>}
      {list.data === undefined ? <Waiting asked={list} /> : null}
      {list.data !== undefined && recordings.length === 0 ? <p>{r.noRecordings}</p> : null}
      <ul className={styles.recordings}>
        {recordings.map((recording) => (
          <Recording
            key={recording.recordingId}
            recording={recording}
            onReplay={() => setReplaying(recording)}
          />
        ))}
      </ul>
      {replaying === null ? null : <Replay recording={replaying} onClose={() => setReplaying(null)} />}
    </section>
  );
}

function Recording({ recording, onReplay }: { recording: RecordingView; onReplay(): void }) {
  const { w, format } = useWords();
  const r = w.receivers;
  const { client } = useKiosk();
  const toast = useToast();
  const [saving, setSaving] = useState(false);
  const { recordingId, startedAtMs, files, ended } = recording;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const records = files.reduce((sum, file) => sum + file.records, 0);
  const tone = ended === 'recording' ? 'blue' : ended === 'stopped' ? 'green' : 'amber';
  const download = async () => {
    if (saving) return;
    setSaving(true);
    try {
      for (const file of files) {
        const parts = await readWhole(client, recordingId, file.receiverId);
        saveFile(`${recordingId}-${file.name.replace(/[^\p{L}\p{N}-]+/gu, '-')}.btsnoop`, parts);
      }
    } catch {
      toast({ tone: 'failed', text: w.app.notLoaded });
    } finally {
      setSaving(false);
    }
  };
  return (
    <li data-testid="recording" data-ended={ended} data-records={records}>
      <span>
        <b>{`${format.day(startedAtMs)} ${format.clock(startedAtMs)}`}</b>
        <span className={styles.second}>
          {r.recordFacts(
            format.number(records),
            format.number(Math.max(0.1, bytes / 1024 / 1024)),
            files.length,
          )}
        </span>
      </span>
      <Chip tone={tone}>{w.recordingEnds[ended] ?? ended}</Chip>
      {ended === 'recording' ? null : (
        <>
          <Button icon={<IconPlayerPlay size="1.25rem" />} onClick={onReplay}>
            {r.replay}
          </Button>
          <Button
            icon={<IconDownload size="1.25rem" />}
            progress={saving ? 'sending' : 'idle'}
            onClick={() => void download()}
          >
            {r.download}
          </Button>
        </>
      )}
    </li>
  );
}

async function readWhole(
  client: Kiosk['client'],
  recordingId: string,
  receiverId: string,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const piece: { base64: string; nextOffset: number | null } = await client.recording.read({
      recordingId,
      receiverId,
      offset,
    });
    parts.push(Uint8Array.from(atob(piece.base64), (char) => char.charCodeAt(0)));
    offset = piece.nextOffset;
  }
  return parts;
}
