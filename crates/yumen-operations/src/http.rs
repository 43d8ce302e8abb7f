//! A small HTTP/1.1 server for machines: a witness, health, metrics. One request at a time is
//! answered by a plain function.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// Bytes of a request's body; a consistency proof with a checkpoint has a few thousand.
const LARGEST_BODY: usize = 64 << 10;

/// How long a request's head may take to arrive.
const SLOWEST_HEAD: Duration = Duration::from_secs(10);

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Status code
    pub status: u16,
    /// Media type of the body
    pub media_type: &'static str,
    /// The body
    pub body: String,
}

/// Answers method, path and body.
pub type Handler = Box<dyn FnMut(&str, &str, &[u8]) -> Reply + Send>;

/// A server. It stops when it is dropped.
pub struct HttpServer {
    address: SocketAddr,
    stop: Arc<Notify>,
    thread: Option<JoinHandle<()>>,
}

impl HttpServer {
    /// Listens at an address (port 0 for any), on a thread of its own.
    ///
    /// # Errors
    /// The address cannot be had.
    pub fn start(listen: SocketAddr, handler: Handler) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(listen))?;
        let address = listener.local_addr()?;
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop);
        let handler = Arc::new(Mutex::new(handler));
        let thread = std::thread::Builder::new()
            .name("yumen-http".to_owned())
            .spawn(move || {
                let local = tokio::task::LocalSet::new();
                local.block_on(&runtime, async {
                    tokio::select! {
                        () = accept(listener, handler) => {}
                        () = stopped.notified() => {}
                    }
                });
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
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.stop.notify_one();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

async fn accept(listener: TcpListener, handler: Arc<Mutex<Handler>>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many open files, for example: wait until some are closed.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let handler = Arc::clone(&handler);
        tokio::task::spawn_local(async move {
            let service = service_fn(move |request| answer(Arc::clone(&handler), request));
            let mut server = http1::Builder::new();
            server
                .timer(TokioTimer::new())
                .header_read_timeout(SLOWEST_HEAD);
            // A client that went away is no failure of ours.
            drop(server.serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn answer(
    handler: Arc<Mutex<Handler>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let reply = match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => {
            let mut handler = handler.lock().unwrap_or_else(PoisonError::into_inner);
            handler(head.method.as_str(), head.uri.path(), &body.to_bytes())
        }
        Err(_) => Reply {
            status: 413,
            media_type: "text/plain",
            body: "the body is too large\n".to_owned(),
        },
    };
    let mut response = Response::new(Full::new(Bytes::from(reply.body)));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let media_type = HeaderValue::from_static(reply.media_type);
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    Ok(response)
}
