// SPDX-License-Identifier: Apache-2.0
#include "python/stream.hpp"

#include <algorithm>

#include <shlwapi.h>

namespace comeback::python {
namespace {

constexpr std::size_t block = std::size_t{16} << 20;
constexpr std::size_t most_at_once = std::size_t{1} << 30;  // a call counts with 32 bits

// A buffer's bytes, held while the GIL is not.
class view {
 public:
  view(py::handle buffer, int flags) {
    if (PyObject_GetBuffer(buffer.ptr(), &view_, flags) != 0) throw py::error_already_set();
  }
  view(const view&) = delete;
  view& operator=(const view&) = delete;
  ~view() { PyBuffer_Release(&view_); }
  [[nodiscard]] char* data() const { return static_cast<char*>(view_.buf); }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(view_.len); }

 private:
  Py_buffer view_{};
};

// A whole number in 64 bits with or without sign; OverflowError, TypeError.
std::int64_t number_of(py::handle value) {
  const auto index = py::reinterpret_steal<py::object>(or_never([&] { return PyNumber_Index(value.ptr()); }));
  const long long number = index ? PyLong_AsLongLong(index.ptr()) : -1;
  if (number == -1 && PyErr_Occurred()) throw py::error_already_set();
  return number;
}

std::uint64_t size_of(py::handle value) {
  const std::int64_t size = number_of(value);
  if (size < 0) throw py::value_error("comeback: a size is not negative");
  return static_cast<std::uint64_t>(size);
}

}  // namespace

stream stream::of(const unknown& object) {
  auto made = object.object.query<IStream>();
  if (!made) throw com_failure(E_NOINTERFACE);
  return stream(std::move(made));
}

stream stream::on_file(const std::wstring& path, DWORD mode) {
  reference<IStream> made;
  check(
      without_gil([&] { return SHCreateStreamOnFileEx(path.c_str(), mode, 0, FALSE, nullptr, made.put()); }));
  return stream(std::move(made));
}

stream stream::on_memory(py::handle initial) {
  const view bytes(initial, PyBUF_SIMPLE);
  if (bytes.size() > most_at_once) throw com_failure(E_OUTOFMEMORY);
  reference<IStream> made(
      SHCreateMemStream(reinterpret_cast<const BYTE*>(bytes.data()), static_cast<UINT>(bytes.size())));
  if (!made) throw com_failure(E_OUTOFMEMORY);
  return stream(std::move(made));
}

py::bytes stream::read(py::handle wanted_size) {
  const std::size_t size = size_of(wanted_size);
  PyObject* made = PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(size));
  if (!made) throw py::error_already_set();
  auto owner = py::reinterpret_steal<py::bytes>(made);
  std::size_t done = 0;
  while (done < size) {
    const auto wanted = static_cast<ULONG>(std::min(size - done, block));
    char* const to = PyBytes_AS_STRING(made) + done;
    ULONG got = 0;
    check(without_gil([&] { return stream_->Read(to, wanted, &got); }));
    done += got;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (got < wanted) break;
  }
  if (done == size) return owner;
  made = owner.release().ptr();
  if (_PyBytes_Resize(&made, static_cast<Py_ssize_t>(done)) != 0) throw py::error_already_set();
  return py::reinterpret_steal<py::bytes>(made);
}

std::size_t stream::read_into(py::handle buffer) {
  const view bytes(buffer, PyBUF_WRITABLE);
  const auto wanted = static_cast<ULONG>(std::min(bytes.size(), most_at_once));
  ULONG got = 0;
  check(without_gil([&] { return stream_->Read(bytes.data(), wanted, &got); }));
  return got;
}

std::size_t stream::write(py::handle buffer) {
  const view bytes(buffer, PyBUF_SIMPLE);
  const auto given = static_cast<ULONG>(std::min(bytes.size(), most_at_once));
  ULONG written = 0;
  check(without_gil([&] { return stream_->Write(bytes.data(), given, &written); }));
  return written;
}

std::uint64_t stream::seek(py::handle offset, py::handle whence) {
  LARGE_INTEGER move{};
  ULARGE_INTEGER position{};
  move.QuadPart = number_of(offset);
  const std::int64_t origin = number_of(whence);
  if (origin < STREAM_SEEK_SET || origin > STREAM_SEEK_END)
    throw py::value_error("comeback: whence is 0, 1 or 2");
  check(without_gil([&] { return stream_->Seek(move, static_cast<DWORD>(origin), &position); }));
  return position.QuadPart;
}

void stream::set_size(py::handle size) {
  ULARGE_INTEGER wanted{};
  wanted.QuadPart = size_of(size);
  check(without_gil([&] { return stream_->SetSize(wanted); }));
}

void stream::commit() {
  check(without_gil([&] { return stream_->Commit(STGC_DEFAULT); }));
}

std::uint64_t stream::copy_to(const stream& other, py::handle size) {
  ULARGE_INTEGER wanted{};
  ULARGE_INTEGER read{};
  ULARGE_INTEGER written{};
  wanted.QuadPart = size_of(size);
  check(without_gil([&] { return stream_->CopyTo(other.stream_.get(), wanted, &read, &written); }));
  return written.QuadPart;
}

std::uint64_t stream::size() const {
  STATSTG about{};
  check(without_gil([&] { return stream_->Stat(&about, STATFLAG_NONAME); }));
  return about.cbSize.QuadPart;
}

stream stream::clone() const {
  reference<IStream> made;
  check(without_gil([&] { return stream_->Clone(made.put()); }));
  return stream(std::move(made));
}

unknown stream::object() const { return {stream_.query<IUnknown>()}; }

}  // namespace comeback::python
