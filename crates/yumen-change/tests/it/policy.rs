//! Who may decide what, and when.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use yumen_baseline::{EnvironmentKind, Settings};
use yumen_change::{Class, Missing, Policy, Question, time_zone};

const KEYS: [&str; 6] = [
    "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB",
    "AQICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC",
    "AQMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMD",
    "AQQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",
    "AQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUF",
    "AQYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYG",
];

/// People by name, roles and what they own, each with a key of their own.
fn people(given: &[(&str, &[&str], &[&str])]) -> String {
    let sections = given.iter().zip(KEYS).map(|((name, roles, owns), key)| {
        format!(
            "[people.{name}]\nkey = [\"{name}+1a2b3c4d+{key}\"]\nroles = {roles:?}\nowns = {owns:?}\n"
        )
    });
    sections.collect()
}

/// The people of most tests.
fn team() -> String {
    people(&[
        ("wang", &["operator", "approver"], &[]),
        ("li", &["approver"], &["zone:data"]),
        ("zhao", &["approver"], &[]),
        ("chen", &["operator"], &[]),
        ("sun", &[], &["zone:data", "role:db"]),
        ("zhou", &["oncall"], &[]),
    ])
}

fn policy(more: &str) -> Policy {
    let (policy, problems) = Policy::parse("yumen.toml", &format!("{}{more}", team()));
    assert!(problems.is_empty(), "{problems:?}");
    policy
}

const PRODUCTION: &[EnvironmentKind] = &[EnvironmentKind::Production];
const TEST: &[EnvironmentKind] = &[EnvironmentKind::Test];

fn question(class: Class, environments: &[EnvironmentKind]) -> Question {
    Question {
        class,
        environments: environments.iter().copied().collect(),
        crossing: Vec::new(),
        account: "1234".to_owned(),
        proposer: "wang".to_owned(),
        emergency: false,
    }
}

fn names(given: &[&str]) -> BTreeSet<String> {
    given.iter().map(|&name| name.to_owned()).collect()
}

/// `enough`, or all that is missing.
fn judged(policy: &Policy, question: &Question, approvers: &[&str]) -> String {
    let requirement = policy.requirement(question);
    match policy.satisfied(&requirement, question, &names(approvers)) {
        Ok(()) => "enough".to_owned(),
        Err(missing) => {
            let said: Vec<String> = missing
                .iter()
                .map(|one| one.message().to_string())
                .collect();
            said.join("; ")
        }
    }
}

#[test]
fn the_built_in_rules_are_those_of_the_table() {
    let policy = policy("");
    for (class, environments, need, roles, owners) in [
        (Class::Tightening, TEST, 1, "approver operator", false),
        (Class::Neutral, TEST, 1, "approver operator", false),
        (Class::WideningInside, TEST, 1, "approver", true),
        (Class::WideningInternet, TEST, 1, "approver", true),
        (Class::Tightening, PRODUCTION, 1, "approver", false),
        (Class::Neutral, PRODUCTION, 1, "approver", false),
        (Class::WideningInside, PRODUCTION, 2, "approver", true),
        (Class::WideningInternet, PRODUCTION, 2, "approver", true),
        // What nobody declared, and what touches both, is production.
        (Class::WideningInside, &[], 2, "approver", true),
        (
            Class::WideningInside,
            &[EnvironmentKind::Test, EnvironmentKind::Production],
            2,
            "approver",
            true,
        ),
    ] {
        let question = Question {
            crossing: vec!["zone:data".to_owned()],
            ..question(class, environments)
        };
        let requirement = policy.requirement(&question);
        let case = format!("{class} {environments:?}");
        assert_eq!(requirement.approvals, need, "{case}");
        assert_eq!(requirement.roles.join(" "), roles, "{case}");
        assert_eq!(!requirement.owners.is_empty(), owners, "{case}");
        assert_eq!(requirement.rule, None, "{case}");
    }
}

#[test]
fn what_is_missing_is_told() {
    let policy = policy("");
    let wide = question(Class::WideningInternet, PRODUCTION);
    assert_eq!(
        judged(&policy, &wide, &[]),
        "policy-approvals(have=0, need=2, roles=approver, others=li, zhao)"
    );
    assert_eq!(
        judged(&policy, &wide, &["li", "wang"]),
        "policy-approvals(have=1, need=2, roles=approver, others=zhao)"
    );
    assert_eq!(judged(&policy, &wide, &["li", "zhao"]), "enough");
    let crossing = Question {
        crossing: vec!["zone:data".to_owned(), "zone:web".to_owned()],
        ..question(Class::WideningInside, TEST)
    };
    assert_eq!(
        judged(&policy, &crossing, &["zhao", "stranger"]),
        "policy-owner(place=zone:data, others=li, sun); policy-owner-nobody(place=zone:web)"
    );
    let data = Question {
        crossing: vec!["zone:data".to_owned()],
        ..crossing.clone()
    };
    assert_eq!(judged(&policy, &data, &["li"]), "enough");
    assert_eq!(
        judged(&policy, &data, &["sun"]),
        "policy-approvals(have=0, need=1, roles=approver, others=li, zhao)"
    );
    assert_eq!(judged(&policy, &data, &["sun", "zhao"]), "enough");
    let by_li = Question {
        proposer: "li".to_owned(),
        ..data
    };
    assert_eq!(
        judged(&policy, &by_li, &["li", "zhao"]),
        "policy-owner(place=zone:data, others=sun)"
    );
    let forbidden = question(Class::Forbidden, TEST);
    assert_eq!(
        judged(&policy, &forbidden, &["li", "zhao", "sun"]),
        "policy-forbidden"
    );
}

#[test]
fn too_few_people_are_told_before_anybody_waits_for_them() {
    let text = people(&[
        ("wang", &["operator", "approver"], &[]),
        ("li", &["approver"], &[]),
    ]);
    let (policy, problems) = Policy::parse("yumen.toml", &text);
    assert!(problems.is_empty());
    assert_eq!(
        judged(&policy, &question(Class::WideningInternet, PRODUCTION), &[]),
        "policy-too-few(have=0, need=2, roles=approver, others=li)"
    );
}

#[test]
fn without_people_nothing_can_be_done() {
    let policy = Policy::default();
    let change = question(Class::Tightening, TEST);
    assert_eq!(judged(&policy, &change, &["li"]), "policy-no-people");
    for denied in [
        policy.may_propose("wang", &change),
        policy.may_approve("li", &change),
        policy.may_apply("wang", &change, Timestamp::UNIX_EPOCH),
        policy.may_review("li", "wang", &change),
    ] {
        assert_eq!(denied.unwrap_err().message.to_string(), "policy-no-people");
    }
}

#[test]
fn roles_decide_who_may() {
    let policy = policy("");
    let change = question(Class::WideningInside, PRODUCTION);
    let told = |result: Result<(), yumen_change::Denied>| match result {
        Ok(()) => "yes".to_owned(),
        Err(denied) => denied.message.to_string(),
    };
    let now = Timestamp::UNIX_EPOCH;
    assert_eq!(told(policy.may_propose("chen", &change)), "yes");
    assert_eq!(
        told(policy.may_propose("li", &change)),
        "policy-role-propose(name=li, class=widening-inside, roles=operator, others=chen, wang)"
    );
    assert_eq!(
        told(policy.may_propose("wagn", &change)),
        "policy-unknown-person(name=wagn, nearest=wang)"
    );
    assert_eq!(told(policy.may_approve("li", &change)), "yes");
    assert_eq!(
        told(policy.may_approve("wang", &change)),
        "policy-own-change(name=wang)"
    );
    assert_eq!(
        told(policy.may_approve("sun", &change)),
        "policy-role-approve(name=sun, class=widening-inside, roles=approver, others=li, wang, zhao)"
    );
    let crossing = Question {
        crossing: vec!["role:db".to_owned()],
        ..change.clone()
    };
    assert_eq!(told(policy.may_approve("sun", &crossing)), "yes");
    assert_eq!(told(policy.may_apply("wang", &change, now)), "yes");
    assert_eq!(
        told(policy.may_apply("zhou", &change, now)),
        "policy-role-apply(name=zhou, class=widening-inside, roles=operator, others=chen, wang)"
    );
    let forbidden = question(Class::Forbidden, PRODUCTION);
    assert_eq!(told(policy.may_propose("wang", &forbidden)), "yes");
    assert_eq!(
        told(policy.may_approve("li", &forbidden)),
        "policy-forbidden"
    );
    assert_eq!(
        told(policy.may_apply("wang", &forbidden, now)),
        "policy-forbidden"
    );
}

#[test]
fn an_emergency_needs_the_role_and_another_who_looks_at_it_afterwards() {
    let policy = policy(
        "[change]\nemergency_hours = 2\nreview_days = 1\n[[change.freeze]]\nfrom = 2026-11-01\n\
         until = 2026-11-30\nreason = \"sale\"\nstrict = true\n",
    );
    let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
    let change = Question {
        proposer: "zhou".to_owned(),
        emergency: true,
        ..question(Class::WideningInternet, PRODUCTION)
    };
    policy.may_propose("zhou", &change).unwrap();
    policy.may_apply("zhou", &change, now).unwrap();
    assert_eq!(judged(&policy, &change, &[]), "enough");
    let denied = policy.may_apply("wang", &change, now).unwrap_err();
    assert_eq!(
        denied.message.to_string(),
        "policy-role-emergency(name=wang, class=widening-internet, roles=oncall, others=zhou)"
    );
    let after = policy.aftermath(now);
    assert_eq!(after.expires.to_string(), "2026-11-25T14:00:00Z");
    assert_eq!(after.review_until.to_string(), "2026-11-26T12:00:00Z");
    policy.may_review("li", "zhou", &change).unwrap();
    let own = policy.may_review("zhou", "zhou", &change).unwrap_err();
    assert_eq!(own.message.to_string(), "policy-own-emergency(name=zhou)");
    policy.may_review("chen", "zhou", &change).unwrap_err();
    let forbidden = Question {
        class: Class::Forbidden,
        ..change
    };
    policy.may_apply("zhou", &forbidden, now).unwrap_err();
    assert_eq!(judged(&policy, &forbidden, &[]), "policy-forbidden");
}

#[test]
fn the_first_rule_that_fits_decides_and_leaves_the_rest_as_built_in() {
    let policy = policy(
        "[[change.rule]]\nclass = \"widening-internet\"\nenvironment = \"test\"\napprovals = 3\n\
         [[change.rule]]\nclass = [\"widening-internet\"]\naccount = \"1234\"\n\
         approve = [\"operator\"]\nowner = false\n\
         [[change.rule]]\nclass = [\"widening-internet\", \"neutral\"]\napply = [\"approver\"]\n",
    );
    let wide = |environments| Question {
        crossing: vec!["zone:data".to_owned()],
        ..question(Class::WideningInternet, environments)
    };
    let shown = |question: &Question| {
        let own = policy.requirement(question);
        let rule = own
            .rule
            .map_or("built in".to_owned(), |place| place.to_string());
        format!("{} {:?} {:?} {rule}", own.approvals, own.roles, own.owners)
    };
    assert_eq!(
        shown(&wide(TEST)),
        "3 [\"approver\"] [\"zone:data\"] yumen.toml:25"
    );
    assert_eq!(
        shown(&wide(PRODUCTION)),
        "2 [\"operator\"] [] yumen.toml:29"
    );
    // A rule for tests does not decide about what touches production too.
    let both = [EnvironmentKind::Test, EnvironmentKind::Production];
    assert_eq!(shown(&wide(&both)), "2 [\"operator\"] [] yumen.toml:29");
    let elsewhere = Question {
        account: "5678".to_owned(),
        ..wide(PRODUCTION)
    };
    assert_eq!(
        shown(&elsewhere),
        "2 [\"approver\"] [\"zone:data\"] yumen.toml:34"
    );
    policy
        .may_apply("li", &elsewhere, Timestamp::UNIX_EPOCH)
        .unwrap();
    assert_eq!(
        shown(&question(Class::Tightening, TEST)),
        "1 [\"approver\", \"operator\"] [] built in"
    );
}

/// The problems of a file, one a line.
fn told(text: &str) -> Vec<String> {
    let (_, problems) = Policy::parse("yumen.toml", text);
    let told = problems.iter();
    told.map(|problem| {
        let line = problem.place.line.unwrap();
        format!("{line}: {}", problem.message)
    })
    .collect()
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let text = format!(
        "[people.wang]\nkey = \"wang+1a2b3c4d+{0}\"\nroles = [\"operator\", \" \"]\nrole = \"x\"\n\
         [people.li]\nkey = [\"li+00000000+{0}\", \"AAAA\"]\nowns = [\"zone:\", \"data\"]\n\
         [people.zhao]\n",
        KEYS[0]
    );
    assert_eq!(
        told(&text),
        [
            "3: policy-empty(key=roles)",
            "4: config-unknown-key(key=role, nearest=roles)",
            "6: policy-key-twice(other=wang)",
            "6: policy-key(value=AAAA)",
            "7: policy-place(value=zone:)",
            "7: policy-place(value=data)",
            "8: policy-no-key(name=zhao)",
        ]
    );
    let text = "[change]\nmandatory = [\"EXP-1\", \"exp-01\"]\ntime_zone = \"Asia/Shangai\"\n\
        emergency_hours = 1.5\nemergency = []\n\
        [[change.rule]]\nclass = [\"forbidden\", \"widening\"]\nenvironment = \"producton\"\n\
        approvals = 0\n\
        [[change.rule]]\napprove = \"approver\"\n\
        [[change.window]]\nenvironment = \"test\"\ndays = [\"mo\"]\nfrom = \"9:00\"\n\
        until = \"24:30\"\n\
        [[change.window]]\nenvironment = \"test\"\ndays = \"mon-fri\"\nfrom = \"24:00\"\n\
        until = \"24:00\"\n\
        [[change.freeze]]\nfrom = 2026-12-24\nuntil = \"2026-13-24\"\nreason = \"r\"\n\
        [[change.freeze]]\nfrom = 2026-12-24\nuntil = 2026-12-23\nreason = \"r\"\nstrict = 1\n";
    assert_eq!(
        told(text),
        [
            "1: policy-no-roles(key=emergency)",
            "2: config-unknown-item(item=EXP-1, nearest=EXP-01)",
            "3: zone-unknown(name=Asia/Shangai, nearest=Asia/Shanghai)",
            "4: config-range(key=emergency_hours, from=1, to=168)",
            "7: policy-rule-forbidden",
            "7: config-word(key=class, value=widening, nearest=tightening)",
            "8: config-word(key=environment, value=producton, nearest=production)",
            "9: config-range(key=approvals, from=1, to=9)",
            "10: config-missing(key=class)",
            "14: config-word(key=days, value=mo, nearest=mon)",
            "15: window-time(key=from, value=9:00)",
            "16: window-time(key=until, value=24:30)",
            "17: window-empty",
            "17: window-from",
            "24: window-date(key=until, value=2026-13-24)",
            "26: window-freeze-order",
            "30: config-type(key=strict, expected=true | false)",
        ]
    );
}

#[test]
fn a_role_that_nobody_has_is_told() {
    let text = format!(
        "{}[[change.rule]]\nclass = \"neutral\"\napprove = [\"aprover\", \"approver\"]\n",
        team()
    );
    assert_eq!(
        told(&text),
        ["27: policy-role-nobody(role=aprover, nearest=approver)"]
    );
}

#[test]
fn what_is_owned_has_to_be_declared() {
    let settings =
        "[zones.date]\nmatch = \"name:x\"\n[roles.db]\nkind = \"data\"\nmatch = \"name:y\"\n";
    let (settings, problems) = Settings::parse("yumen.toml", settings);
    assert!(problems.is_empty());
    let problems = policy("").undeclared_owned(&settings);
    let said: Vec<String> = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.place, problem.message))
        .collect();
    assert_eq!(
        said,
        [
            "yumen.toml:5: policy-owned(place=zone:data, nearest=zone:date)",
            "yumen.toml:17: policy-owned(place=zone:data, nearest=zone:date)",
        ]
    );
}

#[test]
fn the_baseline_leaves_these_sections_alone() {
    let text = format!(
        "{}[change]\n[watch]\n[schedule]\n[notify]\n[ledger]\n[store]\n",
        team()
    );
    let (_, problems) = Settings::parse("yumen.toml", &text);
    assert!(problems.is_empty(), "{problems:?}");
}

#[test]
fn critical_items_are_mandatory_unless_others_are_named() {
    let standing = policy("").mandatory;
    assert!(standing.iter().any(|item| item.as_str() == "EXP-01"));
    assert!(standing.len() < 47);
    let named = policy("[change]\nmandatory = [\"RUL-01\"]\n").mandatory;
    let named: Vec<&str> = named.iter().map(|item| item.as_str()).collect();
    assert_eq!(named, ["RUL-01"]);
    assert!(policy("[change]\nmandatory = []\n").mandatory.is_empty());
}

#[test]
fn a_key_names_its_person() {
    let policy = policy("");
    let key = format!("li+1a2b3c4d+{}", KEYS[1]);
    assert_eq!(policy.owner_of_key(&key), Some("li"));
    assert_eq!(policy.owner_of_key("li+1a2b3c4d+AAAA"), None);
}

const CALENDAR: &str = "[change]\ntime_zone = \"Europe/Berlin\"\n\
    [[change.window]]\nenvironment = \"production\"\ndays = [\"mon-thu\", \"sat\"]\n\
    from = \"22:00\"\nuntil = \"06:00\"\n\
    [[change.freeze]]\nfrom = 2026-12-24\nuntil = 2027-01-03\nreason = \"year's end\"\n\
    environment = \"production\"\n\
    [[change.freeze]]\nfrom = 2026-11-27T12:00:00\nuntil = 2026-11-27T14:00:00+01:00\n\
    reason = \"audit\"\nstrict = true\n";

/// `open`, or what stands against it and when it ends.
fn applied(policy: &Policy, question: &Question, now: &str) -> String {
    match policy.may_apply("wang", question, now.parse().unwrap()) {
        Ok(()) => "open".to_owned(),
        Err(denied) => {
            let opens = denied.opens.map(|opens| {
                let berlin = time_zone("Europe/Berlin").unwrap();
                berlin.to_datetime(opens).to_string()
            });
            format!("{} {}", denied.message.id, opens.unwrap_or_default())
        }
    }
}

#[test]
fn windows_and_freezes_say_when_they_open() {
    let policy = policy(CALENDAR);
    let wide = question(Class::WideningInside, PRODUCTION);
    let tight = question(Class::Tightening, PRODUCTION);
    let test = question(Class::WideningInside, TEST);
    for (question, now, expected) in [
        // Wednesday noon, Wednesday night, the morning after, its end.
        (
            &wide,
            "2026-11-25T12:00:00+01:00",
            "policy-window 2026-11-25T22:00:00",
        ),
        (&wide, "2026-11-25T22:00:00+01:00", "open"),
        (&wide, "2026-11-26T05:59:59+01:00", "open"),
        (
            &wide,
            "2026-11-26T06:00:00+01:00",
            "policy-window 2026-11-26T22:00:00",
        ),
        // Friday has no window, but Thursday's lasts into it.
        (&wide, "2026-11-27T03:00:00+01:00", "open"),
        (
            &wide,
            "2026-11-27T23:00:00+01:00",
            "policy-window 2026-11-28T22:00:00",
        ),
        (&wide, "2026-11-29T05:00:00+01:00", "open"),
        (
            &wide,
            "2026-11-29T23:00:00+01:00",
            "policy-window 2026-11-30T22:00:00",
        ),
        // The freeze cuts Wednesday's window at midnight and ends on a Sunday's last moment.
        (&wide, "2026-12-23T23:59:59+01:00", "open"),
        (
            &wide,
            "2026-12-24T00:00:00+01:00",
            "policy-freeze 2027-01-04T22:00:00",
        ),
        (&tight, "2026-12-24T00:00:00+01:00", "open"),
        (
            &tight,
            "2026-12-24T12:00:00+01:00",
            "policy-window 2026-12-24T22:00:00",
        ),
        // Tests have no window, and only one freeze is theirs.
        (&test, "2026-12-24T12:00:00+01:00", "open"),
        (&test, "2026-11-27T11:59:59+01:00", "open"),
        (
            &test,
            "2026-11-27T12:00:00+01:00",
            "policy-freeze 2026-11-27T14:00:00",
        ),
        (
            &Question {
                class: Class::Tightening,
                ..test.clone()
            },
            "2026-11-27T12:00:00+01:00",
            "policy-freeze 2026-11-27T14:00:00",
        ),
        (&test, "2026-11-27T14:00:00+01:00", "open"),
        // The night of Saturday in which the clock goes from 02:00 to 03:00, and the other one.
        (&wide, "2026-03-29T03:59:59Z", "open"),
        (
            &wide,
            "2026-03-29T04:00:00Z",
            "policy-window 2026-03-30T22:00:00",
        ),
        (&wide, "2026-10-25T04:59:59Z", "open"),
        (
            &wide,
            "2026-10-25T05:00:00Z",
            "policy-window 2026-10-26T22:00:00",
        ),
    ] {
        assert_eq!(
            applied(&policy, question, now),
            expected,
            "{now} {}",
            question.class
        );
    }
}

#[test]
fn windows_that_never_meet_are_told() {
    let policy = policy(
        "[[change.window]]\nenvironment = \"production\"\ndays = \"mon\"\nfrom = \"00:00\"\n\
         until = \"24:00\"\n\
         [[change.window]]\nenvironment = \"test\"\ndays = \"tue\"\nfrom = \"00:00\"\n\
         until = \"24:00\"\n",
    );
    let both = question(
        Class::Neutral,
        &[EnvironmentKind::Test, EnvironmentKind::Production],
    );
    assert_eq!(
        applied(&policy, &both, "2026-11-23T12:00:00Z"),
        "policy-window-never "
    );
}

fn any_class() -> impl Strategy<Value = Class> {
    select(vec![
        Class::Tightening,
        Class::Neutral,
        Class::WideningInside,
        Class::WideningInternet,
        Class::Forbidden,
    ])
}

fn any_question() -> impl Strategy<Value = Question> {
    let environments = subsequence(
        vec![EnvironmentKind::Production, EnvironmentKind::Test],
        0..=2,
    );
    let crossing = subsequence(vec!["zone:data", "role:db", "zone:web"], 0..=2);
    let proposer = select(vec!["wang", "li", "chen", "sun", "zhou", "nobody"]);
    (any_class(), environments, crossing, proposer, any::<bool>()).prop_map(
        |(class, environments, crossing, proposer, emergency)| Question {
            class,
            environments: environments.into_iter().collect(),
            crossing: crossing.into_iter().map(str::to_owned).collect(),
            account: "1234".to_owned(),
            proposer: proposer.to_owned(),
            emergency,
        },
    )
}

fn any_names() -> impl Strategy<Value = BTreeSet<String>> {
    let all = vec!["wang", "li", "zhao", "chen", "sun", "zhou", "nobody"];
    subsequence(all, 0..=7).prop_map(|names| names.into_iter().map(str::to_owned).collect())
}

/// Policies with rules of any kind in front of those that are built in.
fn any_policy() -> impl Strategy<Value = Policy> {
    let words = vec![
        "tightening",
        "neutral",
        "widening-inside",
        "widening-internet",
    ];
    let rule = (
        subsequence(words, 1..=4),
        select(vec![
            "",
            "environment = \"test\"\n",
            "environment = \"production\"\n",
        ]),
        select(vec![
            "",
            "approve = [\"operator\"]\n",
            "approve = [\"oncall\", \"approver\"]\n",
        ]),
        select(vec![
            "",
            "approvals = 1\n",
            "approvals = 2\n",
            "approvals = 4\n",
        ]),
        select(vec!["", "owner = true\n", "owner = false\n"]),
    );
    let rule = rule.prop_map(|(classes, environment, approve, approvals, owner)| {
        format!("[[change.rule]]\nclass = {classes:?}\n{environment}{approve}{approvals}{owner}")
    });
    prop::collection::vec(rule, 0..3).prop_map(|rules| policy(&rules.concat()))
}

fn enough(policy: &Policy, question: &Question, approvers: &BTreeSet<String>) -> bool {
    let requirement = policy.requirement(question);
    policy.satisfied(&requirement, question, approvers).is_ok()
}

proptest! {
    /// LAW (more is enough): another approval never makes what was enough too little.
    #[test]
    fn more_approvals_are_never_less(
        policy in any_policy(), question in any_question(), some in any_names(), more in any_names()
    ) {
        let both: BTreeSet<String> = some.union(&more).cloned().collect();
        if enough(&policy, &question, &some) {
            prop_assert!(enough(&policy, &question, &both));
        }
    }

    /// LAW (wider needs more), of the built-in rules.
    #[test]
    fn a_wider_class_never_needs_less(
        question in any_question(), other in any_class(), approvers in any_names()
    ) {
        let policy = policy("");
        let other = Question { class: other, ..question.clone() };
        let (narrow, wide) = if question.class <= other.class {
            (question, other)
        } else {
            (other, question)
        };
        if enough(&policy, &wide, &approvers) {
            prop_assert!(enough(&policy, &narrow, &approvers));
        }
        let (narrow, wide) = (policy.requirement(&narrow), policy.requirement(&wide));
        prop_assert!(narrow.approvals <= wide.approvals);
        prop_assert!(narrow.owners.iter().all(|own| wide.owners.contains(own)));
    }

    /// LAW (never alone): the proposer's approval changes nothing, and without another person
    /// nothing but an emergency is ever enough.
    #[test]
    fn the_proposer_never_counts(
        policy in any_policy(), question in any_question(), approvers in any_names()
    ) {
        let mut without = approvers.clone();
        without.remove(&question.proposer);
        let mut with = approvers;
        with.insert(question.proposer.clone());
        prop_assert_eq!(
            enough(&policy, &question, &with),
            enough(&policy, &question, &without)
        );
        if !question.emergency {
            let alone = BTreeSet::from([question.proposer.clone()]);
            prop_assert!(!enough(&policy, &question, &alone));
            prop_assert!(policy.may_approve(&question.proposer, &question).is_err());
        }
        prop_assert!(policy.may_review(&question.proposer, "zhao", &question).is_err());
    }

    /// Those who are told that they could approve are those whose approval leads on.
    #[test]
    fn who_is_named_can_help(
        policy in any_policy(), question in any_question(), approvers in any_names()
    ) {
        let requirement = policy.requirement(&question);
        let missing = policy.satisfied(&requirement, &question, &approvers);
        for one in missing.err().into_iter().flatten() {
            let (Missing::Approvals { by, .. } | Missing::Owner { by, .. }) = one else { continue };
            for name in by {
                prop_assert!(!approvers.contains(&name));
                prop_assert!(policy.may_approve(&name, &question).is_ok(), "{}", name);
            }
        }
    }

    /// When it is said to open, it is open; the moment before it was not; and nothing between is.
    #[test]
    fn it_opens_when_it_is_said_to(
        question in any_question(), minute in 0..60 * 24 * 420_i64, steps in 1..200_i64
    ) {
        let policy = policy(CALENDAR);
        let question = Question { emergency: false, ..question };
        let begin: Timestamp = "2026-02-01T00:00:00Z".parse().unwrap();
        let now = begin + SignedDuration::from_mins(minute);
        let opens = |now| match policy.may_apply("wang", &question, now) {
            Ok(()) => Some(now),
            Err(denied) => denied.opens,
        };
        if question.class == Class::Forbidden {
            return Ok(());
        }
        let at = opens(now).unwrap();
        prop_assert!(policy.may_apply("wang", &question, at).is_ok());
        if at > now {
            let before = at - SignedDuration::from_secs(1);
            prop_assert_eq!(opens(before), Some(at));
            let between = now + at.duration_since(now) / 200 * i32::try_from(steps).unwrap();
            if between < at {
                prop_assert!(policy.may_apply("wang", &question, between).is_err());
            }
        }
    }

    /// Windows by the minute against the clock on the wall, on days on which it is not changed.
    #[test]
    fn windows_are_open_by_the_clock(
        from in 0..24 * 60_i64, until in 1..=24 * 60_i64,
        days in subsequence(vec!["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 1..=7),
        minute in 0..60 * 24 * 14_i64
    ) {
        prop_assume!(from != until);
        let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
        let policy = policy(&format!(
            "[[change.window]]\nenvironment = \"test\"\ndays = {days:?}\nfrom = \"{}\"\nuntil = \"{}\"\n",
            clock(from), clock(until)
        ));
        let begin: Timestamp = "2026-11-01T16:00:00Z".parse().unwrap();
        let now = begin + SignedDuration::from_mins(minute);
        // Minute 0 is the Monday's first in Shanghai.
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let day = |minute: i64| names[usize::try_from(minute.div_euclid(1440).rem_euclid(7)).unwrap()];
        let clock = minute % 1440;
        let open = if until > from {
            days.contains(&day(minute)) && (from..until).contains(&clock)
        } else {
            (days.contains(&day(minute)) && clock >= from)
                || (days.contains(&day(minute - 1440)) && clock < until)
        };
        let found = policy.may_apply("wang", &question(Class::Neutral, TEST), now);
        prop_assert_eq!(found.is_ok(), open);
    }
}
