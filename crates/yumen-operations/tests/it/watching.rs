//! What the watch does about changes that nobody approved, and what it leaves alone.

use std::time::Duration;

use jiff::SignedDuration;
use yumen_aliyun::follow::Following;
use yumen_change::{Origin, Phase, Verdict};
use yumen_cloud::{Action, Direction, Id, Peer, PortMatch, Snapshot};
use yumen_cloudlab::LAB_KEY;
use yumen_operations::{Happening, HappeningKind, Watch};

use crate::faults::{PARTNER, ROLES, TEST, apply, approved, phase};
use crate::office::{
    CrashingNetwork, Office, add, filters, group, has, remove, said, unless_crashed,
};

const ANYWHERE: &str = "0.0.0.0/0";

fn office(more: &str) -> Office {
    Office::small(&format!("{TEST}{more}"), &ROLES)
}

fn enforcing() -> Office {
    office("[watch]\ntest = \"enforce\"\n")
}

fn watch(office: &Office) -> Watch {
    Watch::new(office.desk.clone(), office.live()).unwrap()
}

/// A watch that has seen the network as it is.
fn begun(office: &Office) -> (Watch, Id) {
    let mut watch = watch(office);
    assert_eq!(watch.round().unwrap(), []);
    let web = group(watch.last().topology().snapshot(), "web");
    (watch, web)
}

/// Looks until something happened.
fn look(office: &Office, watch: &mut Watch) -> Vec<Happening> {
    for _ in 0..20 {
        let happened = watch.round().unwrap();
        if !happened.is_empty() {
            return happened;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    office.clock.shift(SignedDuration::from_secs(61));
    watch.round().unwrap()
}

fn only(happened: Vec<Happening>) -> (HappeningKind, Vec<&'static str>) {
    assert_eq!(happened.len(), 1, "{happened:?}");
    let one = &happened[0];
    (one.kind, one.lines.iter().map(|line| line.id).collect())
}

fn answers(office: &Office) -> Vec<String> {
    let register = office.desk.standing().unwrap().register;
    let drifts = register.drifts();
    drifts.map(|drift| drift.seen.what.answer.clone()).collect()
}

/// Whether the Internet's packets to a port of TCP pass a group, looked up rule by rule.
fn lets_in(snapshot: &Snapshot, group: &Id, port: u16) -> bool {
    let rules = &snapshot.groups.get(group).unwrap().rules;
    let mut fits: Vec<_> = rules
        .iter()
        .filter(|rule| {
            rule.direction == Direction::Ingress
                && rule.peer == Peer::Network(ANYWHERE.parse().unwrap())
                && match &rule.ports {
                    PortMatch::Any => true,
                    PortMatch::Range(range) => range.contains(port),
                    PortMatch::List(_) => false,
                }
        })
        .collect();
    fits.sort_by_key(|rule| (rule.priority, rule.action == Action::Accept));
    fits.first()
        .is_some_and(|rule| rule.action == Action::Accept)
}

#[test]
fn who_only_observes_writes_down() {
    let office = office("[watch]\ntest = \"observe\"\n");
    let (mut watch, web) = begun(&office);
    office.meddle(&add(&web, (22, 22), ANYWHERE));
    let changes = office.changes().len();
    let (kind, _) = only(look(&office, &mut watch));
    assert_eq!(kind, HappeningKind::Recorded);
    assert_eq!(answers(&office), ["recorded"]);
    assert_eq!(office.changes().len(), changes);
    assert_eq!(
        office.desk.standing().unwrap().register.changes().count(),
        0
    );
}

#[test]
fn who_asks_proposes_the_way_back_and_people_decide() {
    let office = office("[watch]\ntest = \"ask\"\n");
    let earlier = filters(&office.truth());
    let (mut watch, web) = begun(&office);
    office.meddle(&add(&web, (22, 22), ANYWHERE));
    let changes = office.changes().len();
    let (kind, lines) = only(look(&office, &mut watch));
    assert_eq!(kind, HappeningKind::Proposed);
    assert_eq!(lines, ["guard-asks", "watch-proposed"]);
    assert_eq!(office.changes().len(), changes);
    assert_eq!(phase(&office, 1), Phase::Open);
    let mut live = office.live();
    let failure = apply(&office.desk, &mut live, 1).unwrap_err();
    assert_eq!(said(&failure), ["policy-approvals"]);
    let wang = office.person("wang");
    office.desk.decide(&wang, Verdict::Approve, 1, "").unwrap();
    apply(&office.desk, &mut live, 1).unwrap();
    assert_eq!(filters(&office.truth()), earlier);
    assert_eq!(watch.round().unwrap(), []);
    assert_eq!(answers(&office), ["proposed"]);
}

#[test]
fn who_enforces_takes_back_as_a_change_of_its_own() {
    let office = enforcing();
    let (mut watch, web) = begun(&office);
    office.meddle(&add(&web, (22, 22), ANYWHERE));
    let (kind, lines) = only(look(&office, &mut watch));
    assert_eq!(kind, HappeningKind::Contained);
    // Just the Internet is kept out; that neighbours were let in is for people to decide.
    assert_eq!(
        lines,
        ["watch-contained", "guard-widened", "watch-proposed"]
    );
    assert!(!lets_in(&office.truth(), &web, 22));
    let register = office.desk.standing().unwrap().register;
    let change = register.change(1).unwrap();
    assert_eq!(change.proposal.origin, Origin::Containment(1));
    assert!(matches!(change.phase, Phase::Applied(_)));
    assert_eq!(watch.round().unwrap(), []);
    office.assert_verifies();
}

#[test]
fn the_brake_holds_for_an_hour() {
    let office = office("[watch]\ntest = \"enforce\"\nreverts_per_hour = 1\n");
    let (mut watch, web) = begun(&office);
    office.meddle(&add(&web, (22, 22), ANYWHERE));
    assert_eq!(only(look(&office, &mut watch)).0, HappeningKind::Contained);
    office.meddle(&add(&web, (3389, 3389), ANYWHERE));
    let (kind, lines) = only(look(&office, &mut watch));
    assert_eq!(kind, HappeningKind::Escalated);
    assert_eq!(lines, ["guard-brake", "watch-proposed"]);
    assert!(has(&office.truth(), &web, (3389, 3389), ANYWHERE));
    office.clock.shift(SignedDuration::from_mins(61));
    office.meddle(&add(&web, (3306, 3306), ANYWHERE));
    assert_eq!(only(look(&office, &mut watch)).0, HappeningKind::Contained);
    assert!(!has(&office.truth(), &web, (3306, 3306), ANYWHERE));
}

#[test]
fn against_who_insists_a_person_is_called_after_a_restart_too() {
    let mut office = enforcing();
    let (mut watch, web) = begun(&office);
    office.meddle(&add(&web, (22, 22), ANYWHERE));
    assert_eq!(only(look(&office, &mut watch)).0, HappeningKind::Contained);
    drop(watch);
    office.restart();
    let mut watch = self::watch(&office);
    assert_eq!(watch.round().unwrap(), []);
    office.meddle(&add(&web, (22, 22), ANYWHERE));
    let (kind, lines) = only(look(&office, &mut watch));
    assert_eq!(kind, HappeningKind::Escalated);
    assert_eq!(lines, ["guard-insists", "watch-proposed"]);
    assert!(has(&office.truth(), &web, (22, 22), ANYWHERE));
    let register = office.desk.standing().unwrap().register;
    let last = register.drifts().next_back().unwrap();
    assert_eq!(last.escalated.as_ref().unwrap().change, Some(3));
}

#[test]
fn what_would_cut_a_declared_service_is_left_to_people() {
    let intent = "[[intent]]\nrule = \"always name:web <- internet on tcp/22\"\nreason = \"r\"\n";
    let office = office(&format!("[watch]\ntest = \"enforce\"\n{intent}"));
    let (mut watch, web) = begun(&office);
    office.meddle(&add(&web, (22, 22), ANYWHERE));
    let (kind, lines) = only(look(&office, &mut watch));
    assert_eq!(kind, HappeningKind::Escalated);
    assert_eq!(lines, ["guard-would-cut", "watch-proposed"]);
    assert!(has(&office.truth(), &web, (22, 22), ANYWHERE));
}

#[test]
fn what_breaks_nothing_is_recorded_and_what_opens_more_is_proposed() {
    let office = enforcing();
    let (mut watch, web) = begun(&office);
    // Another rule lets all of it in already.
    office.meddle(&add(&web, (443, 443), PARTNER));
    assert_eq!(only(look(&office, &mut watch)).0, HappeningKind::Recorded);
    let db = group(&office.truth(), "db");
    office.meddle(&add(&db, (5432, 5432), "10.9.0.0/24"));
    let (kind, lines) = only(look(&office, &mut watch));
    assert_eq!(kind, HappeningKind::Proposed);
    assert_eq!(lines, ["guard-widened", "watch-proposed"]);
    assert_eq!(answers(&office), ["recorded", "proposed"]);
    assert!(has(&office.truth(), &db, (5432, 5432), "10.9.0.0/24"));
}

#[test]
fn what_was_approved_is_no_drift_whoever_applies_it() {
    let office = enforcing();
    let (mut watch, web) = begun(&office);
    let mut live = office.live();
    let edits = vec![
        add(&web, (8080, 8080), PARTNER),
        add(&web, (8090, 8090), PARTNER),
    ];
    let number = approved(&office, &live, edits);
    let other = office.another_desk();
    let mut during = Vec::new();
    other
        .apply("li", &mut live, number, &mut |_| {
            during.extend(watch.round().unwrap());
        })
        .unwrap();
    assert_eq!(during, []);
    for _ in 0..3 {
        assert_eq!(watch.round().unwrap(), []);
        office.clock.shift(SignedDuration::from_secs(61));
    }
    assert_eq!(answers(&office), Vec::<String>::new());
    // Beside it, what nobody approved still is.
    office.meddle(&add(&web, (22, 22), ANYWHERE));
    assert_eq!(only(look(&office, &mut watch)).0, HappeningKind::Contained);
    assert!(has(&office.truth(), &web, (8080, 8080), PARTNER));
    assert_eq!(watch.round().unwrap(), []);
    // And opening again what an approved change had opened and another closed is drift.
    office.meddle(&remove(&office.truth(), &web, (8080, 8080), PARTNER));
    assert_eq!(only(look(&office, &mut watch)).0, HappeningKind::Recorded);
    office.meddle(&add(&web, (8080, 8080), PARTNER));
    assert_eq!(only(look(&office, &mut watch)).0, HappeningKind::Proposed);
}

#[test]
fn what_happened_while_nobody_watched_is_found() {
    let mut office = enforcing();
    let (watch, web) = begun(&office);
    drop(watch);
    office.meddle(&add(&web, (22, 22), ANYWHERE));
    office.restart();
    let mut watch = self::watch(&office);
    assert_eq!(only(look(&office, &mut watch)).0, HappeningKind::Contained);
    assert!(!has(&office.truth(), &web, (22, 22), ANYWHERE));
}

#[test]
fn without_the_trail_it_looks_again_and_again() {
    let office = enforcing();
    office.deny(&["actiontrail:LookupEvents"]);
    let (mut watch, web) = begun(&office);
    let Following::Polling { why } = watch.following() else {
        panic!("{:?}", watch.following());
    };
    assert_eq!(why.id, "follow-forbidden");
    assert!(watch.pause() >= Duration::from_secs(1));
    office.meddle(&add(&web, (22, 22), ANYWHERE));
    assert_eq!(watch.round().unwrap(), [], "before the next poll is due");
    office.clock.shift(SignedDuration::from_secs(61));
    assert_eq!(only(watch.round().unwrap()).0, HappeningKind::Contained);
    assert!(!has(&office.truth(), &web, (22, 22), ANYWHERE));
    let register = office.desk.standing().unwrap().register;
    assert_eq!(register.drifts().next().unwrap().seen.what.who, None);
}

#[test]
fn a_trail_that_falls_silent_does_not_blind_the_watch() {
    let office = enforcing();
    let (mut watch, web) = begun(&office);
    office.deny(&["actiontrail:LookupEvents"]);
    office.meddle(&add(&web, (22, 22), ANYWHERE));
    let (kind, lines) = only(watch.round().unwrap());
    assert_eq!(kind, HappeningKind::Failed);
    assert_eq!(lines[0], "watch-trail-silent");
    assert_eq!(watch.round().unwrap(), [], "told once");
    office.clock.shift(SignedDuration::from_secs(61));
    assert_eq!(only(watch.round().unwrap()).0, HappeningKind::Contained);
    assert!(!has(&office.truth(), &web, (22, 22), ANYWHERE));
}

#[test]
fn just_the_packets_that_offend_are_closed() {
    let office = enforcing();
    let mut live = office.live();
    let web = group(live.snapshot(), "web");
    let close = remove(live.snapshot(), &web, (443, 443), ANYWHERE);
    let number = approved(&office, &live, vec![close]);
    apply(&office.desk, &mut live, number).unwrap();
    let (mut watch, _) = begun(&office);
    office.meddle(&add(&web, (22, 443), ANYWHERE));
    let (kind, _) = only(look(&office, &mut watch));
    assert_eq!(kind, HappeningKind::Contained);
    let truth = office.truth();
    assert!(!lets_in(&truth, &web, 22));
    assert!(lets_in(&truth, &web, 443));
    // What is left was not approved either: its way back is proposed.
    let register = office.desk.standing().unwrap().register;
    let last = register.changes().next_back().unwrap();
    assert!(matches!(last.proposal.origin, Origin::Rollback(_)));
    assert_eq!(last.phase, Phase::Open);
}

/// Whatever a process was doing when it ended, the next one closes what was opened, or calls a
/// person.
fn assert_dealt_with(office: &mut Office, web: &Id, at: &str) {
    office.restart();
    let mut watch = watch(office);
    let mut happened = Vec::new();
    for _ in 0..3 {
        happened.extend(
            watch
                .round()
                .unwrap_or_else(|failure| panic!("{at}: {:?}", said(&failure))),
        );
        office.clock.shift(SignedDuration::from_secs(61));
    }
    assert!(
        !has(&office.truth(), web, (22, 22), ANYWHERE),
        "{at}: {happened:?} {:?}",
        office.kinds_since(0)
    );
    let register = office.desk.standing().unwrap().register;
    let open = register.changes().filter(|change| {
        let is_own = matches!(change.proposal.origin, Origin::Containment(_));
        change.phase.run().is_some() || (is_own && change.phase == Phase::Open)
    });
    assert_eq!(open.count(), 0, "{at}: {:?}", office.kinds_since(0));
    // What the containment left open is for people to decide.
    let mut proposed = register
        .changes()
        .filter(|change| change.phase == Phase::Open);
    assert!(
        proposed.next().is_some(),
        "{at}: {:?}",
        office.kinds_since(0)
    );
    office.assert_verifies();
}

#[test]
fn a_watch_that_ends_at_any_moment_forgets_no_drift() {
    for moment in 1.. {
        let mut office = enforcing();
        let (mut watch, web) = begun(&office);
        office.meddle(&add(&web, (22, 22), ANYWHERE));
        office.clock.shift(SignedDuration::from_secs(61));
        office.clock.arm(moment);
        let happened = unless_crashed(|| watch.round().unwrap());
        drop(watch);
        if let Some(happened) = happened {
            assert_eq!(only(happened).0, HappeningKind::Contained);
            assert!(moment > 10, "{moment}");
            break;
        }
        assert_dealt_with(&mut office, &web, &format!("moment {moment}"));
    }
}

#[test]
fn a_watch_that_ends_while_it_calls_the_cloud_forgets_no_drift() {
    for after in [false, true] {
        let mut office = enforcing();
        let (watch, web) = begun(&office);
        drop(watch);
        office.meddle(&add(&web, (22, 22), ANYWHERE));
        let before = office.changes().len();
        let client = office.client_through(LAB_KEY, CrashingNetwork::new(1, after));
        let mut watch = Watch::new(office.desk.clone(), office.live_of(client)).unwrap();
        assert!(unless_crashed(|| watch.round()).is_none());
        drop(watch);
        assert_dealt_with(&mut office, &web, &format!("after: {after}"));
        assert_eq!(office.changes().len(), before + 1, "after: {after}");
    }
}

#[test]
fn a_containment_that_the_cloud_refuses_is_put_before_a_person() {
    let office = enforcing();
    let (mut watch, web) = begun(&office);
    office.deny(&[
        "ecs:AuthorizeSecurityGroup*",
        "ecs:ModifySecurityGroup*",
        "ecs:RevokeSecurityGroup*",
    ]);
    office.meddle(&add(&web, (22, 22), ANYWHERE));
    let (kind, lines) = only(look(&office, &mut watch));
    assert_eq!(kind, HappeningKind::Escalated);
    assert_eq!(lines, ["change-stopped"]);
    assert!(has(&office.truth(), &web, (22, 22), ANYWHERE));
    let register = office.desk.standing().unwrap().register;
    let drift = register.drifts().next().unwrap();
    assert!(drift.escalated.is_some());
}

#[test]
fn what_others_record_does_not_make_drift_good() {
    let mut office = enforcing();
    let (watch, web) = begun(&office);
    drop(watch);
    office.meddle(&add(&web, (22, 22), ANYWHERE));
    // Somebody who proposes something reads the network, and records it.
    let db = group(&office.truth(), "db");
    office
        .propose(
            "li",
            &office.live(),
            vec![add(&db, (5432, 5432), "10.1.0.0/24")],
        )
        .unwrap();
    office.restart();
    let mut watch = self::watch(&office);
    assert_eq!(only(look(&office, &mut watch)).0, HappeningKind::Contained);
}

#[test]
fn what_comes_while_an_approved_change_is_applied_is_still_drift() {
    let office = enforcing();
    let (mut watch, web) = begun(&office);
    let mut live = office.live();
    let number = approved(&office, &live, vec![add(&web, (8080, 8080), PARTNER)]);
    // It comes before the network is read back, so the change leaves it behind.
    office
        .desk
        .apply("li", &mut live, number, &mut |step| {
            if step.outcome.is_none() {
                office.meddle(&add(&web, (22, 22), ANYWHERE));
            }
        })
        .unwrap();
    assert_eq!(only(look(&office, &mut watch)).0, HappeningKind::Contained);
    let truth = office.truth();
    assert!(!lets_in(&truth, &web, 22));
    assert!(has(&truth, &web, (8080, 8080), PARTNER));
}

#[test]
fn what_is_opened_again_before_the_next_look_is_seen() {
    let office = enforcing();
    let (mut watch, web) = begun(&office);
    office.meddle(&add(&web, (22, 22), ANYWHERE));
    assert_eq!(only(look(&office, &mut watch)).0, HappeningKind::Contained);
    office.meddle(&add(&web, (22, 22), ANYWHERE));
    let (kind, lines) = only(look(&office, &mut watch));
    assert_eq!(kind, HappeningKind::Escalated);
    assert_eq!(lines[0], "guard-insists");
}

#[test]
fn what_could_not_be_read_for_a_while_is_not_closed_when_it_is_there_again() {
    let office = enforcing();
    let web = group(&office.truth(), "web");
    office.meddle(&add(&web, (22, 22), ANYWHERE));
    // It was found open, and nobody closed it.
    let (mut watch, _) = begun(&office);
    office.deny(&["ecs:DescribeSecurityGroupAttribute"]);
    for _ in 0..3 {
        office.clock.shift(SignedDuration::from_secs(61));
        watch.round().unwrap();
    }
    office.deny(&[]);
    for _ in 0..3 {
        office.clock.shift(SignedDuration::from_secs(61));
        watch.round().unwrap();
    }
    assert!(
        has(&office.truth(), &web, (22, 22), ANYWHERE),
        "{:?}",
        answers(&office)
    );
}
