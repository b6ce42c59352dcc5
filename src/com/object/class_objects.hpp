// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/object/ptr.hpp"

#include <span>

#include <objbase.h>

namespace comeback::com {

/// A class of the type libraries, whether or not it is built; made by tools/idl.
struct known_class {
  const GUID& clsid;
  const wchar_t* name;    ///< "MsftFileSystemImage"
  const wchar_t* progid;  ///< without version; null where it has none
};
[[nodiscard]] std::span<const known_class> known_classes() noexcept;

/// Makes an object; may throw what `boundary` translates.
using class_maker = ptr<IUnknown> (*)();

/// From now on CoCreateInstance makes objects of this class. Any thread; a second registration replaces the
/// first.
void register_class(const GUID& clsid, class_maker maker);

}  // namespace comeback::com
