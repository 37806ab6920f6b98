"""The radio of the mocked BlueZ. Each line of standard input is an advertisement with manufacturer data HEX of
company 0x004c, heard by hci0:

    RSSI HEX            by the jack C1:02:03:04:05:06, which BlueZ knows: its properties change
    RSSI HEX ADDRESS    by a device that BlueZ has not heard before: it appears with these properties

Prints for each when it was handed to BlueZ's twin: milliseconds of the system's monotonic clock."""
import os
import sys
import time

import dbus

bus = dbus.bus.BusConnection(os.environ["DBUS_SYSTEM_BUS_ADDRESS"])
MOCK = "org.freedesktop.DBus.Mock"
jack = dbus.Interface(bus.get_object("org.bluez", "/org/bluez/hci0/dev_C1_02_03_04_05_06"), MOCK)
root = dbus.Interface(bus.get_object("org.bluez", "/"), MOCK)
for line in sys.stdin:
    rssi, data, *address = line.split()
    payload = dbus.Array(bytes.fromhex(data), signature="y", variant_level=1)
    properties = dbus.Dictionary({
        "AddressType": dbus.String("random", variant_level=1),
        "RSSI": dbus.Int16(int(rssi), variant_level=1),
        "ManufacturerData": dbus.Dictionary({dbus.UInt16(0x4C): payload}, signature="qv", variant_level=1),
    }, signature="sv")
    # As BlueZ says it; the mock's UpdateProperties takes no dictionaries.
    at = time.monotonic() * 1000
    if address:
        path = dbus.ObjectPath("/org/bluez/hci0/dev_" + address[0].replace(":", "_"))
        interfaces = dbus.Dictionary({"org.bluez.Device1": properties}, signature="sa{sv}")
        root.EmitSignal("org.freedesktop.DBus.ObjectManager", "InterfacesAdded", "oa{sa{sv}}", [path, interfaces])
    else:
        jack.EmitSignal("org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as",
                        [dbus.String("org.bluez.Device1"), properties, dbus.Array([], signature="s")])
    print(at, flush=True)
