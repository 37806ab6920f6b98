/**
 * One command at a time: the waiter stands before the bytes go out, its timer starts after, and a
 * time-out says what was awaited. HCI allows one outstanding command until the controller says more.
 */
import { type Cancel, type Clock, err, ok, type Result } from '../../shared/domain/index.ts';
import type { ReceiverError } from '../receiver.ts';
import type { SerialLine } from '../serial/index.ts';
import type { HciCommand } from './hci-commands.ts';
import { opcodeName } from './hci-constants.ts';

export interface CommandAnswer {
  /** 0 is success (Vol 1 Part F). */
  status: number;
  returned: Uint8Array;
}

interface Waiter {
  opcode: number;
  settle(result: Result<CommandAnswer, ReceiverError>): void;
}

export class CommandChannel {
  readonly #clock: Clock;
  readonly #line: SerialLine;
  #waiter: Waiter | null = null;
  #ended: ReceiverError | null = null;

  constructor(clock: Clock, line: SerialLine) {
    this.#clock = clock;
    this.#line = line;
  }

  /** Refused at once when another command is outstanding or the link is down; never queued. */
  async send(command: HciCommand, timeoutMs: number): Promise<Result<CommandAnswer, ReceiverError>> {
    if (this.#ended !== null) return err(this.#ended);
    const name = opcodeName(command.opcode);
    if (this.#waiter !== null) {
      return err({
        code: 'not-open',
        text: `${name}: ${opcodeName(this.#waiter.opcode)} is not answered yet`,
      });
    }
    let cancelTimer: Cancel = () => {};
    let settleAnswer: (result: Result<CommandAnswer, ReceiverError>) => void = () => {};
    const answer = new Promise<Result<CommandAnswer, ReceiverError>>((settle) => {
      settleAnswer = settle;
    });
    const waiter: Waiter = {
      opcode: command.opcode,
      settle: (result) => {
        if (this.#waiter === waiter) this.#waiter = null;
        cancelTimer();
        settleAnswer(result);
      },
    };
    this.#waiter = waiter;
    const written = await this.#line.write(command.bytes);
    if (!written.ok) waiter.settle(written);
    else if (this.#waiter === waiter) {
      cancelTimer = this.#clock.schedule(timeoutMs, () => {
        waiter.settle(err({ code: 'no-answer', text: `no answer to ${name} within ${timeoutMs} ms` }));
      });
    }
    return answer;
  }

  /** Command Complete or Command Status came. @returns whether anybody waited for it. */
  answered(opcode: number, status: number, returned: Uint8Array): boolean {
    if (this.#waiter === null || this.#waiter.opcode !== opcode) return false;
    this.#waiter.settle(ok({ status, returned }));
    return true;
  }

  /** The link is down: whoever waits is told, whoever comes is refused. */
  end(reason: ReceiverError): void {
    this.#ended ??= reason;
    this.#waiter?.settle(err(reason));
  }
}
