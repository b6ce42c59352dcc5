// SPDX-License-Identifier: Apache-2.0
// Descriptors and the blocks of data: made, resized, destroyed.

#include "com/data/safearray.hpp"

#include "com/data/memory.hpp"
#include "com/data/safearray_layout.hpp"
#include "com/data/value_size.hpp"

#include <cstring>
#include <new>

namespace comeback::com {
namespace {

using namespace layout;

constexpr UINT most_dimensions = 32;
USHORT features_of(VARTYPE type) noexcept {
  switch (type) {
    case VT_BSTR:
      return FADF_HAVEVARTYPE | FADF_BSTR;
    case VT_DISPATCH:  // an interface id stands where other arrays have their type
      return FADF_HAVEIID | FADF_DISPATCH;
    case VT_UNKNOWN:
      return FADF_HAVEIID | FADF_UNKNOWN;
    case VT_VARIANT:
      return FADF_HAVEVARTYPE | FADF_VARIANT;
    case VT_RECORD:
      return FADF_RECORD;
    default:
      return FADF_HAVEVARTYPE;
  }
}

SAFEARRAY* make_described(VARTYPE type, UINT dimensions) noexcept {
  SAFEARRAY* const array = make_descriptor(dimensions);
  if (!array) return nullptr;
  array->cbElements = value_size(type);
  array->fFeatures = features_of(type);
  if (array->fFeatures & FADF_HAVEVARTYPE) put_type(array, type);
  if (array->fFeatures & FADF_HAVEIID)
    put_iid(array, type == VT_DISPATCH ? __uuidof(IDispatch) : __uuidof(IUnknown));
  return array;
}

// `extra` is a GUID or, of records, the IRecordInfo.
SAFEARRAY* create(VARTYPE type, UINT dimensions, const SAFEARRAYBOUND* bounds, void* extra) noexcept {
  auto* const record = type == VT_RECORD ? static_cast<IRecordInfo*>(extra) : nullptr;
  if ((value_size(type) == 0 && !record) || dimensions < 1 || dimensions > most_dimensions || !bounds)
    return nullptr;
  SAFEARRAY* const array = make_described(type, dimensions);
  if (!array) return nullptr;
  for (UINT i = 0; i < dimensions; ++i) array->rgsabound[i] = bounds[dimensions - 1 - i];
  if (extra && (array->fFeatures & FADF_HAVEIID)) put_iid(array, *static_cast<const GUID*>(extra));
  if (record) {
    put_record(array, record);
    record->GetSize(&array->cbElements);
  }
  if (SUCCEEDED(SafeArrayAllocData(array))) return array;
  SafeArrayDestroyDescriptor(array);
  return nullptr;
}

// What falls off is cleared by the caller.
HRESULT resize(SAFEARRAY* array, std::uint64_t from, std::uint64_t to) noexcept {
  void* const data = reallocate(array->pvData, to * array->cbElements);
  if (!data) return E_OUTOFMEMORY;
  array->pvData = data;
  if (to > from) std::memset(element_at(array, from), 0, (to - from) * array->cbElements);
  return S_OK;
}

}  // namespace

safe_array variant_vector(ULONG count) {
  safe_array made(SafeArrayCreateVector(VT_VARIANT, 0, count));
  if (!made.get()) throw std::bad_alloc();
  return made;
}

}  // namespace comeback::com

using namespace comeback::com;

SAFEARRAY* SafeArrayCreate(VARTYPE type, UINT dimensions, SAFEARRAYBOUND* bounds) {
  return create(type, dimensions, bounds, nullptr);
}

SAFEARRAY* SafeArrayCreateEx(VARTYPE type, UINT dimensions, SAFEARRAYBOUND* bounds, PVOID extra) {
  return create(type, dimensions, bounds, extra);
}

SAFEARRAY* SafeArrayCreateVector(VARTYPE type, LONG lower_bound, ULONG count) {
  return SafeArrayCreateVectorEx(type, lower_bound, count, nullptr);
}

SAFEARRAY* SafeArrayCreateVectorEx(VARTYPE type, LONG lower_bound, ULONG count, PVOID extra) {
  const SAFEARRAYBOUND bound{count, lower_bound};
  return create(type, 1, &bound, extra);
}

HRESULT SafeArrayAllocDescriptor(UINT dimensions, SAFEARRAY** array) {
  if (!array) return E_INVALIDARG;
  *array = nullptr;
  if (dimensions < 1 || dimensions > most_dimensions) return E_INVALIDARG;
  *array = make_descriptor(dimensions);
  return *array ? S_OK : E_OUTOFMEMORY;
}

HRESULT SafeArrayAllocDescriptorEx(VARTYPE type, UINT dimensions, SAFEARRAY** array) {
  if (!array) return E_INVALIDARG;
  *array = nullptr;
  if ((value_size(type) == 0 && type != VT_RECORD) || dimensions < 1 || dimensions > most_dimensions)
    return E_INVALIDARG;
  *array = make_described(type, dimensions);
  return *array ? S_OK : E_OUTOFMEMORY;
}

HRESULT SafeArrayAllocData(SAFEARRAY* array) {
  if (!array || array->pvData || array->cbElements == 0) return E_INVALIDARG;
  const auto count = count_of(array);
  if (!count) return E_OUTOFMEMORY;
  array->pvData = allocate_zeros(*count * array->cbElements);
  return array->pvData ? S_OK : E_OUTOFMEMORY;
}

HRESULT SafeArrayDestroyData(SAFEARRAY* array) {
  if (!array) return E_INVALIDARG;
  if (array->cLocks) return DISP_E_ARRAYISLOCKED;
  clear_elements(array, 0, count_of(array).value_or(0));
  if (array->cLocks) return DISP_E_ARRAYISLOCKED;  // what was released has locked it
  free_data(array);
  return S_OK;
}

HRESULT SafeArrayDestroyDescriptor(SAFEARRAY* array) {
  if (!array) return S_OK;
  if (array->cLocks) return DISP_E_ARRAYISLOCKED;
  if (array->fFeatures & foreign) return S_OK;
  if (record_of(array)) put_record(array, nullptr);
  release(block_of(array));
  return S_OK;
}

HRESULT SafeArrayDestroy(SAFEARRAY* array) {
  if (!array) return S_OK;
  const HRESULT hr = SafeArrayDestroyData(array);
  return FAILED(hr) ? hr : SafeArrayDestroyDescriptor(array);
}

// The rightmost dimension varies slowest: its end is the end of the memory.
HRESULT SafeArrayRedim(SAFEARRAY* array, SAFEARRAYBOUND* bound) {
  if (!array || !bound || array->cDims == 0 || (array->fFeatures & (foreign | FADF_FIXEDSIZE)))
    return E_INVALIDARG;
  if (array->cLocks) return DISP_E_ARRAYISLOCKED;
  const SAFEARRAYBOUND old = array->rgsabound[0];
  const auto before = count_of(array);
  array->rgsabound[0] = *bound;
  const auto after = count_of(array);
  HRESULT hr = before && after ? S_OK : E_OUTOFMEMORY;
  if (SUCCEEDED(hr) && array->pvData && *after > *before) hr = resize(array, *before, *after);
  if (FAILED(hr)) return array->rgsabound[0] = old, hr;
  if (array->pvData && *after < *before) {
    clear_elements(array, *after, *before);
    if (array->cLocks) return S_OK;        // by what was released: the memory stays as large as it was
    (void)resize(array, *before, *after);  // where memory cannot shrink, it stays large
  }
  return S_OK;
}
