import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../station/index.ts';
import { en } from '../words/en.ts';
import { ko } from '../words/ko.ts';
import { failureWords } from './failure-words.ts';

const said = (code: string, w: typeof en) => {
  const failure = failureOf(new ORPCError(code));
  return failure === null ? null : failureWords(failure, w);
};

describe('what the station does not take', () => {
  it('is no fault of the kiosk when it was typed so: too long, too large, no number', () => {
    expect(said('BAD_REQUEST', en)).toContain('Check what you typed.');
    expect(said('BAD_REQUEST', ko)).toContain('입력한 내용을 확인해 주세요.');
  });

  it('is one when the program is at fault', () => {
    expect(said('INTERNAL_SERVER_ERROR', en)).toContain('Something went wrong in the kiosk.');
  });
});
