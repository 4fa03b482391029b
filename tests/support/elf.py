"""The little that tests need to know of an ELF file: symbols and whether it is position independent."""

import collections
import functools
import struct

Symbol = collections.namedtuple("Symbol", "address size")
Section = collections.namedtuple("Section", "name type flags address offset size link info align entry_size")

ET_DYN, SHT_SYMTAB, SHT_DYNSYM = 3, 2, 11


Layout = collections.namedtuple("Layout", "entry sections section_count section symbol")
LAYOUTS = {
    1: Layout("<I", ("<I", 32), 46, "<IIIIIIIIII", struct.Struct("<IIIBBH")),
    2: Layout("<Q", ("<Q", 40), 58, "<IIQQQQIIQQ", struct.Struct("<IBBHQQ")),
}


class Image:
    def __init__(self, path):
        with open(path, "rb") as file:
            self._data = file.read()
        if self._data[:4] != b"\x7fELF" or self._data[4] not in LAYOUTS:
            raise ValueError(f"{path} is no ELF file")
        self.path = path
        self._layout = LAYOUTS[self._data[4]]
        self.position_independent = struct.unpack_from("<H", self._data, 16)[0] == ET_DYN
        self.entry = struct.unpack_from(self._layout.entry, self._data, 24)[0]
        self._symbols = dict(self._read_symbols())

    def symbol(self, name):
        if name not in self._symbols:
            raise KeyError(f"{self.path} has no symbol {name}")
        return self._symbols[name]

    def has_symbol(self, name):
        return name in self._symbols

    def _sections(self):
        form, at = self._layout.sections
        start, = struct.unpack_from(form, self._data, at)
        size, count = struct.unpack_from("<HH", self._data, self._layout.section_count)
        return [Section(*struct.unpack_from(self._layout.section, self._data, start + i * size)) for i in range(count)]

    def _symbol_at(self, at):
        """Name, section, address and size: the two classes have them in different orders."""
        fields = self._layout.symbol.unpack_from(self._data, at)
        if self._layout is LAYOUTS[1]:
            name, address, size, _, _, section = fields
        else:
            name, _, _, section, address, size = fields
        return name, section, address, size

    def _read_symbols(self):
        sections = self._sections()
        for table in sections:
            if table.type not in (SHT_SYMTAB, SHT_DYNSYM):
                continue
            names = sections[table.link].offset
            for at in range(table.offset, table.offset + table.size, self._layout.symbol.size):
                name, section, address, size = self._symbol_at(at)
                if section:
                    yield self._text_at(names + name), Symbol(address, size)

    def _text_at(self, offset):
        return self._data[offset:self._data.index(b"\0", offset)].decode("utf-8", "replace")


@functools.lru_cache
def read(path):
    return Image(path)
