/** The site's settings and the small things that must survive a restart. */
import type Database from 'better-sqlite3';
import { type SiteSettings, siteSettings } from '../../shared/station-contract/index.ts';

/** A site nobody has set up yet. */
export const newSite: SiteSettings = {
  siteId: null,
  name: 'New site',
  nameKo: null,
  currency: 'KRW',
  timeZone: 'Asia/Seoul',
  businessDayStartHour: 4,
  defaultLocale: 'en',
  lanes: [],
  grades: [],
  amberAfterMs: 120_000,
  redAfterMs: 300_000,
  undoMs: 30_000,
  autoLockMs: 300_000,
  jackRequiredFromMinor: 0,
  simulated: false,
};

export class MetaStore {
  #site: SiteSettings;
  #siteBefore: SiteSettings;
  readonly #get: Database.Statement;
  readonly #set: Database.Statement;
  readonly #all: Database.Statement;

  constructor(sqlite: Database.Database) {
    this.#get = sqlite.prepare('SELECT value FROM meta WHERE key = ?').pluck();
    this.#set = sqlite.prepare(
      'INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
    // Not LIKE: keys may hold its wildcards.
    this.#all = sqlite
      .prepare('SELECT value FROM meta WHERE substr(key, 1, length(@prefix)) = @prefix ORDER BY key')
      .pluck();
    const kept = this.get('site');
    this.#site = kept === null ? newSite : siteSettings.parse({ ...newSite, ...JSON.parse(kept) });
    this.#siteBefore = this.#site;
  }

  get(key: string): string | null {
    return (this.#get.get(key) as string | undefined) ?? null;
  }

  /** The values of all keys that begin so, by key. */
  all(prefix: string): string[] {
    return this.#all.all({ prefix }) as string[];
  }

  /** Inside a transaction, or by itself where nothing else belongs to it. */
  set(key: string, value: string): void {
    this.#set.run(key, value);
  }

  get site(): SiteSettings {
    return this.#site;
  }

  /** Inside a transaction only. */
  setSite(site: SiteSettings): void {
    this.set('site', JSON.stringify(site));
    this.#site = site;
  }

  begin(): void {
    this.#siteBefore = this.#site;
  }

  rollback(): void {
    this.#site = this.#siteBefore;
  }

  get siteChanged(): boolean {
    return this.#site !== this.#siteBefore;
  }
}
