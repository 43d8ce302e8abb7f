//! A client of a lab in memory: no sockets, and the lab's own time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use yumen_aliyun::client::{Client, Clock};
use yumen_aliyun::credentials::Provider;
use yumen_aliyun::transport::{Request, Response, Transport, TransportError};
use yumen_cloudlab::{Delivery, Incoming, LAB_KEY, Lab};

/// The way to the lab, and its clock.
#[derive(Clone)]
pub(super) struct Direct {
    lab: Arc<Mutex<Lab>>,
    now: Arc<AtomicU64>,
}

impl Direct {
    pub(super) fn new(lab: Arc<Mutex<Lab>>, now: Arc<AtomicU64>) -> Self {
        Self { lab, now }
    }

    /// A client with the lab's key.
    pub(super) fn client(&self) -> Client {
        let (id, secret) = LAB_KEY;
        self.client_of(id, secret)
    }

    pub(super) fn client_of(&self, id: &str, secret: &str) -> Client {
        let provider = Provider::fixed(id, secret, None);
        let (way, clock) = (Arc::new(self.clone()), Arc::new(self.clone()));
        let url = "http://lab".to_owned();
        Client::new(way, provider, clock, Some(url)).with_window(Duration::ZERO)
    }

    pub(super) fn time(&self) -> Timestamp {
        self.now()
    }

    /// Lets milliseconds pass.
    pub(super) fn pass(&self, milliseconds: u64) {
        self.now.fetch_add(milliseconds, Ordering::Relaxed);
    }
}

impl Clock for Direct {
    fn now(&self) -> Timestamp {
        let now = self.now.load(Ordering::Relaxed).cast_signed();
        Timestamp::from_millisecond(now).unwrap()
    }

    fn sleep(&self, duration: Duration) {
        let by = u64::try_from(duration.as_millis()).unwrap();
        self.now.fetch_add(by, Ordering::Relaxed);
    }
}

impl Transport for Direct {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let target = request.url.split_once("://").unwrap().1;
        let target = &target[target.find('/').unwrap()..];
        let incoming = Incoming {
            method: request.method.as_str().to_owned(),
            target: target.to_owned(),
            headers: request.headers.clone(),
            body: request.body.clone(),
            peer: "127.0.0.1".to_owned(),
        };
        let now = self.now.load(Ordering::Relaxed);
        let answer = self.lab.lock().unwrap().answer(&incoming, now);
        if answer.delivery != Delivery::Whole {
            return Err(TransportError::Broken {
                host: "lab".to_owned(),
                error: "broken on request".to_owned(),
            });
        }
        Ok(Response {
            status: answer.status,
            headers: answer.headers,
            body: answer.body,
        })
    }
}
