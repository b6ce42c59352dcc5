// SPDX-License-Identifier: Apache-2.0
#include "cli/disc_render.hpp"

#include "base/text.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace comeback::cli {
namespace {

std::string revision_text(std::uint16_t revision) {
  return fmt::format("{:x}.{:02x}", revision >> 8U, revision & 0xFFU);
}

// As the image says it: numbers that mean nothing are shown as numbers.
std::string platform_text(const eltorito::found_entry& e) {
  const auto name = eltorito::name_of(static_cast<eltorito::platform>(e.platform));
  return name.empty() ? fmt::format("platform {}", e.platform) : std::string(name);
}
std::string emulation_text(const eltorito::found_entry& e) {
  const auto name = eltorito::name_of(static_cast<eltorito::emulation>(e.media));
  return name.empty() ? fmt::format("media {}", e.media) : std::string(name);
}

std::string_view partitioning_name(eltorito::partitioning kind) {
  return kind == eltorito::partitioning::gpt ? "GPT" : "MBR";
}

json boot_json(const eltorito::boot_catalog& catalog) {
  auto entries = json::array();
  for (const auto& e : catalog.entries)
    entries.push_back({{"platform", platform_text(e)},
                       {"emulation", emulation_text(e)},
                       {"bootable", e.bootable},
                       {"first_block", e.at.value},
                       {"sectors", e.sectors},
                       {"load_segment", e.load_segment},
                       {"id", base::valid_utf8(e.id)}});
  return {{"catalog", catalog.at.value}, {"entries", entries}};
}

std::string boot_text(const eltorito::boot_catalog& catalog) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& e : catalog.entries)
    rows.push_back(
        {"  boot entry", platform_text(e), emulation_text(e),
         fmt::format("block {}, {} sectors{}", e.at.value, e.sectors, e.bootable ? "" : ", not bootable")});
  return table(rows);
}

json volume_json(const image::volume_info& v) {
  json object{{"file_system", image::name_of(v.fs)},
              {"volume", base::valid_utf8(v.volume_name)},
              {"blocks", v.blocks.value},
              {"descriptor", v.descriptor.value},
              {"path_table_bytes", v.path_table_bytes}};
  if (v.revision != 0) object["revision"] = revision_text(v.revision);
  if (!v.partition.empty()) object["partition"] = v.partition;
  if (v.created) object["created"] = base::to_rfc3339(*v.created);
  for (const auto& [key, value] : {std::pair{"system", &v.system},
                                   {"volume_set", &v.volume_set},
                                   {"publisher", &v.publisher},
                                   {"preparer", &v.preparer},
                                   {"application", &v.application}})
    if (!value->empty()) object[key] = base::valid_utf8(*value);
  return object;
}

json left_out_json(const gathered& from) {
  auto out = json::array();
  for (const auto& w : from.warnings)
    out.push_back({{"path", base::valid_utf8(w.path)}, {"why", tree::name_of(w.why)}});
  return out;
}

json verification_json(const image::verification& v) {
  auto findings = json::array();
  for (const auto& f : v.findings)
    findings.push_back({{"file_system", image::name_of(f.fs)},
                        {"path", base::valid_utf8(f.path)},
                        {"what", base::valid_utf8(f.what)}});
  return {{"sound", v.sound()},
          {"files", v.files},
          {"directories", v.directories},
          {"bytes", v.bytes},
          {"sharing_files", v.sharing_files},
          {"finding_count", v.finding_count},
          {"findings", findings}};
}

std::string verification_text(std::string_view title, const image::verification& v) {
  auto text = fmt::format("{}: {} ({} files, {} folders, {})\n", title,
                          v.sound() ? "sound" : fmt::format("{} findings", v.finding_count), v.files,
                          v.directories, human_size(v.bytes));
  for (const auto& f : v.findings)
    text += fmt::format("  {} {}: {}\n", image::name_of(f.fs),
                        base::printable(f.path.empty() ? "(volume)" : f.path), base::printable(f.what));
  if (v.finding_count > v.findings.size())
    text += fmt::format("  and {} more\n", v.finding_count - v.findings.size());
  if (v.sharing_files > 0)
    text +=
        fmt::format("  {} files of udf share their blocks with others, which UDF forbids\n", v.sharing_files);
  return text;
}

}  // namespace

std::string created_text(const std::string& image, const image::layout& plan,
                         const std::optional<image::equal_contents>& shared) {
  std::string text = fmt::format("{}: {} files, {} folders, {} blocks, {}\n", base::printable(image),
                                 plan.files, plan.directories, plan.blocks().value, human_size(plan.bytes()));
  if (shared)
    text += fmt::format("{} files with {} are stored in the blocks of others\n", shared->files,
                        human_size(shared->bytes));
  return text;
}

// How many items there are in all is known where all were read.
std::string appended_text(const std::string& image, unsigned number, const image::layout& plan,
                          image::append_way way) {
  const auto items = way == image::append_way::exact
                         ? fmt::format("{} files, {} folders in all", plan.files, plan.directories)
                         : fmt::format("{}", image::name_of(way));
  return fmt::format("{}: session {} of {} blocks from block {} on, {}: {}\n", base::printable(image), number,
                     plan.blocks().value, plan.first.value, human_size(plan.bytes()), items);
}

std::string appended_json(const std::string& image, unsigned number, const image::layout& plan,
                          image::append_way way, const gathered& from) {
  const auto count = [&](std::uint64_t n) { return way == image::append_way::exact ? json(n) : json(); };
  return dump(json{{"image", base::valid_utf8(image)},
                   {"session", number},
                   {"append", image::name_of(way)},
                   {"first_block", plan.first.value},
                   {"blocks", plan.blocks().value},
                   {"bytes", plan.bytes()},
                   {"files", count(plan.files)},
                   {"directories", count(plan.directories)},
                   {"left_out_count", from.warning_count},
                   {"left_out", left_out_json(from)}});
}

std::string sessions_text(const std::vector<session_row>& rows) {
  std::vector<std::vector<std::string>> out{{"SESSION", "FIRST", "BLOCKS", "DATE", "VOLUME", "FILE SYSTEMS"}};
  for (const auto& row : rows) {
    std::string date = "-", volume, systems = row.fault;
    for (const auto& v : row.volumes) {
      if (v.created) date = base::to_rfc3339(*v.created);
      if (v.volume_name.size() > volume.size()) volume = v.volume_name;
      systems += fmt::format("{}{}", systems.empty() ? "" : ",", image::name_of(v.fs));
    }
    out.push_back({std::to_string(row.where.number), std::to_string(row.where.first.value),
                   std::to_string((row.where.end - row.where.first).value), date, volume, systems});
  }
  return table(out);
}

std::string sessions_json(const std::vector<session_row>& rows) {
  auto out = json::array();
  for (const auto& row : rows) {
    auto volumes = json::array();
    for (const auto& v : row.volumes) volumes.push_back(volume_json(v));
    json one{{"session", row.where.number},
             {"first_block", row.where.first.value},
             {"blocks", (row.where.end - row.where.first).value},
             {"volumes", volumes}};
    if (!row.fault.empty()) one["fault"] = base::valid_utf8(row.fault);
    out.push_back(std::move(one));
  }
  return dump(out);
}

std::string differences_text(const std::vector<image::difference>& found) {
  std::string out;
  for (const auto& d : found) {
    const char sign = d.what == image::change::added     ? '+'
                      : d.what == image::change::removed ? '-'
                      : d.what == image::change::content ? '~'
                                                         : 'm';
    out += fmt::format("{} {}{}\n", sign, base::printable(d.path),
                       d.kind == tree::node_kind::directory ? "/" : "");
  }
  return out;
}

std::string differences_json(const std::vector<image::difference>& found) {
  auto out = json::array();
  for (const auto& d : found)
    out.push_back({{"change", image::name_of(d.what)},
                   {"path", base::valid_utf8(d.path)},
                   {"directory", d.kind == tree::node_kind::directory}});
  return dump(out);
}

std::string created_json(const std::string& image, const image::layout& plan, const gathered& from,
                         const std::optional<image::equal_contents>& shared) {
  json created{
      {"image", base::valid_utf8(image)}, {"files", plan.files},   {"directories", plan.directories},
      {"blocks", plan.blocks().value},    {"bytes", plan.bytes()}, {"left_out_count", from.warning_count},
      {"left_out", left_out_json(from)}};
  if (shared) created["shared"] = {{"files", shared->files}, {"bytes", shared->bytes}};
  return dump(created);
}

std::string info_text(const image::opened_image& image) {
  auto text =
      fmt::format("{}: {}\n", base::printable(image.source().name()), human_size(image.source().size()));
  for (const auto& v : image.volumes()) {
    std::vector<std::vector<std::string>> rows{
        {"  file system", std::string(image::name_of(v.fs))},
        {"    volume", v.volume_name},
        {"    blocks", fmt::format("{} ({})", v.blocks.value, human_size(disk::bytes_in(v.blocks)))},
        {"    descriptor at", fmt::format("block {}", v.descriptor.value)}};
    if (v.revision != 0) rows.push_back({"    revision", revision_text(v.revision)});
    if (!v.partition.empty()) rows.push_back({"    partition", v.partition});
    if (v.created) rows.push_back({"    created", base::to_string(*v.created)});
    for (const auto& [key, value] :
         {std::pair{"    publisher", &v.publisher}, {"    application", &v.application}})
      if (!value->empty()) rows.push_back({key, *value});
    text += table(rows);
  }
  if (const auto boot = image.boot()) text += boot_text(*boot);
  if (const auto disk = image.partitions(); disk.kind != eltorito::partitioning::none)
    text +=
        fmt::format("  disk: {} with {} partitions\n", partitioning_name(disk.kind), disk.partitions.size());
  return text;
}

std::string info_json(const image::opened_image& image) {
  auto volumes = json::array();
  for (const auto& v : image.volumes()) volumes.push_back(volume_json(v));
  json object{{"image", base::valid_utf8(image.source().name())},
              {"bytes", image.source().size()},
              {"volumes", volumes}};
  if (const auto boot = image.boot()) object["boot"] = boot_json(*boot);
  if (const auto disk = image.partitions(); disk.kind != eltorito::partitioning::none)
    object["disk"] = {{"partitioning", partitioning_name(disk.kind)}, {"partitions", disk.partitions.size()}};
  return dump(object);
}

std::string names_text(const std::vector<image::changed_name>& names) {
  std::string text;
  for (const auto& one : names) {
    text += base::printable(one.path) + "\n";
    for (const auto& [fs, name] : one.names)
      text += fmt::format("  {:<12}  {}\n", image::name_of(fs), name ? base::printable(*name) : "(left out)");
    for (const auto& [fs, target] : one.targets)
      text += fmt::format("  {:<12}  -> {}\n", image::name_of(fs), base::printable(target));
  }
  return text;
}

std::string names_json(const std::vector<image::changed_name>& names) {
  auto all = json::array();
  for (const auto& one : names) {
    json shown = json::object();
    for (const auto& [fs, name] : one.names)
      shown[std::string(image::name_of(fs))] = name ? json(base::valid_utf8(*name)) : json(nullptr);
    json item{{"path", base::valid_utf8(one.path)}, {"names", shown}};
    for (const auto& [fs, target] : one.targets)
      item["targets"][std::string(image::name_of(fs))] = base::valid_utf8(target);
    all.push_back(std::move(item));
  }
  return dump(all);
}

std::string extracted_text(const image::extract_result& result) {
  auto text =
      fmt::format("{} files, {} folders, {}", result.files, result.directories, human_size(result.bytes));
  if (result.links > 0) text += fmt::format(", {} links", result.links);
  if (result.specials > 0) text += fmt::format(", {} devices, pipes and sockets", result.specials);
  text += '\n';
  if (result.left_out_count > 0)
    text +=
        fmt::format("{} devices, pipes and sockets left out; --devices takes them\n", result.left_out_count);
  return text;
}

std::string failures_text(const image::extract_result& result) {
  if (result.failed_count == 0) return {};
  auto text = fmt::format("comeback: {} not extracted:\n", result.failed_count);
  for (const auto& one : result.failed)
    text += fmt::format("  {} ({})\n", base::printable(one.path), base::printable(one.why));
  if (result.failed_count > result.failed.size())
    text += fmt::format("  and {} more\n", result.failed_count - result.failed.size());
  return text;
}

std::string extracted_json(const image::extract_result& result) {
  auto left_out = json::array();
  for (const auto& path : result.left_out) left_out.push_back(base::valid_utf8(path));
  auto failed = json::array();
  for (const auto& one : result.failed)
    failed.push_back({{"path", base::valid_utf8(one.path)}, {"why", base::valid_utf8(one.why)}});
  return dump({{"files", result.files},
               {"directories", result.directories},
               {"bytes", result.bytes},
               {"links", result.links},
               {"specials", result.specials},
               {"left_out_count", result.left_out_count},
               {"left_out", left_out},
               {"failed_count", result.failed_count},
               {"failed", failed}});
}

std::string verify_text(const std::string& image, const verify_result& v) {
  auto text = verification_text(base::printable(image) + ": structure", v.structure);
  if (v.checksums) text += verification_text(base::printable(image) + ": checksums", *v.checksums);
  if (v.contents) text += verification_text(base::printable(image) + ": contents", *v.contents);
  return text;
}

std::string verify_json(const std::string& image, const verify_result& v) {
  json object{{"image", base::valid_utf8(image)},
              {"sound", v.sound()},
              {"structure", verification_json(v.structure)}};
  if (v.checksums) object["checksums"] = verification_json(*v.checksums);
  if (v.contents) object["contents"] = verification_json(*v.contents);
  return dump(object);
}

}  // namespace comeback::cli
