import { createContext, use } from 'react';
import type { CommandFailure } from '../station/index.ts';

/** How a failure reaches the person: the toaster provides it. */
export const ReportFailure = createContext<(failure: CommandFailure) => void>(() => {});
export const useReportFailure = () => use(ReportFailure);
