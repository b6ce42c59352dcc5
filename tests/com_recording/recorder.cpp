// SPDX-License-Identifier: Apache-2.0
#include "tests_com_recording/recorder.hpp"

#include "com/data/text.hpp"
#include "com/data/variant.hpp"
#include "com/made/VPCCOMInterfaces.hpp"

#include <cstdint>
#include <deque>
#include <utility>

#include <gtest/gtest.h>

namespace comeback::recording {
namespace {

std::string identity(IUnknown* object) {
  if (!object) return "no object";
  const auto unknown = com::ptr<IUnknown>(object).as<IUnknown>();
  return "object " + std::to_string(reinterpret_cast<std::uintptr_t>(unknown.get()));
}

std::string text_of_array(const SAFEARRAY& array) {
  return "array of " + std::to_string(array.rgsabound[0].cElements);
}

BSTR first_field(IRecordInfo& info) {
  BSTR name = nullptr;
  ULONG one = 1;
  EXPECT_EQ(info.GetFieldNames(&one, &name), S_OK);
  return name;
}

std::string text_of_record(const VARIANT& value) {
  const BSTR name = first_field(*value.pRecInfo);
  VARIANT first{};
  EXPECT_EQ(value.pRecInfo->GetField(value.pvRecord, name, &first), S_OK);
  std::string text = com::to_utf8(name) + " " + text_of(first);
  SysFreeString(name);
  return text;
}

class empty_stream final : public com::object<IStream> {
 public:
  HRESULT STDMETHODCALLTYPE Read(void*, ULONG, ULONG*) noexcept override { return E_FAIL; }
  HRESULT STDMETHODCALLTYPE Write(const void*, ULONG, ULONG*) noexcept override { return E_FAIL; }
  HRESULT STDMETHODCALLTYPE Seek(LARGE_INTEGER, DWORD, ULARGE_INTEGER*) noexcept override { return E_FAIL; }
  HRESULT STDMETHODCALLTYPE SetSize(ULARGE_INTEGER) noexcept override { return E_FAIL; }
  HRESULT STDMETHODCALLTYPE CopyTo(IStream*, ULARGE_INTEGER, ULARGE_INTEGER*,
                                   ULARGE_INTEGER*) noexcept override {
    return E_FAIL;
  }
  HRESULT STDMETHODCALLTYPE Commit(DWORD) noexcept override { return E_FAIL; }
  HRESULT STDMETHODCALLTYPE Revert() noexcept override { return E_FAIL; }
  HRESULT STDMETHODCALLTYPE LockRegion(ULARGE_INTEGER, ULARGE_INTEGER, DWORD) noexcept override {
    return E_FAIL;
  }
  HRESULT STDMETHODCALLTYPE UnlockRegion(ULARGE_INTEGER, ULARGE_INTEGER, DWORD) noexcept override {
    return E_FAIL;
  }
  HRESULT STDMETHODCALLTYPE Stat(STATSTG*, DWORD) noexcept override { return E_FAIL; }
  HRESULT STDMETHODCALLTYPE Clone(IStream**) noexcept override { return E_FAIL; }
};

struct late_call {
  HRESULT answer;
  std::string noted, outs;
};

late_call call(IDispatch& on, recorder& notes, DISPID id, WORD kind, std::vector<VARIANT> given, bool returns,
               bool fills) {
  VARIANT filled{}, result{};
  if (fills) {
    VARIANT reference{};
    reference.vt = VT_BYREF | VT_VARIANT;
    reference.pvarVal = &filled;
    given.insert(given.begin(), reference);
  }
  DISPID put = DISPID_PROPERTYPUT;
  const bool puts = kind == DISPATCH_PROPERTYPUT;
  DISPPARAMS params{given.data(), puts ? &put : nullptr, static_cast<UINT>(given.size()), puts ? 1U : 0U};
  notes.last.clear();
  const HRESULT hr = on.Invoke(id, IID_NULL, 0, kind, &params, &result, nullptr, nullptr);
  late_call made{hr, notes.last, fills ? " " + text_of(filled) : ""};
  if (returns) made.outs += " " + text_of(result);
  VariantClear(&filled);
  VariantClear(&result);
  return made;
}

}  // namespace

std::string text_of(const VARIANT& value) {
  if (value.vt & VT_BYREF) return "reference";
  if (value.vt & VT_ARRAY) return value.parray ? text_of_array(*value.parray) : "no array";
  switch (value.vt) {
    case VT_DISPATCH:
    case VT_UNKNOWN:
      return identity(value.punkVal);
    case VT_BSTR:
      return com::to_utf8(value.bstrVal);
    case VT_RECORD:
      return text_of_record(value);
    case VT_DATE:
      return "date " + std::to_string(value.date);
    case VT_BOOL:
      return value.boolVal ? "true" : "false";
    case VT_I8:
      return "long " + std::to_string(value.llVal);
    case VT_UI1:
      return "byte " + std::to_string(value.bVal);
    default:
      return std::to_string(value.vt) + ":" + std::to_string(value.lVal);
  }
}

SAFEARRAY* sample_array(LONG n) {
  return SafeArrayCreateVector(VT_VARIANT, 0, static_cast<ULONG>(n % 7 + 1));
}

void* sample_record(IRecordInfo& info, LONG n) {
  void* const made = info.RecordCreate();
  const BSTR name = first_field(info);
  VARIANT value = sample_of(VT_I4, n);
  EXPECT_EQ(info.PutField(INVOKE_PROPERTYPUT, made, name, &value), S_OK);
  SysFreeString(name);
  return made;
}

com::ptr<IStream> stub_stream() { return com::make<empty_stream>(); }

VARIANT sample_of(VARTYPE type, LONG n) {
  VARIANT v{};
  v.vt = type;
  switch (type) {
    case VT_DISPATCH: {
      static const auto one = com::make<stub<IVMTask>>();
      one->AddRef();
      v.pdispVal = one.get();
      break;
    }
    case VT_BSTR:
      v.bstrVal = SysAllocString((L"text " + std::to_wstring(n)).c_str());
      break;
    case VT_BOOL:
      v.boolVal = VARIANT_TRUE;
      break;
    default:
      v.vt = VT_I4;
      v.lVal = n;
  }
  return v;
}

void compare(IDispatch& on, recorder& notes, const com::described_function& about, late how,
             early_call early) {
  SCOPED_TRACE(com::to_utf8(std::wstring_view(about.name)) + " (" + std::to_string(about.id) + ")");
  const std::string function = (about.kind == DISPATCH_PROPERTYGET   ? "get_"
                                : about.kind == DISPATCH_PROPERTYPUT ? "put_"
                                                                     : "") +
                               com::to_utf8(std::wstring_view(about.name));
  EXPECT_EQ(early.noted.substr(0, early.noted.find(' ')), function);
  if (how != late::never) {
    auto* name = const_cast<LPOLESTR>(about.name);
    DISPID by_name = DISPID_UNKNOWN;
    EXPECT_EQ(on.GetIDsOfNames(IID_NULL, &name, 1, 0, &by_name), S_OK);
    EXPECT_EQ(by_name, about.id);
    for (const DISPID id : {by_name, about.id}) {
      const auto made = call(on, notes, id, about.kind, early.given, how == late::returns,
                             how == late::fills || how == late::fills_array);
      EXPECT_EQ(made.answer, S_OK);
      EXPECT_EQ(made.noted, early.noted);
      EXPECT_EQ(made.outs, how == late::fills_array ? " array of 3072" : early.outs);
    }
  }
  for (auto& given : early.given) VariantClear(&given);
}

void check_sink(IDispatch& on, recorder& notes, const com::described_type& about) {
  for (const auto& function : about.functions) {
    SCOPED_TRACE(com::to_utf8(std::wstring_view(function.name)));
    std::vector<VARIANT> given;
    std::string expected = std::to_string(function.id);
    for (const auto& parameter : function.arguments()) {
      given.insert(given.begin(), sample_of(parameter.type.type, static_cast<LONG>(given.size() + 1)));
      expected += " " + text_of(given.front());
    }
    auto* name = const_cast<LPOLESTR>(function.name);
    DISPID id = DISPID_UNKNOWN;
    EXPECT_EQ(on.GetIDsOfNames(IID_NULL, &name, 1, 0, &id), S_OK);
    EXPECT_EQ(id, function.id);
    EXPECT_EQ(call(on, notes, id, DISPATCH_METHOD, given, false, false).noted, expected);
    com::ptr<ITypeInfo> info;
    ASSERT_EQ(on.GetTypeInfo(0, 0, info.put()), S_OK);
    DISPPARAMS params{given.data(), nullptr, static_cast<UINT>(given.size()), 0};
    EXPECT_EQ(info->Invoke(&on, id, DISPATCH_METHOD, &params, nullptr, nullptr, nullptr), S_OK);
    EXPECT_EQ(notes.last, expected);
    for (auto& v : given) VariantClear(&v);
  }
}

}  // namespace comeback::recording
