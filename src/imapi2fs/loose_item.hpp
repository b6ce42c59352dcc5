// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "tree/content.hpp"
#include "tree/tree.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace comeback::imapi2fs {

/// What a client may set of an item besides its place and bytes.
struct item_state {
  base::timestamp modified{};
  tree::other_times times{};
  tree::attributes attributes{};
};

/// An item that a client made (CreateFileItem, CreateDirectoryItem). It is in no image until it is added;
/// then it is the node, and nothing else here counts. Looked at and changed under the lock of its image.
struct loose_item {
  std::string name;
  bool directory = false;
  std::shared_ptr<const tree::content> what{};  ///< of a file; null: no bytes
  item_state state{};
  tree::node_id node = tree::no_node;
};

/// A node of an image, or an item that is not in it yet.
struct item_ref {
  tree::node_id node = tree::no_node;
  std::shared_ptr<loose_item> loose{};
};

/// An item as it is now.
struct item_facts {
  std::string name, path;  ///< with slashes; of an item that is in no image its name alone
  bool directory = false;
  std::uint64_t size = 0;
  item_state state{};
};

}  // namespace comeback::imapi2fs
