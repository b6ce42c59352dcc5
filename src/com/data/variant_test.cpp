// SPDX-License-Identifier: Apache-2.0
#include "com/data/variant.hpp"

#include "com/data/limited_memory.hpp"
#include "com/data/text.hpp"
#include "com/data/values_test.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

using namespace comeback;

namespace {

using com::test_values::number;

VARIANT real(double value) {
  VARIANT v{};
  v.vt = VT_R8;
  v.dblVal = value;
  return v;
}
com::variant text(const char* value) {
  com::variant v;
  v.put()->bstrVal = com::to_bstr(value);
  const_cast<VARIANT&>(v.get()).vt = VT_BSTR;
  return v;
}

}  // namespace

TEST(variant, a_copy_has_a_string_of_its_own) {
  const auto first = text("abc");
  VARIANT second{};
  ASSERT_EQ(VariantCopy(&second, &first.get()), S_OK);
  EXPECT_NE(second.bstrVal, first.get().bstrVal);
  EXPECT_EQ(com::to_utf8(second.bstrVal), "abc");
  EXPECT_EQ(VariantClear(&second), S_OK);
  EXPECT_EQ(second.vt, VT_EMPTY);
}

TEST(variant, a_copy_of_an_array_is_a_new_array) {
  VARIANT array{};
  array.vt = VT_ARRAY | VT_I4;
  array.parray = SafeArrayCreateVector(VT_I4, 0, 3);
  VARIANT copy{};
  ASSERT_EQ(VariantCopy(&copy, &array), S_OK);
  EXPECT_NE(copy.parray, array.parray);
  EXPECT_EQ(VariantClear(&copy), S_OK);
  EXPECT_EQ(VariantClear(&array), S_OK);
}

TEST(variant, references_are_not_owned) {
  BSTR held = SysAllocString(L"abc");
  VARIANT v{};
  v.vt = VT_BYREF | VT_BSTR;
  v.pbstrVal = &held;
  VARIANT copy{};
  ASSERT_EQ(VariantCopyInd(&copy, &v), S_OK);
  EXPECT_EQ(copy.vt, VT_BSTR);
  EXPECT_EQ(VariantClear(&v), S_OK);
  EXPECT_EQ(com::to_utf8(held), "abc");
  EXPECT_EQ(com::to_utf8(copy.bstrVal), "abc");
  VariantClear(&copy);
  SysFreeString(held);
}

TEST(variant, types_that_cannot_be_are_refused) {
  VARIANT v{};
  v.vt = 0x0FFE;
  EXPECT_EQ(VariantClear(&v), DISP_E_BADVARTYPE);
  VARIANT copy{};
  EXPECT_EQ(VariantCopy(&copy, &v), DISP_E_BADVARTYPE);
  EXPECT_EQ(VariantClear(nullptr), E_INVALIDARG);
  EXPECT_EQ(VariantCopy(nullptr, &v), E_INVALIDARG);
}

TEST(variant, a_copy_without_memory_leaves_the_target_alone) {
  const auto first = text("abc");
  VARIANT second = number(7);
  const com::allocation_limit none(0);
  EXPECT_EQ(VariantCopy(&second, &first.get()), E_OUTOFMEMORY);
  EXPECT_EQ(second.lVal, 7);
}

TEST(coercion, numbers_are_rounded_to_even_and_checked) {
  LONGLONG n = 0;
  EXPECT_EQ(com::number_of(real(2.5), -10, 10, n), S_OK);
  EXPECT_EQ(n, 2);
  EXPECT_EQ(com::number_of(real(3.5), -10, 10, n), S_OK);
  EXPECT_EQ(n, 4);
  EXPECT_EQ(com::number_of(number(11), -10, 10, n), DISP_E_OVERFLOW);
  EXPECT_EQ(com::number_of(real(1e300), -10, 10, n), DISP_E_OVERFLOW);
  EXPECT_EQ(com::number_of(real(std::numeric_limits<double>::quiet_NaN()), -10, 10, n), DISP_E_OVERFLOW);
}

TEST(coercion, strings_are_numbers_where_they_read_like_one) {
  LONGLONG n = 0;
  EXPECT_EQ(com::number_of(text("42").get(), 0, 100, n), S_OK);
  EXPECT_EQ(n, 42);
  EXPECT_EQ(com::number_of(text("many").get(), 0, 100, n), DISP_E_TYPEMISMATCH);
  EXPECT_EQ(com::number_of(text("").get(), 0, 100, n), DISP_E_TYPEMISMATCH);
}

TEST(coercion, references_are_followed) {
  LONG held = 5;
  VARIANT by_reference{};
  by_reference.vt = VT_BYREF | VT_I4;
  by_reference.plVal = &held;
  VARIANT outer{};
  outer.vt = VT_BYREF | VT_VARIANT;
  outer.pvarVal = &by_reference;
  LONGLONG n = 0;
  EXPECT_EQ(com::number_of(outer, 0, 10, n), S_OK);
  EXPECT_EQ(n, 5);
}

TEST(coercion, a_reference_to_a_decimal_is_its_sixteen_bytes) {
  DECIMAL held{};
  held.Lo64 = 125;
  held.scale = 1;
  VARIANT v{};
  v.vt = VT_BYREF | VT_DECIMAL;
  v.pdecVal = &held;
  double value = 0;
  VARIANT meant{};
  EXPECT_EQ(com::dereference(v, meant), S_OK);
  EXPECT_EQ(meant.vt, VT_DECIMAL);
  EXPECT_EQ(com::number_of(v, value), S_OK);
  EXPECT_EQ(value, 12.5);
}

TEST(coercion, a_reference_to_itself_ends) {
  VARIANT loop{};
  loop.vt = VT_BYREF | VT_VARIANT;
  loop.pvarVal = &loop;
  LONGLONG n = 0;
  VARIANT meant = number(1);
  EXPECT_EQ(com::number_of(loop, 0, 10, n), E_INVALIDARG);
  EXPECT_EQ(com::dereference(loop, meant), E_INVALIDARG);
  EXPECT_EQ(meant.vt, VT_EMPTY);
}

TEST(coercion, truth) {
  VARIANT_BOOL b = 5;
  EXPECT_EQ(com::truth_of(number(3), b), S_OK);
  EXPECT_EQ(b, VARIANT_TRUE);
  EXPECT_EQ(com::truth_of(text("false").get(), b), S_OK);
  EXPECT_EQ(b, VARIANT_FALSE);
  EXPECT_EQ(com::truth_of(text("maybe").get(), b), DISP_E_TYPEMISMATCH);
}

TEST(coercion, to_text) {
  BSTR out = nullptr;
  EXPECT_EQ(com::text_of(number(-7), out), S_OK);
  EXPECT_EQ(com::to_utf8(out), "-7");
  SysFreeString(out);
  VARIANT unknown{};
  unknown.vt = VT_UNKNOWN;
  EXPECT_EQ(com::text_of(unknown, out), DISP_E_TYPEMISMATCH);
}
