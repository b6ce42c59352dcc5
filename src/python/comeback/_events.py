# SPDX-License-Identifier: Apache-2.0
"""Events: an object's outgoing interfaces call the methods of a handler, OnUpdate for the event Update."""
import weakref

from comeback import _com
from comeback._dispatch import Interface, Object
from comeback._errors import com_error


def _methods(kind, interface):
    """{dispid: name of the method}: OnUpdate or Update for Update; OnReset for OnReset."""
    found = {}
    for dispid, member in interface.by_id.items():
        spelled = [name for name in ("On" + member.name, member.name) if callable(getattr(kind, name, None))]
        if spelled:
            found[dispid] = spelled[0]
    return found


class Connection:
    """Sinks of one handler at one object. close() ends it; so does the end of the program."""

    def __init__(self, source, handler, weak=False):
        """`weak`: the handler is not kept alive; once it is gone, so are its events."""
        if not isinstance(source, Object):
            raise TypeError(f"comeback: {source!r} has no events")
        self._parts = []
        handler_of = weakref.ref(handler) if weak else lambda: handler
        interfaces = [Interface(*row) for row in _com.describe_events(source._com_)]
        if not interfaces:
            raise TypeError(f"{source!r} has no events")
        for interface in interfaces:
            self._advise(source, interface, handler_of, _methods(type(handler), interface))

    def _advise(self, source, interface, handler_of, methods):
        def call(dispid, arguments):
            handler = handler_of()
            if handler is None or dispid not in methods:
                return None
            return getattr(handler, methods[dispid])(*arguments)

        if not methods:
            return
        try:
            self._parts.append(_com.connection(source._com_, interface.iid, call))
        except com_error as error:
            if error.hresult != 0x80040200 - (1 << 32):  # CONNECT_E_NOCONNECTION: described, not raised
                raise

    def close(self):
        while self._parts:
            self._parts.pop().close()


def connect(source, handler):
    """The handler's methods are called on the thread of the event while the connection is kept."""
    return Connection(source, handler)


def with_events(source, handler_class):
    class WithEvents(handler_class, Object):
        def __init__(self):
            Object.__init__(self, source._com_)
            object.__setattr__(self, "_connection", None)
            if handler_class.__init__ is not object.__init__:
                handler_class.__init__(self)
            object.__setattr__(self, "_connection", Connection(source, self, weak=True))

        def __setattr__(self, name, value):
            try:
                Object.__setattr__(self, name, value)
            except AttributeError:
                made = self._connection is not None
                if made and name not in vars(self) and not hasattr(handler_class, name):
                    raise
                object.__setattr__(self, name, value)

        def close(self):
            self._connection.close()

    WithEvents.__name__ = WithEvents.__qualname__ = handler_class.__name__
    return WithEvents()
