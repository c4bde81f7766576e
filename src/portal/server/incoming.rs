//! Requests as they come in on a connection: a head, and a body by its length or in chunks.

use std::io;
use std::time::Duration;

use http::header::{CONTENT_LENGTH, EXPECT, HOST, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderMap, Request, StatusCode, Version};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The longest head of a request that is read, in bytes; the trailer after chunks likewise.
const LONGEST_HEAD: usize = 64 << 10;
/// How many headers of a request are read.
const MOST_HEADERS: usize = 100;
/// The longest request body that is read, in bytes.
const LONGEST_BODY: usize = 1 << 20;
/// The longest line before a chunk, with what may stand behind the size.
const LONGEST_CHUNK_LINE: usize = 4 << 10;
/// How long a request may take to come in.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// What came in on a connection and is not yet taken.
#[derive(Debug)]
pub(super) struct Incoming {
    read: Vec<u8>,
    /// How much of it is taken.
    taken: usize,
    /// How long a request may take from its first byte to its last.
    longest_wait: Duration,
}

/// Why there is no request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// The client is gone.
    Gone,
    /// What the client sent is no request, or too much of one.
    Refused(StatusCode),
}

/// Where a body ends.
enum Body {
    Length(usize),
    Chunks,
}

impl From<io::Error> for Unread {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

impl From<StatusCode> for Unread {
    fn from(status: StatusCode) -> Self {
        Self::Refused(status)
    }
}

impl Default for Incoming {
    fn default() -> Self {
        Self {
            read: Vec::new(),
            taken: 0,
            longest_wait: LONGEST_WAIT,
        }
    }
}

impl Incoming {
    /// The next request, once it is whole; what came of the one after it stays for the next call.
    pub(super) async fn request<S>(&mut self, stream: &mut S) -> Result<(Parts, Vec<u8>), Unread>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        // Empty lines before a request are lawful (RFC 9112, 2.2).
        while self.skip_line_ends() {
            self.more(stream).await?;
        }
        let whole = tokio::time::timeout(self.longest_wait, self.whole(stream)).await;
        whole.unwrap_or(Err(Unread::Refused(StatusCode::REQUEST_TIMEOUT)))
    }

    async fn whole<S>(&mut self, stream: &mut S) -> Result<(Parts, Vec<u8>), Unread>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let parts = self.parsed(stream, LONGEST_HEAD, head).await?;
        if parts.version == Version::HTTP_11 && parts.headers.get_all(HOST).iter().count() != 1 {
            return Err(StatusCode::BAD_REQUEST.into());
        }
        let body = body(&parts.headers, parts.version)?;
        if parts.version == Version::HTTP_11 && !matches!(body, Body::Length(0)) {
            self.encourage(stream, &parts.headers).await?;
        }
        let body = match body {
            Body::Length(length) => {
                self.fill(stream, length).await?;
                self.take(length)
            }
            Body::Chunks => self.chunks(stream).await?,
        };
        Ok((parts, body))
    }

    /// Tells a client that waits with its body to go on (RFC 9110, 10.1.1).
    async fn encourage<S>(&self, stream: &mut S, headers: &HeaderMap) -> Result<(), Unread>
    where
        S: AsyncWrite + Unpin,
    {
        let Some(expected) = headers.get(EXPECT) else {
            return Ok(());
        };
        if !expected.as_bytes().eq_ignore_ascii_case(b"100-continue") {
            return Err(StatusCode::EXPECTATION_FAILED.into());
        }
        if self.read.len() == self.taken {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        Ok(())
    }

    async fn chunks<S>(&mut self, stream: &mut S) -> Result<Vec<u8>, Unread>
    where
        S: AsyncRead + Unpin,
    {
        let mut body = Vec::new();
        loop {
            let size = self.parsed(stream, LONGEST_CHUNK_LINE, chunk_size).await?;
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            if size > LONGEST_BODY - body.len() {
                return Err(StatusCode::PAYLOAD_TOO_LARGE.into());
            }
            if size == 0 {
                self.parsed(stream, LONGEST_HEAD, trailer).await?;
                return Ok(body);
            }
            self.fill(stream, size + 2).await?;
            body.extend(self.take(size));
            if self.take(2) != b"\r\n" {
                return Err(StatusCode::BAD_REQUEST.into());
            }
        }
    }

    /// Reads until something of lines is whole, and takes it.
    async fn parsed<S, T>(
        &mut self,
        stream: &mut S,
        longest: usize,
        parse: impl Fn(&[u8]) -> Result<Option<(T, usize)>, StatusCode>,
    ) -> Result<T, Unread>
    where
        S: AsyncRead + Unpin,
    {
        let mut seen = 0;
        loop {
            let rest = &self.read[self.taken..];
            // Nothing of lines becomes whole without the end of one, so that few bytes at a time cost no
            // more than many.
            if (seen == 0 || rest[seen..].contains(&b'\n'))
                && let Some((found, length)) = parse(rest)?
            {
                self.taken += length;
                return Ok(found);
            }
            if rest.len() >= longest {
                return Err(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into());
            }
            seen = rest.len();
            self.more(stream).await?;
        }
    }

    /// Reads until so many bytes are there.
    async fn fill<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        length: usize,
    ) -> Result<(), Unread> {
        while self.read.len() - self.taken < length {
            self.more(stream).await?;
        }
        Ok(())
    }

    /// Takes bytes that are there.
    fn take(&mut self, length: usize) -> Vec<u8> {
        let taken = self.read[self.taken..self.taken + length].to_vec();
        self.taken += length;
        taken
    }

    async fn more<S: AsyncRead + Unpin>(&mut self, stream: &mut S) -> Result<(), Unread> {
        // What is taken goes before more is read, so that the buffer holds one request's bytes at most.
        self.read.drain(..self.taken);
        self.taken = 0;
        if stream.read_buf(&mut self.read).await? == 0 {
            return Err(Unread::Gone);
        }
        Ok(())
    }

    /// Takes line ends; whether nothing else is there.
    fn skip_line_ends(&mut self) -> bool {
        let rest = &self.read[self.taken..];
        let ends = rest.iter().take_while(|byte| b"\r\n".contains(byte));
        self.taken += ends.count();
        self.taken == self.read.len()
    }
}

/// The head of a request and its length, once it is whole.
fn head(read: &[u8]) -> Result<Option<(Parts, usize)>, StatusCode> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let length = match parsed.parse(read) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(refusal(error)),
    };
    let mut request = Request::builder()
        .method(parsed.method.unwrap_or_default())
        .uri(parsed.path.unwrap_or_default())
        .version(match parsed.version {
            Some(0) => Version::HTTP_10,
            _ => Version::HTTP_11,
        });
    for header in parsed.headers {
        request = request.header(header.name, header.value);
    }
    match request.body(()) {
        Ok(request) => Ok(Some((request.into_parts().0, length))),
        Err(_) => Err(StatusCode::BAD_REQUEST),
    }
}

fn refusal(error: httparse::Error) -> StatusCode {
    match error {
        httparse::Error::TooManyHeaders => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        httparse::Error::Version => StatusCode::HTTP_VERSION_NOT_SUPPORTED,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// Where the body ends, by the headers (RFC 9112, 6.3). Two that disagree are refused.
fn body(headers: &HeaderMap, version: Version) -> Result<Body, StatusCode> {
    let lengths: Vec<&[u8]> = values(headers, &CONTENT_LENGTH);
    let codings: Vec<&[u8]> = values(headers, &TRANSFER_ENCODING);
    let Some(coding) = codings.first() else {
        let Some(first) = lengths.first() else {
            return Ok(Body::Length(0));
        };
        if !first.iter().all(u8::is_ascii_digit) || lengths.iter().any(|other| other != first) {
            return Err(StatusCode::BAD_REQUEST);
        }
        // A number that is none by now is longer than any.
        let length = str::from_utf8(first).map_or(Ok(0), str::parse::<usize>);
        return match length {
            _ if first.is_empty() => Err(StatusCode::BAD_REQUEST),
            Ok(length) if length <= LONGEST_BODY => Ok(Body::Length(length)),
            _ => Err(StatusCode::PAYLOAD_TOO_LARGE),
        };
    };
    if !lengths.is_empty() || version == Version::HTTP_10 {
        return Err(StatusCode::BAD_REQUEST);
    }
    if codings.len() > 1 || !coding.eq_ignore_ascii_case(b"chunked") {
        return Err(StatusCode::NOT_IMPLEMENTED);
    }
    Ok(Body::Chunks)
}

/// The values of a header, each listed one by itself.
fn values<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Vec<&'a [u8]> {
    headers
        .get_all(name)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .collect()
}

fn chunk_size(read: &[u8]) -> Result<Option<(u64, usize)>, StatusCode> {
    match httparse::parse_chunk_size(read) {
        Ok(httparse::Status::Complete((length, size))) => Ok(Some((size, length))),
        Ok(httparse::Status::Partial) => Ok(None),
        Err(_) => Err(StatusCode::BAD_REQUEST),
    }
}

/// The fields after the last chunk, which say nothing to a portal, and the empty line behind them.
fn trailer(read: &[u8]) -> Result<Option<((), usize)>, StatusCode> {
    let mut fields = [httparse::EMPTY_HEADER; MOST_HEADERS];
    match httparse::parse_headers(read, &mut fields) {
        Ok(httparse::Status::Complete((length, _))) => Ok(Some(((), length))),
        Ok(httparse::Status::Partial) => Ok(None),
        Err(error) => Err(refusal(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of a text that comes in pieces, and what was said meanwhile.
    async fn read(text: &[u8], piece: usize) -> (Result<(Parts, Vec<u8>), Unread>, String) {
        let (mut here, mut there) = tokio::io::duplex(1 << 22);
        let sent = async {
            for piece in text.chunks(piece) {
                there.write_all(piece).await.unwrap();
                tokio::task::yield_now().await;
            }
            there.shutdown().await.unwrap();
            let mut said = Vec::new();
            there.read_to_end(&mut said).await.unwrap();
            String::from_utf8(said).unwrap()
        };
        let received = async {
            let request = Incoming::default().request(&mut here).await;
            drop(here);
            request
        };
        tokio::join!(received, sent)
    }

    async fn refused(text: &str) -> u16 {
        match read(text.as_bytes(), 1 << 16).await.0 {
            Err(Unread::Refused(status)) => status.as_u16(),
            other => panic!("{text:?}: {other:?}"),
        }
    }

    const CHUNKED: &str = "\r\nPOST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n\
        3;name=\"value\"\r\nabc\r\n0a\r\n0123456789\r\n0\r\nX-Trailer: end\r\n\r\n";

    #[tokio::test]
    async fn a_request_is_read_whole_however_it_comes_in() {
        let by_length =
            "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 13, 13\r\n\r\nabc0123456789";
        for text in [CHUNKED, by_length] {
            for piece in [1, 2, 7, 4_096] {
                let (request, said) = read(text.as_bytes(), piece).await;
                let (parts, body) = request.unwrap();
                assert_eq!(
                    (parts.uri.path(), body.as_slice()),
                    ("/x", &b"abc0123456789"[..])
                );
                assert_eq!(said, "");
            }
        }
    }

    #[tokio::test]
    async fn requests_behind_one_another_are_read_in_turn() {
        let two = format!("{CHUNKED}{CHUNKED}");
        let (mut here, mut there) = tokio::io::duplex(1 << 16);
        there.write_all(two.as_bytes()).await.unwrap();
        drop(there);
        let mut incoming = Incoming::default();
        for _ in 0..2 {
            assert_eq!(incoming.request(&mut here).await.unwrap().1.len(), 13);
        }
        assert_eq!(incoming.request(&mut here).await.unwrap_err(), Unread::Gone);
    }

    #[tokio::test]
    async fn a_client_that_waits_with_its_body_is_told_to_go_on() {
        let waits = |rest: &str| {
            format!("POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\n{rest}\r\n\r\n")
        };
        let (mut here, mut there) = tokio::io::duplex(1 << 16);
        let head = waits("Content-Length: 2");
        there.write_all(head.as_bytes()).await.unwrap();
        let told = async {
            let mut told = [0; 25];
            there.read_exact(&mut told).await.unwrap();
            assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
            there.write_all(b"{}").await.unwrap();
        };
        let mut incoming = Incoming::default();
        let (request, ()) = tokio::join!(incoming.request(&mut here), told);
        assert_eq!(request.unwrap().1, b"{}");
        // Not where there is nothing to wait for, nor where it would be too much.
        assert_eq!(read(waits("X: y").as_bytes(), 4_096).await.1, "");
        let (too_long, said) = read(waits("Content-Length: 1048577").as_bytes(), 4_096).await;
        let too_large = Unread::Refused(StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!((too_long.unwrap_err(), said.as_str()), (too_large, ""));
    }

    #[tokio::test]
    async fn what_is_no_request_is_refused_by_its_reason() {
        let with = |headers: &str| format!("POST / HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n");
        let long = "x".repeat(LONGEST_HEAD);
        let many = "X: y\r\n".repeat(MOST_HEADERS + 1);
        let chunked = "Transfer-Encoding: chunked";
        for (text, status) in [
            ("\u{16}\u{3}\u{1}".to_owned(), 400),
            ("GET / HTTP/1.1\r\n\r\n".to_owned(), 400),
            ("GET / HTTP/2.0\r\n\r\n".to_owned(), 505),
            ("GET /\u{7f} HTTP/1.1\r\n\r\n".to_owned(), 400),
            (with("no header"), 400),
            (with("Host: y"), 400),
            (with("Content-Length: -1"), 400),
            (with("Content-Length: +1"), 400),
            (with("Content-Length:"), 400),
            (with("Content-Length: 1, 2"), 400),
            (with("Content-Length: 1\r\nContent-Length: 2"), 400),
            (with("Content-Length: 99999999999999999999999"), 413),
            (with("Content-Length: 1048577"), 413),
            (with("Content-Length: 1\r\nExpect: tea"), 417),
            (with(&format!("{chunked}\r\nContent-Length: 1")), 400),
            (with("Transfer-Encoding: gzip, chunked"), 501),
            (with(&format!("{chunked}\r\n\r\nsize")), 400),
            (with(&format!("{chunked}\r\n\r\n1\r\nab\r\n")), 400),
            (with(&format!("{chunked}\r\n\r\n100001\r\n")), 413),
            (with(&format!("{chunked}\r\n\r\nffffffffffffffff\r\n")), 413),
            (with(&format!("X: {long}")), 431),
            (with(&many), 431),
            (
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(),
                400,
            ),
        ] {
            let shown: String = text.chars().take(80).collect();
            assert_eq!(refused(&text).await, status, "{shown:?}");
        }
    }

    #[tokio::test]
    async fn a_request_that_never_ends_is_refused() {
        let (mut here, mut there) = tokio::io::duplex(1 << 16);
        there.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        let mut incoming = Incoming {
            longest_wait: Duration::ZERO,
            ..Incoming::default()
        };
        let request = incoming.request(&mut here).await;
        let timeout = Unread::Refused(StatusCode::REQUEST_TIMEOUT);
        assert_eq!(request.unwrap_err(), timeout);
    }
}
