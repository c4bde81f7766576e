//! Requests over reqwest.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use http::header::{ACCEPT, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, COOKIE, LOCATION};
use http::{HeaderMap, HeaderValue, Version, header};
use reqwest::redirect;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::client::body::{self, Deadline, Held, Slot};
use crate::client::decode::ACCEPT_ENCODING;
use crate::client::retry::{MAX_RETRIES, Notice, RetryBudget, retry_after};
use crate::client::{
    Bucket, Clue, Exchange, Failure, FailureKind, Repeat, Request, Response, credential,
};
use crate::target::{Target, Tls};

/// How much of a redirect's address is kept, in characters.
const MAX_LOCATION: usize = 2000;
/// More requests than are ever under way at once.
const MOST_UNDER_WAY: u32 = 1 << 16;
/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Sends requests to one target; cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    target: Arc<Target>,
    bucket: Arc<Bucket>,
    budget: Arc<RetryBudget>,
    slot: Slot,
    under_way: Arc<Semaphore>,
    sent: Arc<AtomicUsize>,
}

/// Why no client can be made of a target.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A certificate file cannot be read.
    #[error("cannot read {path}: {error}")]
    Io {
        /// The file.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// A certificate file holds no usable certificate.
    #[error("{path} holds no usable {what} in PEM form")]
    Certificate {
        /// The file.
        path: String,
        /// What was looked for.
        what: &'static str,
    },
    /// The TLS library cannot be set up.
    #[error("cannot set up a client: {message}")]
    Setup {
        /// What the library says.
        message: String,
    },
}

impl Client {
    /// Makes a client for a target.
    ///
    /// # Errors
    ///
    /// [`ClientError`] where a certificate file cannot be used or TLS cannot be set up.
    pub fn new(target: Arc<Target>) -> Result<Self, ClientError> {
        let http = http_client(&target)?;
        Ok(Self::with_http(http, target))
    }

    /// The same connections for another target of the same kind, as many portals in one process need.
    #[must_use]
    pub fn retarget(&self, target: Arc<Target>) -> Self {
        Self::with_http(self.http.clone(), target)
    }

    fn with_http(http: reqwest::Client, target: Arc<Target>) -> Self {
        let bucket = Arc::new(Bucket::new(target.limits.rate));
        Self {
            http,
            target,
            bucket,
            budget: Arc::new(RetryBudget::new(None)),
            slot: Slot::new(),
            under_way: Arc::new(Semaphore::new(MOST_UNDER_WAY as usize)),
            sent: Arc::default(),
        }
    }

    /// The same client, whose waits are told.
    #[must_use]
    pub fn telling(self, notice: Notice) -> Self {
        Self {
            budget: Arc::new(RetryBudget::new(Some(notice))),
            ..self
        }
    }

    /// The same client, when more is known of its target.
    #[must_use]
    pub fn knowing(&self, target: Arc<Target>) -> Self {
        Self {
            target,
            ..self.clone()
        }
    }

    /// Lets no further request out, and waits for those under way to end, for as long as the answer
    /// is kept.
    pub async fn rest(&self) -> Option<SemaphorePermit<'_>> {
        self.under_way.acquire_many(MOST_UNDER_WAY).await.ok()
    }

    /// The target that is asked.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// How long requests were held back because the portal asked for it.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.budget.waited()
    }

    /// How many requests were sent with these connections, repeated ones included.
    #[must_use]
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    /// The target that is asked, to be kept.
    #[must_use]
    pub fn shared_target(&self) -> Arc<Target> {
        Arc::clone(&self.target)
    }

    /// Asks once; again only where that is allowed and the portal says when to come back.
    pub async fn ask(&self, request: Request, repeat: Repeat) -> Exchange {
        self.ask_and(request, repeat, |_| ()).await.0
    }

    /// The same, and reads the answer while it keeps its slot.
    ///
    /// Large bodies wait for one another until `read` has returned, so what is not kept should be taken
    /// out of the exchange there.
    pub async fn ask_and<T>(
        &self,
        request: Request,
        repeat: Repeat,
        read: impl FnOnce(&mut Exchange) -> T,
    ) -> (Exchange, T) {
        let mut retries = 0;
        loop {
            self.budget.pause().await;
            self.bucket.take().await;
            let _permit = self.under_way.acquire().await;
            self.sent.fetch_add(1, Ordering::Relaxed);
            let start = Instant::now();
            let answer = self.send(&request).await;
            let elapsed = start.elapsed();
            if repeat == Repeat::Allowed
                && retries < MAX_RETRIES
                && let Ok(Received {
                    wait: Some(wait), ..
                }) = &answer
                && self.budget.grant(*wait)
            {
                retries += 1;
                continue;
            }
            let (outcome, _held) = match answer {
                Ok(answer) => (Ok(answer.response), answer.held),
                Err(mut failure) => {
                    failure.message = self.target.scrub(&failure.message);
                    (Err(failure), Held::default())
                }
            };
            let mut exchange = Exchange {
                request,
                outcome,
                retries,
                elapsed,
            };
            let reading = read(&mut exchange);
            return (exchange, reading);
        }
    }

    /// One request.
    async fn send(&self, request: &Request) -> Result<Received, Failure> {
        let failed = |status| move |error: reqwest::Error| failure(error, status);
        let method =
            reqwest::Method::from_bytes(request.method.as_bytes()).unwrap_or(reqwest::Method::GET);
        let mut builder = self
            .http
            .request(method, self.target.url_of(&request.path))
            .headers(self.headers(request));
        if let Some(body) = &request.body {
            builder = builder.body(body.text.clone());
        }
        let mut deadline = Deadline::after(self.target.limits.request_timeout);
        let answer = deadline.of(None, builder.send()).await?;
        let mut answer = answer.map_err(failed(None))?;
        let status = answer.status().as_u16();
        let keeps_open = keeps_open(answer.version(), answer.headers());
        let wait = retry_after(status, answer.headers(), SystemTime::now());
        let all = |name| -> Vec<String> {
            let values = answer.headers().get_all(name).iter();
            values
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
                .collect()
        };
        let (content_types, codings) = (all(CONTENT_TYPE), all(CONTENT_ENCODING));
        let limits_pace = status == 429 || wait.is_some();
        let location = (300..400).contains(&status).then(|| all(LOCATION));
        let (body, held) = body::read(
            &mut answer,
            &codings,
            self.target.limits.max_body_size,
            &self.slot,
            &mut deadline,
            failed(Some(status)),
        )
        .await?;
        let response = Response {
            status,
            content_types,
            body,
            keeps_open,
            limits_pace,
            location: location
                .and_then(|all| all.into_iter().next())
                .map(|location| location.chars().take(MAX_LOCATION).collect()),
        };
        Ok(Received {
            response,
            wait,
            held,
        })
    }

    fn headers(&self, request: &Request) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.target.headers {
            if let (Ok(name), Ok(value)) = (
                http::HeaderName::try_from(name.as_str()),
                HeaderValue::try_from(value.reveal()),
            ) {
                headers.append(name, value);
            }
        }
        let mut set = |name, text: &str| {
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(name, value);
            }
        };
        set(ACCEPT, &request.accept);
        set(header::ACCEPT_ENCODING, ACCEPT_ENCODING);
        if let Some(body) = &request.body {
            set(CONTENT_TYPE, &body.content_type);
        }
        if let Some((name, value)) = credential::header(&self.target.credentials, request.token) {
            // A request has one header of cookies (RFC 6265, 5.4).
            let others = headers.get(&name).filter(|_| name == COOKIE);
            let value = match others.and_then(|others| others.to_str().ok()) {
                Some(others) => format!("{others}; {value}"),
                None => value,
            };
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
        headers
    }
}

/// A complete answer, and what is known of it on the way.
struct Received {
    response: Response,
    /// How long the portal asks to wait, where it does.
    wait: Option<Duration>,
    held: Held,
}

fn http_client(target: &Target) -> Result<reqwest::Client, ClientError> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("portal-conformance/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        // A little less than the request, so that the two are told apart.
        .connect_timeout(CONNECT_TIMEOUT.min(target.limits.request_timeout.mul_f32(0.9)))
        .tcp_nodelay(true);
    // A portal on this machine is not behind a proxy.
    if is_local(target) {
        builder = builder.no_proxy();
    }
    builder = match target.url.scheme() {
        "https" => with_tls(builder, &target.tls)?,
        // Without TLS, reading the system's certificates is time lost.
        _ => builder.tls_backend_preconfigured(tls_without_roots()?),
    };
    builder.build().map_err(|error| ClientError::Setup {
        message: chain(&error),
    })
}

fn is_local(target: &Target) -> bool {
    match target.url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn tls_without_roots() -> Result<rustls::ClientConfig, ClientError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ClientError::Setup {
            message: error.to_string(),
        })?;
    Ok(config
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth())
}

fn with_tls(
    mut builder: reqwest::ClientBuilder,
    tls: &Tls,
) -> Result<reqwest::ClientBuilder, ClientError> {
    // An error means that a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    if tls.insecure {
        builder = builder
            .tls_danger_accept_invalid_certs(true)
            .tls_danger_accept_invalid_hostnames(true);
    }
    if let Some(path) = &tls.cacert {
        let certificates = reqwest::Certificate::from_pem_bundle(&read(path)?).unwrap_or_default();
        if certificates.is_empty() {
            return Err(unusable(path, "certificate"));
        }
        builder = builder.tls_certs_merge(certificates);
    }
    if let Some(path) = &tls.cert {
        let identity = reqwest::Identity::from_pem(&read(path)?)
            .map_err(|_| unusable(path, "certificate and key"))?;
        builder = builder.identity(identity);
    }
    Ok(builder)
}

fn unusable(path: &Path, what: &'static str) -> ClientError {
    ClientError::Certificate {
        path: path.display().to_string(),
        what,
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ClientError> {
    fs::read(path).map_err(|error| ClientError::Io {
        path: path.display().to_string(),
        error,
    })
}

/// RFC 9112, 9.3: `close` closes; without it HTTP/1.1 stays open, HTTP/1.0 where it says `keep-alive`.
/// The header is a list of words in any letter case (RFC 9110, 7.6.1).
fn keeps_open(version: Version, headers: &HeaderMap) -> bool {
    let says = |word: &str| {
        let values = headers.get_all(CONNECTION).iter();
        let mut words = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
        words.any(|said| said.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
    };
    !says("close") && (version > Version::HTTP_10 || says("keep-alive"))
}

/// Tells what kind of failure an error of the HTTP library is.
fn failure(error: reqwest::Error, status: Option<u16>) -> Failure {
    let tls = cause::<rustls::Error>(&error);
    let kind = if error.is_timeout() && !error.is_connect() {
        FailureKind::Timeout
    } else if tls.is_some() {
        FailureKind::Tls
    } else if error.is_connect() {
        FailureKind::Connect
    } else {
        FailureKind::Broken
    };
    let is_plain = error.url().is_some_and(|url| url.scheme() == "http");
    let clue = tls.and_then(clue);
    let message = chain(&error.without_url());
    // A port that speaks TLS answers plain HTTP with an alert, which is no HTTP; the library says so in
    // words alone.
    let is_alert = kind == FailureKind::Broken && is_plain && message.contains("HTTP version");
    Failure {
        kind,
        status,
        clue: clue.or_else(|| is_alert.then_some(Clue::Tls)),
        message,
    }
}

/// What an error of the TLS library points at.
fn clue(error: &rustls::Error) -> Option<Clue> {
    use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};
    match error {
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => Some(Clue::PlainHttp),
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => Some(Clue::OtherName),
        Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        )
        | Error::AlertReceived(AlertDescription::CertificateExpired) => Some(Clue::Expired),
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => Some(Clue::UnknownIssuer),
        _ => None,
    }
}

/// The error of this type that an error is, or has among its causes.
fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    // An I/O error hides what it wraps from `source`.
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    error
        .downcast_ref::<E>()
        .or_else(|| cause(wrapped?))
        .or_else(|| cause(error.source()?))
}

/// What the libraries put before the cause in every message.
const WRAPPERS: [&str; 4] = [
    "error sending request",
    "client error (Connect)",
    "client error (SendRequest)",
    "tcp connect error",
];

/// The causes of an error, outermost first, each once, without the wrappers that say nothing.
fn chain(error: &dyn Error) -> String {
    let mut words = vec![error.to_string()];
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        if !words.contains(&text) {
            words.push(text);
        }
        source = error.source();
    }
    let telling = |word: &String| !WRAPPERS.contains(&word.as_str());
    if words.iter().any(telling) {
        words.retain(telling);
    }
    words.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_stays_open_as_its_version_and_header_say() {
        for (version, connection, is_open) in [
            (Version::HTTP_11, None, true),
            (Version::HTTP_11, Some("close"), false),
            (Version::HTTP_11, Some("Close"), false),
            (Version::HTTP_11, Some("keep-alive"), true),
            (Version::HTTP_10, None, false),
            (Version::HTTP_10, Some("Keep-Alive"), true),
            (Version::HTTP_10, Some("close"), false),
            (Version::HTTP_09, None, false),
            (Version::HTTP_2, None, true),
        ] {
            let headers = connection
                .map(|text| (CONNECTION, HeaderValue::from_static(text)))
                .into_iter()
                .collect();
            assert_eq!(
                keeps_open(version, &headers),
                is_open,
                "{version:?} {connection:?}"
            );
        }
    }

    #[test]
    fn the_connection_header_is_a_list_of_words() {
        for (version, values, expected) in [
            (Version::HTTP_11, &[][..], true),
            (Version::HTTP_11, &["keep-alive"], true),
            (Version::HTTP_11, &["close"], false),
            (Version::HTTP_11, &["keep-alive, Close"], false),
            (Version::HTTP_11, &["upgrade", "CLOSE"], false),
            (Version::HTTP_11, &["closed, not-close"], true),
            (Version::HTTP_10, &[], false),
            (Version::HTTP_10, &["x,\tKeep-Alive"], true),
            (Version::HTTP_10, &["keep-alive, close"], false),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONNECTION, HeaderValue::from_static(value));
            }
            assert_eq!(
                keeps_open(version, &headers),
                expected,
                "{version:?} {values:?}"
            );
        }
    }
}
