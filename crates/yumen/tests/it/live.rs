//! Live accounts on the command line: collected, audited, examined; and what goes wrong is told
//! with what to do.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use yumen_cloudlab::{LAB_KEY, Lab, Server, Settings, TlsFiles, demo};

use crate::program::Run;

const ACCOUNT: &str = "253460731706911274";
const OTHER: &str = "1000000000000002";

fn estate() -> Vec<(String, Vec<u8>)> {
    demo()
        .into_iter()
        .map(|file| (file.path, file.bytes))
        .collect()
}

fn serve(settings: Settings, change: impl FnOnce(&mut Lab)) -> Server {
    let mut lab = Lab::load(estate(), settings).unwrap();
    change(&mut lab);
    let lab = Arc::new(Mutex::new(lab));
    Server::start(lab, ([127, 0, 0, 1], 0).into(), None).unwrap()
}

/// Runs the program with variables, and no others that speak of credentials.
fn yumen(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_yumen"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .env("HOME", folder)
        .env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    Run {
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    }
}

fn variables<'v>(url: &'v str, id: &'v str, secret: &'v str) -> Vec<(&'v str, &'v str)> {
    vec![
        ("YUMEN_ALIYUN_ENDPOINT", url),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", id),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secret),
    ]
}

fn url(server: &Server) -> String {
    format!("http://{}", server.address())
}

#[test]
fn an_account_is_collected_then_audited() {
    let server = serve(Settings::default(), |_| {});
    let (url, folder) = (url(&server), tempfile::tempdir().unwrap());
    let known = variables(&url, LAB_KEY.0, LAB_KEY.1);
    let run = yumen(folder.path(), &known, &["collect", "--out", "monday"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains(ACCOUNT), "{}", run.out);
    assert!(
        run.out.ends_with("Audit it: yumen audit monday\n"),
        "{}",
        run.out
    );
    let manifest = std::fs::read(folder.path().join("monday/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["account"], ACCOUNT);
    assert_eq!(
        manifest["caller"],
        format!("acs:ram::{ACCOUNT}:user/testid")
    );
    assert_eq!(manifest["gaps"], Value::Array(Vec::new()));
    let ids = &manifest["requests"]["cn-hangzhou/vpc/DescribeVpcs.json"];
    assert_eq!(ids.as_array().map(Vec::len), Some(1), "{ids}");
    let again = yumen(folder.path(), &known, &["collect", "--out", "monday"]);
    assert_eq!(again.code, 2);
    assert!(
        again.err.contains("`monday` holds a finished snapshot"),
        "{}",
        again.err
    );
    let audit = yumen(folder.path(), &[], &["audit", "monday"]);
    assert_eq!(audit.code, 3, "{}", audit.err);
    let both = [
        "audit",
        "aliyun://?regions=cn-shanghai",
        "--out",
        "shanghai",
    ];
    let both = yumen(folder.path(), &known, &both);
    assert_eq!(both.code, 0, "{}", both.err);
    assert!(
        both.out.contains("Yumen audit · cn-shanghai"),
        "{}",
        both.out
    );
    assert!(folder.path().join("shanghai/manifest.json").exists());
}

#[test]
fn an_account_is_collected_then_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(Settings::default(), |_| {});
    let (url, (id, secret)) = (url(&server), LAB_KEY);
    let variables = variables(&url, id, secret);
    let arguments = ["init", "aliyun://", "--out", "snapshot"];
    let run = yumen(folder.path(), &variables, &arguments);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains(ACCOUNT), "{}", run.out);
    let last = run.out.lines().last().unwrap();
    let next = "yumen audit snapshot --config yumen.toml";
    assert!(last.ends_with(next), "{last}");
    let guessed = std::fs::read_to_string(folder.path().join("yumen.toml")).unwrap();
    assert!(guessed.contains("\"tag:tier=data\","), "{guessed}");
    // What would be refused is refused before anything is asked.
    drop(server);
    let again = yumen(folder.path(), &variables, &arguments);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("--force"), "{}", again.err);
}

#[test]
fn roles_of_other_accounts_are_taken_on() {
    let server = serve(Settings::default(), |lab| {
        lab.load_account(OTHER, estate()).unwrap()
    });
    let (url, folder) = (url(&server), tempfile::tempdir().unwrap());
    let known = variables(&url, LAB_KEY.0, LAB_KEY.1);
    let accounts = format!(
        "ours acs:ram::{ACCOUNT}:role/auditor\ntheirs acs:ram::{OTHER}:role/auditor\n\
         nobody acs:ram::7:role/auditor\n"
    );
    std::fs::write(folder.path().join("accounts.txt"), accounts).unwrap();
    let arguments = ["collect", "--accounts", "accounts.txt", "--out", "all"];
    let run = yumen(folder.path(), &known, &arguments);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("account `nobody`"), "{}", run.err);
    for (name, account) in [("ours", ACCOUNT), ("theirs", OTHER)] {
        let manifest = folder.path().join("all").join(name).join("manifest.json");
        let manifest = std::fs::read_to_string(manifest).unwrap();
        assert!(manifest.contains(&format!("acs:ram::{account}:assumed-role/auditor/")));
    }
}

#[test]
fn what_one_may_not_ask_is_a_gap_and_the_rest_is_reported() {
    let settings = Settings {
        denied: vec!["slb:Describe*".to_owned()],
        ..Settings::default()
    };
    let server = serve(settings, |_| {});
    let (url, folder) = (url(&server), tempfile::tempdir().unwrap());
    let known = variables(&url, LAB_KEY.0, LAB_KEY.1);
    let run = yumen(
        folder.path(),
        &known,
        &["audit", "aliyun://", "--out", "s", "--all"],
    );
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(
        run.out.contains("grant `slb:DescribeLoadBalancers`"),
        "{}",
        run.out
    );
    assert!(run.out.contains("sg-test-all"), "the rest is reported");
    let zh = yumen(folder.path(), &[], &["audit", "s", "--all", "--lang", "zh"]);
    assert!(
        zh.out.contains("请授予 `slb:DescribeLoadBalancers`"),
        "{}",
        zh.out
    );
    let doctor = yumen(folder.path(), &known, &["doctor"]);
    assert_eq!(doctor.code, 3, "{}{}", doctor.out, doctor.err);
    assert!(
        doctor
            .out
            .contains("✗ the caller may not call `slb:DescribeLoadBalancers`")
    );
    assert!(
        doctor.out.contains("✓ account 253460731706911274"),
        "{}",
        doctor.out
    );
}

#[test]
fn what_stops_everything_is_told_with_what_to_do() {
    let (secret, token) = ("verysecretsecret", "verysecrettoken");
    let server = serve(Settings::default(), |lab| {
        lab.add_temporary_key(("STS.old", secret, token), ACCOUNT, 1_000);
    });
    let (url, folder) = (url(&server), tempfile::tempdir().unwrap());
    let mut expired = variables(&url, "STS.old", secret);
    expired.push(("ALIBABA_CLOUD_SECURITY_TOKEN", token));
    let nowhere = variables("http://127.0.0.1:1", "testid", secret);
    for (known, expected) in [
        (
            variables(&url, "testid", secret),
            "the access key was not accepted",
        ),
        (
            variables(&url, "nobody", secret),
            "InvalidAccessKeyId.NotFound",
        ),
        (expired, "InvalidSecurityToken.Expired"),
        (nowhere, "check network, proxy and endpoint"),
        (vec![("YUMEN_ALIYUN_ENDPOINT", url.as_str())], "credentials"),
        (
            variables("localhost", "testid", secret),
            "`localhost` is not an address",
        ),
    ] {
        for command in [
            vec!["collect", "--out", "s"],
            vec!["audit", "aliyun://"],
            vec!["doctor"],
        ] {
            let run = yumen(folder.path(), &known, &command);
            let said = format!("{}{}", run.out, run.err);
            assert_eq!(run.code, 2, "{command:?}: {said}");
            assert!(said.contains(expected), "{command:?}: {said}");
            assert!(!said.contains(secret) && !said.contains(token), "{said}");
        }
        assert!(!folder.path().join("s/manifest.json").exists());
    }
    let known = variables(&url, LAB_KEY.0, LAB_KEY.1);
    let run = yumen(
        folder.path(),
        &known,
        &["collect", "--regions", "cn-mars", "--out", "s"],
    );
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("no region `cn-mars`; there are cn-hangzhou"),
        "{}",
        run.err
    );
}

#[test]
fn the_doctor_finds_a_healthy_account_well() {
    let server = serve(Settings::default(), |_| {});
    let (url, folder) = (url(&server), tempfile::tempdir().unwrap());
    let known = variables(&url, LAB_KEY.0, LAB_KEY.1);
    for (language, word) in [("en", "All is well"), ("zh", "一切正常")] {
        let run = yumen(folder.path(), &known, &["doctor", "--lang", language]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        assert!(
            run.out.contains(word) && !run.out.contains('✗'),
            "{}",
            run.out
        );
    }
    let run = yumen(folder.path(), &[], &["doctor", "--ram-policy", "write"]);
    let policy: Value = serde_json::from_str(&run.out).unwrap();
    let actions = policy["Statement"][0]["Action"].as_array().unwrap();
    assert!(
        actions.contains(&Value::from("ecs:RevokeSecurityGroup")),
        "{actions:?}"
    );
}

#[test]
fn over_tls_the_certificate_must_be_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let certificates = folder.path().join("cert.pem");
    let key = folder.path().join("key.pem");
    std::fs::write(&certificates, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let files = TlsFiles {
        certificates: certificates.clone(),
        key,
    };
    let lab = Arc::new(Mutex::new(
        Lab::load(estate(), Settings::default()).unwrap(),
    ));
    let server = Server::start(lab, ([127, 0, 0, 1], 0).into(), Some(&files)).unwrap();
    let url = format!("https://localhost:{}", server.address().port());
    let mut known = variables(&url, LAB_KEY.0, LAB_KEY.1);
    let stranger = yumen(folder.path(), &known, &["collect", "--out", "s"]);
    assert_eq!(stranger.code, 2, "{}", stranger.out);
    assert!(stranger.err.contains("certificate"), "{}", stranger.err);
    let trusted = certificates.display().to_string();
    known.push(("SSL_CERT_FILE", &trusted));
    let run = yumen(folder.path(), &known, &["collect", "--out", "s"]);
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn the_lab_says_how_to_reach_it_and_what_is_wrong_with_its_arguments() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, expected) in [
        (
            vec!["lab", "--chaos", "fire=1"],
            "`fire=1` is not understood",
        ),
        (
            vec!["lab", "--listen", "7180"],
            "`7180` is not an address with a port",
        ),
        (vec!["lab", "--estate", "missing"], "missing"),
        (vec!["lab", "--tls-cert", "a"], "tls-key"),
        (
            vec![
                "lab",
                "--listen",
                "127.0.0.1:0",
                "--tls-cert",
                "a",
                "--tls-key",
                "b",
            ],
            "check certificate and key",
        ),
    ] {
        let run = yumen(folder.path(), &[], &arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.out);
        assert!(run.err.contains(expected), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn the_demo_takes_only_its_own_files_away() {
    let folder = tempfile::tempdir().unwrap();
    let run = yumen(folder.path(), &[], &["demo", "--audit-only", "--out", "d"]);
    assert_eq!(run.code, 3, "{}", run.err);
    let again = yumen(folder.path(), &[], &["demo", "--audit-only", "--out", "d"]);
    assert_eq!(again.code, 3, "{}", again.err);
    assert_eq!(again.out, run.out);
    let notes = folder.path().join("d/cn-hangzhou/notes.txt");
    std::fs::write(&notes, "mine").unwrap();
    let refused = yumen(folder.path(), &[], &["demo", "--audit-only", "--out", "d"]);
    assert_eq!(refused.code, 2, "{}", refused.out);
    assert!(refused.err.contains("is not empty"), "{}", refused.err);
    assert_eq!(std::fs::read_to_string(notes).unwrap(), "mine");
}
