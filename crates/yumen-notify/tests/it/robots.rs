//! The vendors' robots, as strict as the originals: they check address, signature, age, keyword
//! and size, and say what is wrong in the vendors' words.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;

use crate::server::{Request, Server, answer, ok};
use crate::start;

pub(crate) const TOKEN: &str = "b6f3d1c2a9e84f70";
pub(crate) const SECRET: &str = "SEC4f1b7a9c0d+/=";

fn hmac(key: &str, text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

pub(crate) fn dingtalk(keyword: &'static str) -> Server {
    Server::new(move |request| {
        let fail =
            |code: i64, text: &str| ok(&json!({ "errcode": code, "errmsg": text }).to_string());
        if request.path() != "/robot/send" || request.parameter("access_token") != TOKEN {
            return fail(300_005, "token is not exist");
        }
        let time = request.parameter("timestamp");
        let age = time
            .parse::<i64>()
            .map(|time| start().as_millisecond() - time);
        if !age.is_ok_and(|age| age.abs() < 3_600_000) {
            return fail(310_000, "invalid timestamp");
        }
        let expected = STANDARD.encode(hmac(SECRET, &format!("{time}\n{SECRET}")));
        if request.parameter("sign") != expected {
            return fail(310_000, "sign not match");
        }
        if request.body.len() > 20_000 {
            return fail(460_101, "message too long");
        }
        let body = request.json();
        let text = body["markdown"]["text"].as_str().unwrap_or_default();
        if body["msgtype"] != "markdown" || text.is_empty() || body["markdown"]["title"] == "" {
            return fail(40_035, "缺少参数 markdown");
        }
        if !text.contains(keyword) {
            return fail(310_000, "keywords not in content");
        }
        ok(r#"{"errcode":0,"errmsg":"ok"}"#)
    })
}

pub(crate) fn feishu(keyword: &'static str) -> Server {
    Server::new(move |request| {
        let fail = |code: i64, text: &str| {
            ok(&json!({ "code": code, "msg": text, "data": {} }).to_string())
        };
        if request.path() != format!("/open-apis/bot/v2/hook/{TOKEN}") {
            return fail(
                19_001,
                "param invalid: incoming webhook access token invalid",
            );
        }
        let body = request.json();
        let time = body["timestamp"].as_str().unwrap_or_default();
        let age = time.parse::<i64>().map(|time| start().as_second() - time);
        let expected = STANDARD.encode(hmac(&format!("{time}\n{SECRET}"), ""));
        if !age.is_ok_and(|age| age.abs() < 3600) || body["sign"] != expected.as_str() {
            return fail(
                19_021,
                "sign match fail or timestamp is not within one hour from current time",
            );
        }
        if request.body.len() > 20 << 10 {
            return fail(9_499, "Bad Request");
        }
        let posts = body["content"]["post"].as_object();
        let [(language, post)] = posts.unwrap().iter().collect::<Vec<_>>()[..] else {
            return fail(9_499, "Bad Request");
        };
        let known = ["zh_cn", "en_us"].contains(&language.as_str());
        let tags = post["content"].as_array().unwrap().iter();
        let whole =
            tags.flat_map(|line| line.as_array().unwrap())
                .all(|part| match part["tag"].as_str() {
                    Some("text") => part["text"].is_string(),
                    Some("a") => part["text"].is_string() && part["href"].is_string(),
                    _ => false,
                });
        if body["msg_type"] != "post" || !known || !whole {
            return fail(9_499, "Bad Request");
        }
        if !request.body.contains(keyword) {
            return fail(19_024, "Key Words Not Found");
        }
        ok(r#"{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}"#)
    })
}

pub(crate) fn wecom() -> Server {
    Server::new(|request| {
        let fail =
            |code: i64, text: &str| ok(&json!({ "errcode": code, "errmsg": text }).to_string());
        let known = request.path() == "/cgi-bin/webhook/send";
        if !known || request.parameter("key") != TOKEN {
            return fail(93_000, "invalid webhook url");
        }
        let body = request.json();
        let content = body["markdown"]["content"].as_str().unwrap_or_default();
        if body["msgtype"] != "markdown" || content.is_empty() {
            return fail(44_004, "empty content");
        }
        if content.len() > 4096 {
            return fail(40_058, "markdown.content exceed max length 4096");
        }
        ok(r#"{"errcode":0,"errmsg":"ok"}"#)
    })
}

pub(crate) fn slack() -> Server {
    Server::new(|request| {
        if request.path() != format!("/services/T0/B0/{TOKEN}") {
            return answer(404, "", "no_service");
        }
        match request.json()["text"].as_str() {
            Some(text) if !text.is_empty() => answer(200, "", "ok"),
            _ => answer(400, "", "invalid_payload"),
        }
    })
}

pub(crate) fn webhook() -> Server {
    Server::new(|request| {
        let time = request.header("x-yumen-timestamp");
        let id = request.header("x-yumen-delivery");
        let expected: String = hmac(SECRET, &format!("{time}.{id}.{}", request.body))
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let fresh = time
            .parse::<i64>()
            .is_ok_and(|time| (start().as_second() - time).abs() < 300);
        if !fresh || request.header("x-yumen-signature") != format!("v1={expected}") {
            return answer(401, "", "bad signature");
        }
        assert_eq!(request.json()["id"], id);
        answer(204, "", "")
    })
}

/// A robot that says the same whatever comes.
pub(crate) fn parrot(said: Vec<u8>) -> Server {
    Server::new(move |_: &Request| said.clone())
}
