// SPDX-License-Identifier: Apache-2.0
// Elements are cleared so that nothing a client put there can do harm: an object may look at the array while
// it is released, an array may stand in itself, arrays may stand in arrays thousands deep.

#include "com/data/memory.hpp"
#include "com/data/safearray_layout.hpp"
#include "com/data/variant.hpp"

#include <cstring>
#include <utility>

namespace comeback::com::layout {
namespace {

// Arrays that wait for their end are a list, linked where other arrays have their interface id: no memory is
// needed to free memory.
SAFEARRAY* next_of(SAFEARRAY* array) noexcept {
  SAFEARRAY* next = nullptr;
  std::memcpy(&next, block_of(array), sizeof(void*));
  return next;
}

void put_next(SAFEARRAY* array, SAFEARRAY* next) noexcept {
  std::memcpy(block_of(array), &next, sizeof(void*));
}

// Moves an array of VARIANTs from its element to those that wait, locked so that it waits only once. What
// type the element says its array has does not count: it may lie.
bool take_array(VARIANT& v, SAFEARRAY*& waiting) noexcept {
  if (!is_variant_type(v.vt) || (v.vt & VT_BYREF) || !(v.vt & VT_ARRAY) || !v.parray) return false;
  if (element_type(v.parray) != VT_VARIANT) return false;
  if (v.parray->cLocks > 0 || (v.parray->fFeatures & foreign)) return false;
  SAFEARRAY* const array = std::exchange(v, VARIANT{}).parray;
  array->cLocks = 1;
  put_next(array, waiting);
  waiting = array;
  return true;
}

void clear_range(SAFEARRAY* array, std::uint64_t from, std::uint64_t to, SAFEARRAY*& waiting) noexcept {
  const VARTYPE type = element_type(array);
  if (!array->pvData || !owns_something(type)) return;
  for (std::uint64_t i = from; i < to; ++i) {
    void* const element = element_at(array, i);
    if (type != VT_VARIANT || !take_array(*static_cast<VARIANT*>(element), waiting))
      clear_element(type, element, record_of(array));
  }
}

}  // namespace

bool owns_something(VARTYPE type) noexcept {
  return type == VT_VARIANT || type == VT_BSTR || type == VT_DISPATCH || type == VT_UNKNOWN ||
         type == VT_RECORD;
}

void clear_element(VARTYPE type, void* element, IRecordInfo* record) noexcept {
  if (type == VT_RECORD) {
    if (record) record->RecordClear(element);
  } else if (type == VT_VARIANT) {
    VariantClear(static_cast<VARIANT*>(element));
  } else if (type == VT_BSTR) {
    SysFreeString(std::exchange(*static_cast<BSTR*>(element), nullptr));
  } else if (type == VT_DISPATCH || type == VT_UNKNOWN) {
    if (auto* const object = std::exchange(*static_cast<IUnknown**>(element), nullptr)) object->Release();
  }
}

void clear_elements(SAFEARRAY* array, std::uint64_t from, std::uint64_t to) noexcept {
  SAFEARRAY* waiting = nullptr;
  ++array->cLocks;  // what is released cannot resize or destroy it, nor what stands in it again
  clear_range(array, from, to, waiting);
  while (waiting) {
    SAFEARRAY* const inner = std::exchange(waiting, next_of(waiting));
    clear_range(inner, 0, count_of(inner).value_or(0), waiting);
    if (--inner->cLocks == 0) free_array(inner);
  }
  --array->cLocks;
}

void free_data(SAFEARRAY* array) noexcept {
  if (!array->pvData) return;
  if (array->fFeatures & foreign) {
    std::memset(array->pvData, 0, count_of(array).value_or(0) * array->cbElements);
  } else {
    release(std::exchange(array->pvData, nullptr));
  }
}

void free_array(SAFEARRAY* array) noexcept {
  free_data(array);
  if (!(array->fFeatures & foreign)) release(block_of(array));
}

}  // namespace comeback::com::layout
