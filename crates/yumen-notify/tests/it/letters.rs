//! Letters fit, say what was cut, and let no name become a link or a mention.

use jiff::SignedDuration;
use proptest::prelude::*;
use yumen_diagnostics::Message;
use yumen_notify::{
    Channel, Effect, Event, Kind, Letter, Notice, Outbox, Outcome, Secret, Severity, WebAddress,
};
use yumen_report::Language;

use crate::robots::{self, SECRET, TOKEN};
use crate::server::Server;
use crate::{batch, post, speakers, start};

fn long(key: &str, lines: &[String]) -> Notice {
    let lines = lines.iter();
    Notice {
        lines: lines
            .map(|line| Message::new("it-line").with("text", line.as_str()))
            .collect(),
        ..crate::notice(key, Severity::High, start())
    }
}

fn wecom(server: &Server) -> Channel {
    let url = format!("{}/cgi-bin/webhook/send?key={TOKEN}", server.origin());
    let address = WebAddress::parse(&url).unwrap();
    Channel::WeCom { address }
}

#[test]
fn what_is_too_long_is_cut_and_says_so() {
    let lines: Vec<String> = (0..500).map(|n| format!("{n} 条规则对全网开放")).collect();
    let server = robots::wecom();
    let batch = batch(Kind::WeCom, Language::Chinese, &[long("sg", &lines)]);
    let letter = Letter::compose(
        &batch,
        speakers().of(Language::Chinese),
        &Kind::WeCom.limits(),
    );
    assert_eq!(
        post().send(&wecom(&server), &letter, start()),
        Outcome::Delivered
    );
    let content = server.seen().pop().unwrap().json()["markdown"]["content"].clone();
    let content = content.as_str().unwrap();
    let shown = content
        .lines()
        .filter(|line| line.contains("条规则"))
        .count();
    let cut = content.lines().find(|line| line.contains("截断")).unwrap();
    let whole = letter.blocks[0]
        .lines
        .iter()
        .filter(|line| line.ends_with("开放 行"));
    let missing = 500 - whole.count();
    assert!(cut.contains(&format!("有 {missing} 行未完整显示")), "{cut}");
    assert!(
        shown > 60 && content.contains("查看详情"),
        "{shown}: {content}"
    );
}

#[test]
fn names_become_neither_links_nor_mentions() {
    let lines = ["<@all> [click](http://evil.example) <!channel> *b*".to_owned()];
    for (kind, server) in [
        (Kind::WeCom, robots::wecom()),
        (Kind::Slack, robots::slack()),
    ] {
        let batch = batch(
            kind,
            Language::English,
            &[long("sg\n# [x](http://evil.example)", &lines)],
        );
        let letter = Letter::compose(&batch, speakers().of(Language::English), &kind.limits());
        let channel = match kind {
            Kind::WeCom => wecom(&server),
            _ => Channel::Slack {
                address: WebAddress::parse(&format!("{}/services/T0/B0/{TOKEN}", server.origin()))
                    .unwrap(),
            },
        };
        assert_eq!(post().send(&channel, &letter, start()), Outcome::Delivered);
        let body = server.seen().pop().unwrap().body;
        assert!(body.contains("evil.example") && body.contains("@all"));
        for bad in ["<@all>", "<!channel>"] {
            assert!(!body.contains(bad), "{kind:?}: {body}");
        }
        if kind == Kind::WeCom {
            assert!(!body.contains('<'), "{body}");
            assert_eq!(body.matches("](").count(), 1, "{body}");
            assert!(!body.contains("\\n#"), "{body}");
        }
    }
}

#[test]
fn a_link_that_is_none_is_left_out() {
    for link in [
        "javascript:alert(1)",
        "https://",
        "https://a b",
        "ftp://x",
        "https://x/\"<",
    ] {
        let notice = Notice {
            link: Some(link.to_owned()),
            ..crate::notice("sg", Severity::High, start())
        };
        assert_eq!(notice.told(&speakers()).link, None, "{link}");
    }
}

fn dingtalk(server: &Server, keyword: &str) -> Channel {
    let url = format!("{}/robot/send?access_token={TOKEN}", server.origin());
    Channel::DingTalk {
        address: WebAddress::parse(&url).unwrap(),
        secret: Some(Secret::new(SECRET)),
        keyword: Some(keyword.to_owned()),
    }
}

#[test]
fn many_small_notices_fit() {
    let server = robots::wecom();
    let notices: Vec<Notice> = (0..300).map(|n| long(&format!("k{n}"), &[])).collect();
    let (speakers, limits) = (speakers(), Kind::WeCom.limits());
    let mut outbox = Outbox::new(
        [(
            "ops".to_owned(),
            crate::policy(Kind::WeCom, Language::English),
        )],
        start(),
    );
    for notice in &notices {
        let told = notice.told(&speakers);
        assert_eq!(outbox.handle(Event::Notice(told), start()), []);
    }
    let effects = outbox.handle(Event::Tick, outbox.next_deadline().unwrap());
    let [Effect::Send { batch, .. }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert!(batch.items.len() > 3);
    let letter = Letter::compose(batch, speakers.of(Language::English), &limits);
    let outcome = post().send(&wecom(&server), &letter, start());
    assert_eq!(outcome, Outcome::Delivered);
}

#[test]
fn what_surrounds_a_notice_that_is_cut_fits_too() {
    let keyword = "k".repeat(100);
    let server = robots::dingtalk("kkk");
    let (speakers, limits) = (speakers(), Kind::DingTalk.limits());
    let policy = crate::policy(Kind::DingTalk, Language::English);
    let mut outbox = Outbox::new([("ops".to_owned(), policy)], start());
    let mut notice = long("k", &["a".repeat(30_000)]);
    notice.title = Message::new("it-opened").with("group", "g".repeat(300));
    for _ in 0..3 {
        let told = notice.told(&speakers);
        assert_eq!(outbox.handle(Event::Notice(told), start()), []);
    }
    let effects = outbox.handle(Event::Tick, outbox.next_deadline().unwrap());
    let [Effect::Send { batch, .. }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    let letter = Letter::compose(batch, speakers.of(Language::English), &limits);
    let outcome = post().send(&dingtalk(&server, &keyword), &letter, start());
    assert_eq!(outcome, Outcome::Delivered);
}

fn texts() -> impl Strategy<Value = Vec<Vec<String>>> {
    let text = prop_oneof![
        "[a-z &<>\"\\\\*\\[\\]]{0,80}",
        "[安全组开放🦀é]{0,60}",
        "\\PC{0,40}",
        Just("&".repeat(5_000)),
        Just("安".repeat(9_000)),
    ];
    prop::collection::vec(prop::collection::vec(text, 0..12), 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is told, each letter that the outbox makes of it is within the vendor's size, and
    /// together they hold every notice.
    #[test]
    fn letters_fit(notices in texts(), english: bool) {
        let language = if english { Language::English } else { Language::Chinese };
        let servers = [
            (Kind::WeCom, robots::wecom()),
            (Kind::DingTalk, robots::dingtalk("安全")),
            (Kind::Feishu, robots::feishu("安全")),
        ];
        let (speakers, post) = (speakers(), post());
        for (kind, server) in servers {
            let keyword = Some("安全".to_owned());
            let secret = Some(Secret::new(SECRET));
            let address = |path: &str| {
                WebAddress::parse(&format!("{}{path}{TOKEN}", server.origin())).unwrap()
            };
            let channel = match kind {
                Kind::WeCom => wecom(&server),
                Kind::DingTalk => {
                    let address = address("/robot/send?access_token=");
                    Channel::DingTalk { address, secret, keyword }
                }
                _ => {
                    let address = address("/open-apis/bot/v2/hook/");
                    Channel::Feishu { address, secret, keyword }
                }
            };
            let mut policy = crate::policy(kind, language);
            policy.window = SignedDuration::from_secs(30);
            let mut outbox = Outbox::new([("ops".to_owned(), policy)], start());
            for (number, lines) in notices.iter().enumerate() {
                let told = long(&format!("sg-{number}"), lines).told(&speakers);
                prop_assert!(outbox.handle(Event::Notice(told), start()).is_empty());
            }
            let mut told = 0;
            while let Some(now) = outbox.next_deadline() {
                let mut effects = outbox.handle(Event::Tick, now);
                while let Some(effect) = effects.pop() {
                    let Effect::Send { batch, channel: name } = effect else {
                        panic!("{effect:?}");
                    };
                    told += batch.items.len();
                    let letter = Letter::compose(&batch, speakers.of(language), &kind.limits());
                    let outcome = post.send(&channel, &letter, start());
                    prop_assert_eq!(&outcome, &Outcome::Delivered);
                    let event = Event::Outcome { channel: name, batch: batch.id, outcome, jitter: 0.5 };
                    effects.extend(outbox.handle(event, now));
                }
            }
            prop_assert_eq!(told, notices.len());
        }
    }
}
