import { describe, expect, it } from 'vitest';
import type { ListedPort } from './discovery.ts';
import { listSerialPorts, parseReceiverSpecification, scorePorts } from './index.ts';

/** Rows as `SerialPort.list()` of serialport 13 gives them on Debian, Windows and macOS. */
const debian: ListedPort[] = [
  { path: '/dev/ttyS0', manufacturer: undefined },
  {
    path: '/dev/ttyUSB0',
    manufacturer: 'Silicon Labs',
    serialNumber: '0001',
    pnpId: 'usb-Silicon_Labs_CP2102_USB_to_UART_Bridge_Controller_0001-if00-port0',
    vendorId: '10c4',
    productId: 'ea60',
  },
  {
    path: '/dev/ttyACM0',
    manufacturer: 'ZEPHYR',
    serialNumber: 'F4CE36A1B2C3D4E5',
    pnpId: 'usb-ZEPHYR_USB-DEV_F4CE36A1B2C3D4E5-if00',
    vendorId: '2FE3',
    productId: '0004',
  },
];

async function scored(rows: ListedPort[], platform: NodeJS.Platform = 'linux') {
  const listed = await listSerialPorts(async () => rows, platform);
  if (!listed.ok) throw new Error(listed.error.text);
  return scorePorts(listed.value);
}

describe('the list of serial ports', () => {
  it('puts the likely receiver first and the machine’s own port last', async () => {
    const ports = await scored(debian);
    expect(ports.map(({ path, guess, driver }) => ({ path, guess, driver }))).toEqual([
      { path: '/dev/ttyACM0', guess: 'likely', driver: 'hci-uart' },
      { path: '/dev/ttyUSB0', guess: 'possible', driver: 'gateway' },
      { path: '/dev/ttyS0', guess: 'unlikely', driver: 'hci-uart' },
    ]);
  });

  it('names a receiver by what stays the same when it is plugged in elsewhere', async () => {
    const before = await scored(debian);
    const after = await scored(debian.map((row) => ({ ...row, path: row.path.replace('ACM0', 'ACM7') })));
    expect(after[0]?.path).not.toBe(before[0]?.path);
    expect(after[0]?.specification).toBe(before[0]?.specification);
    expect(after[0]?.name).toBe(before[0]?.name);
    expect(before[0]?.specification).toBe(
      'hci-uart:/dev/serial/by-id/usb-ZEPHYR_USB-DEV_F4CE36A1B2C3D4E5-if00',
    );
    expect(parseReceiverSpecification(before[0]?.specification ?? '').ok).toBe(true);
  });

  it('tells identical dongles apart, with and without serial numbers', async () => {
    const dongle = { manufacturer: 'Nordic Semiconductor', vendorId: '1915', productId: '520f' };
    const numbered = await scored([
      { ...dongle, path: '/dev/ttyACM0', serialNumber: 'A1' },
      { ...dongle, path: '/dev/ttyACM1', serialNumber: 'B2' },
    ]);
    expect(new Set(numbered.map((port) => port.name)).size).toBe(2);
    const bare = await scored([
      { ...dongle, path: '/dev/ttyACM0' },
      { ...dongle, path: '/dev/ttyACM1' },
    ]);
    expect(new Set(bare.map((port) => port.name)).size).toBe(2);
    expect(new Set(bare.map((port) => port.specification)).size).toBe(2);
  });

  it('opens identical dongles without serial numbers by the sockets they are plugged into', async () => {
    const twin = { pnpId: 'usb-1a86_USB_Serial-if00-port0', vendorId: '1a86', productId: '7523' };
    const links = new Map([['/dev/ttyUSB1', '/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0']]);
    const listed = await listSerialPorts(
      async () => [
        { ...twin, path: '/dev/ttyUSB0' },
        { ...twin, path: '/dev/ttyUSB1' },
      ],
      'linux',
      async () => links,
    );
    expect(listed.ok && listed.value.map((port) => port.stablePath)).toEqual([
      null,
      links.get('/dev/ttyUSB1'),
    ]);
    const ports = listed.ok ? scorePorts(listed.value) : [];
    expect(ports.map((port) => port.specification).sort()).toEqual([
      'gateway:/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0',
      'gateway:/dev/ttyUSB0',
    ]);
    // The colons of the path are no port of a network and no option.
    expect(ports.every((port) => parseReceiverSpecification(port.specification).ok)).toBe(true);
  });

  it('opens Windows and macOS ports by their own names', async () => {
    const windows = {
      path: 'COM3',
      pnpId: 'USB\\VID_1915&PID_520F\\A1',
      vendorId: '1915',
      productId: '520F',
    };
    expect((await scored([windows], 'win32'))[0]).toMatchObject({
      guess: 'likely',
      specification: 'hci-uart:COM3',
    });
    const mac = [
      { path: '/dev/tty.Bluetooth-Incoming-Port' },
      { path: '/dev/tty.usbmodem101', vendorId: '303a' },
    ];
    expect((await scored(mac, 'darwin')).map((port) => port.guess)).toEqual(['likely', 'unlikely']);
  });

  it('of a machine without udev is an answer with a code, not a crash', async () => {
    const noUdev = async () => {
      throw new Error('spawn udevadm ENOENT');
    };
    expect(await listSerialPorts(noUdev)).toMatchObject({ ok: false, error: { code: 'no-udev' } });
    const broken = async () => {
      throw new Error('something else');
    };
    expect(await listSerialPorts(broken)).toMatchObject({ ok: false, error: { code: 'list-failed' } });
  });

  it('of this very machine is read without harm', async () => {
    const listed = await listSerialPorts();
    expect(listed.ok || listed.error.code === 'no-udev').toBe(true);
  });
});
