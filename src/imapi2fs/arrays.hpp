// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/object/arrays.hpp"
#include "com/object/enum_variant.hpp"

namespace comeback::imapi2fs {

using com::array_access;
using com::array_of;
using com::number_variant;

}  // namespace comeback::imapi2fs
