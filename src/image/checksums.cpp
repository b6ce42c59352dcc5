// SPDX-License-Identifier: Apache-2.0
#include "image/checksums.hpp"

#include "base/sha256.hpp"
#include "image/content_crew.hpp"
#include "image/file_reader.hpp"
#include "image/findings.hpp"
#include "image/naming.hpp"

#include <algorithm>
#include <map>
#include <memory>
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
  if (how.file_systems.joliet) return file_system::joliet;
  return how.iso_level == 4 ? file_system::enhanced : file_system::iso9660;
}

// GNU's way with names that would break a line: a backslash in front of the line, and in it \\, \n and \r.
std::string line_of(const std::string& digest, const std::string& path) {
  std::string name;
  for (const char c : path) {
    if (c == '\\' || c == '\n' || c == '\r') name += '\\';
    name += c == '\n' ? 'n' : c == '\r' ? 'r' : c;
  }
  return (name.size() == path.size() ? "" : "\\") + digest + "  " + name + "\n";
}

std::string unescaped(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\' && i + 1 < name.size()) {
      ++i;
      out += name[i] == 'n' ? '\n' : name[i] == 'r' ? '\r' : name[i];
    } else {
      out += name[i];
    }
  }
  return out;
}

// ISO 9660 cuts the name to eight characters in level 1.
bool is_checksums_name(file_system fs, std::string_view name) {
  return name == checksums_name || (fs == file_system::iso9660 && name == checksums_name.substr(0, 8));
}

class summer {
 public:
  summer(const tree::file_tree& tree, const options& how, tree::node_id own)
      : tree_(tree), own_(own), fs_(best_of(how)), how_(naming_of(fs_, how)) {}

  std::string text(const base::progress& progress, const std::stop_token& stop) {
    collect();
    hash(progress, stop);
    std::string out;
    for (const auto& [path, content] : files_) out += line_of(base::to_hex(digests_.at(content)), path);
    return out;
  }

 private:
  struct folder {
    tree::node_id node;
    std::string path;
  };

  void collect() {
    for (std::vector<folder> pending{{tree::root, ""}}; !pending.empty();) {
      const auto here = std::move(pending.back());
      pending.pop_back();
      for (const auto& one : how_->children(tree_, here.node)) {
        const bool directory = tree_.is_directory(one.node);
        auto path = here.path + shown_name(fs_, one.identifier, directory);
        if (one.node == own_) check_own(path);
        if (directory) pending.push_back({one.node, path + "/"});
        if (one.node != own_ && tree_.kind(one.node) == tree::node_kind::file)
          files_.emplace_back(std::move(path), tree_.content_of(one.node));
      }
    }
  }

  void check_own(const std::string& path) const {
    if (!is_checksums_name(fs_, path))
      throw base::error(base::errc::duplicate_name,
                        "In " + std::string(name_of(fs_)) + " another file has the name of SHA256SUMS.");
  }

  // Names of one file share what was read once.
  void hash(const base::progress& progress, const std::stop_token& stop) {
    std::uint64_t bytes = 0;
    for (const auto& [path, content] : files_)
      if (digests_.try_emplace(content).second) bytes += tree_.info(content).size;
    std::vector<std::pair<const tree::content_id, base::sha256_digest>*> work;
    for (auto& one : digests_) work.push_back(&one);
    content_crew(tree_, stop)
        .run(work.size(), bytes, "hashing", progress, [&](crew_member& mine, std::size_t i) {
          base::sha256 hash;
          mine.each_piece(work[i]->first, tree_.info(work[i]->first).size,
                          [&](std::span<const std::byte> part) { hash.add(part); });
          work[i]->second = hash.finish();
        });
  }

  const tree::file_tree& tree_;
  tree::node_id own_;
  file_system fs_;
  std::unique_ptr<const iso9660::naming> how_;
  std::vector<std::pair<std::string, tree::content_id>> files_;
  std::map<tree::content_id, base::sha256_digest> digests_;
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
    const auto sums = find_checksums(image_);
    if (!sums) return std::nullopt;
    own_path_ = "/" + sums->name;
    wanted_ = parse(text_of(*sums), fs_, out_);
    const auto walked = image_.walk(fs_, [&](const std::string& path, const entry& e) {
      if (e.kind == tree::node_kind::file && path != own_path_) look_at(path, e);
      return !stop_.stop_requested();
    });
    base::check(stop_);
    if (!walked) out_.add(fs_, "", base::to_string(walked.error()));
    for (const auto& one : wanted_) out_.add(fs_, one.first, "is named by SHA256SUMS and not in the image");
    return std::move(out_.result);
  }

 private:
  std::string text_of(const entry& sums) {
    if (sums.size > std::min(most_text, image_.source().size())) {
      out_.add(fs_, own_path_, "is too large to be a list of checksums");
      return {};
    }
    std::string text(static_cast<std::size_t>(sums.size), '\0');
    const auto n = image_.read(sums, 0, std::as_writable_bytes(std::span(text)));
    if (!n) out_.add(fs_, own_path_, base::to_string(n.error()));
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
  std::string own_path_;
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
  // Which it leaves again, whatever happens.
  struct place {
    tree::file_tree& in;
    tree::node_id at;
    ~place() { in.remove(at); }
  };
  auto text = [&] {
    const place held{tree, node};
    return summer(tree, how, node).text(progress, stop);
  }();
  tree.add_file(tree::root, checksums_name, tree::memory_content(std::move(text)), how.created);
}

std::optional<entry> find_checksums(const opened_image& image) {
  const auto fs = image.best();
  auto entries = image.list(fs, image.root(fs));
  if (!entries) return std::nullopt;
  // The whole name is the better one.
  for (const auto exact : {true, false})
    for (auto& e : *entries)
      if (e.kind == tree::node_kind::file &&
          (e.name == checksums_name || (!exact && is_checksums_name(fs, e.name))))
        return std::move(e);
  return std::nullopt;
}

std::optional<verification> verify_checksums(const opened_image& image, const base::progress& progress,
                                             const std::stop_token& stop) {
  return checker(image, progress, stop).run();
}

}  // namespace comeback::image
