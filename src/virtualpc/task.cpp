// SPDX-License-Identifier: Apache-2.0
#include "virtualpc/task.hpp"

#include "com/object/boundary.hpp"
#include "com/object/collection.hpp"

#include <chrono>

namespace comeback::virtualpc {
namespace {

constexpr LONG without_limit = -1;
constexpr LONG longest_wait = 4'000'000;  // milliseconds; ivmtask-waitforcompletion.md

// What the pages of the members list, besides S_OK, E_POINTER and DISP_E_EXCEPTION.
constexpr base::errc wait_codes[] = {base::errc::invalid_argument};
constexpr base::errc cancel_codes[] = {base::errc::fail};
constexpr base::errc item_codes[] = {base::errc::bad_index};
constexpr com::documented wait_page{wait_codes}, cancel_page{cancel_codes}, item_page{item_codes}, nothing{};

void wait(const base::task& core, LONG timeout) {
  if (timeout == without_limit) return core.wait();
  if (timeout < 0 || timeout > longest_wait)
    throw base::error(base::errc::invalid_argument,
                      "A wait is 0 to 4000000 milliseconds, or -1 for no limit.");
  // That time is up is no error, no code for it is documented: IsComplete tells.
  (void)core.wait_for(std::chrono::milliseconds(timeout));
}

void cancel(base::task& core) {
  if (!core.cancel()) throw base::error(base::errc::fail, "The task is complete or cannot be cancelled.");
}

}  // namespace

HRESULT task::WaitForCompletion(LONG timeout) noexcept {
  return boundary([&] { wait(core_, timeout); }, &wait_page);
}
HRESULT task::Cancel() noexcept {
  return boundary([&] { cancel(core_); }, &cancel_page);
}
HRESULT task::get_PercentCompleted(LONG* out) noexcept {
  return boundary(
      out, [&] { return core_.percent(); }, &nothing);
}
HRESULT task::get_Description(BSTR* out) noexcept {
  return boundary(
      out, [&] { return core_.description(); }, &nothing);
}
HRESULT task::get_Result(VMTaskResult* out) noexcept {
  return boundary(
      out, [&] { return core_.outcome().result; }, &nothing);
}
HRESULT task::get_IsCancelable(VARIANT_BOOL* out) noexcept {
  return boundary(
      out, [&] { return core_.cancelable(); }, &nothing);
}
HRESULT task::get_ID(LONG* out) noexcept {
  return boundary(
      out, [&] { return core_.id(); }, &nothing);
}
HRESULT task::get_IsComplete(VARIANT_BOOL* out) noexcept {
  return boundary(
      out, [&] { return core_.complete(); }, &nothing);
}
HRESULT task::get_Error(LONG* out) noexcept {
  return boundary(
      out, [&] { return core_.outcome().error; }, &nothing);
}
HRESULT task::get_ErrorDescription(BSTR* out) noexcept {
  return boundary(
      out, [&] { return core_.outcome().description; }, &nothing);
}

task_collection::task_collection(const std::vector<base::task>& tasks) {
  for (const auto& each : tasks) items_.push_back(com::make<task>(each));
}

HRESULT task_collection::get_Count(LONG* out) noexcept {
  return boundary(
      out, [&] { return items_.size(); }, &nothing);
}
HRESULT task_collection::get_Item(LONG index, IVMTask** out) noexcept {
  return boundary(
      out, [&] { return com::item_at(items_, index); }, &item_page);
}
HRESULT task_collection::get__NewEnum(IUnknown** out) noexcept {
  return boundary(
      out, [&] { return com::enumerate(items_); }, &nothing);
}

}  // namespace comeback::virtualpc
