// SPDX-License-Identifier: Apache-2.0
// Random calls at every dispatch table: whatever a script sends gets an answer that is documented and that
// fits what reached the object; nothing crashes, nothing leaks (run under the sanitizers by `./dev asan`).
#include "com/data/text.hpp"
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

std::vector<recording::callable> all_objects() {
  std::vector<recording::callable> found;
  for (const auto& subjects : {recording::subjects_of_VPCCOMInterfaces(), recording::subjects_of_imapi2(),
                               recording::subjects_of_imapi2fs()})
    for (const auto& subject : subjects)
      if (subject.make) found.push_back(subject.make());
  return found;
}

/// Argument lists made from numbers, and the owner of what they hold.
class arguments {
 public:
  static constexpr int kinds = 30, unknown_type = 20, first_null = 22, last_null = 24;

  arguments() = default;
  arguments(const arguments&) = delete;
  arguments& operator=(const arguments&) = delete;
  ~arguments() {
    for (auto& v : given_) VariantClear(&v);
    for (auto& v : behind_) VariantClear(&v);
  }

  void add(int kind, std::int64_t n) {
    given_.push_back(make(kind, n));
    hopeless_ = hopeless_ || kind == unknown_type || (kind >= first_null && kind <= last_null);
  }
  /// Whether one of them is of no type, or a reference that leads nowhere: no member can be called with it.
  bool hopeless() const { return hopeless_; }
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
  bool hopeless_ = false;
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

/// What came back from a call, and its owner.
struct outcome {
  HRESULT hr = S_OK;
  VARIANT result{};
  EXCEPINFO exception{};

  outcome() = default;
  outcome(const outcome&) = delete;
  outcome& operator=(const outcome&) = delete;
  ~outcome() {
    VariantClear(&result);
    for (const BSTR each : {exception.bstrDescription, exception.bstrSource, exception.bstrHelpFile})
      SysFreeString(each);
  }
};

// Who was called says whether an answer can be right. A store that fails comes after the call.
void judge(const outcome& got, const recording::recorder& notes, const arguments& given, bool asks) {
  RC_ASSERT(answers.contains(got.hr));
  RC_ASSERT(notes.calls <= 1);
  const bool reached = notes.calls == 1;
  RC_CLASSIFY(reached, "reached the object");
  RC_CLASSIFY(reached && FAILED(notes.failure), "the object failed");
  RC_CLASSIFY(given.hopeless(), "hopeless arguments");
  if (got.hr == S_OK) RC_ASSERT(reached && SUCCEEDED(notes.failure));
  if (FAILED(got.hr)) RC_ASSERT(got.result.vt == VT_EMPTY);
  // The collections behind properties without arguments are foreign objects, which fail by themselves.
  if (reached && FAILED(notes.failure)) RC_ASSERT(got.hr == DISP_E_EXCEPTION);
  if (!reached || SUCCEEDED(notes.failure) || !asks) return;
  RC_ASSERT(got.exception.scode == notes.failure);
  RC_ASSERT(com::to_utf8(got.exception.bstrDescription) == notes.last);
  RC_ASSERT(SysStringLen(got.exception.bstrSource) > 0u);
}

// Half of the calls are as the prototype wants them but for the values: the others would nearly all be
// refused before they reach the object.
void call(const recording::callable& object, const com::described_type& about) {
  const auto& function = about.functions[*rc::gen::inRange<std::size_t>(0, about.functions.size())];
  const bool fits = *rc::gen::arbitrary<bool>(), puts = function.kind == DISPATCH_PROPERTYPUT;
  // No member has more than a few arguments: longer lists would all be refused alike.
  const auto count = fits ? function.arguments().size() : *rc::gen::inRange<std::size_t>(0, 5);
  const auto kinds = *rc::gen::container<std::vector<int>>(count, rc::gen::inRange(0, arguments::kinds));
  arguments given;
  for (const int kind : kinds) given.add(kind, *rc::gen::arbitrary<std::int64_t>());
  auto names =
      *rc::gen::container<std::vector<DISPID>>(*rc::gen::inRange<std::size_t>(1, 4), rc::gen::inRange(-4, 6));
  DISPPARAMS params{given.data(), names.data(), given.size(), static_cast<UINT>(names.size())};
  if (fits) names[0] = DISPID_PROPERTYPUT;
  if (fits) params.cNamedArgs = puts ? 1 : 0;
  if (!fits && *rc::gen::inRange(0, 4)) params.cNamedArgs = 0;
  if (!fits && *rc::gen::inRange(0, 20) == 0) params.rgvarg = nullptr;
  if (!fits && *rc::gen::inRange(0, 20) == 0) params.rgdispidNamedArgs = nullptr;
  const DISPID id = fits || *rc::gen::inRange(0, 5) ? function.id : *rc::gen::arbitrary<DISPID>();
  const WORD flags = fits ? function.kind : *rc::gen::element<WORD>(1, 2, 3, 4, 8, 12, 15, 0, 0xFFFF);
  object.notes->calls = 0;
  object.notes->failure = *rc::gen::inRange(0, 4)
                              ? S_OK
                              : static_cast<HRESULT>(0x80000000U | *rc::gen::arbitrary<std::uint32_t>());
  outcome got;
  UINT bad = 0;
  const bool asks = *rc::gen::arbitrary<bool>();
  got.hr =
      object.on->Invoke(id, *rc::gen::inRange(0, 20) ? IID_NULL : IID_IDispatch, 0, flags, &params,
                        asks ? &got.result : nullptr, asks ? &got.exception : nullptr, asks ? &bad : nullptr);
  judge(got, *object.notes, given, asks);
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
    ASSERT_TRUE(rc::check("a random call", [&] { call(on, described_by(*on.on)); }));
}

// What no member can take must not reach one as a zero or an empty text.
TEST(random_calls, an_argument_that_is_nothing_reaches_no_member) {
  for (const auto& object : all_objects())
    for (const auto& function : described_by(*object.on).functions)
      for (const int kind : {arguments::unknown_type, 22, 23, 24}) {
        // A member that takes a VARIANT judges itself what it holds.
        if (function.arguments().size() != 1 || function.arguments()[0].type.type == VT_VARIANT) continue;
        arguments given;
        given.add(kind, 0);
        DISPID put = DISPID_PROPERTYPUT;
        const bool puts = function.kind == DISPATCH_PROPERTYPUT;
        DISPPARAMS params{given.data(), puts ? &put : nullptr, 1, puts ? 1U : 0U};
        object.notes->calls = 0;
        EXPECT_TRUE(FAILED(
            object.on->Invoke(function.id, IID_NULL, 0, function.kind, &params, nullptr, nullptr, nullptr)))
            << com::to_utf8(std::wstring_view(function.name)) << " kind " << kind;
        EXPECT_EQ(object.notes->calls, 0);
      }
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
      const auto& about = described_by(*on.on);
      names[0] = const_cast<LPOLESTR>(
          about.functions[*rc::gen::inRange<std::size_t>(0, about.functions.size())].name);
    }
    std::vector<DISPID> ids(names.size());
    const HRESULT hr =
        on.on->GetIDsOfNames(IID_NULL, names.data(), static_cast<UINT>(names.size()), 0, ids.data());
    const bool all = std::ranges::find(ids, DISPID_UNKNOWN) == ids.end();
    RC_ASSERT(hr == (names.empty() ? E_INVALIDARG : all ? S_OK : DISP_E_UNKNOWNNAME));
  }));
}
