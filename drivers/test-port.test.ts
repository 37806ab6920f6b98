/**
 * The contract suite on a real receiver, for whoever has one on the desk:
 *
 *   TEST_PORT=/dev/ttyACM0 npx vitest run drivers/test-port.test.ts            a Bluetooth controller
 *   TEST_PORT=/dev/ttyUSB0 TEST_BAUD=1000000 npx vitest run …                  at another speed
 *   TEST_PORT=gateway:/dev/ttyUSB0 npx vitest run …                            a gateway that prints JSON
 *   TEST_PORT=bluez:hci0 npx vitest run …                                      the machine's own adapter
 *
 * Somebody must be advertising within reach: phones and televisions will do.
 */
import { describe } from 'vitest';
import { createReceiver, receiverKinds } from './index.ts';
import { describeReceiverContract } from './testing/receiver-contract.ts';

const port = process.env.TEST_PORT;
const hasKind = receiverKinds.some((kind) => port === kind || port?.startsWith(`${kind}:`));
const baud = process.env.TEST_BAUD === undefined ? '' : `?baud=${process.env.TEST_BAUD}`;
const specification = port === undefined ? '' : hasKind ? port : `hci-uart:${port}${baud}`;

describe.skipIf(port === undefined)(
  port === undefined
    ? 'the receiver contract on real hardware (skipped: set TEST_PORT to a port such as /dev/ttyACM0)'
    : `the receiver contract on ${specification}`,
  () => {
    describeReceiverContract(
      specification,
      async () => {
        const made = await createReceiver(specification, { id: 'real' });
        if (!made.ok) throw new Error(made.error.text);
        return { receiver: made.value, hear: () => null };
      },
      { timeoutMs: 60_000 },
    );
  },
);
