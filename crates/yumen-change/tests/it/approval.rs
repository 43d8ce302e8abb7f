//! Leave to change something, against people who can write whatever they like into the store.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;
use jiff::{SignedDuration, Timestamp};
use ml_dsa::{Keypair as _, MlDsa44};
use yumen_baseline::{EnvironmentKind, ItemId};
use yumen_change::{
    Approved, Basis, Begun, Change, Class, Decision, Direction, Effect, FindingName, Origin, Phase,
    Policy, Proposal, Run, Verdict, YUMEN, statement,
};
use yumen_cloud::{CloudEdit, Id};
use yumen_ledger::{Algorithm, VerifierKey};
use yumen_reach::Delta;

const LEDGER: &str = "yumen.test/ledger";
const NOW: &str = "2026-11-25T12:00:00Z";

/// Both keys of somebody.
struct Keys {
    ed25519: ed25519_dalek::SigningKey,
    ml_dsa: ml_dsa::SigningKey<MlDsa44>,
    vkeys: [String; 2],
}

impl Keys {
    fn new(name: &str, seed: u8) -> Self {
        let ed25519 = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
        let ml_dsa = ml_dsa::SigningKey::<MlDsa44>::from_seed(&ml_dsa::B32::from([seed; 32]));
        let vkey =
            |algorithm, key: &[u8]| VerifierKey::new(name, algorithm, key).unwrap().to_vkey();
        let vkeys = [
            vkey(Algorithm::Ed25519, ed25519.verifying_key().as_bytes()),
            vkey(Algorithm::MlDsa44, &ml_dsa.verifying_key().encode()),
        ];
        Self {
            ed25519,
            ml_dsa,
            vkeys,
        }
    }

    fn sign(&self, statement: &[u8]) -> BTreeMap<String, String> {
        let quantum = self.ml_dsa.expanded_key();
        let quantum = quantum.sign_deterministic(statement, &[]).unwrap();
        let [today, later] = self.vkeys.clone();
        BTreeMap::from([
            (
                today,
                STANDARD.encode(self.ed25519.sign(statement).to_bytes()),
            ),
            (later, STANDARD.encode(quantum.encode())),
        ])
    }
}

/// The people of the tests: who they are, their keys, and what decides.
struct Team {
    keys: BTreeMap<&'static str, Keys>,
    policy: Policy,
}

impl Team {
    fn new(more: &str) -> Self {
        let mut keys = BTreeMap::new();
        let mut text = String::new();
        for (seed, (name, roles)) in [
            ("li", "operator"),
            ("chen", "operator"),
            ("wang", "approver"),
            ("zhao", "approver"),
            ("both", "both"),
            ("zhou", "oncall"),
        ]
        .into_iter()
        .enumerate()
        {
            let own = Keys::new(name, u8::try_from(seed).unwrap() + 1);
            let roles = match roles {
                "both" => "[\"operator\", \"approver\"]".to_owned(),
                one => format!("[{one:?}]"),
            };
            let vkeys = &own.vkeys;
            text.push_str(&format!(
                "[people.{name}]\nkey = {vkeys:?}\nroles = {roles}\n"
            ));
            keys.insert(name, own);
        }
        let (policy, problems) = Policy::parse("yumen.toml", &format!("{text}{more}"));
        assert!(problems.is_empty(), "{problems:?}");
        Self { keys, policy }
    }

    fn basis(&self) -> Basis<'_> {
        let now = NOW.parse().unwrap();
        Basis {
            ledger: LEDGER,
            policy: &self.policy,
            now,
            clock: now,
        }
    }

    fn signed(&self, who: &str, mut proposal: Proposal) -> Proposal {
        let text = statement(
            LEDGER,
            "propose",
            &proposal,
            who,
            &proposal.reason,
            proposal.signed_at,
        );
        proposal.signatures = self.keys[who].sign(&text.unwrap());
        proposal
    }

    fn decision(&self, who: &str, keys: &Keys, proposal: &Proposal) -> Decision {
        let at = signed_at();
        let text = statement(LEDGER, "approve", proposal, who, "yes", at).unwrap();
        Decision {
            change: proposal.number,
            person: who.to_owned(),
            comment: "yes".to_owned(),
            signed_at: at,
            signatures: keys.sign(&text),
        }
    }

    /// A change with the approvals of some people.
    fn change(&self, proposal: Proposal, approvers: &[&str]) -> Change {
        let decisions = approvers
            .iter()
            .map(|who| {
                let decision = self.decision(who, &self.keys[who], &proposal);
                (Verdict::Approve, decision)
            })
            .collect();
        Change {
            proposal,
            proposed_at: NOW.parse().unwrap(),
            decisions,
            phase: Phase::Open,
            applied_at: None,
            applied_by: None,
            undone_at: None,
            reviewed_by: None,
        }
    }

    /// Why `li` may not apply a change; nothing if it may be.
    fn refusals(&self, change: &Change, judged: &Effect) -> Vec<String> {
        self.refusals_of("li", change, judged, self.basis())
    }

    fn refusals_of(
        &self,
        person: &str,
        change: &Change,
        judged: &Effect,
        basis: Basis<'_>,
    ) -> Vec<String> {
        match Approved::check(change, person, judged, basis) {
            Ok(_) => Vec::new(),
            Err(refused) => refused
                .reasons
                .iter()
                .map(|one| one.id.to_string())
                .collect(),
        }
    }
}

fn signed_at() -> i64 {
    NOW.parse::<Timestamp>().unwrap().as_millisecond()
}

pub(crate) fn effect(class: Class) -> Effect {
    Effect {
        delta: Delta::default(),
        class,
        score: (50, 60),
        hundredths: (100, 100),
        found: Vec::new(),
        solved: Vec::new(),
        forbidden: Vec::new(),
        cut: Vec::new(),
        environments: BTreeSet::from([EnvironmentKind::Production]),
        entered: BTreeSet::new(),
    }
}

/// What breaks a mandatory item.
pub(crate) fn breaking() -> Effect {
    Effect {
        forbidden: vec![FindingName {
            item: ItemId("EXP-01"),
            resource: "sg-1".to_owned(),
        }],
        ..effect(Class::Forbidden)
    }
}

fn proposal(class: Class) -> Proposal {
    Proposal {
        number: 1,
        account: "1234".to_owned(),
        proposer: "li".to_owned(),
        reason: "because".to_owned(),
        origin: Origin::Edits,
        edits: vec![removal("sgr-1")],
        base: "b".repeat(64),
        class,
        score: (50, 60),
        hundredths: (100, 100),
        interfaces: 0,
        found: Vec::new(),
        solved: Vec::new(),
        forbidden: Vec::new(),
        cut: Vec::new(),
        environments: BTreeSet::from([EnvironmentKind::Production]),
        entered: BTreeSet::new(),
        until: None,
        emergency: false,
        signed_at: signed_at(),
        signatures: BTreeMap::new(),
    }
}

fn removal(rule: &str) -> CloudEdit {
    CloudEdit::RemoveRule {
        group: Id::from("sg-1"),
        rule: Id::from(rule),
    }
}

/// Makes another proposal of one.
type Alter = fn(&mut Proposal);

#[test]
fn an_approval_is_of_one_change_with_its_edits_base_account_and_ledger() {
    let team = Team::new("");
    let judged = effect(Class::Tightening);
    let proposal = team.signed("li", proposal(Class::Tightening));
    let change = team.change(proposal.clone(), &["wang"]);
    assert_eq!(team.refusals(&change, &judged), [""; 0]);

    // The proposer's own signature is made anew each time: only the approval is an old one.
    let alter: [(&str, Alter); 7] = [
        ("number", |one| one.number = 2),
        ("edits", |one| one.edits = vec![removal("sgr-2")]),
        ("more edits", |one| one.edits.push(removal("sgr-2"))),
        ("base", |one| one.base = "c".repeat(64)),
        ("account", |one| one.account = "5678".to_owned()),
        ("end", |one| {
            one.until = Some("2099-01-01T00:00:00Z".parse().unwrap())
        }),
        ("origin", |one| one.origin = Origin::Undo(7)),
    ];
    for (what, alter) in alter {
        let mut other = proposal.clone();
        alter(&mut other);
        let mut replayed = change.clone();
        replayed.proposal = team.signed("li", other);
        let refusals = team.refusals(&replayed, &judged);
        assert!(
            refusals.contains(&"approval-bad-signature".to_owned()),
            "{what}: {refusals:?}"
        );
    }
    let elsewhere = Basis {
        ledger: "other.test/ledger",
        ..team.basis()
    };
    let refusals = team.refusals_of("li", &change, &judged, elsewhere);
    assert!(refusals.contains(&"approval-bad-signature".to_owned()));

    // Words of the person are signed too, and so is which way the person decided.
    let mut reworded = change.clone();
    reworded.decisions[0].1.comment = "yes, and more".to_owned();
    assert!(!team.refusals(&reworded, &judged).is_empty());
    let at = signed_at();
    let text = statement(LEDGER, "reject", &change.proposal, "wang", "yes", at).unwrap();
    let mut turned = change.clone();
    turned.decisions[0].1.signatures = team.keys["wang"].sign(&text);
    assert!(!team.refusals(&turned, &judged).is_empty());
}

#[test]
fn both_signatures_are_needed_and_neither_may_be_anothers() {
    let team = Team::new("");
    let judged = effect(Class::Tightening);
    let proposal = team.signed("li", proposal(Class::Tightening));
    let change = team.change(proposal.clone(), &["wang"]);
    for vkey in &team.keys["wang"].vkeys {
        let mut without = change.clone();
        without.decisions[0].1.signatures.remove(vkey);
        let refusals = team.refusals(&without, &judged);
        assert!(refusals.contains(&"approval-bad-signature".to_owned()));

        let mut wrong = change.clone();
        let zeros = STANDARD.encode([0; 2420]);
        wrong.decisions[0].1.signatures.insert(vkey.clone(), zeros);
        let refusals = team.refusals(&wrong, &judged);
        assert!(refusals.contains(&"approval-bad-signature".to_owned()));
    }
    for vkey in &team.keys["li"].vkeys {
        let mut unsigned = change.clone();
        unsigned.proposal.signatures.remove(vkey);
        let refusals = team.refusals(&unsigned, &judged);
        assert!(refusals.contains(&"approval-bad-signature".to_owned()));
    }
    // Somebody else signs in the name of wang, with keys that claim to be wang's.
    let mallory = Keys::new("wang", 99);
    let mut forged = team.change(proposal.clone(), &[]);
    let decision = team.decision("wang", &mallory, &proposal);
    forged.decisions.push((Verdict::Approve, decision));
    let refusals = team.refusals(&forged, &judged);
    assert!(refusals.contains(&"approval-bad-signature".to_owned()));
    // Or in the name of somebody whom nobody declared.
    let mut nobody = team.change(proposal.clone(), &[]);
    let decision = team.decision("mallory", &mallory, &proposal);
    nobody.decisions.push((Verdict::Approve, decision));
    let refusals = team.refusals(&nobody, &judged);
    assert!(refusals.contains(&"approval-nobody".to_owned()));
}

#[test]
fn one_person_with_two_keys_is_one_person() {
    let mut team = Team::new("");
    let second = Keys::new("wang", 77);
    let wang = team.policy.people.get_mut("wang").unwrap();
    wang.keys.extend(second.vkeys.clone());
    let judged = effect(Class::WideningInternet);
    let proposal = team.signed("li", proposal(Class::WideningInternet));
    let mut change = team.change(proposal.clone(), &["wang"]);
    let again = team.decision("wang", &second, &proposal);
    change.decisions.push((Verdict::Approve, again));
    assert_eq!(team.refusals(&change, &judged), ["policy-approvals"]);
    let two = team.change(proposal, &["wang", "zhao"]);
    assert_eq!(team.refusals(&two, &judged), [""; 0]);
}

#[test]
fn nobody_decides_alone_not_even_what_yumen_is_said_to_have_proposed() {
    let team = Team::new("");
    let judged = effect(Class::Tightening);
    let mut own = proposal(Class::Tightening);
    own.proposer = "both".to_owned();
    let own = team.change(team.signed("both", own), &["both"]);
    let refusals = team.refusals_of("both", &own, &judged, team.basis());
    assert_eq!(refusals, ["policy-approvals"]);

    // Nobody signs for Yumen: whoever writes such a proposal must not be enough for the rest.
    let mut of_yumen = proposal(Class::Tightening);
    of_yumen.proposer = YUMEN.to_owned();
    let change = team.change(of_yumen, &["both"]);
    let refusals = team.refusals_of("both", &change, &judged, team.basis());
    assert_eq!(refusals, ["policy-approvals"]);
    assert_eq!(team.refusals(&change, &judged), [""; 0]);

    // And nobody can be called so.
    let (_, problems) = Policy::parse("yumen.toml", "[people.yumen]\nkey = []\nroles = []\n");
    let told = |id: &str| problems.iter().any(|one| one.message.id == id);
    assert!(told("policy-name-yumen"), "{problems:?}");
}

#[test]
fn what_is_forbidden_passes_with_no_approvals_at_all() {
    let team = Team::new("");
    let everybody = ["wang", "zhao", "both"];
    for told in [Class::Tightening, Class::WideningInternet, Class::Forbidden] {
        let proposal = team.signed("li", proposal(told));
        let change = team.change(proposal, &everybody);
        let refusals = team.refusals(&change, &breaking());
        assert_eq!(refusals.last().unwrap(), "change-forbidden");
    }
    let proposal = team.signed("li", proposal(Class::Forbidden));
    let change = team.change(proposal, &everybody);
    let refusals = team.refusals(&change, &effect(Class::Tightening));
    assert_eq!(refusals.last().unwrap(), "change-forbidden");
}

#[test]
fn what_a_proposal_says_of_itself_decides_nothing() {
    let team = Team::new("");
    let proposal = team.signed("li", proposal(Class::Tightening));
    let change = team.change(proposal, &["wang", "zhao"]);
    let honest = effect(Class::Tightening);
    assert_eq!(team.refusals(&change, &honest), [""; 0]);
    let others = [
        effect(Class::WideningInternet),
        Effect {
            environments: BTreeSet::from([EnvironmentKind::Test]),
            ..honest.clone()
        },
        Effect {
            entered: BTreeSet::from(["zone:data".to_owned()]),
            ..honest.clone()
        },
        Effect {
            cut: vec!["always a <- b".to_owned()],
            ..honest
        },
    ];
    for judged in others {
        assert_eq!(team.refusals(&change, &judged), ["change-told-otherwise"]);
    }
}

#[test]
fn containment_is_what_it_does_and_not_what_it_is_called() {
    let team = Team::new("");
    let mut forged = proposal(Class::Tightening);
    forged.proposer = YUMEN.to_owned();
    forged.origin = Origin::Containment(1);
    let change = team.change(forged, &[]);
    let closes = effect(Class::Tightening);
    let leave = |change: &Change, person: &str, effect: &Effect, reversed: &Effect| {
        Approved::containment(change, person, effect, reversed, team.basis()).is_ok()
    };
    assert!(leave(&change, YUMEN, &closes, &breaking()));
    assert!(leave(&change, "li", &closes, &breaking()));
    // Whoever may not apply changes may not apply this one.
    assert!(!leave(&change, "wang", &closes, &breaking()));
    assert!(!leave(&change, "mallory", &closes, &breaking()));
    // It closes something that breaks nothing.
    let harmless = effect(Class::WideningInternet);
    assert!(!leave(&change, YUMEN, &closes, &harmless));
    for class in [
        Class::Neutral,
        Class::WideningInside,
        Class::WideningInternet,
        Class::Forbidden,
    ] {
        assert!(!leave(&change, YUMEN, &effect(class), &breaking()));
    }
    let cuts = Effect {
        cut: vec!["always a <- b".to_owned()],
        ..closes.clone()
    };
    assert!(!leave(&change, YUMEN, &cuts, &breaking()));
    let mut by_li = change.clone();
    by_li.proposal.proposer = "li".to_owned();
    assert!(!leave(&by_li, YUMEN, &closes, &breaking()));
    let mut called_otherwise = change;
    called_otherwise.proposal.origin = Origin::Edits;
    assert!(!leave(&called_otherwise, YUMEN, &closes, &breaking()));
}

#[test]
fn undoing_opens_nothing_unless_people_agreed_to_the_change() {
    let team = Team::new("");
    let now: Timestamp = NOW.parse().unwrap();
    let judged = effect(Class::Tightening);
    let mut temporary = proposal(Class::Tightening);
    temporary.until = Some(now - SignedDuration::from_hours(1));
    let temporary = team.signed("li", temporary);
    let mut agreed = team.change(temporary.clone(), &["wang"]);
    agreed.phase = Phase::Applied("a".repeat(64));
    let mut forged = team.change(temporary, &[]);
    forged.phase = Phase::Applied("a".repeat(64));
    let leave = |change: &Change, judged: Option<&Effect>, back: Class| {
        let back = match back {
            Class::Forbidden => breaking(),
            class => effect(class),
        };
        Approved::undo(change, YUMEN, judged, &back, team.basis()).is_ok()
    };
    assert!(leave(&agreed, Some(&judged), Class::WideningInternet));
    assert!(!leave(&agreed, Some(&judged), Class::Forbidden));
    assert!(!leave(&agreed, None, Class::WideningInternet));
    assert!(!leave(&forged, Some(&judged), Class::WideningInternet));
    assert!(!leave(&forged, Some(&judged), Class::WideningInside));
    assert!(leave(&forged, Some(&judged), Class::Tightening));

    // A plan in the name of Yumen that somebody wrote into the ledger.
    let begun = Begun {
        change: 1,
        direction: Direction::Back,
        base: "b".repeat(64),
        steps: vec![removal("sgr-9")],
        person: YUMEN.to_owned(),
        approvers: vec!["wang".to_owned()],
    };
    forged.phase = Phase::Applying(Run {
        begun,
        done: 0,
        in_doubt: false,
    });
    assert!(!leave(&forged, Some(&judged), Class::WideningInternet));
}

#[test]
fn neither_a_clock_set_back_nor_an_entry_of_a_later_day_opens_a_freeze() {
    let team = Team::new(
        "[change]\n[[change.freeze]]\nfrom = 2026-11-20\nuntil = 2026-11-30\nreason = \"sale\"\n\
         strict = true\n",
    );
    let judged = effect(Class::Tightening);
    let proposal = team.signed("li", proposal(Class::Tightening));
    let change = team.change(proposal, &["wang"]);
    let within: Timestamp = NOW.parse().unwrap();
    let before: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
    let after: Timestamp = "2026-12-10T12:00:00Z".parse().unwrap();
    for (now, clock, expected) in [
        (within, within, vec!["policy-freeze"]),
        (within, before, vec!["policy-freeze"]),
        (after, within, vec!["policy-freeze"]),
        (after, after, vec![]),
    ] {
        let basis = Basis {
            now,
            clock,
            ..team.basis()
        };
        let refusals = team.refusals_of("li", &change, &judged, basis);
        assert_eq!(refusals, expected, "{now} {clock}");
    }
    let early = Basis {
        now: before,
        clock: before,
        ..team.basis()
    };
    let refusals = team.refusals_of("li", &change, &judged, early);
    assert!(refusals.contains(&"approval-from-the-future".to_owned()));
}

#[test]
fn an_emergency_ends_by_itself() {
    let team = Team::new("[change]\nemergency_hours = 4\n");
    let judged = effect(Class::WideningInternet);
    let now: Timestamp = NOW.parse().unwrap();
    for (hours, expected) in [
        (None, vec!["approval-emergency-end"]),
        (Some(5), vec!["approval-emergency-end"]),
        (Some(4), vec![]),
    ] {
        let mut hasty = proposal(Class::WideningInternet);
        hasty.proposer = "zhou".to_owned();
        hasty.emergency = true;
        hasty.until = hours.map(|hours| now + SignedDuration::from_hours(hours));
        let change = team.change(team.signed("zhou", hasty), &[]);
        let refusals = team.refusals_of("zhou", &change, &judged, team.basis());
        assert_eq!(refusals, expected);
        // Nobody else calls it an emergency in the name of zhou.
        let mut forged = change.clone();
        forged.proposal.signatures.clear();
        assert!(
            !team
                .refusals_of("zhou", &forged, &judged, team.basis())
                .is_empty()
        );
    }
}
