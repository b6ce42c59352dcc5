// SPDX-License-Identifier: Apache-2.0
#include "com/object/runtime.hpp"

#include <mutex>
#include <utility>

#include <objbase.h>

namespace comeback::com {
namespace {

struct process_state {
  std::mutex mutex;
  std::function<void()> idle_hook;
  long threads = 0;         // that are initialised
  long multi_threaded = 0;  // of these
};

// Never destroyed: threads may end after main.
process_state& process() {
  static auto* const state = new process_state;
  return *state;
}

thread_local int calls_here = 0;
thread_local bool apartment_here = false;

void count_thread(int by) {
  auto& state = process();
  const std::lock_guard lock(state.mutex);
  state.threads += by;
  if (!apartment_here) state.multi_threaded += by;
}

// The hook, when this was the last thread.
std::function<void()> leave() {
  count_thread(-1);
  auto& state = process();
  const std::lock_guard lock(state.mutex);
  return state.threads == 0 ? state.idle_hook : nullptr;
}

}  // namespace

bool is_initialized() noexcept {
  if (calls_here > 0) return true;
  auto& state = process();
  const std::lock_guard lock(state.mutex);
  return state.multi_threaded > 0;
}

void set_idle_hook(std::function<void()> hook) {
  auto& state = process();
  const std::lock_guard lock(state.mutex);
  state.idle_hook = std::move(hook);
}

}  // namespace comeback::com

using namespace comeback::com;

HRESULT CoInitialize(LPVOID reserved) { return CoInitializeEx(reserved, COINIT_APARTMENTTHREADED); }

HRESULT CoInitializeEx(LPVOID reserved, DWORD flags) {
  constexpr DWORD known = COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE | COINIT_SPEED_OVER_MEMORY;
  if (reserved || (flags & ~known)) return E_INVALIDARG;
  const bool apartment = (flags & COINIT_APARTMENTTHREADED) != 0;
  if (calls_here > 0 && apartment != apartment_here) return RPC_E_CHANGED_MODE;
  if (calls_here++ > 0) return S_FALSE;
  apartment_here = apartment;
  count_thread(+1);
  return S_OK;
}

void CoUninitialize() {
  if (calls_here == 0 || --calls_here > 0) return;
  if (const auto hook = leave()) hook();
}
