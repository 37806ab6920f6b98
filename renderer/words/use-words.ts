import { useEffect, useMemo } from 'react';
import { useBoard, useKiosk, usePreferences } from '../session/kiosk-context.ts';
import { en, type Words } from './en.ts';
import { type Formats, formatsFor, type Locale } from './formats.ts';
import { ko } from './ko.ts';

const catalogues: Record<Locale, Words> = { en, ko };

export interface Spoken {
  locale: Locale;
  w: Words;
  format: Formats;
}

/** The words of the language in use, and numbers and times written the same way. */
export function useWords(fallback: Locale = 'en'): Spoken {
  const chosen = usePreferences().locale;
  const siteLocale = useBoard((state) => state.site?.defaultLocale ?? null);
  const timeZone = useBoard((state) => state.site?.timeZone ?? null);
  const locale = chosen ?? siteLocale ?? fallback;
  return useMemo(
    () => ({ locale, w: catalogues[locale], format: formatsFor(locale, timeZone) }),
    [locale, timeZone],
  );
}

/** A moment as the wall shows it, with its day where that is not today: what was left open yesterday says so. */
export function useWhen(): (atMs: number) => string {
  const { format } = useWords();
  const { board } = useKiosk();
  return (atMs) => format.when(atMs, board.nowMs());
}

/** Tells the page which language it speaks, for screen readers and line breaking. */
export function useDocumentLanguage(locale: Locale): void {
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
}

/** One tap changes the language for whoever stands here; the kiosk remembers it. */
export function useSwitchLanguage(): () => void {
  const { preferences } = useKiosk();
  const { locale } = useWords();
  return () => preferences.change({ locale: locale === 'en' ? 'ko' : 'en' });
}
