// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tests of every facade say often.

#include "com/boundary.hpp"

#include <string>

#include <gtest/gtest.h>
#include <oleauto.h>

namespace comeback::com {

class facade_test : public testing::Test {
 protected:
  /// The text of a BSTR that the caller owns; frees it.
  static std::string text(BSTR taken) {
    std::string result = to_utf8(taken);
    SysFreeString(taken);
    return result;
  }
  /// What GetErrorInfo has to say about the last failure.
  static std::string last_description() {
    ptr<IErrorInfo> info;
    if (GetErrorInfo(0, info.put()) != S_OK) return "(none)";
    BSTR words = nullptr;
    EXPECT_EQ(info->GetDescription(&words), S_OK);
    return text(words);
  }
};

}  // namespace comeback::com
