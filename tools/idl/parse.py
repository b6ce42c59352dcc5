# SPDX-License-Identifier: Apache-2.0
"""Reads the IDL of this project: the part of the language that idl/*.idl uses, and nothing else."""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(r'"[^"]*"|[A-Za-z_]\w*|-?0[xX][0-9a-fA-F]+|-?\d+(?:\.\d+)?|[\[\](){};,:=*]')
COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/', re.S)
UUID = re.compile(r'uuid\(([0-9a-fA-F-]{36})\)')


@dataclass
class Parameter:
    attributes: list
    type: str  # as a C++ header spells it: "LONG*", "SAFEARRAY**"
    name: str
    array: str = ''  # "[18]"

    @property
    def out(self):
        return 'out' in self.attributes

    @property
    def retval(self):
        return 'retval' in self.attributes

    @property
    def passed_type(self):
        """The type that arrives: an array parameter is a pointer."""
        return self.type + '*' if self.array else self.type


@dataclass
class Member:
    name: str  # "PercentCompleted"
    kind: str  # method, propget, propput
    dispid: object  # an int, or None outside automation
    attributes: list
    parameters: list

    @property
    def function(self):
        return {'propget': 'get_', 'propput': 'put_'}.get(self.kind, '') + self.name

    @property
    def types(self):
        return [p.passed_type for p in self.parameters]


@dataclass
class Interface:
    name: str
    base: str
    iid: str
    members: list = field(default_factory=list)
    dispinterface: bool = False  # its members have no slots


@dataclass
class Coclass:
    name: str
    clsid: str
    progid: str
    creatable: bool
    interfaces: list
    sources: list = field(default_factory=list)


@dataclass
class Enumeration:
    name: str
    values: list  # of (name, int)
    uuid: str = ''


@dataclass
class Structure:
    tag: str
    name: str
    fields: list  # of (type, name, array)


@dataclass
class Alias:
    type: str
    name: str


@dataclass
class Text:
    line: str  # cpp_quote


@dataclass
class Forward:
    name: str


@dataclass
class Unit:
    """One file: `items` in the order of the file, the library's own among them."""
    stem: str
    imports: list
    items: list
    library: tuple = ()  # name, id, version

    def of(self, kind):
        return [item for item in self.items if isinstance(item, kind)]


CPP = {'long': 'LONG', 'unsigned long': 'ULONG', 'wchar_t': 'WCHAR', 'byte': 'BYTE', 'short': 'SHORT'}


class Reader:
    def __init__(self, path):
        self.path = path
        text = COMMENT.sub('', path.read_text(encoding='utf-8'))
        self.uuids = [u.lower() for u in UUID.findall(text)]
        text = UUID.sub('uuid(0)', text)  # an id is no number of tokens; they come back in order
        self.tokens = TOKEN.findall(text)
        self.at = 0
        self.name_of_library = ()

    def peek(self, ahead=0):
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ''

    def take(self, *expected):
        token = self.peek()
        if not token or (expected and token not in expected):
            raise SystemExit(f'{self.path}: expected {" or ".join(expected) or "more"}, found "{token}" '
                             f'(after: {" ".join(self.tokens[max(0, self.at - 6):self.at])})')
        self.at += 1
        return token

    def attributes(self):
        """[a, b(c)] as a dictionary; uuid(…) gets the next id of the file."""
        found = {}
        if self.peek() != '[':
            return found
        self.take('[')
        while self.peek() != ']':
            name, value = self.take(), None
            if self.peek() == '(':
                value = self.parenthesised()
            found[name] = self.uuids.pop(0) if name == 'uuid' else value
            if self.peek() == ',':
                self.take(',')
        self.take(']')
        return found

    def parenthesised(self):
        self.take('(')
        words = []
        while self.peek() != ')':
            words.append(self.take())
        self.take(')')
        return ''.join(words).strip('"')

    def type(self):
        """SAFEARRAY(VARIANT)* is SAFEARRAY**: an array is handled by its descriptor."""
        word = self.take()
        if word == 'unsigned':
            word += ' ' + self.take()
        stars = ''
        if word == 'SAFEARRAY':
            self.parenthesised()
            stars = '*'
        while self.peek() == '*':
            stars += self.take('*')
        return CPP.get(word, word) + stars

    def array(self):
        if self.peek() != '[':
            return ''
        self.take('[')
        size = self.take()
        self.take(']')
        return f'[{size}]'

    def parameters(self):
        found = []
        self.take('(')
        while self.peek() != ')':
            attributes = self.attributes()
            kind, name = self.type(), self.take()
            found.append(Parameter(list(attributes), kind, name, self.array()))
            if self.peek() == ',':
                self.take(',')
        self.take(')')
        return found

    def member(self):
        attributes = self.attributes()
        self.take('HRESULT')
        name = self.take()
        parameters = self.parameters()
        self.take(';')
        dispid = int(attributes['id'], 0) if 'id' in attributes else None
        kind = next((k for k in ('propget', 'propput') if k in attributes), 'method')
        return Member(name, kind, dispid, list(attributes), parameters)

    def interface(self, attributes):
        self.take('interface')
        name = self.take()
        if self.peek() == ';':
            self.take(';')
            return Forward(name)
        self.take(':')
        return Interface(name, self.take(), attributes['uuid'], self.body())

    def body(self):
        members = []
        self.take('{')
        while self.peek() != '}':
            if self.peek(1) == ':':  # "properties:", "methods:"
                self.take('properties', 'methods')
                self.take(':')
            else:
                members.append(self.member())
        self.take('}')
        self.take(';')
        return members

    def dispinterface(self, attributes):
        self.take('dispinterface')
        return Interface(self.take(), 'IDispatch', attributes['uuid'], self.body(), True)

    def coclass(self, attributes):
        self.take('coclass')
        name, interfaces, sources = self.take(), [], []
        self.take('{')
        while self.peek() != '}':
            marks = self.attributes()
            self.take('interface', 'dispinterface')
            (sources if 'source' in marks else interfaces).append(self.take())
            self.take(';')
        self.take('}')
        self.take(';')
        return Coclass(name, attributes['uuid'], attributes.get('vi_progid', ''),
                       'noncreatable' not in attributes, interfaces, sources)

    def typedef(self):
        self.take('typedef')
        attributes = self.attributes()
        if self.peek() == 'enum':
            return self.enumeration(attributes.get('uuid', ''))
        if self.peek() == 'struct':
            return self.structure()
        alias = Alias(self.type(), self.take())
        self.take(';')
        return alias

    def enumeration(self, uuid):
        self.take('enum')
        name, values = self.take(), []
        self.take('{')
        while self.peek() != '}':
            label = self.take()
            self.take('=')
            values.append((label, int(self.take(), 0)))
            if self.peek() == ',':
                self.take(',')
        self.take('}')
        self.take(name)
        self.take(';')
        return Enumeration(name, values, uuid)

    def structure(self):
        self.take('struct')
        tag, fields = self.take(), []
        self.take('{')
        while self.peek() != '}':
            kind, name = self.type(), self.take()
            fields.append((kind, name, self.array()))
            self.take(';')
        self.take('}')
        name = self.take()
        self.take(';')
        return Structure(tag, name, fields)

    def library(self, attributes):
        self.take('library')
        self.name_of_library = (self.take(), attributes['uuid'], attributes.get('version', '1.0'))
        self.take('{')
        items = []
        while self.peek() != '}':
            items.append(self.item())
        self.take('}')
        self.take(';')
        return items

    def item(self):
        if self.peek() == 'typedef':
            return self.typedef()
        if self.peek() == 'cpp_quote':
            self.take()
            return Text(self.parenthesised_text())
        attributes = self.attributes()
        reader = {'interface': self.interface, 'dispinterface': self.dispinterface, 'coclass': self.coclass}
        if self.peek() not in reader:
            self.take(*reader)
        return reader[self.peek()](attributes)

    def parenthesised_text(self):
        self.take('(')
        text = self.take()[1:-1]
        self.take(')')
        if self.peek() == ';':
            self.take(';')
        return text

    def unit(self):
        imports, items = [], []
        while self.at < len(self.tokens):
            if self.peek() == 'import':
                self.take()
                imports.append(self.take()[1:-1].removesuffix('.idl'))
                self.take(';')
            elif self.peek() == '[' and 'library' in self.tokens[self.at:self.at + 16] and self.is_library():
                items += self.library(self.attributes())
            else:
                items.append(self.item())
        return Unit(self.path.stem, imports, items, self.name_of_library)

    def is_library(self):
        closing = self.tokens.index(']', self.at)
        return self.tokens[closing + 1] == 'library'


def read(path):
    return Reader(path).unit()
