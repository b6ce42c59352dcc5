// SPDX-License-Identifier: Apache-2.0
// What nobody should hand to the functions of SAFEARRAY, and what they answer: a code, at once, and nothing
// is lost.

#include "com/data/safearray.hpp"
#include "com/data/text.hpp"
#include "com/object/object.hpp"
#include "com/object/ptr.hpp"

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

using namespace comeback;

namespace {

constexpr VARTYPE unsaid = VT_EMPTY;

VARIANT of(VARTYPE type, void* pointer = nullptr) {
  VARIANT v{};
  v.vt = type;
  v.byref = pointer;
  return v;
}

/// Does something when it is released for the last time.
class parting final : public com::object<IDispatch> {
 public:
  explicit parting(std::function<void()> last) : last_(std::move(last)) {}
  ~parting() override { last_(); }
  HRESULT GetTypeInfoCount(UINT*) override { return E_NOTIMPL; }
  HRESULT GetTypeInfo(UINT, LCID, ITypeInfo**) override { return E_NOTIMPL; }
  HRESULT GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) override { return DISP_E_UNKNOWNNAME; }
  HRESULT Invoke(DISPID, REFIID, LCID, WORD, DISPPARAMS*, VARIANT*, EXCEPINFO*, UINT*) override {
    return DISP_E_MEMBERNOTFOUND;
  }

 private:
  std::function<void()> last_;
};

// An array of one VARIANT that holds `inner`, which it takes over.
SAFEARRAY* around(SAFEARRAY* inner) {
  SAFEARRAY* const made = SafeArrayCreateVector(VT_VARIANT, 0, 1);
  *static_cast<VARIANT*>(made->pvData) = of(VT_ARRAY | VT_VARIANT, inner);
  return made;
}

}  // namespace

TEST(bad_array, bounds_and_types_of_new_arrays) {
  struct row {
    const char* title;
    VARTYPE type;
    std::vector<SAFEARRAYBOUND> bounds;
    bool made;
  };
  const row rows[] = {
      {"no elements", VT_I4, {{0, 0}}, true},
      {"no elements in one of two dimensions", VT_I4, {{0, 0}, {0xFFFFFFFF, 0}}, true},
      {"the lowest bound", VT_I4, {{1, INT32_MIN}}, true},
      {"more bytes than 31 bits count", VT_UI1, {{0x80000000, 0}}, false},
      {"a product beyond 32 bits", VT_I4, {{0x10000, 0}, {0x10000, 0}}, false},
      {"a product that is 0 in 64 bits", VT_UI1, {{0x80000000, 0}, {0x80000000, 0}, {4, 0}}, false},
      {"a product that is 4 in 64 bits", VT_I4, {{0xFFFFFFFF, 0}, {0xFFFFFFFF, 0}, {0xFFFFFFFF, 0}}, false},
      {"elements of 24 bytes", VT_VARIANT, {{0x0AAAAAAB, 0}}, false},
      {"nothing", VT_EMPTY, {{1, 0}}, false},
      {"nulls", VT_NULL, {{1, 0}}, false},
      {"records", VT_RECORD, {{1, 0}}, false},
      {"references", VT_BYREF | VT_I4, {{1, 0}}, false},
      {"arrays", VT_ARRAY | VT_I4, {{1, 0}}, false},
      {"no type", 0xFFFF, {{1, 0}}, false},
  };
  for (const auto& r : rows) {
    auto bounds = r.bounds;
    const com::safe_array made(SafeArrayCreate(r.type, static_cast<UINT>(bounds.size()), bounds.data()));
    EXPECT_EQ(made.get() != nullptr, r.made) << r.title;
    SAFEARRAY* by_hand = nullptr;
    ASSERT_EQ(SafeArrayAllocDescriptor(static_cast<UINT>(bounds.size()), &by_hand), S_OK);
    by_hand->cbElements = SafeArrayGetElemsize(made.get());
    std::copy(bounds.rbegin(), bounds.rend(), by_hand->rgsabound);
    EXPECT_EQ(SafeArrayAllocData(by_hand), r.made ? S_OK : E_INVALIDARG) << r.title;
    EXPECT_EQ(SafeArrayDestroy(by_hand), S_OK) << r.title;
  }
}

TEST(bad_array, a_descriptor_that_asks_for_too_much) {
  SAFEARRAY* a = nullptr;
  ASSERT_EQ(SafeArrayAllocDescriptor(2, &a), S_OK);
  a->cbElements = 0xFFFFFFFF;
  a->rgsabound[0] = a->rgsabound[1] = {0xFFFFFFFF, 0};
  EXPECT_EQ(SafeArrayAllocData(a), E_OUTOFMEMORY);
  SAFEARRAY* copy = nullptr;
  EXPECT_EQ(SafeArrayCopy(a, &copy), E_INVALIDARG);
  EXPECT_EQ(copy, nullptr);
  EXPECT_EQ(SafeArrayDestroy(a), S_OK);
}

TEST(bad_array, indices) {
  SAFEARRAYBOUND bounds[] = {{2, -5}, {3, 10}};
  const com::safe_array a(SafeArrayCreate(VT_BSTR, 2, bounds));
  struct row {
    LONG at[2];
    HRESULT hr;
  };
  for (const auto& r :
       {row{{-5, 10}, S_OK}, row{{-4, 12}, S_OK}, row{{-6, 10}, DISP_E_BADINDEX},
        row{{-3, 10}, DISP_E_BADINDEX}, row{{-5, 9}, DISP_E_BADINDEX}, row{{-5, 13}, DISP_E_BADINDEX},
        row{{10, -5}, DISP_E_BADINDEX}, row{{INT32_MIN, INT32_MIN}, DISP_E_BADINDEX},
        row{{INT32_MAX, INT32_MAX}, DISP_E_BADINDEX}}) {
    auto at = r;
    BSTR taken = nullptr;
    void* place = nullptr;
    EXPECT_EQ(SafeArrayGetElement(a.get(), at.at, &taken), r.hr) << r.at[0] << ' ' << r.at[1];
    EXPECT_EQ(SafeArrayPutElement(a.get(), at.at, nullptr), r.hr);
    EXPECT_EQ(SafeArrayPtrOfIndex(a.get(), at.at, &place), r.hr);
  }
}

TEST(bad_array, arrays_of_the_wrong_kind) {
  SAFEARRAYBOUND two[] = {{1, 0}, {1, 0}};
  const com::safe_array square(SafeArrayCreate(VT_UI1, 2, two)), numbers(SafeArrayCreateVector(VT_I4, 0, 1)),
      bytes(SafeArrayCreateVector(VT_UI1, 0, 4));
  BSTR text = nullptr;
  SAFEARRAY* none = square.get();
  EXPECT_EQ(VectorFromBstr(nullptr, &none), E_INVALIDARG);
  EXPECT_EQ(none, nullptr);
  EXPECT_EQ(BstrFromVector(nullptr, &text), E_INVALIDARG);
  EXPECT_EQ(BstrFromVector(bytes.get(), nullptr), E_INVALIDARG);
  EXPECT_EQ(BstrFromVector(square.get(), &text), DISP_E_TYPEMISMATCH);
  EXPECT_EQ(BstrFromVector(numbers.get(), &text), DISP_E_TYPEMISMATCH);
  VARIANT made{};
  const VARIANT empty = of(VT_BSTR);
  ASSERT_EQ(VariantChangeType(&made, &empty, 0, VT_ARRAY | VT_UI1), S_OK);
  EXPECT_EQ(made.parray->rgsabound[0].cElements, 0u);
  VariantClear(&made);
  for (SAFEARRAY* const lying : {square.get(), numbers.get(), static_cast<SAFEARRAY*>(nullptr)}) {
    const VARIANT v = of(VT_ARRAY | VT_UI1, lying);
    EXPECT_EQ(VariantChangeType(&made, &v, 0, VT_BSTR), DISP_E_TYPEMISMATCH);
  }
  for (const VARTYPE type : {VT_I4, VT_R8, VT_DATE, VT_BOOL, VT_DECIMAL, VT_DISPATCH}) {
    const VARIANT v = of(VT_ARRAY | VT_UI1, bytes.get());
    EXPECT_EQ(VariantChangeType(&made, &v, 0, type), DISP_E_TYPEMISMATCH) << type;
  }
}

TEST(bad_array, features_that_contradict_the_size_of_elements) {
  SAFEARRAY* a = nullptr;
  ASSERT_EQ(SafeArrayAllocDescriptor(1, &a), S_OK);
  a->cbElements = 1;
  a->fFeatures = FADF_BSTR;
  a->rgsabound[0] = {8, 0};
  ASSERT_EQ(SafeArrayAllocData(a), S_OK);
  std::memset(a->pvData, 0xEE, 8);  // no pointer, and not followed as one
  VARTYPE type = unsaid;
  EXPECT_EQ(SafeArrayGetVartype(a, &type), E_INVALIDARG);
  SAFEARRAY* copy = nullptr;
  EXPECT_EQ(SafeArrayCopy(a, &copy), S_OK);
  EXPECT_EQ(SafeArrayDestroy(copy), S_OK);
  EXPECT_EQ(SafeArrayDestroy(a), S_OK);
}

TEST(bad_array, null_elements) {
  for (const VARTYPE type : {VT_BSTR, VT_DISPATCH, VT_UNKNOWN}) {
    const com::safe_array a(SafeArrayCreateVector(type, 0, 2));
    SAFEARRAY* copy = nullptr;
    LONG first = 0;
    void* taken = &first;
    EXPECT_EQ(SafeArrayPutElement(a.get(), &first, nullptr), S_OK);
    EXPECT_EQ(SafeArrayGetElement(a.get(), &first, &taken), S_OK);
    EXPECT_EQ(taken, nullptr);
    EXPECT_EQ(SafeArrayCopy(a.get(), &copy), S_OK);
    EXPECT_EQ(SafeArrayDestroy(copy), S_OK);
  }
  const com::safe_array a(SafeArrayCreateVector(VT_VARIANT, 0, 1));
  LONG first = 0;
  EXPECT_EQ(SafeArrayPutElement(a.get(), &first, nullptr), E_INVALIDARG);
  VARIANT wrong = of(15);
  EXPECT_EQ(SafeArrayPutElement(a.get(), &first, &wrong), DISP_E_BADVARTYPE);
}

TEST(bad_array, a_locked_array_can_be_copied_and_filled_but_not_changed) {
  SAFEARRAY* const a = SafeArrayCreateVector(VT_BSTR, 0, 2);
  SAFEARRAYBOUND bound{5, 0};
  VARIANT held = of(VT_ARRAY | VT_BSTR, a), other{};
  LONG first = 0;
  ASSERT_EQ(SafeArrayLock(a), S_OK);
  EXPECT_EQ(SafeArrayRedim(a, &bound), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(SafeArrayDestroyData(a), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(SafeArrayDestroyDescriptor(a), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(SafeArrayDestroy(a), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(VariantClear(&held), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(VariantCopy(&held, &other), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(VariantChangeType(&held, &other, 0, VT_I4), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(held.parray, a);
  EXPECT_EQ(SafeArrayPutElement(a, &first, nullptr), S_OK);
  EXPECT_EQ(VariantCopy(&other, &held), S_OK);
  EXPECT_EQ(other.parray->cLocks, 0u);
  EXPECT_EQ(VariantClear(&other), S_OK);
  ASSERT_EQ(SafeArrayUnlock(a), S_OK);
  EXPECT_EQ(VariantClear(&held), S_OK);
}

TEST(bad_array, an_object_that_looks_at_the_array_while_it_goes) {
  SAFEARRAY* a = SafeArrayCreateVector(VT_DISPATCH, 0, 2);
  int seen = 0;
  const auto look = [&] {
    SAFEARRAYBOUND bound{90, 0};
    LONG at[] = {0, 1};
    for (LONG& each : at) {
      com::ptr<IDispatch> other;
      EXPECT_EQ(SafeArrayGetElement(a, &each, other.put()), S_OK);
    }
    EXPECT_EQ(SafeArrayRedim(a, &bound), DISP_E_ARRAYISLOCKED);
    EXPECT_EQ(SafeArrayDestroy(a), DISP_E_ARRAYISLOCKED);
    ++seen;
  };
  for (LONG i = 0; i < 2; ++i) ASSERT_EQ(SafeArrayPutElement(a, &i, com::make<parting>(look).get()), S_OK);
  EXPECT_EQ(SafeArrayDestroy(a), S_OK);
  EXPECT_EQ(seen, 2);
}

TEST(bad_array, an_object_that_is_replaced_may_take_the_array_along) {
  SAFEARRAY* const a = SafeArrayCreateVector(VT_DISPATCH, 0, 1);
  LONG first = 0;
  ASSERT_EQ(
      SafeArrayPutElement(a, &first, com::make<parting>([&] { EXPECT_EQ(SafeArrayDestroy(a), S_OK); }).get()),
      S_OK);
  EXPECT_EQ(SafeArrayPutElement(a, &first, nullptr), S_OK);
  VARIANT v = of(VT_DISPATCH);
  v.pdispVal = com::make<parting>([&] {
                 EXPECT_EQ(v.vt, VT_EMPTY);
                 EXPECT_EQ(VariantClear(&v), S_OK);
               }).detach();
  EXPECT_EQ(VariantClear(&v), S_OK);
}

TEST(bad_array, an_array_outlives_those_who_gave_it_objects) {
  bool gone = false;
  const auto look = [&] { gone = true; };
  com::safe_array a(SafeArrayCreateVector(VT_VARIANT, 0, 1));
  LONG first = 0;
  {
    const auto object = com::make<parting>(look);
    VARIANT v = of(VT_DISPATCH);
    v.pdispVal = object.get();
    ASSERT_EQ(SafeArrayPutElement(a.get(), &first, &v), S_OK);
  }
  EXPECT_FALSE(gone);
  VARIANT taken{};
  ASSERT_EQ(SafeArrayGetElement(a.get(), &first, &taken), S_OK);
  a = com::safe_array();
  EXPECT_FALSE(gone);
  VariantClear(&taken);
  EXPECT_TRUE(gone);
}

TEST(bad_array, arrays_within_arrays_a_million_deep) {
  SAFEARRAY* deep = nullptr;
  for (int i = 0; i < 1'000'000; ++i) deep = around(deep);
  SAFEARRAY* copy = nullptr;
  EXPECT_EQ(SafeArrayCopy(deep, &copy), E_INVALIDARG);
  EXPECT_EQ(copy, nullptr);
  EXPECT_EQ(SafeArrayDestroy(deep), S_OK);
  SAFEARRAY* shallow = nullptr;
  for (int i = 0; i < 100; ++i) shallow = around(shallow);
  EXPECT_EQ(SafeArrayCopy(shallow, &copy), S_OK);
  EXPECT_EQ(SafeArrayDestroy(copy), S_OK);
  EXPECT_EQ(SafeArrayDestroy(shallow), S_OK);
}

TEST(bad_array, arrays_within_arrays_whose_elements_lie_about_them) {
  SAFEARRAY* deep = nullptr;
  for (int i = 0; i < 1'000'000; ++i) {
    deep = around(deep);
    static_cast<VARIANT*>(deep->pvData)->vt = VT_ARRAY | VT_I4;
  }
  VARIANT v = of(VT_ARRAY | VT_BSTR, deep);
  EXPECT_EQ(VariantClear(&v), S_OK);
}

TEST(bad_array, arrays_that_hold_themselves) {
  SAFEARRAY* const a = SafeArrayCreateVector(VT_VARIANT, 0, 3);
  SAFEARRAY* b = around(a);
  auto* const elements = static_cast<VARIANT*>(a->pvData);
  elements[0] = of(VT_BYREF | VT_VARIANT, &elements[0]);
  elements[1] = of(VT_BYREF | VT_ARRAY | VT_VARIANT, &b);
  elements[2] = of(VT_ARRAY | VT_VARIANT, b);
  SAFEARRAY* copy = nullptr;
  EXPECT_EQ(SafeArrayCopy(a, &copy), E_INVALIDARG);
  EXPECT_EQ(SafeArrayDestroy(a), S_OK);
}
