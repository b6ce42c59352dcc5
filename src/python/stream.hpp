// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "python/value.hpp"

#include <cstdint>
#include <string>

namespace comeback::python {

/// An IStream, plain: comeback.Stream makes a file of Python's kind of it.
class stream {
 public:
  explicit stream(reference<IStream> made) : stream_(std::move(made)) {}
  /// What of an object is a stream; throws com_failure(E_NOINTERFACE).
  static stream of(const unknown& object);
  static stream on_file(const std::wstring& path, DWORD mode);
  static stream on_memory(const py::buffer& initial);

  /// At most `size` bytes, fewer at the end only; read where they stay, in blocks between which Ctrl-C is
  /// looked for.
  py::bytes read(std::size_t size);
  std::size_t read_into(const py::buffer& buffer);
  std::size_t write(const py::buffer& buffer);
  std::uint64_t seek(std::int64_t offset, DWORD whence);
  void set_size(std::uint64_t size);
  void commit();
  /// Bytes written.
  std::uint64_t copy_to(const stream& other, std::uint64_t size);
  [[nodiscard]] std::uint64_t size() const;
  [[nodiscard]] stream clone() const;
  [[nodiscard]] unknown object() const;

 private:
  reference<IStream> stream_;
};

}  // namespace comeback::python
