// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// _com_error, and the smart pointers of the system's interfaces.
// Behaviour: the page "_com_error Class" of Microsoft's C++ reference.

#include <cstdio>
#include <memory>

#include <comip.h>
#include <comutil.h>
#include <ocidl.h>
#include <olectl.h>
#include <winbase.h>

#define WCODE_HRESULT_FIRST MAKE_HRESULT(SEVERITY_ERROR, FACILITY_ITF, 0x200)
#define WCODE_HRESULT_LAST (MAKE_HRESULT(SEVERITY_ERROR, FACILITY_ITF + 1, 0) - 1)

namespace comeback_sdk {

/// The sentence of a code without its line break, or "IDispatch error #N", "Unknown error 0xNNNNNNNN".
template <class Unit>
struct error_text;
template <>
struct error_text<char> {
  static std::string of(HRESULT hr, WORD wcode) {
    std::string text(512, '\0');
    text.resize(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr,
                               static_cast<DWORD>(hr), 0, &text[0], 512, nullptr));
    text.erase(text.find_last_not_of("\r\n") + 1);
    if (!text.empty()) return text;
    char made[40];
    std::snprintf(made, sizeof made, wcode ? "IDispatch error #%u" : "Unknown error 0x%08X",
                  wcode ? wcode : static_cast<unsigned>(hr));
    return made;
  }
};
template <>
struct error_text<wchar_t> {
  static std::wstring of(HRESULT hr, WORD wcode) { return widened(error_text<char>::of(hr, wcode).c_str()); }
};

}  // namespace comeback_sdk

/// A failed HRESULT, with what GetErrorInfo knew of it.
class _com_error {
 public:
  /// With `add_reference` false the reference to `info` is the object's from now on.
  _com_error(HRESULT hr, IErrorInfo* info = nullptr, bool add_reference = false) noexcept
      : hr_(hr), info_(info) {
    if (info_ && add_reference) info_->AddRef();
  }
  _com_error(const _com_error& other) noexcept : _com_error(other.hr_, other.info_, true) {}
  _com_error& operator=(const _com_error& other) noexcept {
    if (other.info_) other.info_->AddRef();
    if (info_) info_->Release();
    hr_ = other.hr_;
    info_ = other.info_;
    narrow_.reset();
    wide_.reset();
    return *this;
  }
  virtual ~_com_error() noexcept {
    if (info_) info_->Release();
  }

  HRESULT Error() const noexcept { return hr_; }
  /// The 16-bit code of an interface's own error, else 0.
  WORD WCode() const noexcept { return HRESULTToWCode(hr_); }
  static WORD HRESULTToWCode(HRESULT hr) noexcept {
    return hr >= WCODE_HRESULT_FIRST && hr <= WCODE_HRESULT_LAST ? static_cast<WORD>(hr - WCODE_HRESULT_FIRST)
                                                                 : static_cast<WORD>(0);
  }
  static HRESULT WCodeToHRESULT(WORD code) noexcept {
    return code >= 0xFE00 ? WCODE_HRESULT_LAST : WCODE_HRESULT_FIRST + code;
  }

  /// With a reference of the caller's own; null where nothing is known.
  IErrorInfo* ErrorInfo() const noexcept {
    if (info_) info_->AddRef();
    return info_;
  }
  _bstr_t Description() const { return text(&IErrorInfo::GetDescription); }
  _bstr_t Source() const { return text(&IErrorInfo::GetSource); }
  _bstr_t HelpFile() const { return text(&IErrorInfo::GetHelpFile); }
  DWORD HelpContext() const noexcept {
    DWORD context = 0;
    return info_ && SUCCEEDED(info_->GetHelpContext(&context)) ? context : 0;
  }
  ::GUID GUID() const noexcept {
    ::GUID id{};
    return info_ && SUCCEEDED(info_->GetGUID(&id)) ? id : ::GUID{};
  }

  /// The code's own sentence; belongs to the object. One function of its own for each kind of text, so that
  /// sources with and without UNICODE can stand in one program.
  __attribute__((always_inline)) const TCHAR* ErrorMessage() const {
#ifdef UNICODE
    return wide_message();
#else
    return narrow_message();
#endif
  }
  const char* narrow_message() const {
    if (!narrow_) narrow_ = std::make_shared<std::string>(comeback_sdk::error_text<char>::of(hr_, WCode()));
    return narrow_->c_str();
  }
  const wchar_t* wide_message() const {
    if (!wide_) wide_ = std::make_shared<std::wstring>(comeback_sdk::error_text<wchar_t>::of(hr_, WCode()));
    return wide_->c_str();
  }

 private:
  _bstr_t text(HRESULT (STDMETHODCALLTYPE IErrorInfo::*get)(BSTR*)) const {
    BSTR found = nullptr;
    if (!info_ || FAILED((info_->*get)(&found))) return _bstr_t();
    return _bstr_t(found, false);
  }

  HRESULT hr_;
  IErrorInfo* info_;
  mutable std::shared_ptr<std::string> narrow_;
  mutable std::shared_ptr<std::wstring> wide_;
};

namespace comeback_sdk {
typedef void(__stdcall* com_error_handler)(HRESULT, IErrorInfo*);
inline std::atomic<com_error_handler> error_handler{nullptr};
}  // namespace comeback_sdk

/// Called instead of throwing; it must not return. Null restores the throwing. For the whole program.
inline void __stdcall _set_com_error_handler(comeback_sdk::com_error_handler handler) noexcept {
  comeback_sdk::error_handler = handler;
}

/// Throws _com_error; the reference to `info` passes to it.
[[noreturn]] inline void __stdcall _com_raise_error(HRESULT hr, IErrorInfo* info = nullptr) {
  if (const auto handler = comeback_sdk::error_handler.load()) handler(hr, info);
  throw _com_error(hr, info);
}

[[noreturn]] inline void __stdcall _com_issue_error(HRESULT hr) { _com_raise_error(hr, nullptr); }

/// The same with this thread's error information, where `object` says that the interface `iid` sets it.
[[noreturn]] inline void __stdcall _com_issue_errorex(HRESULT hr, IUnknown* object, REFIID iid) {
  IErrorInfo* info = nullptr;
  ISupportErrorInfo* support = nullptr;
  if (object &&
      SUCCEEDED(object->QueryInterface(IID_ISupportErrorInfo, reinterpret_cast<void**>(&support)))) {
    const bool sets = support->InterfaceSupportsErrorInfo(iid) == S_OK;
    support->Release();
    if (sets && GetErrorInfo(0, &info) != S_OK) info = nullptr;
  }
  _com_raise_error(hr, info);
}

#include <comdefsp.h>
