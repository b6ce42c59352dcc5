// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "python/value.hpp"

#include <cstdint>
#include <string>

namespace comeback::python {

/// An IStream, plain: comeback.Stream makes a file of Python's kind of it. Numbers and buffers are Python's
/// own, so that what they cannot be is said in Python's words.
class stream {
 public:
  explicit stream(reference<IStream> made) : stream_(std::move(made)) {}
  /// What of an object is a stream; throws com_failure(E_NOINTERFACE).
  static stream of(const unknown& object);
  static stream on_file(const std::wstring& path, DWORD mode);
  static stream on_memory(py::handle initial);

  /// At most `size` bytes, fewer at the end only; read where they stay, in blocks between which Ctrl-C is
  /// looked for.
  py::bytes read(py::handle size);
  std::size_t read_into(py::handle buffer);
  std::size_t write(py::handle buffer);
  std::uint64_t seek(py::handle offset, py::handle whence);
  void set_size(py::handle size);
  void commit();
  /// Bytes written.
  std::uint64_t copy_to(const stream& other, py::handle size);
  [[nodiscard]] std::uint64_t size() const;
  [[nodiscard]] stream clone() const;
  [[nodiscard]] unknown object() const;

 private:
  reference<IStream> stream_;
};

}  // namespace comeback::python
