import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { serverLog } from './log.ts';

function written(error: unknown): string {
  let text = '';
  const sink = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  serverLog('info', sink).error('request-failed', error, { route: 'phone.addVehicle' });
  return text;
}

it('an error is logged with its codes and places, and nothing of what it says', () => {
  const inner = Object.assign(new Error('invalid byte sequence: 12가3456'), { code: '22021' });
  const outer = new Error('Failed query: insert into vehicles\nparams: 12가3456\n    at 34나7890 (Kim)', {
    cause: inner,
  });
  const line = written(outer);
  for (const personal of ['3456', '7890', 'Kim', 'params']) expect(line).not.toContain(personal);
  const { stack, ...rest } = JSON.parse(line) as Record<string, unknown>;
  expect(rest).toMatchObject({ errorName: 'Error', errorCode: '22021', route: 'phone.addVehicle' });
  expect(stack).toContain('log.test.ts');
});

it('what is no error is told by its type alone', () => {
  expect(JSON.parse(written('12가3456'))).toMatchObject({
    errorName: 'string',
    errorCode: null,
    stack: null,
  });
});
