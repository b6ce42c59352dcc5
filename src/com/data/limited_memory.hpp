// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace comeback::com {

// For tests, which link limited_memory.cpp: it stands in the place of memory.cpp and of operator new.

/// While it lives, the calling thread gets `granted` more pieces of memory from `allocate` and its kin.
class allocation_limit {
 public:
  explicit allocation_limit(int granted) noexcept;
  allocation_limit(const allocation_limit&) = delete;
  allocation_limit& operator=(const allocation_limit&) = delete;
  ~allocation_limit();
};

/// The same for operator new, which then throws std::bad_alloc.
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

}  // namespace comeback::com
