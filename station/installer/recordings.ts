/**
 * What the receivers hear, kept on request: one folder per recording, one btsnoop file per receiver.
 *
 *   <data>/recordings/20261121-014455/ manifest.json  r0.btsnoop  r1.btsnoop …
 *
 *   recording ── stop ──▶ stopped        every file is closed and whole
 *       ├── too long ──▶ full
 *       ├── disk ─────▶ disk-refused     what was written stays readable; the station goes on
 *       └── power cut ─▶ interrupted     said at the next start
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Recorder } from '../../drivers/index.ts';
import { type Cancel, type Clock, err, every, ok, type Result } from '../../shared/domain/index.ts';
import type { RecordingView, RefusalReason } from '../../shared/station-contract/index.ts';
import type { Radio } from '../receivers/index.ts';

export interface Manifest extends RecordingView {
  /** As `files`: where each lies and when its first report was heard. */
  places: { receiverId: string; file: string; firstReportAtMs: number | null }[];
}

interface Track {
  recorder: Recorder;
  receiverId: string;
  name: string;
  file: string;
  firstReportAtMs: number | null;
}

const maxBytes = 64 * 1024 * 1024;
const maxKept = 10;
const watchMs = 1_000;
export const pieceBytes = 384 * 1024;

export class Recordings {
  readonly #folder: string;
  readonly #radio: Pick<Radio, 'tap' | 'receivers'>;
  readonly #clock: Clock;
  readonly #maxBytes: number;
  #manifest: Manifest | null = null;
  #tracks: Track[] = [];
  #untap: () => void = () => {};
  #unwatch: Cancel = () => {};
  #ending: Promise<RecordingView> | null = null;
  #starting = false;
  /** One for all files, so that a replay sees one device where there is one; it dies with the recording. */
  #scramblingKey: Buffer | null = null;
  #takingIn: Promise<void> | null = null;

  constructor(
    dataDir: string,
    radio: Pick<Radio, 'tap' | 'receivers'>,
    clock: Clock,
    limits: { maxBytes?: number } = {},
  ) {
    this.#folder = join(dataDir, 'recordings');
    this.#radio = radio;
    this.#clock = clock;
    this.#maxBytes = limits.maxBytes ?? maxBytes;
  }

  get isRunning(): boolean {
    return this.#manifest !== null || this.#starting;
  }

  async start(scrambled: boolean): Promise<Result<RecordingView, RefusalReason>> {
    // One that is just ending is not in the way.
    await this.#ending;
    if (this.isRunning) return err('recording-running');
    const receivers = this.#radio.receivers();
    if (receivers.length === 0) return err('receiver-not-found');
    this.#starting = true;
    try {
      const startedAtMs = Math.round(this.#clock.nowMs());
      const recordingId = await this.#makeFolder(startedAtMs);
      if (recordingId === null) return err('disk-refused');
      this.#scramblingKey = randomBytes(32);
      for (const receiver of receivers) {
        if (await this.#record(receiver, recordingId, scrambled, receivers.length)) continue;
        await Promise.all(this.#tracks.splice(0).map(({ recorder }) => recorder.stop()));
        await this.#remove(recordingId);
        return err('disk-refused');
      }
      const places: Manifest['places'] = [];
      this.#manifest = {
        recordingId,
        startedAtMs,
        endedAtMs: null,
        scrambled,
        ended: 'recording',
        files: [],
        places,
      };
      await this.#keep();
      this.#untap = this.#radio.tap((report) => {
        const track = this.#tracks.find(({ receiverId }) => receiverId === report.receiverId);
        if (track === undefined) return;
        track.firstReportAtMs ??= Math.round(report.atMs);
        track.recorder.record(report);
      });
      // A recording that ended by itself (full, disk) ends as a whole.
      this.#unwatch = every(this.#clock, watchMs, () => {
        if (this.#tracks.some(({ recorder }) => !recorder.isRecording)) void this.#end();
        else this.#takeIn();
      });
      return ok(this.#view());
    } finally {
      this.#starting = false;
    }
  }

  /** @returns false where the disk does not let us */
  async #record(
    { receiverId, name }: { receiverId: string; name: string },
    recordingId: string,
    scrambled: boolean,
    receivers: number,
  ): Promise<boolean> {
    const file = `r${this.#tracks.length}.btsnoop`;
    const started = await Recorder.start({
      path: join(this.#folder, recordingId, file),
      scrambleAddresses: scrambled,
      scramblingKey: this.#scramblingKey ?? undefined,
      maxBytes: Math.floor(this.#maxBytes / receivers),
    });
    if (!started.ok) return false;
    this.#tracks.push({ recorder: started.value, receiverId, name, file, firstReportAtMs: null });
    return true;
  }

  /** A receiver that was added meanwhile is recorded from then on. A disk that has no room for it ends the others, too. */
  #takeIn(): void {
    const manifest = this.#manifest;
    if (manifest === null || this.#takingIn !== null || this.#ending !== null) return;
    const added = this.#radio
      .receivers()
      .find(({ receiverId }) => this.#tracks.every((track) => track.receiverId !== receiverId));
    if (added === undefined) return;
    this.#takingIn = (async () => {
      const { recordingId, scrambled } = manifest;
      await this.#record(added, recordingId, scrambled, this.#tracks.length + 1);
      await this.#keep();
    })().finally(() => {
      this.#takingIn = null;
    });
  }

  async stop(): Promise<Result<RecordingView, RefusalReason>> {
    if (this.#manifest === null) return err('recording-not-running');
    return ok(await this.#end());
  }

  /** It should not have begun: nothing of it stays, and no older one went for it. */
  async discard(): Promise<void> {
    if (this.#manifest === null) return;
    const { recordingId } = await this.#end();
    await this.#remove(recordingId);
  }

  /**
   * The newest stay; the oldest go, once a new one has begun for good.
   *
   * @param begun it stays whatever its name: with a clock that was set back it sorts before those made earlier
   */
  async forgetOldest(begun: string): Promise<void> {
    const names = await readdir(this.#folder).catch(() => [] as string[]);
    const older = names.filter((name) => name !== begun).sort();
    for (const name of older.slice(0, 1 - maxKept)) await this.#remove(name);
  }

  /** Newest first. */
  async list(): Promise<RecordingView[]> {
    const names = await readdir(this.#folder).catch(() => [] as string[]);
    const manifests = await Promise.all(
      names
        .sort()
        .reverse()
        .map((name) => this.manifest(name)),
    );
    return manifests.flatMap((found) => (found === null ? [] : [viewOf(found)]));
  }

  async freeMb(): Promise<number | null> {
    const disk = await statfs(join(this.#folder, '..')).catch(() => null);
    return disk === null ? null : Math.floor((disk.bavail * disk.bsize) / (1024 * 1024));
  }

  async manifest(recordingId: string): Promise<Manifest | null> {
    if (this.#manifest?.recordingId === recordingId) return { ...this.#manifest, ...this.#view() };
    if (!/^[0-9a-z-]{8,60}$/.test(recordingId)) return null;
    try {
      const kept = JSON.parse(await readFile(this.#path(recordingId, 'manifest.json'), 'utf8')) as Manifest;
      if (kept.ended !== 'recording') return kept;
      // The station ended in the middle of it; how long its files grew only the disk knows.
      const files = await Promise.all(
        kept.places.map(async ({ receiverId, file }, index) => {
          const size = await stat(this.#path(recordingId, file)).catch(() => null);
          const name = kept.files[index]?.name ?? receiverId;
          return { receiverId, name, records: 0, bytes: size?.size ?? 0, dropped: 0 };
        }),
      );
      return { ...kept, ended: 'interrupted', files };
    } catch {
      return null;
    }
  }

  pathOf(manifest: Manifest, receiverId: string): string | null {
    const place = manifest.places.find((one) => one.receiverId === receiverId);
    return place === undefined ? null : this.#path(manifest.recordingId, place.file);
  }

  async read(
    recordingId: string,
    receiverId: string,
    offset: number,
  ): Promise<Result<{ base64: string; nextOffset: number | null }, RefusalReason>> {
    const manifest = await this.manifest(recordingId);
    const path = manifest === null ? null : this.pathOf(manifest, receiverId);
    if (path === null) return err('recording-not-found');
    try {
      const file = await open(path, 'r');
      try {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(pieceBytes), 0, pieceBytes, offset);
        return ok({
          base64: buffer.toString('base64', 0, bytesRead),
          nextOffset: bytesRead === pieceBytes ? offset + bytesRead : null,
        });
      } finally {
        await file.close();
      }
    } catch {
      return err('recording-not-readable');
    }
  }

  /** The station stops: what is being recorded is closed properly. */
  async close(): Promise<void> {
    if (this.#manifest !== null) await this.#end();
  }

  #end(): Promise<RecordingView> {
    this.#ending ??= (async () => {
      this.#unwatch();
      await this.#takingIn;
      this.#untap();
      const manifest = this.#manifest;
      if (manifest === null) throw new Error('nothing is being recorded');
      const by = this.#tracks.map(({ recorder }) => recorder.summary().ended);
      manifest.ended =
        by.find((ended) => ended === 'disk-refused') ?? by.find((ended) => ended === 'full') ?? 'stopped';
      await Promise.all(this.#tracks.map(({ recorder }) => recorder.stop()));
      // Also what only closing showed: the last bytes may find no room.
      if (this.#tracks.some(({ recorder }) => recorder.summary().ended === 'disk-refused')) {
        manifest.ended = 'disk-refused';
      }
      manifest.endedAtMs = Math.round(this.#clock.nowMs());
      await this.#keep();
      const view = this.#view();
      this.#manifest = null;
      this.#tracks = [];
      this.#scramblingKey = null;
      this.#ending = null;
      return view;
    })();
    return this.#ending;
  }

  #view(): RecordingView {
    if (this.#manifest === null) throw new Error('nothing is being recorded');
    return {
      ...viewOf(this.#manifest),
      files: this.#tracks.map(({ recorder, receiverId, name }) => {
        const { records, bytes, dropped } = recorder.summary();
        return { receiverId, name, records, bytes, dropped };
      }),
    };
  }

  /** A disk that refuses the manifest has refused the recording, too; the station goes on. */
  async #keep(): Promise<void> {
    const manifest = this.#manifest;
    if (manifest === null) return;
    manifest.files = this.#view().files;
    manifest.places = this.#tracks.map(({ receiverId, file, firstReportAtMs }) => ({
      receiverId,
      file,
      firstReportAtMs,
    }));
    const path = this.#path(manifest.recordingId, 'manifest.json');
    await writeFile(path, JSON.stringify(manifest, null, 1), { mode: 0o600 }).catch(() => {
      if (manifest.ended !== 'recording') manifest.ended = 'disk-refused';
    });
  }

  #remove(name: string): Promise<void> {
    return rm(join(this.#folder, name), { recursive: true, force: true }).catch(() => {});
  }

  /** null: the disk does not let us. */
  async #makeFolder(startedAtMs: number): Promise<string | null> {
    const stamp = new Date(startedAtMs).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      for (let n = 0; ; n++) {
        const recordingId = n === 0 ? stamp : `${stamp}-${n}`;
        try {
          await mkdir(join(this.#folder, recordingId), { mode: 0o700 });
          return recordingId;
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || n > 99) throw error;
        }
      }
    } catch {
      return null;
    }
  }

  #path(recordingId: string, file: string): string {
    return join(this.#folder, recordingId, file);
  }
}

function viewOf({ recordingId, startedAtMs, endedAtMs, scrambled, ended, files }: Manifest): RecordingView {
  return { recordingId, startedAtMs, endedAtMs, scrambled, ended, files };
}
