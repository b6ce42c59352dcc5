// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// _bstr_t and _variant_t: BSTR and VARIANT that look after themselves. Failures throw _com_error, through
// _com_issue_error. A value belongs to one thread at a time; copies of a _bstr_t share their text, which may
// live in several threads. `char` text is UTF-8 in both directions; what cannot be said becomes U+FFFD.
// Behaviour: the pages "_bstr_t Class" and "_variant_t Class" of Microsoft's C++ reference.

#include <atomic>
#include <climits>
#include <cwchar>
#include <memory>
#include <new>
#include <string>
#include <type_traits>

#include <oleauto.h>
#include <specstrings.h>

class _bstr_t;
class _variant_t;

/// Throws _com_error; comdef.h defines it.
[[noreturn]] void __stdcall _com_issue_error(HRESULT hr);

namespace _com_util {

inline void CheckError(HRESULT hr) {
  if (FAILED(hr)) _com_issue_error(hr);
}

/// Null for null. The caller frees it with SysFreeString.
BSTR __stdcall ConvertStringToBSTR(const char* text);
/// Null for null. UTF-8; the caller frees it with delete[].
char* __stdcall ConvertBSTRToString(BSTR text);

}  // namespace _com_util

namespace comeback_sdk {

/// The code point that begins at `at`, which moves behind it; U+FFFD for a byte that begins none.
inline char32_t next_code_point(const unsigned char*& at) {
  const unsigned char lead = *at++;
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4) return 0xFFFD;
  char32_t value = lead & (0x3Fu >> more);
  for (int i = 0; i < more; ++i) {
    if ((at[i] & 0xC0) != 0x80) return 0xFFFD;
    value = value << 6 | (at[i] & 0x3Fu);
  }
  constexpr char32_t least[] = {0, 0x80, 0x800, 0x10000};
  if (value < least[more] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return 0xFFFD;
  at += more;
  return value;
}

inline std::wstring widened(const char* text) {
  std::wstring wide;
  for (auto at = reinterpret_cast<const unsigned char*>(text); *at;)
    wide += static_cast<wchar_t>(next_code_point(at));
  return wide;
}

inline void append_utf8(std::string& to, char32_t c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
  const int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  constexpr unsigned lead[] = {0, 0xC0, 0xE0, 0xF0};
  to += static_cast<char>(lead[more] | c >> (6 * more));
  for (int i = more; i-- > 0;) to += static_cast<char>(0x80 | (c >> (6 * i) & 0x3F));
}

inline std::string narrowed(const wchar_t* text, std::size_t length) {
  std::string utf8;
  for (std::size_t i = 0; i < length; ++i) append_utf8(utf8, static_cast<char32_t>(text[i]));
  return utf8;
}

inline BSTR new_bstr(const wchar_t* text, std::size_t length) {
  const BSTR made = length > UINT_MAX ? nullptr : SysAllocStringLen(text, static_cast<UINT>(length));
  if (!made) _com_issue_error(E_OUTOFMEMORY);
  return made;
}

/// What copies of a _bstr_t share.
struct shared_bstr {
  explicit shared_bstr(BSTR owned) noexcept : text(owned) {}
  shared_bstr(const shared_bstr&) = delete;
  shared_bstr& operator=(const shared_bstr&) = delete;
  ~shared_bstr() {
    SysFreeString(text);
    delete narrow.load();
  }

  BSTR text;
  std::atomic<std::string*> narrow{nullptr};  ///< made when it is asked for
};

}  // namespace comeback_sdk

inline BSTR __stdcall _com_util::ConvertStringToBSTR(const char* text) {
  if (!text) return nullptr;
  const std::wstring wide = comeback_sdk::widened(text);
  return comeback_sdk::new_bstr(wide.data(), wide.size());
}

inline char* __stdcall _com_util::ConvertBSTRToString(BSTR text) {
  if (!text) return nullptr;
  const std::string utf8 = comeback_sdk::narrowed(text, SysStringLen(text));
  char* const made = new char[utf8.size() + 1];
  utf8.copy(made, utf8.size());
  made[utf8.size()] = 0;
  return made;
}

/// A BSTR whose copies share the text; null is a value of its own, which compares equal to the empty text.
class _bstr_t {
 public:
  _bstr_t() noexcept = default;
  _bstr_t(const _bstr_t&) = default;
  _bstr_t(_bstr_t&&) noexcept = default;
  _bstr_t(const char* text) { take(_com_util::ConvertStringToBSTR(text)); }
  _bstr_t(const wchar_t* text) { *this = text; }
  _bstr_t(const _variant_t& value);
  /// With `copy` false the BSTR is the object's from now on.
  _bstr_t(BSTR text, bool copy) {
    if (copy)
      Assign(text);
    else
      take(text);
  }

  _bstr_t& operator=(const _bstr_t&) = default;
  _bstr_t& operator=(_bstr_t&&) noexcept = default;
  _bstr_t& operator=(const char* text) { return *this = _bstr_t(text); }
  _bstr_t& operator=(const wchar_t* text) {
    take(text ? comeback_sdk::new_bstr(text, std::wcslen(text)) : nullptr);
    return *this;
  }
  _bstr_t& operator=(const _variant_t& value);

  _bstr_t& operator+=(const _bstr_t& other) { return *this = *this + other; }
  _bstr_t operator+(const _bstr_t& other) const {
    std::wstring both(view());
    both.append(other.view());
    return _bstr_t(comeback_sdk::new_bstr(both.data(), both.size()), false);
  }
  _bstr_t operator+(const char* text) const { return *this + _bstr_t(text); }
  _bstr_t operator+(const wchar_t* text) const { return *this + _bstr_t(text); }
  friend _bstr_t operator+(const char* text, const _bstr_t& other) { return _bstr_t(text) + other; }
  friend _bstr_t operator+(const wchar_t* text, const _bstr_t& other) { return _bstr_t(text) + other; }

  operator const wchar_t*() const noexcept { return text(); }
  operator wchar_t*() const noexcept { return text(); }
  operator const char*() const { return narrow(); }
  operator char*() const { return narrow(); }

  bool operator!() const noexcept { return text() == nullptr; }
  bool operator==(const _bstr_t& other) const noexcept { return view() == other.view(); }
  bool operator!=(const _bstr_t& other) const noexcept { return view() != other.view(); }
  bool operator<(const _bstr_t& other) const noexcept { return view() < other.view(); }
  bool operator>(const _bstr_t& other) const noexcept { return view() > other.view(); }
  bool operator<=(const _bstr_t& other) const noexcept { return view() <= other.view(); }
  bool operator>=(const _bstr_t& other) const noexcept { return view() >= other.view(); }

  unsigned int length() const noexcept { return SysStringLen(text()); }
  /// The BSTR itself, or a copy that the caller frees.
  BSTR copy(bool fresh = true) const {
    if (!fresh || !text()) return text();
    return comeback_sdk::new_bstr(text(), length());
  }
  void Assign(BSTR other) { take(other ? comeback_sdk::new_bstr(other, SysStringLen(other)) : nullptr); }
  void Attach(BSTR other) { take(other); }
  /// The text goes to the caller, who frees it; copies of this object keep theirs.
  BSTR Detach() {
    const BSTR left = shared_.use_count() > 1 ? copy() : text();
    if (shared_.use_count() == 1) shared_->text = nullptr;
    shared_.reset();
    return left;
  }
  /// A place to read and to change the text; no copy is told of it.
  BSTR& GetBSTR() {
    make_own();
    return shared_->text;
  }
  /// Frees the text, and gives a place for another's.
  BSTR* GetAddress() {
    Attach(nullptr);
    return &GetBSTR();
  }

 private:
  BSTR text() const noexcept { return shared_ ? shared_->text : nullptr; }
  std::wstring_view view() const noexcept { return {text() ? text() : L"", length()}; }

  void take(BSTR owned) { shared_ = owned ? std::make_shared<comeback_sdk::shared_bstr>(owned) : nullptr; }
  void make_own() {
    if (shared_.use_count() == 1) {
      delete shared_->narrow.exchange(nullptr);
      return;
    }
    shared_ = std::make_shared<comeback_sdk::shared_bstr>(copy());
  }
  char* narrow() const {
    if (!text()) return nullptr;
    if (std::string* const known = shared_->narrow.load()) return known->data();
    auto made = std::make_unique<std::string>(comeback_sdk::narrowed(text(), length()));
    std::string* none = nullptr;
    if (shared_->narrow.compare_exchange_strong(none, made.get())) return made.release()->data();
    return none->data();
  }

  std::shared_ptr<comeback_sdk::shared_bstr> shared_;
};

/// A VARIANT that clears itself. `int` and `LONG` are one type here, and make VT_I4 (on Windows `int` makes
/// VT_INT); `unsigned` makes VT_UI4; this system's `long` makes VT_I4 where the value fits, else VT_I8.
class _variant_t : public tagVARIANT {
 public:
  _variant_t() noexcept { VariantInit(this); }
  _variant_t(const VARIANT& from) : _variant_t() { copy(from); }
  _variant_t(const VARIANT* from) : _variant_t() { from ? copy(*from) : _com_issue_error(E_POINTER); }
  _variant_t(const _variant_t& from) : _variant_t() { copy(from); }
  _variant_t(_variant_t&& from) noexcept : tagVARIANT(from) { VariantInit(&from); }
  /// With `fresh` false the value is moved, and `from` left empty.
  _variant_t(VARIANT& from, bool fresh) : _variant_t() {
    if (fresh)
      copy(from);
    else
      Attach(from);
  }
  _variant_t(short value, VARTYPE type = VT_I2) : _variant_t() {
    if (type == VT_BOOL)
      set(VT_BOOL, boolVal, static_cast<VARIANT_BOOL>(value ? VARIANT_TRUE : VARIANT_FALSE));
    else
      set(one_of(type, {VT_I2}), iVal, value);
  }
  _variant_t(int value, VARTYPE type = VT_I4) : _variant_t() {
    if (type == VT_BOOL)
      set(VT_BOOL, boolVal, static_cast<VARIANT_BOOL>(value ? VARIANT_TRUE : VARIANT_FALSE));
    else
      set(one_of(type, {VT_I4, VT_ERROR, VT_INT}), lVal, value);
  }
  _variant_t(long value, VARTYPE type = VT_I4) : _variant_t() {
    if (value == static_cast<int>(value))
      *this = _variant_t(static_cast<int>(value), type);
    else
      set(one_of(type, {VT_I4}) == VT_I4 ? VT_I8 : type, llVal, static_cast<LONGLONG>(value));
  }
  _variant_t(float value) : _variant_t() { set(VT_R4, fltVal, value); }
  _variant_t(double value, VARTYPE type = VT_R8) : _variant_t() {
    set(one_of(type, {VT_R8, VT_DATE}), dblVal, value);
  }
  _variant_t(const CY& value) : _variant_t() { set(VT_CY, cyVal, value); }
  _variant_t(const _bstr_t& text) : _variant_t() { set(VT_BSTR, bstrVal, text.copy()); }
  _variant_t(const wchar_t* text) : _variant_t(_bstr_t(text)) {}
  _variant_t(const char* text) : _variant_t(_bstr_t(text)) {}
  /// With `add_reference` false the reference is the object's from now on.
  _variant_t(IDispatch* object, bool add_reference = true) : _variant_t() {
    set(VT_DISPATCH, pdispVal, object);
    if (object && add_reference) object->AddRef();
  }
  _variant_t(IUnknown* object, bool add_reference = true) : _variant_t() {
    set(VT_UNKNOWN, punkVal, object);
    if (object && add_reference) object->AddRef();
  }
  _variant_t(bool value) : _variant_t() {
    set(VT_BOOL, boolVal, static_cast<VARIANT_BOOL>(value ? VARIANT_TRUE : VARIANT_FALSE));
  }
  _variant_t(const DECIMAL& value) : _variant_t() {
    decVal = value;
    vt = VT_DECIMAL;
  }
  _variant_t(BYTE value) : _variant_t() { set(VT_UI1, bVal, value); }
  _variant_t(char value) : _variant_t() { set(VT_I1, cVal, value); }
  _variant_t(unsigned short value) : _variant_t() { set(VT_UI2, uiVal, value); }
  _variant_t(unsigned int value) : _variant_t() { set(VT_UI4, ulVal, value); }
  _variant_t(unsigned long value) : _variant_t() {
    if (value <= 0xFFFFFFFFu)
      set(VT_UI4, ulVal, static_cast<ULONG>(value));
    else
      set(VT_UI8, ullVal, static_cast<ULONGLONG>(value));
  }
  _variant_t(LONGLONG value) : _variant_t() { set(VT_I8, llVal, value); }
  _variant_t(ULONGLONG value) : _variant_t() { set(VT_UI8, ullVal, value); }
  ~_variant_t() { VariantClear(this); }

  _variant_t& operator=(const _variant_t& from) { return *this = _variant_t(from); }
  _variant_t& operator=(_variant_t&& from) noexcept {
    const VARIANT taken = from;
    VariantInit(&from);
    VariantClear(this);
    static_cast<VARIANT&>(*this) = taken;
    return *this;
  }
  /// A number keeps the kind that the object has where that is one for this type (VT_DATE for a double,
  /// VT_ERROR for a LONG), as documented.
  _variant_t& operator=(double value) { return *this = _variant_t(value, vt == VT_DATE ? VT_DATE : VT_R8); }
  _variant_t& operator=(int value) { return *this = _variant_t(value, kept_for_long()); }
  _variant_t& operator=(long value) { return *this = _variant_t(value, kept_for_long()); }
  _variant_t& operator=(short value) { return *this = _variant_t(value, vt == VT_BOOL ? VT_BOOL : VT_I2); }
  template <class T, class = std::enable_if_t<std::is_constructible_v<_variant_t, T> &&
                                              !std::is_base_of_v<_variant_t, std::decay_t<T>>>>
  _variant_t& operator=(T&& value) {
    return *this = _variant_t(std::forward<T>(value));
  }

  // To a _bstr_t by the constructor of that, which is chosen without ambiguity.
  operator short() const { return as(VT_I2).iVal; }
  operator int() const { return as(VT_I4).lVal; }
  operator long() const { return static_cast<long>(as(VT_I8).llVal); }
  operator float() const { return as(VT_R4).fltVal; }
  operator double() const { return as(VT_R8).dblVal; }
  operator CY() const { return as(VT_CY).cyVal; }
  operator bool() const { return as(VT_BOOL).boolVal != VARIANT_FALSE; }
  operator DECIMAL() const { return as(VT_DECIMAL).decVal; }
  operator BYTE() const { return as(VT_UI1).bVal; }
  operator char() const { return as(VT_I1).cVal; }
  operator unsigned short() const { return as(VT_UI2).uiVal; }
  operator unsigned int() const { return as(VT_UI4).ulVal; }
  operator unsigned long() const { return static_cast<unsigned long>(as(VT_UI8).ullVal); }
  operator LONGLONG() const { return as(VT_I8).llVal; }
  operator ULONGLONG() const { return as(VT_UI8).ullVal; }
  /// With a reference of the caller's own.
  operator IDispatch*() const {
    _variant_t object = as(VT_DISPATCH);
    object.vt = VT_EMPTY;
    return object.pdispVal;
  }
  operator IUnknown*() const {
    _variant_t object = as(VT_UNKNOWN);
    object.vt = VT_EMPTY;
    return object.punkVal;
  }

  bool operator==(const VARIANT& other) const;
  bool operator==(const VARIANT* other) const { return other && *this == *other; }
  bool operator!=(const VARIANT& other) const { return !(*this == other); }
  bool operator!=(const VARIANT* other) const { return !(*this == other); }

  void Clear() { _com_util::CheckError(VariantClear(this)); }
  void Attach(VARIANT& from) {
    Clear();
    static_cast<VARIANT&>(*this) = from;
    from.vt = VT_EMPTY;
  }
  /// The value goes to the caller, who clears it.
  VARIANT Detach() noexcept {
    const VARIANT left = *this;
    vt = VT_EMPTY;
    return left;
  }
  VARIANT& GetVARIANT() noexcept { return *this; }
  /// Clears, and gives a place for a result.
  VARIANT* GetAddress() {
    Clear();
    return this;
  }
  /// Changes to `type` what `from`, or without it this object, holds.
  void ChangeType(VARTYPE type, const _variant_t* from = nullptr) {
    _com_util::CheckError(VariantChangeType(this, from ? from : this, 0, type));
  }
  void SetString(const char* text) { *this = _variant_t(text); }

 private:
  template <class T>
  void set(int type, T& member, T value) {
    vt = static_cast<VARTYPE>(type);
    member = value;
  }
  static VARTYPE one_of(VARTYPE type, std::initializer_list<int> allowed) {
    for (const int a : allowed)
      if (type == a) return type;
    _com_issue_error(E_INVALIDARG);
  }
  VARTYPE kept_for_long() const noexcept {
    return vt == VT_ERROR || vt == VT_BOOL ? vt : static_cast<VARTYPE>(VT_I4);
  }
  void copy(const VARIANT& from) { _com_util::CheckError(VariantCopy(this, &from)); }
  _variant_t as(VARTYPE type) const {
    _variant_t changed;
    _com_util::CheckError(VariantChangeType(&changed, this, 0, type));
    return changed;
  }
};
static_assert(sizeof(_variant_t) == sizeof(VARIANT));

namespace comeback_sdk {

/// The bytes that say what a value without ownership of its own is.
inline bool same_bits(const VARIANT& a, const VARIANT& b) {
  switch (a.vt) {
    case VT_EMPTY:
    case VT_NULL:
      return true;
    case VT_I1:
    case VT_UI1:
      return a.bVal == b.bVal;
    case VT_I2:
    case VT_UI2:
    case VT_BOOL:
      return a.iVal == b.iVal;
    case VT_R4:
      return a.fltVal == b.fltVal;
    case VT_I4:
    case VT_UI4:
    case VT_INT:
    case VT_UINT:
    case VT_ERROR:
      return a.lVal == b.lVal;
    case VT_R8:
    case VT_DATE:
      return a.dblVal == b.dblVal;
    default:
      return a.llVal == b.llVal;  // currency, 64-bit numbers, objects, arrays and references by their address
  }
}

}  // namespace comeback_sdk

/// Of the same kind and the same value; objects, arrays and references are compared by their address.
inline bool _variant_t::operator==(const VARIANT& other) const {
  if (this == &other) return true;
  if (vt != other.vt) return false;
  if (vt == VT_BSTR) return _bstr_t(bstrVal, true) == _bstr_t(other.bstrVal, true);
  if (vt == VT_DECIMAL)
    return decVal.signscale == other.decVal.signscale && decVal.Hi32 == other.decVal.Hi32 &&
           decVal.Lo64 == other.decVal.Lo64;
  return comeback_sdk::same_bits(*this, other);
}

inline _bstr_t::_bstr_t(const _variant_t& value) { *this = value; }
inline _bstr_t& _bstr_t::operator=(const _variant_t& value) {
  if (value.vt == VT_BSTR) {
    Assign(value.bstrVal);
    return *this;
  }
  _variant_t text;
  text.ChangeType(VT_BSTR, &value);
  Attach(text.Detach().bstrVal);
  return *this;
}

/// Passed for an optional argument that is left out.
inline const _variant_t vtMissing(DISP_E_PARAMNOTFOUND, VT_ERROR);
