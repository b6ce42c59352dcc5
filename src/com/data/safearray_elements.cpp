// SPDX-License-Identifier: Apache-2.0
// What stands in a SAFEARRAY: bounds, locks, types and single elements.

#include "com/data/safearray_layout.hpp"
#include "com/data/value_size.hpp"

#include <cstring>

namespace comeback::com::layout {
namespace {

const std::uint8_t* block_of(const SAFEARRAY* array) noexcept {
  return reinterpret_cast<const std::uint8_t*>(array) - hidden;
}

}  // namespace

std::uint8_t* block_of(SAFEARRAY* array) noexcept { return reinterpret_cast<std::uint8_t*>(array) - hidden; }

void put_type(SAFEARRAY* array, VARTYPE type) noexcept {
  const std::uint32_t wide = type;
  std::memcpy(block_of(array) + hidden - sizeof wide, &wide, sizeof wide);
}

void put_iid(SAFEARRAY* array, const GUID& iid) noexcept { std::memcpy(block_of(array), &iid, sizeof iid); }

GUID iid_of(const SAFEARRAY* array) noexcept {
  GUID iid{};
  std::memcpy(&iid, block_of(array), sizeof iid);
  return iid;
}

IRecordInfo* record_of(const SAFEARRAY* array) noexcept {
  IRecordInfo* info = nullptr;
  if (array->fFeatures & FADF_RECORD)
    std::memcpy(&info, block_of(array) + hidden - sizeof(void*), sizeof(void*));
  return info;
}

void put_record(SAFEARRAY* array, IRecordInfo* info) noexcept {
  IRecordInfo* const old = record_of(array);
  if (info) info->AddRef();
  std::memcpy(block_of(array) + hidden - sizeof(void*), &info, sizeof(void*));
  if (old) old->Release();
}

void copy_hidden(SAFEARRAY* to, const SAFEARRAY* from) noexcept {
  std::memcpy(block_of(to), block_of(from), hidden);
  if (IRecordInfo* const info = record_of(to)) info->AddRef();
}

namespace {

VARTYPE told_type(const SAFEARRAY* array) noexcept {
  const USHORT features = array->fFeatures;
  if (features & FADF_DISPATCH) return VT_DISPATCH;
  if (features & FADF_UNKNOWN) return VT_UNKNOWN;
  if (features & FADF_BSTR) return VT_BSTR;
  if (features & FADF_VARIANT) return VT_VARIANT;
  if (features & FADF_RECORD) return VT_RECORD;
  if (!(features & FADF_HAVEVARTYPE)) return VT_EMPTY;
  std::uint32_t type = 0;
  std::memcpy(&type, block_of(array) + hidden - sizeof type, sizeof type);
  return static_cast<VARTYPE>(type);
}

}  // namespace

// A descriptor that its user filled in may contradict itself; its elements then are bytes.
VARTYPE element_type(const SAFEARRAY* array) noexcept {
  const VARTYPE type = told_type(array);
  if (type == VT_RECORD) return record_of(array) ? type : VARTYPE{VT_EMPTY};
  return value_size(type) == array->cbElements ? type : VARTYPE{VT_EMPTY};
}

std::optional<std::uint64_t> count_of(const SAFEARRAY* array) noexcept {
  std::uint64_t count = 1;
  for (UINT i = 0; i < array->cDims; ++i)
    if (array->rgsabound[i].cElements == 0) return 0;
  for (UINT i = 0; i < array->cDims; ++i) {
    count *= array->rgsabound[i].cElements;  // below 2^31 before, so below 2^63
    if (count > INT32_MAX || count * array->cbElements > INT32_MAX) return {};
  }
  return count;
}

void* element_at(SAFEARRAY* array, std::uint64_t index) noexcept {
  return static_cast<std::uint8_t*>(array->pvData) + index * array->cbElements;
}

HRESULT copy_element(VARTYPE type, ULONG size, void* to, const void* from, IRecordInfo* record) noexcept {
  if (type == VT_RECORD) {
    if (!record) return E_INVALIDARG;
    record->RecordInit(to);
    return record->RecordCopy(const_cast<void*>(from), to);
  }
  if (type == VT_VARIANT) {
    VariantInit(static_cast<VARIANT*>(to));
    return VariantCopy(static_cast<VARIANT*>(to), static_cast<const VARIANT*>(from));
  }
  std::memcpy(to, from, size);
  if (type == VT_BSTR) {
    const BSTR text = *static_cast<const BSTR*>(from);
    BSTR& copy = *static_cast<BSTR*>(to);
    copy = text ? SysAllocStringByteLen(reinterpret_cast<LPCSTR>(text), SysStringByteLen(text)) : nullptr;
    return text && !copy ? E_OUTOFMEMORY : S_OK;
  }
  if (type == VT_DISPATCH || type == VT_UNKNOWN)
    if (auto* const object = *static_cast<IUnknown* const*>(from)) object->AddRef();
  return S_OK;
}

}  // namespace comeback::com::layout

using namespace comeback::com::layout;

namespace {

constexpr ULONG most_locks = 0xFFFF;
constexpr ULONG largest_element = 1024;  // of a descriptor that its user filled in

HRESULT find_element(SAFEARRAY* array, const LONG* indices, void*& at) noexcept {
  std::uint64_t offset = 0;
  for (UINT i = 0; i < array->cDims; ++i) {  // indices come from the left, the rightmost varies slowest
    const auto& bound = array->rgsabound[i];
    const std::int64_t index = std::int64_t{indices[array->cDims - 1 - i]} - bound.lLbound;
    if (index < 0 || index >= bound.cElements) return DISP_E_BADINDEX;
    offset = offset * bound.cElements + static_cast<std::uint64_t>(index);
  }
  if (!array->pvData) return E_INVALIDARG;
  at = element_at(array, offset);
  return S_OK;
}

const SAFEARRAYBOUND* bound_of(SAFEARRAY* array, UINT dimension) noexcept {
  if (!array || dimension < 1 || dimension > array->cDims) return nullptr;
  return &array->rgsabound[array->cDims - dimension];
}

}  // namespace

UINT SafeArrayGetDim(SAFEARRAY* array) { return array ? array->cDims : 0; }
UINT SafeArrayGetElemsize(SAFEARRAY* array) { return array ? array->cbElements : 0; }

HRESULT SafeArrayGetLBound(SAFEARRAY* array, UINT dimension, LONG* bound) {
  if (!array || !bound) return E_INVALIDARG;
  const auto* const found = bound_of(array, dimension);
  if (!found) return DISP_E_BADINDEX;
  *bound = found->lLbound;
  return S_OK;
}

HRESULT SafeArrayGetUBound(SAFEARRAY* array, UINT dimension, LONG* bound) {
  if (!array || !bound) return E_INVALIDARG;
  const auto* const found = bound_of(array, dimension);
  if (!found) return DISP_E_BADINDEX;
  const std::int64_t upper = std::int64_t{found->lLbound} + found->cElements - 1;
  if (upper < INT32_MIN || upper > INT32_MAX) return DISP_E_OVERFLOW;
  *bound = static_cast<LONG>(upper);
  return S_OK;
}

HRESULT SafeArrayGetVartype(SAFEARRAY* array, VARTYPE* type) {
  if (!array || !type) return E_INVALIDARG;
  const VARTYPE found = element_type(array);
  if (found == VT_EMPTY) return E_INVALIDARG;
  *type = found;
  return S_OK;
}

HRESULT SafeArraySetIID(SAFEARRAY* array, REFGUID iid) {
  if (!array || !(array->fFeatures & FADF_HAVEIID)) return E_INVALIDARG;
  put_iid(array, iid);
  return S_OK;
}

HRESULT SafeArrayGetIID(SAFEARRAY* array, GUID* iid) {
  if (!array || !iid || !(array->fFeatures & FADF_HAVEIID)) return E_INVALIDARG;
  *iid = iid_of(array);
  return S_OK;
}

HRESULT SafeArraySetRecordInfo(SAFEARRAY* array, IRecordInfo* info) {
  if (!array || !info || !(array->fFeatures & FADF_RECORD)) return E_INVALIDARG;
  ULONG size = 0;
  if (const HRESULT hr = info->GetSize(&size); FAILED(hr)) return hr;
  if (array->pvData && size != array->cbElements) return E_INVALIDARG;
  array->cbElements = size;
  put_record(array, info);
  return S_OK;
}

HRESULT SafeArrayGetRecordInfo(SAFEARRAY* array, IRecordInfo** info) {
  if (info) *info = nullptr;
  if (!array || !info || !(array->fFeatures & FADF_RECORD)) return E_INVALIDARG;
  *info = record_of(array);
  if (*info) (*info)->AddRef();
  return *info ? S_OK : E_UNEXPECTED;
}

HRESULT SafeArrayPtrOfIndex(SAFEARRAY* array, LONG* indices, void** element) {
  if (!array || !indices || !element) return E_INVALIDARG;
  return find_element(array, indices, *element);
}

HRESULT SafeArrayGetElement(SAFEARRAY* array, LONG* indices, void* element) {
  if (!array || !indices || !element) return E_INVALIDARG;
  void* at = nullptr;
  if (const HRESULT hr = find_element(array, indices, at); FAILED(hr)) return hr;
  return copy_element(element_type(array), array->cbElements, element, at, record_of(array));
}

// For BSTR and interfaces `element` is the pointer itself, as documented; for all else it points at the
// value.
HRESULT SafeArrayPutElement(SAFEARRAY* array, LONG* indices, void* element) {
  if (!array || !indices) return E_INVALIDARG;
  const VARTYPE type = element_type(array);
  const bool pointer = type == VT_BSTR || type == VT_DISPATCH || type == VT_UNKNOWN;
  if ((!element && !pointer) || (array->cbElements > largest_element && type != VT_RECORD))
    return E_INVALIDARG;
  void* at = nullptr;
  if (const HRESULT hr = find_element(array, indices, at); FAILED(hr)) return hr;
  if (type == VT_RECORD) return record_of(array) ? record_of(array)->RecordCopy(element, at) : E_INVALIDARG;
  alignas(VARIANT) std::uint8_t fresh[largest_element];
  if (const HRESULT hr = copy_element(type, array->cbElements, fresh, pointer ? &element : element);
      FAILED(hr))
    return hr;
  // The old one goes last: what is released may come back and look at the array.
  alignas(VARIANT) std::uint8_t old[largest_element];
  std::memcpy(old, at, array->cbElements);
  std::memcpy(at, fresh, array->cbElements);
  clear_element(type, old);
  return S_OK;
}

HRESULT SafeArrayLock(SAFEARRAY* array) {
  if (!array) return E_INVALIDARG;
  if (array->cLocks >= most_locks) return E_UNEXPECTED;
  ++array->cLocks;
  return S_OK;
}

HRESULT SafeArrayUnlock(SAFEARRAY* array) {
  if (!array) return E_INVALIDARG;
  if (array->cLocks == 0) return E_UNEXPECTED;
  --array->cLocks;
  return S_OK;
}

HRESULT SafeArrayAccessData(SAFEARRAY* array, void** data) {
  if (!array || !data) return E_INVALIDARG;
  if (const HRESULT hr = SafeArrayLock(array); FAILED(hr)) return hr;
  *data = array->pvData;
  return S_OK;
}

HRESULT SafeArrayUnaccessData(SAFEARRAY* array) { return SafeArrayUnlock(array); }

HRESULT VectorFromBstr(BSTR text, SAFEARRAY** array) {
  if (!array) return E_INVALIDARG;
  *array = nullptr;
  if (!text) return E_INVALIDARG;
  const UINT size = SysStringByteLen(text);
  *array = SafeArrayCreateVector(VT_UI1, 0, size);
  if (!*array) return E_OUTOFMEMORY;
  if (size > 0) std::memcpy((*array)->pvData, text, size);
  return S_OK;
}

HRESULT BstrFromVector(SAFEARRAY* array, BSTR* text) {
  if (!text) return E_INVALIDARG;
  *text = nullptr;
  if (!array) return E_INVALIDARG;
  if (array->cDims != 1 || array->cbElements != 1) return DISP_E_TYPEMISMATCH;
  const auto size = static_cast<UINT>(count_of(array).value_or(0));
  *text = SysAllocStringByteLen(static_cast<LPCSTR>(array->pvData), size);
  return *text ? S_OK : E_OUTOFMEMORY;
}
