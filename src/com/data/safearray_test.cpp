// SPDX-License-Identifier: Apache-2.0
#include "com/data/safearray.hpp"

#include "com/data/limited_memory.hpp"
#include "com/data/text.hpp"

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

TEST(safe_array, bounds_may_reach_beyond_32_bits_and_then_have_no_upper_end) {
  const com::safe_array a(SafeArrayCreateVector(VT_UI1, 0x7FFFFFFF, 2));
  LONG bound = 0;
  EXPECT_EQ(SafeArrayGetLBound(a.get(), 1, &bound), S_OK);
  EXPECT_EQ(SafeArrayGetUBound(a.get(), 1, &bound), DISP_E_OVERFLOW);
}

TEST(safe_array, descriptors_are_filled_by_hand) {
  SAFEARRAY* a = nullptr;
  ASSERT_EQ(SafeArrayAllocDescriptor(1, &a), S_OK);
  VARTYPE type = 0;
  GUID iid{};
  EXPECT_EQ(SafeArrayGetVartype(a, &type), E_INVALIDARG);
  EXPECT_EQ(SafeArrayGetIID(a, &iid), E_INVALIDARG);
  EXPECT_EQ(SafeArrayAllocData(a), E_INVALIDARG);
  a->cbElements = 4;
  a->rgsabound[0] = {3, 5};
  LONG at = 7, value = 9;
  EXPECT_EQ(SafeArrayPutElement(a, &at, &value), E_INVALIDARG);
  ASSERT_EQ(SafeArrayAllocData(a), S_OK);
  EXPECT_EQ(SafeArrayAllocData(a), E_INVALIDARG);
  EXPECT_EQ(SafeArrayPutElement(a, &at, &value), S_OK);
  void* address = nullptr;
  ASSERT_EQ(SafeArrayPtrOfIndex(a, &at, &address), S_OK);
  EXPECT_EQ(*static_cast<LONG*>(address), 9);
  EXPECT_EQ(SafeArrayDestroyData(a), S_OK);
  EXPECT_EQ(SafeArrayDestroyData(a), S_OK);
  EXPECT_EQ(SafeArrayDestroyDescriptor(a), S_OK);
  ASSERT_EQ(SafeArrayAllocDescriptorEx(VT_BSTR, 2, &a), S_OK);
  EXPECT_EQ(a->fFeatures, FADF_BSTR | FADF_HAVEVARTYPE);
  EXPECT_EQ(SafeArrayDestroy(a), S_OK);
}

TEST(safe_array, arrays_of_objects_have_an_interface_id) {
  IID wanted = __uuidof(IStream), found{};
  const com::safe_array a(SafeArrayCreateVectorEx(VT_UNKNOWN, 0, 2, &wanted));
  EXPECT_EQ(a.get()->fFeatures, FADF_UNKNOWN | FADF_HAVEIID);
  EXPECT_EQ(SafeArrayGetIID(a.get(), &found), S_OK);
  EXPECT_EQ(found, wanted);
  EXPECT_EQ(SafeArraySetIID(a.get(), IID_IUnknown), S_OK);
  SAFEARRAY* copy = nullptr;
  ASSERT_EQ(SafeArrayCopy(a.get(), &copy), S_OK);
  EXPECT_EQ(SafeArrayGetIID(copy, &found), S_OK);
  EXPECT_EQ(found, IID_IUnknown);
  SafeArrayDestroy(copy);
  const com::safe_array b(SafeArrayCreateVector(VT_I4, 0, 2));
  EXPECT_EQ(SafeArraySetIID(b.get(), IID_IUnknown), E_INVALIDARG);
}

TEST(safe_array, a_locked_or_fixed_array_keeps_its_size) {
  const com::safe_array a(SafeArrayCreateVector(VT_I4, 0, 2));
  SAFEARRAYBOUND bound{5, 0}, huge{0xFFFFFFFF, 0};
  ASSERT_EQ(SafeArrayLock(a.get()), S_OK);
  EXPECT_EQ(SafeArrayRedim(a.get(), &bound), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(SafeArrayDestroyData(a.get()), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(SafeArrayDestroyDescriptor(a.get()), DISP_E_ARRAYISLOCKED);
  ASSERT_EQ(SafeArrayUnlock(a.get()), S_OK);
  EXPECT_EQ(SafeArrayRedim(a.get(), &huge), E_OUTOFMEMORY);
  EXPECT_EQ(a.get()->rgsabound[0].cElements, 2u);
  a.get()->fFeatures |= FADF_FIXEDSIZE;
  EXPECT_EQ(SafeArrayRedim(a.get(), &bound), E_INVALIDARG);
}

TEST(safe_array, data_is_copied_only_into_the_same_shape) {
  const com::safe_array from(SafeArrayCreateVector(VT_BSTR, 0, 2)), to(SafeArrayCreateVector(VT_BSTR, 9, 2)),
      longer(SafeArrayCreateVector(VT_BSTR, 0, 3)), other(SafeArrayCreateVector(VT_I8, 0, 2));
  LONG first = 0, there = 9;
  const BSTR text = SysAllocString(L"abc");
  ASSERT_EQ(SafeArrayPutElement(from.get(), &first, text), S_OK);
  ASSERT_EQ(SafeArrayPutElement(to.get(), &there, text), S_OK);
  SysFreeString(text);
  EXPECT_EQ(SafeArrayCopyData(from.get(), longer.get()), E_INVALIDARG);
  EXPECT_EQ(SafeArrayCopyData(from.get(), other.get()), E_INVALIDARG);
  EXPECT_EQ(SafeArrayCopyData(from.get(), from.get()), S_OK);
  EXPECT_EQ(SafeArrayCopyData(from.get(), to.get()), S_OK);
  EXPECT_EQ(com::to_utf8(static_cast<BSTR*>(to.get()->pvData)[0]), "abc");
}

TEST(safe_array, memory_of_others_is_cleared_and_not_freed) {
  BSTR data[2] = {SysAllocString(L"a"), nullptr};
  SAFEARRAY a{1, FADF_AUTO | FADF_BSTR, sizeof(BSTR), 0, data, {{2, 0}}};
  EXPECT_EQ(SafeArrayDestroy(&a), S_OK);
  EXPECT_EQ(data[0], nullptr);
}

TEST(safe_array, null_arguments) {
  LONG n = 0;
  void* p = nullptr;
  const com::safe_array a(SafeArrayCreateVector(VT_I4, 0, 1));
  SAFEARRAY* const none = nullptr;
  SAFEARRAYBOUND bound{1, 0};
  EXPECT_EQ(SafeArrayGetDim(none), 0u);
  EXPECT_EQ(SafeArrayGetElemsize(none), 0u);
  for (const HRESULT hr : {SafeArrayAllocDescriptor(1, nullptr),
                           SafeArrayAllocDescriptorEx(VT_I4, 1, nullptr),
                           SafeArrayAllocData(none),
                           SafeArrayDestroyData(none),
                           SafeArrayCopy(a.get(), nullptr),
                           SafeArrayCopyData(none, a.get()),
                           SafeArrayCopyData(a.get(), none),
                           SafeArrayRedim(none, &bound),
                           SafeArrayRedim(a.get(), nullptr),
                           SafeArraySetIID(none, GUID{}),
                           SafeArrayGetIID(none, nullptr),
                           SafeArrayPtrOfIndex(none, &n, &p),
                           SafeArrayPtrOfIndex(a.get(), static_cast<LONG*>(nullptr), &p),
                           SafeArrayPtrOfIndex(a.get(), &n, nullptr),
                           SafeArrayGetElement(none, &n, &n),
                           SafeArrayGetElement(a.get(), &n, nullptr),
                           SafeArrayPutElement(a.get(), &n, nullptr),
                           SafeArrayGetLBound(none, 1, &n),
                           SafeArrayGetUBound(a.get(), 1, static_cast<LONG*>(nullptr)),
                           SafeArrayGetVartype(none, nullptr),
                           SafeArrayLock(none),
                           SafeArrayUnlock(none),
                           SafeArrayAccessData(a.get(), nullptr),
                           SafeArrayUnaccessData(none),
                           SafeArrayGetRecordInfo(a.get(), nullptr),
                           SafeArraySetRecordInfo(a.get(), nullptr),
                           VectorFromBstr(nullptr, nullptr),
                           BstrFromVector(none, nullptr)})
    EXPECT_EQ(hr, E_INVALIDARG);
}
