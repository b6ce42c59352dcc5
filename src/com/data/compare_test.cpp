// SPDX-License-Identifier: Apache-2.0
#include "com/data/limited_memory.hpp"
#include "com/data/text.hpp"
#include "com/data/variant.hpp"

#include <cmath>
#include <functional>
#include <string>

#include <gtest/gtest.h>

using namespace comeback;

namespace {

com::variant of(VARTYPE type, const std::function<void(VARIANT&)>& fill) {
  VARIANT v{};
  fill(v);
  v.vt = type;
  com::variant made(v);
  if (type == VT_BSTR) SysFreeString(v.bstrVal);
  return made;
}
com::variant text(const wchar_t* words) {
  return of(VT_BSTR, [&](VARIANT& v) { v.bstrVal = SysAllocString(words); });
}
com::variant number(LONG n) {
  return of(VT_I4, [&](VARIANT& v) { v.lVal = n; });
}
com::variant real(double n) {
  return of(VT_R8, [&](VARIANT& v) { v.dblVal = n; });
}
com::variant large(ULONGLONG n) {
  return of(VT_UI8, [&](VARIANT& v) { v.ullVal = n; });
}
com::variant decimal(ULONGLONG n, BYTE scale, BYTE sign = 0) {
  return of(VT_DECIMAL, [&](VARIANT& v) {
    v.decVal.Lo64 = n;
    v.decVal.scale = scale;
    v.decVal.sign = sign;
  });
}
com::variant empty(VARTYPE type) {
  return of(type, [](VARIANT&) {});
}

struct row {
  const char* title;
  com::variant left, right;
  ULONG flags;
  HRESULT hr;
};

}  // namespace

TEST(compare, variants) {
  const row rows[] = {
      {"equal numbers", number(3), real(3), 0, VARCMP_EQ},
      {"less", number(-3), number(2), 0, VARCMP_LT},
      {"what a double cannot tell apart", large(~0ull), large(~0ull - 1), 0, VARCMP_GT},
      {"places behind the point", decimal(15, 1), decimal(150, 2), 0, VARCMP_EQ},
      {"the 28th place", decimal(1, 28), decimal(0, 0), 0, VARCMP_GT},
      {"negative amounts", decimal(2, 0, 0x80), decimal(15, 1, 0x80), 0, VARCMP_LT},
      {"zero has no sign", decimal(0, 0, 0x80), number(0), 0, VARCMP_EQ},
      {"a whole number and its fraction", decimal(25, 1), number(2), 0, VARCMP_GT},
      {"infinities", real(-HUGE_VAL), real(HUGE_VAL), 0, VARCMP_LT},
      {"not a number", real(std::nan("")), number(1), 0, DISP_E_OVERFLOW},
      {"text", text(L"a"), text(L"b"), 0, VARCMP_LT},
      {"text of two cases", text(L"\u00c4b"), text(L"\u00e4B"), 0, VARCMP_LT},
      {"text whatever its case", text(L"\u00c4b"), text(L"\u00e4B"), NORM_IGNORECASE, VARCMP_EQ},
      {"text whatever its width", text(L"\uff23\uff41\uff54"), text(L"Cat"), NORM_IGNOREWIDTH, VARCMP_EQ},
      {"both", text(L"\uff23\uff41\uff54"), text(L"cat"), NORM_IGNOREWIDTH | NORM_IGNORECASE, VARCMP_EQ},
      {"a flag that is not had", text(L"a"), text(L"a"), NORM_IGNORENONSPACE, E_INVALIDARG},
      {"a number and text", number(9), text(L"1"), 0, VARCMP_LT},
      {"text and a number", text(L"1"), number(9), 0, VARCMP_GT},
      {"nothing is zero", empty(VT_EMPTY), number(0), 0, VARCMP_EQ},
      {"nothing is no text", empty(VT_EMPTY), text(L""), 0, VARCMP_EQ},
      {"nothing and nothing", empty(VT_EMPTY), empty(VT_EMPTY), 0, VARCMP_EQ},
      {"null", empty(VT_NULL), number(1), 0, VARCMP_NULL},
      {"null behind", text(L"a"), empty(VT_NULL), 0, VARCMP_NULL},
      {"an error", empty(VT_ERROR), number(1), 0, DISP_E_TYPEMISMATCH},
      {"no object", empty(VT_DISPATCH), number(1), 0, DISP_E_TYPEMISMATCH},
      {"an array", number(1), empty(VT_ARRAY | VT_I4), 0, DISP_E_TYPEMISMATCH},
  };
  for (const auto& r : rows) {
    VARIANT left = r.left.get(), right = r.right.get();
    EXPECT_EQ(VarCmp(&left, &right, 0, r.flags), r.hr) << r.title;
    if (r.hr == VARCMP_LT || r.hr == VARCMP_EQ) {
      EXPECT_EQ(VarCmp(&right, &left, 0, r.flags), r.hr == VARCMP_LT ? VARCMP_GT : VARCMP_EQ) << r.title;
    }
  }
}

TEST(compare, null_pointers_and_references) {
  LONG held = 5;
  VARIANT five = number(5).detach(), reference{};
  reference.vt = VT_BYREF | VT_I4;
  reference.plVal = &held;
  EXPECT_EQ(VarCmp(&five, &reference, 0, 0), VARCMP_EQ);
  EXPECT_EQ(VarCmp(nullptr, &five, 0, 0), VARCMP_NULL);
  EXPECT_EQ(VarCmp(&five, nullptr, 0, 0), VARCMP_NULL);
  reference.plVal = nullptr;
  EXPECT_EQ(VarCmp(&five, &reference, 0, 0), E_INVALIDARG);
}

TEST(compare, strings) {
  const auto a = text(L"a"),
             nulls = of(VT_BSTR, [](VARIANT& v) { v.bstrVal = SysAllocStringLen(L"a\0b", 3); });
  EXPECT_EQ(VarBstrCmp(nullptr, nullptr, 0, 0), VARCMP_EQ);
  EXPECT_EQ(VarBstrCmp(nullptr, a.get().bstrVal, 0, 0), VARCMP_LT);
  EXPECT_EQ(VarBstrCmp(nulls.get().bstrVal, a.get().bstrVal, 0, 0), VARCMP_GT);
}

TEST(compare, strings_are_joined_with_all_they_hold) {
  const BSTR left = SysAllocStringLen(L"a\0", 2), right = SysAllocString(L"b");
  BSTR made = nullptr;
  ASSERT_EQ(VarBstrCat(left, right, &made), S_OK);
  EXPECT_EQ(com::to_utf8(made), std::string("a\0b", 3));
  SysFreeString(made);
  ASSERT_EQ(VarBstrCat(nullptr, nullptr, &made), S_OK);
  EXPECT_EQ(SysStringLen(made), 0u);
  SysFreeString(made);
  EXPECT_EQ(VarBstrCat(left, right, nullptr), E_INVALIDARG);
  {
    const com::allocation_limit none(0);
    EXPECT_EQ(VarBstrCat(left, right, &made), E_OUTOFMEMORY);
  }
  SysFreeString(left);
  SysFreeString(right);
}

TEST(conversions, int_and_uint_are_long_and_ulong) {
  INT n = 0;
  UINT u = 0;
  double d = 0;
  EXPECT_EQ(VarIntFromStr(L"-7", 0, 0, &n), S_OK);
  EXPECT_EQ(n, -7);
  EXPECT_EQ(VarUintFromInt(-1, &u), DISP_E_OVERFLOW);
  EXPECT_EQ(VarUintFromR8(7, &u), S_OK);
  EXPECT_EQ(VarR8FromUint(u, &d), S_OK);
  EXPECT_EQ(d, 7);
}
