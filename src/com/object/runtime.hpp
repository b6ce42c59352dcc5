// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace comeback::com {

/// Whether COM is initialised for this thread: by itself, or because some thread of the process is
/// multi-threaded, whose apartment then holds all threads without one of their own.
[[nodiscard]] bool is_initialized() noexcept;

/// What the last CoUninitialize of the process calls: it lets running tasks finish. Called without any lock
/// held.
void set_idle_hook(std::function<void()> hook);

}  // namespace comeback::com
