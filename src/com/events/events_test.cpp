// SPDX-License-Identifier: Apache-2.0
#include "com/events/events.hpp"

#include "com/data/limited_memory.hpp"
#include "com/dispatch/automation.hpp"
#include "com/made/imapi2fs.hpp"
#include "com/object/facade_test.hpp"

#include <atomic>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace comeback;

namespace {

constexpr com::event updated{&DFileSystemImageEvents::Update, 256};

/// A source of two kinds of events.
class source final
    : public com::automation<IFileSystemImage3,
                             com::event_source<DFileSystemImageEvents, DFileSystemImageImportEvents>> {
 public:
  explicit source(bool* alive = nullptr) : alive_(alive) {
    if (alive_) *alive_ = true;
  }
  void raise(const wchar_t* file = L"\\a", LONG copied = 1, LONG total = 2) {
    const BSTR text = SysAllocString(file);
    updated.raise(point_of<DFileSystemImageEvents>(), static_cast<IFileSystemImage3*>(this), text, copied,
                  total);
    SysFreeString(text);
  }
  HRESULT get_UsedBlocks(LONG* out) noexcept override {
    *out = 7;
    return S_OK;
  }

 private:
  ~source() override {
    if (alive_) *alive_ = false;
  }
  bool* alive_;
};

using told = std::function<HRESULT(const std::string& file, LONG copied, LONG total)>;

/// A client's object with the event interface. Invoke is left out, as C++ clients may.
class slot_sink final : public com::object<DFileSystemImageEvents> {
 public:
  explicit slot_sink(told what) : what_(std::move(what)) {}
  HRESULT GetTypeInfoCount(UINT*) override { return E_NOTIMPL; }
  HRESULT GetTypeInfo(UINT, LCID, ITypeInfo**) override { return E_NOTIMPL; }
  HRESULT GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) override { return E_NOTIMPL; }
  HRESULT Invoke(DISPID, REFIID, LCID, WORD, DISPPARAMS*, VARIANT*, EXCEPINFO*, UINT*) override {
    return E_NOTIMPL;
  }
  HRESULT Update(IDispatch*, BSTR file, LONG copied, LONG total) override {
    return what_(com::to_utf8(file), copied, total);
  }

 private:
  told what_;
};

/// A script's object: IDispatch alone.
class script_sink : public com::object<IDispatch> {
 public:
  explicit script_sink(told what) : what_(std::move(what)) {}
  HRESULT GetTypeInfoCount(UINT*) override { return E_NOTIMPL; }
  HRESULT GetTypeInfo(UINT, LCID, ITypeInfo**) override { return E_NOTIMPL; }
  HRESULT GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) override { return E_NOTIMPL; }
  HRESULT Invoke(DISPID id, REFIID riid, LCID, WORD flags, DISPPARAMS* given, VARIANT*, EXCEPINFO*,
                 UINT*) override {
    EXPECT_EQ(id, 256);
    EXPECT_EQ(riid, IID_NULL);
    EXPECT_EQ(flags, DISPATCH_METHOD);
    EXPECT_EQ(given->cArgs, 4u);
    const VARIANT* const last_first = given->rgvarg;
    EXPECT_EQ(last_first[3].vt, VT_DISPATCH);
    return what_(com::to_utf8(last_first[2].bstrVal), last_first[1].lVal, last_first[0].lVal);
  }

 private:
  told what_;
};

/// A sink that knows its source without holding it, and calls it when it is let go.
class weak_sink final : public script_sink {
 public:
  weak_sink(source& of, LONG& used) : script_sink([](auto&&...) { return S_OK; }), of_(of), used_(used) {}

 private:
  ~weak_sink() override {
    const com::ptr<IConnectionPointContainer> held(&of_);
    UINT count = 0;
    EXPECT_EQ(of_.GetTypeInfoCount(&count), S_OK);
    EXPECT_EQ(of_.get_UsedBlocks(&used_), S_OK);
    com::ptr<IConnectionPoint> point;
    EXPECT_EQ(of_.FindConnectionPoint(IID_DFileSystemImageEvents, point.put()), S_OK);
    DWORD cookie = 0;
    const auto other = com::make<script_sink>([](auto&&...) { return S_OK; });
    EXPECT_EQ(point->Advise(other.get(), &cookie), CONNECT_E_CANNOTCONNECT);
  }
  source& of_;
  LONG& used_;
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
/// A script's object made from type information: it answers for the interface and has no slots of it. The
/// test owns it.
class named_script_sink final : public IDispatch {
 public:
  explicit named_script_sink(told what) : script_(com::make<script_sink>(std::move(what))) {}
  HRESULT QueryInterface(REFIID iid, void** out) override {
    const bool known = iid == IID_IUnknown || iid == IID_IDispatch || iid == IID_DFileSystemImageEvents;
    *out = known ? this : nullptr;
    return known ? S_OK : E_NOINTERFACE;
  }
  ULONG AddRef() override { return 2; }
  ULONG Release() override { return 1; }
  HRESULT GetTypeInfoCount(UINT*) override { return E_NOTIMPL; }
  HRESULT GetTypeInfo(UINT, LCID, ITypeInfo**) override { return E_NOTIMPL; }
  HRESULT GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) override { return E_NOTIMPL; }
  HRESULT Invoke(DISPID id, REFIID riid, LCID lcid, WORD flags, DISPPARAMS* given, VARIANT* result,
                 EXCEPINFO* exception, UINT* bad) override {
    return script_->Invoke(id, riid, lcid, flags, given, result, exception, bad);
  }

 private:
  com::ptr<script_sink> script_;
};
#pragma GCC diagnostic pop

class events : public com::facade_test {
 protected:
  static com::ptr<IConnectionPoint> point_of(const com::ptr<source>& of) {
    com::ptr<IConnectionPoint> found;
    EXPECT_EQ(
        of.as<IConnectionPointContainer>()->FindConnectionPoint(IID_DFileSystemImageEvents, found.put()),
        S_OK);
    return found;
  }
  DWORD advise(IUnknown* sink) {
    DWORD cookie = 0;
    EXPECT_EQ(point->Advise(sink, &cookie), S_OK);
    return cookie;
  }
  told note(const std::string& who) {
    return [this, who](const std::string& file, LONG copied, LONG total) {
      heard.push_back(who + " " + file + " " + std::to_string(copied) + "/" + std::to_string(total));
      return S_OK;
    };
  }

  std::vector<std::string> heard;
  com::ptr<source> from = com::make<source>();
  com::ptr<IConnectionPoint> point = point_of(from);
};

using lines = std::vector<std::string>;

}  // namespace

TEST_F(events, reach_sinks_of_every_kind_in_the_order_they_came) {
  named_script_sink named(note("named"));
  advise(com::make<slot_sink>(note("slot")).get());
  advise(com::make<script_sink>(note("script")).get());
  const DWORD third = advise(&named);
  from->raise(L"\\f", 3, 4);
  EXPECT_EQ(heard, (lines{"slot \\f 3/4", "script \\f 3/4", "named \\f 3/4"}));
  EXPECT_EQ(point->Unadvise(third), S_OK);
}

TEST_F(events, the_id_is_that_of_the_interface_s_table) {
  wchar_t name[] = L"Update";
  LPOLESTR names[] = {name};
  DISPID id = 0;
  ASSERT_EQ(com::find_names(com::members_of<DFileSystemImageEvents>(), IID_NULL, names, 1, &id), S_OK);
  EXPECT_EQ(id, updated.id);
}

TEST_F(events, one_sink_may_connect_twice_and_each_cookie_ends_one) {
  const auto sink = com::make<slot_sink>(note("s"));
  const DWORD first = advise(sink.get()), second = advise(sink.get());
  EXPECT_NE(first, 0u);
  EXPECT_NE(first, second);
  from->raise();
  EXPECT_EQ(heard.size(), 2u);
  EXPECT_EQ(point->Unadvise(first), S_OK);
  from->raise();
  EXPECT_EQ(heard.size(), 3u);
  EXPECT_EQ(point->Unadvise(first), CONNECT_E_NOCONNECTION);
  EXPECT_EQ(point->Unadvise(second), S_OK);
  from->raise();
  EXPECT_EQ(heard.size(), 3u);
}

TEST_F(events, what_cannot_be_connected) {
  DWORD cookie = 7;
  EXPECT_EQ(point->Advise(nullptr, &cookie), E_POINTER);
  EXPECT_EQ(cookie, 0u);
  EXPECT_EQ(point->Advise(com::make<script_sink>(note("s")).get(), static_cast<DWORD*>(nullptr)), E_POINTER);
  com::ptr<ICreateErrorInfo> other;
  ASSERT_EQ(CreateErrorInfo(other.put()), S_OK);
  EXPECT_EQ(point->Advise(other.get(), &cookie), CONNECT_E_CANNOTCONNECT);
  EXPECT_EQ(cookie, 0u);
  EXPECT_EQ(point->Unadvise(0), CONNECT_E_NOCONNECTION);
  EXPECT_EQ(point->GetConnectionInterface(nullptr), E_POINTER);
  EXPECT_EQ(point->GetConnectionPointContainer(nullptr), E_POINTER);
  EXPECT_EQ(point->EnumConnections(nullptr), E_POINTER);
}

TEST_F(events, a_sink_that_fails_or_throws_does_not_keep_others_from_hearing) {
  advise(com::make<slot_sink>([](auto&&...) { return com::publish(E_FAIL, "mine"); }).get());
  advise(com::make<slot_sink>([](auto&&...) -> HRESULT { throw std::runtime_error("odd"); }).get());
  advise(com::make<script_sink>([](auto&&...) -> HRESULT { throw 5; }).get());
  advise(com::make<slot_sink>(note("last")).get());
  com::set_error_info(E_FAIL, "the caller's");
  from->raise();
  EXPECT_EQ(heard.size(), 1u);
  EXPECT_EQ(last_description(), "the caller's");
}

TEST_F(events, a_sink_may_unadvise_itself_and_others_while_called) {
  DWORD mine = 0, later = 0;
  mine = advise(com::make<slot_sink>([&](auto&&...) {
                  heard.emplace_back("first");
                  EXPECT_EQ(point->Unadvise(mine), S_OK);
                  return point->Unadvise(later);
                }).get());
  later = advise(com::make<slot_sink>(note("later")).get());
  from->raise();
  from->raise();
  EXPECT_EQ(heard, lines{"first"});
}

TEST_F(events, a_sink_that_comes_while_others_are_called_hears_the_next) {
  advise(com::make<slot_sink>([&](auto&&...) {
           if (heard.empty()) advise(com::make<slot_sink>(note("new")).get());
           heard.emplace_back("old");
           return S_OK;
         }).get());
  from->raise();
  EXPECT_EQ(heard, lines{"old"});
  from->raise();
  EXPECT_EQ(heard, (lines{"old", "old", "new \\a 1/2"}));
}

TEST_F(events, a_sink_may_raise_them_again) {
  advise(com::make<slot_sink>([&](const std::string&, LONG copied, LONG) {
           heard.emplace_back("at " + std::to_string(copied));
           if (copied < 3) from->raise(L"", copied + 1);
           return S_OK;
         }).get());
  from->raise();
  EXPECT_EQ(heard, (lines{"at 1", "at 2", "at 3"}));
}

TEST(event_source, may_be_released_by_a_sink_and_lives_until_all_were_told) {
  bool alive = false;
  source* const from = com::make<source>(&alive).detach();
  std::vector<bool> seen;
  com::ptr<IConnectionPoint> point;
  ASSERT_EQ(from->FindConnectionPoint(IID_DFileSystemImageEvents, point.put()), S_OK);
  DWORD cookie = 0;
  ASSERT_EQ(point->Advise(com::make<slot_sink>([&](auto&&...) {
                            from->Release();
                            return S_OK;
                          }).get(),
                          &cookie),
            S_OK);
  ASSERT_EQ(point->Advise(com::make<slot_sink>([&](auto&&...) {
                            seen.push_back(alive);
                            return S_OK;
                          }).get(),
                          &cookie),
            S_OK);
  point = nullptr;
  from->raise();
  EXPECT_EQ(seen, std::vector<bool>{true});
  EXPECT_FALSE(alive);
}

TEST(event_source, lets_its_sinks_go_when_it_dies) {
  const auto sink = com::make<slot_sink>([](auto&&...) { return S_OK; });
  {
    const auto from = com::make<source>();
    com::ptr<IConnectionPoint> point;
    ASSERT_EQ(from->FindConnectionPoint(IID_DFileSystemImageEvents, point.put()), S_OK);
    DWORD cookie = 0;
    ASSERT_EQ(point->Advise(sink.get(), &cookie), S_OK);
  }
  sink->AddRef();
  EXPECT_EQ(sink->Release(), 1u);
}

TEST(event_source, is_whole_while_its_last_reference_lets_the_sinks_go) {
  LONG used = 0;
  bool alive = false;
  {
    const auto from = com::make<source>(&alive);
    com::ptr<IConnectionPoint> point;
    ASSERT_EQ(from->FindConnectionPoint(IID_DFileSystemImageEvents, point.put()), S_OK);
    DWORD cookie = 0;
    ASSERT_EQ(point->Advise(com::make<weak_sink>(*from, used).get(), &cookie), S_OK);
  }
  EXPECT_EQ(used, 7);
  EXPECT_FALSE(alive);
}

TEST_F(events, that_nobody_hears_take_no_memory) {
  const com::new_count watch;
  from->raise();
  EXPECT_EQ(watch.taken(), 0u);
}

TEST_F(events, are_lost_where_there_is_no_memory_and_that_is_all) {
  advise(com::make<slot_sink>(note("s")).get());
  {
    const com::new_limit none(0);
    from->raise();
  }
  EXPECT_EQ(heard.size(), 0u);
  from->raise();
  EXPECT_EQ(heard.size(), 1u);
}

TEST(event_source, lives_as_long_as_one_of_its_points) {
  bool alive = false;
  com::ptr<IConnectionPoint> point;
  ASSERT_EQ(com::make<source>(&alive)->FindConnectionPoint(IID_DFileSystemImageEvents, point.put()), S_OK);
  EXPECT_TRUE(alive);
  com::ptr<IConnectionPointContainer> container;
  ASSERT_EQ(point->GetConnectionPointContainer(container.put()), S_OK);
  EXPECT_EQ(container.as<IUnknown>().get(), container.as<IFileSystemImage>().as<IUnknown>().get());
  container = nullptr;
  point = nullptr;
  EXPECT_FALSE(alive);
}

TEST_F(events, points_are_objects_of_their_own) {
  EXPECT_EQ(point_of(from).get(), point.get());
  EXPECT_TRUE(point.as<IUnknown>());
  EXPECT_FALSE(point.as<IConnectionPointContainer>());
  EXPECT_NE(point.as<IUnknown>().get(), from.as<IUnknown>().get());
  IID outgoing{};
  EXPECT_EQ(point->GetConnectionInterface(&outgoing), S_OK);
  EXPECT_EQ(outgoing, IID_DFileSystemImageEvents);
  com::ptr<IConnectionPoint> none;
  EXPECT_EQ(from->FindConnectionPoint(IID_IFileSystemImage, none.put()), CONNECT_E_NOCONNECTION);
  EXPECT_EQ(from->FindConnectionPoint(IID_DFileSystemImageEvents, nullptr), E_POINTER);
  EXPECT_EQ(point->QueryInterface(IID_IUnknown, nullptr), E_POINTER);
}

TEST_F(events, points_are_enumerated) {
  com::ptr<IEnumConnectionPoints> all, clone;
  ASSERT_EQ(from->EnumConnectionPoints(all.put()), S_OK);
  IConnectionPoint* got[3]{};
  ULONG count = 9;
  EXPECT_EQ(all->Next(2, got, nullptr), E_POINTER);
  EXPECT_EQ(all->Next(1, nullptr, &count), E_POINTER);
  EXPECT_EQ(all->Skip(1), S_OK);
  ASSERT_EQ(all->Clone(clone.put()), S_OK);
  EXPECT_EQ(all->Reset(), S_OK);
  EXPECT_EQ(all->Next(3, got, &count), S_FALSE);
  ASSERT_EQ(count, 2u);
  EXPECT_EQ(got[0], point.get());
  IConnectionPoint* second = nullptr;
  EXPECT_EQ(clone->Next(1, &second, nullptr), S_OK);
  EXPECT_EQ(second, got[1]);
  for (IConnectionPoint* each : {got[0], got[1], second}) each->Release();
  EXPECT_EQ(clone->Skip(1), S_FALSE);
  EXPECT_EQ(from->EnumConnectionPoints(nullptr), E_POINTER);
}

TEST_F(events, connections_are_enumerated_as_they_were) {
  const auto sink = com::make<slot_sink>(note("s"));
  const DWORD first = advise(sink.get());
  const DWORD second = advise(com::make<script_sink>(note("t")).get());
  com::ptr<IEnumConnections> all;
  ASSERT_EQ(point->EnumConnections(all.put()), S_OK);
  EXPECT_EQ(point->Unadvise(second), S_OK);
  CONNECTDATA got[3]{};
  ULONG count = 0;
  EXPECT_EQ(all->Next(3, got, &count), S_FALSE);
  ASSERT_EQ(count, 2u);
  EXPECT_EQ(got[0].dwCookie, first);
  EXPECT_EQ(got[0].pUnk, sink.get());
  EXPECT_EQ(got[1].dwCookie, second);
  for (ULONG i = 0; i < count; ++i) got[i].pUnk->Release();
}

TEST_F(events, sinks_come_go_and_hear_on_many_threads) {
  std::atomic<int> calls = 0;
  const auto counting = [&] {
    return com::make<slot_sink>([&](auto&&...) {
      ++calls;
      return S_OK;
    });
  };
  advise(counting().get());
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 300; ++i) {
        DWORD cookie = 0;
        EXPECT_EQ(point->Advise(counting().get(), &cookie), S_OK);
        from->raise();
        com::ptr<IEnumConnections> all;
        EXPECT_EQ(point->EnumConnections(all.put()), S_OK);
        EXPECT_EQ(point->Unadvise(cookie), S_OK);
      }
    });
  threads.clear();
  EXPECT_GE(calls, 2 * 4 * 300);
}

TEST_F(events, a_sink_that_blocks_holds_up_nobody_else) {
  std::atomic<bool> inside = false, go_on = false;
  advise(com::make<slot_sink>([&](auto&&...) {
           inside = true;
           inside.notify_all();
           go_on.wait(false);
           return S_OK;
         }).get());
  std::jthread raising([&] { from->raise(); });
  inside.wait(false);
  const DWORD cookie = advise(com::make<slot_sink>(note("s")).get());
  EXPECT_EQ(point->Unadvise(cookie), S_OK);
  go_on = true;
  go_on.notify_all();
}

TEST_F(events, a_thousand_sinks_hear_in_their_order) {
  std::vector<DWORD> cookies;
  for (int i = 0; i < 1000; ++i)
    cookies.push_back(advise(com::make<slot_sink>(note(std::to_string(i))).get()));
  from->raise();
  ASSERT_EQ(heard.size(), 1000u);
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(heard[static_cast<std::size_t>(i)], std::to_string(i) + " \\a 1/2");
  for (const DWORD cookie : cookies) EXPECT_EQ(point->Unadvise(cookie), S_OK);
  from->raise();
  EXPECT_EQ(heard.size(), 1000u);
}

// What holds its source is held by it: the client ends the cycle, as documented for connections.
TEST(event_source, a_cycle_with_its_sink_ends_with_unadvise) {
  bool alive = false;
  com::ptr<IConnectionPoint> point;
  DWORD cookie = 0;
  {
    const auto from = com::make<source>(&alive);
    ASSERT_EQ(from->FindConnectionPoint(IID_DFileSystemImageEvents, point.put()), S_OK);
    ASSERT_EQ(point->Advise(com::make<slot_sink>([held = from](auto&&...) { return S_OK; }).get(), &cookie),
              S_OK);
  }
  IConnectionPoint* const last = point.get();
  point = nullptr;
  EXPECT_TRUE(alive);
  EXPECT_EQ(last->Unadvise(cookie), S_OK);  // the sink goes inside, and the source with it
  EXPECT_FALSE(alive);
}
