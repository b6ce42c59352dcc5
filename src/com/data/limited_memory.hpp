// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/limited_memory.hpp"

namespace comeback::com {

// For tests, which link limited_memory.cpp: it stands in the place of memory.cpp. They link
// base/limited_memory.cpp, too, which does the same for operator new.

/// While it lives, the calling thread gets `granted` more pieces of memory from `allocate` and its kin.
class allocation_limit {
 public:
  explicit allocation_limit(int granted) noexcept;
  allocation_limit(const allocation_limit&) = delete;
  allocation_limit& operator=(const allocation_limit&) = delete;
  ~allocation_limit();
};

using base::new_count;
using base::new_limit;

}  // namespace comeback::com
