//! What can go wrong between a wish and its end: clear words, a known state, nothing lost.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use yumen_change::{Event, Number, Outcome, Phase, Verdict, Waived};
use yumen_cloud::CloudEdit;
use yumen_cloudlab::LAB_KEY;
use yumen_operations::{AppliedChange, Counted, Desk, Failure, Live};
use yumen_store::{Access, Disk, Location, RealDisk, Store};

use crate::office::{
    CrashingNetwork, LossyNetwork, Office, add, filters, group, has, remove, said, unless_crashed,
};

/// Everything counts as a test, so that one approver is enough.
pub(crate) const TEST: &str = "[environments.test]\nkind = \"test\"\nmatch = [\"name:*\"]\n\
     [roles.web]\nkind = \"web\"\nmatch = [\"name:web\"]\nservices = [\"tcp/443\"]\n\
     [roles.data]\nkind = \"data\"\nmatch = [\"name:db\"]\nservices = []\n";

pub(crate) const ROLES: [(&str, &str); 4] = [
    ("li", "[\"operator\"]"),
    ("bai", "[\"operator\"]"),
    ("wang", "[\"approver\"]"),
    ("zhao", "[\"approver\"]"),
];

/// An address of a partner.
pub(crate) const PARTNER: &str = "203.0.113.7/32";
const ANYWHERE: &str = "0.0.0.0/0";

fn office() -> Office {
    Office::small(TEST, &ROLES)
}

pub(crate) fn apply(
    desk: &Desk,
    live: &mut Live,
    number: Number,
) -> Result<AppliedChange, Failure> {
    desk.apply("li", live, number, &mut |_| {})
}

pub(crate) fn phase(office: &Office, number: Number) -> Phase {
    let register = office.desk.standing().unwrap().register;
    register.change(number).unwrap().phase.clone()
}

/// Proposed by li and approved by wang.
pub(crate) fn approved(office: &Office, live: &Live, edits: Vec<CloudEdit>) -> Number {
    let number = office.propose("li", live, edits).unwrap();
    let wang = office.person("wang");
    office
        .desk
        .decide(&wang, Verdict::Approve, number, "")
        .unwrap();
    number
}

/// Opens one port and closes another: two steps, the opening first.
fn swap(office: &Office, live: &Live) -> Number {
    let web = group(live.snapshot(), "web");
    let edits = vec![
        add(&web, (8443, 8443), PARTNER),
        remove(live.snapshot(), &web, (443, 443), ANYWHERE),
    ];
    approved(office, live, edits)
}

#[test]
fn nothing_is_known_of_a_version_that_nobody_recorded() {
    let office = office();
    let failure = office.desk.snapshot("0123abcd").unwrap_err();
    assert_eq!(said(&failure), ["store-no-snapshot"]);
    let mut live = office.live();
    let failure = apply(&office.desk, &mut live, 7).unwrap_err();
    assert_eq!(said(&failure), ["refused-no-change"]);
    assert_eq!(office.desk.store.size().unwrap(), 0);
}

#[test]
fn nothing_is_applied_that_nobody_approved() {
    let office = office();
    let mut live = office.live();
    let web = group(live.snapshot(), "web");
    let number = office
        .propose("li", &live, vec![add(&web, (8080, 8080), PARTNER)])
        .unwrap();
    let before = office.changes().len();
    let failure = apply(&office.desk, &mut live, number).unwrap_err();
    assert_eq!(said(&failure), ["policy-approvals"]);
    // Neither the proposer's approval counts, nor one whose signature is of another change.
    let other = office
        .propose("li", &live, vec![add(&web, (8081, 8081), PARTNER)])
        .unwrap();
    let wang = office.person("wang");
    office
        .desk
        .decide(&wang, Verdict::Approve, other, "")
        .unwrap();
    let events = office.events();
    let decision = events.iter().find_map(|(_, event)| match event {
        Event::Approved(decision) => Some(decision.clone()),
        _ => None,
    });
    let mut forged = decision.unwrap();
    forged.change = number;
    office
        .desk
        .note("wang", &[Event::Approved(forged)])
        .unwrap();
    let failure = apply(&office.desk, &mut live, number).unwrap_err();
    assert!(
        said(&failure).contains(&"approval-bad-signature"),
        "{failure:?}"
    );
    assert_eq!(office.changes().len(), before);
    assert_eq!(phase(&office, number), Phase::Open);
}

#[test]
fn an_approval_lapses_when_the_network_moved_under_it() {
    let office = office();
    let mut live = office.live();
    let web = group(live.snapshot(), "web");
    let number = approved(&office, &live, vec![add(&web, (8080, 8080), PARTNER)]);
    // Somebody opens the same and more: what was approved would do nothing now.
    office.meddle(&add(&web, (8080, 8080), "203.0.113.0/24"));
    live.poll().unwrap();
    let before = office.changes().len();
    let size = office.events().len();
    let failure = apply(&office.desk, &mut live, number).unwrap_err();
    assert_eq!(said(&failure), ["change-moved"]);
    assert_eq!(office.kinds_since(size), ["lapsed"]);
    assert!(matches!(phase(&office, number), Phase::Lapsed(why) if !why.is_empty()));
    // It stays so, even when the network moves back.
    office.meddle(&remove(
        &office.truth(),
        &web,
        (8080, 8080),
        "203.0.113.0/24",
    ));
    live.poll().unwrap();
    let failure = apply(&office.desk, &mut live, number).unwrap_err();
    assert_eq!(said(&failure), ["change-not-open"]);
    assert_eq!(office.changes().len(), before + 1);
}

#[test]
fn an_approval_lapses_when_an_edit_does_not_fit_any_more() {
    let office = office();
    let mut live = office.live();
    let web = group(live.snapshot(), "web");
    let edit = remove(live.snapshot(), &web, (443, 443), ANYWHERE);
    let number = approved(&office, &live, vec![edit.clone()]);
    office.meddle(&edit);
    live.poll().unwrap();
    let failure = apply(&office.desk, &mut live, number).unwrap_err();
    assert_eq!(said(&failure), ["change-edit-gone"]);
    assert!(matches!(phase(&office, number), Phase::Lapsed(_)));
}

#[test]
fn what_moved_elsewhere_does_not_matter() {
    let office = office();
    let mut live = office.live();
    let web = group(live.snapshot(), "web");
    let number = approved(&office, &live, vec![add(&web, (8080, 8080), PARTNER)]);
    let db = group(live.snapshot(), "db");
    office.meddle(&add(&db, (5432, 5432), "10.1.0.0/24"));
    live.poll().unwrap();
    apply(&office.desk, &mut live, number).unwrap();
    assert!(has(&office.truth(), &web, (8080, 8080), PARTNER));
    assert!(has(&office.truth(), &db, (5432, 5432), "10.1.0.0/24"));
    assert!(matches!(phase(&office, number), Phase::Applied(_)));
}

#[test]
fn of_two_changes_of_the_same_group_one_waits() {
    let office = office();
    let mut live = office.live();
    let web = group(live.snapshot(), "web");
    let first = swap(&office, &live);
    let second = approved(&office, &live, vec![add(&web, (8080, 8080), PARTNER)]);
    office.deny(&["ecs:RevokeSecurityGroup"]);
    apply(&office.desk, &mut live, first).unwrap_err();
    office.deny(&[]);
    let before = office.changes().len();
    let failure = apply(&office.desk, &mut live, second).unwrap_err();
    assert_eq!(said(&failure), ["refused-overlaps"]);
    assert_eq!(phase(&office, second), Phase::Open);
    assert_eq!(office.changes().len(), before);
    // Once the first came to its end, the second may follow.
    apply(&office.desk, &mut live, first).unwrap();
    apply(&office.desk, &mut live, second).unwrap();
    assert!(has(&office.truth(), &web, (8080, 8080), PARTNER));
}

#[test]
fn what_the_cloud_refuses_half_way_goes_forward_when_the_cause_is_gone() {
    let mut office = office();
    let mut live = office.live();
    let web = group(live.snapshot(), "web");
    let number = swap(&office, &live);
    office.deny(&["ecs:RevokeSecurityGroup"]);
    let before = office.changes().len();
    let failure = apply(&office.desk, &mut live, number).unwrap_err();
    assert_eq!(said(&failure)[0], "change-stopped");
    let Phase::Stopped(run, _) = phase(&office, number) else {
        panic!("{:?}", phase(&office, number));
    };
    assert_eq!((run.done, run.in_doubt), (1, false));
    assert!(has(&office.truth(), &web, (8443, 8443), PARTNER));
    assert!(has(&office.truth(), &web, (443, 443), ANYWHERE));

    office.deny(&[]);
    office.restart();
    let mut live = office.live();
    apply(&office.desk, &mut live, number).unwrap();
    assert!(matches!(phase(&office, number), Phase::Applied(_)));
    assert!(!has(&office.truth(), &web, (443, 443), ANYWHERE));
    assert!(has(&office.truth(), &web, (8443, 8443), PARTNER));
    assert_eq!(office.changes().len(), before + 2);
    office.assert_verifies();
}

#[test]
fn what_the_cloud_refuses_half_way_goes_back_to_where_it_was() {
    let office = office();
    let mut live = office.live();
    let number = swap(&office, &live);
    let earlier = filters(&office.truth());
    office.deny(&["ecs:RevokeSecurityGroup"]);
    apply(&office.desk, &mut live, number).unwrap_err();
    assert_ne!(filters(&office.truth()), earlier);
    // While the cloud refuses, neither way leads on, and that is known too.
    let failure = office
        .desk
        .undo("li", &mut live, number, &mut |_| {})
        .unwrap_err();
    assert_eq!(said(&failure)[0], "change-stopped");
    office.deny(&[]);
    // Who may not apply may not undo.
    let failure = office
        .desk
        .undo("wang", &mut live, number, &mut |_| {})
        .unwrap_err();
    assert_eq!(said(&failure), ["policy-role-apply"]);
    office
        .desk
        .undo("li", &mut live, number, &mut |_| {})
        .unwrap();
    assert_eq!(filters(&office.truth()), earlier);
    assert!(matches!(phase(&office, number), Phase::Undone(_)));
}

#[test]
fn a_step_of_which_nobody_knows_is_not_said_to_be_out_of_force() {
    let mut office = office();
    let live = office.live();
    let number = swap(&office, &live);
    let before = office.changes().len();
    let mut ending = office.live_of(office.client_through(LAB_KEY, CrashingNetwork::new(1, true)));
    assert!(unless_crashed(|| apply(&office.desk, &mut ending, number)).is_none());
    office.restart();
    let mut live = office.live();
    // The next process cannot look for what became of it.
    office.deny(&["ecs:DescribeSecurityGroupAttribute"]);
    let failure = apply(&office.desk, &mut live, number).unwrap_err();
    assert_eq!(said(&failure), ["change-unread"]);
    let Phase::Applying(run) = phase(&office, number) else {
        panic!("{:?}", phase(&office, number));
    };
    assert_eq!((run.done, run.in_doubt), (0, true));
    office.deny(&[]);
    let mut live = office.live();
    apply(&office.desk, &mut live, number).unwrap();
    assert_eq!(office.changes().len(), before + 2);
}

#[test]
fn what_cannot_be_read_does_not_count_as_gone() {
    let office = office();
    let mut live = office.live();
    let number = swap(&office, &live);
    office.deny(&["ecs:RevokeSecurityGroup"]);
    apply(&office.desk, &mut live, number).unwrap_err();
    office.deny(&["ecs:DescribeSecurityGroupAttribute"]);
    let mut blind = office.live();
    let size = office.events().len();
    let failure = apply(&office.desk, &mut blind, number).unwrap_err();
    assert_eq!(said(&failure), ["change-unread"]);
    let undone = office.desk.undo("li", &mut blind, number, &mut |_| {});
    assert_eq!(said(&undone.unwrap_err()), ["change-unread"]);
    assert_eq!(office.events().len(), size);
    office.deny(&[]);
    apply(&office.desk, &mut live, number).unwrap();
    let web = group(live.snapshot(), "web");
    assert!(!has(&office.truth(), &web, (443, 443), ANYWHERE));
}

#[test]
fn a_step_in_force_stays_so_when_the_network_is_gone_right_after() {
    let office = office();
    let live = office.live();
    let number = swap(&office, &live);
    let before = office.changes().len();
    // One look is enough to see the step; what else it touched cannot be read.
    let network = LossyNetwork::new(1);
    let mut live = office.live_of(office.client_through(LAB_KEY, network.clone()));
    let failure = apply(&office.desk, &mut live, number).unwrap_err();
    assert_eq!(said(&failure)[0], "change-stopped");
    let Phase::Stopped(run, _) = phase(&office, number) else {
        panic!("{:?}", phase(&office, number));
    };
    assert_eq!((run.done, run.in_doubt), (1, false));
    network.is_back();
    apply(&office.desk, &mut live, number).unwrap();
    assert_eq!(office.changes().len(), before + 2);
}

#[test]
fn of_two_operators_at_once_one_applies() {
    let office = office();
    let live = office.live();
    let number = swap(&office, &live);
    let before = office.changes().len();
    let tries: Vec<Result<AppliedChange, Failure>> = std::thread::scope(|scope| {
        let both = ["li", "bai"].map(|name| {
            let (desk, mut live) = (office.another_desk(), office.live());
            scope.spawn(move || desk.apply(name, &mut live, number, &mut |_| {}))
        });
        both.map(|one| one.join().unwrap()).into()
    });
    let good = tries.iter().filter(|one| one.is_ok()).count();
    assert!(good >= 1, "{tries:?}");
    for failure in tries.iter().filter_map(|one| one.as_ref().err()) {
        let known = [
            "refused-phase",
            "refused-order",
            "change-not-open",
            "change-moved",
            "change-edit-gone",
            "change-in-hand",
        ];
        assert!(known.contains(&said(failure)[0]), "{failure:?}");
    }
    assert!(matches!(phase(&office, number), Phase::Applied(_)));
    assert_eq!(office.changes().len(), before + 2);
    let kinds = office.kinds_since(0);
    let count = |kind| kinds.iter().filter(|one| **one == kind).count();
    assert_eq!((count("begun"), count("sent"), count("applied")), (1, 2, 1));
    office.assert_verifies();
}

#[test]
fn two_who_approve_at_once_are_both_heard_and_nobody_twice() {
    let office = office();
    let live = office.live();
    let web = group(live.snapshot(), "web");
    let edits = vec![add(&web, (8080, 8080), PARTNER)];
    let number = office.propose("li", &live, edits).unwrap();
    let names = ["wang", "zhao", "wang", "zhao"];
    let tries = std::thread::scope(|scope| {
        let all = names.map(|name| {
            let (desk, person) = (office.another_desk(), office.person(name));
            scope.spawn(move || desk.decide(&person, Verdict::Approve, number, ""))
        });
        all.map(|one| one.join().unwrap())
    });
    assert_eq!(tries.iter().filter(|one| one.is_ok()).count(), 2);
    for failure in tries.iter().filter_map(|one| one.as_ref().err()) {
        assert_eq!(said(failure), ["refused-again"]);
    }
    let register = office.desk.standing().unwrap().register;
    assert_eq!(register.change(number).unwrap().decisions.len(), 2);
    assert_eq!(office.desk.counted("li", number).unwrap(), Counted::Enough);
}

#[test]
fn a_decision_is_made_anew_when_somebody_wrote_first() {
    let office = office();
    let other = office.another_desk();
    let waived = |hash: &str| {
        Event::Waived(Waived {
            file: Some(hash.to_owned()),
            waivers: 0,
        })
    };
    let mut asked = 0;
    let seen = office
        .desk
        .transact("li", |register, _| {
            asked += 1;
            if asked == 1 {
                other.note("zhao", &[waived("theirs")]).unwrap();
            }
            let before = register.waived().map(str::to_owned);
            Ok((vec![waived("ours")], before))
        })
        .unwrap();
    assert_eq!((asked, seen.as_deref()), (2, Some("theirs")));
    assert_eq!(office.kinds_since(0), ["waived", "waived"]);
    let register = office.desk.standing().unwrap().register;
    assert_eq!(register.waived(), Some("ours"));
}

/// A disk that can run full.
#[derive(Clone, Default)]
struct SmallDisk(Arc<AtomicBool>);

impl Disk for SmallDisk {
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        RealDisk.read(path)
    }

    fn write(&self, path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
        if self.0.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        RealDisk.write(path, bytes, access)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        RealDisk.sync(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealDisk.rename(from, to)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        RealDisk.sync_folder(path)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        RealDisk.create_folder(path)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }

    fn is_open_to_others(&self, path: &Path) -> io::Result<bool> {
        RealDisk.is_open_to_others(path)
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Send>> {
        RealDisk.lock(path)
    }
}

#[test]
fn a_full_disk_stops_a_change_in_a_known_state_and_it_goes_on_afterwards() {
    let mut office = office();
    let mut live = office.live();
    let web = group(live.snapshot(), "web");
    let number = swap(&office, &live);
    let before = office.changes().len();
    let disk = SmallDisk::default();
    let desk = office.desk_on(disk.clone());
    // The disk is full from the moment the first step is settled.
    let failure = desk
        .apply("li", &mut live, number, &mut |step| {
            if step.outcome.is_some() {
                disk.0.store(true, Ordering::SeqCst);
            }
        })
        .unwrap_err();
    assert_eq!(said(&failure), ["store-unsigned"]);
    assert_eq!(office.changes().len(), before + 1);
    disk.0.store(false, Ordering::SeqCst);
    office.restart();
    assert!(matches!(phase(&office, number), Phase::Applying(_)));
    let mut live = office.live();
    apply(&office.desk, &mut live, number).unwrap();
    assert!(has(&office.truth(), &web, (8443, 8443), PARTNER));
    assert!(!has(&office.truth(), &web, (443, 443), ANYWHERE));
    assert_eq!(office.changes().len(), before + 2);
    office.assert_verifies();
}

#[test]
fn a_store_that_can_only_be_read_is_said_and_nothing_is_sent() {
    let office = office();
    let mut live = office.live();
    let number = swap(&office, &live);
    let before = office.changes().len();
    let location = Location::Sqlite(office.database());
    let desk = Desk::new(
        Arc::new(Store::open_read_only(&location).unwrap()),
        Arc::clone(&office.desk.ground),
        Arc::clone(&office.desk.clock),
    );
    let failure = apply(&desk, &mut live, number).unwrap_err();
    assert_eq!(said(&failure), ["store-read-only"]);
    assert_eq!(office.changes().len(), before);
    assert_eq!(phase(&office, number), Phase::Open);
}

#[test]
fn credentials_that_may_only_read_change_nothing_and_the_ledger_says_so() {
    let office = office();
    let mut own = office.live();
    let number = swap(&office, &own);
    let before = office.changes().len();
    let mut careful = office.live_of(office.client(LAB_KEY).read_only());
    let failure = apply(&office.desk, &mut careful, number).unwrap_err();
    assert_eq!(said(&failure), ["change-stopped", "call-read-only"]);
    let settled = |office: &Office| {
        let mut events = office.events().into_iter().rev();
        events.find_map(|(_, event)| match event {
            Event::Settled(settled) => Some(settled.outcome),
            _ => None,
        })
    };
    assert!(
        matches!(settled(&office), Some(Outcome::NotInForce(why)) if why.contains("read-only"))
    );
    // The same with a key to which the cloud refuses it.
    office.deny(&["ecs:AuthorizeSecurityGroup", "ecs:RevokeSecurityGroup"]);
    let failure = apply(&office.desk, &mut own, number).unwrap_err();
    assert_eq!(said(&failure)[0], "change-stopped");
    assert!(
        matches!(settled(&office), Some(Outcome::NotInForce(why)) if why.contains("Forbidden"))
    );
    assert_eq!(office.changes().len(), before);
    let Phase::Stopped(run, _) = phase(&office, number) else {
        panic!("{:?}", phase(&office, number));
    };
    assert_eq!((run.done, run.in_doubt), (0, false));
    office.deny(&[]);
    apply(&office.desk, &mut own, number).unwrap();
    assert_eq!(office.changes().len(), before + 2);
}
