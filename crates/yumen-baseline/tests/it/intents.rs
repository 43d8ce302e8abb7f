//! The user's own rules hold or not, with a packet for each place where they do not.

use yumen_baseline::Evidence;

use crate::judged::Found;

const ROLES: &str = "trusted = [\"203.0.113.0/24\"]\n\
    [roles.app]\nkind = \"application\"\nmatch = [\"name:app-*\"]\n\
    [roles.data]\nkind = \"data\"\nmatch = [\"name:db-*\"]\n\
    [environments.test]\nkind = \"test\"\nmatch = [\"name:test-*\"]\n";

const ESTATE: &str = "sg sg-app vpc-a advanced\n  in accept 1 tcp 443 from 0.0.0.0/0\n  out accept 1 all -1/-1 to 0.0.0.0/0\n\
    sg sg-data vpc-a advanced\n  in accept 1 tcp 3306 from sg:sg-app\n  in accept 1 tcp 22 from 203.0.113.0/24\n\
    sg sg-test vpc-a advanced\n  out accept 1 all -1/-1 to 0.0.0.0/0\n\
    eni eni-a vpc-a vsw-1 10.0.1.5 sg-app static=47.1.1.1 name=app-01\n\
    eni eni-d vpc-a vsw-1 10.0.1.6 sg-data static=47.1.1.2 name=db-01\n\
    eni eni-t vpc-a vsw-1 10.0.1.7 sg-test name=test-01\n";

/// Messages of all violations of one rule.
fn violations(estate: &str, rule: &str) -> Vec<String> {
    let settings = format!("{ROLES}[[intent]]\nrule = \"{rule}\"\n");
    let found = Found::new(estate, &settings);
    let outcome = found.settings.intents[0].judge(&found.estate()).unwrap();
    assert!(outcome.checked > 0, "{rule}");
    for violation in &outcome.violations {
        if let Evidence::Between { packets, .. } | Evidence::Permitted { packets, .. } =
            &violation.evidence
        {
            assert!(packets.witness().is_some(), "{rule}");
        }
    }
    let said = outcome.violations.iter();
    said.map(|one| one.message.to_string()).collect()
}

#[test]
fn rules_that_hold_say_nothing() {
    for rule in [
        "never internet -> role:data",
        "never env:test -> role:data",
        "only role:app -> role:data on tcp/3306",
        "always role:app <- internet on tcp/443",
        "always role:data <- role:app on tcp/3306",
        "always role:data <- trusted on tcp/22",
        "never 198.51.100.0/24 -> role:data",
        "only internet, env:test -> role:app on tcp/443",
    ] {
        let said = violations(ESTATE, rule);
        assert!(said.is_empty(), "{rule}: {said:?}");
    }
}

#[test]
fn rules_that_do_not_hold_name_who_reaches_whom() {
    let wide = ESTATE.replace("tcp 3306 from sg:sg-app", "tcp 3306 from 0.0.0.0/0");
    for (rule, message) in [
        (
            "never internet -> role:data",
            "intent-from-internet(name=db-01, ports=tcp 3306)",
        ),
        (
            "never env:test -> role:data",
            "intent-from-neighbour(name=db-01, source=test-01, count=1)",
        ),
        (
            "only role:app -> role:data on tcp/3306",
            "intent-from-internet(name=db-01, ports=tcp 3306)",
        ),
        (
            "never 198.51.100.0/24 -> role:data on tcp/3306",
            "intent-from-network(name=db-01, source=198.51.100.0/24)",
        ),
        (
            "always role:app <- internet on tcp/444",
            "intent-not-from-internet(name=app-01)",
        ),
        (
            "always role:data <- role:app on tcp/3307",
            "intent-stopped(name=db-01, source=app-01)",
        ),
        (
            "never trusted -> role:data on tcp/22",
            "intent-from-network(name=db-01, source=203.0.113.0/24)",
        ),
    ] {
        let said = violations(&wide, rule);
        assert!(said.iter().any(|one| one == message), "{rule}: {said:?}");
    }
}

#[test]
fn what_was_not_read_breaks_a_rule_as_unknown() {
    let unread = ESTATE.replace(
        "sg sg-data vpc-a advanced",
        "sg sg-data vpc-a advanced unread",
    );
    let settings = format!("{ROLES}[[intent]]\nrule = \"never internet -> role:data\"\n");
    let found = Found::new(&unread, &settings);
    let outcome = found.settings.intents[0].judge(&found.estate()).unwrap();
    let statuses: Vec<&str> = outcome
        .violations
        .iter()
        .map(|one| one.status.word())
        .collect();
    assert_eq!(statuses, ["unknown"]);
}
