// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/hypervisor.hpp"

#include "libvirt_backend/errors.hpp"

#include <algorithm>
#include <set>
#include <span>

#include <fmt/format.h>

namespace comeback::libvirt_backend {

std::string libvirt_hypervisor::uri() const {
  const c_string text(virConnectGetURI(connect().get()));
  if (!text) throw_last("Asking libvirt for its URI");
  return text.get();
}

namespace {

std::vector<domain_handle> list_domains(virConnectPtr connect, unsigned flags) {
  virDomainPtr* list = nullptr;
  const int count = virConnectListAllDomains(connect, &list, flags);
  if (count < 0) throw_last("Listing the machines");
  const std::unique_ptr<virDomainPtr, free_memory> owned(list);
  return {list, list + count};
}

using stats = std::unique_ptr<virDomainStatsRecordPtr, calls<virDomainStatsRecordListFree>>;

int number(const virDomainStatsRecord& of, const char* name) {
  int value = 0;
  (void)virTypedParamsGetInt(of.params, of.nparams, name, &value);
  return value;
}

}  // namespace

std::vector<std::shared_ptr<machine::virtual_machine>> libvirt_hypervisor::machines() const {
  std::vector<std::shared_ptr<machine::virtual_machine>> all;
  const auto on = connect();
  for (auto& domain : list_domains(on.get(), 0))
    all.push_back(std::make_shared<libvirt_machine>(with_, on.shared(), std::move(domain)));
  std::ranges::sort(all, {}, [](const auto& vm) { return vm->name(); });
  return all;
}

// Two questions in all, where one machine after the other would be two each: for 200 machines 400, which take
// longer than all the rest.
std::vector<machine::listed_machine> libvirt_hypervisor::machines_with_states() const {
  const auto on = connect();
  virDomainStatsRecordPtr* records = nullptr;
  const int count = virConnectGetAllDomainStats(on.get(), VIR_DOMAIN_STATS_STATE, &records, 0);
  if (count < 0) return hypervisor::machines_with_states();
  const stats owned(records);
  std::set<std::string> saved;
  for (auto& domain : list_domains(on.get(), VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE))
    saved.insert(libvirt_machine(with_, on.shared(), std::move(domain)).uuid());
  std::vector<machine::listed_machine> all;
  for (const auto* record : std::span(records, static_cast<std::size_t>(count))) {
    virDomainRef(record->dom);
    auto vm = std::make_shared<libvirt_machine>(with_, on.shared(), domain_handle(record->dom));
    auto state = running_state(number(*record, "state.state"), number(*record, "state.reason"));
    if (state == machine::run_state::turned_off && saved.contains(vm->uuid()))
      state = machine::run_state::saved;
    all.push_back({std::move(vm), state});
  }
  std::ranges::sort(all, {}, [](const auto& listed) { return listed.vm->name(); });
  return all;
}

std::shared_ptr<machine::virtual_machine> libvirt_hypervisor::define(std::string_view xml) {
  const auto on = connect();
  domain_handle domain(virDomainDefineXML(on.get(), std::string(xml).c_str()));
  if (domain) return std::make_shared<libvirt_machine>(with_, on.shared(), std::move(domain));
  const failure f = last_failure();
  const bool taken = f.message.find("already exists") != f.message.npos;
  throw base::error(taken ? base::errc::already_exists : code_for(f),
                    fmt::format("Defining a machine: {}.", f.message));
}

}  // namespace comeback::libvirt_backend
