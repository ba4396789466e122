"""A tray: the watcher that programs look for, and a host that keeps every picture it is given to show.

Speaks org.kde.StatusNotifierWatcher, as desktops do. Each change of an item is a line of JSON in LOG, with a copy of the
picture beside it, because programs remove a picture once they have another.
"""

import json
import pathlib
import shutil
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
log = pathlib.Path(sys.argv[1])
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()


class Watcher(dbus.service.Object):
    def __init__(self):
        super().__init__(bus, "/StatusNotifierWatcher")
        self.items = []
        self.pictures = 0

    @dbus.service.method(WATCHER, in_signature="s", sender_keyword="sender")
    def RegisterStatusNotifierItem(self, service, sender=None):
        # Some name their bus and some their object.
        name, path = (sender, service) if service.startswith("/") else (service, "/StatusNotifierItem")
        self.items.append(name + path)
        proxy = bus.get_object(name, path)
        look = lambda *_: self.look(proxy, name)
        for signal in ("NewIcon", "NewTitle", "NewToolTip", "NewStatus", "NewIconThemePath", "XAyatanaNewLabel"):
            proxy.connect_to_signal(signal, look, dbus_interface=ITEM)
        self.StatusNotifierItemRegistered(name + path)
        look()

    @dbus.service.method(WATCHER, in_signature="s")
    def RegisterStatusNotifierHost(self, _service):
        pass

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, _interface, name):
        return self.GetAll(_interface)[name]

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="s", out_signature="a{sv}")
    def GetAll(self, _interface):
        return {
            "RegisteredStatusNotifierItems": dbus.Array(self.items, signature="s"),
            "IsStatusNotifierHostRegistered": True,
            "ProtocolVersion": dbus.Int32(0),
        }

    @dbus.service.signal(WATCHER, signature="s")
    def StatusNotifierItemRegistered(self, _item):
        pass

    @dbus.service.signal(WATCHER)
    def StatusNotifierHostRegistered(self):
        pass

    def look(self, proxy, name):
        got = lambda properties: self.keep(name, properties)
        lost = lambda error: print(error, file=sys.stderr)
        proxy.GetAll(ITEM, dbus_interface=dbus.PROPERTIES_IFACE, reply_handler=got, error_handler=lost)

    def keep(self, name, properties):
        told = {key: str(value) for key, value in properties.items() if isinstance(value, (str, dbus.String))}
        icon = pathlib.Path(told.get("IconName", ""))
        copy = log.parent / f"tray-{self.pictures:03}.png"
        for picture in (icon, icon.with_name(icon.name + ".png")):
            if picture.is_file():
                shutil.copyfile(picture, copy)
                self.pictures += 1
                told["picture"] = str(copy)
                break
        owner = bus.get_object("org.freedesktop.DBus", "/org/freedesktop/DBus")
        told["process"] = int(owner.GetConnectionUnixProcessID(name, dbus_interface="org.freedesktop.DBus"))
        with log.open("a") as out:
            print(json.dumps(told), file=out)


watcher = Watcher()
name = dbus.service.BusName(WATCHER, bus)
log.touch()
GLib.MainLoop().run()
