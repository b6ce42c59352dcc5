// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/events/events.hpp"
#include "com/made/imapi2.hpp"
#include "imapi2/backend.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace comeback::imapi2 {

/// CLSID_MsftDiscMaster2: the recorders there are. Each member asks anew; what came and went since the last
/// one is told to the sinks first, on the thread that asks (docs/decisions/0264).
class disc_master final : public com::automation<IDiscMaster2, com::class_info<&CLSID_MsftDiscMaster2>,
                                                 com::event_source<DDiscMaster2Events>> {
 public:
  explicit disc_master(std::shared_ptr<const backend> on)
      : on_(std::move(on)), known_(on_->recorders->ids()) {}

  HRESULT get__NewEnum(IEnumVARIANT** out) noexcept override;
  HRESULT get_Item(LONG index, BSTR* out) noexcept override;
  HRESULT get_Count(LONG* out) noexcept override;
  HRESULT get_IsSupportedEnvironment(VARIANT_BOOL* out) noexcept override;

 private:
  [[nodiscard]] std::vector<std::string> ids();

  std::shared_ptr<const backend> on_;
  std::mutex mutex_;
  std::vector<std::string> known_;
};

}  // namespace comeback::imapi2
