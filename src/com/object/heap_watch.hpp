// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace comeback::com {

/// For tests: counts what the calling thread takes by `operator new` while it lives, or refuses it.
class heap_watch {
 public:
  enum class memory { enough, none };
  explicit heap_watch(memory there_is = memory::enough) noexcept;
  heap_watch(const heap_watch&) = delete;
  heap_watch& operator=(const heap_watch&) = delete;
  ~heap_watch();

  [[nodiscard]] std::size_t taken() const noexcept;
};

}  // namespace comeback::com
