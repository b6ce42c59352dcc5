// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "com/dispatch/automation.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/object/ptr.hpp"

#include <vector>

namespace comeback::virtualpc {

/// A view of a task of the core. The task goes on without it.
class task final : public com::automation<IVMTask, com::class_info<&CLSID_VMTask>> {
 public:
  explicit task(base::task core) : core_(std::move(core)) {}

  HRESULT WaitForCompletion(LONG timeout) noexcept override;
  HRESULT Cancel() noexcept override;
  HRESULT get_PercentCompleted(LONG* out) noexcept override;
  HRESULT get_Description(BSTR* out) noexcept override;
  HRESULT get_Result(VMTaskResult* out) noexcept override;
  HRESULT get_IsCancelable(VARIANT_BOOL* out) noexcept override;
  HRESULT get_ID(LONG* out) noexcept override;
  HRESULT get_IsComplete(VARIANT_BOOL* out) noexcept override;
  HRESULT get_Error(LONG* out) noexcept override;
  HRESULT get_ErrorDescription(BSTR* out) noexcept override;

 private:
  base::task core_;
};

/// The tasks that ran when it was asked for, and the last that ended.
class task_collection final : public com::automation<IVMTaskCollection> {
 public:
  explicit task_collection(const std::vector<base::task>& tasks);

  HRESULT get_Count(LONG* out) noexcept override;
  HRESULT get_Item(LONG index, IVMTask** out) noexcept override;
  HRESULT get__NewEnum(IUnknown** out) noexcept override;

 private:
  std::vector<com::ptr<task>> items_;
};

}  // namespace comeback::virtualpc
