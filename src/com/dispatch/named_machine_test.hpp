// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/data/text.hpp"
#include "com/dispatch/automation.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/object/boundary.hpp"

#include <string>

namespace comeback::com {

/// For tests of calls: a property of text that can be read and put.
class named_machine : public automation<IVMVirtualMachine> {
 public:
  std::string name = "first";
  HRESULT get_Name(BSTR* out) noexcept override {
    return boundary(out, [&] { return name; });
  }
  HRESULT put_Name(BSTR value) noexcept override {
    return boundary([&] { name = to_utf8(value); });
  }
};

}  // namespace comeback::com
