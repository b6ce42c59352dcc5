// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/hypervisor.hpp"

#include "libvirt_backend/errors.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace comeback::libvirt_backend {

std::string libvirt_hypervisor::uri() const {
  const c_string text(virConnectGetURI(connect().get()));
  if (!text) throw_last("Asking libvirt for its URI");
  return text.get();
}

std::vector<std::shared_ptr<machine::virtual_machine>> libvirt_hypervisor::machines() const {
  const auto on = connect();
  virDomainPtr* list = nullptr;
  const int count = virConnectListAllDomains(on.get(), &list, 0);
  if (count < 0) throw_last("Listing the machines");
  const std::unique_ptr<virDomainPtr, free_memory> owned(list);
  std::vector<domain_handle> domains(list, list + count);
  std::vector<std::shared_ptr<machine::virtual_machine>> all;
  all.reserve(domains.size());
  for (auto& domain : domains) all.push_back(std::make_shared<libvirt_machine>(with_, on, std::move(domain)));
  std::ranges::sort(all, {}, [](const auto& vm) { return vm->name(); });
  return all;
}

std::shared_ptr<machine::virtual_machine> libvirt_hypervisor::define(std::string_view xml) {
  const auto on = connect();
  domain_handle domain(virDomainDefineXML(on.get(), std::string(xml).c_str()));
  if (domain) return std::make_shared<libvirt_machine>(with_, on, std::move(domain));
  const failure f = last_failure();
  const bool taken = f.message.find("already exists") != f.message.npos;
  throw base::error(taken ? base::errc::already_exists : code_for(f),
                    fmt::format("Defining a machine: {}.", f.message));
}

}  // namespace comeback::libvirt_backend
