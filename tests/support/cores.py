"""What tests want to know of a core file, read by means of their own."""

import collections
import struct

Segment = collections.namedtuple("Segment", "kind offset address file_bytes bytes")
PT_LOAD, PT_NOTE = 1, 4
NT_PRSTATUS, NT_SIGINFO = 1, 0x53494749


class Core:
    def __init__(self, path):
        self._file = open(path, "rb")
        head = self._read(0, 64)
        if head[:4] != b"\x7fELF" or struct.unpack_from("<H", head, 16)[0] != 4:
            raise ValueError(f"{path} is no core file")
        self.wide = head[4] == 2
        self.segments = list(self._segments(head))

    def close(self):
        self._file.close()

    def _read(self, offset, count):
        self._file.seek(offset)
        return self._file.read(count)

    def _segments(self, head):
        at, = struct.unpack_from("<Q" if self.wide else "<I", head, 32 if self.wide else 28)
        size, count = struct.unpack_from("<HH", head, 54 if self.wide else 42)
        for number in range(count):
            entry = self._read(at + number * size, size)
            if self.wide:
                kind, _, offset, address, _, file_bytes, total, _ = struct.unpack("<IIQQQQQQ", entry)
            else:
                kind, offset, address, _, file_bytes, total, _, _ = struct.unpack("<IIIIIIII", entry)
            yield Segment(kind, offset, address, file_bytes, total)

    def segment_at(self, address):
        for segment in self.segments:
            if segment.kind == PT_LOAD and segment.address <= address < segment.address + segment.bytes:
                return segment
        return None

    def memory(self, address, count):
        """What the core has there; None for what it leaves out."""
        segment = self.segment_at(address)
        if segment is None or address + count > segment.address + segment.file_bytes:
            return None
        return self._read(segment.offset + address - segment.address, count)

    def notes(self):
        """Type and content of each, in order."""
        for segment in self.segments:
            if segment.kind != PT_NOTE:
                continue
            data, at = self._read(segment.offset, segment.file_bytes), 0
            while at < len(data):
                name_bytes, bytes_, kind = struct.unpack_from("<III", data, at)
                begin = at + 12 + -(-name_bytes // 4) * 4
                yield kind, data[begin:begin + bytes_]
                at = begin + -(-bytes_ // 4) * 4

    def threads(self):
        """Their ids, in order."""
        place = 32 if self.wide else 24
        return [struct.unpack_from("<i", content, place)[0] for kind, content in self.notes() if kind == NT_PRSTATUS]
