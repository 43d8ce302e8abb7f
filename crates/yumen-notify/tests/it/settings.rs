//! `[notify.NAME]`, and how secrets are read.

use std::os::unix::fs::PermissionsExt as _;

use jiff::SignedDuration;
use yumen_diagnostics::section::{Section, Source};
use yumen_notify::{Channel, ChannelSettings, Encryption, Kind, SecretSource, Severity};
use yumen_report::Language;

fn read(text: &str) -> (Vec<ChannelSettings>, Vec<String>) {
    let source = Source::new("yumen.toml", text);
    let table = source.parse().unwrap();
    let mut root = Section::new(&source, table.get_ref(), 0..0);
    let settings = ChannelSettings::read(&mut root);
    root.finish();
    let problems = source.into_problems().into_iter();
    let problems = problems.map(|problem| format!("{}: {}", problem.place, problem.message));
    (settings, problems.collect())
}

#[test]
fn a_whole_section_is_read() {
    let (settings, problems) = read(
        r#"
[notify.ops]
kind = "dingtalk"
language = "en"
severity = "high"
url_env = "OPS_URL"
secret_file = "/etc/yumen/ops.secret"
keyword = "yumen"
endpoint = "http://127.0.0.1:7180/"
group_seconds = 5
repeat_minutes = 10
give_up_hours = 2

[notify.duty]
kind = "mail"
server = "smtp.example.com"
encryption = "tls"
user = "yumen"
secret_env = "MAIL"
from = "Yumen <yumen@example.com>"
to = ["duty@example.com", "值班 <duty@example.cn>"]
"#,
    );
    assert_eq!(problems, [""; 0]);
    let [ops, duty] = settings.as_slice() else {
        panic!("{settings:?}");
    };
    assert_eq!((ops.name.as_str(), ops.kind), ("ops", Kind::DingTalk));
    assert_eq!(
        (ops.language, ops.severity),
        (Language::English, Severity::High)
    );
    assert_eq!(
        ops.url,
        Some(SecretSource::Environment("OPS_URL".to_owned()))
    );
    assert_eq!(
        ops.secret,
        Some(SecretSource::File("/etc/yumen/ops.secret".into()))
    );
    assert_eq!(ops.keyword.as_deref(), Some("yumen"));
    assert_eq!(ops.endpoint.as_deref(), Some("http://127.0.0.1:7180"));
    assert_eq!(ops.window, SignedDuration::from_secs(5));
    assert_eq!(ops.repeat, SignedDuration::from_mins(10));
    assert_eq!(ops.patience, SignedDuration::from_hours(2));
    let mail = duty.mail.as_ref().unwrap();
    assert_eq!((mail.port, mail.encryption), (465, Encryption::Tls));
    assert_eq!(mail.to.len(), 2);
    assert_eq!(
        (duty.language, duty.severity),
        (Language::Chinese, Severity::Low)
    );
}

#[test]
fn every_mistake_is_told_with_its_line() {
    for (text, expected) in [
        (
            "kind = \"dingtak\"",
            "2: config-word(key=kind, value=dingtak, nearest=dingtalk)",
        ),
        ("url_env = \"A\"", "1: config-missing(key=kind)"),
        (
            "kind = \"wecom\"",
            "1: notify-config-secret(variable=url_env, file=url_file)",
        ),
        (
            "kind = \"wecom\"\nurl_env = \"A\"\nurl_file = \"b\"",
            "4: notify-config-both(variable=url_env, file=url_file)",
        ),
        (
            "kind = \"wecom\"\nurl_env = \"https://qyapi.weixin.qq.com/x?key=topsecret\"",
            "3: notify-config-variable(key=url_env)",
        ),
        (
            "kind = \"wecom\"\nurl_env = \"A\"\nurl = \"x\"",
            "4: config-unknown-key(key=url, nearest=kind)",
        ),
        (
            "kind = \"webhook\"\nurl_env = \"A\"",
            "1: notify-config-secret(variable=secret_env, file=secret_file)",
        ),
        (
            "kind = \"slack\"\nurl_env = \"A\"\nsevertiy = \"high\"",
            "4: config-unknown-key(key=severtiy, nearest=severity)",
        ),
        (
            "kind = \"slack\"\nurl_env = \"A\"\nendpoint = \"http://example.com\"",
            "4: notify-config-endpoint(value=http://example.com)",
        ),
        (
            "kind = \"slack\"\nurl_env = \"A\"\ngroup_seconds = -1",
            "4: config-range(key=group_seconds, from=0, to=3600)",
        ),
        (
            "kind = \"mail\"\nserver = \"m.example.com\"\nfrom = \"a@b.cn\"\nto = \"nobody\"",
            "5: notify-config-mailbox(value=nobody)",
        ),
        (
            "kind = \"mail\"\nserver = \"m.example.com\"\nfrom = \"a@b.cn\"\nto = \"c@d.cn\"\nencryption = \"none\"",
            "3: notify-config-plain(server=m.example.com)",
        ),
        (
            "kind = \"mail\"\nserver = \"m.example.com\"\nfrom = \"a@b.cn\"\nto = \"c@d.cn\"\nuser = \"u\"",
            "1: notify-config-user",
        ),
    ] {
        let (_, problems) = read(&format!("[notify.ops]\n{text}\n"));
        let expected = format!("yumen.toml:{expected}");
        if expected.contains("config-unknown-key(key=url,") {
            assert!(problems[0].starts_with("yumen.toml:4: config-unknown-key(key=url,"));
        } else {
            assert_eq!(problems, [expected], "{text}");
        }
    }
}

#[test]
fn a_secret_is_read_from_a_variable_or_a_private_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, "  SECfile\n").unwrap();
    let source = SecretSource::File(path.clone());
    let mode = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode));
    for open in [0o644, 0o640, 0o604, 0o620, 0o602] {
        mode(open).unwrap();
        assert_eq!(
            source.read(&|_| None).unwrap_err().id,
            "notify-secret-open",
            "{open:o}"
        );
    }
    for private in [0o600, 0o400] {
        mode(private).unwrap();
        assert_eq!(source.read(&|_| None).unwrap().reveal(), "SECfile");
    }
    std::fs::write(folder.path().join("empty"), " \n").unwrap();
    let empty = SecretSource::Environment("EMPTY".to_owned());
    assert_eq!(
        empty.read(&|_| Some(" ".to_owned())).unwrap_err().id,
        "notify-secret-empty"
    );
    assert_eq!(
        empty.read(&|_| None).unwrap_err().id,
        "notify-secret-variable"
    );
    let gone = SecretSource::File(folder.path().join("gone"));
    assert_eq!(gone.read(&|_| None).unwrap_err().id, "notify-secret-file");
}

#[test]
fn a_channel_is_opened_and_shows_no_secret() {
    let (settings, _) = read(
        "[notify.ops]\nkind = \"dingtalk\"\nurl_env = \"U\"\nsecret_env = \"S\"\nendpoint = \"http://127.0.0.1:9\"\n",
    );
    let environment = |name: &str| match name {
        "U" => Some("https://oapi.dingtalk.com/robot/send?access_token=topsecret".to_owned()),
        "S" => Some("SECtopsecret".to_owned()),
        _ => None,
    };
    let channel = Channel::open(&settings[0], &environment).unwrap();
    let shown = format!("{channel:?} {settings:?}");
    assert!(!shown.contains("topsecret"), "{shown}");
    let Channel::DingTalk { address, .. } = channel else {
        panic!("{shown}");
    };
    assert_eq!(address.host(), "127.0.0.1:9");
    for bad in [
        "http://oapi.dingtalk.com/robot/send?access_token=topsecret",
        "https://user:topsecret@oapi.dingtalk.com/",
        "topsecret",
        "https:///topsecret",
        "https://a/topsecret x",
        "http://127.0.0.1.example.com/topsecret",
        "http://localhost@example.com/topsecret",
    ] {
        let bad = |name: &str| Some(if name == "U" { bad } else { "S" }.to_owned());
        let error = Channel::open(&settings[0], &bad).unwrap_err();
        assert_eq!(error.to_string(), "notify-address(source=U)");
    }
}
