// SPDX-License-Identifier: Apache-2.0
#include "com/class_objects.hpp"

#include "com/boundary.hpp"
#include "com/guid.hpp"
#include "com/memory.hpp"
#include "com/object.hpp"
#include "com/runtime.hpp"

#include <algorithm>
#include <cwchar>
#include <map>
#include <mutex>

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

class factory final : public object<IClassFactory> {
 public:
  explicit factory(class_maker maker) : maker_(maker) {}
  HRESULT STDMETHODCALLTYPE CreateInstance(IUnknown* outer, REFIID riid, void** made) noexcept override {
    if (!made) return publish(E_POINTER);
    *made = nullptr;
    if (outer) return publish(CLASS_E_NOAGGREGATION);
    ptr<IUnknown> fresh;
    const HRESULT hr = boundary([&] { fresh = maker_(); });
    return FAILED(hr) ? hr : fresh->QueryInterface(riid, made);
  }
  HRESULT STDMETHODCALLTYPE LockServer(BOOL) noexcept override {
    return S_OK;
  }  // the library is never unloaded early

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

HRESULT find_progid(std::wstring_view progid, CLSID* clsid) {
  const auto all = known_classes();
  const auto found = std::ranges::find_if(all, [&](const known_class& c) { return names(c, progid); });
  if (found == all.end()) return CO_E_CLASSSTRING;
  *clsid = found->clsid;
  return S_OK;
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
  if (!object) return E_INVALIDARG;
  *object = nullptr;
  if (!is_initialized()) return publish(CO_E_NOTINITIALIZED);
  if (!(context & CLSCTX_ALL)) return publish(E_INVALIDARG);
  ptr<IClassFactory> made;
  const HRESULT hr = boundary([&] {
    if (const class_maker maker = maker_of(clsid)) made = make<factory>(maker);
  });
  if (FAILED(hr)) return hr;
  return made ? made->QueryInterface(riid, object) : publish(REGDB_E_CLASSNOTREG);
}

HRESULT CoCreateInstance(REFCLSID clsid, IUnknown* outer, DWORD context, REFIID riid, LPVOID* object) {
  if (!object) return E_POINTER;
  *object = nullptr;
  ptr<IClassFactory> made;
  const HRESULT hr = CoGetClassObject(clsid, context, nullptr, IID_PPV_ARGS(made.put()));
  return FAILED(hr) ? hr : made->CreateInstance(outer, riid, object);
}

HRESULT CLSIDFromProgID(LPCOLESTR progid, CLSID* clsid) {
  if (!progid || !clsid) return E_INVALIDARG;
  *clsid = CLSID_NULL;
  return find_progid(progid, clsid);
}

HRESULT ProgIDFromCLSID(REFCLSID clsid, LPOLESTR* progid) {
  if (!progid) return E_INVALIDARG;
  *progid = nullptr;
  const auto all = known_classes();
  const auto found =
      std::ranges::find_if(all, [&](const known_class& c) { return c.clsid == clsid && c.progid; });
  if (found == all.end()) return REGDB_E_CLASSNOTREG;
  const std::wstring text = std::wstring(found->progid) + L".1";
  *progid = static_cast<LPOLESTR>(allocate((text.size() + 1) * sizeof(OLECHAR)));
  if (!*progid) return E_OUTOFMEMORY;
  std::wmemcpy(*progid, text.c_str(), text.size() + 1);
  return S_OK;
}

HRESULT CLSIDFromString(LPCOLESTR text, CLSID* clsid) {
  if (!clsid) return E_INVALIDARG;
  *clsid = CLSID_NULL;
  if (!text) return S_OK;
  if (text[0] != L'{') return find_progid(text, clsid);
  const auto parsed = parse_guid(text);
  if (!parsed) return CO_E_CLASSSTRING;
  *clsid = *parsed;
  return S_OK;
}
