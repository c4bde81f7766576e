//! Requests to one portal, each on a connection that is kept or made.

mod put_off;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http::header::{
    ACCEPT, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, LOCATION,
    PROXY_AUTHORIZATION, TRANSFER_ENCODING, USER_AGENT,
};
use http::{HeaderMap, HeaderValue, StatusCode, Version, header};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};
use url::{Position, Url};

use crate::client::body::{self, Deadline, Held, Slot};
use crate::client::connection::{Connection, Connector, Pool};
use crate::client::crowd::Crowd;
use crate::client::decode::ACCEPT_ENCODING;
use crate::client::head;
use crate::client::lane::Lanes;
use crate::client::pace::{Pace, back_off};
use crate::client::page::KnownPage;
use crate::client::proxy::Proxy;
use crate::client::retry::{MAX_RETRIES, Notice, RetryBudget, is_limit, retry_after};
use crate::client::transport::put_off::PutOff;
use crate::client::{
    Bucket, ClientError, Clue, Exchange, Failure, FailureKind, Head, MAX_HEAD, Repeat, Request,
    Response, Token, Witness, credential,
};
use crate::media_type::Syntax;
use crate::target::Target;

/// How much of a redirect's address is kept, in characters.
const MAX_LOCATION: usize = 2000;
/// How often one request is sent again after bursts of others that were too much for the portal.
const MAX_TOSSED: u32 = 20;
/// More requests than are ever under way at once.
const MOST_UNDER_WAY: u32 = 1 << 16;
/// What the `User-Agent` header says.
const AGENT: &str = concat!("portal-conformance/", env!("CARGO_PKG_VERSION"));

/// Sends requests to one target; cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    connector: Connector,
    pool: Pool,
    target: Arc<Target>,
    bucket: Arc<Bucket>,
    budget: Arc<RetryBudget>,
    pace: Arc<Pace>,
    crowd: Arc<Crowd>,
    slot: Slot,
    lanes: Arc<Lanes>,
    under_way: Arc<Semaphore>,
    sent: Arc<AtomicUsize>,
    reconnects: Arc<AtomicUsize>,
    is_answered: Arc<AtomicBool>,
    tls_probe: Arc<OnceCell<bool>>,
    made: Instant,
    witness: Option<Witness>,
}

impl Client {
    /// Makes a client for a target.
    ///
    /// # Errors
    ///
    /// [`ClientError`] where a certificate file cannot be used or TLS cannot be set up.
    pub fn new(target: Arc<Target>) -> Result<Self, ClientError> {
        let connector = Connector::of(&target)?;
        Ok(Self::with(connector, target))
    }

    /// The same trust for another target of the same kind, as many portals in one process need.
    #[must_use]
    pub fn retarget(&self, target: Arc<Target>) -> Self {
        Self::with(self.connector.clone(), target)
    }

    fn with(connector: Connector, target: Arc<Target>) -> Self {
        let bucket = Arc::new(Bucket::new(target.limits.rate));
        let lanes = Arc::new(Lanes::new(target.limits.jobs));
        Self {
            connector,
            pool: Pool::default(),
            target,
            bucket,
            budget: Arc::new(RetryBudget::new(None)),
            pace: Arc::default(),
            crowd: Arc::default(),
            slot: Slot::new(),
            lanes,
            under_way: Arc::new(Semaphore::new(MOST_UNDER_WAY as usize)),
            sent: Arc::default(),
            reconnects: Arc::default(),
            is_answered: Arc::default(),
            tls_probe: Arc::default(),
            made: Instant::now(),
            witness: None,
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

    /// The same client, whose exchanges somebody is told of.
    #[must_use]
    pub fn witnessed(self, witness: Witness) -> Self {
        Self {
            witness: Some(witness),
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

    /// The proxy that reads whatever is sent, credentials included: one that passes on what goes to a portal
    /// without TLS.
    #[must_use]
    pub fn reader(&self) -> Option<String> {
        let sends_secrets = self.target.credentials.are_given() || !self.target.headers.is_empty();
        self.forwarder().filter(|_| sends_secrets)
    }

    /// The proxy that gets requests in the portal's place, and may answer in its place.
    #[must_use]
    pub fn forwarder(&self) -> Option<String> {
        self.connector.forwarder().map(Proxy::name)
    }

    /// How long ago it was made, which is when its run began.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.made.elapsed()
    }

    /// How often answers of each status code said "later" and were asked again.
    #[must_use]
    pub fn later(&self) -> BTreeMap<u16, u32> {
        self.budget.later()
    }

    /// The methods and paths of requests that were asked again as the portal was not there for a moment (503 and the
    /// like); no more than were sent.
    #[must_use]
    pub fn recovered(&self) -> BTreeSet<(String, String)> {
        self.budget.recovered()
    }

    /// How long requests were held back because the portal asked for it.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.budget.waited()
    }

    /// Whether the portal takes no more requests at the pace of this run, however long it waits.
    #[must_use]
    pub fn is_too_fast(&self) -> bool {
        self.pace.is_exceeded()
    }

    /// Whether the portal puts off whoever sends such a token, as it bounds how often one may try to log in.
    #[must_use]
    pub fn throttles(&self, token: Token) -> bool {
        !token.opens() && self.pace.throttles_logins()
    }

    /// How many requests were answered only with nothing else under way, as the portal serves fewer connections at
    /// once than were made.
    #[must_use]
    pub fn served_alone(&self) -> usize {
        self.crowd.served_alone()
    }

    /// How many requests were sent with these connections, repeated ones included.
    #[must_use]
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    /// How many requests were sent once more, as the portal had closed a kept connection before a byte of
    /// their answer came.
    #[must_use]
    pub fn reconnects(&self) -> usize {
        self.reconnects.load(Ordering::Relaxed)
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
            self.pass(repeat).await;
            let lane = self.lanes.take().await;
            let permit = self.turn(repeat).await;
            self.sent.fetch_add(1, Ordering::Relaxed);
            let is_alone = self.is_alone(permit.as_ref());
            let mut start = Instant::now();
            let mut answer = self.send(&request, repeat).await;
            if let (Err(failure), Some(proxy)) = (&mut answer, self.connector.proxy()) {
                proxy.mention(failure);
            }
            let is_alone = is_alone && self.is_alone(permit.as_ref());
            drop((permit, lane));
            if repeat == Repeat::Allowed
                && !is_alone
                && matches!(&answer, Err(failure) if failure.clue == Some(Clue::Unserved))
                && let Some((since, later)) = self.send_alone(&request).await
            {
                retries += 1;
                (start, answer) = (since, later);
            }
            let elapsed = start.elapsed();
            if repeat == Repeat::Allowed
                && let Ok(received) = &mut answer
                && !(received.is_too_many() && self.throttles(request.token))
            {
                if let Some(wait) = received.wait
                    && retries < MAX_RETRIES
                    && self.budget.grant(wait)
                {
                    self.budget.note(received.response.status, &request);
                    retries += 1;
                    continue;
                }
                let is_unavailable = received.is_unavailable();
                if received.is_too_many() || is_unavailable {
                    // Others need the room to find out whether they are put off as well.
                    received.held = Held::default();
                    let sent = (retries < MAX_TOSSED).then_some(start);
                    let status = received.response.status;
                    let put_off = if is_unavailable {
                        self.unavailable(&request, sent).await
                    } else {
                        self.put_off(&request, sent).await
                    };
                    match put_off {
                        PutOff::Passed(later) => {
                            self.budget.note(status, &request);
                            retries += 1;
                            if later.response.status == 200 {
                                self.pace.note(&request);
                            }
                            answer = Ok(*later);
                        }
                        PutOff::Again if self.budget.repeat() => {
                            self.budget.note(status, &request);
                            retries += 1;
                            continue;
                        }
                        PutOff::Again | PutOff::Run => self.pace.exceed(),
                        PutOff::Alone => {}
                    }
                } else if received.response.status == 200 {
                    self.pace.note(&request);
                }
            }
            if repeat == Repeat::Never
                && self.pace.is_limited()
                && let Ok(received) = &mut answer
            {
                received.response.limits_pace |= received.is_unavailable();
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
            if let Some(witness) = &self.witness {
                witness.tell(&exchange);
            }
            let reading = read(&mut exchange);
            return (exchange, reading);
        }
    }

    /// Waits as long as the run is held back, and until its rate admits one more request.
    async fn pass(&self, repeat: Repeat) {
        self.pace.pass().await;
        self.budget.pause().await;
        if repeat == Repeat::Never && self.pace.is_limited() {
            // It has one try: the portal gets time to admit more.
            self.waits(back_off(0)).await;
        }
        self.bucket.take().await;
    }

    /// Waits until a request may be sent: beside others, or alone where others keep the portal from it.
    ///
    /// What may not be sent twice always goes alone, and nothing is kept beside its own connection: a portal that
    /// serves few at once would leave it lying until one of the others ends, and carry it out when the run has given
    /// it up.
    async fn turn(&self, repeat: Repeat) -> Option<SemaphorePermit<'_>> {
        if repeat == Repeat::Never {
            let permit = self.rest().await;
            self.pool.close();
            return permit;
        }
        let permit = self.under_way.acquire().await.ok();
        if self.crowd.served_alone() == 0 {
            return permit;
        }
        drop(permit);
        self.rest().await
    }

    /// Whether no other request is under way than the one that was let out.
    fn is_alone(&self, permit: Option<&SemaphorePermit<'_>>) -> bool {
        let own = permit.map_or(0, SemaphorePermit::num_permits);
        // Who waits to ask alone has permits of those that have ended: these are not free.
        own + self.under_way.available_permits() == MOST_UNDER_WAY as usize
    }

    /// Sends a request once more with nothing else under way, where that may help: on the connection that the
    /// portal serves, or on the only one. When it was sent, and what came.
    async fn send_alone(&self, request: &Request) -> Option<(Instant, Result<Received, Failure>)> {
        if !self.is_answered.load(Ordering::Relaxed) {
            return None;
        }
        let _alone = self.rest().await;
        if !self.crowd.may_help() || !self.budget.repeat() {
            return None;
        }
        self.sent.fetch_add(1, Ordering::Relaxed);
        let since = Instant::now();
        let answer = self.send(request, Repeat::Allowed).await;
        self.crowd.note(answer.is_ok());
        Some((since, answer))
    }

    /// One request; sent once more where a kept connection had ended before a byte of the answer came, or
    /// with a 408.
    ///
    /// A server may close a connection that it keeps at any time (RFC 9112, 9.5), and may say 408 when it
    /// does (RFC 9110, 15.5.9), so that says nothing of it. What may not be sent twice gets a connection of its own,
    /// and no other is kept meanwhile.
    async fn send(&self, request: &Request, repeat: Repeat) -> Result<Received, Failure> {
        let deadline = Deadline::after(self.target.limits.request_timeout);
        let kept = match repeat {
            Repeat::Allowed => deadline.of(None, self.pool.take()).await?,
            Repeat::Never => None,
        };
        if let Some(mut kept) = kept {
            let answer = deadline.of(None, kept.send(self.message(request)?)).await?;
            let has_ended = match &answer {
                Err(_) => kept.is_silent() || kept.is_timed_out(),
                Ok(answer) => is_parting(answer),
            };
            if !has_ended {
                return self.receive(kept, answer?, request.token, deadline).await;
            }
            self.reconnects.fetch_add(1, Ordering::Relaxed);
            self.sent.fetch_add(1, Ordering::Relaxed);
        }
        let url = &self.target.url;
        let mut fresh = deadline.of(None, self.connector.connect(url)).await??;
        let answer = deadline.of(None, fresh.send(self.message(request)?)).await;
        let answer = answer.map_err(|failure| Failure {
            clue: fresh.is_silent().then_some(Clue::Unserved),
            ..failure
        })?;
        let answer = match answer {
            Err(failure) if fresh.is_silent() && failure.kind == FailureKind::Broken => {
                let clue = self.speaks_tls().await.then_some(Clue::Tls);
                Err(Failure { clue, ..failure })
            }
            answer => answer,
        };
        self.receive(fresh, answer?, request.token, deadline).await
    }

    /// Whether a port for plain HTTP that has not answered yet speaks TLS; it is asked once.
    async fn speaks_tls(&self) -> bool {
        if self.target.url.scheme() != "http" || self.is_answered.load(Ordering::Relaxed) {
            return false;
        }
        let probe = || self.connector.speaks_tls(&self.target.url);
        *self.tls_probe.get_or_init(probe).await
    }

    /// Reads an answer whose head has come, and keeps its connection where it stays open.
    async fn receive(
        &self,
        connection: Connection,
        mut answer: http::Response<Incoming>,
        token: Token,
        mut deadline: Deadline,
    ) -> Result<Received, Failure> {
        self.is_answered.store(true, Ordering::Relaxed);
        let status = answer.status().as_u16();
        if status == 407
            && let Some(proxy) = self.connector.forwarder()
        {
            return Err(proxy.refusal(status));
        }
        let keeps_open = keeps_open(answer.version(), answer.headers());
        // Who must be refused may be told so for a time.
        let is_limit = token.opens() && is_limit(status, answer.headers());
        let wait = retry_after(status, answer.headers(), SystemTime::now());
        let wait = wait.filter(|_| status != 403 || is_limit);
        let all = |name| -> Vec<String> {
            let values = answer.headers().get_all(name).iter();
            values
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
                .collect()
        };
        let (content_types, codings) = (all(CONTENT_TYPE), all(CONTENT_ENCODING));
        let telling = head(&answer);
        let limits_pace = status == 429 || is_limit || wait.is_some();
        let location = (300..400).contains(&status).then(|| all(LOCATION));
        let failed = |error: hyper::Error| Failure {
            status: Some(status),
            ..connection.broken(&error)
        };
        let on_its_way = answer.headers().get_all(TRANSFER_ENCODING).iter();
        if head::is_coded_on_its_way(on_its_way.map(HeaderValue::as_bytes)) {
            return Err(Failure {
                kind: FailureKind::Encoding,
                status: Some(status),
                message: "its Transfer-Encoding names more than `chunked`, which was not asked for"
                    .to_owned(),
                clue: None,
            });
        }
        let (body, held) = body::read(
            &mut answer,
            &codings,
            self.target.limits.max_body_size,
            &self.slot,
            &mut deadline,
            failed,
        )
        .await?;
        if keeps_open {
            self.pool.keep(connection);
        }
        let response = Response {
            status,
            head: telling,
            content_types,
            body,
            keeps_open,
            limits_pace,
            location: location
                .and_then(|all| all.into_iter().next())
                .map(|location| location.chars().take(MAX_LOCATION).collect()),
            page: KnownPage::default(),
        };
        Ok(Received {
            response,
            wait,
            held,
        })
    }

    /// A request as it goes out on a connection.
    fn message(&self, request: &Request) -> Result<http::Request<Full<Bytes>>, Failure> {
        let unsent = |error: http::Error| Failure {
            kind: FailureKind::Connect,
            status: None,
            message: error.to_string(),
            clue: None,
        };
        let whole = self.url(request);
        let url: Url = whole.parse().unwrap_or_else(|_| self.target.url.clone());
        let forwarder = self.connector.forwarder();
        // A proxy that passes requests on needs the whole URL (RFC 9112, 3.2.2).
        let place = match forwarder {
            Some(_) => &url[..Position::AfterQuery],
            None => &url[Position::BeforePath..Position::AfterQuery],
        };
        let body = request.body.as_ref().map(|body| body.text.clone());
        let length = body.as_ref().map(String::len);
        let mut message = http::Request::builder()
            .method(request.method.as_str())
            .uri(place)
            .body(Full::from(body.unwrap_or_default()))
            .map_err(unsent)?;
        let headers = message.headers_mut();
        *headers = self.headers(request);
        let host = &url[Position::BeforeHost..Position::AfterPort];
        if let Ok(host) = HeaderValue::try_from(host) {
            headers.insert(HOST, host);
        }
        headers
            .entry(USER_AGENT)
            .or_insert(HeaderValue::from_static(AGENT));
        if let Some(length) = length {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        if let Some(credentials) = forwarder.and_then(|proxy| proxy.credentials.clone()) {
            headers.insert(PROXY_AUTHORIZATION, credentials);
        }
        Ok(message)
    }

    fn url(&self, request: &Request) -> String {
        let mut url = self.target.url_of(&request.path);
        let (credentials, token) = credential::credentials_of(&self.target, request.token);
        if let Some(query) = credential::query(credentials, token) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&query);
        }
        url
    }

    fn headers(&self, request: &Request) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in credential::given(&self.target, request.token) {
            if let (Ok(name), Ok(value)) = (
                http::HeaderName::try_from(name),
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
        for (name, value) in request.headers.iter() {
            let is_own =
                |(own, _): &(String, crate::secret::Secret)| own.eq_ignore_ascii_case(name);
            if let Ok(name) = http::HeaderName::try_from(name.as_str())
                && !self.target.headers.iter().any(is_own)
            {
                set(name, value);
            }
        }
        set(header::ACCEPT_ENCODING, ACCEPT_ENCODING);
        // Servers that send a body all the same would be heard as the next answer.
        if request.method == "HEAD" {
            set(CONNECTION, "close");
        }
        if let Some(body) = &request.body {
            set(CONTENT_TYPE, &body.content_type);
        }
        let guise = request.guise.headers(&self.target.url_of(&request.path));
        let guise = guise
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        let elsewhere = credential::elsewhere(&self.target.credentials, request.token);
        for (name, value) in guise.chain(elsewhere) {
            if let (Ok(name), Ok(value)) = (
                http::HeaderName::try_from(name),
                HeaderValue::try_from(value),
            ) {
                headers.insert(name, value);
            }
        }
        let (credentials, token) = credential::credentials_of(&self.target, request.token);
        // A token that is given as a header is sent as it is given.
        let is_sent = request.token == Token::Valid && credentials.carried.is_some();
        let own = credential::header(credentials, token).filter(|_| !is_sent);
        if let Some((name, value)) = own {
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

/// What stands above the body. Values that are no UTF-8 are taken for Latin-1, as HTTP once said.
fn head(answer: &http::Response<Incoming>) -> Head {
    let text = |bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    };
    let reason = answer.extensions().get::<hyper::ext::ReasonPhrase>();
    let mut reason = reason.map_or(String::new(), |reason| text(reason.as_bytes()));
    reason.truncate(reason.floor_char_boundary(MAX_HEAD));
    let mut left = MAX_HEAD - reason.len();
    let headers = answer.headers().iter().map_while(|(name, value)| {
        let header = (name.as_str().to_owned(), text(value.as_bytes()));
        left = left.checked_sub(header.0.len() + header.1.len())?;
        Some(header)
    });
    let headers = headers.collect();
    Head { reason, headers }
}

/// A complete answer, and what is known of it on the way.
struct Received {
    response: Response,
    /// How long the portal asks to wait, where it does.
    wait: Option<Duration>,
    held: Held,
}

impl Received {
    /// Whether it says that the portal cannot answer now, and nothing of when it can (RFC 9110, 15.6.4), or a gateway
    /// says in its place that it does not reach it (15.6.3, 15.6.5).
    fn is_unavailable(&self) -> bool {
        let types = self.response.content_types.iter();
        let mut syntaxes = types.filter_map(|one| Syntax::of(one));
        match self.response.status {
            503 => self.wait.is_none(),
            502 | 504 => syntaxes.all(|one| one == Syntax::Html),
            _ => false,
        }
    }

    /// Whether it speaks of now, and not of what was asked.
    fn is_put_off(&self) -> bool {
        self.response.limits_pace || self.is_unavailable()
    }

    /// Whether it says that too much was asked in too short a time.
    fn is_too_many(&self) -> bool {
        self.response.limits_pace && matches!(self.response.status, 403 | 429)
    }
}

/// Whether an answer ends a connection on which no request came in time.
fn is_parting(answer: &http::Response<Incoming>) -> bool {
    answer.status() == StatusCode::REQUEST_TIMEOUT
        && !keeps_open(answer.version(), answer.headers())
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

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::{Shutdown, TcpListener};
    use std::sync::Mutex;
    use std::thread;

    use super::*;
    use crate::client::tests_support::{portal_of, request};

    /// The URL of a portal that keeps no connection, and does not say so.
    fn hanging_up() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for stream in listener.incoming() {
                thread::spawn(move || {
                    let mut stream = BufReader::new(stream.unwrap());
                    let mut head = (&mut stream).lines().map_while(Result::ok);
                    assert!(head.any(|line| line.is_empty()));
                    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
                    stream.get_mut().write_all(answer).unwrap();
                    let _ = stream.get_mut().shutdown(Shutdown::Write);
                    // What comes too late is read, so that the answer is not lost in a reset.
                    (&mut stream).lines().map_while(Result::ok).for_each(drop);
                });
            }
        });
        url
    }

    #[tokio::test]
    async fn what_is_wrong_with_the_way_of_a_body_is_told() {
        let long = "a".repeat(100_000);
        for (codings, body, kind, words) in [
            (
                "gzip, chunked",
                "0\r\n\r\n".to_owned(),
                FailureKind::Encoding,
                "more than `chunked`",
            ),
            (
                "chunked",
                format!("2\r\n{{}}\r\n0\r\nx: {long}\r\n\r\n"),
                FailureKind::Broken,
                "trailer",
            ),
            (
                "chunked",
                format!("2;x={long}\r\n{{}}\r\n0\r\n\r\n"),
                FailureKind::Broken,
                "extensions",
            ),
            (
                "chunked",
                "zz\r\n{}\r\n".to_owned(),
                FailureKind::Broken,
                "a chunk's size is none",
            ),
            (
                "chunked",
                "1\r\n{}\r\n0\r\n\r\n".to_owned(),
                FailureKind::Broken,
                "does not end where",
            ),
        ] {
            let head = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: {codings}\r\n\r\n");
            let client = client_of(&portal_of(head + &body));
            let failure = client.ask(request(), Repeat::Never).await.outcome;
            let failure = failure.unwrap_err();
            assert_eq!(failure.kind, kind, "{words}: {}", failure.message);
            assert!(
                failure.message.contains(words),
                "{words}: {}",
                failure.message
            );
        }
    }

    /// The URL of a portal that puts so many requests off, and how many came.
    fn putting_off(count: usize, header: &'static str) -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(AtomicUsize::new(0));
        let asked = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                let mut head = (&mut stream).lines().map_while(Result::ok);
                assert!(head.any(|line| line.is_empty()));
                let status = if asked.fetch_add(1, Ordering::Relaxed) < count {
                    format!("429 Too Many Requests\r\n{header}")
                } else {
                    "200 OK\r\n".to_owned()
                };
                let answer =
                    format!("HTTP/1.1 {status}Content-Length: 0\r\nConnection: close\r\n\r\n");
                stream.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        });
        (url, seen)
    }

    #[test]
    fn a_header_of_the_target_stands_in_the_place_of_one_that_is_documented() {
        let mut target = Target::new("http://portal.test".parse().unwrap());
        target.headers = vec![("X-Mode".to_owned(), crate::secret::Secret::new("ours"))];
        let client = Client::new(Arc::new(target)).unwrap();
        let documented = [("OCS-APIRequest", "true"), ("x-mode", "theirs")];
        let documented = documented.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let headers = client.headers(&Request {
            headers: documented.into(),
            ..request()
        });
        assert_eq!(headers["ocs-apirequest"], "true");
        let modes: Vec<_> = headers.get_all("x-mode").iter().collect();
        assert_eq!(modes, ["ours"]);
        assert!(!client.headers(&request()).contains_key("ocs-apirequest"));
    }

    #[test]
    fn a_token_that_is_given_as_a_header_is_left_out_and_replaced_there() {
        let document = "openapi: 3.1.0\nsecurity: [{one: []}, {bearer: []}]\npaths:\n  /a:\n    get: {responses: {'200': \
                        {description: A}}}\ncomponents: {securitySchemes: {one: {type: apiKey, in: PLACE, name: NAME}, \
                        bearer: {type: http, scheme: bearer}}}\n";
        let of = |place: &str, name: &str, header: &str, value: &str| {
            let text = document.replace("PLACE", place).replace("NAME", name);
            let source = crate::source::Source::new("a.yaml", &text);
            let contract = crate::contract::of_sources(vec![source]).unwrap();
            let mut target = Target::new("http://portal.test".parse().unwrap());
            target.headers = vec![
                ("X-Mode".to_owned(), crate::secret::Secret::new("ours")),
                (header.to_owned(), crate::secret::Secret::new(value)),
            ];
            target.find_token(&contract);
            Client::new(Arc::new(target)).unwrap()
        };
        let sent = |client: &Client, token: Token, name: &str| {
            let headers = client.headers(&Request { token, ..request() });
            assert_eq!(headers["x-mode"], "ours");
            let values = headers.get_all(name).iter();
            values
                .map(|value| value.to_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let none: &[&str] = &[];
        let key = of("header", "X-Api-Key", "X-Api-Key", "Geheim-Token");
        for (token, expected) in [
            (Token::Valid, &["Geheim-Token"][..]),
            (Token::None, none),
            (Token::Extended, &["Geheim-Tokenx"]),
            (Token::Empty, &[""]),
            (Token::UnknownBearer, none),
            // A document says that a key stands there.
            (Token::InHeader, none),
        ] {
            assert_eq!(sent(&key, token, "x-api-key"), expected, "{token:?}");
        }
        assert_eq!(
            sent(&key, Token::InHeader, "x-auth-token"),
            ["Geheim-Token"]
        );
        assert_eq!(sent(&key, Token::UnknownBearer, "authorization").len(), 1);
        assert!(sent(&key, Token::Valid, "authorization").is_empty());
        let cookie = of("cookie", "sid", "Cookie", "lang=de; sid=tok");
        for (token, expected) in [
            (Token::Valid, &["lang=de; sid=tok"][..]),
            (Token::None, &["lang=de"]),
            (Token::Extended, &["lang=de; sid=tokx"]),
            (Token::Bare, &["lang=de; sid"]),
            (Token::Malformed, &["lang=de; sid=%%%"]),
        ] {
            assert_eq!(sent(&cookie, token, "cookie"), expected, "{token:?}");
        }
    }

    /// Nothing was answered well yet, so that nothing else tells what its 429 is about.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_first_request_that_is_put_off_is_asked_again_itself() {
        for (count, header, passes) in [
            (1, "", true),
            (2, "", true),
            (1, "Retry-After: 3600\r\n", true),
            (usize::MAX, "", false),
        ] {
            let (url, seen) = putting_off(count, header);
            let client = Client::new(Arc::new(Target::new(url.parse().unwrap()))).unwrap();
            let exchange = client.ask(request(), Repeat::Allowed).await;
            let status = if passes { 200 } else { 429 };
            assert_eq!(exchange.status(), Some(status), "{count} {header}");
            assert!(
                client.waited() < Duration::from_secs(10),
                "{count} {header}"
            );
            if passes {
                assert_eq!(seen.load(Ordering::Relaxed), count + 1);
                assert_eq!(exchange.retries, 1);
                // It can tell of the next one.
                let other = Request {
                    path: "other".to_owned(),
                    ..request()
                };
                assert_eq!(client.pace.control(&other), Some(request()));
                continue;
            }
            // The next one is not waited for as long.
            let before = client.waited();
            client.ask(request(), Repeat::Allowed).await;
            assert!(client.waited() < before + Duration::from_secs(1));
            assert!(!client.is_too_fast(), "nothing was ever answered");
        }
    }

    /// The URL of a portal that answers as it is told by the path that is asked for, how many requests came so far and
    /// how many of them are under way; and how often each path was asked for.
    fn telling(
        answer: impl Fn(&str, usize, usize) -> u16 + Send + Sync + 'static,
    ) -> (String, Arc<Mutex<Vec<String>>>) {
        telling_of(answer, "")
    }

    /// The same, with these headers.
    fn telling_of(
        answer: impl Fn(&str, usize, usize) -> u16 + Send + Sync + 'static,
        headers: &'static str,
    ) -> (String, Arc<Mutex<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (all, answer) = (Arc::clone(&asked), Arc::new(answer));
        let under_way = Arc::new(AtomicUsize::new(0));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (all, answer) = (Arc::clone(&all), Arc::clone(&answer));
                let under_way = Arc::clone(&under_way);
                thread::spawn(move || {
                    let mut stream = BufReader::new(stream.unwrap());
                    let mut head = (&mut stream).lines().map_while(Result::ok);
                    let line = head.next().unwrap_or_default();
                    assert!(head.any(|line| line.is_empty()));
                    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
                    let beside = under_way.fetch_add(1, Ordering::SeqCst) + 1;
                    let before = {
                        let mut all = all.lock().unwrap();
                        all.push(path.clone());
                        all.len() - 1
                    };
                    let status = answer(&path, before, beside);
                    if status == 200 {
                        thread::sleep(Duration::from_millis(50));
                    }
                    under_way.fetch_sub(1, Ordering::SeqCst);
                    let answer = format!(
                        "HTTP/1.1 {status} X\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n"
                    );
                    stream.get_mut().write_all(answer.as_bytes()).unwrap();
                });
            }
        });
        (url, asked)
    }

    fn client_of(url: &str) -> Client {
        let mut target = Target::new(url.parse().unwrap());
        target.limits.rate = crate::amount::Rate::UNLIMITED;
        Client::new(Arc::new(target)).unwrap()
    }

    fn for_path(path: &str) -> Request {
        Request {
            path: path.to_owned(),
            ..request()
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_unavailable_as_others_are_under_way_is_asked_beside_fewer() {
        let (url, asked) = telling(|_, _, beside| if beside > 3 { 503 } else { 200 });
        let client = client_of(&url);
        client.ask(for_path("first"), Repeat::Allowed).await;
        for _ in 0..3 {
            let all = (0..12).map(|at| client.ask(for_path(&at.to_string()), Repeat::Allowed));
            let all = futures::future::join_all(all).await;
            let statuses: Vec<_> = all.iter().map(Exchange::status).collect();
            assert_eq!(statuses, [Some(200); 12]);
        }
        assert!(client.pace.is_limited() && !client.is_too_fast());
        let before = asked.lock().unwrap().len();
        let all = (0..12).map(|at| client.ask(for_path(&at.to_string()), Repeat::Allowed));
        futures::future::join_all(all).await;
        assert_eq!(
            asked.lock().unwrap().len(),
            before + 12,
            "few at once are enough"
        );
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_a_gateway_says_once_is_asked_again() {
        for (status, media_type, is_asked_again) in [
            (502, "", true),
            (504, "Content-Type: text/html\r\n", true),
            (502, "Content-Type: application/json\r\n", false),
            (500, "", false),
            (501, "", false),
        ] {
            let (url, asked) = telling_of(
                move |path, before, _| match (path, before) {
                    ("/read", 1) => status,
                    _ => 200,
                },
                media_type,
            );
            let client = client_of(&url);
            client.ask(for_path("first"), Repeat::Allowed).await;
            let read = client.ask(for_path("read"), Repeat::Allowed).await;
            let expected = if is_asked_again { 200 } else { status };
            assert_eq!(read.status(), Some(expected), "{status} {media_type}");
            let reads = asked.lock().unwrap();
            let reads = reads.iter().filter(|path| *path == "/read").count();
            assert_eq!(reads, 1 + usize::from(is_asked_again));
            assert_eq!(client.later().contains_key(&status), is_asked_again);
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_403_that_leaves_no_requests_is_waited_for_where_the_token_opens() {
        for (token, headers, is_asked_again) in [
            (Token::Valid, "X-RateLimit-Remaining: 0\r\n", true),
            (Token::Valid, "Retry-After: 0\r\n", true),
            (Token::None, "Retry-After: 0\r\n", false),
            (Token::Valid, "X-RateLimit-Remaining: 7\r\n", false),
        ] {
            let (url, _) = telling_of(
                |path, before, _| match (path, before) {
                    ("/read", 1) => 403,
                    _ => 200,
                },
                headers,
            );
            let client = client_of(&url);
            client.ask(for_path("first"), Repeat::Allowed).await;
            let read = Request {
                token,
                ..for_path("read")
            };
            let read = client.ask(read, Repeat::Allowed).await;
            let expected = if is_asked_again { 200 } else { 403 };
            assert_eq!(read.status(), Some(expected), "{token:?} {headers}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_alone_is_unavailable_stays_so_and_costs_little() {
        let (url, asked) = telling(|path, _, _| if path == "/broken" { 503 } else { 200 });
        let client = client_of(&url);
        let first = client.ask(for_path("broken"), Repeat::Allowed).await;
        assert_eq!(
            first.status(),
            Some(503),
            "nothing else tells what it means"
        );
        assert_eq!(asked.lock().unwrap().len(), 1);
        client.ask(for_path("first"), Repeat::Allowed).await;
        let all = (0..40).map(|_| client.ask(for_path("broken"), Repeat::Allowed));
        let all = futures::future::join_all(all).await;
        assert!(all.iter().all(|one| one.status() == Some(503)));
        assert!(!client.pace.is_limited() && !client.is_too_fast());
        assert!(
            client.waited() < Duration::from_millis(1500),
            "{:?}",
            client.waited()
        );
        let of_others = asked
            .lock()
            .unwrap()
            .iter()
            .filter(|path| *path != "/broken")
            .count();
        assert!(of_others < 15, "{of_others}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_portal_that_goes_down_is_waited_for_once() {
        let (url, asked) = telling(|_, before, _| if before == 0 { 200 } else { 503 });
        let client = client_of(&url);
        client.ask(for_path("first"), Repeat::Allowed).await;
        let all = (0..6).map(|at| client.ask(for_path(&at.to_string()), Repeat::Allowed));
        let all = futures::future::join_all(all).await;
        assert!(all.iter().all(|one| one.status() == Some(503)));
        assert!(!client.is_too_fast() && !client.pace.is_limited());
        assert!(
            client.waited() < Duration::from_secs(8),
            "{:?}",
            client.waited()
        );
        assert_eq!(asked.lock().unwrap().len(), 1 + 6 + 5);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_may_not_be_repeated_is_put_off_where_others_were_for_a_time() {
        for is_limiter in [true, false] {
            let (url, asked) = telling(move |path, before, _| match (path, before) {
                ("/write", _) => 503,
                ("/read", 1) if is_limiter => 503,
                _ => 200,
            });
            let client = client_of(&url);
            for path in ["first", "read"] {
                let read = client.ask(for_path(path), Repeat::Allowed).await;
                assert_eq!(read.status(), Some(200));
            }
            let write = client.ask(for_path("write"), Repeat::Never).await;
            let response = write.outcome.unwrap();
            assert_eq!(response.status, 503);
            assert_eq!(response.limits_pace, is_limiter);
            let asked = asked.lock().unwrap();
            let writes = asked.iter().filter(|path| *path == "/write");
            assert_eq!(writes.count(), 1, "it is never sent twice");
        }
    }

    /// The URL of a portal that serves one connection after the other, each as long as it is kept; after the
    /// first answer, it may answer no more.
    fn with_one_worker(goes_on: bool) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            let mut answers = 0;
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                while (&mut stream)
                    .lines()
                    .map_while(Result::ok)
                    .any(|line| line.is_empty())
                {
                    answers += 1;
                    // Long enough for what is asked with it to find this connection taken.
                    thread::sleep(Duration::from_millis(200));
                    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
                    // Who has gone away hears nothing.
                    if (answers > 1 && !goes_on) || stream.get_mut().write_all(answer).is_err() {
                        break;
                    }
                }
                if !goes_on {
                    thread::sleep(Duration::from_mins(1));
                }
            }
        });
        url
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_a_portal_with_few_workers_leaves_alone_is_asked_alone() {
        for goes_on in [true, false] {
            let mut target = Target::new(with_one_worker(goes_on).parse().unwrap());
            target.limits.request_timeout = Duration::from_secs(2);
            target.limits.rate = crate::amount::Rate::UNLIMITED;
            let client = Client::new(Arc::new(target)).unwrap();
            let first = client.ask(request(), Repeat::Allowed).await;
            assert!(first.outcome.is_ok());
            if goes_on {
                // The worker stays with the connection that is kept, until that is closed.
                let write = client.ask(request(), Repeat::Never).await;
                assert!(write.outcome.is_ok() && write.retries == 0, "{write:?}");
            }
            let repeats = [
                Repeat::Allowed,
                Repeat::Allowed,
                Repeat::Allowed,
                Repeat::Never,
            ];
            let asked = repeats.map(|repeat| client.ask(request(), repeat));
            let all = futures::future::join_all(asked).await;
            let (last, others) = all.split_last().unwrap();
            if !goes_on {
                assert!(all.iter().all(Exchange::is_late), "{all:?}");
                assert_eq!(client.served_alone(), 0);
                assert_eq!(client.sent(), 1 + 4 + 1, "it is tried once, in vain");
                continue;
            }
            assert!(last.outcome.is_ok() && last.retries == 0, "{last:?}");
            assert!(others.iter().all(|one| one.outcome.is_ok()), "{others:?}");
            assert_eq!(
                client.served_alone(),
                2,
                "one was sent on the connection that is served"
            );
            let retries: u32 = others.iter().map(|one| one.retries).sum();
            assert_eq!(retries, 2);
            // From now on, one goes after the other.
            let asked = (0..4).map(|_| client.ask(request(), Repeat::Allowed));
            let all = futures::future::join_all(asked).await;
            assert!(
                all.iter()
                    .all(|one| one.outcome.is_ok() && one.retries == 0)
            );
        }
    }

    /// A request may be handed to a connection in the very moment in which it ends.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn no_request_waits_on_a_connection_that_has_ended() {
        let mut target = Target::new(hanging_up().parse().unwrap());
        target.limits.rate = crate::amount::Rate::UNLIMITED;
        target.limits.request_timeout = Duration::from_secs(20);
        let client = Client::new(Arc::new(target)).unwrap();
        // Asked from a thread that serves no connection, as a run does.
        let askers = (0..8).map(async |_| {
            for _ in 0..250 {
                let exchange = client.ask(request(), Repeat::Allowed).await;
                assert!(exchange.outcome.is_ok(), "{:?}", exchange.outcome);
            }
        });
        futures::future::join_all(askers).await;
        assert!(client.reconnects() > 0);
    }

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
