//! Connections to one portal: made, kept, and used once more.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use http::Uri;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;
use tower_service::Service;
use url::{Position, Url};

use crate::client::body::passed;
use crate::client::cause::{cause, chain};
use crate::client::head::{self, HeadFault, MAX_HEAD, MAX_HEADERS};
use crate::client::proxy::Proxy;
use crate::client::tls::Tls;
use crate::client::wire::{Heard, Stream, Tapped};
use crate::client::{ClientError, Clue, Failure, FailureKind};
use crate::target::Target;

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection that broke is waited for to tell why.
const ENDING: Duration = Duration::from_millis(200);
/// How long a port is asked whether it speaks TLS.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// Makes connections to a portal.
#[derive(Debug, Clone)]
pub(super) struct Connector {
    tcp: HttpConnector,
    tls: Option<Tls>,
    proxy: Option<Proxy>,
    timeout: Duration,
}

/// A connection on which one request at a time can be sent.
pub(super) struct Connection {
    sender: http1::SendRequest<Full<Bytes>>,
    ending: Ending,
    heard: Heard,
    tls: Option<Tls>,
    /// Whether an answer came on it before.
    pub(super) is_reused: bool,
}

/// How a connection ends, once it does: with an error or without.
type Ending = Shared<BoxFuture<'static, Option<Arc<hyper::Error>>>>;

/// Connections that wait for their next request.
#[derive(Debug, Clone, Default)]
pub(super) struct Pool(Arc<Mutex<Vec<Connection>>>);

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("is_reused", &self.is_reused)
            .finish_non_exhaustive()
    }
}

impl Connector {
    pub(super) fn of(target: &Target) -> Result<Self, ClientError> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let is_secure = target.url.scheme() == "https";
        Ok(Self {
            tcp,
            // Without TLS, reading the system's certificates is time lost.
            tls: if is_secure {
                Some(Tls::of(&target.tls)?)
            } else {
                None
            },
            proxy: Proxy::before(&target.url),
            // A little less than the request, so that the two are told apart.
            timeout: CONNECT_TIMEOUT.min(target.limits.request_timeout.mul_f32(0.9)),
        })
    }

    /// The proxy before the portal.
    pub(super) fn proxy(&self) -> Option<&Proxy> {
        self.proxy.as_ref()
    }

    /// The proxy that gets requests in the portal's place and passes them on.
    pub(super) fn forwarder(&self) -> Option<&Proxy> {
        self.proxy.as_ref().filter(|_| self.tls.is_none())
    }

    /// Makes a connection.
    pub(super) async fn connect(&self, url: &Url) -> Result<Connection, Failure> {
        let mut stream = self.reach(url).await?;
        if let Some(tls) = &self.tls {
            stream = self.secure(stream, tls, url.host_str()).await?;
        }
        let heard = Heard::default();
        let io = TokioIo::new(Tapped {
            stream,
            heard: heard.clone(),
        });
        let handshake = http1::Builder::new()
            .max_headers(MAX_HEADERS)
            .max_buf_size(MAX_HEAD)
            // Each fold is read as blanks (RFC 9112, 5.2).
            .allow_obsolete_multiline_headers_in_responses(true)
            .handshake(io);
        let (sender, connection) = handshake
            .await
            .map_err(|error| broken(FailureKind::Broken, chain(&error)))?;
        let ending = tokio::spawn(connection);
        let ending = async { ending.await.ok()?.err().map(Arc::new) };
        Ok(Connection {
            sender,
            ending: ending.boxed().shared(),
            heard,
            tls: self.tls.clone(),
            is_reused: false,
        })
    }

    /// A connection to the portal, through the proxy where there is one, without TLS.
    async fn reach(&self, url: &Url) -> Result<Stream, Failure> {
        let Some(proxy) = &self.proxy else {
            let uri = url[..Position::BeforePath].parse::<Uri>();
            let uri = uri.map_err(|error| broken(FailureKind::Connect, error.to_string()))?;
            return self.dial(uri).await;
        };
        let scheme = proxy.uri.scheme_str().unwrap_or("http");
        if !matches!(scheme, "http" | "https") {
            return Err(proxy.failure("is of a kind that is not spoken here (http and https are)"));
        }
        let unreached = |message: String| proxy.failure(&format!("cannot be reached: {message}"));
        let dialled = self.dial(proxy.uri.clone()).await;
        let mut stream = dialled.map_err(|failure| unreached(failure.message))?;
        if scheme == "https" {
            let tls = match &self.tls {
                Some(tls) => tls.clone(),
                None => Tls::of(&crate::target::Tls::default())
                    .map_err(|error| unreached(error.to_string()))?,
            };
            let secured = self.secure(stream, &tls, proxy.uri.host()).await;
            stream = secured.map_err(|failure| unreached(failure.message))?;
        }
        if self.tls.is_some() {
            let tunnel = proxy.tunnel(&mut stream, url);
            let answered = tokio::time::timeout(self.timeout, tunnel).await;
            answered.unwrap_or_else(|_| Err(proxy.failure("does not answer in time")))?;
        }
        Ok(stream)
    }

    async fn dial(&self, uri: Uri) -> Result<Stream, Failure> {
        let mut tcp = self.tcp.clone();
        match tokio::time::timeout(self.timeout, tcp.call(uri)).await {
            Ok(Ok(stream)) => Ok(Box::new(stream.into_inner())),
            Ok(Err(error)) => {
                let clue = cause::<io::Error>(&error).and_then(clue_of);
                let told = match clue {
                    Some(Clue::UnknownHost) => "nothing here knows a host of this name".to_owned(),
                    _ => chain(&error),
                };
                Err(Failure {
                    clue,
                    ..broken(FailureKind::Connect, told)
                })
            }
            Err(_) => Err(Failure {
                clue: Some(Clue::Unserved),
                ..broken(
                    FailureKind::Connect,
                    format!("no connection in time: {}", passed(self.timeout)),
                )
            }),
        }
    }

    async fn secure(
        &self,
        stream: Stream,
        tls: &Tls,
        host: Option<&str>,
    ) -> Result<Stream, Failure> {
        let failure = |clue, message| Failure {
            clue,
            ..broken(FailureKind::Tls, message)
        };
        let host = host.unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| failure(None, "the host's name is none that TLS knows".to_owned()))?;
        let handshake = TlsConnector::from(Arc::clone(&tls.config)).connect(name, stream);
        match tokio::time::timeout(self.timeout, handshake).await {
            Ok(Ok(stream)) => Ok(Box::new(stream)),
            Ok(Err(error)) => Err(match cause::<rustls::Error>(&error) {
                Some(error) => {
                    let (clue, message) = tls.told(error);
                    failure(clue, message)
                }
                None => {
                    let sentence = Clue::Handshake.sentence().unwrap_or_default();
                    failure(Some(Clue::Handshake), format!("{sentence} ({error})"))
                }
            }),
            Err(_) => {
                let message = format!("the handshake was not complete: {}", passed(self.timeout));
                Err(failure(Some(Clue::Handshake), message))
            }
        }
    }

    /// Whether the port of a portal speaks TLS, found out with a handshake and no request: many servers
    /// hang up on plain HTTP without a word.
    pub(super) async fn speaks_tls(&self, url: &Url) -> bool {
        let Ok(tls) = Tls::careless() else {
            return false;
        };
        if self.proxy.is_some() {
            return false;
        }
        let handshake = async {
            let stream = self.reach(url).await?;
            self.secure(stream, &tls, url.host_str()).await
        };
        match tokio::time::timeout(PROBE_TIMEOUT, handshake).await {
            Ok(Ok(_)) => true,
            Ok(Err(failure)) => {
                failure.kind == FailureKind::Tls
                    && !matches!(failure.clue, Some(Clue::PlainHttp | Clue::Handshake))
            }
            Err(_) => false,
        }
    }
}

impl Connection {
    /// Sends a request and waits for the head of its answer.
    pub(super) async fn send(
        &mut self,
        request: http::Request<Full<Bytes>>,
    ) -> Result<http::Response<Incoming>, Failure> {
        self.heard.begin();
        let mut sending = Box::pin(self.sender.send_request(request));
        // A request that is handed over in the moment in which its connection ends may be neither answered nor
        // refused: it lies in the channel between the two for as long as somebody could send another one.
        let answer = tokio::select! {
            biased;
            answer = &mut sending => Some(answer),
            _ = self.ending.clone() => sending.now_or_never(),
        };
        let error = match answer {
            Some(Ok(answer)) => {
                self.heard.end();
                return Ok(answer);
            }
            Some(Err(error)) => Some(Arc::new(error)),
            None => None,
        };
        // A connection that ended before the request was on its way keeps the reason to itself.
        let has_cause = error
            .as_deref()
            .is_some_and(|error| cause::<io::Error>(error).is_some());
        let ending = if has_cause || !self.is_silent() {
            None
        } else {
            self.ended().await
        };
        Err(self.failure(ending.or(error).as_deref()))
    }

    /// The error that the connection ended with, if it does so soon.
    async fn ended(&self) -> Option<Arc<hyper::Error>> {
        let ended = tokio::time::timeout(ENDING, self.ending.clone()).await;
        ended.ok()?
    }

    /// Whether nothing at all came of an answer that failed.
    pub(super) fn is_silent(&self) -> bool {
        self.heard.is_silent()
    }

    /// Whether what came is no answer but the end of a connection on which no request came in time.
    pub(super) fn is_timed_out(&self) -> bool {
        let head = self.heard.head();
        let (version, rest) = head.split_at_checked(b"HTTP/1.1".len()).unwrap_or_default();
        version.starts_with(b"HTTP/1.") && rest.starts_with(b" 408 ")
    }

    /// What went wrong before an answer's head was complete; without an error, the connection just ended.
    fn failure(&self, error: Option<&hyper::Error>) -> Failure {
        let failure = error.map(|error| self.broken(error));
        if let Some(failure) = failure
            && failure.kind != FailureKind::Broken
        {
            return failure;
        }
        let reset = error.and_then(|error| cause::<io::Error>(error));
        let reset = reset.map(io::Error::to_string);
        if self.is_silent() {
            let message = match reset {
                Some(reset) => format!("the connection ended before an answer ({reset})"),
                None => "the connection ended before an answer".to_owned(),
            };
            return broken(FailureKind::Broken, message);
        }
        if !error.is_some_and(hyper::Error::is_parse) {
            let message = "the connection ended in the headers".to_owned();
            return broken(FailureKind::Broken, message);
        }
        let fault = head::of_head(&self.heard.head());
        Failure {
            clue: (fault == HeadFault::Tls).then_some(Clue::Tls),
            ..broken(FailureKind::Malformed, fault.words())
        }
    }

    /// What went wrong at any time.
    pub(super) fn broken(&self, error: &hyper::Error) -> Failure {
        if let (Some(error), Some(tls)) = (cause::<rustls::Error>(error), &self.tls) {
            let (clue, message) = tls.told(error);
            return Failure {
                clue,
                ..broken(FailureKind::Tls, message)
            };
        }
        let framing = cause::<io::Error>(error).filter(|error| {
            matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
            )
        });
        let message = match framing {
            Some(error) => head::of_chunks(&error.to_string()).to_owned(),
            None => chain(error),
        };
        broken(FailureKind::Broken, message)
    }
}

impl Pool {
    /// A connection that is still open, the one that was used last.
    pub(super) async fn take(&self) -> Option<Connection> {
        loop {
            let mut connection = self.kept().pop()?;
            // Ready once the answer before is read to its end; never, where the portal has hung up.
            if !connection.sender.is_closed() && connection.sender.ready().await.is_ok() {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection whose answer was read to its end.
    pub(super) fn keep(&self, mut connection: Connection) {
        connection.is_reused = true;
        if !connection.sender.is_closed() {
            self.kept().push(connection);
        }
    }

    /// Closes whatever waits for a request.
    pub(super) fn close(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What it points at that no connection is made.
fn clue_of(error: &io::Error) -> Option<Clue> {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Some(Clue::Refused),
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => Some(Clue::NoNetwork),
        // EMFILE and ENFILE, which are so numbered everywhere but on Windows.
        _ if cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24)) => Some(Clue::Descriptors),
        // Looking up a name ends in an error of no system call.
        _ if error.raw_os_error().is_none() => Some(Clue::UnknownHost),
        _ => None,
    }
}

fn broken(kind: FailureKind, message: String) -> Failure {
    Failure {
        kind,
        status: None,
        message,
        clue: None,
    }
}
