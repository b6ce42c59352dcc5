// SPDX-License-Identifier: Apache-2.0
#include "cli/disc_listing.hpp"

#include "base/text.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

namespace comeback::cli {
namespace {

std::uint64_t first_block(const image::entry& e) { return e.runs.empty() ? 0 : e.runs.front().at.value; }

std::string_view kind_name(tree::node_kind kind) {
  switch (kind) {
    case tree::node_kind::directory:
      return "directory";
    case tree::node_kind::file:
      return "file";
    case tree::node_kind::symbolic_link:
      return "symbolic link";
    case tree::node_kind::character_device:
      return "character device";
    case tree::node_kind::block_device:
      return "block device";
    case tree::node_kind::fifo:
      return "pipe";
    case tree::node_kind::socket:
      return "socket";
  }
  return "";
}

char kind_letter(tree::node_kind kind) {
  switch (kind) {
    case tree::node_kind::directory:
      return 'd';
    case tree::node_kind::symbolic_link:
      return 'l';
    case tree::node_kind::character_device:
      return 'c';
    case tree::node_kind::block_device:
      return 'b';
    case tree::node_kind::fifo:
      return 'p';
    case tree::node_kind::socket:
      return 's';
    case tree::node_kind::file:
      break;
  }
  return '-';
}

tree::node_kind kind_of(const image::entry& e) { return e.directory ? tree::node_kind::directory : e.kind; }

bool is_device(const image::entry& e) {
  return e.kind == tree::node_kind::character_device || e.kind == tree::node_kind::block_device;
}

// "rwsr-xr-t", as ls shows it.
std::string mode_text(unsigned mode) {
  std::string out;
  for (int shift = 6; shift >= 0; shift -= 3) {
    const auto bits = mode >> static_cast<unsigned>(shift);
    out += (bits & 4U) != 0 ? 'r' : '-';
    out += (bits & 2U) != 0 ? 'w' : '-';
    out += (bits & 1U) != 0 ? 'x' : '-';
  }
  for (const auto& [bit, at, letter] : {std::tuple{04000U, 2, 's'}, {02000U, 5, 's'}, {01000U, 8, 't'}}) {
    if ((mode & bit) == 0) continue;
    auto& sign = out[static_cast<std::size_t>(at)];
    sign = static_cast<char>(sign == 'x' ? letter : letter - 'a' + 'A');
  }
  return out;
}

json entry_json(const std::string& path, const image::entry& e) {
  json object{{"path", base::valid_utf8(path)},
              {"kind", kind_name(kind_of(e))},
              {"size", e.size},
              {"modified", base::to_rfc3339(e.modified)}};
  if (!e.runs.empty()) object["first_block"] = first_block(e);
  if (e.attributes.given) {
    object["mode"] = fmt::format("{:04o}", e.attributes.permissions);
    object["user"] = e.attributes.user;
    object["group"] = e.attributes.group;
    object["links"] = e.link_count;
  }
  if (kind_of(e) == tree::node_kind::symbolic_link) object["target"] = base::valid_utf8(e.link_target);
  if (is_device(e)) {
    object["major"] = e.attributes.major;
    object["minor"] = e.attributes.minor;
  }
  if (e.hidden) object["hidden"] = true;
  if (e.fault) object["fault"] = base::to_string(*e.fault);
  return object;
}

class name_lines final : public listing {
 public:
  [[nodiscard]] bool names_only() const override { return true; }
  void add(const std::string& path, const image::entry& e) override {
    out_.add(base::printable(path));
    out_.add(e.directory ? "/\n" : "\n");
  }
  void finish() override { out_.flush(); }

 private:
  buffered_print out_;
};

class long_lines final : public listing {
 public:
  void add(const std::string& path, const image::entry& e) override {
    const auto kind = kind_of(e);
    const bool posix = e.attributes.given;
    rows_.add(kind_letter(kind) + (posix ? mode_text(e.attributes.permissions) : ""));
    rows_.add(posix ? std::to_string(e.link_count) : "");
    rows_.add(posix ? fmt::format("{}:{}", e.attributes.user, e.attributes.group) : "");
    rows_.add(fmt::format("{:>12}", size_text(e)));
    rows_.add(base::to_string(e.modified));
    rows_.add(fmt::format("{:>9}", first_block(e)));
    rows_.add(kind == tree::node_kind::symbolic_link ? path + " -> " + e.link_target : path);
    rows_.end_row();
  }
  void finish() override { print(rows_.text()); }

 private:
  static std::string size_text(const image::entry& e) {
    if (is_device(e)) return fmt::format("{}, {}", e.attributes.major, e.attributes.minor);
    return std::to_string(e.size);
  }

  text_table rows_;
};

// One array, laid out as `dump` lays out a whole one.
class objects final : public listing {
 public:
  void add(const std::string& path, const image::entry& e) override {
    text_ += text_.empty() ? "[" : ",";
    auto object = dump(entry_json(path, e));
    object.pop_back();  // its line feed
    for (std::string_view rest = object; !rest.empty();) {
      const auto line = rest.substr(0, rest.find('\n'));
      text_.append("\n  ").append(line);
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    }
  }
  void finish() override { print(text_.empty() ? "[]\n" : text_ + "\n]\n"); }

 private:
  std::string text_;
};

}  // namespace

std::unique_ptr<listing> names_listing() { return std::make_unique<name_lines>(); }
std::unique_ptr<listing> long_listing() { return std::make_unique<long_lines>(); }
std::unique_ptr<listing> json_listing() { return std::make_unique<objects>(); }

}  // namespace comeback::cli
