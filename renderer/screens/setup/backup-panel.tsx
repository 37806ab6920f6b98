import { IconDatabaseExport, IconDownload, IconHistory, IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { newId } from '../../../shared/domain/index.ts';
import type { BackupView } from '../../../shared/station-contract/index.ts';
import { Button, Dialog, FormActions, useToast, Waiting } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import { saveFile } from './receivers/save-file.ts';
import styles from './setup.module.css';

type Chosen = { kind: 'kept'; backup: BackupView } | { kind: 'file'; file: File };
/** As text below the station's limit of one message. */
const pieceBytes = 96 * 1024;

/** Backups of this station: make, save a copy, go back to one. */
export function BackupPanel() {
  const { w, format } = useWords();
  const b = w.backup;
  const { queries, client } = useKiosk();
  const toast = useToast();
  const list = useQuery(queries.setup.backups.queryOptions({ input: {}, staleTime: 0 }));
  const make = useCommand(client.setup.backup);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [saving, setSaving] = useState<string | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const when = (atMs: number) => `${format.day(atMs)} ${format.clock(atMs)}`;
  const backUp = async () => {
    const result = await make.run({});
    if (!result?.ok) return;
    toast({ tone: 'done', text: b.made });
    void list.refetch();
  };
  const download = async (backup: BackupView) => {
    if (saving !== null) return;
    setSaving(backup.fileName);
    try {
      const parts: BlobPart[] = [];
      for (let offset: number | null = 0; offset !== null; ) {
        const piece = await client.setup.readBackup({ fileName: backup.fileName, offset });
        parts.push(bytesOf(piece.base64));
        offset = piece.nextOffset;
      }
      saveFile(backup.fileName, parts);
      toast({ tone: 'done', text: b.downloaded });
    } catch {
      toast({ tone: 'failed', text: b.downloadFailed });
    } finally {
      setSaving(null);
    }
  };
  return (
    <section className={styles.panel} aria-label={b.title}>
      <h2>{b.title}</h2>
      <p>{b.explain}</p>
      {list.data === undefined ? <Waiting asked={list} /> : null}
      {list.data?.backups.length === 0 ? <p>{b.none}</p> : null}
      <ul className={styles.backups}>
        {(list.data?.backups ?? []).map((backup) => (
          <li key={backup.fileName} className={styles.backup} aria-label={when(backup.madeAtMs)}>
            <span className={styles.backupWhen}>
              <b>{when(backup.madeAtMs)}</b> {b.size(format.number(backup.bytes / 1e6))}
            </span>
            <Button
              icon={<IconDownload size="1.25rem" aria-hidden="true" />}
              progress={saving === backup.fileName ? 'sending' : 'idle'}
              onClick={() => void download(backup)}
            >
              {b.download}
            </Button>
            <Button
              icon={<IconHistory size="1.25rem" aria-hidden="true" />}
              onClick={() => setChosen({ kind: 'kept', backup })}
            >
              {b.restore}
            </Button>
          </li>
        ))}
      </ul>
      <FormActions>
        <Button
          size="big"
          look="strong"
          icon={<IconDatabaseExport size="1.25rem" aria-hidden="true" />}
          progress={make.progress}
          onClick={() => void backUp()}
        >
          {b.make}
        </Button>
        <Button
          size="big"
          icon={<IconUpload size="1.25rem" aria-hidden="true" />}
          onClick={() => file.current?.click()}
        >
          {b.fromFile}
        </Button>
        <input
          ref={file}
          type="file"
          accept=".sqlite"
          hidden
          data-testid="backup-file"
          onChange={(event) => {
            const [one] = event.currentTarget.files ?? [];
            if (one !== undefined) setChosen({ kind: 'file', file: one });
            event.currentTarget.value = '';
          }}
        />
      </FormActions>
      {chosen === null ? null : (
        <Restore
          chosen={chosen}
          title={
            chosen.kind === 'kept'
              ? b.restoreTitle(when(chosen.backup.madeAtMs))
              : b.restoreFileTitle(chosen.file.name)
          }
          onClose={() => setChosen(null)}
        />
      )}
    </section>
  );
}

function Restore(props: { chosen: Chosen; title: string; onClose(): void }) {
  const { chosen } = props;
  const { w, format } = useWords();
  const b = w.backup;
  const { client } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.setup.restore);
  const [brought, setBrought] = useState<number | null>(null);
  const bring = async (file: File): Promise<string | null> => {
    const uploadId = newId();
    setBrought(0);
    try {
      for (let offset = 0; offset < file.size; offset += pieceBytes) {
        const piece = new Uint8Array(await file.slice(offset, offset + pieceBytes).arrayBuffer());
        await client.setup.uploadBackup({ uploadId, offset, base64: base64Of(piece) });
        setBrought(Math.min(1, (offset + pieceBytes) / file.size));
      }
      return uploadId;
    } catch {
      toast({ tone: 'failed', text: b.bringFailed });
      return null;
    } finally {
      setBrought(null);
    }
  };
  const restore = async () => {
    if (brought !== null) return;
    if (chosen.kind === 'kept') {
      return finish(await command.run({ source: { kind: 'kept', fileName: chosen.backup.fileName } }));
    }
    const uploadId = await bring(chosen.file);
    if (uploadId !== null) finish(await command.run({ source: { kind: 'upload', uploadId } }));
  };
  const finish = (result: Awaited<ReturnType<typeof command.run>>) => {
    if (!result?.ok) return;
    toast({ tone: 'done', text: result.value.restarting ? b.restarting : b.atNextStart });
    props.onClose();
  };
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <p>{b.restoreExplain}</p>
      {brought === null ? null : <p role="status">{b.bringing(format.number(Math.floor(brought * 100)))}</p>}
      <FormActions>
        <Button size="big" onClick={props.onClose}>
          {w.app.cancel}
        </Button>
        <Button
          size="big"
          look="danger"
          grow
          progress={brought === null ? command.progress : 'sending'}
          onClick={() => void restore()}
        >
          {b.restore}
        </Button>
      </FormActions>
    </Dialog>
  );
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
