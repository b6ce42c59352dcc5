// SPDX-License-Identifier: Apache-2.0
#include "com/object/error_info.hpp"

#include "com/data/text.hpp"
#include "com/object/object.hpp"
#include "com/object/ptr.hpp"

#include <algorithm>
#include <mutex>
#include <string>

#include <oleauto.h>

namespace comeback::com {
namespace {

class error_info final : public object<IErrorInfo, ICreateErrorInfo> {
 public:
  HRESULT STDMETHODCALLTYPE GetGUID(GUID* guid) noexcept override {
    if (!guid) return E_POINTER;
    const std::lock_guard lock(mutex_);
    *guid = guid_;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetSource(BSTR* source) noexcept override { return give(source_, source); }
  HRESULT STDMETHODCALLTYPE GetDescription(BSTR* text) noexcept override { return give(description_, text); }
  HRESULT STDMETHODCALLTYPE GetHelpFile(BSTR* file) noexcept override { return give(help_file_, file); }
  HRESULT STDMETHODCALLTYPE GetHelpContext(DWORD* context) noexcept override {
    if (!context) return E_POINTER;
    const std::lock_guard lock(mutex_);
    *context = help_context_;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE SetGUID(REFGUID guid) noexcept override {
    const std::lock_guard lock(mutex_);
    guid_ = guid;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE SetSource(LPOLESTR source) noexcept override { return keep(source, source_); }
  HRESULT STDMETHODCALLTYPE SetDescription(LPOLESTR text) noexcept override {
    return keep(text, description_);
  }
  HRESULT STDMETHODCALLTYPE SetHelpFile(LPOLESTR file) noexcept override { return keep(file, help_file_); }
  HRESULT STDMETHODCALLTYPE SetHelpContext(DWORD context) noexcept override {
    const std::lock_guard lock(mutex_);
    help_context_ = context;
    return S_OK;
  }

 private:
  HRESULT give(const std::wstring& text, BSTR* out) noexcept {
    if (!out) return E_POINTER;
    const std::lock_guard lock(mutex_);
    *out = SysAllocStringLen(text.data(), static_cast<UINT>(text.size()));
    return *out ? S_OK : E_OUTOFMEMORY;
  }
  HRESULT keep(LPCOLESTR text, std::wstring& into) noexcept try {
    const std::lock_guard lock(mutex_);
    into = text ? text : L"";
    return S_OK;
  } catch (...) {
    return E_OUTOFMEMORY;
  }

  std::mutex mutex_;
  GUID guid_{};
  std::wstring source_, description_, help_file_;
  DWORD help_context_ = 0;
};

thread_local ptr<IErrorInfo> last_error;

std::string sentence_of(HRESULT code) {
  const auto* const entry = base::find_error(static_cast<std::uint32_t>(code));
  return std::string(entry ? entry->sentence : "The operation failed.");
}

}  // namespace

void set_error_info(HRESULT code, std::string_view sentence) noexcept try {
  const auto info = make<error_info>();
  std::wstring text = to_wide(sentence.empty() ? sentence_of(code) : sentence);
  info->SetDescription(text.data());
  last_error = info;
} catch (...) {
  last_error = nullptr;  // a failure without words is still a failure
}

void clear_error_info() noexcept {
  if (last_error) last_error = nullptr;
}

HRESULT publish(HRESULT code, std::string_view sentence) noexcept {
  set_error_info(code, sentence);
  return code;
}

HRESULT publish_current_exception(const documented* only) noexcept {
  const auto described = base::describe_current_exception();
  const HRESULT code = to_hresult(described.code);
  const bool listed =
      !only || code == E_POINTER || std::ranges::find(only->codes, described.code) != only->codes.end();
  return publish(listed ? code : to_hresult(base::errc::exception), described.message);
}

HRESULT not_implemented(const wchar_t* member) noexcept try {
  return publish(E_NOTIMPL, to_utf8(std::wstring_view(member)) + " is not implemented.");
} catch (...) {
  return E_NOTIMPL;
}

}  // namespace comeback::com

using comeback::com::last_error;
using comeback::com::ptr;

HRESULT SetErrorInfo(ULONG reserved, IErrorInfo* info) {
  if (reserved) return E_INVALIDARG;
  last_error = ptr<IErrorInfo>(info);
  return S_OK;
}

HRESULT GetErrorInfo(ULONG reserved, IErrorInfo** info) {
  if (reserved || !info) return E_INVALIDARG;
  *info = last_error.detach();
  return *info ? S_OK : S_FALSE;
}

HRESULT CreateErrorInfo(ICreateErrorInfo** info) {
  if (!info) return E_INVALIDARG;
  try {
    *info = comeback::com::make<comeback::com::error_info>().detach();
    return S_OK;
  } catch (...) {
    *info = nullptr;
    return E_OUTOFMEMORY;
  }
}
