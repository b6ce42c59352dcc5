// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/description.hpp"

namespace comeback::com {

/// A new ITypeLib of a described library. E_POINTER, E_OUTOFMEMORY.
HRESULT make_type_library(const described_library& library, ITypeLib** out) noexcept;

}  // namespace comeback::com
