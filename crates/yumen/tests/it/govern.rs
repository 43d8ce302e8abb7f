//! Change control on the command line: the whole way in both languages, what wrong input is told,
//! and the watch as a process. `YUMEN_UPDATE=1 cargo test -p yumen govern` writes the kept screens
//! anew.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr;
use yumen_cloudlab::{DEMO_SETTINGS, LAB_KEY, Lab, Server, Settings, demo};

use crate::program::Run;

/// A cloud, a folder with settings and keys, and people: li proposes and applies, wang approves.
struct Desk {
    _server: Server,
    url: String,
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let files = demo().into_iter().map(|file| (file.path, file.bytes));
        let quick = Settings {
            window: 0,
            ..Settings::default()
        };
        let lab = Arc::new(Mutex::new(Lab::load(files, quick).unwrap()));
        let server = Server::start(lab, ([127, 0, 0, 1], 0).into(), None).unwrap();
        let desk = Self {
            url: format!("http://{}", server.address()),
            _server: server,
            folder: tempfile::tempdir().unwrap(),
        };
        let mut settings = DEMO_SETTINGS.to_owned();
        for (name, roles) in [("li", "operator\", \"oncall"), ("wang", "approver")] {
            let made = desk.run(&["key", "new", name]);
            assert_eq!(made.code, 0, "{}", made.err);
            let section = made.out.split_once('[').unwrap().1;
            let section = section.replace("operator\", \"approver", roles);
            settings.push_str(&format!("\n[{section}"));
        }
        settings.push_str("\n[watch]\nproduction = \"enforce\"\ntest = \"enforce\"\n");
        fs::write(desk.path("yumen.toml"), settings).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yumen"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", self.folder.path())
            .env("YUMEN_STATE", self.path("state"))
            .env("YUMEN_KEYS", self.path("keys"))
            .env("YUMEN_ALIYUN_ENDPOINT", &self.url)
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", LAB_KEY.0)
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", LAB_KEY.1)
            .env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        ran(&mut self.command(arguments))
    }

    /// Runs what has to go well, and gives what is printed.
    fn good(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}{}", run.out, run.err);
        run.out
    }

    /// Runs what has to be refused, and gives what is said.
    fn bad(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}{}", run.out, run.err);
        assert!(run.err.starts_with("yumen: "), "{}", run.err);
        run.err
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        all.extend(["--format", "json"]);
        serde_json::from_str(&self.good(&all)).unwrap()
    }
}

fn ran(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    Run {
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    }
}

/// Times, addresses and request ids in the same shape on every run.
fn masked(text: &str) -> String {
    let word = |word: &str| {
        let core = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
        let is_hex = core.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mask = if core.len() == 20 && core.ends_with('Z') && core.starts_with("20") {
            "0000-00-00T00:00:00Z"
        } else if core.len() == 12 && is_hex && core.bytes().any(|byte| byte.is_ascii_digit()) {
            "000000000000"
        } else if core.len() > 24 && core.matches('-').count() == 4 {
            "00000000-0000-0000-0000-000000000000"
        } else if core.contains('.') && core.parse::<f64>().is_ok() {
            // The unclamped score depends on the day.
            "0.00"
        } else {
            return word.to_owned();
        };
        word.replace(core, mask)
    };
    let is_cut = |letter: char| " （）()\n".contains(letter);
    let lines = text.split_inclusive('\n').map(|line| {
        let line: String = line.split_inclusive(is_cut).map(word).collect();
        // How many findings there are depends on the day.
        match line.rsplit_once(['：', ':']) {
            Some((before, _)) if line.contains("audited:") || line.contains("审计：") => {
                format!("{before}: …\n")
            }
            _ => line,
        }
    });
    lines.collect()
}

/// A group of production, and a file with the edit that opens everything there to everybody.
fn open_everything(desk: &Desk) -> (String, PathBuf) {
    desk.good(&["version", "show", "latest", "--out", "now"]);
    let file = desk.path("now/cn-hangzhou/ecs/DescribeSecurityGroups.json");
    let groups: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let groups = groups["SecurityGroups"]["SecurityGroup"]
        .as_array()
        .unwrap();
    let group = groups
        .iter()
        .find(|group| group["SecurityGroupName"] == "sg-prod-web")
        .unwrap();
    let group = group["SecurityGroupId"].as_str().unwrap().to_owned();
    let rule = r#"{"direction":"ingress","action":"accept","priority":1,"protocol":"all","ports":null,"peer":{"network":"0.0.0.0/0"}}"#;
    let edits = format!(
        r#"{{"schema":"yumen.edits/1","edits":[{{"kind":"add-rule","group":"{group}","rule":{rule}}}]}}"#
    );
    let path = desk.path("open.json");
    fs::write(&path, edits).unwrap();
    (group, path)
}

#[test]
fn a_change_goes_its_whole_way_in_both_languages() {
    let desk = Desk::new();
    let shown = |out: &str| {
        for line in out.lines().filter(|line| !line.contains("  tcp 8.8.8.8")) {
            assert!(line.width() <= 100, "{} columns: {line}", line.width());
        }
    };
    // Only looking makes nothing.
    let err = desk.bad(&["change", "list"]);
    assert!(err.contains("there is no store at"), "{err}");
    assert!(
        desk.bad(&["change", "approve", "1", "--as", "wang"])
            .contains("there is no store")
    );
    assert!(!desk.path("state").exists());

    let dry = ["change", "propose", "--fix", "EXP-01", "--dry-run"];
    shown(&desk.good(&dry));
    assert!(!desk.path("state").exists());

    let propose = [
        "change",
        "propose",
        "--fix",
        "EXP-01",
        "--as",
        "li",
        "--reason",
        "close management ports",
    ];
    let out = desk.good(&propose);
    shown(&out);
    assert!(out.contains("Next: yumen change approve 1"), "{out}");
    let own = desk.bad(&["change", "approve", "1", "--as", "li"]);
    assert!(own.contains("`li` proposed this change"), "{own}");
    let early = desk.bad(&["change", "apply", "1", "--as", "li"]);
    assert!(early.contains("0 of 1 approvals"), "{early}");
    let out = desk.good(&[
        "change",
        "approve",
        "1",
        "--as",
        "wang",
        "--comment",
        "agreed",
    ]);
    assert!(out.ends_with("Next: yumen change apply 1\n"), "{out}");
    let out = desk.good(&["change", "apply", "1", "--as", "li"]);
    assert!(out.contains("✓ 22/22"), "{out}");
    let again = desk.bad(&["change", "approve", "1", "--as", "wang"]);
    assert!(again.contains("change 1 is applied"), "{again}");

    // Back again is forbidden, in the words of either language.
    let back = [
        "change",
        "propose",
        "--rollback",
        "1",
        "--as",
        "li",
        "--reason",
        "回滚",
    ];
    assert_eq!(desk.run(&back).code, 3);
    desk.good(&["change", "reject", "2", "--as", "wang", "--comment", "no"]);

    for language in ["en", "zh"] {
        let mut screen = String::new();
        for command in [
            "change list",
            "change show 1",
            "version list",
            "ledger show --last 12",
            "drift list",
        ] {
            let mut arguments: Vec<&str> = command.split(' ').collect();
            arguments.extend(["--lang", language]);
            let out = desk.good(&arguments);
            shown(&out);
            screen.push_str(&format!("$ yumen {command}\n{}\n", masked(&out)));
        }
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/it")
            .join(format!("govern.{language}.txt"));
        if std::env::var_os("YUMEN_UPDATE").is_some() {
            fs::write(&file, &screen).unwrap();
        }
        let kept = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(screen, kept, "{} is out of date", file.display());
    }

    assert_eq!(desk.json(&["change", "list"])["schema"], "yumen.changes/1");
    let change = desk.json(&["change", "show", "1"]);
    assert_eq!(change["phase"], "applied");
    assert_eq!(change["decisions"][0]["person"], "wang");
    let versions = desk.json(&["version", "list"]);
    assert_eq!(versions["versions"].as_array().unwrap().len(), 2);
    let entries = desk.json(&["ledger", "show", "--change", "1"]);
    assert_eq!(entries["entries"][0]["entry"]["kind"], "proposed");
    assert_eq!(desk.run(&["version", "diff", "2", "1"]).code, 3);
    desk.good(&["version", "diff", "1", "latest"]);
}

#[test]
fn a_change_that_lapses_says_why_in_words() {
    let desk = Desk::new();
    desk.good(&["version", "record"]);
    open_everything(&desk);
    let own = desk.path("elsewhere.toml");
    let settings = fs::read_to_string(desk.path("yumen.toml")).unwrap();
    let settings = format!("{settings}\n[change]\nmandatory = []\n");
    fs::write(&own, settings).unwrap();
    let with = ["--config", own.to_str().unwrap()];
    let propose = ["change", "propose", "--as", "li", "--edits", "open.json"];
    let emergency = [&propose[..], &with, &["--emergency"]].concat();
    desk.good(&emergency);
    desk.good(&emergency);
    let apply = |number| [&["change", "apply", number, "--as", "li"][..], &with].concat();
    desk.good(&apply("1"));
    // The second would do nothing any more.
    let refused = desk.bad(&apply("2"));
    assert!(refused.contains("the network moved"), "{refused}");
    for (language, words) in [
        ("en", "lapsed: the network moved"),
        ("zh", "已失效：评估之后"),
    ] {
        let language = ["--lang", language];
        let shown = desk.good(&[&["change", "show", "2"][..], &language].concat());
        assert!(shown.contains(words), "{shown}");
        let listed = desk.good(&[&["ledger", "show", "--change", "2"][..], &language].concat());
        assert!(!listed.contains("change-moved"), "{listed}");
    }
    let entries = desk.json(&["ledger", "show", "--change", "2"]);
    let lapsed = entries["entries"].as_array().unwrap().last().unwrap()["entry"].clone();
    let why: Value = serde_json::from_str(lapsed["body"]["why"].as_str().unwrap()).unwrap();
    assert_eq!(why[0]["id"], "change-moved");
}

#[test]
fn what_cannot_be_is_told_with_what_to_do() {
    let desk = Desk::new();
    desk.good(&["version", "record"]);
    let said = |arguments: &[&str], words: &str| {
        let err = desk.bad(arguments);
        assert!(err.contains(words), "{arguments:?}: {err}");
    };
    said(&["change", "show", "7"], "there is no change 7");
    said(&["change", "show", "x"], "`x` is no number of a change");
    said(
        &["change", "approve", "7", "--as", "wang"],
        "there is no change 7",
    );
    said(
        &["change", "apply", "7", "--as", "li"],
        "there is no change 7",
    );
    said(&["change", "approve", "7"], "several people have keys here");
    said(
        &["change", "approve", "7", "--as", "zhao"],
        "`yumen key new zhao` makes them",
    );
    said(&["key", "new", "../li"], "cannot be a name");
    said(&["key", "new", "li"], "already there");
    said(
        &["version", "diff", "1", "9"],
        "there is no version `9` among 1",
    );
    said(
        &["ledger", "show", "--last", "x"],
        "`x` is no number of entries",
    );
    said(&["ledger", "show", "--change", "9"], "there is no change 9");
    said(&["ledger", "prove", "99"], "`99` is no entry");
    said(
        &["ledger", "verify", "--from", "nowhere"],
        "there is no export in `nowhere`",
    );
    said(&["store", "restore", "yumen.toml"], "is no backup");
    said(
        &["watch", "--listen", "0.0.0.0:0", "--once"],
        "no loopback address",
    );
    let propose = |more: &[&'static str]| {
        let mut arguments = vec!["change", "propose", "--as", "li"];
        arguments.extend(more);
        arguments
    };
    said(&propose(&["--fix", "EXP-99"]), "nearest: EXP-09");
    said(
        &propose(&["--fix", "EXP-01", "--until", "yesterday"]),
        "is no time to come",
    );
    said(
        &propose(&["--rollback", "latest", "--group", "sg-x"]),
        "no security group `sg-x`",
    );
    said(&propose(&["--template", "web"]), "add `--group ROLE=sg-…`");
    said(&propose(&["--edits", "none.json"]), "`none.json`");
    fs::write(
        desk.path("bad.json"),
        "{\n \"schema\": \"yumen.fixes/1\", \"fixes\": [\n{}]}",
    )
    .unwrap();
    said(
        &propose(&["--edits", "bad.json"]),
        "bad.json:3: `fixes[0]` lacks `edits`",
    );
    fs::write(desk.path("bad.toml"), "[watch]\nproduction = \"enforc\"\n").unwrap();
    said(
        &["watch", "--check-config", "--config", "bad.toml"],
        "bad.toml:2:",
    );

    // Somebody whom the settings do not name, and keys that others may read.
    desk.good(&["key", "new", "chen"]);
    let err = desk.bad(&["change", "propose", "--fix", "--as", "chen"]);
    assert!(
        err.contains("`chen` is nobody whom `yumen.toml` names"),
        "{err}"
    );
    let key = desk.path("keys/li.pem");
    let mode = |mode| {
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
        fs::set_permissions(&key, permissions).unwrap();
    };
    mode(0o644);
    said(&propose(&["--fix"]), "others may read the key file");
    mode(0o600);

    // An encrypted key wants its passphrase, and the right one.
    let with = |passphrase: &str, arguments: &[&str]| {
        ran(desk
            .command(arguments)
            .env("YUMEN_KEY_PASSPHRASE", passphrase))
    };
    let made = with("right", &["key", "new", "zhou", "--keys", "others"]);
    assert!(made.out.contains("encrypted"), "{}{}", made.out, made.err);
    let show = ["key", "show", "zhou", "--keys", "others"];
    said(&show, "YUMEN_KEY_PASSPHRASE");
    let wrong = with("wrong", &show);
    assert!(wrong.err.contains("passphrase"), "{}", wrong.err);
    assert_eq!((wrong.code, with("right", &show).code), (2, 0));

    // A cloud that is not there.
    let gone = ran(desk
        .command(&["version", "record"])
        .env("YUMEN_ALIYUN_ENDPOINT", "http://127.0.0.1:1"));
    assert_eq!(gone.code, 2);
    assert!(gone.err.contains("cannot be reached"), "{}", gone.err);
}

#[test]
fn fixes_and_templates_are_proposed() {
    let desk = Desk::new();
    desk.good(&["version", "record"]);
    desk.good(&["version", "show", "1", "--out", "then"]);
    // What `yumen fix` leaves to be done by hand is no failure of the change.
    let fixes = desk.run(&["fix", "then", "--item", "EXP-01", "--format", "json"]);
    fs::write(desk.path("fixes.json"), fixes.out).unwrap();
    desk.good(&["change", "propose", "--edits", "fixes.json", "--as", "li"]);
    let change = desk.json(&["change", "show", "1"]);
    assert_eq!(change["class"], "tightening");
    assert_eq!(change["edits"].as_array().unwrap().len(), 22);

    // A template into three groups of the estate.
    let file = desk.path("then/cn-hangzhou/ecs/DescribeSecurityGroups.json");
    let groups: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let groups = groups["SecurityGroups"]["SecurityGroup"]
        .as_array()
        .unwrap();
    let placed: Vec<String> = ["web", "app", "data"]
        .iter()
        .zip(groups)
        .map(|(role, group)| format!("{role}={}", group["SecurityGroupId"].as_str().unwrap()))
        .collect();
    let mut arguments = vec!["change", "propose", "--as", "li", "--template", "web"];
    let missing = desk.bad(&[&arguments[..], &["--group", &placed[0]]].concat());
    assert!(
        missing.contains("nobody said which group plays `prod-app`"),
        "{missing}"
    );
    for one in &placed {
        arguments.extend(["--group", one]);
    }
    let run = desk.run(&arguments);
    assert!(
        run.out.contains("Change 2 is proposed."),
        "{}{}",
        run.out,
        run.err
    );
    let shown = desk.good(&["change", "show", "2"]);
    assert!(shown.contains("(template web)"), "{shown}");
}

#[test]
fn reviews_and_approved_rules_are_known_to_audits() {
    let desk = Desk::new();
    desk.good(&["version", "record"]);
    desk.good(&["version", "show", "1", "--out", "now"]);
    let item = |id: &str, arguments: &[&str]| {
        let run = desk.run(arguments);
        let report: Value = serde_json::from_str(&run.out).unwrap();
        let items = report["items"].as_array().unwrap();
        items.iter().find(|item| item["id"] == id).unwrap().clone()
    };
    let audit = ["audit", "now", "--format", "json"];
    let before = item("GOV-01", &audit);
    let group = open_everything(&desk).0;
    let out = desk.good(&["review", &group, "--as", "wang", "--comment", "ticket 4711"]);
    assert!(out.starts_with("wang reviewed"), "{out}");
    let after = item("GOV-01", &audit);
    let findings = |item: &Value| item["findings"].as_u64().unwrap();
    assert_eq!(findings(&after) + 1, findings(&before));
    let approved = item("GOV-03", &audit);
    assert_eq!(approved["not_assessed"], Value::Null);
    assert_eq!(findings(&approved), 0);
    let err = desk.bad(&["review", "sg-none", "--as", "wang"]);
    assert!(err.contains("no security group `sg-none`"), "{err}");
    // Without a ledger both are not assessed, and it is said how they would be.
    let run = ran(desk
        .command(&["audit", "now", "--all"])
        .env_remove("YUMEN_STATE"));
    assert!(run.out.contains("give `--state DIR`"), "{}", run.out);
    let doctor = desk.good(&["doctor", "--regions", "cn-hangzhou"]);
    assert!(
        doctor.contains("the keys of the ledger can be read"),
        "{doctor}"
    );
    assert!(doctor.contains("here are the keys of li, wang"), "{doctor}");
}

#[test]
fn the_ledger_is_proved_rotated_and_witnessed() {
    let desk = Desk::new();
    desk.good(&["version", "record"]);
    desk.good(&["ledger", "export", "before"]);
    let old = desk.good(&["ledger", "keys"]);
    desk.good(&["ledger", "rotate"]);
    assert_ne!(old, desk.good(&["ledger", "keys"]));
    let verified = desk.good(&["ledger", "verify"]);
    assert!(verified.contains("Every signature"), "{verified}");
    desk.good(&["ledger", "prove", "0", "--out", "zero.proof"]);
    assert!(desk.path("zero.entry").is_file());
    let tampered = desk.path("before/tile/entries/000.p");
    let file = fs::read_dir(tampered)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 2;
    bytes[last] ^= 1;
    fs::write(&file, bytes).unwrap();
    let keys: Vec<&str> = old.lines().flat_map(|key| ["--key", key]).collect();
    let mut arguments = vec!["ledger", "verify", "--from", "before"];
    arguments.extend(keys);
    let broken = desk.run(&arguments);
    assert_eq!(broken.code, 3, "{}{}", broken.out, broken.err);
    assert!(broken.out.contains("not what was signed"), "{}", broken.out);

    // A witness in a process of its own.
    let log = desk.good(&["ledger", "keys"]);
    let log = log.lines().next().unwrap();
    let state = desk.path("witness");
    let arguments = [
        "ledger",
        "witness",
        "--name",
        "w.example",
        "--log",
        log,
        "--listen",
        "127.0.0.1:0",
        "--state",
        state.to_str().unwrap(),
    ];
    let mut witness = Process::start(desk.command(&arguments));
    let ready = witness.line();
    let url = ready
        .split(' ')
        .find(|word| word.starts_with("http"))
        .unwrap();
    let url = url.trim_end_matches('.');
    let key = witness.line();
    let out = desk.good(&["ledger", "cosign", url, "--key", &key]);
    assert!(out.starts_with("w.example cosigned"), "{out}");
    assert_eq!(witness.end("-TERM"), 0);
    assert!(
        desk.bad(&["ledger", "cosign", url, "--key", &key])
            .contains("cannot be reached")
    );

    desk.good(&["store", "backup", "all.bak"]);
    desk.good(&["store", "check"]);
    desk.good(&["store", "rebuild"]);
    desk.good(&["store", "restore", "all.bak"]);
    desk.good(&["ledger", "verify"]);
}

#[test]
fn the_watch_takes_back_what_nobody_approved() {
    let desk = Desk::new();
    desk.good(&["version", "record"]);
    let (_, edits) = open_everything(&desk);
    let mut watch = Process::start(desk.command(&["watch", "--listen", "127.0.0.1:0"]));
    let listens = watch.line();
    let address = listens.rsplit('/').next().unwrap().to_owned();
    watch.until("Following the cloud's trail");
    let deadline = Instant::now() + Duration::from_secs(30);
    while !get(&address, "/health").ends_with("ok\n") {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(50));
    }
    // A second one waits, and ends when it is told to.
    let mut second = Process::start(desk.command(&["watch", "--lang", "zh"]));
    second.until("等待中");
    assert_eq!(second.end("-TERM"), 0);

    // Somebody from elsewhere opens everything: another desk, which approves it for itself.
    let own = desk.path("elsewhere.toml");
    let settings = fs::read_to_string(desk.path("yumen.toml")).unwrap();
    fs::write(&own, format!("{settings}\n[change]\nmandatory = []\n")).unwrap();
    let elsewhere = |arguments: &[&str]| {
        let mut all = arguments.to_vec();
        all.extend([
            "--as",
            "li",
            "--state",
            "elsewhere",
            "--config",
            own.to_str().unwrap(),
        ]);
        desk.good(&all)
    };
    let edits = edits.to_str().unwrap();
    let out = elsewhere(&["change", "propose", "--emergency", "--edits", edits]);
    assert!(
        out.contains("without approvals; it undoes itself at"),
        "{out}"
    );
    elsewhere(&["change", "apply", "1"]);
    watch.until("drift 1: opened without approval, closed again");
    let drift = desk.good(&["drift", "list"]);
    assert!(drift.contains("contained"), "{drift}");
    assert!(get(&address, "/metrics").contains("yumen_watch_happened_total{kind=\"contained\"} 1"));
    let chinese = desk.good(&["change", "show", "1", "--lang", "zh"]);
    assert!(chinese.contains("关闭漂移 1 所放通的报文"), "{chinese}");

    // Wrong settings change nothing, right ones are taken over.
    let right = settings.clone();
    fs::write(desk.path("yumen.toml"), "x = ").unwrap();
    watch.signal("-HUP");
    watch.complained("stay as they were");
    fs::write(desk.path("yumen.toml"), right).unwrap();
    watch.signal("-HUP");
    watch.until("The settings are read anew.");
    assert_eq!(watch.end("-TERM"), 0);
    desk.good(&["ledger", "verify"]);
    desk.good(&["watch", "--once"]);
}

#[test]
fn the_unit_of_systemd_names_what_there_is() {
    let unit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contrib/yumen-watch.service");
    let unit = fs::read_to_string(unit).unwrap();
    let desk = Desk::new();
    let help = desk.good(&["watch", "--help"]);
    let mut commands = 0;
    for line in unit.lines().filter(|line| line.starts_with("Exec")) {
        let (_, command) = line.split_once('=').unwrap();
        let Some(arguments) = command.strip_prefix("/usr/local/bin/yumen watch") else {
            assert_eq!(command, "/bin/kill -HUP $MAINPID");
            continue;
        };
        commands += 1;
        for option in arguments.split(' ').filter(|word| word.starts_with("--")) {
            assert!(help.contains(option), "{option} of `{line}`");
        }
    }
    assert_eq!(commands, 3);
    let mut has = unit.lines();
    assert!(has.any(|line| line == "Type=notify"));
    for needed in [
        "StateDirectory=yumen",
        "EnvironmentFile=/etc/yumen/watch.env",
        "NoNewPrivileges=yes",
    ] {
        assert!(unit.lines().any(|line| line == needed), "{needed}");
    }
}

/// A program that goes on until it is told to end.
struct Process {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
    err: BufReader<std::process::ChildStderr>,
}

impl Process {
    fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let err = BufReader::new(child.stderr.take().unwrap());
        Self { child, out, err }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Reads on until a line holds these words.
    fn until(&mut self, words: &str) {
        loop {
            let mut line = String::new();
            let read = self.out.read_line(&mut line).unwrap();
            if line.contains(words) {
                return;
            }
            assert_ne!(read, 0, "ended without `{words}`");
        }
    }

    /// Reads complaints until one holds these words.
    fn complained(&mut self, words: &str) {
        loop {
            let mut line = String::new();
            let read = self.err.read_line(&mut line).unwrap();
            if line.contains(words) {
                return;
            }
            assert_ne!(read, 0, "ended without `{words}`");
        }
    }

    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Ends it by a signal; its exit code.
    fn end(&mut self, signal: &str) -> i32 {
        self.signal(signal);
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
