// SPDX-License-Identifier: Apache-2.0
// A string of bytes drives calls on four arrays: whatever the order, codes are documented ones and nothing is
// lost or freed twice.
#include "com/data/safearray.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include <objbase.h>

using namespace comeback;

namespace {

constexpr VARTYPE types[] = {VT_I1,      VT_I4,      VT_R8,    VT_BSTR,   VT_DISPATCH,     VT_UNKNOWN,
                             VT_VARIANT, VT_DECIMAL, VT_EMPTY, VT_RECORD, VT_BYREF | VT_I4};

void expect(bool held) {
  if (!held) std::abort();
}

class player {
 public:
  player(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}
  ~player() {
    for (SAFEARRAY* const each : arrays_) {
      while (each && each->cLocks > 0) SafeArrayUnlock(each);
      expect(SafeArrayDestroy(each) == S_OK);
    }
  }
  player(const player&) = delete;
  player& operator=(const player&) = delete;

  void play() {
    while (at_ != end_) step();
  }

 private:
  std::uint8_t byte() { return at_ == end_ ? 0 : *at_++; }
  // Small, or more than can be: what is large and can be only takes time.
  ULONG count() {
    const std::uint8_t b = byte();
    return b < 0xF0 ? b % 9 : b == 0xF0 ? 0xFFFFFFFF : b == 0xF1 ? 0x80000000 : b == 0xF2 ? 0x80000001 : 9;
  }
  LONG number() {
    const std::uint8_t b = byte();
    return b < 0xF0 ? b % 9 - 3 : b == 0xF0 ? INT32_MIN : b == 0xF1 ? INT32_MAX : b;
  }
  SAFEARRAYBOUND bound() { return {count(), number()}; }
  SAFEARRAY*& slot() { return arrays_[byte() % arrays_.size()]; }
  LONG* indices() {
    for (LONG& each : indices_) each = number();
    return indices_.data();
  }

  void replace(SAFEARRAY*& where, SAFEARRAY* by) {
    const HRESULT hr = SafeArrayDestroy(where);
    expect(hr == S_OK || hr == DISP_E_ARRAYISLOCKED);
    if (FAILED(hr)) return replace_back(by);
    where = by;
  }
  static void replace_back(SAFEARRAY* unused) { expect(SafeArrayDestroy(unused) == S_OK); }

  void create() {
    auto& where = slot();
    const VARTYPE type = types[byte() % std::size(types)];
    std::array<SAFEARRAYBOUND, 3> bounds{bound(), bound(), bound()};
    replace(where, SafeArrayCreate(type, byte() % 4, bounds.data()));
  }
  void by_hand() {
    SAFEARRAY* made = nullptr;
    const VARTYPE type = types[byte() % std::size(types)];
    if (SafeArrayAllocDescriptorEx(type, byte() % 4, &made) != S_OK) return expect(made == nullptr);
    for (UINT i = 0; i < made->cDims; ++i) made->rgsabound[i] = bound();
    if (SafeArrayAllocData(made) != S_OK) expect(made->pvData == nullptr);
    replace(slot(), made);
  }
  void redim() {
    SAFEARRAYBOUND next = bound();
    const HRESULT hr = SafeArrayRedim(slot(), &next);
    expect(hr == S_OK || hr == E_INVALIDARG || hr == DISP_E_ARRAYISLOCKED || hr == E_OUTOFMEMORY);
  }
  void copy() {
    SAFEARRAY* made = nullptr;
    const HRESULT hr = SafeArrayCopy(slot(), &made);
    expect(hr == S_OK || (hr == E_INVALIDARG && !made));
    replace(slot(), made);
  }
  void copy_data() {
    SAFEARRAY* const from = slot();
    const HRESULT hr = SafeArrayCopyData(from, slot());
    expect(hr == S_OK || hr == E_INVALIDARG);
  }

  // A value of the array's own type; the array keeps a copy.
  void put() {
    SAFEARRAY* const array = slot();
    VARTYPE type = VT_EMPTY;
    if (SafeArrayGetVartype(array, &type) != S_OK) return;
    com::variant value;
    fill(*value.put(), type);
    VARIANT given = value.get();
    void* element = type == VT_VARIANT ? static_cast<void*>(&given)
                    : given.vt == VT_BSTR || given.vt == VT_UNKNOWN || given.vt == VT_DISPATCH
                        ? static_cast<void*>(given.byref)
                        : static_cast<void*>(&given.llVal);
    DECIMAL decimal{};
    if (type == VT_DECIMAL) element = &decimal;
    const HRESULT hr = SafeArrayPutElement(array, indices(), element);
    expect(hr == S_OK || hr == DISP_E_BADINDEX || hr == E_INVALIDARG);
  }
  void fill(VARIANT& v, VARTYPE type) {
    if (type == VT_VARIANT) return fill_any(v);
    v.vt = type == VT_BSTR ? type : VARTYPE{VT_I8};
    v.llVal = 0;
    if (type == VT_BSTR) v.bstrVal = SysAllocStringByteLen(nullptr, byte());
    if (type == VT_DISPATCH || type == VT_UNKNOWN) v.vt = type;
    if (type == VT_UNKNOWN) v.punkVal = new_object();
  }
  void fill_any(VARIANT& v) {
    switch (byte() % 4) {
      case 0:
        return fill(v, VT_BSTR);
      case 1:
        return fill(v, VT_UNKNOWN);
      case 2: {
        VARTYPE type = VT_EMPTY;
        SAFEARRAY* const inner = slot();
        if (nested_ == 0) return;
        --nested_;
        if (SafeArrayGetVartype(inner, &type) != S_OK || SafeArrayCopy(inner, &v.parray) != S_OK) return;
        v.vt = static_cast<VARTYPE>(VT_ARRAY | type);
        return;
      }
      default:
        v.vt = VT_I4;
    }
  }
  static IUnknown* new_object() {
    IStream* made = nullptr;
    expect(CreateStreamOnHGlobal(nullptr, TRUE, &made) == S_OK);
    return made;
  }

  void get() {
    SAFEARRAY* const array = slot();
    VARTYPE type = VT_EMPTY;
    if (SafeArrayGetVartype(array, &type) != S_OK) return;
    alignas(VARIANT) std::array<std::uint8_t, sizeof(VARIANT)> room{};
    if (SafeArrayGetElement(array, indices(), room.data()) != S_OK) return;
    VARIANT taken{};
    if (type == VT_VARIANT) {
      std::memcpy(&taken, room.data(), sizeof taken);
    } else if (type == VT_BSTR || type == VT_UNKNOWN || type == VT_DISPATCH) {
      taken.vt = type;
      std::memcpy(&taken.byref, room.data(), sizeof taken.byref);
    }
    expect(VariantClear(&taken) == S_OK);
  }
  void lock() {
    SAFEARRAY* const array = slot();
    expect(SafeArrayLock(array) == (array ? S_OK : E_INVALIDARG));
  }
  void unlock() {
    const HRESULT hr = SafeArrayUnlock(slot());
    expect(hr == S_OK || hr == E_UNEXPECTED || hr == E_INVALIDARG);
  }
  void destroy_data() { (void)SafeArrayDestroyData(slot()); }
  void bounds() {
    SAFEARRAY* const array = slot();
    LONG bound = 0;
    (void)SafeArrayGetLBound(array, byte(), &bound);
    (void)SafeArrayGetUBound(array, byte(), &bound);
  }

  void step() {
    using action = void (player::*)();
    constexpr action actions[] = {
        &player::create,    &player::by_hand, &player::redim,        &player::copy,
        &player::copy_data, &player::put,     &player::put,          &player::put,
        &player::get,       &player::lock,    &player::unlock,       &player::unlock,
        &player::bounds,    &player::redim,   &player::destroy_data, &player::copy};
    (this->*actions[byte() % std::size(actions)])();
  }

  const std::uint8_t *at_, *end_;
  int nested_ = 8;  // an array put into itself is twice as large: not too often
  std::array<SAFEARRAY*, 4> arrays_{};
  std::array<LONG, 4> indices_{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t longest = 4096;
  if (size <= longest) player(data, size).play();
  return 0;
}
