// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/fixture.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace comeback::imapi2fs {
namespace {

class sink final : public com::object<DFileSystemImageEvents> {
 public:
  using told = std::function<void(IDispatch* image, const std::string& line)>;
  explicit sink(told what) : what_(std::move(what)) {}
  HRESULT GetTypeInfoCount(UINT*) override { return E_NOTIMPL; }
  HRESULT GetTypeInfo(UINT, LCID, ITypeInfo**) override { return E_NOTIMPL; }
  HRESULT GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) override { return E_NOTIMPL; }
  HRESULT Invoke(DISPID, REFIID, LCID, WORD, DISPPARAMS*, VARIANT*, EXCEPINFO*, UINT*) override {
    return E_NOTIMPL;
  }
  HRESULT Update(IDispatch* image, BSTR file, LONG copied, LONG total) override {
    what_(image, com::to_utf8(file) + " " + std::to_string(copied) + "/" + std::to_string(total));
    return S_OK;
  }

 private:
  told what_;
};

class image_events : public image_facade {
 protected:
  DWORD listen(sink::told what) {
    DWORD cookie = 0;
    com::ptr<IConnectionPoint> point;
    EXPECT_EQ(
        image.as<IConnectionPointContainer>()->FindConnectionPoint(IID_DFileSystemImageEvents, point.put()),
        S_OK);
    EXPECT_EQ(point->Advise(com::make<sink>(std::move(what)).get(), &cookie), S_OK);
    return cookie;
  }
  void listen() {
    listen([this](IDispatch*, const std::string& line) { heard.push_back(line); });
  }
  HRESULT add_tree(bool with_base = false) {
    return root->AddTree(words(folder.string()), with_base ? VARIANT_TRUE : VARIANT_FALSE);
  }

  std::vector<std::string> heard;
};

using lines = std::vector<std::string>;

TEST_F(image_events, tell_of_every_file_of_a_folder_by_megabytes) {
  write("b/c", "x");
  write("a", "");
  write("two", std::string(2U << 20, 'x'));
  write("more", std::string((1U << 20) + 1, 'x'));
  listen();
  EXPECT_EQ(add_tree(), S_OK);
  EXPECT_EQ(heard, (lines{"\\a 0/0", "\\b\\c 0/1", "\\b\\c 1/1", "\\more 0/513", "\\more 512/513",
                          "\\more 513/513", "\\two 0/1024", "\\two 512/1024", "\\two 1024/1024"}));
}

TEST_F(image_events, tell_of_files_that_replace_others_but_not_of_what_was_there) {
  write("a", "one");
  EXPECT_EQ(add_tree(), S_OK);
  EXPECT_EQ(root->AddDirectory(words("other")), S_OK);
  EXPECT_EQ(root->AddFile(words("other/b"), stream("a").get()), S_OK);
  listen();
  EXPECT_EQ(add_tree(), S_OK);
  EXPECT_EQ(heard, (lines{"\\a 0/1", "\\a 1/1"}));
}

TEST_F(image_events, tell_of_a_stream_s_file) {
  write("a", "one");
  listen();
  EXPECT_EQ(root->AddDirectory(words("d")), S_OK);
  EXPECT_EQ(root->AddFile(words("d/b"), stream("a").get()), S_OK);
  EXPECT_EQ(heard, (lines{"\\d\\b 0/1", "\\d\\b 1/1"}));
}

TEST_F(image_events, a_failure_tells_nothing) {
  write("a", std::string(2U << 20, 'x'));
  listen();
  EXPECT_EQ(image->put_FreeMediaBlocks(600), S_OK);
  EXPECT_EQ(add_tree(), hr(0xC0AAB120));
  EXPECT_NE(root->AddFile(words("nowhere/b"), stream("a").get()), S_OK);
  EXPECT_EQ(heard, lines{});
}

TEST_F(image_events, name_the_image_itself) {
  write("a", "");
  com::ptr<IUnknown> named;
  listen([&](IDispatch* from, const std::string&) { named = com::ptr<IDispatch>(from).as<IUnknown>(); });
  EXPECT_EQ(add_tree(), S_OK);
  EXPECT_EQ(named.get(), image.as<IUnknown>().get());
}

TEST_F(image_events, a_sink_may_use_and_change_the_image) {
  write("a", "");
  write("b", "");
  listen([&](IDispatch*, const std::string& line) {
    heard.push_back(line);
    if (line.starts_with("\\made")) return;
    heard.push_back(std::to_string(files()));
    EXPECT_EQ(root->Remove(words(line.substr(1, 1))), S_OK);
    EXPECT_EQ(root->AddFile(words("made of " + line.substr(1, 1)), stream("a").get()), S_OK);
  });
  EXPECT_EQ(add_tree(), S_OK);
  EXPECT_EQ(heard, (lines{"\\a 0/0", "2", "\\made of a 0/0", "\\b 0/0", "2", "\\made of b 0/0"}));
  EXPECT_EQ(files(), 2);
}

TEST_F(image_events, a_sink_may_release_all_the_client_has) {
  write("a", "");
  listen([&](IDispatch*, const std::string& line) {
    heard.push_back(line);
    image = nullptr;
    root = nullptr;
  });
  IFsiDirectoryItem* const called = root.get();
  EXPECT_EQ(called->AddTree(words(folder.string()), VARIANT_FALSE), S_OK);
  EXPECT_EQ(heard, lines{"\\a 0/0"});
}

TEST_F(image_events, an_item_keeps_its_image_and_the_image_s_sinks) {
  write("a", "");
  listen();
  image = nullptr;
  EXPECT_EQ(add_tree(), S_OK);
  EXPECT_EQ(heard, lines{"\\a 0/0"});
}

}  // namespace
}  // namespace comeback::imapi2fs
