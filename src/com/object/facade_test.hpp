// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tests of every facade say often.

#include "com/object/boundary.hpp"
#include "com/object/object.hpp"

#include <string>
#include <vector>

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

  /// A member as a script host calls it: by name, with one argument or none.
  template <class I>
  static HRESULT late(const ptr<I>& object, const wchar_t* name, WORD how, const VARIANT* argument,
                      VARIANT* result = nullptr, UINT* wrong = nullptr) {
    std::wstring copy(name);
    LPOLESTR names = copy.data();
    DISPID id = 0, put = DISPID_PROPERTYPUT;
    EXPECT_EQ(object->GetIDsOfNames(IID{}, &names, 1, 0, &id), S_OK) << text(SysAllocString(name));
    VARIANT given = argument ? *argument : VARIANT{};
    DISPPARAMS params{};
    params.cArgs = argument ? 1 : 0;
    params.rgvarg = argument ? &given : nullptr;
    params.cNamedArgs = how & (DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF) ? 1 : 0;
    params.rgdispidNamedArgs = params.cNamedArgs ? &put : nullptr;
    return object->Invoke(id, IID{}, 0, how, &params, result, nullptr, wrong);
  }
};

/// An object that is called through its vtable alone, such as the sink of a C++ client.
template <class... I>
class vtable_only : public object<I...> {
 public:
  HRESULT GetTypeInfoCount(UINT*) override { return E_NOTIMPL; }
  HRESULT GetTypeInfo(UINT, LCID, ITypeInfo**) override { return E_NOTIMPL; }
  HRESULT GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) override { return E_NOTIMPL; }
  HRESULT Invoke(DISPID, REFIID, LCID, WORD, DISPPARAMS*, VARIANT*, EXCEPINFO*, UINT*) override {
    return E_NOTIMPL;
  }
};

/// Arguments that no member takes: of types that do not exist, of references and arrays that lead nowhere.
class hopeless {
 public:
  hopeless() {
    self_.vt = VT_BYREF | VT_VARIANT;
    self_.pvarVal = &self_;
    SAFEARRAYBOUND two[] = {{1, 0}, {1, 0}};
    square_ = safe_array(SafeArrayCreate(VT_BSTR, 2, two));
    for (const VARTYPE type : {15, 24, 0x48, VT_VARIANT | 0, VT_RECORD | 0, 0xFFFF}) add(type, nullptr);
    for (const VARTYPE type : {VT_I4, VT_BSTR, VT_BOOL, VT_DATE, VT_DISPATCH, VT_VARIANT, VT_DECIMAL})
      add(VT_BYREF | type, nullptr);
    add(VT_BYREF | VT_ARRAY | VT_VARIANT, nullptr);
    add(VT_BYREF | VT_VARIANT, &self_);
    add(VT_ARRAY | VT_BSTR, square_.get());
    add(VT_NULL, nullptr);
    add(VT_ERROR, nullptr);
    add(VT_UNKNOWN, nullptr);
  }
  [[nodiscard]] const std::vector<VARIANT>& all() const { return all_; }
  /// Of Invoke: whether it is no VARIANT at all, or one that converts to nothing.
  [[nodiscard]] static HRESULT answer_to(const VARIANT& v) {
    const bool has_type = v.vt == VT_RECORD || v.vt == (VT_ARRAY | VT_BSTR) || v.vt == VT_NULL ||
                          v.vt == VT_ERROR || v.vt == VT_UNKNOWN;
    return has_type ? DISP_E_TYPEMISMATCH : DISP_E_BADVARTYPE;
  }

 private:
  void add(int type, void* value) {
    VARIANT v{};
    v.vt = static_cast<VARTYPE>(type);
    v.byref = value;
    all_.push_back(v);
  }

  VARIANT self_{};
  safe_array square_;
  std::vector<VARIANT> all_;
};

}  // namespace comeback::com
