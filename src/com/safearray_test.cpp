// SPDX-License-Identifier: Apache-2.0
#include "com/safearray.hpp"

#include "com/memory.hpp"
#include "com/text.hpp"

#include <gtest/gtest.h>

using namespace comeback;

TEST(safe_array, an_empty_vector_has_one_dimension) {
  const com::safe_array a = com::variant_vector(0);
  EXPECT_EQ(SafeArrayGetDim(a.get()), 1u);
  LONG low = 7, high = 7;
  EXPECT_EQ(SafeArrayGetLBound(a.get(), 1, &low), S_OK);
  EXPECT_EQ(SafeArrayGetUBound(a.get(), 1, &high), S_OK);
  EXPECT_EQ(low, 0);
  EXPECT_EQ(high, -1);
  VARTYPE type = 0;
  EXPECT_EQ(SafeArrayGetVartype(a.get(), &type), S_OK);
  EXPECT_EQ(type, VT_VARIANT);
  EXPECT_EQ(SafeArrayGetElemsize(a.get()), sizeof(VARIANT));
}

TEST(safe_array, bounds_as_64_bit_long_too) {
  const com::safe_array a(SafeArrayCreateVector(VT_I4, -3, 5));
  long low = 0, high = 0;
  EXPECT_EQ(SafeArrayGetLBound(a.get(), 1, &low), S_OK);
  EXPECT_EQ(SafeArrayGetUBound(a.get(), 1, &high), S_OK);
  EXPECT_EQ(low, -3);
  EXPECT_EQ(high, 1);
  long index[] = {1};
  LONG value = 99, back = 0;
  EXPECT_EQ(SafeArrayPutElement(a.get(), index, &value), S_OK);
  EXPECT_EQ(SafeArrayGetElement(a.get(), index, &back), S_OK);
  EXPECT_EQ(back, 99);
  index[0] = 0x1'0000'0001;  // not 1
  EXPECT_EQ(SafeArrayGetElement(a.get(), index, &back), DISP_E_BADINDEX);
}

TEST(safe_array, dimensions_count_from_the_left_and_the_leftmost_varies_fastest) {
  SAFEARRAYBOUND bounds[] = {{2, 0}, {3, 10}};
  const com::safe_array a(SafeArrayCreate(VT_I4, 2, bounds));
  LONG bound = 0;
  EXPECT_EQ(SafeArrayGetLBound(a.get(), 2, &bound), S_OK);
  EXPECT_EQ(bound, 10);
  EXPECT_EQ(SafeArrayGetUBound(a.get(), 1, &bound), S_OK);
  EXPECT_EQ(bound, 1);
  LONG at[] = {1, 12}, value = 5;
  ASSERT_EQ(SafeArrayPutElement(a.get(), at, &value), S_OK);
  EXPECT_EQ(static_cast<LONG*>(a.get()->pvData)[1 + 2 * 2], 5);
}

TEST(safe_array, indices_outside_are_refused) {
  const com::safe_array a(SafeArrayCreateVector(VT_I4, 1, 2));
  LONG value = 0;
  for (LONG index : {0, 3, -1, 0x7FFFFFFF, static_cast<LONG>(0x80000000)})
    EXPECT_EQ(SafeArrayGetElement(a.get(), &index, &value), DISP_E_BADINDEX) << index;
  EXPECT_EQ(SafeArrayGetLBound(a.get(), 0, &value), DISP_E_BADINDEX);
  EXPECT_EQ(SafeArrayGetLBound(a.get(), 2, &value), DISP_E_BADINDEX);
}

TEST(safe_array, elements_are_copied_in_and_out) {
  const com::safe_array a(SafeArrayCreateVector(VT_BSTR, 0, 1));
  LONG first = 0;
  const BSTR given = SysAllocString(L"abc");
  ASSERT_EQ(SafeArrayPutElement(a.get(), &first, given), S_OK);
  SysFreeString(given);
  BSTR taken = nullptr;
  ASSERT_EQ(SafeArrayGetElement(a.get(), &first, &taken), S_OK);
  EXPECT_EQ(com::to_utf8(taken), "abc");
  EXPECT_NE(taken, static_cast<BSTR*>(a.get()->pvData)[0]);
  SysFreeString(taken);
}

TEST(safe_array, a_locked_array_is_not_destroyed) {
  SAFEARRAY* const a = SafeArrayCreateVector(VT_UI1, 0, 4);
  void* data = nullptr;
  ASSERT_EQ(SafeArrayAccessData(a, &data), S_OK);
  EXPECT_EQ(SafeArrayDestroy(a), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(SafeArrayUnaccessData(a), S_OK);
  EXPECT_EQ(SafeArrayUnlock(a), E_UNEXPECTED);
  EXPECT_EQ(SafeArrayDestroy(a), S_OK);
  EXPECT_EQ(SafeArrayDestroy(nullptr), S_OK);
}

TEST(safe_array, a_copy_is_deep_and_fails_whole) {
  com::safe_array a = com::variant_vector(2);
  VARIANT v{};
  v.vt = VT_BSTR;
  v.bstrVal = SysAllocString(L"abc");
  LONG at = 1;
  ASSERT_EQ(SafeArrayPutElement(a.get(), &at, &v), S_OK);
  VariantClear(&v);
  SAFEARRAY* copy = nullptr;
  ASSERT_EQ(SafeArrayCopy(a.get(), &copy), S_OK);
  a = com::safe_array();
  ASSERT_EQ(SafeArrayGetElement(copy, &at, &v), S_OK);
  EXPECT_EQ(com::to_utf8(v.bstrVal), "abc");
  VariantClear(&v);
  for (int granted = 0; granted < 3; ++granted) {
    const com::allocation_limit few(granted);
    SAFEARRAY* second = nullptr;
    EXPECT_EQ(SafeArrayCopy(copy, &second), E_OUTOFMEMORY) << granted;
    EXPECT_EQ(second, nullptr);
  }
  SafeArrayDestroy(copy);
}

TEST(safe_array, sizes_that_cannot_be_are_refused) {
  SAFEARRAYBOUND huge[] = {{0xFFFFFFFF, 0}, {0xFFFFFFFF, 0}};
  EXPECT_EQ(SafeArrayCreate(VT_I4, 2, huge), nullptr);
  EXPECT_EQ(SafeArrayCreate(VT_I4, 0, huge), nullptr);
  EXPECT_EQ(SafeArrayCreate(VT_I4, 33, huge), nullptr);
  EXPECT_EQ(SafeArrayCreate(VT_EMPTY, 1, huge), nullptr);
  EXPECT_EQ(SafeArrayCreate(VT_I4, 1, nullptr), nullptr);
}

TEST(safe_array, no_memory) {
  for (int granted = 0; granted < 2; ++granted) {
    const com::allocation_limit few(granted);
    EXPECT_EQ(SafeArrayCreateVector(VT_I4, 0, 4), nullptr);
  }
  const com::allocation_limit none(0);
  EXPECT_THROW((void)com::variant_vector(1), std::bad_alloc);
}
