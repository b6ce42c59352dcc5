# SPDX-License-Identifier: Apache-2.0
"""IStream as a file of Python's kind."""
import io
import operator
import os

from comeback import _com

BLOCK = 1 << 20  # what is read at once: much for a call, little for Ctrl-C to wait for
READ, WRITE, READWRITE, CREATE = 0x0, 0x1, 0x2, 0x1000


class Stream(io.RawIOBase):
    """Bytes of a COM object: read, readinto, write, seek, tell, truncate, close; works with shutil.copyfileobj. Give it
    to a COM call where that wants an IStream. Closing lets the object go."""

    def __init__(self, source):
        super().__init__()
        if not isinstance(source, (_com.unknown, _com.stream)):
            raise TypeError(f"comeback: a stream is made by Dispatch, on_bytes or on_file, not of {source!r}")
        self._stream = _com.stream.of(source) if isinstance(source, _com.unknown) else source

    @classmethod
    def on_bytes(cls, initial=b""):
        """A stream on memory of its own, which begins with a copy of `initial`."""
        return cls(_com.stream.on_memory(initial))

    @classmethod
    def on_file(cls, path, mode="rb"):
        """A stream on a file: "rb", "r+b", "wb" (empties or makes it)."""
        modes = {"rb": READ, "r+b": READWRITE, "wb": READWRITE | CREATE}
        if mode not in modes:
            raise ValueError(f"mode is one of {', '.join(modes)}")
        return cls(_com.stream.on_file(os.fspath(path), modes[mode]))

    @property
    def _raw(self):
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        return self._stream

    @property
    def _com_(self):
        return self._raw.object

    def __len__(self):
        return self._raw.size

    def __bool__(self):
        return True

    def readable(self):
        return bool(self._raw)

    def writable(self):
        return bool(self._raw)

    def seekable(self):
        return bool(self._raw)

    def readinto(self, buffer):
        return self._raw.read_into(buffer)

    def read(self, size=-1):
        return self.readall() if size is None or operator.index(size) < 0 else self._raw.read(size)

    def readall(self):
        raw = self._raw
        data = raw.read(max(0, raw.size - raw.seek(0, io.SEEK_CUR)))
        rest = raw.read(BLOCK)  # what came in meanwhile
        while rest:
            data += rest
            rest = raw.read(BLOCK)
        return data

    def write(self, data):
        return self._raw.write(data)

    def seek(self, offset, whence=io.SEEK_SET):
        return self._raw.seek(offset, whence)

    def truncate(self, size=None):
        size = self.tell() if size is None else size
        self._raw.set_size(size)
        return size

    def flush(self):
        if not self.closed:
            self._stream.commit()

    def clone(self):
        """The same bytes with a position of its own."""
        return Stream(self._raw.clone())

    def copy_to(self, other, size=None):
        """Into another Stream without passing Python; from here on, to the end or `size` bytes. The count. Ctrl-C ends
        it between two blocks."""
        if not isinstance(other, Stream):
            raise TypeError("comeback: the target is a comeback.Stream; shutil.copyfileobj copies into any file")
        copied, size = 0, size if size is None else operator.index(size)
        while size is None or copied < size:
            wanted = 16 * BLOCK if size is None else min(16 * BLOCK, size - copied)
            done = self._raw.copy_to(other._raw, wanted)
            copied += done
            if done < wanted:
                break
        return copied

    def close(self):
        if not self.closed:
            super().close()
            self._stream = None
