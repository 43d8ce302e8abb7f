//! The simulated cloud on a socket: HTTP or HTTPS, delays slept, connections broken on request.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Body, Bytes, Frame, Incoming as Received, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use super::request::Incoming;
use super::{Delivery, Lab};

/// Bytes of a request's body; the vendor's gateways take less.
const LARGEST_BODY: usize = 4 << 20;

/// How long a request may take to arrive, and how long a connection may rest.
const SLOWEST_REQUEST: Duration = Duration::from_secs(60);

/// Certificate chain and private key, in PEM files.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The chain, the server's own certificate first
    pub certificates: PathBuf,
    /// The private key
    pub key: PathBuf,
}

/// A lab that listens. It stops when it is dropped.
pub struct Server {
    address: SocketAddr,
    stop: Arc<Notify>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens at an address (port 0 for any) and answers from a lab, on threads of its own.
    ///
    /// # Errors
    /// The address cannot be had, or certificate or key cannot be read.
    pub fn start(
        lab: Arc<Mutex<Lab>>,
        listen: SocketAddr,
        tls: Option<&TlsFiles>,
    ) -> io::Result<Self> {
        let acceptor = tls.map(acceptor).transpose()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_io()
            .enable_time()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(listen))?;
        let address = listener.local_addr()?;
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name("yumen-cloudlab".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        () = accept(listener, acceptor, lab) => {}
                        () = stopped.notified() => {}
                    }
                });
                runtime.shutdown_background();
            })?;
        Ok(Self {
            address,
            stop,
            thread: Some(thread),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the user interrupts the process (Ctrl-C, or the signal to terminate).
    ///
    /// # Errors
    /// The signal cannot be waited for.
    pub fn until_interrupted(&self) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()?;
        runtime.block_on(async {
            let mut terminate =
                tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
            tokio::select! {
                interrupted = tokio::signal::ctrl_c() => interrupted,
                _ = terminate.recv() => Ok(()),
            }
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.notify_one();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn acceptor(files: &TlsFiles) -> io::Result<TlsAcceptor> {
    let named = |path: &PathBuf, error: &dyn std::fmt::Display| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{}: {error}", path.display()),
        )
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&files.certificates)
        .and_then(Iterator::collect)
        .map_err(|error| named(&files.certificates, &error))?;
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|error| named(&files.key, &error))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map(|builder| builder.with_no_client_auth())
        .and_then(|builder| builder.with_single_cert(chain, key))
        .map_err(|error| named(&files.certificates, &error))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

async fn accept(listener: TcpListener, acceptor: Option<TlsAcceptor>, lab: Arc<Mutex<Lab>>) {
    loop {
        let Ok((stream, peer)) = listener.accept().await else {
            // Out of descriptors: those that are open will be closed in a moment.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        drop(stream.set_nodelay(true));
        let (lab, acceptor) = (Arc::clone(&lab), acceptor.clone());
        tokio::spawn(async move {
            match acceptor {
                None => serve(stream, |stream| stream, peer, lab).await,
                Some(acceptor) => {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        serve(stream, |stream| stream.get_ref().0, peer, lab).await;
                    }
                }
            }
        });
    }
}

/// Answers the requests of one connection.
async fn serve<S>(stream: S, tcp: fn(&S) -> &TcpStream, peer: SocketAddr, lab: Arc<Mutex<Lab>>)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let broken = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&broken);
    let service = service_fn(move |request| -> Answering {
        Box::pin(answer(request, peer, Arc::clone(&lab), Arc::clone(&flag)))
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(SLOWEST_REQUEST)
        .serve_connection(TokioIo::new(stream), service);
    let ended = (&mut connection).await;
    if ended.is_err() && broken.load(Ordering::Relaxed) {
        // The other side shall see a reset, not an orderly end.
        let stream = connection.into_parts().io.into_inner();
        drop(tcp(&stream).set_zero_linger());
    }
}

type Answering = Pin<Box<dyn Future<Output = Result<Response<Answer>, Broken>> + Send>>;

/// A connection that is to break.
#[derive(Debug)]
struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("broken on request")
    }
}

impl std::error::Error for Broken {}

impl From<Infallible> for Broken {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

async fn answer(
    request: Request<Received>,
    peer: SocketAddr,
    lab: Arc<Mutex<Lab>>,
    broken: Arc<AtomicBool>,
) -> Result<Response<Answer>, Broken> {
    let (parts, body) = request.into_parts();
    let headers = parts.headers.iter();
    let headers = headers
        .filter_map(|(name, value)| {
            let value = String::from_utf8(value.as_bytes().to_vec()).ok()?;
            Some((name.as_str().to_owned(), value))
        })
        .collect();
    let target = parts.uri.path_and_query();
    let body = Limited::new(body, LARGEST_BODY).collect();
    let body = match tokio::time::timeout(SLOWEST_REQUEST, body).await {
        Ok(Ok(body)) => body.to_bytes(),
        _ => return Err(Broken),
    };
    let incoming = Incoming {
        method: parts.method.as_str().to_owned(),
        target: target
            .map(|target| target.as_str().to_owned())
            .unwrap_or_default(),
        headers,
        body: body.to_vec(),
        peer: peer.ip().to_string(),
    };
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let now = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
    let outgoing = {
        let mut lab = lab.lock().unwrap_or_else(PoisonError::into_inner);
        lab.answer(&incoming, now)
    };
    if outgoing.delay > 0 {
        tokio::time::sleep(Duration::from_millis(outgoing.delay)).await;
    }
    if outgoing.delivery != Delivery::Whole {
        broken.store(true, Ordering::Relaxed);
    }
    if outgoing.delivery == Delivery::Nothing {
        return Err(Broken);
    }
    let mut builder = Response::builder()
        .status(outgoing.status)
        .header("content-type", "application/json;charset=utf-8")
        .header("server", "yumen-cloudlab");
    for (name, value) in &outgoing.headers {
        builder = builder.header(name, value);
    }
    let length = outgoing.body.len();
    let answer = Answer {
        rest: Some(Bytes::from(outgoing.body)),
        whole: outgoing.delivery == Delivery::Whole,
    };
    builder = builder.header("content-length", length);
    builder.body(answer).map_err(|_| Broken)
}

/// A body that may end in the middle.
struct Answer {
    rest: Option<Bytes>,
    whole: bool,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        Poll::Ready(match self.rest.take() {
            Some(bytes) if self.whole => Some(Ok(Frame::data(bytes))),
            Some(bytes) => {
                let half = bytes.slice(..bytes.len() / 2);
                Some(Ok(Frame::data(half)))
            }
            None if self.whole => None,
            None => Some(Err(Broken)),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.whole && self.rest.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.rest.as_ref().map_or(0, Bytes::len) as u64;
        if self.whole {
            SizeHint::with_exact(length)
        } else {
            SizeHint::default()
        }
    }
}
