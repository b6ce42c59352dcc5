// SPDX-License-Identifier: Apache-2.0
#include "com/object/error_info.hpp"

#include "com/data/text.hpp"
#include "com/object/object.hpp"
#include "com/object/ptr.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <oleauto.h>

namespace comeback::com {
namespace {

class error_info final : public object<IErrorInfo, ICreateErrorInfo> {
 public:
  void name_origin(REFIID of) noexcept {
    SetGUID(of);
    if (const wchar_t* const source = source_of(of)) (void)keep(source, source_);
  }
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
  // What was never set is a null string.
  using words = std::optional<std::wstring>;

  HRESULT give(const words& from, BSTR* out) noexcept {
    if (!out) return E_POINTER;
    *out = nullptr;
    const std::lock_guard lock(mutex_);
    if (!from) return S_OK;
    *out = SysAllocStringLen(from->data(), static_cast<UINT>(from->size()));
    return *out ? S_OK : E_OUTOFMEMORY;
  }
  HRESULT keep(LPCOLESTR from, words& into) noexcept try {
    const std::lock_guard lock(mutex_);
    if (from)
      into = from;
    else
      into.reset();
    return S_OK;
  } catch (...) {
    return E_OUTOFMEMORY;
  }

  std::mutex mutex_;
  GUID guid_{};
  words source_, description_, help_file_;
  DWORD help_context_ = 0;
};

// The main thread's thread_locals die before static objects, whose destructors may still call members. These
// have no destructors and so are there to the very end.
constinit thread_local IErrorInfo* last_error = nullptr;
constinit thread_local bool is_ours = false;  // made by set_error_info, not a client's
constinit thread_local bool thread_ended = false;

void keep(IErrorInfo* taken) noexcept {
  if (IErrorInfo* const old = std::exchange(last_error, taken)) old->Release();
}

struct end_of_thread {
  end_of_thread() = default;
  end_of_thread(const end_of_thread&) = delete;
  end_of_thread& operator=(const end_of_thread&) = delete;
  ~end_of_thread() {
    thread_ended = true;
    keep(nullptr);
  }
  // Its first call on a thread makes it.
  void begin() const noexcept {}
};
thread_local const end_of_thread at_end;

// After the end of the thread's own memory nothing is kept: nobody could let it go.
void replace(ptr<IErrorInfo> info, bool ours = false) noexcept {
  if (thread_ended) return;
  if (info) at_end.begin();
  is_ours = ours;
  keep(info.detach());
}

std::string sentence_of(HRESULT code) {
  const auto* const entry = base::find_error(static_cast<std::uint32_t>(code));
  return std::string(entry ? entry->sentence : "The operation failed.");
}

}  // namespace

void set_error_info(HRESULT code, std::string_view sentence, REFIID of) noexcept try {
  const auto info = make<error_info>();
  std::wstring text = to_wide(sentence.empty() ? sentence_of(code) : sentence);
  info->SetDescription(text.data());
  info->name_origin(of);
  replace(info, true);
} catch (...) {
  replace(nullptr);  // a failure without words is still a failure
}

void name_origin(REFIID of) noexcept {
  if (is_ours && last_error) static_cast<error_info*>(last_error)->name_origin(of);
}

void clear_error_info() noexcept { replace(nullptr); }

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

HRESULT not_implemented(const wchar_t* member, REFIID of) noexcept try {
  set_error_info(E_NOTIMPL, to_utf8(std::wstring_view(member)) + " is not implemented.", of);
  return E_NOTIMPL;
} catch (...) {
  return E_NOTIMPL;
}

}  // namespace comeback::com

HRESULT SetErrorInfo(ULONG reserved, IErrorInfo* info) {
  if (reserved) return E_INVALIDARG;
  comeback::com::replace(comeback::com::ptr(info));
  return S_OK;
}

HRESULT GetErrorInfo(ULONG reserved, IErrorInfo** info) {
  if (reserved || !info) return E_INVALIDARG;
  *info = std::exchange(comeback::com::last_error, nullptr);
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
