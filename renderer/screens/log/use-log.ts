import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { LogQuery, LogVisit } from '../../../shared/station-contract/index.ts';
import { useKiosk } from '../../session/index.ts';

const pageSize = 100;
/** Today's log follows the day. */
const refreshMs = 30_000;
/** The most that is taken at a stretch for a file or for paper. */
const exportPage = 500;

export interface LogRows {
  total: number | null;
  /** The first page, and the way to ask for all that are shown again. */
  asked: { isError: boolean; error: Error | null; refetch(): void };
  /** undefined: its page is on its way. */
  at(index: number): LogVisit | undefined;
  /** Which rows are looked at: their pages are fetched. */
  show(firstIndex: number, lastIndex: number): void;
  /** Rows from `offset` on, newest first, `limit` at most, page by page. They do not slip while cars arrive. */
  pages(offset: number, limit: number): AsyncGenerator<{ visits: LogVisit[]; total: number }>;
}

/** The same as long as nothing of it has changed: rows that are drawn already are not drawn again. */
function combine(results: UseQueryResult<{ visits: LogVisit[]; total: number }>[]) {
  return {
    found: results.map(({ data }) => data),
    isError: results[0]?.isError ?? false,
    error: results[0]?.error ?? null,
    again: results.map(({ refetch }) => refetch),
  };
}

/** The wanted visits, fetched in pages as they come into view. */
export function useLogRows(query: LogQuery, follows: boolean): LogRows {
  const { queries, client, board } = useKiosk();
  const key = JSON.stringify(query);
  const [asOf, setAsOf] = useState(() => ({ key, ms: board.nowMs() }));
  const [pages, setPages] = useState<readonly number[]>([0]);
  // Another question is asked as of now, and from its beginning.
  useEffect(() => {
    setAsOf((before) => (before.key === key ? before : { key, ms: board.nowMs() }));
    setPages([0]);
  }, [key, board]);
  useEffect(() => {
    if (!follows) return;
    const timer = setInterval(() => setAsOf({ key, ms: board.nowMs() }), refreshMs);
    return () => clearInterval(timer);
  }, [follows, key, board]);
  const asOfMs = asOf.ms;
  const { found, isError, error, again } = useQueries({
    queries: pages.map((page) => ({
      ...queries.dailyLog.rows.queryOptions({
        input: { ...query, asOfMs, offset: page * pageSize, limit: pageSize },
      }),
      staleTime: 60_000,
      placeholderData: <T>(before: T | undefined) => before,
    })),
    combine,
  });
  const total = found[0]?.total ?? null;
  return useMemo(
    () => ({
      total,
      asked: {
        isError,
        error,
        refetch: () => {
          for (const refetch of again) void refetch();
        },
      },
      at: (index) => {
        const place = pages.indexOf(Math.floor(index / pageSize));
        return found[place]?.visits[index % pageSize];
      },
      show: (firstIndex, lastIndex) => {
        const wanted = [0];
        const last = Math.floor(lastIndex / pageSize);
        for (let page = Math.floor(firstIndex / pageSize); page <= last; page += 1) {
          if (page > 0) wanted.push(page);
        }
        setPages((before) => (before.join() === wanted.join() ? before : wanted));
      },
      pages: async function* (offset, limit) {
        for (let at = offset; at < offset + limit; ) {
          const { visits, total } = await client.dailyLog.rows({
            ...query,
            asOfMs,
            offset: at,
            limit: Math.min(exportPage, offset + limit - at),
          });
          yield { visits, total };
          at += visits.length;
          if (visits.length === 0 || at >= total) return;
        }
      },
    }),
    [total, found, isError, error, again, pages, client, query, asOfMs],
  );
}
