// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "guest/logind.hpp"
#include "guest/reply.hpp"
#include "guest/session_list.hpp"
#include "guest/windows_services.hpp"

// Whatever an agent says: every reader ends, with a value or a fault, which `ids_in` throws.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)comeback::guest::read_info(text);
  (void)comeback::guest::read_text(text, "guest-get-host-name", "host-name");
  (void)comeback::guest::read_os_info(text);
  (void)comeback::guest::read_frozen(text);
  (void)comeback::guest::read_pid(text);
  (void)comeback::guest::read_exec_status(text);
  (void)comeback::guest::read_session_list(text);
  (void)comeback::guest::read_instant(text);
  (void)comeback::guest::read_linux_services(text);
  (void)comeback::guest::read_windows_services(text);
  try {
    (void)comeback::guest::logind::ids_in(text);
  } catch (const comeback::base::error&) {
    // a fault of the guest's, told as such
  }
  return 0;
}
