// SPDX-License-Identifier: Apache-2.0
#pragma once

// Recording objects: tools/idl makes one class for every described interface, whose members note what they
// were called with and answer sample values. The same call is then made early bound and late bound.

#include "com/dispatch/automation.hpp"
#include "com/object/enum_variant.hpp"
#include "com/object/error_info.hpp"
#include "com/object/ptr.hpp"

#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace comeback::recording {

/// A value as text, so that values of different origin compare.
[[nodiscard]] std::string text_of(const VARIANT& value);

/// A sample VARIANT of a described type; owns what it holds. Different for different `n`.
[[nodiscard]] VARIANT sample_of(VARTYPE type, LONG n);
[[nodiscard]] SAFEARRAY* sample_array(LONG n);
/// Whose first field is `n`.
[[nodiscard]] void* sample_record(IRecordInfo& info, LONG n);
[[nodiscard]] com::ptr<IStream> stub_stream();

template <class I>
class stub final : public com::automation<I> {};
template <class I>
class plain_stub final : public com::object<com::unimplemented<I>> {};

template <class I>
com::ptr<I> make_stub() {
  if constexpr (std::is_same_v<I, IStream>)
    return stub_stream();
  else if constexpr (std::is_same_v<I, IEnumVARIANT>)
    return com::make<com::enum_variant>(std::make_shared<com::enum_variant::list>());
  else if constexpr (std::is_same_v<I, IUnknown> || std::is_same_v<I, IDispatch>)
    return com::ptr<I>(static_cast<I*>(sample_of(VT_DISPATCH, 0).pdispVal));
  else if constexpr (std::derived_from<I, IDispatch>)
    return com::make<stub<I>>();
  else
    return com::make<plain_stub<I>>();
}

/// A value of the type; whoever asks owns it.
template <class T>
struct sample {
  static T value(LONG n) { return static_cast<T>(n); }
};
template <>
struct sample<VARIANT_BOOL> {
  static VARIANT_BOOL value(LONG n) { return n % 2 ? VARIANT_TRUE : VARIANT_FALSE; }
};
template <>
struct sample<DATE> {
  static DATE value(LONG n) { return n + 0.5; }
};
template <>
struct sample<BSTR> {
  static BSTR value(LONG n) { return sample_of(VT_BSTR, n).bstrVal; }
};
template <>
struct sample<VARIANT> {
  static VARIANT value(LONG n) { return sample_of(VT_VARIANT, n); }
};
template <>
struct sample<SAFEARRAY*> {
  static SAFEARRAY* value(LONG n) { return sample_array(n); }
};
template <class T>
  requires com::is_record<T>
struct sample<T*> {
  static T* value(LONG n) { return static_cast<T*>(sample_record(com::record_info_of<T>(), n)); }
};
template <std::derived_from<IUnknown> I>
struct sample<I*> {
  static I* value(LONG) {
    static const com::ptr<I> one = make_stub<I>();
    one->AddRef();
    return one.get();
  }
};

/// A typed value as a VARIANT that takes it over.
template <class T>
VARIANT as_variant(T value) {
  VARIANT v{};
  com::variant_traits<T>::to(v, value);
  return v;
}

/// What a recording object remembers of its last call.
class recorder {
 public:
  std::string last;        ///< "Name(1, text 2)"
  LONG answer = 70;        ///< the first sample it answers with
  int calls = 0;           ///< since it was made
  HRESULT failure = S_OK;  ///< what the members answer instead; with error information of their name

 protected:
  template <class... A>
  HRESULT record(const char* name, A... arguments) {
    last = name;
    ++calls;
    if (FAILED(failure)) return com::publish(failure, last);
    LONG n = answer;
    (note(arguments, n++), ...);
    return S_OK;
  }

 private:
  template <class A>
  void note(A argument, LONG n) {
    if constexpr (std::is_pointer_v<A> && com::detail::is_out<A>)
      *argument = sample<std::remove_pointer_t<A>>::value(n);
    else if constexpr (com::has_variant_traits<A>)
      last += " " + text_of(as_variant(argument));
    else
      last += " pointer";
  }
};

template <class I>
class recording;

/// One early bound call: where its arguments come from and what came back.
template <class P>
struct argument {  // handed in
  P value{};
  explicit argument(LONG n) {
    if constexpr (com::has_variant_traits<P>) value = sample<P>::value(n);
  }
  P pass() { return value; }
  void finish(std::string&, std::vector<VARIANT>& given) {
    if constexpr (com::has_variant_traits<P>) given.insert(given.begin(), as_variant(value));
  }
};
template <class T>
  requires com::detail::is_out<T*>
struct argument<T*> {  // filled
  T value{};
  explicit argument(LONG) {}
  T* pass() { return &value; }
  void finish(std::string& outs, std::vector<VARIANT>&) {
    VARIANT v = as_variant(value);
    outs += " " + text_of(v);
    VariantClear(&v);
  }
};

/// How a member is called late.
enum class late { never, takes, returns, fills, fills_array };

struct early_call {
  std::string noted, outs;
  std::vector<VARIANT> given;  ///< for the late call, the last first; owned
};

/// Makes the late calls, by name and by DISPID, and holds them against the early one.
void compare(IDispatch& on, recorder& notes, const com::described_function& about, late how,
             early_call early);

template <class Class, class I, class... P>
void check(Class& on, HRESULT (STDMETHODCALLTYPE I::*function)(P...), const com::described_function& about,
           late how) {
  early_call early;
  auto arguments = [&]<std::size_t... i>(std::index_sequence<i...>) {
    return std::tuple<argument<P>...>(argument<P>(static_cast<LONG>(i + 1))...);
  }(std::index_sequence_for<P...>());
  std::apply([&](auto&... a) { (void)(static_cast<I&>(on).*function)(a.pass()...); }, arguments);
  early.noted = on.last;
  std::apply([&](auto&... a) { (a.finish(early.outs, early.given), ...); }, arguments);
  if constexpr (std::derived_from<I, IDispatch>)
    compare(on, on, about, how, std::move(early));
  else
    compare(*sample<IDispatch*>::value(0), on, about, late::never, std::move(early));
}

/// A dispinterface has no members to call early: its object notes what Invoke was given.
template <class I>
class recording_sink final : public com::object<I>, public recorder {
 public:
  HRESULT STDMETHODCALLTYPE GetTypeInfoCount(UINT* count) noexcept override {
    *count = 1;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetTypeInfo(UINT, LCID, ITypeInfo** info) noexcept override {
    return com::get_type_info(com::description_of<I>(), info);
  }
  HRESULT STDMETHODCALLTYPE GetIDsOfNames(REFIID riid, LPOLESTR* names, UINT count, LCID,
                                          DISPID* ids) noexcept override {
    return com::find_names(com::members_of<I>(), riid, names, count, ids);
  }
  HRESULT STDMETHODCALLTYPE Invoke(DISPID id, REFIID, LCID, WORD, DISPPARAMS* params, VARIANT*, EXCEPINFO*,
                                   UINT*) noexcept override {
    last = std::to_string(id);
    for (UINT i = params->cArgs; i > 0; --i) last += " " + text_of(params->rgvarg[i - 1]);
    return S_OK;
  }
};
void check_sink(IDispatch& on, recorder& notes, const com::described_type& about);

/// A recording object and its notes, which live equally long.
struct callable {
  com::ptr<IDispatch> on;
  recorder* notes = nullptr;
};
template <class Class>
callable make_callable() {
  const auto made = com::make<Class>();
  return {made.template as<IDispatch>(), made.get()};
}

struct subject {
  const char* name;
  const com::described_type* about;
  void (*run)();
  callable (*make)();  ///< empty where scripts call no member of it
};
std::vector<subject> subjects_of_VPCCOMInterfaces();
std::vector<subject> subjects_of_imapi2();
std::vector<subject> subjects_of_imapi2fs();

}  // namespace comeback::recording
