//! Which source wins, and what is said when none does.

use yumen_aliyun::credentials::CredentialError;

use super::{Fake, Home, NOW, SECRET, TOKEN, config, plain_keys};

const CONFIG: &str = ".aliyun/config.json";
const SHARED: &str = ".alibabacloud/credentials";
const ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
const KEY: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";

fn shared(id: &str) -> String {
    format!("[default]\ntype = access_key\naccess_key_id = {id}\naccess_key_secret = {SECRET}\n")
}

fn cli(id: &str) -> String {
    config(&format!(
        r#""mode": "AK", "access_key_id": "{id}", "access_key_secret": "SECRET""#
    ))
}

#[test]
fn the_first_source_in_order_wins() {
    let (cli, shared) = (cli("CLI"), shared("SHARED"));
    let files = [(CONFIG, cli.as_str()), (SHARED, shared.as_str())];
    let in_cloud = || Fake::saying(&plain_keys("CLOUD", "2026-11-25T16:00:00Z"));
    let uri = (
        "ALIBABA_CLOUD_CREDENTIALS_URI",
        "http://127.0.0.1:6666/k?t=1",
    );
    let keys = [(ID, "ENV"), (KEY, SECRET), uri];
    for (files, variables, fake, said) in [
        (
            &files[..],
            &keys[..],
            in_cloud(),
            "ENV credentials-from-variables(variable=ALIBABA_CLOUD_ACCESS_KEY_ID)",
        ),
        (
            &files,
            &[uri],
            in_cloud(),
            "CLI credentials-from-profile(profile=p, place=~/.aliyun/config.json:2, mode=AK)",
        ),
        (
            &files[1..],
            &[uri],
            in_cloud(),
            "SHARED credentials-from-profile(profile=default, place=~/.alibabacloud/credentials:1, mode=access_key)",
        ),
        (
            &[],
            &[uri],
            in_cloud(),
            "CLOUD+token credentials-from-instance(host=100.100.100.200)",
        ),
        (
            &[],
            &[uri],
            Fake::new(|request| {
                if request.url.contains("127.0.0.1") {
                    super::answer(200, &plain_keys("URI", "2026-11-25T16:00:00Z"))
                } else {
                    Err(super::timed_out(request))
                }
            }),
            "URI+token credentials-from-address(address=http://127.0.0.1:6666/k, variable=ALIBABA_CLOUD_CREDENTIALS_URI)",
        ),
    ] {
        assert_eq!(Home::new(files, variables).said(None, &fake), said);
    }
}

#[test]
fn a_token_of_a_pod_comes_before_files() {
    let cli = cli("CLI");
    let home = Home::new(
        &[(CONFIG, &cli), ("token", "jwt")],
        &[
            ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/pod"),
            (
                "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
                "acs:ram::1:oidc-provider/k",
            ),
            ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "~/token"),
        ],
    );
    let fake = Fake::saying(&super::sts_keys("POD", "2026-11-25T11:00:00Z"));
    assert_eq!(
        home.said(None, &fake),
        "POD+token credentials-from-pod(role=acs:ram::1:role/pod, variable=ALIBABA_CLOUD_OIDC_TOKEN_FILE)"
    );
    let home = Home::new(&[(CONFIG, &cli)], &[("ALIBABA_CLOUD_ROLE_ARN", "r")]);
    assert!(home.said(None, &fake).starts_with("CLI "));
}

#[test]
fn variables_that_belong_together_are_asked_for() {
    let nowhere = Fake::nowhere();
    for (variables, said) in [
        (&[(ID, "ENV")][..], format!("(missing={KEY}, given={ID})")),
        (
            &[(KEY, SECRET), (ID, " ")],
            format!("(missing={ID}, given={KEY})"),
        ),
        (
            &[
                ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "f"),
                ("ALIBABA_CLOUD_ROLE_ARN", "r"),
            ],
            "(missing=ALIBABA_CLOUD_OIDC_PROVIDER_ARN, given=ALIBABA_CLOUD_OIDC_TOKEN_FILE)"
                .to_owned(),
        ),
    ] {
        let cli = cli("CLI");
        let found = Home::new(&[(CONFIG, &cli)], variables).said(None, &nowhere);
        assert_eq!(found, format!("credentials-missing-variable{said}"));
    }
}

#[test]
fn a_named_profile_is_the_only_source() {
    let (cli, shared) = (cli("CLI"), shared("SHARED"));
    let files = [(CONFIG, cli.as_str()), (SHARED, shared.as_str())];
    let home = Home::new(&files, &[(ID, "ENV"), (KEY, SECRET)]);
    let nowhere = Fake::nowhere();
    assert!(home.said(Some("p"), &nowhere).starts_with("CLI "));
    assert!(home.said(Some("default"), &nowhere).starts_with("SHARED "));
    assert_eq!(
        home.said(Some("x"), &nowhere),
        "credentials-no-profile(profile=x, files=~/.aliyun/config.json, ~/.alibabacloud/credentials, ~/.alibabacloud/credentials.ini, known=p, default)"
    );
    assert!(nowhere.seen().is_empty());
    let empty = Home::new(&[], &[]).said(Some("x"), &nowhere);
    assert!(
        empty.starts_with("credentials-no-profiles(profile=x, files=~/.aliyun/"),
        "{empty}"
    );
}

#[test]
fn a_variable_chooses_the_profile_of_both_files() {
    let (cli, shared) = (cli("CLI"), shared("SHARED").replace("default", "q"));
    let files = [(CONFIG, cli.as_str()), (SHARED, shared.as_str())];
    let nowhere = Fake::nowhere();
    for name in [
        "ALIBABA_CLOUD_PROFILE",
        "ALIBABACLOUD_PROFILE",
        "ALICLOUD_PROFILE",
    ] {
        let said = |profile| Home::new(&files, &[(name, profile)]).said(None, &nowhere);
        assert!(said("p").starts_with("CLI "));
        assert!(said("q").starts_with("SHARED "));
        assert!(said("x").starts_with("credentials-no-profile("));
    }
    let off = ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "TRUE");
    let home = Home::new(&files, &[("ALICLOUD_PROFILE", "p"), off]);
    assert!(
        home.said(None, &nowhere)
            .starts_with("credentials-no-profile(")
    );
}

#[test]
fn variables_name_other_files() {
    let (cli, shared) = (cli("CLI"), shared("SHARED"));
    let files = [("c", cli.as_str()), ("s", shared.as_str())];
    let nowhere = Fake::nowhere();
    let config = |path| ("ALIBABA_CLOUD_CONFIG_FILE", path);
    let credentials = |path| ("ALIBABA_CLOUD_CREDENTIALS_FILE", path);
    let said = |variable| Home::new(&files, &[variable]).said(None, &nowhere);
    assert!(said(config("~/c")).starts_with("CLI "));
    assert!(said(credentials("~/s")).starts_with("SHARED "));
    for gone in [config("~/x"), credentials("~/x")] {
        assert!(said(gone).starts_with("credentials-unreadable(path=~/x, error="));
    }
    let ini = Home::new(&[(".alibabacloud/credentials.ini", &shared)], &[]);
    assert!(ini.said(None, &nowhere).starts_with("SHARED "));
}

#[test]
fn when_there_is_nothing_all_that_was_tried_is_told_in_order() {
    let home = Home::new(
        &[
            (
                CONFIG,
                r#"{"current":"default","profiles":[{"name":"default","mode":""}]}"#,
            ),
            (SHARED, "[default]\nenable = false\ntype = access_key\n"),
        ],
        &[],
    );
    let nowhere = Fake::nowhere();
    let Err(CredentialError::Nothing { tried }) = home.find(None, &nowhere) else {
        panic!("something was found");
    };
    let at_home = home.directory.path().display().to_string();
    let told: Vec<String> = tried
        .iter()
        .map(|tried| format!("{} {}", tried.place.replace(&at_home, "~"), tried.reason))
        .collect();
    assert_eq!(
        told,
        [
            "ALIBABA_CLOUD_ACCESS_KEY_ID credentials-not-set",
            "ALIBABA_CLOUD_OIDC_TOKEN_FILE credentials-not-set",
            "~/.aliyun/config.json:1 credentials-empty-profile(profile=default)",
            "~/.alibabacloud/credentials credentials-section-off(profile=default)",
            "~/.alibabacloud/credentials.ini credentials-no-file",
            "100.100.100.200 credentials-unreachable(from=100.100.100.200, error=timed out)",
            "ALIBABA_CLOUD_CREDENTIALS_URI credentials-not-set",
        ]
    );
    // Whoever is outside the cloud waits once, and not long.
    let seen = nowhere.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].timeout.as_secs(), 1);
    assert!(
        home.said(None, &nowhere)
            .starts_with("credentials-nothing(tried=ALIBABA_CLOUD_")
    );
}

#[test]
fn the_metadata_service_can_be_switched_off() {
    let fake = Fake::saying(&plain_keys("CLOUD", NOW));
    let home = Home::new(&[], &[("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")]);
    assert!(home.said(None, &fake).starts_with("credentials-nothing("));
    assert!(fake.seen().is_empty());
}

#[test]
fn keys_of_the_environment_may_be_temporary() {
    let variables = [
        (ID, "ENV"),
        (KEY, SECRET),
        ("ALIBABA_CLOUD_SECURITY_TOKEN", TOKEN),
    ];
    let said = Home::new(&[], &variables).said(None, &Fake::nowhere());
    assert!(said.starts_with("ENV+token "), "{said}");
}
