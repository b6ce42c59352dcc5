// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <minwinbase.h>

namespace comeback::com {

/// Bytes `from` to `from + size` of global memory, to and from a buffer. False for no such memory or range.
[[nodiscard]] bool read_global(HGLOBAL memory, std::size_t from, void* into, std::size_t size) noexcept;
[[nodiscard]] bool write_global(HGLOBAL memory, std::size_t to, const void* from, std::size_t size) noexcept;
[[nodiscard]] bool is_global(HGLOBAL memory) noexcept;

}  // namespace comeback::com
