//! `yumen watch`: the daemon that sees what changes and takes back what nobody approved.

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::ArgMatches;
use jiff::Timestamp;
use yumen_aliyun::follow::Following;
use yumen_diagnostics::Message;
use yumen_operations::{
    Daily, Desk, Happening, HappeningKind, HttpServer, Notices, Reply, Watch, signal,
};
use yumen_store::{Holder, Lease, Store, StoreError};

use crate::failure::Failure;
use crate::govern::office::{self, said, store_failure};
use crate::locale;
use crate::shell::{Shell, complain};

/// The lease that only one watch of an account holds.
const LEASE_MILLISECONDS: i64 = 30_000;

/// How long to wait before asking for a lease again, and after a failure.
const PAUSE: Duration = Duration::from_secs(2);

/// How long a signal may wait to be heeded.
const SLICE: Duration = Duration::from_millis(200);

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    // Everything that can be wrong with the settings is told before anything begins.
    let ground = office::ground(matches)?;
    if matches.get_flag("check-config") {
        said(shell, &[Message::new("watch-config-good")])?;
        return Ok(ExitCode::SUCCESS);
    }
    let of_signal = |error| Failure::File("-".into(), error);
    let stop = signal::interrupted().map_err(of_signal)?;
    let reload = signal::hung_up().map_err(of_signal)?;
    let figures = Arc::new(Figures::default());
    let server = health(matches, &figures)?;
    if let Some(server) = &server {
        let ready = Message::new("watch-listens").with("address", server.address().to_string());
        said(shell, &[ready])?;
    }
    let mut desk = office::desk(matches)?;
    let mut live = office::account(matches)?;
    let name = format!("watch/{}", live.account());
    let holder = Holder::own(&host());
    let mut waited = false;
    let mut lease = loop {
        match desk.store.lease(&name, &holder, LEASE_MILLISECONDS, now()) {
            Ok(lease) => break lease,
            Err(StoreError::Held { .. }) if !stop.load(Ordering::SeqCst) => {
                if !waited {
                    said(shell, &[Message::new("watch-waits")])?;
                    // Waiting is what it is there for: a supervisor must not end it for that.
                    notify_supervisor("READY=1");
                }
                waited = true;
                std::thread::sleep(PAUSE);
            }
            Err(StoreError::Held { .. }) => return Ok(ExitCode::SUCCESS),
            Err(error) => return Err(store_failure(error)),
        }
    };
    if waited {
        // What was read before is old by now.
        live = office::account(matches)?;
    }
    let store = Arc::clone(&desk.store);
    let mut notices = Notices::open(
        &ground.channels,
        &locale::texts(),
        Arc::clone(&store),
        desk.clock.now(),
    )?;
    let mut daily = Daily::new(&desk, &office::state(matches).join("reports"))?;
    let mut watch = Watch::new(desk.clone(), live)?;
    let begins = match watch.following() {
        Following::Events => Message::new("watch-follows"),
        Following::Polling { why } => {
            said(shell, std::slice::from_ref(why))?;
            Message::new("watch-polls").with("seconds", u64::from(ground.watch.poll_seconds))
        }
    };
    said(
        shell,
        &[
            begins,
            Message::new("watch-modes")
                .with("production", ground.watch.production.word())
                .with("test", ground.watch.test.word()),
        ],
    )?;
    notify_supervisor("READY=1");
    let once = matches.get_flag("once");
    loop {
        let mut happened = match watch.round() {
            Ok(happened) => {
                figures.good(desk.clock.now());
                happened
            }
            Err(failure) => {
                failed(shell, &figures, &failure);
                std::thread::sleep(PAUSE);
                Vec::new()
            }
        };
        match daily.round(&desk, &mut watch, &shell.words) {
            Ok(checked) => happened.extend(checked),
            Err(failure) => failed(shell, &figures, &failure),
        }
        for one in &happened {
            figures.count(one);
            tell(shell, one)?;
        }
        for lost in notices.round(&happened, desk.clock.now())? {
            complain(&shell.words.say(&lost));
        }
        if once || stop.load(Ordering::SeqCst) {
            break;
        }
        rest(watch.pause(), &stop, &store, &mut lease)?;
        if reload.swap(false, Ordering::SeqCst) {
            match reloaded(matches, &desk, &store) {
                Ok(new) => {
                    (desk, watch, notices, daily) = new;
                    said(shell, &[Message::new("watch-reloaded")])?;
                }
                Err(failure) => {
                    shell.complain(&failure);
                    complain(&shell.words.text("watch-not-reloaded"));
                }
            }
        }
    }
    notify_supervisor("STOPPING=1");
    store.release(lease).map_err(store_failure)?;
    Ok(ExitCode::SUCCESS)
}

/// Everything that hangs on the settings, by the settings as they are now.
fn reloaded(
    matches: &ArgMatches,
    desk: &Desk,
    store: &Arc<Store>,
) -> Result<(Desk, Watch, Notices, Daily), Failure> {
    let ground = Arc::new(office::ground(matches)?);
    let desk = Desk::new(Arc::clone(store), ground, Arc::clone(&desk.clock));
    let notices = Notices::open(
        &desk.ground.channels,
        &locale::texts(),
        Arc::clone(store),
        desk.clock.now(),
    )?;
    let daily = Daily::new(&desk, &office::state(matches).join("reports"))?;
    let watch = Watch::new(desk.clone(), office::account(matches)?)?;
    Ok((desk, watch, notices, daily))
}

/// Waits for the next round: the lease is renewed, and a signal is heeded at once.
fn rest(
    pause: Duration,
    stop: &AtomicBool,
    store: &Store,
    lease: &mut Lease,
) -> Result<(), Failure> {
    let end = Instant::now() + pause;
    loop {
        keep(store, lease)?;
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() || stop.load(Ordering::SeqCst) {
            return Ok(());
        }
        std::thread::sleep(left.min(SLICE));
    }
}

/// Renews the lease when a third of its time has gone.
fn keep(store: &Store, lease: &mut Lease) -> Result<(), Failure> {
    if lease.until() - now() > LEASE_MILLISECONDS * 2 / 3 {
        return Ok(());
    }
    store
        .renew(lease, LEASE_MILLISECONDS, now())
        .map_err(store_failure)
}

/// Says what happened, with the time.
fn tell(shell: &Shell, happening: &Happening) -> Result<(), Failure> {
    let id = match happening.kind {
        HappeningKind::Recorded => "happened-recorded",
        HappeningKind::Proposed => "happened-proposed",
        HappeningKind::Contained => "happened-contained",
        HappeningKind::Escalated => "happened-escalated",
        HappeningKind::Expired => "happened-expired",
        HappeningKind::Failed => "happened-failed",
        HappeningKind::Checked => "happened-checked",
        HappeningKind::Audited => "happened-audited",
    };
    let at = happening.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let messages = [Message::new(id)
        .with("time", at)
        .with("number", u64::from(happening.number))];
    let head = messages.iter().map(|one| shell.words.say(one));
    let rest = happening.lines.iter();
    let rest = rest.map(|one| format!("  {}", shell.words.say(one)));
    let lines: Vec<String> = head.chain(rest).collect();
    shell.print(&(lines.join("\n") + "\n"))
}

/// Says what failed; the next round tries again.
fn failed(shell: &Shell, figures: &Figures, failure: &yumen_operations::Failure) {
    figures.failures.fetch_add(1, Ordering::Relaxed);
    for message in failure.messages() {
        complain(&shell.words.say(&message));
    }
}

/// What health and metrics tell.
#[derive(Default)]
struct Figures {
    rounds: AtomicU64,
    failures: AtomicU64,
    happened: Mutex<std::collections::BTreeMap<&'static str, u64>>,
    last_good: Mutex<Option<Timestamp>>,
}

impl Figures {
    fn good(&self, at: Timestamp) {
        self.rounds.fetch_add(1, Ordering::Relaxed);
        *self
            .last_good
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(at);
    }

    fn count(&self, happening: &Happening) {
        let kind = match happening.kind {
            HappeningKind::Recorded => "recorded",
            HappeningKind::Proposed => "proposed",
            HappeningKind::Contained => "contained",
            HappeningKind::Escalated => "escalated",
            HappeningKind::Expired => "expired",
            HappeningKind::Failed => "failed",
            HappeningKind::Checked => "checked",
            HappeningKind::Audited => "audited",
        };
        let mut happened = self.happened.lock().unwrap_or_else(PoisonError::into_inner);
        *happened.entry(kind).or_default() += 1;
    }

    /// Seconds since the last round that went well; none before the first.
    fn age(&self) -> Option<i64> {
        let last = *self
            .last_good
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        last.map(|at| Timestamp::now().duration_since(at).as_secs())
    }

    /// In the text format of Prometheus.
    fn metrics(&self) -> String {
        let mut text = format!(
            "# HELP yumen_watch_rounds_total Rounds that went well.\n\
             # TYPE yumen_watch_rounds_total counter\n\
             yumen_watch_rounds_total {}\n\
             # HELP yumen_watch_failures_total Rounds that failed and were tried again.\n\
             # TYPE yumen_watch_failures_total counter\n\
             yumen_watch_failures_total {}\n",
            self.rounds.load(Ordering::Relaxed),
            self.failures.load(Ordering::Relaxed),
        );
        if let Some(age) = self.age() {
            text.push_str(&format!(
                "# HELP yumen_watch_last_good_seconds Seconds since the last round that went well.\n\
                 # TYPE yumen_watch_last_good_seconds gauge\n\
                 yumen_watch_last_good_seconds {age}\n"
            ));
        }
        text.push_str(
            "# HELP yumen_watch_happened_total What was seen and done, by kind.\n\
             # TYPE yumen_watch_happened_total counter\n",
        );
        let happened = self.happened.lock().unwrap_or_else(PoisonError::into_inner);
        for (kind, count) in happened.iter() {
            text.push_str(&format!(
                "yumen_watch_happened_total{{kind=\"{kind}\"}} {count}\n"
            ));
        }
        text
    }
}

/// How long ago the last good round may lie, in seconds, before health says so.
const STALE_SECONDS: i64 = 300;

/// Health and metrics, where an address is given.
fn health(matches: &ArgMatches, figures: &Arc<Figures>) -> Result<Option<HttpServer>, Failure> {
    let Some(given) = matches.get_one::<String>("listen") else {
        return Ok(None);
    };
    let address: SocketAddr = given.parse().map_err(|_| {
        Failure::Input(Message::new("failure-address-port").with("value", given.as_str()))
    })?;
    if !address.ip().is_loopback() {
        return Err(Failure::Input(
            Message::new("watch-loopback").with("value", given.as_str()),
        ));
    }
    let figures = Arc::clone(figures);
    let handler = Box::new(move |_: &str, path: &str, _: &[u8]| match path {
        "/metrics" => reply(200, figures.metrics()),
        "/health" => match figures.age() {
            None => reply(503, "loading\n".to_owned()),
            Some(age) if age > STALE_SECONDS => reply(503, format!("no good round for {age} s\n")),
            Some(_) => reply(200, "ok\n".to_owned()),
        },
        _ => reply(404, "/health and /metrics are here\n".to_owned()),
    });
    let server = HttpServer::start(address, handler);
    server
        .map(Some)
        .map_err(|error| Failure::File(given.into(), error))
}

fn reply(status: u16, body: String) -> Reply {
    Reply {
        status,
        media_type: "text/plain; version=0.0.4; charset=utf-8",
        body,
    }
}

/// Tells systemd how it goes (`sd_notify`); without it nothing is told.
fn notify_supervisor(state: &str) {
    let Some(path) = std::env::var_os("NOTIFY_SOCKET") else {
        return;
    };
    let Ok(socket) = std::os::unix::net::UnixDatagram::unbound() else {
        return;
    };
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str());
    // A name that begins with `@` stands for the abstract namespace of Linux.
    let sent = match bytes.strip_prefix(b"@") {
        Some(name) => {
            use std::os::linux::net::SocketAddrExt as _;
            std::os::unix::net::SocketAddr::from_abstract_name(name)
                .and_then(|address| socket.send_to_addr(state.as_bytes(), &address))
        }
        None => socket.send_to(state.as_bytes(), &path),
    };
    if let Err(error) = sent {
        drop(writeln!(std::io::stderr(), "yumen: NOTIFY_SOCKET: {error}"));
    }
}

fn host() -> String {
    let name = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() {
        "localhost".to_owned()
    } else {
        name.to_owned()
    }
}

fn now() -> i64 {
    Timestamp::now().as_millisecond()
}
