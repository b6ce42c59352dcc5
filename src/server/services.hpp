// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "optical/recorder.hpp"
#include "virtualpc/backend.hpp"

#include <functional>
#include <memory>

namespace comeback::server {

/// Makes what VMVirtualPC stands on; its `tasks` are filled in here. May throw `base::error`.
using backend_factory = std::function<virtualpc::backend()>;

/// The recorders that MsftDiscMaster2 lists; asked whenever an object of that API is made. May throw
/// `base::error`.
using recorder_source = std::function<std::shared_ptr<const optical::recorder_registry>()>;
/// Those of the folder that `comeback recorder` keeps, as the environment says.
[[nodiscard]] std::shared_ptr<const optical::recorder_registry> kept_recorders();

/// Registers the classes that are built, and that the last CoUninitialize waits for running tasks and ends
/// the watching of heartbeats. Machines come from `machines`, the first time one is asked for and again where
/// the connection broke since; at the end of the process the same is done as by the last CoUninitialize, so
/// that a client that drops its IVMTask and returns from main still gets its users logged off.
void register_classes(backend_factory machines, recorder_source recorders = kept_recorders);

/// libvirt, as the environment says.
[[nodiscard]] virtualpc::backend libvirt_machines();

}  // namespace comeback::server
