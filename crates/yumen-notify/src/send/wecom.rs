//! WeCom's group robot: the key in the address is all there is to prove who sends.

use serde_json::json;

use super::http::Answer;
use super::markdown::markdown;
use super::{Meaning, by_code};
use crate::letter::Letter;
use crate::limits::Limits;
use crate::outcome::Outcome;

pub(super) fn body(letter: &Letter) -> String {
    let content = markdown(letter, "> ", "\n");
    json!({ "msgtype": "markdown", "markdown": { "content": content } }).to_string()
}

pub(super) fn outcome(answer: &Answer, limits: &Limits) -> Outcome {
    by_code(answer, limits, ["errcode", "errmsg"], meaning)
}

fn meaning(code: i64, _: &str) -> Meaning {
    match code {
        45_009 | 45_033 => Meaning::Limited,
        93_000 | 93_008 | 93_017 => Meaning::Refused("notify-refused-robot"),
        40_008 | 40_058 | 44_004 | 45_002 => Meaning::Refused("notify-refused-content"),
        _ => Meaning::Later,
    }
}
