//! Somebody who can write to the store: entries are appended to the real ledger as the daemon
//! itself would append them, and nothing that they say may reach the cloud.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use yumen_aliyun::client::{Client, Clock as _, SystemClock};
use yumen_aliyun::collect;
use yumen_aliyun::credentials::Provider;
use yumen_aliyun::edit::{carry_out, new_token};
use yumen_aliyun::transport::Network;
use yumen_baseline::{ItemId, fixes};
use yumen_change::{
    Begun, Class, Decision, Direction, Event, Number, Origin, Phase, Proposal, Stopped, Verdict,
    YUMEN, statement,
};
use yumen_cloud::{CloudEdit, Id, Snapshot};
use yumen_cloudlab::{Lab, Server, Settings};
use yumen_ledger::Entry;
use yumen_operations::{
    Cause, Counted, Failure, Happening, HappeningKind, Live, Outlook, Person, Watch, Wish,
};
use yumen_reach::Delta;
use yumen_store::{Identity, NewEntry, RealDisk};

use crate::office::{Office, STRANGER};
use crate::story::everything;

const ROLES: [(&str, &str); 3] = [
    ("li", "[\"operator\"]"),
    ("wang", "[\"approver\"]"),
    ("zhao", "[\"approver\"]"),
];

/// The demo estate, its first version recorded, and a watch that takes back what it may.
fn office() -> (Office, Live) {
    let watch = "[watch]\nproduction = \"enforce\"\ntest = \"enforce\"\n";
    let office = Office::new(
        &format!("{}\n{watch}", yumen_cloudlab::DEMO_SETTINGS),
        &ROLES,
    );
    let live = office.live();
    let report = office.desk.judge(live.snapshot()).unwrap();
    let cause = Cause::new("found");
    office.desk.record(YUMEN, &live, &report, &cause).unwrap();
    (office, live)
}

/// Edits that close what breaks an item.
fn closing(office: &Office, live: &Live, item: &'static str) -> Vec<CloudEdit> {
    let report = office.desk.judge(live.snapshot()).unwrap();
    let planned = fixes(&report.estate(), &report.judgement, Some(&[ItemId(item)])).unwrap();
    let made = planned.proposals.into_iter();
    let made = made.filter_map(|one| one.outcome.ok());
    let edits: Vec<CloudEdit> = made.flat_map(|fix| fix.edits).collect();
    assert!(!edits.is_empty());
    edits
}

fn wish(edits: Vec<CloudEdit>) -> Wish {
    Wish {
        edits,
        origin: Origin::Edits,
        reason: "because".to_owned(),
        until: None,
        emergency: false,
    }
}

/// Proposes as `li` does.
fn propose(office: &Office, live: &Live, edits: Vec<CloudEdit>) -> (Number, Outlook) {
    let outlook = office.desk.outlook(live.snapshot(), &edits).unwrap();
    let li = office.person("li");
    let base = live.snapshot();
    let number = office
        .desk
        .propose(&li, live.account(), base, &wish(edits), &outlook)
        .unwrap();
    (number, outlook)
}

/// Appends an event without asking anybody.
fn forge(office: &Office, by: &str, event: &Event) {
    let written = event.write().unwrap();
    let entry = Entry {
        at: SystemClock.now().as_millisecond(),
        by: by.to_owned(),
        kind: written.kind.to_owned(),
        body: written.body.as_table().unwrap().clone(),
    };
    let keys = written.keys.into_iter();
    let entry = NewEntry {
        entry,
        keys: keys.map(|(kind, key)| (kind.to_owned(), key)).collect(),
        blobs: written.blobs,
    };
    office.desk.store.append(&[entry], None).unwrap();
}

/// A proposal that nobody signed and that says nothing bad of itself.
fn unsigned(number: Number, proposer: &str, live: &Live, edits: Vec<CloudEdit>) -> Proposal {
    Proposal {
        number,
        account: live.account().to_owned(),
        proposer: proposer.to_owned(),
        reason: "routine".to_owned(),
        origin: Origin::Edits,
        edits,
        base: live.snapshot().content_address().to_string(),
        class: Class::Tightening,
        score: (50, 60),
        hundredths: (100, 100),
        interfaces: 0,
        found: Vec::new(),
        solved: Vec::new(),
        forbidden: Vec::new(),
        cut: Vec::new(),
        environments: Default::default(),
        entered: Default::default(),
        until: None,
        emergency: false,
        signed_at: SystemClock.now().as_millisecond(),
        signatures: Default::default(),
    }
}

fn begun(change: Number, direction: Direction, live: &Live, steps: Vec<CloudEdit>) -> Event {
    Event::Begun(Box::new(Begun {
        change,
        direction,
        base: live.snapshot().content_address().to_string(),
        steps,
        person: YUMEN.to_owned(),
        approvers: vec!["wang".to_owned(), "zhao".to_owned()],
    }))
}

fn stopped(change: Number) -> Event {
    Event::Stopped(Stopped {
        change,
        step: 0,
        why: "the cloud said no".to_owned(),
    })
}

fn apply(office: &Office, who: &str, live: &mut Live, number: Number) -> Result<(), Failure> {
    let applied = office.desk.apply(who, live, number, &mut |_| {});
    applied.map(drop)
}

fn ids(failure: &Failure) -> Vec<String> {
    let messages = failure.messages();
    messages.iter().map(|one| one.id.to_string()).collect()
}

/// The network as it is now, asked of the cloud, is the one given.
fn assert_untouched(office: &Office, before: &Snapshot) {
    let now = office.live();
    assert_eq!(now.snapshot().content_address(), before.content_address());
}

fn phase(office: &Office, number: Number) -> Phase {
    let register = office.desk.standing().unwrap().register;
    register.change(number).unwrap().phase.clone()
}

/// A group with an interface that the Internet reaches.
fn open_group(snapshot: &Snapshot) -> Id {
    let mut interfaces = snapshot.interfaces.values();
    let reached = interfaces.find(|interface| {
        interface.private.iter().any(|one| one.public.is_some()) && !interface.groups.is_empty()
    });
    reached.unwrap().groups[0].clone()
}

/// Somebody opens everything behind everyone's back; what that adds.
fn open_everything(office: &Office, before: &Snapshot) -> CloudEdit {
    let group = open_group(before);
    let stranger = office.client(STRANGER);
    carry_out(&stranger, before, &everything(&group), &new_token(), false).unwrap();
    let now = office.live();
    let had = &before.groups.get(&group).unwrap().rules;
    let mut rules = now.snapshot().groups.get(&group).unwrap().rules.iter();
    let new = rules.find(|rule| !had.iter().any(|had| had.id == rule.id));
    CloudEdit::RemoveRule {
        rule: new.unwrap().id.clone(),
        group,
    }
}

/// Rounds of a watch until something happens.
fn rounds(watch: &mut Watch) -> Vec<Happening> {
    for _ in 0..60 {
        let happened = watch.round().unwrap();
        if !happened.is_empty() {
            return happened;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Vec::new()
}

fn opens(office: &Office, before: &Snapshot, after: &Snapshot) -> bool {
    let before = office.desk.judge(before).unwrap();
    let after = office.desk.judge(after).unwrap();
    Delta::new(&before.audit.analysis, &after.audit.analysis)
        .unwrap()
        .opens_to_internet()
}

#[test]
fn approvals_cannot_be_forged_through_the_store() {
    let (office, mut live) = office();
    let before = live.snapshot().clone();
    let edits = closing(&office, &live, "EXP-01");
    let (first, _) = propose(&office, &live, edits.clone());
    let (second, _) = propose(&office, &live, edits);
    let zhao = office.person("zhao");
    office
        .desk
        .decide(&zhao, Verdict::Approve, second, "yes")
        .unwrap();
    let register = office.desk.standing().unwrap().register;
    let (_, of_second) = register.change(second).unwrap().decisions[0].clone();

    // By keys that are not wang's, though they are called so; and zhao's approval of another change.
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("mallory.pem");
    let mallory = Identity::generate(&RealDisk, &path, "wang", None).unwrap();
    let mallory = Person::new("wang", mallory);
    let proposal = &register.change(first).unwrap().proposal;
    let at = SystemClock.now().as_millisecond();
    let origin = office.desk.store.origin();
    let text = statement(origin, "approve", proposal, "wang", "yes", at).unwrap();
    let forged = Decision {
        change: first,
        person: "wang".to_owned(),
        comment: "yes".to_owned(),
        signed_at: at,
        signatures: mallory.sign(&text).unwrap(),
    };
    let replayed = Decision {
        change: first,
        ..of_second
    };
    forge(&office, "wang", &Event::Approved(forged));
    forge(&office, "zhao", &Event::Approved(replayed));
    let refused = apply(&office, "li", &mut live, first).unwrap_err();
    assert!(matches!(refused, Failure::NotApproved(_)), "{refused:?}");
    let bad = "approval-bad-signature".to_owned();
    assert_eq!(ids(&refused).iter().filter(|id| **id == bad).count(), 2);
    assert_untouched(&office, &before);
    // The true one still counts where it belongs.
    assert_eq!(office.desk.counted("li", second).unwrap(), Counted::Enough);
}

#[test]
fn a_plan_written_into_the_ledger_is_never_carried_out() {
    let (office, mut live) = office();
    let before = live.snapshot().clone();
    let (number, _) = propose(&office, &live, closing(&office, &live, "EXP-01"));
    let wang = office.person("wang");
    office
        .desk
        .decide(&wang, Verdict::Approve, number, "yes")
        .unwrap();
    let evil = vec![everything(&open_group(&before))];

    let mut watch = Watch::new(office.desk.clone(), office.live()).unwrap();
    for direction in [Direction::Forward, Direction::Back] {
        forge(
            &office,
            YUMEN,
            &begun(number, direction, &live, evil.clone()),
        );
        let happened = watch.round().unwrap();
        if direction == Direction::Forward {
            assert_eq!(happened[0].kind, HappeningKind::Failed, "{happened:?}");
            assert!(matches!(phase(&office, number), Phase::Stopped(..)));
            // Once told, and nothing is held up.
            assert_eq!(watch.round().unwrap(), []);
        }
        assert_untouched(&office, &before);
    }
    // The way back was that of nothing: the change is over, and its approvals with it.
    assert!(matches!(phase(&office, number), Phase::Undone(_)));

    // The people go on with what they agreed to, whatever the plan says.
    let (number, _) = propose(&office, &live, closing(&office, &live, "EXP-01"));
    office
        .desk
        .decide(&wang, Verdict::Approve, number, "yes")
        .unwrap();
    forge(
        &office,
        "li",
        &begun(number, Direction::Forward, &live, evil),
    );
    apply(&office, "li", &mut live, number).unwrap();
    assert!(matches!(phase(&office, number), Phase::Applied(_)));
    let now = office.live();
    assert!(!opens(&office, &before, now.snapshot()));
    assert_ne!(now.snapshot().content_address(), before.content_address());
}

#[test]
fn a_containment_written_into_the_ledger_opens_and_cuts_nothing() {
    let (office, mut live) = office();
    let before = live.snapshot().clone();
    let mut opening = unsigned(1, YUMEN, &live, vec![everything(&open_group(&before))]);
    opening.origin = Origin::Containment(1);
    forge(&office, YUMEN, &Event::Proposed(Box::new(opening.clone())));
    assert!(apply(&office, YUMEN, &mut live, 1).is_err());
    assert!(apply(&office, "li", &mut live, 1).is_err());
    forge(
        &office,
        YUMEN,
        &begun(1, Direction::Forward, &live, opening.edits),
    );
    let mut watch = Watch::new(office.desk.clone(), office.live()).unwrap();
    let happened = watch.round().unwrap();
    assert_eq!(happened[0].kind, HappeningKind::Failed, "{happened:?}");

    // What breaks nothing is not closed without people either.
    let taken = open_group(&before);
    let others = before.groups.values().filter(|group| group.id != taken);
    let rules = others.flat_map(|group| {
        let rules = group.rules.iter();
        rules.map(|rule| CloudEdit::RemoveRule {
            group: group.id.clone(),
            rule: rule.id.clone(),
        })
    });
    let mut harmless = rules.filter(|edit| {
        let edits = std::slice::from_ref(edit);
        let outlook = office.desk.outlook(&before, edits).unwrap();
        let reversed =
            yumen_operations::effect(&outlook.after, &outlook.before, &office.desk.ground);
        outlook.effect.class == Class::Tightening
            && outlook.effect.cut.is_empty()
            && reversed.unwrap().forbidden.is_empty()
    });
    let edit = harmless.next().expect("a rule that breaks nothing");
    let mut closing = unsigned(2, YUMEN, &live, vec![edit.clone()]);
    closing.origin = Origin::Containment(1);
    forge(&office, YUMEN, &Event::Proposed(Box::new(closing)));
    assert!(apply(&office, YUMEN, &mut live, 2).is_err());
    forge(
        &office,
        YUMEN,
        &begun(2, Direction::Forward, &live, vec![edit]),
    );
    let happened = watch.round().unwrap();
    assert_eq!(happened[0].kind, HappeningKind::Failed, "{happened:?}");
    assert_untouched(&office, &before);
}

#[test]
fn what_yumen_began_itself_is_finished_after_a_crash() {
    let (office, live) = office();
    let before = live.snapshot().clone();
    let remove = open_everything(&office, &before);
    // What a watch leaves that dies after it wrote down what it is about to send.
    let live = office.live();
    let report = office.desk.judge(live.snapshot()).unwrap();
    let cause = Cause::new("drift 1");
    office.desk.record(YUMEN, &live, &report, &cause).unwrap();
    let mut own = unsigned(1, YUMEN, &live, vec![remove.clone()]);
    own.origin = Origin::Containment(1);
    forge(&office, YUMEN, &Event::Proposed(Box::new(own)));
    forge(
        &office,
        YUMEN,
        &begun(1, Direction::Forward, &live, vec![remove]),
    );
    forge(&office, YUMEN, &Event::Sent(1, 0));

    let mut watch = Watch::new(office.desk.clone(), office.live()).unwrap();
    assert_eq!(watch.round().unwrap(), []);
    assert!(matches!(phase(&office, 1), Phase::Applied(_)));
    assert!(!opens(&office, &before, office.live().snapshot()));
}

#[test]
fn a_change_that_nobody_agreed_to_does_not_expire_into_an_opening() {
    let (office, mut live) = office();
    let open = live.snapshot().clone();
    let (number, _) = propose(&office, &live, closing(&office, &live, "EXP-01"));
    let wang = office.person("wang");
    office
        .desk
        .decide(&wang, Verdict::Approve, number, "yes")
        .unwrap();
    apply(&office, "li", &mut live, number).unwrap();
    let closed = office.live().snapshot().clone();

    let register = office.desk.standing().unwrap().register;
    let true_one = register.change(number).unwrap().proposal.clone();
    let mut forged = unsigned(2, "li", &live, true_one.edits);
    forged.base = open.content_address().to_string();
    forged.until = Some(SystemClock.now());
    forge(&office, "li", &Event::Proposed(Box::new(forged)));
    forge(
        &office,
        "li",
        &begun(2, Direction::Forward, &live, Vec::new()),
    );
    let after = closed.content_address().to_string();
    forge(&office, "li", &Event::Applied(2, after));

    let mut watch = Watch::new(office.desk.clone(), office.live()).unwrap();
    let happened = rounds(&mut watch);
    assert_eq!(happened[0].kind, HappeningKind::Failed, "{happened:?}");
    assert_untouched(&office, &closed);
}

#[test]
fn drift_is_not_explained_by_what_nobody_approved() {
    let (office, live) = office();
    let before = live.snapshot().clone();
    let mut watch = Watch::new(office.desk.clone(), office.live()).unwrap();
    assert_eq!(watch.round().unwrap(), []);
    let evil = vec![everything(&open_group(&before))];
    let pretext = unsigned(1, "li", &live, evil.clone());
    forge(&office, "li", &Event::Proposed(Box::new(pretext)));
    forge(&office, "li", &begun(1, Direction::Forward, &live, evil));
    forge(&office, "li", &stopped(1));
    open_everything(&office, &before);
    let happened = rounds(&mut watch);
    // The pretext is under way and touches the same: then a person is called.
    let kinds = [HappeningKind::Contained, HappeningKind::Escalated];
    assert!(kinds.contains(&happened[0].kind), "{happened:?}");
    let register = office.desk.standing().unwrap().register;
    assert_eq!(register.drifts().count(), 1);
}

#[test]
fn an_entry_that_cannot_follow_stops_neither_people_nor_the_watch() {
    let (office, mut live) = office();
    let before = live.snapshot().clone();
    let mut watch = Watch::new(office.desk.clone(), office.live()).unwrap();
    forge(&office, "mallory", &Event::Sent(7, 0));
    forge(&office, "mallory", &stopped(7));
    let happened = watch.round().unwrap();
    assert_eq!(happened.len(), 1);
    assert_eq!(happened[0].lines.len(), 2);
    assert_eq!(watch.round().unwrap(), []);
    let (number, _) = propose(&office, &live, closing(&office, &live, "EXP-01"));
    let wang = office.person("wang");
    let decided = office.desk.decide(&wang, Verdict::Approve, number, "yes");
    decided.unwrap();
    apply(&office, "li", &mut live, number).unwrap();
    assert_ne!(
        office.live().snapshot().content_address(),
        before.content_address()
    );
}

#[test]
fn who_understates_a_change_gains_nothing() {
    let (office, mut live) = office();
    let before = live.snapshot().clone();
    let li = office.person("li");
    let mut proposal = unsigned(1, "li", &live, vec![everything(&open_group(&before))]);
    let origin = office.desk.store.origin();
    let at = proposal.signed_at;
    let text = statement(origin, "propose", &proposal, "li", "routine", at).unwrap();
    proposal.signatures = li.sign(&text).unwrap();
    forge(&office, "li", &Event::Proposed(Box::new(proposal.clone())));
    // Nobody is let sign it.
    for name in ["wang", "zhao"] {
        let person = office.person(name);
        let refused = office.desk.decide(&person, Verdict::Approve, 1, "yes");
        assert_eq!(ids(&refused.unwrap_err()), ["change-told-otherwise"]);
        // Whoever was deceived elsewhere signed for nothing.
        let text = statement(origin, "approve", &proposal, name, "yes", at).unwrap();
        let decision = Decision {
            change: 1,
            person: name.to_owned(),
            comment: "yes".to_owned(),
            signed_at: at,
            signatures: person.sign(&text).unwrap(),
        };
        forge(&office, name, &Event::Approved(decision));
    }
    let refused = apply(&office, "li", &mut live, 1).unwrap_err();
    assert_eq!(ids(&refused), ["change-told-otherwise"]);
    assert_untouched(&office, &before);
}

#[test]
fn a_snapshot_under_anothers_address_is_refused() {
    let (office, live) = office();
    let files = live.files().collect();
    let other = "f".repeat(64);
    office.desk.store.put_snapshot(&other, &files, 0).unwrap();
    let refused = office.desk.snapshot(&other).unwrap_err();
    assert_eq!(ids(&refused), ["snapshot-other"]);
    let own = live.snapshot().content_address().to_string();
    assert_eq!(
        office.desk.snapshot(&own).unwrap().content_address(),
        live.snapshot().content_address()
    );
}

#[test]
fn a_read_only_credential_cannot_apply() {
    let (office, live) = office();
    let (number, _) = propose(&office, &live, closing(&office, &live, "EXP-01"));
    let wang = office.person("wang");
    office
        .desk
        .decide(&wang, Verdict::Approve, number, "yes")
        .unwrap();

    // The same estate, with a key that may only look.
    let files = yumen_cloudlab::demo().into_iter();
    let files = files.map(|file| (file.path, file.bytes));
    let quick = Settings {
        window: 0,
        ..Settings::default()
    };
    let mut lab = Lab::load(files, quick).unwrap();
    let account = lab.account().to_owned();
    let denied = Lab::changing_actions().map(|action| action.replace('/', ":"));
    lab.add_key("reader", "readersecret", &account, denied.collect());
    let lab = Arc::new(Mutex::new(lab));
    let server = Server::start(Arc::clone(&lab), ([127, 0, 0, 1], 0).into(), None).unwrap();
    let client = Client::new(
        Arc::new(Network::new()),
        Provider::fixed("reader", "readersecret", None),
        Arc::new(SystemClock),
        Some(format!("http://{}", server.address())),
    );
    let scope = collect::scope(&client, None).unwrap();
    let mut live = Live::read(client, scope, &|| true).unwrap();
    let refused = apply(&office, "li", &mut live, number).unwrap_err();
    assert!(matches!(refused, Failure::Stopped(..)), "{refused:?}");
    assert!(matches!(phase(&office, number), Phase::Stopped(..)));
    assert!(lab.lock().unwrap().changes().is_empty());
}
