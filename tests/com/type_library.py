# SPDX-License-Identifier: Apache-2.0
"""Reads the functions out of a type library (the MSFT format, as widl writes it)."""

import struct
from dataclasses import dataclass

HEADER = 0x54
HELP_FILE = 0x100  # flag: the header is one word longer
POINTER = 8
TYPES, NAMES = 0, 7  # places in the directory of segments


@dataclass
class Function:
    name: str
    invoke_kind: int
    dispid: int
    slot: int

    def kind_and_name(self, kinds):
        """The name of the C++ function: get_Name, put_Name, Name."""
        return {'propget': 'get_', 'propput': 'put_'}.get(kinds[self.invoke_kind], '') + self.name


class Library:
    def __init__(self, data):
        assert data[:4] == b'MSFT', 'no type library'
        self.data = data
        self.count = self.word(0x20)
        directory = HEADER + 4 * self.count + (4 if self.word(0x14) & HELP_FILE else 0)
        self.segments = [self.word(directory + 16 * i) for i in range(15)]

    def word(self, at):
        return struct.unpack_from('<I', self.data, at)[0]

    def short(self, at):
        return struct.unpack_from('<H', self.data, at)[0]

    def name(self, offset):
        at = self.segments[NAMES] + offset
        length = self.word(at + 8) & 0xFF
        return self.data[at + 12:at + 12 + length].decode('ascii')

    def types(self):
        for index in range(self.count):
            at = self.segments[TYPES] + self.word(HEADER + 4 * index)
            yield self.name(self.word(at + 0x34)), self.functions(self.word(at + 4), self.word(at + 0x18))

    def functions(self, at, counts):
        """Records one behind the other, then ids, names and places of all of them."""
        functions, variables = counts & 0xFFFF, counts >> 16
        if not functions:
            return []
        ids = at + 4 + self.word(at)
        names = ids + 4 * (functions + variables)
        found, record = [], at + 4
        for index in range(functions):
            kind = self.word(record + 16) >> 3 & 0xF
            found.append(Function(self.name(self.word(names + 4 * index)), kind, self.word(ids + 4 * index),
                                  self.short(record + 12) // POINTER))
            record += self.short(record)
        return found


def read_library(data):
    """Interface -> functions in order."""
    return dict(Library(data).types())
