//! What is sent to the services, and what their answers are taken for.

use std::sync::Arc;
use std::time::Duration;

use yumen_aliyun::credentials::{CredentialError, Provider, Role};
use yumen_aliyun::transport::Request;
use yumen_aliyun_protocol::acs3::{Authorization, CanonicalRequest, sha256_hex};
use yumen_aliyun_protocol::encoding::parse_query;

use super::{
    Answer, Fake, Home, NOW, SECRET, TOKEN, answer, header, plain_keys, sts_keys, timed_out,
};

const END: &str = "2026-11-25T11:00:00Z";

fn query(request: &Request) -> Vec<(String, String)> {
    parse_query(request.url.split_once('?').unwrap().1)
}

fn value(pairs: &[(String, String)], name: &str) -> String {
    let found = pairs.iter().find(|(of, _)| of == name);
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

/// A role taken on with temporary keys.
fn assume(role: Role, fake: &Arc<Fake>) -> Provider {
    Provider::fixed("AK", SECRET, Some(TOKEN)).assume(role, &fake.means())
}

#[test]
fn a_role_is_asked_for_with_a_signature_that_holds() {
    let fake = Fake::saying(&sts_keys("STS", END));
    let mut role = Role::new("acs:ram::1:role/other account");
    role.external_id = Some("e/1".to_owned());
    role.duration = Duration::from_secs(1800);
    let provider = assume(role, &fake);
    assert!(fake.seen().is_empty());
    let keys = provider.credentials().unwrap();
    assert_eq!(
        (keys.key_id.as_str(), keys.secret(), keys.token()),
        ("STS", SECRET, Some(TOKEN))
    );
    assert_eq!(keys.expires(), Some(END.parse().unwrap()));
    assert_eq!(
        provider.source().to_string(),
        "credentials-from-role(role=acs:ram::1:role/other account)"
    );

    let request = &fake.seen()[0];
    assert!(
        request.url.starts_with("https://sts.aliyuncs.com/?"),
        "{}",
        request.url
    );
    assert!(!request.url.contains('+'));
    assert_eq!(request.method.as_str(), "POST");
    let sent = query(request);
    for (name, expected) in [
        ("RoleArn", "acs:ram::1:role/other account"),
        ("RoleSessionName", "yumen"),
        ("ExternalId", "e/1"),
        ("DurationSeconds", "1800"),
    ] {
        assert_eq!(value(&sent, name), expected);
    }
    for (name, expected) in [
        ("host", "sts.aliyuncs.com"),
        ("x-acs-action", "AssumeRole"),
        ("x-acs-version", "2015-04-01"),
        ("x-acs-date", NOW),
        ("x-acs-security-token", TOKEN),
        ("x-acs-content-sha256", &sha256_hex(b"")),
    ] {
        assert_eq!(header(request, name), Some(expected));
    }
    let shown = Authorization::parse(header(request, "authorization").unwrap()).unwrap();
    let signed: Vec<&str> = shown.signed_headers.split(';').collect();
    let headers: Vec<(String, String)> = request
        .headers
        .iter()
        .filter(|(name, _)| signed.contains(&name.as_str()))
        .cloned()
        .collect();
    assert_eq!(headers.len(), signed.len());
    assert!(signed.contains(&"x-acs-security-token") && signed.contains(&"host"));
    let canonical = CanonicalRequest {
        method: "POST",
        path: "/",
        query: &sent,
        headers: &headers,
        body_hash: &sha256_hex(&request.body),
    };
    assert_eq!(shown.signature, canonical.signature(SECRET));
    assert_eq!(shown.key_id, "AK");
}

#[test]
fn each_request_has_a_nonce_of_its_own() {
    let fake = Fake::saying(&sts_keys("STS", END));
    for _ in 0..2 {
        assume(Role::new("r"), &fake).credentials().unwrap();
    }
    let seen = fake.seen();
    let nonce = |at: usize| header(&seen[at], "x-acs-signature-nonce").unwrap();
    assert_ne!(nonce(0), nonce(1));
    assert_eq!(nonce(0).len(), 32);
}

#[test]
fn one_address_may_stand_for_all() {
    let fake = Fake::saying(&sts_keys("STS", END));
    let mut role = Role::new("r");
    role.region = Some("cn-hangzhou".to_owned());
    let means = fake
        .means()
        .with_endpoint(Some("http://127.0.0.1:7180/".to_owned()));
    let base = Provider::fixed("AK", SECRET, None);
    base.assume(role, &means).credentials().unwrap();
    let request = &fake.seen()[0];
    assert!(
        request.url.starts_with("http://127.0.0.1:7180/?"),
        "{}",
        request.url
    );
    assert_eq!(header(request, "host"), Some("127.0.0.1:7180"));
    assert_eq!(header(request, "x-acs-security-token"), None);
}

#[test]
fn a_token_of_a_pod_is_sent_unsigned_and_not_in_the_address() {
    let home = Home::new(
        &[("token", "ey.J+/w=t\n")],
        &[
            ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/pod"),
            (
                "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
                "acs:ram::1:oidc-provider/k",
            ),
            ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "~/token"),
            ("ALIBABA_CLOUD_ROLE_SESSION_NAME", "pod-7"),
            ("ALIBABA_CLOUD_STS_REGION", "cn-beijing"),
            ("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true"),
        ],
    );
    let fake = Fake::saying(&sts_keys("POD", END));
    assert!(home.said(None, &fake).starts_with("POD+token "));
    let request = &fake.seen()[0];
    assert!(
        request
            .url
            .starts_with("https://sts-vpc.cn-beijing.aliyuncs.com/?"),
        "{}",
        request.url
    );
    let (sent, form) = (
        query(request),
        String::from_utf8(request.body.clone()).unwrap(),
    );
    assert_eq!(value(&sent, "Action"), "AssumeRoleWithOIDC");
    assert_eq!(value(&sent, "Version"), "2015-04-01");
    assert_eq!(value(&sent, "Timestamp"), NOW);
    let form = parse_query(&form);
    assert_eq!(value(&form, "OIDCToken"), "ey.J+/w=t");
    assert_eq!(
        value(&form, "OIDCProviderArn"),
        "acs:ram::1:oidc-provider/k"
    );
    assert_eq!(value(&form, "RoleSessionName"), "pod-7");
    assert!(!request.url.contains("ey.J"));
    assert_eq!(header(request, "authorization"), None);

    let refusal = r#"{"Code":"AuthenticationFail.OIDCToken.Expired","Message":"token ey.J+/w=t has expired"}"#;
    let said = home.said(None, &Fake::new(move |_| answer(400, refusal)));
    assert!(
        said.contains("code=AuthenticationFail.OIDCToken.Expired, text=token *** has expired)"),
        "{said}"
    );
}

#[test]
fn refusals_are_told_apart_by_what_helps() {
    let error = |code: &str| {
        format!(r#"{{"Code":"{code}","Message":"for {SECRET} and {TOKEN}","RequestId":"R"}}"#)
    };
    for (status, body, said) in [
        (
            403,
            error("NoPermission"),
            "role-forbidden(role=r, code=NoPermission, text=for *** and ***)",
        ),
        (
            404,
            error("EntityNotExist.Role"),
            "no-role(role=r, code=EntityNotExist.Role)",
        ),
        (
            404,
            error("InvalidAccessKeyId.NotFound"),
            "key-refused(from=sts.aliyuncs.com, code=InvalidAccessKeyId.NotFound)",
        ),
        (
            400,
            error("SignatureDoesNotMatch"),
            "key-refused(from=sts.aliyuncs.com, code=SignatureDoesNotMatch)",
        ),
        (
            400,
            error("InvalidTimeStamp.Expired"),
            "clock(from=sts.aliyuncs.com)",
        ),
        (
            400,
            error("InvalidParameter.RoleArn"),
            "refused(from=sts.aliyuncs.com, role=r, code=InvalidParameter.RoleArn, text=for *** and ***)",
        ),
        (
            400,
            error("Throttling.User"),
            "unavailable(from=sts.aliyuncs.com, status=400, code=Throttling.User)",
        ),
        (
            503,
            String::new(),
            "unavailable(from=sts.aliyuncs.com, status=503, code=)",
        ),
        (
            302,
            "<html>".to_owned(),
            "bad-status(from=sts.aliyuncs.com, status=302)",
        ),
        (
            200,
            "<html>".to_owned(),
            "bad-answer(from=sts.aliyuncs.com, field=AccessKeyId)",
        ),
        (
            200,
            r#"{"Credentials":{"AccessKeyId":"A"}}"#.to_owned(),
            "bad-answer(from=sts.aliyuncs.com, field=AccessKeySecret)",
        ),
        (
            200,
            sts_keys("STS", "soon"),
            "bad-answer(from=sts.aliyuncs.com, field=Expiration)",
        ),
        (200, sts_keys("STS", NOW), "clock(from=r)"),
    ] {
        let fake = Fake::new(move |_| answer(status, &body));
        let error = assume(Role::new("r"), &fake).credentials().unwrap_err();
        assert_eq!(error.message().to_string(), format!("credentials-{said}"));
        super::assert_harmless(&format!("{error:?} {error}"));
        assert_eq!(error.is_passing(), said.starts_with("unavailable"));
    }
}

/// A metadata service that insists on its token, or gives none.
fn metadata(gives_token: bool, role: &'static str) -> Arc<Fake> {
    Fake::new(move |request| -> Answer {
        let path = request
            .url
            .strip_prefix("http://100.100.100.200/latest/")
            .unwrap();
        let authorised =
            !gives_token || header(request, "x-aliyun-ecs-metadata-token") == Some("mt");
        match path {
            "api/token" if request.method.as_str() == "PUT" && gives_token => {
                let seconds = header(request, "x-aliyun-ecs-metadata-token-ttl-seconds").unwrap();
                assert!((1..=21_600).contains(&seconds.parse().unwrap()));
                answer(200, "mt")
            }
            "meta-data/ram/security-credentials/" if authorised && !role.is_empty() => {
                answer(200, role)
            }
            path if authorised
                && path == format!("meta-data/ram/security-credentials/{role}")
                && !role.is_empty() =>
            {
                answer(200, &plain_keys("CLOUD", END))
            }
            _ if authorised => answer(404, ""),
            _ => answer(403, ""),
        }
    })
}

#[test]
fn the_metadata_service_is_asked_in_hardened_mode() {
    let fake = metadata(true, "auditor");
    assert!(
        Home::new(&[], &[])
            .said(None, &fake)
            .starts_with("CLOUD+token ")
    );
    let base = "http://100.100.100.200/latest";
    assert_eq!(
        fake.lines(),
        [
            format!("PUT {base}/api/token"),
            format!("GET {base}/meta-data/ram/security-credentials/"),
            format!("GET {base}/meta-data/ram/security-credentials/auditor"),
        ]
    );
    assert!(
        fake.seen()
            .iter()
            .all(|request| request.timeout.as_secs() == 1)
    );

    let named = Home::new(&[], &[("ALIBABA_CLOUD_ECS_METADATA", "auditor")]);
    let fake = metadata(true, "auditor");
    assert!(named.said(None, &fake).starts_with("CLOUD+token "));
    assert_eq!(fake.lines().len(), 2);
}

#[test]
fn without_a_token_only_if_none_is_given_and_that_is_allowed() {
    let fake = metadata(false, "auditor");
    assert!(
        Home::new(&[], &[])
            .said(None, &fake)
            .starts_with("CLOUD+token ")
    );
    assert_eq!(fake.lines().len(), 3);

    let strict = ("ALIBABA_CLOUD_IMDSV1_DISABLED", "true");
    let named = ("ALIBABA_CLOUD_ECS_METADATA", "auditor");
    let fake = metadata(false, "auditor");
    let said = Home::new(&[], &[strict, named]).said(None, &fake);
    assert_eq!(
        said,
        "credentials-bad-status(from=100.100.100.200, status=404)"
    );
    assert_eq!(fake.lines().len(), 1);
}

#[test]
fn a_role_that_was_named_must_be_there() {
    let said = |variables: &[(&str, &str)], fake| Home::new(&[], variables).said(None, &fake);
    let named = &[("ALIBABA_CLOUD_ECS_METADATA", "x/y")];
    assert_eq!(
        said(named, metadata(true, "auditor")),
        "credentials-no-such-instance-role(role=x/y)"
    );
    assert_eq!(
        said(named, Fake::nowhere()),
        "credentials-unreachable(from=100.100.100.200, error=timed out)"
    );
    let Err(CredentialError::Nothing { tried }) =
        Home::new(&[], &[]).find(None, &metadata(true, ""))
    else {
        panic!("something was found");
    };
    assert!(
        tried
            .iter()
            .any(|tried| tried.reason.id == "credentials-no-instance-role")
    );
}

#[test]
fn addresses_with_secrets_are_not_repeated() {
    let variables = [
        (
            "ALIBABA_CLOUD_CREDENTIALS_URI",
            "http://user:S3CRET-of-the-key@keys.local/a?t=1",
        ),
        ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"),
    ];
    let home = Home::new(&[], &variables);
    let gone = Fake::new(|request| {
        let error = format!("no route to {}", request.url);
        let host = request.url.clone();
        Err(yumen_aliyun::transport::TransportError::Unreachable { host, error })
    });
    let said = home.said(None, &gone);
    assert!(said.ends_with("credentials-unreachable(from=http://keys.local/a, error=no route to http://***@keys.local/a?***)"), "{said}");
    let said = home.said(None, &Fake::new(|_| answer(500, "")));
    assert!(
        said.ends_with("credentials-bad-status(from=http://keys.local/a, status=500)"),
        "{said}"
    );
    let said = home.said(None, &Fake::saying(r#"{"Code":"Failed"}"#));
    assert!(
        said.ends_with("credentials-bad-answer(from=http://keys.local/a, field=Code)"),
        "{said}"
    );
    let late = Fake::new(|request| Err(timed_out(request)));
    assert!(home.said(None, &late).ends_with("error=timed out)"));
}
