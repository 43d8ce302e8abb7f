//! Credentials are renewed before they end, by one caller at a time.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use yumen_aliyun::credentials::{Means, Provider, Role};

use super::{Answer, Fake, SECRET, answer, sts_keys};

/// Minutes past ten, as a clock that tests set; and how often it was looked at.
#[derive(Clone, Default)]
struct Minutes(Arc<AtomicI64>, Arc<AtomicUsize>);

impl Minutes {
    fn set(&self, minutes: i64) {
        self.0.store(minutes * 60, Ordering::SeqCst);
    }

    fn set_seconds(&self, seconds: i64) {
        self.0.store(seconds, Ordering::SeqCst);
    }

    fn now(&self) -> Timestamp {
        let ten: Timestamp = super::NOW.parse().unwrap();
        Timestamp::from_second(ten.as_second() + self.0.load(Ordering::SeqCst)).unwrap()
    }

    fn provider(&self, fake: &Arc<Fake>) -> Provider {
        let clock = self.clone();
        let means = Means::new(Arc::<Fake>::clone(fake), move || {
            clock.1.fetch_add(1, Ordering::SeqCst);
            clock.now()
        });
        Provider::fixed("AK", SECRET, None).assume(Role::new("r"), &means)
    }
}

/// Gives keys for an hour, numbered.
fn counting(clock: &Minutes) -> Arc<Fake> {
    let (clock, count) = (clock.clone(), AtomicUsize::new(0));
    Fake::new(move |_| {
        let id = format!("K{}", count.fetch_add(1, Ordering::SeqCst));
        let end = Timestamp::from_second(clock.now().as_second() + 3600).unwrap();
        answer(200, &sts_keys(&id, &end.to_string()))
    })
}

fn id(provider: &Provider) -> String {
    match provider.credentials() {
        Ok(keys) => keys.key_id.clone(),
        Err(error) => error.message().id.to_owned(),
    }
}

#[test]
fn keys_are_kept_until_five_minutes_before_they_end() {
    let clock = Minutes::default();
    let fake = counting(&clock);
    let provider = clock.provider(&fake);
    let copy = provider.clone();
    for (minute, expected) in [(0, "K0"), (54, "K0"), (55, "K1"), (56, "K1"), (300, "K2")] {
        clock.set(minute);
        assert_eq!(id(&provider), expected, "minute {minute}");
        assert_eq!(id(&copy), expected, "minute {minute}");
    }
    assert_eq!(fake.seen().len(), 3);
}

#[test]
fn keys_that_cannot_be_renewed_are_used_until_they_end() {
    let clock = Minutes::default();
    let fails = Arc::new(AtomicUsize::new(0));
    let (good, switch) = (counting(&clock), Arc::clone(&fails));
    let fake = Fake::new(move |request| {
        if switch.load(Ordering::SeqCst) == 0 {
            (good.play)(request)
        } else {
            answer(503, "")
        }
    });
    let provider = clock.provider(&fake);
    assert_eq!(id(&provider), "K0");
    fails.store(1, Ordering::SeqCst);
    clock.set(55);
    assert_eq!(id(&provider), "K0");
    assert_eq!(id(&provider), "K0");
    assert_eq!(
        fake.seen().len(),
        2,
        "no second attempt right after the first"
    );
    clock.set_seconds(55 * 60 + 30);
    assert_eq!(id(&provider), "K0");
    assert_eq!(fake.seen().len(), 3);
    clock.set(60);
    assert_eq!(id(&provider), "credentials-unavailable");
    fails.store(0, Ordering::SeqCst);
    assert_eq!(id(&provider), "K1");
}

#[test]
fn keys_that_are_short_lived_are_not_renewed_with_every_call() {
    let clock = Minutes::default();
    let fake = Fake::new(|_| answer(200, &sts_keys("K", "2026-11-25T10:04:00Z")));
    let provider = clock.provider(&fake);
    for _ in 0..3 {
        assert_eq!(id(&provider), "K");
    }
    assert_eq!(fake.seen().len(), 1);
}

/// Services that hold back their answer to one request, counted from 0, until they are told to give
/// it, or for ten seconds: a test that goes wrong fails instead of waiting for ever.
struct Gate {
    fake: Arc<Fake>,
    asked: mpsc::Receiver<()>,
    open: mpsc::Sender<()>,
}

fn gate(held: usize, play: impl Fn(usize) -> Answer + Send + Sync + 'static) -> Gate {
    let (asks, asked) = mpsc::channel();
    let (open, opened) = mpsc::channel();
    let (opened, count) = (Mutex::new(opened), AtomicUsize::new(0));
    let fake = Fake::new(move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        if number == held {
            let _ = asks.send(());
            let _ = opened.lock().unwrap().recv_timeout(Duration::from_secs(10));
        }
        play(number)
    });
    Gate { fake, asked, open }
}

#[test]
fn many_callers_ask_once_and_share_the_answer() {
    for (status, expected) in [(200, "K"), (503, "credentials-unavailable")] {
        let clock = Minutes::default();
        let gate = gate(0, move |_| {
            answer(status, &sts_keys("K", "2026-11-25T11:00:00Z"))
        });
        let provider = clock.provider(&gate.fake);
        let callers: Vec<_> = (0..8)
            .map(|_| {
                let provider = provider.clone();
                thread::spawn(move || id(&provider))
            })
            .collect();
        gate.asked.recv().unwrap();
        // A caller that comes after a failure asks again, so all must be waiting by then: each
        // looked at the clock, and the one that asks did so again for its request.
        while clock.1.load(Ordering::SeqCst) < 9 {
            thread::yield_now();
        }
        thread::sleep(Duration::from_millis(100));
        gate.open.send(()).unwrap();
        let ids: Vec<String> = callers
            .into_iter()
            .map(|caller| caller.join().unwrap())
            .collect();
        assert_eq!(ids, vec![expected; 8]);
        assert_eq!(gate.fake.seen().len(), 1);
    }
}

#[test]
fn others_go_on_with_the_old_keys_while_one_renews() {
    let clock = Minutes::default();
    let gate = gate(1, |number| {
        let (id, end) = match number {
            0 => ("OLD", "2026-11-25T11:00:00Z"),
            _ => ("NEW", "2026-11-25T12:00:00Z"),
        };
        answer(200, &sts_keys(id, end))
    });
    let provider = clock.provider(&gate.fake);
    assert_eq!(id(&provider), "OLD");
    clock.set(57);
    let renewing = {
        let provider = provider.clone();
        thread::spawn(move || id(&provider))
    };
    gate.asked.recv().unwrap();
    assert_eq!(id(&provider), "OLD");
    gate.open.send(()).unwrap();
    assert_eq!(renewing.join().unwrap(), "NEW");
    assert_eq!(id(&provider), "NEW");
    assert_eq!(gate.fake.seen().len(), 2);
}
