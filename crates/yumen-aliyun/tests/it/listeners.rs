//! What listeners do with plain HTTP, which TLS they speak, and whose allow-lists are empty.

use yumen_cloud::{Listener, ListenerAccess, TlsVersion};

use crate::report::{read, with_core};

/// Reads the only listener of a classic balancer; its access list `acl-1` has these entries.
fn classic(protocol: &str, fields: &str, entries: &str) -> Listener {
    let listeners = format!(
        r#"{{"Listeners":[{{"LoadBalancerId":"lb-1","ListenerPort":80,"ListenerProtocol":"{protocol}","BackendServerPort":8080,"Status":"running",{fields}}}],"TotalCount":1}}"#
    );
    let entries = format!(r#"{{"AclId":"acl-1","AclEntrys":{{"AclEntry":[{entries}]}}}}"#);
    let snapshot = read(&with_core(&[
        (
            "r/slb/DescribeLoadBalancers.json",
            r#"{"LoadBalancers":{"LoadBalancer":[{"LoadBalancerId":"lb-1","Address":"47.1.1.1","AddressType":"internet","LoadBalancerStatus":"active"}]},"TotalCount":1}"#,
        ),
        ("r/slb/DescribeLoadBalancerListeners.json", &listeners),
        (
            "r/slb/DescribeAccessControlListAttribute/acl-1.json",
            &entries,
        ),
        (
            "r/slb/DescribeAccessControlLists.json",
            r#"{"Acls":{"Acl":[{"AclId":"acl-1"}]},"TotalCount":1}"#,
        ),
    ]));
    snapshot.balancers.get("lb-1").unwrap().listeners[0].clone()
}

/// Reads the only listener of an ALB or an NLB.
fn modern(product: &str, listener: &str, rules: &str) -> Listener {
    let balancers = r#"{"LoadBalancers":[{"LoadBalancerId":"b-1","LoadBalancerStatus":"Active"}],"TotalCount":1}"#;
    let listener = format!(
        r#"{{"ListenerId":"lsn-1","LoadBalancerId":"b-1","ListenerPort":80,"ListenerStatus":"Running",{listener}}}"#
    );
    let listeners = format!(r#"{{"Listeners":[{listener}],"TotalCount":1}}"#);
    let rules = format!(r#"{{"Rules":[{rules}],"TotalCount":0}}"#);
    let path = |action: &str| format!("r/{product}/{action}.json");
    let paths = [
        path("ListLoadBalancers"),
        path("ListListeners"),
        path("GetListenerAttribute/lsn-1"),
        path("ListRules"),
    ];
    let texts = [balancers, &listeners, &listener, &rules];
    let files: Vec<(&str, &str)> = paths.iter().map(String::as_str).zip(texts).collect();
    let count = if product == "alb" { 4 } else { 2 };
    let snapshot = read(&with_core(&files[..count]));
    snapshot.balancers.get("b-1").unwrap().listeners[0].clone()
}

#[test]
fn an_allow_list_that_is_empty_is_told_from_none() {
    let white = r#""AclStatus":"on","AclType":"white","AclIds":["acl-1"]"#;
    let entry = r#"{"AclEntryIP":"10.0.0.0/8"}"#;
    let empty = classic("tcp", white, "");
    assert!(empty.empty_allow_list && empty.access == ListenerAccess::Everyone);
    assert!(!classic("tcp", white, entry).empty_allow_list);
    let unread = classic("tcp", white, r#"{"AclEntryIP":"x"}"#);
    assert!(!unread.empty_allow_list, "a list not read in full");
    let no_list = r#""AclStatus":"on","AclType":"white""#;
    assert!(classic("tcp", no_list, "").empty_allow_list);
    for not_white in [
        r#""AclStatus":"off","AclType":"white","AclIds":["acl-1"]"#,
        r#""AclStatus":"on","AclType":"black","AclIds":["acl-1"]"#,
        r#""AclStatus":"on","AclType":"grey""#,
    ] {
        assert!(!classic("tcp", not_white, "").empty_allow_list);
    }
}

#[test]
fn the_oldest_tls_of_a_policy() {
    let of = |policy: &str| {
        let inside = format!(r#""HTTPSListenerConfig":{{"TLSCipherPolicy":"{policy}"}}"#);
        let beside = format!(r#""TLSCipherPolicy":"{policy}""#);
        let modern_field =
            format!(r#""ListenerProtocol":"HTTPS","AclConfig":{{}},"SecurityPolicyId":"{policy}""#);
        let tls = modern_field.replace("HTTPS", "TCPSSL");
        let found = classic("https", &inside, "").minimum_tls;
        assert_eq!(classic("https", &beside, "").minimum_tls, found);
        assert_eq!(modern("alb", &modern_field, "").minimum_tls, found);
        assert_eq!(modern("nlb", &tls, "").minimum_tls, found);
        assert_eq!(classic("http", &beside, "").minimum_tls, None);
        found
    };
    for (policy, oldest) in [
        ("tls_cipher_policy_1_0", Some(TlsVersion::V1_0)),
        ("tls_cipher_policy_1_0_to_1_3", Some(TlsVersion::V1_0)),
        ("tls_cipher_policy_1_1", Some(TlsVersion::V1_1)),
        ("tls_cipher_policy_1_2", Some(TlsVersion::V1_2)),
        ("tls_cipher_policy_1_2_strict", Some(TlsVersion::V1_2)),
        (
            "tls_cipher_policy_1_2_strict_with_1_3",
            Some(TlsVersion::V1_2),
        ),
        ("spy-bp1jqxxxxx", None),
        ("", None),
    ] {
        assert_eq!(of(policy), oldest, "{policy}");
    }
    assert!(TlsVersion::V1_1 < TlsVersion::V1_2);
    let quic = r#""ListenerProtocol":"QUIC","AclConfig":{}"#;
    assert_eq!(modern("alb", quic, "").minimum_tls, Some(TlsVersion::V1_3));
}

#[test]
fn a_classic_listener_that_only_redirects() {
    let on = r#""HTTPListenerConfig":{"ListenerForward":"on","ForwardPort":443}"#;
    let listener = classic("http", on, "");
    assert!(listener.redirects && listener.targets.is_empty());
    let beside = classic("http", r#""ListenerForward":"on","ForwardPort":443"#, "");
    assert!(beside.redirects);
    let off = r#""HTTPListenerConfig":{"ListenerForward":"off","ForwardPort":0}"#;
    assert!(!classic("http", off, "").redirects);
    assert!(!classic("tcp", on, "").redirects);
}

fn rule(priority: &str, path: &str, action: &str) -> String {
    let id = priority.len();
    format!(
        r#"{{"RuleId":"r-{id}","ListenerId":"lsn-1",{priority}"RuleActions":[{action}],"RuleConditions":[{{"Type":"Path","PathConfig":{{"Values":["{path}"]}}}}]}}"#
    )
}

#[test]
fn an_application_listener_that_only_redirects() {
    const FORWARD: &str = r#"{"Type":"ForwardGroup","ForwardGroupConfig":{"ServerGroupTuples":[{"ServerGroupId":"sgp-1"}]}}"#;
    const REDIRECT: &str = r#"{"Type":"Redirect","RedirectConfig":{"Protocol":"HTTPS"}}"#;
    const ELSEWHERE: &str = r#"{"Type":"Redirect","RedirectConfig":{"Protocol":"${protocol}"}}"#;
    let redirects = |action: &str, rules: &[String]| {
        let fields =
            format!(r#""ListenerProtocol":"HTTP","AclConfig":{{}},"DefaultActions":[{action}]"#);
        modern("alb", &fields, &rules.join(",")).redirects
    };
    let (first, second) = (r#""Priority":1,"#, r#""Priority":20,"#);
    assert!(redirects(REDIRECT, &[]));
    assert!(!redirects(FORWARD, &[]));
    assert!(!redirects(ELSEWHERE, &[]));
    assert!(!redirects(REDIRECT, &[rule(first, "/api/*", FORWARD)]));
    assert!(redirects(REDIRECT, &[rule(first, "/api/*", REDIRECT)]));
    assert!(redirects(FORWARD, &[rule(first, "/*", REDIRECT)]));
    assert!(!redirects(FORWARD, &[rule(first, "/shop/*", REDIRECT)]));
    assert!(!redirects(FORWARD, &[rule("", "/*", REDIRECT)]));
    let later = [rule(second, "/api/*", FORWARD), rule(first, "/*", REDIRECT)];
    assert!(redirects(FORWARD, &later));
    let earlier = [rule(first, "/api/*", FORWARD), rule(second, "/*", REDIRECT)];
    assert!(!redirects(FORWARD, &earlier));
    let response = rule(first, "/*", r#"{"Type":"InsertHeader"}"#)
        .replace(first, r#""Priority":1,"Direction":"Response","#);
    assert!(redirects(REDIRECT, &[response]));
}
