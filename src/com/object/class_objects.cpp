// SPDX-License-Identifier: Apache-2.0
#include "com/object/class_objects.hpp"

#include "com/data/memory.hpp"
#include "com/object/boundary.hpp"
#include "com/object/guid.hpp"
#include "com/object/object.hpp"
#include "com/object/runtime.hpp"

#include <algorithm>
#include <cwchar>
#include <map>
#include <mutex>
#include <new>
#include <span>
#include <string>

#include <unistd.h>

namespace comeback::com {
namespace {

struct registry {
  std::mutex mutex;
  std::map<GUID, class_maker, guid_less> makers;
};

// Never destroyed: objects are made until the very end of the process.
registry& classes() {
  static auto* const all = new registry;
  return *all;
}

// QueryInterface says nothing about why; who only sees a class by name wants words.
HRESULT query(IUnknown& of, REFIID riid, void** found) noexcept {
  const HRESULT hr = of.QueryInterface(riid, found);
  return FAILED(hr) ? publish(hr, "The object has no such interface.") : hr;
}

class factory final : public object<IClassFactory> {
 public:
  explicit factory(class_maker maker) : maker_(maker) {}
  HRESULT STDMETHODCALLTYPE CreateInstance(IUnknown* outer, REFIID riid, void** made) noexcept override {
    if (!made) return publish(E_POINTER);
    *made = nullptr;
    if (outer) return publish(CLASS_E_NOAGGREGATION);
    ptr<IUnknown> fresh;
    const HRESULT hr = boundary([&] { fresh = maker_(); });
    return FAILED(hr) ? hr : query(*fresh, riid, made);
  }
  // The library is never unloaded early.
  HRESULT STDMETHODCALLTYPE LockServer(BOOL) noexcept override { return S_OK; }

 private:
  class_maker maker_;
};

class_maker maker_of(const GUID& clsid) {
  auto& all = classes();
  const std::lock_guard lock(all.mutex);
  const auto found = all.makers.find(clsid);
  return found == all.makers.end() ? nullptr : found->second;
}

// "IMAPI2FS.MsftFileSystemImage" and "IMAPI2FS.MsftFileSystemImage.1", in any case.
bool names(const known_class& c, std::wstring_view progid) {
  if (!c.progid) return false;
  const std::wstring_view plain = c.progid;
  if (progid.size() != plain.size() && !(progid.size() == plain.size() + 2 && progid.ends_with(L".1")))
    return false;
  return wcsncasecmp(progid.data(), plain.data(), plain.size()) == 0;
}

[[noreturn]] void fail(HRESULT code, const std::string& why = {}) {
  throw base::error(base::errc{static_cast<std::uint32_t>(code)}, why);
}

HRESULT find_progid(std::wstring_view progid, CLSID* clsid) noexcept {
  return boundary([&] {
    const auto all = known_classes();
    const auto found = std::ranges::find_if(all, [&](const known_class& c) { return names(c, progid); });
    if (found == all.end()) fail(CO_E_CLASSSTRING, "There is no class named \"" + to_utf8(progid) + "\".");
    *clsid = found->clsid;
  });
}

HRESULT class_object(REFCLSID clsid, REFIID riid, void** object, HRESULT missing) noexcept {
  ptr<IClassFactory> made;
  const HRESULT hr = boundary([&] {
    if (const class_maker maker = maker_of(clsid)) made = make<factory>(maker);
  });
  if (FAILED(hr)) return hr;
  return made ? query(*made, riid, object) : publish(missing);
}

// Asks for each of the interfaces; the number that were there.
DWORD query_all(IUnknown& of, std::span<MULTI_QI> wanted) {
  DWORD had = 0;
  for (MULTI_QI& each : wanted) {
    each.hr = of.QueryInterface(*each.pIID, reinterpret_cast<void**>(&each.pItf));
    if (SUCCEEDED(each.hr)) ++had;
  }
  return had;
}

LPOLESTR copy_of(const std::wstring& text) {
  auto* const made = static_cast<LPOLESTR>(allocate((text.size() + 1) * sizeof(OLECHAR)));
  if (!made) throw std::bad_alloc();
  return std::wmemcpy(made, text.c_str(), text.size() + 1);
}

std::wstring progid_of(REFCLSID clsid) {
  const auto all = known_classes();
  const auto found =
      std::ranges::find_if(all, [&](const known_class& c) { return c.clsid == clsid && c.progid; });
  if (found == all.end()) fail(REGDB_E_CLASSNOTREG);
  return std::wstring(found->progid) + L".1";
}

}  // namespace

void register_class(const GUID& clsid, class_maker maker) {
  auto& all = classes();
  const std::lock_guard lock(all.mutex);
  all.makers[clsid] = maker;
}

}  // namespace comeback::com

using namespace comeback::com;

HRESULT CoGetClassObject(REFCLSID clsid, DWORD context, LPVOID, REFIID riid, LPVOID* object) {
  if (!object) return publish(E_INVALIDARG);
  *object = nullptr;
  if (!is_initialized()) return publish(CO_E_NOTINITIALIZED);
  if (!(context & CLSCTX_ALL)) return publish(E_INVALIDARG);
  return class_object(clsid, riid, object, REGDB_E_CLASSNOTREG);
}

HRESULT DllGetClassObject(REFCLSID clsid, REFIID riid, LPVOID* object) {
  if (!object) return publish(E_INVALIDARG);
  *object = nullptr;
  return class_object(clsid, riid, object, CLASS_E_CLASSNOTAVAILABLE);
}

HRESULT DllCanUnloadNow() { return S_FALSE; }

HRESULT CoCreateInstance(REFCLSID clsid, IUnknown* outer, DWORD context, REFIID riid, LPVOID* object) {
  if (!object) return publish(E_POINTER);
  *object = nullptr;
  ptr<IClassFactory> made;
  const HRESULT hr = CoGetClassObject(clsid, context, nullptr, IID_PPV_ARGS(made.put()));
  return FAILED(hr) ? hr : made->CreateInstance(outer, riid, object);
}

HRESULT CoCreateInstanceEx(REFCLSID clsid, IUnknown* outer, DWORD context, COSERVERINFO* server, DWORD count,
                           MULTI_QI* results) {
  if (!results || count == 0) return publish(E_INVALIDARG);
  const std::span wanted(results, count);
  for (MULTI_QI& each : wanted) each = {.pIID = each.pIID, .pItf = nullptr, .hr = E_NOINTERFACE};
  if (std::ranges::find(wanted, nullptr, &MULTI_QI::pIID) != wanted.end()) return publish(E_INVALIDARG);
  if (server && server->pwszName) return publish(CO_E_NOT_SUPPORTED);
  ptr<IUnknown> made;
  const HRESULT hr = CoCreateInstance(clsid, outer, context, IID_PPV_ARGS(made.put()));
  if (FAILED(hr)) {
    for (MULTI_QI& each : wanted) each.hr = hr;
    return hr;
  }
  const DWORD had = query_all(*made, wanted);
  if (had == 0) return publish(E_NOINTERFACE, "The object has none of the interfaces.");
  return had == count ? S_OK : CO_S_NOTALLINTERFACES;
}

HRESULT CLSIDFromProgID(LPCOLESTR progid, CLSID* clsid) {
  if (clsid) *clsid = CLSID_NULL;
  if (!progid || !clsid) return publish(E_INVALIDARG);
  return find_progid(progid, clsid);
}

HRESULT CLSIDFromProgIDEx(LPCOLESTR progid, CLSID* clsid) { return CLSIDFromProgID(progid, clsid); }

HRESULT ProgIDFromCLSID(REFCLSID clsid, LPOLESTR* progid) {
  if (!progid) return publish(E_INVALIDARG);
  *progid = nullptr;
  return boundary([&] { *progid = copy_of(progid_of(clsid)); });
}

HRESULT StringFromCLSID(REFCLSID clsid, LPOLESTR* text) {
  if (!text) return publish(E_INVALIDARG);
  *text = nullptr;
  return boundary([&] { *text = copy_of(format_guid(clsid)); });
}

HRESULT StringFromIID(REFIID iid, LPOLESTR* text) { return StringFromCLSID(iid, text); }

HRESULT CoCreateGuid(GUID* guid) {
  if (!guid) return publish(E_INVALIDARG);
  if (::getentropy(guid, sizeof *guid) != 0) return publish(E_FAIL);
  guid->Data3 = static_cast<WORD>((guid->Data3 & 0x0FFF) | 0x4000);    // RFC 4122, 4.4: version 4
  guid->Data4[0] = static_cast<BYTE>((guid->Data4[0] & 0x3F) | 0x80);  // and 4.1.1: its variant
  return S_OK;
}

HRESULT CLSIDFromString(LPCOLESTR text, CLSID* clsid) {
  if (!clsid) return publish(E_INVALIDARG);
  *clsid = CLSID_NULL;
  if (!text) return S_OK;
  if (text[0] != L'{') return find_progid(text, clsid);
  const auto parsed = parse_guid(text);
  if (!parsed) return publish(CO_E_CLASSSTRING);
  *clsid = *parsed;
  return S_OK;
}
