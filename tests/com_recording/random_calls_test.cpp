// SPDX-License-Identifier: Apache-2.0
// Random calls at every dispatch table: whatever a script sends gets an answer that is documented, nothing
// crashes, nothing leaks (run under the sanitizers by `./dev asan`).
#include "com/made/VPCCOMInterfaces.hpp"
#include "tests_com_recording/recorder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

using namespace comeback;

namespace {

std::vector<com::ptr<IDispatch>> all_objects() {
  std::vector<com::ptr<IDispatch>> found;
  for (const auto& subjects : {recording::subjects_of_VPCCOMInterfaces(), recording::subjects_of_imapi2(),
                               recording::subjects_of_imapi2fs()})
    for (const auto& subject : subjects)
      if (subject.make) found.push_back(subject.make());
  return found;
}

/// Argument lists made from numbers, and the owner of what they hold.
class arguments {
 public:
  static constexpr int kinds = 30;

  arguments() = default;
  arguments(const arguments&) = delete;
  arguments& operator=(const arguments&) = delete;
  ~arguments() {
    for (auto& v : given_) VariantClear(&v);
    for (auto& v : behind_) VariantClear(&v);
  }

  void add(int kind, std::int64_t n) { given_.push_back(make(kind, n)); }
  VARIANT* data() { return given_.data(); }
  UINT size() const { return static_cast<UINT>(given_.size()); }

 private:
  static VARIANT empty(VARTYPE type) {
    VARIANT v{};
    v.vt = type;
    return v;
  }
  // The variant that a reference leads to is owned here; its value is what VT_BYREF points at.
  VARIANT reference(VARIANT to) {
    VARIANT& kept = behind_.emplace_back(to);
    VARIANT v = empty(static_cast<VARTYPE>(VT_BYREF | to.vt));
    v.byref = &kept.llVal;
    return v;
  }
  VARIANT make(int kind, std::int64_t n) {
    VARIANT v{};
    switch (kind) {
      case 0:
        return empty(VT_EMPTY);
      case 1:
        return empty(VT_NULL);
      case 2:
        v.vt = VT_I8;
        v.llVal = n;
        return v;
      case 3:
        v.vt = VT_R8;
        v.dblVal = static_cast<double>(n) * 1e300;
        return v;
      case 4:
        v.vt = VT_R8;
        v.dblVal = std::numeric_limits<double>::quiet_NaN();
        return v;
      case 5:
        return empty(VT_BSTR);
      case 6:
        v.vt = VT_BSTR;
        v.bstrVal = SysAllocString(std::to_wstring(n).c_str());
        return v;
      case 7:
        v.vt = VT_BSTR;
        v.bstrVal = SysAllocStringLen(L"a\0\xD800 b", 5);
        return v;
      case 8:
        v.vt = VT_BOOL;
        v.boolVal = static_cast<VARIANT_BOOL>(n);
        return v;
      case 9:
        return empty(VT_DISPATCH);
      case 10:
        return recording::sample_of(VT_DISPATCH, 0);
      case 11:
        v = recording::sample_of(VT_DISPATCH, 0);
        v.vt = VT_UNKNOWN;
        return v;
      case 12:
        return empty(VT_ARRAY | VT_VARIANT);
      case 13:
        v.vt = VT_ARRAY | VT_VARIANT;
        v.parray = recording::sample_array(static_cast<LONG>(n & 7));
        return v;
      case 14:
        v.vt = VT_ARRAY | VT_UI1;
        v.parray = SafeArrayCreateVector(VT_UI1, -3, static_cast<ULONG>(n & 15));
        return v;
      case 15:
        v.vt = VT_ERROR;
        v.scode = DISP_E_PARAMNOTFOUND;
        return v;
      case 16:
        v.vt = VT_ERROR;
        v.scode = static_cast<SCODE>(n);
        return v;
      case 17:
        v.vt = VT_DATE;
        v.date = static_cast<double>(n);
        return v;
      case 18:
        v.vt = VT_CY;
        v.cyVal.int64 = n;
        return v;
      case 19:
        v.decVal.Lo64 = static_cast<ULONGLONG>(n);
        v.vt = VT_DECIMAL;
        return v;
      case 20:
        return empty(0x0F3F);  // no such type
      case 21:
        v.vt = VT_UI1;
        v.bVal = static_cast<BYTE>(n);
        return v;
      case 22:
        return empty(VT_BYREF | VT_VARIANT);
      case 23:
        return empty(VT_BYREF | VT_I4);
      case 24:
        return empty(VT_BYREF | VT_ARRAY | VT_UI4);
      case 25: {
        VARIANT& kept = behind_.emplace_back(make(static_cast<int>(n & 15), n));
        v.vt = VT_BYREF | VT_VARIANT;
        v.pvarVal = &kept;
        return v;
      }
      case 26:
        return reference(recording::sample_of(VT_I4, static_cast<LONG>(n)));
      case 27:
        return reference(make(static_cast<int>(n & 1) + 5, n));
      case 28:
        return reference(make(static_cast<int>(n & 1) + 9, n));
      default:
        return reference(make(static_cast<int>(n & 1) + 12, n));
    }
  }

  std::vector<VARIANT> given_;
  std::deque<VARIANT> behind_;
};

// E_OUTOFMEMORY is not among them: nothing here is large.
const std::set<HRESULT> answers{S_OK,
                                DISP_E_MEMBERNOTFOUND,
                                DISP_E_BADPARAMCOUNT,
                                DISP_E_PARAMNOTFOUND,
                                DISP_E_PARAMNOTOPTIONAL,
                                DISP_E_TYPEMISMATCH,
                                DISP_E_OVERFLOW,
                                DISP_E_BADVARTYPE,
                                DISP_E_EXCEPTION,
                                DISP_E_UNKNOWNINTERFACE,
                                E_INVALIDARG};

/// An id that is often one of the object's.
DISPID random_id(const com::described_type& about) {
  if (about.functions.empty() || *rc::gen::inRange(0, 5) == 0) return *rc::gen::arbitrary<DISPID>();
  return about.functions[*rc::gen::inRange<std::size_t>(0, about.functions.size())].id;
}

void call(IDispatch& on, DISPID id) {
  // No member has more than a few arguments: longer lists would all be refused alike.
  const auto kinds = *rc::gen::container<std::vector<int>>(*rc::gen::inRange<std::size_t>(0, 5),
                                                           rc::gen::inRange(0, arguments::kinds));
  arguments given;
  for (const int kind : kinds) given.add(kind, *rc::gen::arbitrary<std::int64_t>());
  auto names =
      *rc::gen::container<std::vector<DISPID>>(*rc::gen::inRange<std::size_t>(0, 4), rc::gen::inRange(-4, 6));
  DISPPARAMS params{given.data(), names.data(), given.size(), static_cast<UINT>(names.size())};
  if (*rc::gen::inRange(0, 4)) params.cNamedArgs = 0;
  if (*rc::gen::inRange(0, 20) == 0) params.rgvarg = nullptr;
  if (*rc::gen::inRange(0, 20) == 0) params.rgdispidNamedArgs = nullptr;
  const WORD flags = *rc::gen::element<WORD>(1, 2, 3, 4, 8, 12, 15, 0, 0xFFFF);
  VARIANT result{};
  EXCEPINFO exception{};
  UINT bad = 0;
  const bool asks = *rc::gen::arbitrary<bool>();
  const HRESULT hr = on.Invoke(id, *rc::gen::inRange(0, 20) ? IID_NULL : IID_IDispatch, 0, flags, &params,
                               asks ? &result : nullptr, asks ? &exception : nullptr, asks ? &bad : nullptr);
  VariantClear(&result);
  SysFreeString(exception.bstrDescription);
  SysFreeString(exception.bstrSource);
  SysFreeString(exception.bstrHelpFile);
  RC_ASSERT(answers.contains(hr));
}

const com::described_type& described_by(IDispatch& on) {
  com::ptr<ITypeInfo> info;
  RC_ASSERT(on.GetTypeInfo(0, 0, info.put()) == S_OK);
  com::ptr<ITypeLib> library;
  UINT index = 0;
  RC_ASSERT(info->GetContainingTypeLib(library.put(), &index) == S_OK);
  TLIBATTR* attributes = nullptr;
  RC_ASSERT(library->GetLibAttr(&attributes) == S_OK);
  const GUID id = attributes->guid;
  library->ReleaseTLibAttr(attributes);
  const auto all = com::described_libraries();
  return *(*std::ranges::find_if(all, [&](const auto* l) { return *l->id == id; }))->types[index];
}

}  // namespace

TEST(random_calls, every_table_answers_what_is_documented) {
  for (const auto& on : all_objects())
    ASSERT_TRUE(rc::check("a random call", [&] { call(*on, random_id(described_by(*on))); }));
}

TEST(random_calls, names_are_found_or_not) {
  const auto objects = all_objects();
  ASSERT_TRUE(rc::check("random names", [&] {
    const auto& on = *rc::gen::elementOf(objects);
    auto words = *rc::gen::container<std::vector<std::wstring>>(
        rc::gen::container<std::wstring>(rc::gen::inRange<wchar_t>(1, 0x10FFFF)));
    std::vector<LPOLESTR> names;
    for (auto& word : words) names.push_back(*rc::gen::inRange(0, 5) ? word.data() : nullptr);
    if (!names.empty() && *rc::gen::arbitrary<bool>()) {
      const auto& about = described_by(*on);
      names[0] = const_cast<LPOLESTR>(
          about.functions[*rc::gen::inRange<std::size_t>(0, about.functions.size())].name);
    }
    std::vector<DISPID> ids(names.size());
    const HRESULT hr =
        on->GetIDsOfNames(IID_NULL, names.data(), static_cast<UINT>(names.size()), 0, ids.data());
    const bool all = std::ranges::find(ids, DISPID_UNKNOWN) == ids.end();
    RC_ASSERT(hr == (names.empty() ? E_INVALIDARG : all ? S_OK : DISP_E_UNKNOWNNAME));
  }));
}
