// SPDX-License-Identifier: Apache-2.0
#include "com/dispatch/record_info.hpp"

#include "com/data/memory.hpp"
#include "com/dispatch/dispatch.hpp"
#include "com/dispatch/record_fields.hpp"
#include "com/dispatch/type_info.hpp"
#include "com/object/object.hpp"
#include "com/object/ptr.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <utility>

namespace comeback::com {
namespace {

using namespace fields;

// For references, which own nothing: the description of a structure within another one. Null where there is
// no memory.
IRecordInfo* lasting(const described_type& type) noexcept try {
  static std::mutex mutex;
  static auto* const all = new std::map<const described_type*, IRecordInfo*>;
  const std::lock_guard lock(mutex);
  IRecordInfo*& one = (*all)[&type];
  if (!one) (void)get_record_info(type, &one);
  return one;
} catch (const std::bad_alloc&) {
  return nullptr;
}

class record_info final : public object<IRecordInfo> {
 public:
  explicit record_info(const described_type& type) noexcept : type_(type) {}

  HRESULT STDMETHODCALLTYPE RecordInit(PVOID fresh) noexcept override {
    if (!fresh) return E_INVALIDARG;
    std::memset(fresh, 0, type_.size);
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE RecordClear(PVOID existing) noexcept override {
    if (!existing) return E_INVALIDARG;
    clear_fields(type_, existing);
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE RecordCopy(PVOID from, PVOID to) noexcept override {
    if (!from || !to) return E_INVALIDARG;
    if (from == to) return S_OK;
    clear_fields(type_, to);
    return copy_fields(type_, to, from);
  }
  HRESULT STDMETHODCALLTYPE GetGuid(GUID* guid) noexcept override {
    if (!guid) return E_INVALIDARG;
    *guid = *type_.id;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetName(BSTR* name) noexcept override {
    if (!name) return E_INVALIDARG;
    *name = SysAllocString(type_.name);
    return *name ? S_OK : E_OUTOFMEMORY;
  }
  HRESULT STDMETHODCALLTYPE GetSize(ULONG* size) noexcept override {
    if (!size) return E_INVALIDARG;
    *size = type_.size;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetTypeInfo(ITypeInfo** info) noexcept override {
    return info ? get_type_info(type_, info) : E_INVALIDARG;
  }
  HRESULT STDMETHODCALLTYPE GetField(PVOID data, LPCOLESTR name, VARIANT* field) noexcept override {
    place at;
    if (const HRESULT hr = find(data, name, field, at); FAILED(hr)) return hr;
    if (const HRESULT hr = VariantClear(field); FAILED(hr)) return hr;
    return read(at, *field);
  }
  HRESULT STDMETHODCALLTYPE GetFieldNoCopy(PVOID data, LPCOLESTR name, VARIANT* field,
                                           PVOID* array) noexcept override {
    place at;
    if (!array) return E_INVALIDARG;
    *array = nullptr;
    if (const HRESULT hr = find(data, name, field, at); FAILED(hr)) return hr;
    if (const HRESULT hr = VariantClear(field); FAILED(hr)) return hr;
    if (at.is_array) *array = at.at;
    return refer(at, *field);
  }
  HRESULT STDMETHODCALLTYPE PutField(ULONG flags, PVOID data, LPCOLESTR name,
                                     VARIANT* field) noexcept override {
    place at;
    if (!is_put(flags)) return E_INVALIDARG;
    if (const HRESULT hr = find(data, name, field, at); FAILED(hr)) return hr;
    return flags == INVOKE_PROPERTYPUTREF ? assign(at, *field) : put(at, *field);
  }
  HRESULT STDMETHODCALLTYPE PutFieldNoCopy(ULONG flags, PVOID data, LPCOLESTR name,
                                           VARIANT* field) noexcept override {
    place at;
    if (!is_put(flags)) return E_INVALIDARG;
    if (const HRESULT hr = find(data, name, field, at); FAILED(hr)) return hr;
    const VARTYPE needed = at.is_array ? static_cast<VARTYPE>(VT_ARRAY | at.type) : at.type;
    if (needed != VT_VARIANT && field->vt != needed) return DISP_E_TYPEMISMATCH;
    if (at.is_array || at.type == VT_RECORD || is_object(at.type)) {
      const HRESULT hr = assign(at, *field);  // what is in pieces, or another interface, is not just moved
      return FAILED(hr) ? hr : VariantClear(field);
    }
    move_in(at, *field);
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetFieldNames(ULONG* count, BSTR* names) noexcept override {
    if (!count) return E_INVALIDARG;
    const auto fields = static_cast<ULONG>(type_.values.size());
    const ULONG room = std::exchange(*count, fields);
    if (!names) return S_OK;
    *count = std::min(room, fields);
    std::fill_n(names, room, nullptr);
    for (ULONG i = 0; i < *count; ++i)
      if (names[i] = SysAllocString(type_.values[i].name); !names[i]) {
        for (ULONG given = 0; given < i; ++given) SysFreeString(std::exchange(names[given], nullptr));
        return *count = 0, E_OUTOFMEMORY;
      }
    return S_OK;
  }
  BOOL STDMETHODCALLTYPE IsMatchingType(IRecordInfo* other) noexcept override {
    GUID guid{};
    ULONG size = 0;
    return other && SUCCEEDED(other->GetGuid(&guid)) && SUCCEEDED(other->GetSize(&size)) &&
                   guid == *type_.id && size == type_.size
               ? TRUE
               : FALSE;
  }
  PVOID STDMETHODCALLTYPE RecordCreate() noexcept override {
    void* const made = allocate(type_.size);
    if (made) std::memset(made, 0, type_.size);
    return made;
  }
  HRESULT STDMETHODCALLTYPE RecordCreateCopy(PVOID from, PVOID* made) noexcept override {
    if (!made) return E_INVALIDARG;
    *made = nullptr;
    if (!from) return E_INVALIDARG;
    void* const fresh = RecordCreate();
    if (!fresh) return E_OUTOFMEMORY;
    const HRESULT hr = copy_fields(type_, fresh, from);
    if (FAILED(hr))
      release(fresh);
    else
      *made = fresh;
    return hr;
  }
  HRESULT STDMETHODCALLTYPE RecordDestroy(PVOID record) noexcept override {
    if (!record) return E_INVALIDARG;
    clear_fields(type_, record);
    release(record);
    return S_OK;
  }

 private:
  static bool is_put(ULONG flags) noexcept {
    return flags == INVOKE_PROPERTYPUT || flags == INVOKE_PROPERTYPUTREF;
  }
  HRESULT find(void* data, LPCOLESTR name, const VARIANT* field, place& at) const noexcept {
    if (!data || !name || !field) return E_INVALIDARG;
    for (const auto& value : type_.values)
      if (same_name(value.name, name)) return at = place_of(value, data), S_OK;
    return TYPE_E_FIELDNOTFOUND;
  }
  static HRESULT refer(const place& at, VARIANT& field) noexcept {
    if (at.type == VT_RECORD) {
      field.pRecInfo = lasting(*at.user);
      if (!field.pRecInfo) return E_OUTOFMEMORY;
      field.pvRecord = at.at;
    } else {
      field.byref = at.at;
    }
    field.vt = static_cast<VARTYPE>(VT_BYREF | at.type);
    return S_OK;
  }
  static void move_in(const place& at, VARIANT& field) noexcept {
    clear_one(at);
    if (at.type == VT_VARIANT || at.type == VT_DECIMAL)
      std::memcpy(at.at, &field, at.size);
    else
      std::memcpy(at.at, &field.llVal, at.size);
    VariantInit(&field);
  }

  const described_type& type_;
};

// The library and the place of a type in it, as its type information tells them.
const described_type* find_described(ITypeInfo& of) noexcept {
  ptr<ITypeLib> library;
  UINT index = 0;
  TLIBATTR* attributes = nullptr;
  if (FAILED(of.GetContainingTypeLib(library.put(), &index)) || FAILED(library->GetLibAttr(&attributes)))
    return nullptr;
  const GUID id = attributes->guid;
  library->ReleaseTLibAttr(attributes);
  for (const auto* known : described_libraries())
    if (*known->id == id && index < known->types.size()) return known->types[index];
  return nullptr;
}

const described_type* find_described(REFGUID library, ULONG major, ULONG minor, REFGUID structure) noexcept {
  for (const auto* known : described_libraries()) {
    if (*known->id != library || known->major != major || known->minor < minor) continue;
    for (const auto* type : known->types)
      if (type->kind == TKIND_RECORD && *type->id == structure) return type;
  }
  return nullptr;
}

}  // namespace

lasting_record_info::lasting_record_info(const described_type& type) noexcept : room_{} {
  static_assert(sizeof(record_info) <= sizeof room_);
  info_ = new (room_) record_info(type);
}

HRESULT get_record_info(const described_type& type, IRecordInfo** info) noexcept {
  if (!info) return E_POINTER;
  *info = nullptr;
  if (!fields::is_carried(type)) return TYPE_E_UNSUPFORMAT;
  *info = new (std::nothrow) record_info(type);
  return *info ? S_OK : E_OUTOFMEMORY;
}

HRESULT record_in(const VARIANT& v, IRecordInfo& info, void*& found) noexcept {
  found = nullptr;
  VARIANT meant{};
  if (const HRESULT hr = dereference(v, meant); FAILED(hr)) return hr;
  if (meant.vt != VT_RECORD || !meant.pRecInfo || !info.IsMatchingType(meant.pRecInfo))
    return DISP_E_TYPEMISMATCH;
  found = meant.pvRecord;
  return S_OK;
}

}  // namespace comeback::com

using namespace comeback;

HRESULT GetRecordInfoFromTypeInfo(ITypeInfo* type, IRecordInfo** info) {
  if (!info) return E_INVALIDARG;
  *info = nullptr;
  if (!type) return E_INVALIDARG;
  const auto* const found = com::find_described(*type);
  return found ? com::get_record_info(*found, info) : TYPE_E_UNSUPFORMAT;
}

HRESULT GetRecordInfoFromGuids(REFGUID library, ULONG major, ULONG minor, LCID, REFGUID structure,
                               IRecordInfo** info) {
  if (!info) return E_INVALIDARG;
  *info = nullptr;
  const auto* const found = com::find_described(library, major, minor, structure);
  return found ? com::get_record_info(*found, info) : E_INVALIDARG;
}
