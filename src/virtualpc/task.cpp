// SPDX-License-Identifier: Apache-2.0
#include "virtualpc/task.hpp"

#include "com/object/boundary.hpp"
#include "com/object/collection.hpp"

#include <chrono>

namespace comeback::virtualpc {
namespace {

constexpr LONG without_limit = -1;
constexpr LONG longest_wait = 4'000'000;  // milliseconds; ivmtask-waitforcompletion.md

void wait(const base::task& core, LONG timeout) {
  if (timeout == without_limit) return core.wait();
  if (timeout < 0 || timeout > longest_wait)
    throw base::error(base::errc::invalid_argument,
                      "A wait is 0 to 4000000 milliseconds, or -1 for no limit.");
  // That time is up is no error: IsComplete tells.
  (void)core.wait_for(std::chrono::milliseconds(timeout));
}

void cancel(base::task& core) {
  if (!core.cancel()) throw base::error(base::errc::fail, "The task is complete or cannot be cancelled.");
}

}  // namespace

HRESULT task::WaitForCompletion(LONG timeout) noexcept {
  return boundary([&] { wait(core_, timeout); });
}
HRESULT task::Cancel() noexcept {
  return boundary([&] { cancel(core_); });
}
HRESULT task::get_PercentCompleted(LONG* out) noexcept {
  return boundary(out, [&] { return core_.percent(); });
}
HRESULT task::get_Description(BSTR* out) noexcept {
  return boundary(out, [&] { return core_.description(); });
}
HRESULT task::get_Result(VMTaskResult* out) noexcept {
  return boundary(out, [&] { return core_.outcome().result; });
}
HRESULT task::get_IsCancelable(VARIANT_BOOL* out) noexcept {
  return boundary(out, [&] { return core_.cancelable(); });
}
HRESULT task::get_ID(LONG* out) noexcept {
  return boundary(out, [&] { return core_.id(); });
}
HRESULT task::get_IsComplete(VARIANT_BOOL* out) noexcept {
  return boundary(out, [&] { return core_.complete(); });
}
HRESULT task::get_Error(LONG* out) noexcept {
  return boundary(out, [&] { return core_.outcome().error; });
}
HRESULT task::get_ErrorDescription(BSTR* out) noexcept {
  return boundary(out, [&] { return core_.outcome().description; });
}

task_collection::task_collection(const std::vector<base::task>& tasks) {
  for (const auto& each : tasks) items_.push_back(com::make<task>(each));
}

HRESULT task_collection::get_Count(LONG* out) noexcept {
  return boundary(out, [&] { return items_.size(); });
}
HRESULT task_collection::get_Item(LONG index, IVMTask** out) noexcept {
  return boundary(out, [&] { return com::item_at(items_, index); });
}
HRESULT task_collection::get__NewEnum(IUnknown** out) noexcept {
  return boundary(out, [&] { return com::enumerate(items_); });
}

}  // namespace comeback::virtualpc
