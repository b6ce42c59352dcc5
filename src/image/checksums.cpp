// SPDX-License-Identifier: Apache-2.0
#include "image/checksums.hpp"

#include "base/sha256.hpp"
#include "image/file_reader.hpp"
#include "image/findings.hpp"
#include "image/naming.hpp"
#include "tree/content_reader.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace comeback::image {
namespace {

constexpr std::size_t piece = 1 << 20;
constexpr std::size_t hex_digits = 64;
// A line has more bytes than a directory record needs: a text larger than its image's directories is no text
// of ours, and this keeps a hostile one out of memory.
constexpr std::uint64_t most_text = std::uint64_t{1} << 30U;

file_system best_of(const options& how) {
  if (how.file_systems.udf) return file_system::udf;
  if (how.file_systems.rock_ridge) return file_system::rock_ridge;
  return how.file_systems.joliet ? file_system::joliet : file_system::iso9660;
}

// As readers show it: no version, for ISO 9660 no dot at the end either.
std::string shown(file_system fs, std::string name, bool directory) {
  if (!directory && name.ends_with(";1")) name.resize(name.size() - 2);
  if (fs == file_system::iso9660 && name.ends_with('.')) name.pop_back();
  return name;
}

using named_children = std::vector<std::pair<tree::node_id, std::string>>;

named_children children_of(const tree::file_tree& tree, tree::node_id dir, file_system fs,
                           const options& how) {
  named_children out;
  if (fs == file_system::udf || fs == file_system::rock_ridge) {
    for (const auto node : tree.sorted_children(dir)) out.emplace_back(node, tree.name(node));
    return out;
  }
  for (const auto& one : naming_of(fs, how)->children(tree, dir))
    out.emplace_back(one.node, shown(fs, readable(fs, one.identifier), tree.is_directory(one.node)));
  return out;
}

// GNU's way with names that would break a line: a backslash in front of the line, and in it \\ and \n.
std::string line_of(const std::string& digest, const std::string& path) {
  std::string name;
  for (const char c : path) {
    if (c == '\\' || c == '\n') name += '\\';
    name += c == '\n' ? 'n' : c;
  }
  return (name.size() == path.size() ? "" : "\\") + digest + "  " + name + "\n";
}

std::string unescaped(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\' && i + 1 < name.size()) {
      ++i;
      out += name[i] == 'n' ? '\n' : name[i];
    } else {
      out += name[i];
    }
  }
  return out;
}

class summer {
 public:
  summer(const tree::file_tree& tree, const options& how, const base::progress& progress,
         const std::stop_token& stop)
      : tree_(tree), how_(how), progress_(progress), stop_(stop), reader_(tree), buffer_(piece) {}

  std::string text() {
    const auto fs = best_of(how_);
    std::vector<std::pair<tree::node_id, std::string>> pending{{tree::root, ""}};
    std::string out;
    while (!pending.empty()) {
      const auto [dir, path] = std::move(pending.back());
      pending.pop_back();
      for (auto& [node, name] : children_of(tree_, dir, fs, how_)) {
        if (dir == tree::root && tree_.name(node) == checksums_name) continue;
        if (tree_.is_directory(node)) pending.emplace_back(node, path + name + "/");
        if (tree_.kind(node) == tree::node_kind::file)
          out += line_of(digest(tree_.content_of(node)), path + name);
      }
    }
    return out;
  }

 private:
  // Names of one file share what was read once.
  const std::string& digest(tree::content_id content) {
    auto& known = known_[content];
    if (known.empty()) known = read(content);
    return known;
  }

  std::string read(tree::content_id content) {
    base::sha256 hash;
    const auto size = tree_.info(content).size;
    for (std::uint64_t at = 0; at < size; at += piece) {
      base::check(stop_);
      const auto part =
          std::span(buffer_).first(static_cast<std::size_t>(std::min<std::uint64_t>(piece, size - at)));
      reader_.read(content, at, part);
      hash.add(part);
      done_ += part.size();
      if (progress_) progress_({"hashing", done_, 0, {}});
    }
    return base::to_hex(hash.finish());
  }

  const tree::file_tree& tree_;
  const options& how_;
  const base::progress& progress_;
  const std::stop_token& stop_;
  tree::content_reader reader_;
  std::vector<std::byte> buffer_;
  std::map<tree::content_id, std::string> known_;
  std::uint64_t done_ = 0;
};

// Path to digest, of a text; lines that are none of ours are findings.
std::map<std::string, std::string> parse(std::string_view text, file_system fs, findings& into) {
  std::map<std::string, std::string> out;
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const bool escaped = line.starts_with('\\');
    if (escaped) line.remove_prefix(1);
    const auto digest = line.substr(0, hex_digits);
    if (line.size() <= hex_digits + 2 || digest.find_first_not_of("0123456789abcdef") != digest.npos ||
        line[hex_digits] != ' ') {
      into.add(fs, "/" + std::string(checksums_name), "line " + std::to_string(number) + " is no checksum");
      continue;
    }
    const auto name = line.substr(hex_digits + 2);
    out["/" + (escaped ? unescaped(name) : std::string(name))] = digest;
  }
  return out;
}

class checker {
 public:
  checker(const opened_image& image, const base::progress& progress, const std::stop_token& stop)
      : image_(image),
        progress_(progress),
        stop_(stop),
        fs_(image.best()),
        bytes_left_(std::max<std::uint64_t>(image.source().size(), 1 << 20) * 1024),
        buffer_(piece) {}

  std::optional<verification> run() {
    const auto listed = text_of_image();
    if (!listed) return std::nullopt;
    wanted_ = parse(*listed, fs_, out_);
    const auto walked = image_.walk(fs_, [&](const std::string& path, const entry& e) {
      if (e.kind == tree::node_kind::file && path != sums_path()) look_at(path, e);
      return !stop_.stop_requested();
    });
    base::check(stop_);
    if (!walked) out_.add(fs_, "", base::to_string(walked.error()));
    for (const auto& one : wanted_) out_.add(fs_, one.first, "is named by SHA256SUMS and not in the image");
    return std::move(out_.result);
  }

 private:
  static std::string sums_path() { return "/" + std::string(checksums_name); }

  std::optional<std::string> text_of_image() {
    const auto entries = image_.list(fs_, image_.root(fs_));
    if (!entries) return std::nullopt;
    const auto at = std::ranges::find_if(*entries, [](const entry& e) { return e.name == checksums_name; });
    if (at == entries->end() || at->kind != tree::node_kind::file) return std::nullopt;
    if (at->size > std::min(most_text, image_.source().size())) {
      out_.add(fs_, sums_path(), "is too large to be a list of checksums");
      return "";
    }
    std::string text(static_cast<std::size_t>(at->size), '\0');
    const auto n = image_.read(*at, 0, std::as_writable_bytes(std::span(text)));
    if (!n) out_.add(fs_, sums_path(), base::to_string(n.error()));
    text.resize(n.value_or(0));
    return text;
  }

  void look_at(const std::string& path, const entry& e) {
    ++out_.result.files;
    const auto at = wanted_.find(path);
    if (at == wanted_.end()) {
      out_.add(fs_, path, "is not named by SHA256SUMS");
      return;
    }
    // Files may share extents and have holes, but reading must end.
    if (e.size > bytes_left_) {
      out_.add(fs_, path, "is not read: the files are far larger than the image");
      wanted_.erase(at);
      return;
    }
    bytes_left_ -= e.size;
    const auto digest = digest_of(e);
    if (!digest)
      out_.add(fs_, path, base::to_string(digest.error()));
    else if (*digest != at->second)
      out_.add(fs_, path, "has another SHA-256 than SHA256SUMS says");
    wanted_.erase(at);
  }

  base::parsed<std::string> digest_of(const entry& e) {
    base::sha256 hash;
    file_reader from(image_, e);
    for (std::uint64_t at = 0; at < e.size;) {
      base::check(stop_);
      const auto n = from.read(at, buffer_);
      if (!n) return tl::unexpected(n.error());
      if (*n == 0) break;
      hash.add(std::span(buffer_).first(*n));
      at += *n;
      out_.result.bytes += *n;
      if (progress_) progress_({"hashing", out_.result.bytes, 0, {}});
    }
    return base::to_hex(hash.finish());
  }

  const opened_image& image_;
  const base::progress& progress_;
  const std::stop_token& stop_;
  file_system fs_;
  std::uint64_t bytes_left_;  // that may still be read
  std::vector<std::byte> buffer_;
  findings out_;
  std::map<std::string, std::string> wanted_;
};

}  // namespace

void add_checksums(tree::file_tree& tree, const options& how, const base::progress& progress,
                   const std::stop_token& stop) {
  if (tree.find(tree::root, checksums_name))
    throw base::error(base::errc::duplicate_name, "The root has a file SHA256SUMS already.");
  // It has its place while the others get their names: one of them may be cut to the same letters.
  const auto node = tree.add_file(tree::root, checksums_name, tree::memory_content(""), how.created);
  auto text = summer(tree, how, progress, stop).text();
  tree.remove(node);
  tree.add_file(tree::root, checksums_name, tree::memory_content(std::move(text)), how.created);
}

std::optional<verification> verify_checksums(const opened_image& image, const base::progress& progress,
                                             const std::stop_token& stop) {
  return checker(image, progress, stop).run();
}

}  // namespace comeback::image
