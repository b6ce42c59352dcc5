// SPDX-License-Identifier: Apache-2.0
#include "guest/windows_services.hpp"

#include "guest/base64.hpp"
#include "guest/lines.hpp"

namespace comeback::guest {

namespace {

using base::fault;
using base::parse_error;
using product = windows_services::product;

tl::unexpected<parse_error> wrong(fault what, const char* field) {
  return tl::unexpected(parse_error{what, 0, field});
}

std::optional<product> product_of(std::string_view number) noexcept {
  if (number == "1") return product::workstation;
  if (number == "2") return product::domain_controller;
  if (number == "3") return product::server;
  return std::nullopt;
}

/// "Running Auto": Win32_Service.State and StartMode. What is stopped and disabled is not to come.
service_state state_of(std::string_view service) noexcept {
  if (service.starts_with("Running ")) return service_state::up;
  if (service == "absent" || service.ends_with(" Disabled")) return service_state::absent;
  return service_state::not_up;
}

void take_fact(windows_services& told, std::string_view line) noexcept {
  if (line == "switching 1") told.fast_user_switching = true;
  if (line == "hidden 1") told.switching_hidden = true;
  if (line == "mode 1") told.application_server = true;
  if (line == "allow 1") told.connections_allowed = true;
  if (const auto service = after(line, "service ")) told.term_service = state_of(*service);
}

bool is_client(const windows_services& told) noexcept { return told.type == product::workstation; }

bool several(const windows_services& told) noexcept {
  if (is_client(told)) return told.fast_user_switching && !told.switching_hidden;
  return told.application_server && told.connections_allowed;
}

}  // namespace

// IsOS is ordinal 437 of shlwapi. Get-WmiObject, not Get-CimInstance, for the PowerShell of Windows 7.
const std::string_view windows_script = R"script($ErrorActionPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'
"product $([int](Get-WmiObject Win32_OperatingSystem).ProductType)"
$shell = Add-Type -PassThru -Namespace Comeback -Name Shell -MemberDefinition '[DllImport("shlwapi.dll", EntryPoint = "#437")] public static extern bool IsOS(uint os);'
"switching $([int]$shell::IsOS(26))"
$policy = Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System'
"hidden $([int]$policy.HideFastUserSwitching)"
$setting = Get-WmiObject -Namespace root\CIMV2\TerminalServices Win32_TerminalServiceSetting
"mode $([int]$setting.TerminalServerMode)"
"allow $([int]$setting.AllowTSConnections)"
$service = Get-WmiObject Win32_Service -Filter "Name='TermService'"
if ($service) { "service $($service.State) $($service.StartMode)" } else { 'service absent' }
'end'
)script";

terminal_services decide(const windows_services& told) noexcept {
  switch (told.term_service) {
    case service_state::absent:  // a client goes by Fast User Switching alone
      return {.initialized = false, .multiple_sessions = is_client(told) && several(told)};
    case service_state::not_up:
      return {};
    case service_state::up:
      break;
  }
  return {.initialized = true, .multiple_sessions = several(told)};
}

base::parsed<windows_services> read_windows_services(std::string_view output) {
  windows_services told;
  std::optional<product> type;
  bool whole = false;
  while (!output.empty()) {
    std::string_view line = next_line(output);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (const auto number = after(line, "product ")) type = product_of(*number);
    whole = line == "end";
    take_fact(told, line);
  }
  if (!whole) return wrong(fault::truncated, "log-on services");
  if (!type) return wrong(fault::out_of_range, "log-on services: product");
  told.type = *type;
  return told;
}

std::vector<std::string> powershell_arguments(std::string_view script) {
  std::string utf16;
  for (const char c : script) utf16.append({c, '\0'});
  return {"-NoProfile", "-NonInteractive", "-EncodedCommand", to_base64(utf16)};
}

}  // namespace comeback::guest
