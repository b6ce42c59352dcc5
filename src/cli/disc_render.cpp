// SPDX-License-Identifier: Apache-2.0
#include "cli/disc_render.hpp"

#include "base/text.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace comeback::cli {
namespace {

std::uint64_t first_block(const image::entry& e) { return e.runs.empty() ? 0 : e.runs.front().at.value; }

json entry_json(const std::string& path, const image::entry& e) {
  json object{{"path", base::valid_utf8(path)},
              {"kind", e.directory ? "directory" : "file"},
              {"size", e.size},
              {"modified", base::to_rfc3339(e.modified)}};
  if (!e.runs.empty()) object["first_block"] = first_block(e);
  return object;
}

json volume_json(const image::volume_info& v) {
  json object{{"file_system", image::name_of(v.fs)},
              {"volume", base::valid_utf8(v.volume_name)},
              {"blocks", v.blocks.value},
              {"descriptor", v.descriptor.value},
              {"path_table_bytes", v.path_table_bytes}};
  if (v.created) object["created"] = base::to_rfc3339(*v.created);
  for (const auto& [key, value] : {std::pair{"system", &v.system},
                                   {"volume_set", &v.volume_set},
                                   {"publisher", &v.publisher},
                                   {"preparer", &v.preparer},
                                   {"application", &v.application}})
    if (!value->empty()) object[key] = base::valid_utf8(*value);
  return object;
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

std::string created_json(const std::string& image, const image::layout& plan, const gathered& from,
                         const std::optional<image::equal_contents>& shared) {
  auto left_out = json::array();
  for (const auto& w : from.warnings)
    left_out.push_back({{"path", base::valid_utf8(w.path)}, {"why", tree::name_of(w.why)}});
  json created{{"image", base::valid_utf8(image)},
               {"files", plan.files},
               {"directories", plan.directories},
               {"blocks", plan.blocks().value},
               {"bytes", plan.bytes()},
               {"left_out_count", from.warning_count},
               {"left_out", left_out}};
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
    if (v.created) rows.push_back({"    created", base::to_string(*v.created)});
    for (const auto& [key, value] :
         {std::pair{"    publisher", &v.publisher}, {"    application", &v.application}})
      if (!value->empty()) rows.push_back({key, *value});
    text += table(rows);
  }
  return text;
}

std::string info_json(const image::opened_image& image) {
  auto volumes = json::array();
  for (const auto& v : image.volumes()) volumes.push_back(volume_json(v));
  return dump({{"image", base::valid_utf8(image.source().name())},
               {"bytes", image.source().size()},
               {"volumes", volumes}});
}

std::string listing_text(const listing& entries, bool long_format) {
  if (!long_format) {
    std::string text;
    for (const auto& [path, e] : entries) text += base::printable(path) + (e.directory ? "/\n" : "\n");
    return text;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& [path, e] : entries)
    rows.push_back({e.directory ? "d" : "-", fmt::format("{:>12}", e.size), base::to_string(e.modified),
                    fmt::format("{:>9}", first_block(e)), path});
  return table(rows);
}

std::string listing_json(const listing& entries) {
  auto all = json::array();
  for (const auto& [path, e] : entries) all.push_back(entry_json(path, e));
  return dump(all);
}

std::string extracted_json(const image::extract_result& result) {
  return dump({{"files", result.files}, {"directories", result.directories}, {"bytes", result.bytes}});
}

std::string verify_text(const std::string& image, const verify_result& v) {
  auto text = verification_text(base::printable(image) + ": structure", v.structure);
  if (v.contents) text += verification_text(base::printable(image) + ": contents", *v.contents);
  return text;
}

std::string verify_json(const std::string& image, const verify_result& v) {
  json object{{"image", base::valid_utf8(image)},
              {"sound", v.sound()},
              {"structure", verification_json(v.structure)}};
  if (v.contents) object["contents"] = verification_json(*v.contents);
  return dump(object);
}

}  // namespace comeback::cli
