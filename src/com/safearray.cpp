// SPDX-License-Identifier: Apache-2.0
// A descriptor stands behind a hidden block of 16 bytes, whose last four hold the element type (the
// documented place of FADF_HAVEVARTYPE); data is a block of its own. Bounds are kept from the rightmost
// dimension to the leftmost, the functions count dimensions from the left and from 1.

#include "com/safearray.hpp"

#include "com/memory.hpp"
#include "com/value_size.hpp"

#include <cstdint>
#include <cstring>
#include <new>
#include <optional>

namespace comeback::com {
namespace {

constexpr std::size_t hidden = 16;
constexpr UINT most_dimensions = 32;
constexpr USHORT most_locks = 0xFFFF;

std::uint8_t* block_of(SAFEARRAY* array) noexcept { return reinterpret_cast<std::uint8_t*>(array) - hidden; }

VARTYPE type_of(SAFEARRAY* array) noexcept {
  std::uint32_t type = 0;
  std::memcpy(&type, block_of(array) + hidden - sizeof type, sizeof type);
  return static_cast<VARTYPE>(type);
}

USHORT features_of(VARTYPE type) noexcept {
  switch (type) {
    case VT_BSTR:
      return FADF_HAVEVARTYPE | FADF_BSTR;
    case VT_DISPATCH:
      return FADF_HAVEVARTYPE | FADF_DISPATCH;
    case VT_UNKNOWN:
      return FADF_HAVEVARTYPE | FADF_UNKNOWN;
    case VT_VARIANT:
      return FADF_HAVEVARTYPE | FADF_VARIANT;
    default:
      return FADF_HAVEVARTYPE;
  }
}

// The number of elements; empty when it does not fit 32 bits or its bytes do not fit memory.
std::optional<std::uint64_t> count_of(const SAFEARRAYBOUND* bounds, UINT dimensions, ULONG size) noexcept {
  std::uint64_t count = 1;
  for (UINT i = 0; i < dimensions; ++i) {
    count *= bounds[i].cElements;
    if (count * size > INT32_MAX) return {};
  }
  return count;
}

std::uint64_t count_of(SAFEARRAY* array) noexcept {
  std::uint64_t count = 1;
  for (UINT i = 0; i < array->cDims; ++i) count *= array->rgsabound[i].cElements;
  return count;
}

SAFEARRAY* make_descriptor(VARTYPE type, UINT dimensions) noexcept {
  const std::size_t size = sizeof(SAFEARRAY) + (dimensions - 1) * sizeof(SAFEARRAYBOUND);
  auto* const block = static_cast<std::uint8_t*>(allocate(hidden + size));
  if (!block) return nullptr;
  std::memset(block, 0, hidden + size);
  const std::uint32_t wide = type;
  std::memcpy(block + hidden - sizeof wide, &wide, sizeof wide);
  auto* const array = reinterpret_cast<SAFEARRAY*>(block + hidden);
  array->cDims = static_cast<USHORT>(dimensions);
  array->cbElements = value_size(type);
  array->fFeatures = features_of(type);
  return array;
}

void* make_data(std::uint64_t bytes) noexcept {
  void* const data = allocate(bytes);
  if (data) std::memset(data, 0, bytes);
  return data;
}

void clear_element(VARTYPE type, void* element) noexcept {
  if (type == VT_VARIANT) {
    VariantClear(static_cast<VARIANT*>(element));
  } else if (type == VT_BSTR) {
    SysFreeString(*static_cast<BSTR*>(element));
  } else if (type == VT_DISPATCH || type == VT_UNKNOWN) {
    if (auto* const object = *static_cast<IUnknown**>(element)) object->Release();
  }
}

HRESULT copy_element(VARTYPE type, ULONG size, void* to, const void* from) noexcept {
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

HRESULT find_element(SAFEARRAY* array, const LONG* indices, void*& at) noexcept {
  std::uint64_t offset = 0;
  for (UINT i = 0; i < array->cDims; ++i) {  // indices come from the left, the rightmost varies slowest
    const auto& bound = array->rgsabound[i];
    const std::int64_t index = std::int64_t{indices[array->cDims - 1 - i]} - bound.lLbound;
    if (index < 0 || index >= bound.cElements) return DISP_E_BADINDEX;
    offset = offset * bound.cElements + static_cast<std::uint64_t>(index);
  }
  at = static_cast<std::uint8_t*>(array->pvData) + offset * array->cbElements;
  return S_OK;
}

const SAFEARRAYBOUND* bound_of(SAFEARRAY* array, UINT dimension) noexcept {
  if (!array || dimension < 1 || dimension > array->cDims) return nullptr;
  return &array->rgsabound[array->cDims - dimension];
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
  const ULONG size = value_size(type);
  if (size == 0 || dimensions < 1 || dimensions > most_dimensions || !bounds) return nullptr;
  const auto count = count_of(bounds, dimensions, size);
  SAFEARRAY* const array = count ? make_descriptor(type, dimensions) : nullptr;
  if (!array) return nullptr;
  for (UINT i = 0; i < dimensions; ++i) array->rgsabound[i] = bounds[dimensions - 1 - i];
  array->pvData = make_data(*count * size);
  if (array->pvData) return array;
  release(block_of(array));
  return nullptr;
}

SAFEARRAY* SafeArrayCreateVector(VARTYPE type, LONG lower_bound, ULONG count) {
  SAFEARRAYBOUND bound{count, lower_bound};
  return SafeArrayCreate(type, 1, &bound);
}

HRESULT SafeArrayDestroy(SAFEARRAY* array) {
  if (!array) return S_OK;
  if (array->cLocks) return DISP_E_ARRAYISLOCKED;
  const VARTYPE type = type_of(array);
  auto* const data = static_cast<std::uint8_t*>(array->pvData);
  for (std::uint64_t i = 0, n = count_of(array); i < n; ++i)
    clear_element(type, data + i * array->cbElements);
  release(array->pvData);
  release(block_of(array));
  return S_OK;
}

HRESULT SafeArrayCopy(SAFEARRAY* array, SAFEARRAY** copy) {
  if (!copy) return E_INVALIDARG;
  *copy = nullptr;
  if (!array) return S_OK;
  const VARTYPE type = type_of(array);
  SAFEARRAY* const fresh = make_descriptor(type, array->cDims);
  if (!fresh) return E_OUTOFMEMORY;
  std::memcpy(fresh->rgsabound, array->rgsabound, array->cDims * sizeof(SAFEARRAYBOUND));
  const std::uint64_t count = count_of(array);
  fresh->pvData = make_data(count * array->cbElements);
  HRESULT hr = fresh->pvData ? S_OK : E_OUTOFMEMORY;
  for (std::uint64_t i = 0; SUCCEEDED(hr) && i < count; ++i)
    hr = copy_element(type, array->cbElements,
                      static_cast<std::uint8_t*>(fresh->pvData) + i * array->cbElements,
                      static_cast<std::uint8_t*>(array->pvData) + i * array->cbElements);
  if (SUCCEEDED(hr)) return *copy = fresh, hr;
  if (!fresh->pvData) fresh->rgsabound[0].cElements = 0;  // nothing to clear
  SafeArrayDestroy(fresh);
  return hr;
}

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
  *bound = static_cast<LONG>(static_cast<LONGLONG>(found->lLbound) + found->cElements - 1);
  return S_OK;
}

HRESULT SafeArrayGetVartype(SAFEARRAY* array, VARTYPE* type) {
  if (!array || !type) return E_INVALIDARG;
  *type = type_of(array);
  return S_OK;
}

HRESULT SafeArrayGetElement(SAFEARRAY* array, LONG* indices, void* element) {
  if (!array || !indices || !element) return E_INVALIDARG;
  void* at = nullptr;
  if (const HRESULT hr = find_element(array, indices, at); FAILED(hr)) return hr;
  return copy_element(type_of(array), array->cbElements, element, at);
}

// For BSTR and interfaces `element` is the pointer itself, as documented; for all else it points at the
// value.
HRESULT SafeArrayPutElement(SAFEARRAY* array, LONG* indices, void* element) {
  if (!array || !indices) return E_INVALIDARG;
  const VARTYPE type = type_of(array);
  const bool pointer = type == VT_BSTR || type == VT_DISPATCH || type == VT_UNKNOWN;
  if (!element && !pointer) return E_INVALIDARG;
  void* at = nullptr;
  if (const HRESULT hr = find_element(array, indices, at); FAILED(hr)) return hr;
  alignas(VARIANT) std::uint8_t fresh[sizeof(VARIANT)];
  if (const HRESULT hr = copy_element(type, array->cbElements, fresh, pointer ? &element : element);
      FAILED(hr))
    return hr;
  clear_element(type, at);
  std::memcpy(at, fresh, array->cbElements);
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
