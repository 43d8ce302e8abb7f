//! Every kind of profile of both files, and what is said of those that are wrong.

use super::{Fake, Home, SECRET, TOKEN, config, of_file, plain_keys, sts_keys};

const CONFIG: &str = ".aliyun/config.json";
const SHARED: &str = ".alibabacloud/credentials";
const AK: &str = r#""access_key_id": "AK", "access_key_secret": "SECRET""#;
const ROLE: &str = r#""ram_role_arn": "acs:ram::1:role/r", "ram_session_name": "s""#;

fn in_cloud() -> std::sync::Arc<Fake> {
    Fake::new(|request| {
        let end = "2026-11-25T11:00:00Z";
        if request.url.contains("sts") {
            super::answer(200, &sts_keys("STS", end))
        } else if request.url.ends_with("/security-credentials/") {
            super::answer(200, "discovered")
        } else {
            super::answer(200, &plain_keys("PLAIN", end))
        }
    })
}

fn of_config(values: &str) -> (String, Vec<String>) {
    let fake = in_cloud();
    let said = of_file(CONFIG, &config(values), &fake);
    let hosts = fake.lines().into_iter().map(|line| {
        let host = line.split(['/', '?']).nth(2).unwrap_or_default();
        host.to_owned()
    });
    (said, hosts.collect())
}

#[test]
fn every_mode_of_the_command_line_gives_keys() {
    const METADATA: &str = "100.100.100.200";
    for (mode, values, keys, hosts) in [
        ("AK", AK.to_owned(), "AK", vec![]),
        ("ak", AK.to_owned(), "AK", vec![]),
        (
            "StsToken",
            format!(r#"{AK}, "sts_token": "TOKEN""#),
            "AK+token",
            vec![],
        ),
        (
            "RamRoleArn",
            format!("{AK}, {ROLE}"),
            "STS+token",
            vec!["sts.aliyuncs.com"],
        ),
        (
            "RamRoleArn",
            format!(r#"{AK}, {ROLE}, "sts_region": "cn-hangzhou", "expired_seconds": 900"#),
            "STS+token",
            vec!["sts.cn-hangzhou.aliyuncs.com"],
        ),
        (
            "RamRoleArn",
            format!(r#"{AK}, {ROLE}, "sts_region": "cn-hangzhou", "enable_vpc": true"#),
            "STS+token",
            vec!["sts-vpc.cn-hangzhou.aliyuncs.com"],
        ),
        (
            "EcsRamRole",
            r#""ram_role_name": "r""#.to_owned(),
            "PLAIN+token",
            vec![METADATA; 2],
        ),
        (
            "EcsRamRole",
            r#""x": 0"#.to_owned(),
            "PLAIN+token",
            vec![METADATA; 3],
        ),
        (
            "RamRoleArnWithRoleName",
            format!(r#"{ROLE}, "ram_role_name": "r""#),
            "STS+token",
            vec![METADATA, METADATA, "sts.aliyuncs.com"],
        ),
        (
            "RamRoleArnWithEcs",
            format!(r#"{ROLE}, "ram_role_name": "r""#),
            "STS+token",
            vec![METADATA, METADATA, "sts.aliyuncs.com"],
        ),
        (
            "CredentialsURI",
            r#""credentials_uri": "http://127.0.0.1:6666/""#.to_owned(),
            "PLAIN+token",
            vec!["127.0.0.1:6666"],
        ),
        (
            "CloudSSO",
            format!(r#"{AK}, "sts_token": "TOKEN", "sts_expiration": 1795604400"#),
            "AK+token",
            vec![],
        ),
    ] {
        let (said, asked) = of_config(&format!(r#""mode": "{mode}", {values}"#));
        let source = format!(
            "credentials-from-profile(profile=p, place=~/.aliyun/config.json:2, mode={mode})"
        );
        assert_eq!(said, format!("{keys} {source}"));
        assert_eq!(asked, hosts, "{mode}");
    }
}

#[test]
fn a_profile_without_a_mode_is_taken_for_what_its_values_are() {
    for (values, mode) in [
        (AK.to_owned(), "mode=AK)"),
        (format!(r#"{AK}, "sts_token": "TOKEN""#), "mode=StsToken)"),
        (format!("{AK}, {ROLE}"), "mode=RamRoleArn)"),
        (r#""ram_role_name": "r""#.to_owned(), "mode=EcsRamRole)"),
    ] {
        let (said, _) = of_config(&values);
        assert!(said.ends_with(mode), "{said}");
    }
}

#[test]
fn a_profile_may_build_on_another_one() {
    let text = format!(
        r#"{{"current": "c", "profiles": [
          {{"name": "a", "mode": "AK", "access_key_id": "BASE", "access_key_secret": "{SECRET}"}},
          {{"name": "b", "mode": "ChainableRamRoleArn", "source_profile": "a", "ram_role_arn": "first", "ram_session_name": "s"}},
          {{"name": "c", "mode": "ChainableRamRoleArn", "source_profile": "b", "ram_role_arn": "second", "ram_session_name": "s", "external_id": "e", "region_id": "cn-beijing"}},
          {{"name": "d", "mode": "ChainableRamRoleArn", "source_profile": "e", "ram_role_arn": "r"}},
          {{"name": "e", "mode": "ChainableRamRoleArn", "source_profile": "d", "ram_role_arn": "r"}},
          {{"name": "f", "mode": "ChainableRamRoleArn", "source_profile": "gone", "ram_role_arn": "r"}}]}}"#
    );
    let home = Home::new(&[(CONFIG, &text)], &[]);
    let fake = in_cloud();
    assert!(home.said(None, &fake).starts_with("STS+token "));
    let lines = fake.lines();
    assert!(
        lines[0].contains("RoleArn=first") && !lines[0].contains("ExternalId"),
        "{lines:?}"
    );
    assert!(
        lines[1].contains("RoleArn=second") && lines[1].contains("ExternalId=e"),
        "{lines:?}"
    );
    assert_eq!(home.find(None, &fake).unwrap().region(), Some("cn-beijing"));
    assert_eq!(
        home.said(Some("d"), &fake),
        "credentials-loop(place=~/.aliyun/config.json:6, profile=e)"
    );
    assert_eq!(
        home.said(Some("f"), &fake),
        "credentials-no-profile(profile=gone, files=~/.aliyun/config.json:7, known=a, b, c, d, e, f)"
    );
}

#[test]
fn a_profile_with_a_token_file_sends_what_the_file_holds_then() {
    let values = format!(
        r#""mode": "OIDC", {ROLE}, "oidc_provider_arn": "acs:ram::1:oidc-provider/k", "oidc_token_file": "/gone""#
    );
    let home = Home::new(&[(CONFIG, &config(&values))], &[]);
    let said = home.said(None, &in_cloud());
    assert!(
        said.contains("credentials-unreadable(path=/gone, error="),
        "{said}"
    );
}

#[test]
fn what_is_wrong_with_the_file_of_the_command_line_is_told_with_its_place() {
    let at = "place=~/.aliyun/config.json:2, profile=p";
    for (values, said) in [
        (
            r#""mode": "AK", "access_key_id": "AK""#.to_owned(),
            format!("missing-key({at}, key=access_key_secret)"),
        ),
        (
            format!(r#""mode": "StsToken", {AK}"#),
            format!("missing-key({at}, key=sts_token)"),
        ),
        (
            format!(r#""mode": "RamRoleArn", {AK}"#),
            format!("missing-key({at}, key=ram_role_arn)"),
        ),
        (
            r#""mode": "CredentialsURI""#.to_owned(),
            format!("missing-key({at}, key=credentials_uri)"),
        ),
        (
            format!(r#""mode": "RamRoleArn", {AK}, {ROLE}, "expired_seconds": 60"#),
            format!("bad-duration({at}, key=expired_seconds, value=60)"),
        ),
        (
            r#""mode": "External", "process_command": "x""#.to_owned(),
            format!("unsupported-mode({at}, mode=External)"),
        ),
        (
            r#""mode": "RsaKeyPair""#.to_owned(),
            format!("unsupported-mode({at}, mode=RsaKeyPair)"),
        ),
        (
            format!(r#""mode": "OAuth", {AK}, "sts_token": "TOKEN", "sts_expiration": 1795600799"#),
            format!("expired({at})"),
        ),
        (r#""mode": "CloudSSO""#.to_owned(), format!("expired({at})")),
    ] {
        let (found, asked) = of_config(&values);
        assert_eq!(found, format!("credentials-{said}"));
        assert!(asked.is_empty());
    }
    for (text, line) in [
        ("{\n\"profiles\": [\n}", 3),
        ("", 1),
        ("[]", 1),
        ("{}\n{}", 2),
        ("{", 1),
    ] {
        let said = of_file(CONFIG, text, &in_cloud());
        assert_eq!(
            said,
            format!("credentials-not-json(place=~/.aliyun/config.json:{line})")
        );
    }
    let said = of_file(CONFIG, r#"{"current": "x", "profiles": []}"#, &in_cloud());
    assert_eq!(
        said,
        "credentials-no-profiles(profile=x, files=~/.aliyun/config.json)"
    );
    let home = Home::new(&[(CONFIG, r#"{"profiles": [{"name": "x"}]}"#)], &[]);
    assert!(
        home.said(Some("x"), &in_cloud())
            .starts_with("credentials-not-configured(place=~/")
    );
}

#[test]
fn a_profile_cannot_use_the_instance_when_that_is_switched_off() {
    let text = config(r#""mode": "EcsRamRole""#);
    let off = ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    let said = Home::new(&[(CONFIG, &text)], &[off]).said(None, &in_cloud());
    assert!(
        said.starts_with("credentials-metadata-off(place="),
        "{said}"
    );
}

#[test]
fn every_type_of_the_shared_file_gives_keys() {
    let ak = format!("access_key_id = AK\naccess_key_secret = {SECRET}");
    for (kind, values, keys) in [
        ("access_key", ak.clone(), "AK"),
        ("sts", format!("{ak}\nsecurity_token = {TOKEN}"), "AK+token"),
        (
            "ram_role_arn",
            format!("{ak}\nrole_arn = r\nrole_session_name = s\npolicy = {{}}"),
            "STS+token",
        ),
        ("ecs_ram_role", "role_name = r".to_owned(), "PLAIN+token"),
        (
            "credentials_uri",
            "credentials_uri = http://127.0.0.1/".to_owned(),
            "PLAIN+token",
        ),
    ] {
        let text = format!("# keys\n[default]\nenable = true # on\ntype = {kind}\n{values}\n");
        let said = of_file(SHARED, &text, &in_cloud());
        let source = format!(
            "credentials-from-profile(profile=default, place=~/.alibabacloud/credentials:2, mode={kind})"
        );
        assert_eq!(said, format!("{keys} {source}"));
    }
    let oidc = "[default]\ntype = oidc_role_arn\nrole_arn = r\noidc_provider_arn = p\noidc_token_file_path = /gone\n";
    assert!(of_file(SHARED, oidc, &in_cloud()).contains("credentials-unreadable(path=/gone"));
}

#[test]
fn what_is_wrong_with_the_shared_file_is_told_with_its_place() {
    let at = "place=~/.alibabacloud/credentials:1, profile=default";
    for (text, said) in [
        ("[default]\n", format!("missing-key({at}, key=type)")),
        (
            "[default]\ntype = access_key\n",
            format!("missing-key({at}, key=access_key_id)"),
        ),
        (
            "[default]\ntype = rsa_key_pair\n",
            format!("unsupported-mode({at}, mode=rsa_key_pair)"),
        ),
        (
            "[default]\ntype\n",
            "bad-line(place=~/.alibabacloud/credentials:2)".to_owned(),
        ),
    ] {
        let found = of_file(SHARED, text, &in_cloud());
        assert_eq!(found, format!("credentials-{said}"));
    }
    let off = Home::new(&[(SHARED, "[x]\nenable = no\n")], &[]).said(Some("x"), &in_cloud());
    assert!(off.starts_with("credentials-not-configured("), "{off}");
}
