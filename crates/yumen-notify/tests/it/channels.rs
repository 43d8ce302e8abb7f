//! Each kind of channel against its robot, well and badly.

use jiff::{SignedDuration, Timestamp};
use yumen_notify::{Channel, Kind, Outcome, Secret, WebAddress};
use yumen_report::Language;

use crate::robots::{self, SECRET, TOKEN, parrot};
use crate::server::{Server, answer, ok};
use crate::{letter, post, start};

const ROBOTS: [Kind; 5] = [
    Kind::DingTalk,
    Kind::Feishu,
    Kind::WeCom,
    Kind::Slack,
    Kind::Webhook,
];

fn robot(kind: Kind) -> Server {
    match kind {
        Kind::DingTalk => robots::dingtalk(""),
        Kind::Feishu => robots::feishu(""),
        Kind::WeCom => robots::wecom(),
        Kind::Slack => robots::slack(),
        Kind::Webhook => robots::webhook(),
        Kind::Mail => unreachable!("mail is no robot"),
    }
}

fn channel(kind: Kind, origin: &str, token: &str, secret: &str, keyword: Option<&str>) -> Channel {
    let path = match kind {
        Kind::DingTalk => format!("/robot/send?access_token={token}"),
        Kind::Feishu => format!("/open-apis/bot/v2/hook/{token}"),
        Kind::WeCom => format!("/cgi-bin/webhook/send?key={token}"),
        Kind::Slack => format!("/services/T0/B0/{token}"),
        Kind::Webhook | Kind::Mail => format!("/yumen/{token}"),
    };
    let address = WebAddress::parse(&format!("{origin}{path}")).unwrap();
    let secret = Secret::new(secret);
    let keyword = keyword.map(str::to_owned);
    match kind {
        Kind::DingTalk => Channel::DingTalk {
            address,
            secret: Some(secret),
            keyword,
        },
        Kind::Feishu => Channel::Feishu {
            address,
            secret: Some(secret),
            keyword,
        },
        Kind::WeCom => Channel::WeCom { address },
        Kind::Slack => Channel::Slack { address },
        Kind::Webhook | Kind::Mail => Channel::Webhook { address, secret },
    }
}

fn good(kind: Kind, server: &Server) -> Channel {
    channel(kind, &server.origin(), TOKEN, SECRET, None)
}

fn send(channel: &Channel) -> Outcome {
    let letter = letter(channel.kind(), Language::Chinese);
    post().send(channel, &letter, start())
}

/// The id of the reason, without its values.
fn reason(outcome: &Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Delivered => ("delivered", ""),
        Outcome::Later(reason) => ("later", reason.id),
        Outcome::Limited { reason, .. } => ("limited", reason.id),
        Outcome::Refused(reason) => ("refused", reason.id),
    }
}

#[test]
fn every_robot_takes_a_letter_in_either_language() {
    for kind in ROBOTS {
        let server = robot(kind);
        for (language, title) in [
            (Language::Chinese, "安全组 `sg-web` 对全网开放"),
            (Language::English, "`sg-web` is open to the world"),
        ] {
            let letter = letter(kind, language);
            let outcome = post().send(&good(kind, &server), &letter, start());
            assert_eq!(outcome, Outcome::Delivered, "{kind:?}");
            let body = server.seen().pop().unwrap().body;
            assert!(body.contains(title), "{kind:?}: {body}");
        }
    }
}

#[test]
fn a_wrong_secret_is_refused_for_good() {
    for kind in [Kind::DingTalk, Kind::Feishu] {
        let server = robot(kind);
        let wrong = channel(kind, &server.origin(), TOKEN, "SECother", None);
        let expected = ("refused", "notify-refused-signature");
        assert_eq!(reason(&send(&wrong)), expected, "{kind:?}");
    }
    let server = robot(Kind::Webhook);
    let wrong = channel(Kind::Webhook, &server.origin(), TOKEN, "other", None);
    assert_eq!(reason(&send(&wrong)), ("refused", "notify-refused"));
}

#[test]
fn a_wrong_clock_is_refused_as_a_signature() {
    for kind in [Kind::DingTalk, Kind::Feishu] {
        let server = robot(kind);
        let hours_ago = start() - SignedDuration::from_hours(2);
        let letter = letter(kind, Language::English);
        let outcome = post().send(&good(kind, &server), &letter, hours_ago);
        let expected = ("refused", "notify-refused-signature");
        assert_eq!(reason(&outcome), expected, "{kind:?}");
    }
}

#[test]
fn signatures_are_right_whatever_base64_makes_of_them() {
    // Among a hundred seconds there are signatures with `+`, `/` and `=`.
    let server = robot(Kind::DingTalk);
    let letter = letter(Kind::DingTalk, Language::English);
    let (channel, post) = (good(Kind::DingTalk, &server), post());
    for second in 0..100 {
        let now = start() + SignedDuration::from_secs(second);
        assert_eq!(post.send(&channel, &letter, now), Outcome::Delivered);
    }
    let pluses = server.seen().into_iter();
    let pluses = pluses.filter(|request| request.parameter("sign").contains('+'));
    assert!(pluses.count() > 10);
}

#[test]
fn an_unknown_robot_is_refused_for_good() {
    for (kind, expected) in [
        (Kind::DingTalk, "notify-refused-robot"),
        (Kind::Feishu, "notify-refused-robot"),
        (Kind::WeCom, "notify-refused-robot"),
        (Kind::Slack, "notify-refused"),
    ] {
        let server = robot(kind);
        let unknown = channel(kind, &server.origin(), "0000000000000000", SECRET, None);
        assert_eq!(reason(&send(&unknown)), ("refused", expected), "{kind:?}");
    }
}

#[test]
fn a_keyword_is_put_in() {
    for kind in [Kind::DingTalk, Kind::Feishu] {
        let server = match kind {
            Kind::DingTalk => robots::dingtalk("玉门告警"),
            _ => robots::feishu("玉门告警"),
        };
        let without = good(kind, &server);
        let expected = ("refused", "notify-refused-keyword");
        assert_eq!(reason(&send(&without)), expected, "{kind:?}");
        let with = channel(kind, &server.origin(), TOKEN, SECRET, Some("玉门告警"));
        assert_eq!(send(&with), Outcome::Delivered, "{kind:?}");
    }
}

#[test]
fn limits_are_understood() {
    for (kind, said, seconds) in [
        (
            Kind::DingTalk,
            ok(r#"{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}"#),
            600,
        ),
        (
            Kind::DingTalk,
            ok(r#"{"errcode":410100,"errmsg":"发送速度太快而限流"}"#),
            600,
        ),
        (
            Kind::Feishu,
            ok(r#"{"code":11232,"msg":"frequency limited psm[lark.oapi.app_platform_runtime]"}"#),
            60,
        ),
        (
            Kind::Feishu,
            answer(400, "", r#"{"code":9499,"msg":"too many request"}"#),
            60,
        ),
        (
            Kind::WeCom,
            ok(r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#),
            60,
        ),
        (
            Kind::Slack,
            answer(429, "retry-after: 7\r\n", "rate_limited"),
            7,
        ),
        (Kind::Webhook, answer(503, "retry-after: 90\r\n", ""), 90),
    ] {
        let server = parrot(said);
        let outcome = send(&good(kind, &server));
        let Outcome::Limited { pause, .. } = outcome else {
            panic!("{kind:?}: {outcome:?}");
        };
        assert_eq!(pause, SignedDuration::from_secs(seconds), "{kind:?}");
    }
}

#[test]
fn what_may_pass_is_tried_again() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\n{\"errcode\":0".to_vec();
    for kind in ROBOTS {
        for (said, expected) in [
            (answer(500, "", "oops"), "notify-server"),
            (answer(502, "", "<html>bad gateway</html>"), "notify-server"),
            (half.clone(), "notify-broken"),
            (b"HTTP/1.1 200".to_vec(), "notify-broken"),
            (Vec::new(), "notify-broken"),
        ] {
            let server = parrot(said.clone());
            let said = String::from_utf8(said).unwrap();
            let outcome = send(&good(kind, &server));
            assert_eq!(reason(&outcome), ("later", expected), "{kind:?}: {said}");
        }
    }
}

#[test]
fn success_without_the_vendors_word_is_no_success() {
    for kind in [Kind::DingTalk, Kind::Feishu, Kind::WeCom, Kind::Slack] {
        for body in [
            "",
            "<html>please log in</html>",
            "{\"errcode\":\"0\"",
            "{}",
            "[]",
        ] {
            let server = parrot(answer(200, "", body));
            let outcome = send(&good(kind, &server));
            assert_eq!(reason(&outcome), ("later", "notify-unclear"), "{kind:?}");
        }
        let server = parrot(ok(r#"{"errcode":-1,"code":-1,"errmsg":"system busy"}"#));
        assert_eq!(reason(&send(&good(kind, &server))).0, "later", "{kind:?}");
    }
}

#[test]
fn nobody_there_is_tried_again() {
    let gone = Server::new(|_| Vec::new()).origin();
    let channel = channel(Kind::WeCom, &gone, TOKEN, SECRET, None);
    assert_eq!(reason(&send(&channel)), ("later", "notify-unreachable"));
}

#[test]
fn tokens_do_not_follow_a_redirect() {
    let thief = robot(Kind::WeCom);
    let location = format!(
        "location: {}/cgi-bin/webhook/send?key={TOKEN}\r\n",
        thief.origin()
    );
    for status in [301, 302, 307, 308] {
        let server = parrot(answer(status, &location, ""));
        let outcome = send(&good(Kind::WeCom, &server));
        assert_eq!(reason(&outcome), ("refused", "notify-redirect"), "{status}");
    }
    assert!(thief.seen().is_empty());
}

#[test]
fn secrets_are_never_said() {
    for kind in ROBOTS {
        let server = Server::new(|request| {
            let echo = format!("no such robot: {} {}", request.target, request.body);
            let body =
                serde_json::json!({ "errcode": 99, "code": 99, "errmsg": echo, "msg": echo });
            answer(400, "", &body.to_string())
        });
        let channel = good(kind, &server);
        let outcome = send(&channel);
        let said = format!("{outcome:?} {channel:?}");
        assert!(said.contains("no such robot"), "{kind:?}: {said}");
        assert!(
            !said.contains(TOKEN) && !said.contains(SECRET),
            "{kind:?}: {said}"
        );
    }
}

#[test]
fn a_test_notice_goes_through() {
    let speakers = crate::speakers();
    let test = yumen_notify::Notice::test("ops", Timestamp::UNIX_EPOCH);
    for kind in ROBOTS {
        let server = robot(kind);
        let batch = crate::batch(kind, Language::Chinese, std::slice::from_ref(&test));
        let words = speakers.of(Language::Chinese);
        let letter = yumen_notify::Letter::compose(&batch, words, &kind.limits());
        let outcome = post().send(&good(kind, &server), &letter, start());
        assert_eq!(outcome, Outcome::Delivered);
        assert!(
            server
                .seen()
                .pop()
                .unwrap()
                .body
                .contains("渠道 `ops` 工作正常")
        );
    }
}
