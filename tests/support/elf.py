"""The little that tests need to know of an ELF file: symbols and whether it is position independent."""

import collections
import functools
import struct

Symbol = collections.namedtuple("Symbol", "address size")
Section = collections.namedtuple("Section", "name type flags address offset size link info align entry_size")

ET_DYN, SHT_SYMTAB, SHT_DYNSYM = 3, 2, 11


class Image:
    def __init__(self, path):
        with open(path, "rb") as file:
            self._data = file.read()
        if self._data[:5] != b"\x7fELF\x02":
            raise ValueError(f"{path} is no 64-bit ELF file")
        self.path = path
        self.position_independent = struct.unpack_from("<H", self._data, 16)[0] == ET_DYN
        self.entry = struct.unpack_from("<Q", self._data, 24)[0]
        self._symbols = dict(self._read_symbols())

    def symbol(self, name):
        if name not in self._symbols:
            raise KeyError(f"{self.path} has no symbol {name}")
        return self._symbols[name]

    def has_symbol(self, name):
        return name in self._symbols

    def _sections(self):
        start, = struct.unpack_from("<Q", self._data, 40)
        size, count = struct.unpack_from("<HH", self._data, 58)
        return [Section(*struct.unpack_from("<IIQQQQIIQQ", self._data, start + i * size)) for i in range(count)]

    def _read_symbols(self):
        sections = self._sections()
        for table in sections:
            if table.type not in (SHT_SYMTAB, SHT_DYNSYM):
                continue
            names = sections[table.link].offset
            for at in range(table.offset, table.offset + table.size, 24):
                name, _, _, section, address, size = struct.unpack_from("<IBBHQQ", self._data, at)
                if section:
                    yield self._text_at(names + name), Symbol(address, size)

    def _text_at(self, offset):
        return self._data[offset:self._data.index(b"\0", offset)].decode("utf-8", "replace")


@functools.lru_cache
def read(path):
    return Image(path)
