// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// _com_ptr_t: an interface pointer that counts its references. Failures throw _com_error, but an object that
// lacks the interface gives a null pointer. A pointer belongs to one thread at a time.
// Behaviour: the page "_com_ptr_t Class" of Microsoft's C++ reference.

#include <cstddef>
#include <functional>
#include <type_traits>

#include <comutil.h>
#include <objbase.h>

/// What a _com_ptr_t is made for: an interface and its id.
template <class Interface_, const IID* iid>
class _com_IIID {
 public:
  typedef Interface_ Interface;
  static Interface* GetInterfacePtr() noexcept { return nullptr; }
  static Interface& GetInterface() noexcept { return *GetInterfacePtr(); }
  static const IID& GetIID() noexcept { return *iid; }
};

template <class IIID>
class _com_ptr_t;

namespace comeback_sdk {
template <class IIID>
struct uuid_of<_com_ptr_t<IIID>> : uuid_of<typename IIID::Interface> {};

template <class T>
using if_interface = std::enable_if_t<std::is_base_of_v<IUnknown, T>>;
/// NULL and 0 stay out: they are null pointers, and no text.
template <class T, class Unit>
using if_text = std::enable_if_t<std::is_convertible_v<T, const Unit*> && !std::is_integral_v<T> &&
                                 !std::is_same_v<T, std::nullptr_t>>;
}  // namespace comeback_sdk

template <class IIID>
class _com_ptr_t {
 public:
  typedef IIID ThisIIID;
  typedef typename IIID::Interface Interface;
  static const IID& GetIID() noexcept { return IIID::GetIID(); }

  _com_ptr_t() noexcept = default;
  _com_ptr_t(const _com_ptr_t& other) noexcept : p_(other.p_) { add(); }
  _com_ptr_t(_com_ptr_t&& other) noexcept : p_(other.Detach()) {}
  _com_ptr_t(Interface* p) noexcept : p_(p) { add(); }
  /// With `add_reference` false the reference is the object's from now on.
  _com_ptr_t(Interface* p, bool add_reference) noexcept : p_(p) {
    if (add_reference) add();
  }
  /// Another interface of the object, or null where it has none.
  template <class Other>
  _com_ptr_t(const _com_ptr_t<Other>& other) {
    query(static_cast<typename Other::Interface*>(other));
  }
  template <class Other, class = comeback_sdk::if_interface<Other>,
            class = std::enable_if_t<!std::is_same_v<Other, Interface>>>
  _com_ptr_t(Other* p) {
    query(p);
  }
  _com_ptr_t(const _variant_t& value) { from_variant(value); }
  /// A new object; throws where there is none.
  explicit _com_ptr_t(const CLSID& clsid, IUnknown* outer = nullptr, DWORD context = CLSCTX_ALL) {
    created(CreateInstance(clsid, outer, context));
  }
  template <class Text, class = comeback_sdk::if_text<Text, wchar_t>>
  explicit _com_ptr_t(Text id, IUnknown* outer = nullptr, DWORD context = CLSCTX_ALL) {
    created(CreateInstance(static_cast<LPCWSTR>(id), outer, context));
  }
  template <class Text, class = comeback_sdk::if_text<Text, char>, class = void>
  explicit _com_ptr_t(Text id, IUnknown* outer = nullptr, DWORD context = CLSCTX_ALL) {
    created(CreateInstance(static_cast<LPCSTR>(id), outer, context));
  }
  ~_com_ptr_t() {
    if (p_) p_->Release();
  }

  _com_ptr_t& operator=(const _com_ptr_t& other) noexcept { return *this = other.p_; }
  _com_ptr_t& operator=(_com_ptr_t&& other) noexcept {
    Attach(other.Detach());  // also where both are one: it is null in between
    return *this;
  }
  _com_ptr_t& operator=(Interface* p) noexcept {
    if (p) p->AddRef();
    Attach(p);
    return *this;
  }
  template <class Other>
  _com_ptr_t& operator=(const _com_ptr_t<Other>& other) {
    return *this = _com_ptr_t(other);
  }
  template <class Other, class = comeback_sdk::if_interface<Other>,
            class = std::enable_if_t<!std::is_same_v<Other, Interface>>>
  _com_ptr_t& operator=(Other* p) {
    return *this = _com_ptr_t(p);
  }
  _com_ptr_t& operator=(const _variant_t& value) { return *this = _com_ptr_t(value); }

  operator Interface*() const noexcept { return p_; }
  operator Interface&() const { return *checked(); }
  Interface& operator*() const { return *checked(); }
  Interface* operator->() const { return checked(); }
  /// Releases what is held: the place for a result.
  Interface** operator&() noexcept {
    Attach(nullptr);
    return &p_;
  }
  explicit operator bool() const noexcept { return p_ != nullptr; }

  /// The same object, whatever interface of it is held.
  template <class Other>
  bool operator==(const _com_ptr_t<Other>& other) const {
    return same(static_cast<typename Other::Interface*>(other));
  }
  bool operator==(const _com_ptr_t& other) const { return same(other.p_); }
  template <class Other, class = comeback_sdk::if_interface<Other>>
  bool operator==(Other* p) const {
    return same(p);
  }
  bool operator==(Interface* p) const { return same(p); }
  template <class Other>
  bool operator!=(const _com_ptr_t<Other>& other) const {
    return !(*this == other);
  }
  bool operator!=(const _com_ptr_t& other) const { return !(*this == other); }
  template <class Other, class = comeback_sdk::if_interface<Other>>
  bool operator!=(Other* p) const {
    return !same(p);
  }
  bool operator!=(Interface* p) const { return !same(p); }
  /// An order of objects, by address, whatever interface of them is held.
  template <class Other, class = comeback_sdk::if_interface<Other>>
  bool operator<(Other* p) const {
    return order(p) < 0;
  }
  template <class Other>
  bool operator<(const _com_ptr_t<Other>& other) const {
    return *this < other.GetInterfacePtr();
  }
  template <class Other, class = comeback_sdk::if_interface<Other>>
  bool operator>(Other* p) const {
    return order(p) > 0;
  }
  template <class Other>
  bool operator>(const _com_ptr_t<Other>& other) const {
    return *this > other.GetInterfacePtr();
  }
  template <class Other, class = comeback_sdk::if_interface<Other>>
  bool operator<=(Other* p) const {
    return order(p) <= 0;
  }
  template <class Other>
  bool operator<=(const _com_ptr_t<Other>& other) const {
    return *this <= other.GetInterfacePtr();
  }
  template <class Other, class = comeback_sdk::if_interface<Other>>
  bool operator>=(Other* p) const {
    return order(p) >= 0;
  }
  template <class Other>
  bool operator>=(const _com_ptr_t<Other>& other) const {
    return *this >= other.GetInterfacePtr();
  }

  void Attach(Interface* p) noexcept {
    Interface* const old = p_;
    p_ = p;
    if (old) old->Release();
  }
  void Attach(Interface* p, bool add_reference) noexcept {
    if (p && add_reference) p->AddRef();
    Attach(p);
  }
  Interface* Detach() noexcept {
    Interface* const p = p_;
    p_ = nullptr;
    return p;
  }
  Interface* GetInterfacePtr() const noexcept { return p_; }
  Interface*& GetInterfacePtr() noexcept { return p_; }
  void AddRef() { checked()->AddRef(); }
  void Release() {
    checked();
    Attach(nullptr);
  }

  HRESULT CreateInstance(const CLSID& clsid, IUnknown* outer = nullptr, DWORD context = CLSCTX_ALL) noexcept {
    Attach(nullptr);
    return CoCreateInstance(clsid, outer, context, GetIID(), reinterpret_cast<void**>(&p_));
  }
  /// `id` is "{…}" or a ProgID.
  HRESULT CreateInstance(LPCWSTR id, IUnknown* outer = nullptr, DWORD context = CLSCTX_ALL) noexcept {
    if (!id) return E_INVALIDARG;
    CLSID clsid{};
    const HRESULT hr = id[0] == L'{' ? CLSIDFromString(id, &clsid) : CLSIDFromProgID(id, &clsid);
    return FAILED(hr) ? hr : CreateInstance(clsid, outer, context);
  }
  HRESULT CreateInstance(LPCSTR id, IUnknown* outer = nullptr, DWORD context = CLSCTX_ALL) {
    if (!id) return E_INVALIDARG;
    return CreateInstance(comeback_sdk::widened(id).c_str(), outer, context);
  }
  /// There is no table of running objects: MK_E_UNAVAILABLE.
  HRESULT GetActiveObject(const CLSID&) noexcept { return no_active_object(); }
  HRESULT GetActiveObject(LPCWSTR) noexcept { return no_active_object(); }
  HRESULT GetActiveObject(LPCSTR) noexcept { return no_active_object(); }

  template <class Other>
  HRESULT QueryInterface(const IID& iid, Other*& p) const {
    return QueryInterface(iid, &p);
  }
  template <class Other>
  HRESULT QueryInterface(const IID& iid, Other** p) const {
    if (!p) return E_POINTER;
    *p = nullptr;
    return p_ ? p_->QueryInterface(iid, reinterpret_cast<void**>(p)) : E_POINTER;
  }

 private:
  void add() noexcept {
    if (p_) p_->AddRef();
  }
  Interface* checked() const {
    if (!p_) _com_issue_error(E_POINTER);
    return p_;
  }
  template <class Other>
  void query(Other* from) {
    if (!from) return;
    Interface* p = nullptr;
    const HRESULT hr = from->QueryInterface(GetIID(), reinterpret_cast<void**>(&p));
    if (FAILED(hr) && hr != E_NOINTERFACE) _com_issue_error(hr);
    p_ = SUCCEEDED(hr) ? p : nullptr;
  }
  void from_variant(const _variant_t& value) {
    if (value.vt == VT_DISPATCH || value.vt == VT_UNKNOWN) return query(value.punkVal);
    _variant_t object;
    HRESULT hr = VariantChangeType(&object, &value, 0, VT_DISPATCH);
    if (FAILED(hr)) hr = VariantChangeType(&object, &value, 0, VT_UNKNOWN);
    if (FAILED(hr)) _com_issue_error(hr);
    query(object.punkVal);
  }
  static void created(HRESULT hr) {
    if (FAILED(hr) && hr != E_NOINTERFACE) _com_issue_error(hr);
  }
  HRESULT no_active_object() noexcept {
    Attach(nullptr);
    return MK_E_UNAVAILABLE;
  }

  struct released {
    IUnknown* p_;
    ~released() {
      if (p_) p_->Release();
    }
  };
  static released identity(IUnknown* object) {
    IUnknown* unknown = nullptr;
    if (object)
      _com_util::CheckError(object->QueryInterface(IID_IUnknown, reinterpret_cast<void**>(&unknown)));
    return {unknown};
  }
  int order(IUnknown* other) const {
    const released left = identity(p_), right = identity(other);
    return std::less<IUnknown*>()(left.p_, right.p_) ? -1 : left.p_ == right.p_ ? 0 : 1;
  }
  bool same(IUnknown* other) const {
    if (p_ == other || !p_ || !other) return static_cast<IUnknown*>(p_) == other;
    return identity(p_).p_ == identity(other).p_;
  }

  Interface* p_ = nullptr;
};

#define _COM_SMARTPTR _com_ptr_t
#define _COM_SMARTPTR_LEVEL2 _com_IIID
#define _COM_SMARTPTR_TYPEDEF(Interface, IID) typedef _com_ptr_t<_com_IIID<Interface, &IID>> Interface##Ptr
