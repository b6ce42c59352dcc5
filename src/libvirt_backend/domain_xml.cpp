// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/domain_xml.hpp"

#include <sstream>

#include <fmt/format.h>
#include <pugixml.hpp>

namespace comeback::libvirt_backend {

namespace {

using base::errc;
using base::error;

pugi::xml_document load(const std::string& xml) {
  pugi::xml_document document;
  const auto result = document.load_buffer(xml.data(), xml.size());
  if (!result) {
    throw error(errc::exception, fmt::format("libvirt's description of the machine cannot be read: {}.",
                                             result.description()));
  }
  return document;
}

bool is(const pugi::xml_attribute& attribute, std::string_view value) { return value == attribute.value(); }

std::string text_of(const pugi::xml_node& node) {
  std::ostringstream out;
  node.print(out, "  ");
  return out.str();
}

pugi::xml_node agent_channel_of(const pugi::xml_document& document) {
  for (const auto& channel : document.child("domain").child("devices").children("channel")) {
    if (is(channel.child("target").attribute("name"), agent_channel_name)) return channel;
  }
  return {};
}

/// libvirt prints KiB whatever was written; the unit is optional only in what users write.
unsigned to_mib(const pugi::xml_node& memory) {
  const auto value = memory.text().as_ullong();
  const std::string_view unit = memory.attribute("unit").as_string("KiB");
  if (unit == "MiB" || unit == "M") return static_cast<unsigned>(value);
  if (unit == "GiB" || unit == "G") return static_cast<unsigned>(value * 1024);
  return static_cast<unsigned>(value / 1024);
}

std::optional<std::filesystem::path> source_of(const pugi::xml_node& disk) {
  const auto source = disk.child("source");
  if (const auto file = source.attribute("file")) return file.value();
  if (const auto device = source.attribute("dev")) return device.value();
  return std::nullopt;
}

machine::agent_channel channel_state(const pugi::xml_node& channel) {
  if (!channel) return machine::agent_channel::absent;
  return is(channel.child("target").attribute("state"), "connected") ? machine::agent_channel::connected
                                                                     : machine::agent_channel::disconnected;
}

}  // namespace

machine::details read_details(const std::string& domain_xml) {
  const auto document = load(domain_xml);
  const auto domain = document.child("domain");
  machine::details d;
  d.memory_mib = to_mib(domain.child("memory"));
  d.vcpus = domain.child("vcpu").text().as_uint();
  d.os_type = domain.child("os").child("type").text().as_string();
  for (const auto& disk : domain.child("devices").children("disk")) {
    if (!is(disk.attribute("device"), "cdrom")) continue;
    const auto target = disk.child("target");
    d.dvd_drives.push_back(
        {target.attribute("bus").value(), target.attribute("dev").value(), source_of(disk)});
  }
  d.agent = channel_state(agent_channel_of(document));
  return d;
}

std::string drive_with(const std::string& domain_xml, std::string_view target,
                       const std::filesystem::path& image) {
  const auto document = load(domain_xml);
  for (auto disk : document.child("domain").child("devices").children("disk")) {
    const bool wanted =
        is(disk.attribute("device"), "cdrom") && is(disk.child("target").attribute("dev"), target);
    if (!wanted) continue;
    disk.remove_child("source");
    disk.remove_child("backingStore");
    disk.attribute("type").set_value("file");
    if (!image.empty()) {
      disk.prepend_child("source").append_attribute("file").set_value(image.c_str());
      // An image is what its bytes are: no guessing of formats from contents a guest may have written.
      auto driver = disk.child("driver");
      if (!driver) driver = disk.prepend_child("driver");
      driver.remove_attribute("type");
      driver.append_attribute("type").set_value("raw");
      if (!driver.attribute("name")) driver.append_attribute("name").set_value("qemu");
    }
    return text_of(disk);
  }
  throw error(errc::drive_invalid, fmt::format("The machine has no DVD drive '{}'.", target));
}

std::string agent_channel_device(const std::string& domain_xml) {
  const auto document = load(domain_xml);
  const auto channel = agent_channel_of(document);
  return channel ? text_of(channel) : std::string();
}

std::string run_of(const std::string& domain_xml) {
  return load(domain_xml).child("domain").attribute("id").value();
}

std::vector<std::filesystem::path> files_of(const std::string& domain_xml) {
  const auto document = load(domain_xml);
  const auto domain = document.child("domain");
  std::vector<std::filesystem::path> files;
  for (const char* name : {"kernel", "initrd"}) {
    if (const auto node = domain.child("os").child(name)) files.emplace_back(node.text().as_string());
  }
  for (const auto& disk : domain.child("devices").children("disk")) {
    if (auto source = source_of(disk)) files.push_back(*std::move(source));
  }
  return files;
}

}  // namespace comeback::libvirt_backend
