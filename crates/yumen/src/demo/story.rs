//! The story behind the demo's audit: a change from proposal to proof, and what happens to one that
//! nobody approved.
//!
//! Nothing is played: keys sign, the simulated cloud is changed over the wire, the watch finds out
//! by its own means. The state stays on the disk, for every command to look at.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::SignedDuration;
use yumen_aliyun::client::{Client, Clock};
use yumen_aliyun::credentials::Provider;
use yumen_aliyun::edit::{carry_out, new_token};
use yumen_baseline::{ItemId, Subject, fixes};
use yumen_change::{Event, Number, Origin, Phase, Verdict, YUMEN};
use yumen_cloud::{
    Action, CloudEdit, Direction, Id, Peer, PortMatch, ProtocolMatch, Rule, Snapshot,
};
use yumen_cloudlab::DEMO_SETTINGS;
use yumen_diagnostics::{Message, Place};
use yumen_ledger::{Trust, verify};
use yumen_operations::{
    Cause, Counted, Desk, Ground, HappeningKind, Live, Outlook, Person, Watch, Wish,
};
use yumen_report::{Report, changes};
use yumen_store::{ExportFolder, Identity, Location, Notary, Options, RealDisk, Store};
use yumen_synthesis::{RestoreScope, restore};

use crate::failure::Failure;
use crate::govern::office::{read_account, store_failure};
use crate::live::Access;
use crate::shell::Shell;

/// What the story is told with.
pub(super) struct Cast<'a> {
    /// Where the state is kept
    pub(super) folder: PathBuf,
    /// The way to the cloud
    pub(super) access: &'a Access,
    /// The access key of those who do it right: id, then secret
    pub(super) key: (&'a str, &'a str),
    /// The access key of somebody in a hurry
    pub(super) hasty: (&'a str, &'a str),
    /// The day on which it plays
    pub(super) clock: Arc<dyn Clock>,
}

impl Cast<'_> {
    fn client(&self, (id, secret): (&str, &str)) -> Client {
        self.access.client(Provider::fixed(id, secret, None))
    }
}

/// The ledger's name.
const ORIGIN: &str = "yumen.demo/ledger";

/// Who is who, and what they may do.
const PEOPLE: [(&str, &str); 3] = [
    ("li", "[\"operator\"]"),
    ("wang", "[\"approver\"]"),
    ("zhao", "[\"approver\"]"),
];

/// What the watch does in the story.
const WATCH: &str = "[watch]\nproduction = \"enforce\"\ntest = \"enforce\"\n";

/// Items whose findings the first change closes: remote desktop and databases open to the world.
const FIRST: [ItemId; 2] = [ItemId("EXP-04"), ItemId("EXP-06")];

/// How long the watch may take before the story goes on without it.
const PATIENCE: SignedDuration = SignedDuration::from_secs(60);

/// Where a folder of the state lies beside that of the demo.
pub(super) fn folder_beside(directory: &Path) -> PathBuf {
    let mut name = directory.as_os_str().to_owned();
    name.push("-state");
    PathBuf::from(name)
}

/// Tells the story.
pub(super) fn tell(shell: &Shell, cast: &Cast<'_>) -> Result<(), Failure> {
    let mut story = Story::begin(shell, cast)?;
    story.record()?;
    let fix = story.propose_fix()?;
    story.approve(fix)?;
    let before = story.live.snapshot().clone();
    story.apply(fix)?;
    story.somebody_opens_everything()?;
    story.take_the_rest_back()?;
    story.back(&before)?;
    story.prove()?;
    story.end()
}

struct Story<'s> {
    shell: &'s Shell,
    folder: PathBuf,
    desk: Desk,
    live: Live,
    cast: &'s Cast<'s>,
    people: Vec<Person>,
    ledger: Identity,
    step: usize,
}

impl<'s> Story<'s> {
    fn begin(shell: &'s Shell, cast: &'s Cast<'s>) -> Result<Self, Failure> {
        let folder = cast.folder.clone();
        if folder.join(MARK).is_file() {
            fs::remove_dir_all(&folder).map_err(|error| Failure::File(folder.clone(), error))?;
        } else if folder.exists() {
            let message =
                Message::new("demo-not-ours").with("folder", folder.display().to_string());
            return Err(Failure::Input(message));
        }
        let keys = folder.join("keys");
        let file = |error| Failure::File(folder.clone(), error);
        fs::create_dir_all(&keys).map_err(file)?;
        fs::write(folder.join(MARK), "").map_err(file)?;
        fs::write(keys.join("origin"), format!("{ORIGIN}\n")).map_err(file)?;
        let ledger = Identity::generate(&RealDisk, &keys.join("ledger.pem"), ORIGIN, None);
        let ledger = ledger.map_err(store_failure)?;
        let mut settings = format!("{DEMO_SETTINGS}\n{WATCH}");
        let mut people = Vec::new();
        for (name, roles) in PEOPLE {
            let path = folder.join("people").join(format!("{name}.pem"));
            let identity = Identity::generate(&RealDisk, &path, name, None);
            let identity = identity.map_err(store_failure)?;
            settings.push_str(&format!(
                "\n[people.{name}]\nkey = {:?}\nroles = {roles}\n",
                identity.vkeys()
            ));
            people.push(Person::new(name, identity));
        }
        let config = folder.join("yumen.toml");
        fs::write(&config, settings).map_err(file)?;
        let options = Options {
            origin: Some(ORIGIN.to_owned()),
            notary: Some(Notary {
                signers: ledger.signers(),
                folder: keys,
                disk: Arc::new(RealDisk),
            }),
            is_read_only: false,
        };
        let location = Location::Sqlite(folder.join("yumen.db"));
        let store = Store::open(&location, options).map_err(store_failure)?;
        let client = cast.client(cast.key);
        Ok(Self {
            shell,
            desk: Desk::new(
                Arc::new(store),
                Arc::new(Ground::read(Some(&config), None)?),
                Arc::clone(&cast.clock),
            ),
            live: read_account(client, None)?,
            cast,
            people,
            ledger,
            folder,
            step: 0,
        })
    }

    /// Says the heading of the next step.
    fn heading(&mut self, message: &Message) -> Result<(), Failure> {
        self.step += 1;
        let said = self.shell.words.say(message);
        let line = self.shell.paint.strong(&format!("{}  {said}", self.step));
        self.shell.print(&format!("\n{line}\n"))
    }

    /// Says something below the heading.
    fn line(&self, message: &Message) -> Result<(), Failure> {
        let said = self.shell.words.say(message);
        let lines = yumen_report::flow(&said, 96);
        let text: String = lines.iter().map(|line| format!("   {line}\n")).collect();
        self.shell.print(&text)
    }

    /// The first lines of what a change would do.
    fn outlook(&self, outlook: &Outlook, edits: &[CloudEdit]) -> Result<(), Failure> {
        let text = changes::headline(&outlook.effect, edits, &self.shell.words, self.shell.paint);
        let text: String = text.lines().map(|line| format!("   {line}\n")).collect();
        self.shell.print(&text)
    }

    fn person(&self, name: &str) -> Result<&Person, Failure> {
        let found = self.people.iter().find(|person| person.name == name);
        found.ok_or_else(|| Failure::Input(Message::new("person-several")))
    }

    fn record(&mut self) -> Result<(), Failure> {
        let report = self.desk.judge(self.live.snapshot())?;
        self.desk
            .record(YUMEN, &self.live, &report, &Cause::new("found"))?;
        self.shell.print("\n")?;
        let title = self.shell.words.text("story-title");
        self.shell
            .print(&format!("{}\n", self.shell.paint.strong(&title)))?;
        self.heading(&Message::new("story-recorded"))?;
        self.line(&Message::new("story-recorded-how").with("score", u64::from(report.score.value)))
    }

    fn propose_fix(&mut self) -> Result<Number, Failure> {
        let report = self.desk.judge(self.live.snapshot())?;
        let planned = fixes(&report.estate(), &report.judgement, Some(&FIRST))?;
        let made = planned
            .proposals
            .into_iter()
            .filter_map(|one| one.outcome.ok());
        let edits: Vec<CloudEdit> = made.flat_map(|fix| fix.edits).collect();
        self.heading(&Message::new("story-proposed"))?;
        let names = FIRST.iter().map(ToString::to_string).collect();
        let reason = self.shell.words.text("story-reason-fix");
        self.propose(edits, Origin::Fix(names), reason)
    }

    fn propose(
        &self,
        edits: Vec<CloudEdit>,
        origin: Origin,
        reason: String,
    ) -> Result<Number, Failure> {
        let base = self.live.snapshot();
        let outlook = self.desk.outlook(base, &edits)?;
        self.outlook(&outlook, &edits)?;
        let wish = Wish {
            edits,
            origin,
            reason,
            until: None,
            emergency: false,
        };
        let account = self.live.account();
        Ok(self
            .desk
            .propose(self.person("li")?, account, base, &wish, &outlook)?)
    }

    /// Lets approvers sign until it is enough, and tells what was missing before.
    fn approve(&mut self, number: Number) -> Result<(), Failure> {
        self.heading(&Message::new("story-approved").with("number", u64::from(number)))?;
        self.sign(number)
    }

    fn sign(&self, number: Number) -> Result<(), Failure> {
        for name in ["wang", "zhao"] {
            let Counted::Missing(reasons) = self.desk.counted("li", number)? else {
                break;
            };
            for reason in &reasons {
                self.line(reason)?;
            }
            let comment = self.shell.words.text("story-comment");
            self.desk
                .decide(self.person(name)?, Verdict::Approve, number, &comment)?;
            self.line(&Message::new("story-signed").with("person", name))?;
        }
        Ok(())
    }

    fn apply(&mut self, number: Number) -> Result<(), Failure> {
        let done = self.desk.apply("li", &mut self.live, number, &mut |_| {})?;
        self.heading(
            &Message::new("story-applied")
                .with("number", u64::from(number))
                .with("steps", done.steps),
        )?;
        self.line(&Message::new("story-applied-how"))
    }

    fn somebody_opens_everything(&mut self) -> Result<(), Failure> {
        let mut watch = Watch::new(self.desk.clone(), self.fresh()?)?;
        watch.round()?;
        let snapshot = watch.last().topology().snapshot().clone();
        let Some((machine, group)) = reached(watch.last()) else {
            return Ok(());
        };
        self.heading(&Message::new("story-opened").with("machine", machine.as_str()))?;
        let hasty = self.cast.client(self.cast.hasty);
        carry_out(&hasty, &snapshot, &everything(&group), &new_token(), false)
            .map_err(yumen_operations::Failure::Unsendable)?;
        let opened = self.desk.clock.now();
        let contained = loop {
            let happened = watch.round()?;
            let found = happened
                .iter()
                .find(|one| one.kind == HappeningKind::Contained);
            if let Some(found) = found {
                break Some(found.clone());
            }
            if self.desk.clock.now().duration_since(opened) > PATIENCE {
                break None;
            }
            self.desk.clock.sleep(watch.pause());
        };
        let Some(happening) = contained else {
            return self.line(&Message::new("story-not-contained"));
        };
        let elapsed = happening.at.duration_since(opened);
        let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or_default();
        self.line(&Message::new("story-contained").with("milliseconds", milliseconds))?;
        for line in &happening.lines {
            self.line(line)?;
        }
        self.who_opened(happening.number)?;
        self.live = self.fresh()?;
        Ok(())
    }

    /// Who did it, from the ledger.
    fn who_opened(&self, drift: u32) -> Result<(), Failure> {
        let key = drift.to_string();
        let entries = self
            .desk
            .store
            .by_key("drift", &key)
            .map_err(store_failure)?;
        for (_, entry) in &entries {
            if let (_, Event::Drifted(drifted)) = self.desk.event(entry)?
                && let Some(who) = &drifted.who
            {
                let message = Message::new("story-who")
                    .with("user", who.user.as_str())
                    .with("address", who.address.as_str())
                    .with("action", who.action.as_str());
                self.line(&message)?;
            }
        }
        Ok(())
    }

    /// What the containment left is taken back as a change like any other.
    fn take_the_rest_back(&mut self) -> Result<(), Failure> {
        let register = self.desk.standing()?.register;
        let rest = register.changes().rev().find(|change| {
            change.phase == Phase::Open && matches!(change.proposal.origin, Origin::Rollback(_))
        });
        let Some(change) = rest else {
            return Ok(());
        };
        let number = change.proposal.number;
        self.heading(&Message::new("story-rest").with("number", u64::from(number)))?;
        self.sign(number)?;
        let done = self.desk.apply("li", &mut self.live, number, &mut |_| {})?;
        self.line(
            &Message::new("story-rest-done")
                .with("number", u64::from(number))
                .with("steps", done.steps),
        )
    }

    /// All the way back to the version before the fix: refused.
    fn back(&mut self, before: &Snapshot) -> Result<(), Failure> {
        self.heading(&Message::new("story-back"))?;
        let whole = restore(self.live.snapshot(), before, &RestoreScope::Whole);
        let outlook = self.desk.outlook(self.live.snapshot(), &whole.edits)?;
        self.outlook(&outlook, &whole.edits)?;
        self.line(&Message::new("story-back-refused"))
    }

    /// Verifies an export of the ledger, then a copy of it in which one byte differs.
    fn prove(&mut self) -> Result<(), Failure> {
        let export = self.folder.join("export");
        let store = &self.desk.store;
        store.export(&export, &RealDisk).map_err(store_failure)?;
        let keys = self.ledger.verifier_keys();
        let trust = Trust {
            keys: &keys,
            policy: None,
            now: u64::try_from(self.desk.clock.now().as_second()).unwrap_or_default(),
        };
        let source = ExportFolder::new(&export);
        let verified = verify(&source, &trust, None, &mut |_| {});
        let verified = verified.map_err(|fault| Failure::Input(fault.message))?;
        let size = verified.size();
        self.heading(&Message::new("story-verified").with("entries", size))?;
        self.line(&Message::new("story-verified-how"))?;
        let path = last_bundle(&export)?;
        let file = |error| Failure::File(path.clone(), error);
        let good = fs::read(&path).map_err(file)?;
        let mut bad = good.clone();
        if let Some(byte) = bad.last_mut() {
            *byte ^= 1;
        }
        fs::write(&path, &bad).map_err(file)?;
        let found = verify(&source, &trust, None, &mut |_| {}).is_err();
        fs::write(&path, &good).map_err(file)?;
        let id = if found {
            "story-tampered"
        } else {
            "story-tampered-unseen"
        };
        self.line(&Message::new(id))
    }

    fn end(&self) -> Result<(), Failure> {
        let state = self.folder.display().to_string();
        let message = Message::new("story-end").with("state", state);
        self.shell
            .print(&format!("\n{}\n", self.shell.words.say(&message)))
    }

    /// The account, read anew.
    fn fresh(&self) -> Result<Live, Failure> {
        read_account(self.cast.client(self.cast.key), None)
    }
}

/// What makes a folder one of the demo's, which the next demo may replace.
const MARK: &str = "demo";

/// The file of the last entries of an export.
fn last_bundle(export: &Path) -> Result<PathBuf, Failure> {
    let entries = export.join("tile/entries");
    let listed = fs::read_dir(&entries).map_err(|error| Failure::File(entries.clone(), error))?;
    let mut found: Vec<PathBuf> = listed.flatten().map(|file| file.path()).collect();
    found.sort();
    match found.pop() {
        Some(folder) if folder.is_dir() => {
            let inner = fs::read_dir(&folder).map_err(|error| Failure::File(folder, error))?;
            let last = inner.flatten().map(|file| file.path()).max();
            Ok(last.unwrap_or(entries))
        }
        Some(file) => Ok(file),
        None => Ok(entries),
    }
}

/// A machine that the Internet has a way to and that is not wide open yet, and its first group.
fn reached(report: &Report) -> Option<(String, Id)> {
    let topology = report.topology();
    let snapshot = topology.snapshot();
    let open = report.judgement.item(WIDE_OPEN)?;
    let open: Vec<&Subject> = open
        .outcome
        .findings
        .iter()
        .map(|one| &one.subject)
        .collect();
    topology.indices().find_map(|index| {
        let interface = &topology.endpoint(index).interface;
        let is_public = interface.private.iter().any(|one| one.public.is_some());
        if !is_public || open.contains(&&Subject::Interface(index)) {
            return None;
        }
        let instance = snapshot.instances.get(interface.instance.as_ref()?)?;
        Some((instance.name.clone(), interface.groups.first()?.clone()))
    })
}

/// Nearly every port open to the Internet.
const WIDE_OPEN: ItemId = ItemId("EXP-01");

/// Every port of everything, to everybody.
fn everything(group: &Id) -> CloudEdit {
    CloudEdit::AddRule {
        group: group.clone(),
        rule: Rule {
            id: Id::from("new"),
            direction: Direction::Ingress,
            action: Action::Accept,
            priority: 1,
            protocol: ProtocolMatch::All,
            ports: PortMatch::Any,
            source_ports: PortMatch::Any,
            peer: Peer::Network(ipnet::IpNet::V4(ipnet::Ipv4Net::default())),
            local: None,
            uncertain: false,
            description: "just for a test".to_owned(),
            created_at: None,
            place: Place::default(),
        },
    }
}
