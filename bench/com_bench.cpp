// SPDX-License-Identifier: Apache-2.0
// What a property read costs: a plain virtual call, early bound, late bound by DISPID and by name.
#include "com/dispatch/automation.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/object/ptr.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>

#include <benchmark/benchmark.h>

namespace {

using namespace comeback;

constinit std::atomic<std::size_t> allocations = 0;

class task final : public com::automation<IVMTask> {
 public:
  HRESULT STDMETHODCALLTYPE get_PercentCompleted(LONG* out) noexcept override {
    *out = 40;
    return S_OK;
  }
};

// Two classes behind one interface, so that the compiler cannot know which function is called.
struct plain {
  plain() = default;
  plain(const plain&) = delete;
  plain& operator=(const plain&) = delete;
  virtual ~plain() = default;
  virtual int percent(int* out) = 0;
};
struct plain_task final : plain {
  int percent(int* out) override {
    *out = 40;
    return 0;
  }
};
struct other_task final : plain {
  int percent(int* out) override {
    *out = 50;
    return 1;
  }
};

DISPID id_of(IDispatch& on) {
  wchar_t name[] = L"PercentCompleted";
  LPOLESTR names[] = {name};
  DISPID id = 0;
  on.GetIDsOfNames(IID_NULL, names, 1, 0, &id);
  return id;
}

void read(IDispatch& on, DISPID id) {
  DISPPARAMS none{};
  VARIANT result{};
  on.Invoke(id, IID_NULL, 0, DISPATCH_PROPERTYGET, &none, &result, nullptr, nullptr);
  benchmark::DoNotOptimize(result.lVal);
}

void virtual_call(benchmark::State& state) {
  plain_task made;
  other_task other;
  plain* on = &other;
  benchmark::DoNotOptimize(on);
  on = &made;
  int value = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(on);
    on->percent(&value);
    benchmark::DoNotOptimize(value);
  }
}
BENCHMARK(virtual_call);

void early_bound(benchmark::State& state) {
  const auto made = com::make<task>();
  IVMTask* on = made.get();
  LONG value = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(on);
    on->get_PercentCompleted(&value);
    benchmark::DoNotOptimize(value);
  }
}
BENCHMARK(early_bound);

void late_bound_by_dispid(benchmark::State& state) {
  const auto made = com::make<task>();
  IDispatch* on = made.get();
  const DISPID id = id_of(*on);
  const std::size_t before = allocations;
  for (auto _ : state) {
    benchmark::DoNotOptimize(on);
    read(*on, id);
  }
  state.counters["allocations"] = static_cast<double>(allocations - before);
}
BENCHMARK(late_bound_by_dispid);

void late_bound_by_name(benchmark::State& state) {
  const auto made = com::make<task>();
  IDispatch* on = made.get();
  const std::size_t before = allocations;
  for (auto _ : state) {
    benchmark::DoNotOptimize(on);
    read(*on, id_of(*on));
  }
  state.counters["allocations"] = static_cast<double>(allocations - before);
}
BENCHMARK(late_bound_by_name);

}  // namespace

// Every allocation of the program is counted, be it by operator new or by the automation memory of
// com::allocate, which both end here: a number that is read needs none.
extern "C" void* __libc_malloc(std::size_t size);                     // NOLINT(bugprone-reserved-identifier)
extern "C" void* __libc_calloc(std::size_t count, std::size_t size);  // NOLINT(bugprone-reserved-identifier)
extern "C" void* __libc_realloc(void* memory, std::size_t size);      // NOLINT(bugprone-reserved-identifier)
extern "C" void* malloc(std::size_t size) noexcept {
  ++allocations;
  return __libc_malloc(size);
}
extern "C" void* calloc(std::size_t count, std::size_t size) noexcept {
  ++allocations;
  return __libc_calloc(count, size);
}
extern "C" void* realloc(void* memory, std::size_t size) noexcept {
  ++allocations;
  return __libc_realloc(memory, size);
}
