//! A small model of what change control promises, stepped together with the real machine through
//! proposals, decisions, drift, failures and crashes, on a cloud in chaos.
//!
//! The model knows what was approved and what exists; it shares no code with the machine. What the
//! machine says is compared with the cloud's own records and with the ledger, entry by entry.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use yumen_change::{Direction, Event, Number, Outcome, Phase, Verdict};
use yumen_cloud::{CloudEdit, Id, Snapshot};
use yumen_cloudlab::{Chaos, LAB_KEY};
use yumen_operations::{Failure, Live, Standing, Watch};

use crate::faults::{PARTNER, ROLES, TEST};
use crate::office::{CrashingNetwork, Office, add, group, has, remove, said, unless_crashed};

const ANYWHERE: &str = "0.0.0.0/0";
const NEIGHBOURS: &str = "10.9.0.0/24";
const PORTS: [u16; 3] = [8001, 8002, 8003];

/// A rule that may exist or not: a position in the list of all.
type Key = usize;

/// Ports of `web` for a partner, ports of `db` for neighbours, and the door of `web` that must not
/// be open.
const DOOR: Key = 2 * PORTS.len();

#[derive(Clone, Debug)]
enum Act {
    Propose(Vec<Key>),
    Approve(&'static str, usize),
    Reject(usize),
    Withdraw(usize),
    Apply(&'static str, usize, Crash),
    Undo(usize, Crash),
    Drift(Key),
    OpenDoor,
    Watch(Crash),
    Restart,
    Deny(&'static [&'static str]),
    Chaos(u64),
    Calm,
}

#[derive(Clone, Copy, Debug)]
enum Crash {
    Never,
    /// When the clock is asked for the n-th time
    Clock(u8),
    /// At the n-th call that changes something; after its answer or before it is sent
    Call(u8, bool),
    /// When a step is shown for the n-th time
    Step(u8),
}

fn crash() -> impl Strategy<Value = Crash> {
    prop_oneof![
        4 => Just(Crash::Never),
        2 => (1_u8..25).prop_map(Crash::Clock),
        2 => (1_u8..3, any::<bool>()).prop_map(|(call, after)| Crash::Call(call, after)),
        1 => (1_u8..5).prop_map(Crash::Step),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let keys = proptest::collection::btree_set(0..DOOR, 1..4);
    let approver = prop_oneof![Just("wang"), Just("zhao"), Just("li")];
    let operator = prop_oneof![4 => Just("li"), 1 => Just("wang")];
    prop_oneof![
        6 => keys.prop_map(|keys| Act::Propose(keys.into_iter().collect())),
        6 => (approver, 0_usize..3).prop_map(|(who, which)| Act::Approve(who, which)),
        1 => (0_usize..3).prop_map(Act::Reject),
        1 => (0_usize..3).prop_map(Act::Withdraw),
        9 => (operator, 0_usize..3, crash()).prop_map(|(who, which, crash)| Act::Apply(who, which, crash)),
        3 => (0_usize..3, crash()).prop_map(|(which, crash)| Act::Undo(which, crash)),
        2 => (0..DOOR).prop_map(Act::Drift),
        2 => Just(Act::OpenDoor),
        3 => crash().prop_map(Act::Watch),
        1 => Just(Act::Restart),
        2 => prop_oneof![
            Just(Act::Deny(&["ecs:RevokeSecurityGroup"])),
            Just(Act::Deny(&["ecs:AuthorizeSecurityGroup"])),
        ],
        2 => any::<u64>().prop_map(Act::Chaos),
        2 => Just(Act::Calm),
    ]
}

/// A change as the model knows it.
#[derive(Debug)]
struct Wanted {
    /// What each rule was and is to become
    edits: BTreeMap<Key, bool>,
    approvals: BTreeSet<&'static str>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// Rejected, withdrawn or lapsed
    Closed,
    /// On its way, perhaps half-way and stopped
    Begun,
    Applied,
    Undone,
}

impl Wanted {
    /// One approver besides the proposer is enough in a test environment.
    fn is_approved(&self) -> bool {
        self.approvals.iter().any(|who| *who != "li")
    }
}

struct Trial {
    office: Office,
    watch: Option<Watch>,
    groups: [Id; 2],
    /// What exists
    truth: BTreeSet<Key>,
    /// By number
    wanted: BTreeMap<Number, Wanted>,
    /// All that was read from the ledger so far
    ledger: Vec<Event>,
    /// Read on, never from the beginning
    standing: Standing,
    changes: Vec<String>,
    is_calm: bool,
    is_denied: bool,
}

impl Trial {
    fn new() -> Self {
        let settings = format!("{TEST}[watch]\ntest = \"enforce\"\nreverts_per_hour = 1000\n");
        let office = Office::small(&settings, &ROLES);
        let start = office.truth();
        let groups = [group(&start, "web"), group(&start, "db")];
        let standing = office.desk.standing().unwrap();
        let mut trial = Self {
            changes: office.changes(),
            office,
            watch: None,
            groups,
            truth: BTreeSet::new(),
            wanted: BTreeMap::new(),
            ledger: Vec::new(),
            standing,
            is_calm: true,
            is_denied: false,
        };
        trial.truth = trial.look();
        trial
    }

    fn rule(&self, key: Key) -> (&Id, (u16, u16), &'static str) {
        let [web, db] = &self.groups;
        if key == DOOR {
            return (web, (22, 22), ANYWHERE);
        }
        let port = PORTS[key % PORTS.len()];
        if key < PORTS.len() {
            (web, (port, port), PARTNER)
        } else {
            (db, (port, port), NEIGHBOURS)
        }
    }

    /// What exists really, each rule once.
    fn look(&self) -> BTreeSet<Key> {
        let truth = self.office.truth();
        let exists = |key: &Key| {
            let (group, ports, from) = self.rule(*key);
            has(&truth, group, ports, from)
        };
        (0..=DOOR).filter(exists).collect()
    }

    fn toggle(&self, snapshot: &Snapshot, key: Key) -> CloudEdit {
        let (group, ports, from) = self.rule(key);
        if has(snapshot, group, ports, from) {
            remove(snapshot, group, ports, from)
        } else {
            add(group, ports, from)
        }
    }

    /// One of the changes that are neither closed nor undone, the newest first; else the newest.
    fn pick(&self, which: usize) -> Option<Number> {
        let mut usable = self.wanted.iter().rev();
        let usable: Vec<Number> = usable
            .by_ref()
            .filter(|(_, wanted)| matches!(wanted.state, State::Open | State::Begun))
            .map(|(number, _)| *number)
            .collect();
        let newest = self.wanted.last_key_value().map(|(number, _)| *number);
        usable.get(which).copied().or(newest)
    }

    fn live(&self, crash: Crash) -> Option<Live> {
        let client = match crash {
            Crash::Call(call, after) => self
                .office
                .client_through(LAB_KEY, CrashingNetwork::new(call, after)),
            _ => self.office.client(LAB_KEY),
        };
        let scope = yumen_aliyun::collect::scope(&client, None).ok()?;
        Live::read(client, scope, &|| true).ok()
    }

    fn restart(&mut self) {
        self.watch = None;
        self.office.restart();
    }

    fn step(&mut self, act: &Act) {
        let before = self.truth.clone();
        match act {
            Act::Propose(keys) => self.propose(keys),
            Act::Approve(who, which) => self.approve(who, *which),
            Act::Reject(which) => self.close(*which, true),
            Act::Withdraw(which) => self.close(*which, false),
            Act::Apply(who, which, crash) => self.apply(who, *which, *crash),
            Act::Undo(which, crash) => self.undo(*which, *crash),
            Act::Drift(key) => self.meddle(*key),
            Act::OpenDoor if !self.truth.contains(&DOOR) => self.meddle(DOOR),
            Act::OpenDoor => {}
            Act::Watch(crash) => self.watch(*crash),
            Act::Restart => self.restart(),
            Act::Deny(actions) => {
                self.office.deny(actions);
                self.is_denied = true;
            }
            Act::Chaos(seed) => {
                let chaos = Chaos {
                    seed: *seed,
                    throttle: 0.1,
                    unavailable: 0.08,
                    reset: 0.08,
                    half: 0.04,
                    lag: 15,
                    ..Chaos::default()
                };
                self.office.lab.lock().unwrap().set_chaos(chaos);
                self.is_calm = false;
            }
            Act::Calm => self.calm(),
        }
        self.check(act, &before);
    }

    fn calm(&mut self) {
        self.office.deny(&[]);
        let mut lab = self.office.lab.lock().unwrap();
        lab.set_chaos(Chaos::default());
        (self.is_calm, self.is_denied) = (true, false);
    }

    fn propose(&mut self, keys: &[Key]) {
        let Some(live) = self.live(Crash::Never) else {
            return;
        };
        let edits = keys.iter().map(|key| self.toggle(live.snapshot(), *key));
        let edits = edits.collect();
        // Reads may lag: what was read is what is judged.
        let wanted = keys.iter().map(|key| {
            let (group, ports, from) = self.rule(*key);
            (*key, !has(live.snapshot(), group, ports, from))
        });
        let wanted = Wanted {
            edits: wanted.collect(),
            approvals: BTreeSet::new(),
            state: State::Open,
        };
        let number = self.office.propose("li", &live, edits).unwrap();
        self.wanted.insert(number, wanted);
    }

    fn approve(&mut self, who: &'static str, which: usize) {
        let Some(number) = self.pick(which) else {
            return;
        };
        let person = self.office.person(who);
        let done = self
            .office
            .desk
            .decide(&person, Verdict::Approve, number, "");
        let wanted = self.wanted.get_mut(&number).unwrap();
        let may = wanted.state == State::Open && !wanted.approvals.contains(who);
        assert_eq!(done.is_ok(), may, "{who} {number} {done:?}");
        if may {
            wanted.approvals.insert(who);
        }
    }

    fn close(&mut self, which: usize, rejects: bool) {
        let Some(number) = self.pick(which) else {
            return;
        };
        let desk = &self.office.desk;
        let done = if rejects {
            // Whoever decided before cannot decide otherwise.
            let person = self.office.person("bai");
            desk.decide(&person, Verdict::Reject, number, "no")
        } else {
            desk.withdraw(&self.office.person("li"), number, "no")
        };
        let wanted = self.wanted.get_mut(&number).unwrap();
        assert_eq!(done.is_ok(), wanted.state == State::Open, "{done:?}");
        if done.is_ok() {
            wanted.state = State::Closed;
        }
    }

    /// Runs something with a live account that may crash; then a new process goes on.
    fn run(
        &mut self,
        crash: Crash,
        run: impl FnOnce(&Office, &mut Live, &mut dyn FnMut()) -> Result<(), Failure>,
    ) -> Option<Result<(), Failure>> {
        let Some(mut live) = self.live(crash) else {
            return Some(Err(Failure::Input(yumen_diagnostics::Message::new(
                "unread",
            ))));
        };
        if let Crash::Clock(times) = crash {
            self.office.clock.arm(times);
        }
        let mut shown = 0;
        let office = &self.office;
        let done = unless_crashed(|| {
            run(office, &mut live, &mut || {
                shown += 1;
                if matches!(crash, Crash::Step(at) if at == shown) {
                    std::panic::panic_any(crate::office::CRASH);
                }
            })
        });
        self.office.clock.disarm();
        if done.is_none() {
            self.restart();
        }
        done
    }

    fn apply(&mut self, who: &str, which: usize, crash: Crash) {
        let Some(number) = self.pick(which) else {
            return;
        };
        let wanted = &self.wanted[&number];
        let state = wanted.state;
        let may =
            who == "li" && wanted.is_approved() && matches!(state, State::Open | State::Begun);
        // Nobody else is on the way with a rule of the same group, and all is as it was judged.
        let groups = |wanted: &Wanted| -> BTreeSet<Id> {
            let keys = wanted.edits.keys();
            keys.map(|key| self.rule(*key).0.clone()).collect()
        };
        let own = groups(wanted);
        let is_alone = self.wanted.iter().all(|(other, theirs)| {
            *other == number || theirs.state != State::Begun || groups(theirs).is_disjoint(&own)
        });
        let is_as_judged = wanted
            .edits
            .iter()
            .all(|(key, after)| self.truth.contains(key) != *after);
        let must = may
            && state == State::Open
            && is_alone
            && is_as_judged
            && self.is_calm
            && !self.is_denied;
        let is_containing = self.is_containing();
        let done = self.run(crash, |office, live, shown| {
            let applied = office.desk.apply(who, live, number, &mut |_| shown());
            applied.map(|_| ())
        });
        let wanted = self.wanted.get_mut(&number).unwrap();
        match &done {
            Some(Ok(())) => {
                assert!(may, "{who} applied {number}: {wanted:?}");
                wanted.state = State::Applied;
            }
            Some(Err(failure)) => assert!(
                !must || is_containing,
                "{who} could not apply {number}: {:?} {wanted:?}",
                said(failure)
            ),
            None => {}
        }
        if let Some(Ok(())) = done {
            let now = self.look();
            for (key, after) in &self.wanted[&number].edits {
                assert_eq!(now.contains(key), *after, "{number} said to be applied");
            }
        }
    }

    fn undo(&mut self, which: usize, crash: Crash) {
        let Some(number) = self.pick(which) else {
            return;
        };
        let state = self.wanted[&number].state;
        let done = self.run(crash, |office, live, shown| {
            let undone = office.desk.undo("li", live, number, &mut |_| shown());
            undone.map(|_| ())
        });
        if let Some(Ok(())) = done {
            assert_eq!(state, State::Begun);
            let now = self.look();
            let wanted = self.wanted.get_mut(&number).unwrap();
            wanted.state = State::Undone;
            for (key, after) in &wanted.edits {
                assert_ne!(now.contains(key), *after, "{number} said to be undone");
            }
        }
    }

    /// Whether Yumen itself is on the way with something.
    fn is_containing(&self) -> bool {
        let register = self.office.desk.standing().unwrap().register;
        register.changes().any(|change| {
            change.phase.run().is_some() && !self.wanted.contains_key(&change.proposal.number)
        })
    }

    fn meddle(&mut self, key: Key) {
        // Strangers have fair weather, so that the model knows what they did.
        let chaos = {
            let mut lab = self.office.lab.lock().unwrap();
            lab.set_chaos(Chaos::default());
            !self.is_calm
        };
        let truth = self.office.truth();
        self.office.meddle(&self.toggle(&truth, key));
        if chaos {
            self.step_chaos_again(key as u64);
        }
    }

    fn step_chaos_again(&mut self, seed: u64) {
        let chaos = Chaos {
            seed,
            unavailable: 0.1,
            reset: 0.1,
            lag: 15,
            ..Chaos::default()
        };
        self.office.lab.lock().unwrap().set_chaos(chaos);
    }

    fn watch(&mut self, crash: Crash) {
        self.office.clock.shift(jiff::SignedDuration::from_secs(61));
        let mut watch = match self.watch.take() {
            Some(watch) if !matches!(crash, Crash::Call(..)) => watch,
            _ => {
                let Some(live) = self.live(crash) else {
                    return;
                };
                match Watch::new(self.office.desk.clone(), live) {
                    Ok(watch) => watch,
                    Err(_) => return,
                }
            }
        };
        if let Crash::Clock(times) = crash {
            self.office.clock.arm(times);
        }
        // A failure leaves it to the next round.
        let done = unless_crashed(|| watch.round().map_err(|failure| said(&failure)));
        self.office.clock.disarm();
        match done {
            Some(Err(ids)) => assert!(!self.is_calm || self.is_denied, "{ids:?}"),
            Some(Ok(_)) => {}
            None => {
                drop(watch);
                return self.restart();
            }
        }
        self.watch = Some(watch);
    }

    /// What has to hold after everything that happens.
    fn check(&mut self, act: &Act, before: &BTreeSet<Key>) {
        let now = self.look();
        let events: Vec<Event> = self
            .office
            .events()
            .into_iter()
            .map(|(_, event)| event)
            .collect();
        // Nothing is lost.
        assert!(events.starts_with(&self.ledger), "after {act:?}");
        let new = events[self.ledger.len()..].to_vec();
        let in_doubt = steps_in_doubt(&self.ledger);
        self.ledger = events;
        // Whoever reads the ledger again stands where whoever read on stands.
        self.office.desk.catch_up(&mut self.standing).unwrap();
        let fresh = self.office.desk.standing().unwrap();
        assert_eq!(fresh.size, self.standing.size);
        assert_eq!(fresh.register, self.standing.register, "after {act:?}");

        let moved: BTreeSet<Key> = now.symmetric_difference(before).copied().collect();
        let calls = self.office.changes();
        assert!(calls.starts_with(&self.changes));
        let calls = {
            let new = calls[self.changes.len()..].to_vec();
            self.changes = calls;
            new
        };
        if let Act::Drift(key) = act {
            assert_eq!((moved, calls.len()), (BTreeSet::from([*key]), 1));
        } else if matches!(act, Act::OpenDoor) {
            assert!(moved.is_subset(&BTreeSet::from([DOOR])) && calls.len() <= 1);
        } else {
            self.check_calls(act, &calls, &moved, &new, in_doubt);
        }
        self.note_begun(&new);
        self.check_settled(&new, &now, before);
        self.truth = now;
    }

    /// Everything that was changed in the cloud belongs to a step that was written down before, of
    /// a change that enough people had approved or that takes drift back; once.
    fn check_calls(
        &self,
        act: &Act,
        calls: &[String],
        moved: &BTreeSet<Key>,
        new: &[Event],
        in_doubt: Vec<(Number, CloudEdit)>,
    ) {
        let sent: Vec<(Number, CloudEdit)> = in_doubt.into_iter().chain(self.sent(new)).collect();
        let mut left: Vec<&(Number, CloudEdit)> = sent.iter().collect();
        for call in calls {
            let fits = left.iter().position(|(_, edit)| is_call_of(call, edit));
            let fits =
                fits.unwrap_or_else(|| panic!("after {act:?}: {call} was no step of {sent:?}"));
            left.remove(fits);
        }
        for (number, _) in &sent {
            match self.wanted.get(number) {
                Some(wanted) => assert!(wanted.is_approved(), "{number} {wanted:?}"),
                None => self.assert_by_itself(*number),
            }
        }
        let numbers: BTreeSet<Number> = sent.iter().map(|(number, _)| *number).collect();
        for key in moved {
            let of_change = |number: &Number| {
                let wanted = self.wanted.get(number);
                wanted.is_none_or(|wanted| wanted.edits.contains_key(key))
            };
            assert!(numbers.iter().any(of_change), "after {act:?}: {key} moved");
        }
    }

    /// What nobody approved opens nothing and only closes the door.
    fn assert_by_itself(&self, number: Number) {
        let change = self.standing.register.change(number).unwrap();
        let proposal = &change.proposal;
        assert!(
            matches!(proposal.origin, yumen_change::Origin::Containment(_)),
            "{proposal:?}"
        );
        assert!(proposal.class <= yumen_change::Class::Tightening);
    }

    fn sent(&self, new: &[Event]) -> Vec<(Number, CloudEdit)> {
        let known = self.ledger.len() - new.len();
        let mut plans = plans(&self.ledger[..known]);
        let mut sent = Vec::new();
        for event in new {
            match event {
                Event::Begun(begun) => {
                    plans.insert(begun.change, begun.steps.clone());
                }
                Event::Sent(number, step) => {
                    sent.push((*number, plans[number][*step as usize].clone()));
                }
                _ => {}
            }
        }
        sent
    }

    fn note_begun(&mut self, new: &[Event]) {
        for event in new {
            let state = match event {
                Event::Begun(begun) => {
                    if begun.direction == Direction::Forward && begun.person != "yumen" {
                        assert!(self.wanted[&begun.change].is_approved(), "{begun:?}");
                    }
                    State::Begun
                }
                Event::Lapsed(..) => State::Closed,
                Event::Applied(..) => State::Applied,
                Event::Undone(..) => State::Undone,
                _ => continue,
            };
            let number = event.change().unwrap();
            if let Some(wanted) = self.wanted.get_mut(&number) {
                if state == State::Closed {
                    assert_eq!(wanted.state, State::Open);
                }
                wanted.state = state;
            }
        }
    }

    /// What the ledger says of a step is so.
    fn check_settled(&self, new: &[Event], now: &BTreeSet<Key>, before: &BTreeSet<Key>) {
        let known = self.ledger.len() - new.len();
        let mut plans = plans(&self.ledger[..known]);
        let mut said: BTreeMap<Key, Option<bool>> = BTreeMap::new();
        for event in new {
            match event {
                Event::Begun(begun) => {
                    plans.insert(begun.change, begun.steps.clone());
                }
                Event::Settled(settled) => {
                    let edit = &plans[&settled.change][settled.step as usize];
                    let Some((key, after)) = self.key_of(edit) else {
                        continue;
                    };
                    let is = match settled.outcome {
                        Outcome::Already | Outcome::InForce(_) => Some(after),
                        Outcome::NotInForce(_) => Some(!after),
                        Outcome::Unknown(_) => None,
                    };
                    said.insert(key, is);
                }
                _ => {}
            }
        }
        for (key, is) in said {
            if let Some(is) = is {
                assert_eq!(now.contains(&key), is, "rule {key}: {new:?} {before:?}");
            }
        }
    }

    /// The rule that an edit adds; for one that takes away only the cloud's id is known.
    fn key_of(&self, edit: &CloudEdit) -> Option<(Key, bool)> {
        let CloudEdit::AddRule { group, rule } = edit else {
            return None;
        };
        let found = (0..=DOOR).find(|key| {
            let (of, ports, from) = self.rule(*key);
            of == group && rule.is_same_filter(&crate::office::rule(ports, from))
        });
        found.map(|key| (key, true))
    }

    /// In fair weather everything comes to an end.
    fn end(&mut self) {
        self.calm();
        self.restart();
        for _ in 0..4 {
            self.step(&Act::Watch(Crash::Never));
        }
        let begun: Vec<Number> = self
            .wanted
            .iter()
            .filter(|(_, wanted)| wanted.state == State::Begun)
            .map(|(number, _)| *number)
            .collect();
        for number in begun {
            let mut live = self.live(Crash::Never).unwrap();
            let desk = &self.office.desk;
            let forward = desk.apply("li", &mut live, number, &mut |_| {});
            if let Err(forward) = forward {
                let back = desk.undo("li", &mut live, number, &mut |_| {});
                assert!(back.is_ok(), "{:?} {:?}", said(&forward), back);
            }
        }
        let register = self.office.desk.standing().unwrap().register;
        for change in register.changes() {
            let is_own = !self.wanted.contains_key(&change.proposal.number);
            assert!(
                !matches!(change.phase, Phase::Applying(_))
                    && (is_own || change.phase.run().is_none()),
                "{:?}",
                change.phase
            );
        }
        // The door is shut, or somebody was called.
        if self.look().contains(&DOOR) {
            let called = register.drifts().any(|drift| drift.escalated.is_some());
            assert!(called, "{:?}", self.office.kinds_since(0));
        }
        self.office.assert_verifies();
    }
}

/// The plans under way, by change.
fn plans(events: &[Event]) -> BTreeMap<Number, Vec<CloudEdit>> {
    let begun = events.iter().filter_map(|event| match event {
        Event::Begun(begun) => Some((begun.change, begun.steps.clone())),
        _ => None,
    });
    begun.collect()
}

/// Steps that were written down as sent, of which nothing was written since.
fn steps_in_doubt(events: &[Event]) -> Vec<(Number, CloudEdit)> {
    let mut plans = BTreeMap::new();
    let mut doubt = BTreeMap::new();
    for event in events {
        match event {
            Event::Begun(begun) => {
                plans.insert(begun.change, begun.steps.clone());
                doubt.remove(&begun.change);
            }
            Event::Sent(number, step) => {
                doubt.insert(*number, *step);
            }
            Event::Settled(settled) => {
                doubt.remove(&settled.change);
            }
            _ => {}
        }
    }
    let steps = doubt.into_iter();
    let steps = steps.map(|(number, step)| (number, plans[&number][step as usize].clone()));
    steps.collect()
}

/// Whether a call, as the cloud recorded it, does what an edit says.
fn is_call_of(call: &str, edit: &CloudEdit) -> bool {
    let (action, group, part) = match edit {
        CloudEdit::AddRule { group, rule } => {
            let yumen_cloud::PortMatch::Range(ports) = &rule.ports else {
                return false;
            };
            let ports = format!("={}/{}", ports.low(), ports.high());
            ("/AuthorizeSecurityGroup&", group, ports)
        }
        // What an earlier step of the plan made has another id in the cloud.
        CloudEdit::RemoveRule { group, .. } => ("/RevokeSecurityGroup&", group, String::new()),
        CloudEdit::ReplaceRule { group, rule } => {
            ("/ModifySecurityGroupRule&", group, format!("={}", rule.id))
        }
        _ => return false,
    };
    call.contains(action) && call.contains(group.as_str()) && call.contains(&part)
}

fn config() -> Config {
    Config {
        cases: std::env::var("PROPTEST_CASES")
            .ok()
            .and_then(|cases| cases.parse().ok())
            .unwrap_or(6),
        rng_seed: RngSeed::Fixed(5),
        failure_persistence: None,
        max_shrink_iters: 60,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn the_machine_keeps_what_the_model_promises(acts in proptest::collection::vec(act(), 20..40)) {
        let mut trial = Trial::new();
        // What was there before anybody watched is nobody's drift.
        trial.step(&Act::Watch(Crash::Never));
        for act in &acts {
            trial.step(act);
        }
        trial.end();
    }
}
