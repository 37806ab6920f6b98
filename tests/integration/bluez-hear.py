"""The radio of the mocked BlueZ: each line `RSSI HEX` of standard input is an advertisement of the jack
C1:02:03:04:05:06 with manufacturer data HEX of company 0x004c, heard by hci0. Prints `heard` for each."""
import sys

import dbus

bus = dbus.bus.BusConnection(__import__("os").environ["DBUS_SYSTEM_BUS_ADDRESS"])
device = bus.get_object("org.bluez", "/org/bluez/hci0/dev_C1_02_03_04_05_06")
mock = dbus.Interface(device, "org.freedesktop.DBus.Mock")
for line in sys.stdin:
    rssi, data = line.split()
    payload = dbus.Array(bytes.fromhex(data), signature="y", variant_level=1)
    changed = {
        "AddressType": dbus.String("random", variant_level=1),
        "RSSI": dbus.Int16(int(rssi), variant_level=1),
        "ManufacturerData": dbus.Dictionary({dbus.UInt16(0x4C): payload}, signature="qv", variant_level=1),
    }
    # As BlueZ says it; the mock's UpdateProperties takes no dictionaries.
    mock.EmitSignal("org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as",
                    [dbus.String("org.bluez.Device1"), changed, dbus.Array([], signature="s")])
    print("heard", flush=True)
