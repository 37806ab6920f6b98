import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fuels } from '../../shared/domain/index.ts';
import { declineReasons, problemCodes } from '../../shared/server-contract/index.ts';
import { refusalReasons } from '../../shared/station-contract/index.ts';
import { roles } from '../../shared/station-facts/index.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';

type Section = Record<string, string | ((...args: never[]) => string)>;
const catalogues = { en: en as Record<string, Section>, ko: ko as Record<string, Section> };

const keysOf = (catalogue: Record<string, Section>) =>
  Object.entries(catalogue).flatMap(([section, words]) =>
    Object.keys(words).map((key) => `${section}.${key}`),
  );

/** Looked up by a value that comes from the station, so no source names each key. */
const lookedUp = [
  'walkShare',
  'walkAdvice',
  'receiverReasons',
  'presenceRules',
  'presenceStates',
  'recordingEnds',
  'refusals',
  'cartStates',
  'cartAttention',
  'cartVerdicts',
  'cartPending',
  'cartRefused',
  'serverProblems',
  'marksRefused',
  'declinedBecause',
  'cartPayments',
  'soundOccasions',
  'soundNames',
  'abilities',
  'roles',
  'fuels',
  'colors',
  'journal',
  'marks',
  'paymentStates',
  'logKinds',
  'paymentGroups',
  'statementStates',
  'followUpStates',
  'followUpHere',
  'followUpThere',
  'followUpSteps',
  'tenders',
  'trainingNames',
  'trainingAbout',
  'trainingSteps',
  'trainingHints',
  'joinRefusals',
];

const sources = readdirSync(join(import.meta.dirname, '..'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !path.includes('.test.') && !path.startsWith('words'))
  .map((path) => readFileSync(join(import.meta.dirname, '..', path), 'utf8'))
  .join('\n');

/** Sections that a source takes under a short name: `const o = w.outcome`. */
const shortNames = [...sources.matchAll(/const (\w+) = w\.(\w+);/g)].map(([, short = '', section = '']) => ({
  short,
  section,
}));

describe('the words', () => {
  it('exist in Korean for every English key, and no others', () => {
    expect(keysOf(catalogues.ko).sort()).toEqual(keysOf(catalogues.en).sort());
  });

  it('take the same values in both languages', () => {
    for (const [section, words] of Object.entries(catalogues.en)) {
      for (const [key, word] of Object.entries(words)) {
        expect(typeof catalogues.ko[section]?.[key], `${section}.${key}`).toBe(typeof word);
      }
    }
  });

  it('are never empty', () => {
    for (const catalogue of Object.values(catalogues)) {
      for (const key of keysOf(catalogue)) {
        const [section = '', name = ''] = key.split('.');
        const word = catalogue[section]?.[name];
        if (typeof word === 'string') expect(word.trim(), key).not.toBe('');
      }
    }
  });

  it('are all said somewhere', () => {
    const unused = keysOf(catalogues.en).filter((key) => {
      const [section = '', name = ''] = key.split('.');
      if (lookedUp.includes(section)) return false;
      const names = [`w.${section}`, `.current.${section}`];
      names.push(...shortNames.filter((other) => other.section === section).map((other) => other.short));
      return !names.some((prefix) =>
        new RegExp(`\\b${prefix.replaceAll('.', '\\.')}\\.${name}\\b`.replace('\\b\\.', '\\.')).test(sources),
      );
    });
    expect(unused).toEqual([]);
  });

  it('put every refusal, role and fuel of the station into a sentence', () => {
    for (const catalogue of Object.values(catalogues)) {
      expect(refusalReasons.filter((reason) => catalogue.refusals?.[reason] === undefined)).toEqual([]);
      expect(Object.keys(catalogue.roles ?? {}).sort()).toEqual([...roles].sort());
      expect(Object.keys(catalogue.fuels ?? {}).sort()).toEqual([...fuels].sort());
    }
  });

  it('say with every refusal what to do, not only that nothing was changed', () => {
    const dead = /(Nothing was [a-z]+|없습니다|않았습니다|못했습니다)\.$/;
    for (const catalogue of Object.values(catalogues)) {
      const { refusals = {} } = catalogue;
      expect(refusalReasons.filter((reason) => dead.test(String(refusals[reason])))).toEqual([]);
    }
  });

  it('put every refusal of the payment server’s contract into a sentence', () => {
    for (const catalogue of Object.values(catalogues)) {
      expect(Object.keys(catalogue.serverProblems ?? {}).sort()).toEqual(
        // The two beside the contract's: nobody answered, and an answer that is not the contract's.
        [...problemCodes, 'network', 'answer-not-understood'].sort(),
      );
      expect(Object.keys(catalogue.declinedBecause ?? {}).sort()).toEqual([...declineReasons].sort());
    }
  });

  it('tell every reason for which the payment server declines', () => {
    const server = join(import.meta.dirname, '../../server');
    const text = readdirSync(server, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.includes('test') && !path.startsWith('processor'))
      .map((path) => readFileSync(join(server, path), 'utf8'))
      .join('\n');
    const given = [
      ...text.matchAll(/endWaiting\([^)]*'declined', '([a-z-]+)'/g),
      ...text.matchAll(/state: 'declined',\s+reason: (?:[\w.]+ \?\? )?'([a-z-]+)'/g),
    ].map((match) => match[1]);
    expect([...new Set(given)].sort()).toEqual([...declineReasons].sort());
  });

  it('explain the refusals of marks that the station really sends, and its own conflicts', () => {
    const marks = Object.keys(en.marks);
    const conflicts = ['paid-twice', 'refund-refused', 'cancelled-after-hand-over'];
    const wrong = Object.keys(en.marksRefused).filter((key) => {
      const [mark = '', code = ''] = key.split(' ');
      const codes: readonly string[] = mark === 'conflict' ? conflicts : problemCodes;
      return !marks.includes(mark) || !codes.includes(code);
    });
    expect(wrong).toEqual([]);
    const station = join(import.meta.dirname, '../../station');
    const text = readdirSync(station, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.includes('test'))
      .map((path) => readFileSync(join(station, path), 'utf8'))
      .join('\n');
    const kept = [...text.matchAll(/what: '([a-z-]+)'/g)].map((match) => match[1]);
    expect([...new Set(kept)].sort()).toEqual([...conflicts].sort());
    expect(conflicts.every((what) => `conflict ${what}` in en.marksRefused)).toBe(true);
  });

  it('tell every kind of journal entry and of mark that the station keeps', () => {
    const station = join(import.meta.dirname, '../../station');
    const text = readdirSync(station, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.includes('test'))
      .map((path) => readFileSync(join(station, path), 'utf8'))
      .join('\n');
    const kindsAfter = (pattern: RegExp) => [
      ...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? '')),
    ];
    const entries = [
      ...kindsAfter(/\bjournal\(\s*'([a-z-]+)'/g),
      // One of two, by what happened.
      ...kindsAfter(/\bjournal\([^,']*(?:'[a-z-]+'\s*)?\?\s*'([a-z-]+)'/g),
      ...kindsAfter(/\bjournal\([^,]*\?\s*'[a-z-]+'\s*:\s*'([a-z-]+)'/g),
    ];
    entries.push(...kindsAfter(/\bjournal: '([a-z-]+)'/g));
    expect(entries).toEqual(expect.arrayContaining(['visit-parked', 'visit-heard-again']));
    const marks = kindsAfter(/\boutbox\(\{\s*kind: '([a-z-]+)'/g);
    expect(entries.length).toBeGreaterThan(20);
    expect(marks.length).toBeGreaterThan(4);
    expect(entries.filter((kind) => en.journal[kind] === undefined)).toEqual([]);
    expect(marks.filter((kind) => en.marks[kind] === undefined)).toEqual([]);
  });

  it('are nowhere written into a screen', () => {
    const written = readdirSync(join(import.meta.dirname, '../screens'), {
      recursive: true,
      encoding: 'utf8',
    })
      .filter((path) => path.endsWith('.tsx'))
      .flatMap((path) => {
        const text = readFileSync(join(import.meta.dirname, '../screens', path), 'utf8');
        // Words between a tag's end and the next tag or brace.
        return [...text.matchAll(/^\s*([A-Z][a-z]+(?: [a-z]+)*)\s*$/gm)].map(
          (match) => `${path}: ${match[1]}`,
        );
      });
    expect(written).toEqual([]);
  });
});
