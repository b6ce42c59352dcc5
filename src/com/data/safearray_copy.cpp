// SPDX-License-Identifier: Apache-2.0
// SafeArrayCopy, SafeArrayCopyData.

#include "com/data/memory.hpp"
#include "com/data/safearray_layout.hpp"

#include <cstring>

namespace comeback::com {
namespace {

using namespace layout;

// An array that stands in itself has no end: so deep and no deeper.
constexpr int deepest = 500;
thread_local int depth = 0;

// `to` is raw memory for all elements; what was copied before a failure is cleared again.
HRESULT copy_range(SAFEARRAY* from, void* to, std::uint64_t count) noexcept {
  const VARTYPE type = element_type(from);
  auto* const out = static_cast<std::uint8_t*>(to);
  for (std::uint64_t i = 0; i < count; ++i) {
    const HRESULT hr = copy_element(type, from->cbElements, out + i * from->cbElements, element_at(from, i),
                                    record_of(from));
    if (SUCCEEDED(hr)) continue;
    for (; i > 0; --i) clear_element(type, out + (i - 1) * from->cbElements, record_of(from));
    return hr;
  }
  return S_OK;
}

HRESULT copy_all(SAFEARRAY* from, void*& data) noexcept {
  const auto count = count_of(from);
  if (!count) return E_INVALIDARG;
  if (depth == deepest) return E_INVALIDARG;
  data = allocate_zeros(*count * from->cbElements);
  if (!data) return E_OUTOFMEMORY;
  ++depth;
  const HRESULT hr = from->pvData ? copy_range(from, data, *count) : S_OK;
  --depth;
  if (FAILED(hr)) {
    release(data);
    data = nullptr;
  }
  return hr;
}

SAFEARRAY* copy_descriptor(const SAFEARRAY* array) noexcept {
  SAFEARRAY* const fresh = make_descriptor(array->cDims);
  if (!fresh) return nullptr;
  fresh->cbElements = array->cbElements;
  fresh->fFeatures = array->fFeatures & ~(foreign | FADF_FIXEDSIZE);
  std::memcpy(fresh->rgsabound, array->rgsabound, array->cDims * sizeof(SAFEARRAYBOUND));
  if (array->fFeatures & (FADF_HAVEVARTYPE | FADF_HAVEIID | FADF_RECORD)) copy_hidden(fresh, array);
  return fresh;
}

bool same_shape(const SAFEARRAY* a, const SAFEARRAY* b) noexcept {
  if (a->cDims != b->cDims || a->cbElements != b->cbElements || element_type(a) != element_type(b))
    return false;
  for (UINT i = 0; i < a->cDims; ++i)
    if (a->rgsabound[i].cElements != b->rgsabound[i].cElements) return false;
  return !record_of(a) || (record_of(b) && record_of(a)->IsMatchingType(record_of(b)));
}

}  // namespace
}  // namespace comeback::com

using namespace comeback::com;

HRESULT SafeArrayCopy(SAFEARRAY* array, SAFEARRAY** copy) {
  if (!copy) return E_INVALIDARG;
  *copy = nullptr;
  if (!array) return S_OK;
  if (array->cDims == 0 || array->cbElements == 0) return E_INVALIDARG;
  SAFEARRAY* const fresh = copy_descriptor(array);
  if (!fresh) return E_OUTOFMEMORY;
  const HRESULT hr = copy_all(array, fresh->pvData);
  if (SUCCEEDED(hr)) return *copy = fresh, hr;
  SafeArrayDestroyDescriptor(fresh);
  return hr;
}

HRESULT SafeArrayCopyData(SAFEARRAY* from, SAFEARRAY* to) {
  if (!from || !to || !from->pvData || !to->pvData || !same_shape(from, to)) return E_INVALIDARG;
  if (from == to) return S_OK;
  void* data = nullptr;
  if (const HRESULT hr = copy_all(from, data); FAILED(hr)) return hr;
  const std::uint64_t count = count_of(to).value_or(0);
  clear_elements(to, 0, count);
  std::memcpy(to->pvData, data, count * to->cbElements);
  release(data);
  return S_OK;
}
