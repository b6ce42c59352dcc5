// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/type_reference.hpp"

#include <memory>
#include <vector>

namespace comeback::com {

/// A description with the types it points to, in one piece that its Release… frees.
template <class Desc>
struct block final : Desc {
  block() : Desc{} {}

  std::vector<ELEMDESC> elements;
  std::vector<std::unique_ptr<TYPEDESC>> types;
  std::vector<std::unique_ptr<ARRAYDESC>> arrays;
  VARIANT value{};

  static void release(Desc* desc) noexcept { std::unique_ptr<block>(static_cast<block*>(desc)).reset(); }

  TYPEDESC type_of(const used_type& used, unsigned pointers) {
    TYPEDESC made{};
    if (pointers > 0) {
      made.vt = VT_PTR;
      made.lptdesc = keep(type_of(used, pointers - 1));
      return made;
    }
    if (used.count) return array_of(used);
    made.vt = used.type;
    if (used.type == VT_SAFEARRAY) made.lptdesc = keep(TYPEDESC{{}, VT_VARIANT});
    if (used.type == VT_USERDEFINED) made.hreftype = reference_to(used.user);
    return made;
  }
  TYPEDESC type_of(const used_type& used) { return type_of(used, used.pointers); }

 private:
  TYPEDESC* keep(TYPEDESC type) { return types.emplace_back(std::make_unique<TYPEDESC>(type)).get(); }
  TYPEDESC array_of(used_type used) {
    auto& array = *arrays.emplace_back(std::make_unique<ARRAYDESC>());
    array.cDims = 1;
    array.rgbounds[0] = {.cElements = used.count, .lLbound = 0};
    used.count = 0;
    array.tdescElem = type_of(used, 0);
    TYPEDESC made{};
    made.vt = VT_CARRAY;
    made.lpadesc = &array;
    return made;
  }
};

}  // namespace comeback::com
