// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace comeback::base {

// For tests, which link limited_memory.cpp: it stands in the place of operator new.

/// While it lives, the calling thread gets `granted` more pieces of memory from operator new, which then
/// throws std::bad_alloc.
class new_limit {
 public:
  explicit new_limit(int granted) noexcept;
  new_limit(const new_limit&) = delete;
  new_limit& operator=(const new_limit&) = delete;
  ~new_limit();
};

/// How often the calling thread has asked operator new while this lives.
class new_count {
 public:
  new_count() noexcept;
  [[nodiscard]] std::size_t taken() const noexcept;

 private:
  std::size_t before_;
};

}  // namespace comeback::base
