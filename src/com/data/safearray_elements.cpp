// SPDX-License-Identifier: Apache-2.0
// What stands in a SAFEARRAY: bounds, locks, types and single elements.

#include "com/data/safearray_layout.hpp"

#include <cstring>

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
