// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace comeback::com {

/// All memory that crosses the COM edge (BSTR, SAFEARRAY, CoTaskMem) comes from here. Null when there is
/// none.
[[nodiscard]] void* allocate(std::size_t size) noexcept;
/// Without touching what the system gives as zeros anyway: a large array costs what is used of it.
[[nodiscard]] void* allocate_zeros(std::size_t size) noexcept;
[[nodiscard]] void* reallocate(void* memory, std::size_t size) noexcept;
void release(void* memory) noexcept;

}  // namespace comeback::com
