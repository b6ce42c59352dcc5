// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <objidl.h>

/// The two shapes in which a stream takes its numbers.
namespace comeback::com::test_sizes {

inline ULARGE_INTEGER size(ULONGLONG n) {
  ULARGE_INTEGER u{};
  u.QuadPart = n;
  return u;
}
inline LARGE_INTEGER move(LONGLONG n) {
  LARGE_INTEGER l{};
  l.QuadPart = n;
  return l;
}

}  // namespace comeback::com::test_sizes
