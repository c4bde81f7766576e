//! Connections that no HTTP library would make: every byte of an answer is written here.
//!
//! Serves like [`crate::portal::serve`], but knows each [`Frame`]. A request that is none ends its
//! connection; so does every answer whose frame does not say where the next one would begin.

use std::io;
use std::sync::Arc;

use axum::body::Bytes;
use http::Request;
use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::request::Parts;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::portal::change::Frame;
use crate::portal::engine::Engine;
use crate::portal::reply::Reply;
use crate::portal::serve::LONGEST_BODY;

/// The longest head of a request that is read, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;
/// How many headers of a request are read.
const MOST_HEADERS: usize = 64;

/// Serves until told to stop; every connection ends with the portal.
pub(crate) async fn serve(
    listener: TcpListener,
    engine: Arc<Engine>,
    mut stopped: watch::Receiver<bool>,
) -> io::Result<()> {
    loop {
        let mut until = stopped.clone();
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                let engine = Arc::clone(&engine);
                tokio::spawn(async move {
                    tokio::select! {
                        // A client that goes away, or a frame that is cut, is no error of the portal.
                        _ = connection(stream, &engine) => {}
                        _ = until.wait_for(|stopped| *stopped) => {}
                    }
                });
            }
            _ = stopped.wait_for(|stopped| *stopped) => return Ok(()),
        }
    }
}

async fn connection(mut stream: TcpStream, engine: &Engine) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut read = Vec::new();
    while let Some((parts, body)) = request(&mut stream, &mut read).await? {
        tokio::time::sleep(engine.pause()).await;
        let reply = engine.answer(&parts, &body);
        if !write(&mut stream, reply).await? || wants_close(&parts) {
            break;
        }
    }
    stream.shutdown().await
}

/// Whether the request is the last one: the header is a list of words in any letter case (RFC 9110, 7.6.1).
fn wants_close(parts: &Parts) -> bool {
    let values = parts.headers.get_all(CONNECTION).iter();
    let mut words = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    words.any(|word| word.trim_ascii().eq_ignore_ascii_case(b"close"))
}

/// Reads one request; what was read of the next one stays in the buffer. `None` at the end, and
/// where the request cannot be understood.
async fn request(stream: &mut TcpStream, read: &mut Vec<u8>) -> io::Result<Option<(Parts, Bytes)>> {
    let (parts, head) = loop {
        match head(read) {
            Ok(Some(found)) => break found,
            Ok(None) if read.len() < LONGEST_HEAD => {
                if stream.read_buf(read).await? == 0 {
                    return Ok(None);
                }
            }
            Ok(None) | Err(()) => return Ok(None),
        }
    };
    let length = parts.headers.get(CONTENT_LENGTH);
    let length = match length.map(|value| value.to_str().unwrap_or("").parse()) {
        None => 0,
        Some(Ok(length)) if length <= LONGEST_BODY => length,
        Some(_) => return Ok(None),
    };
    if parts.headers.contains_key(TRANSFER_ENCODING) {
        return Ok(None);
    }
    while read.len() < head + length {
        if stream.read_buf(read).await? == 0 {
            return Ok(None);
        }
    }
    let rest = read.split_off(head + length);
    let body = Bytes::copy_from_slice(&read[head..]);
    *read = rest;
    Ok(Some((parts, body)))
}

/// The head of a request and its length, once it is whole.
fn head(read: &[u8]) -> Result<Option<(Parts, usize)>, ()> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(length) = parsed.parse(read).map_err(|_| ())? else {
        return Ok(None);
    };
    let mut request = Request::builder()
        .method(parsed.method.unwrap_or(""))
        .uri(parsed.path.unwrap_or(""));
    for header in parsed.headers {
        request = request.header(header.name, header.value);
    }
    let (parts, ()) = request.body(()).map_err(|_| ())?.into_parts();
    Ok(Some((parts, length)))
}

/// Writes an answer; whether another one can follow on the connection.
async fn write(stream: &mut TcpStream, reply: Reply) -> io::Result<bool> {
    let body = reply.body.as_slice();
    let half = body.len() / 2;
    match reply.frame {
        Some(Frame::NoAnswer) => return Ok(false),
        Some(Frame::Late(pause)) => tokio::time::sleep(pause).await,
        Some(Frame::Interim) => {
            let hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x.css>; rel=preload\r\n\r\n";
            stream.write_all(hints).await?;
        }
        _ => {}
    }
    let head = head_of(&reply);
    match reply.frame {
        Some(Frame::CutHead) => {
            stream.write_all(&head[..head.len() / 2]).await?;
            return Ok(false);
        }
        Some(Frame::Drip(size, pause)) => {
            let whole = [head.as_slice(), body].concat();
            for piece in whole.chunks(size.max(1)) {
                stream.write_all(piece).await?;
                stream.flush().await?;
                tokio::time::sleep(pause).await;
            }
            return Ok(true);
        }
        _ => stream.write_all(&head).await?,
    }
    match reply.frame {
        Some(Frame::CutBody) => stream.write_all(&body[..half]).await?,
        Some(Frame::Reset) => {
            stream.write_all(&body[..half]).await?;
            stream.set_zero_linger()?;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Some(Frame::Stall) => {
            stream.write_all(&body[..half]).await?;
            stream.flush().await?;
            std::future::pending::<()>().await;
        }
        Some(Frame::GarbledChunk) => stream.write_all(b"size\r\n{}\r\n0\r\n\r\n").await?,
        Some(Frame::ChunksWithoutEnd) => stream.write_all(&chunks(body, 512, "")).await?,
        Some(Frame::Chunks(size)) => {
            let whole = [chunks(body, size, "").as_slice(), b"0\r\n\r\n"].concat();
            stream.write_all(&whole).await?;
        }
        Some(Frame::ChunkExtensions) => {
            let whole = [
                chunks(body, 512, ";name=\"a value\"").as_slice(),
                b"0\r\nX-Trailer: end\r\n\r\n",
            ]
            .concat();
            stream.write_all(&whole).await?;
        }
        _ => stream.write_all(body).await?,
    }
    Ok(reply.frame.is_none_or(goes_on))
}

/// Whether another answer can follow on the connection.
fn goes_on(frame: Frame) -> bool {
    matches!(
        frame,
        Frame::Chunks(_)
            | Frame::ChunkExtensions
            | Frame::Drip(..)
            | Frame::Late(_)
            | Frame::Interim
            | Frame::NoReason
            | Frame::LowerCaseNames
            | Frame::UpperCaseNames
            | Frame::TightHeaders
            | Frame::LooseHeaders
    )
}

/// Body bytes in chunks of a size, without the last, empty one.
fn chunks(body: &[u8], size: usize, extension: &str) -> Vec<u8> {
    let mut chunked = Vec::with_capacity(body.len() * 2);
    for chunk in body.chunks(size.max(1)) {
        chunked.extend(format!("{:x}{extension}\r\n", chunk.len()).bytes());
        chunked.extend(chunk);
        chunked.extend(b"\r\n");
    }
    chunked
}

/// Status line and headers, with the blank line.
fn head_of(reply: &Reply) -> Vec<u8> {
    let frame = reply.frame;
    let code = reply.status;
    let reason = http::StatusCode::from_u16(code)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Other");
    let mut head = match frame {
        Some(Frame::GarbledStatusLine) => "HTTP/1.1 fine, thanks\r\n".to_owned(),
        Some(Frame::Http10) => format!("HTTP/1.0 {code} {reason}\r\n"),
        Some(Frame::NoReason) => format!("HTTP/1.1 {code} \r\n"),
        _ => format!("HTTP/1.1 {code} {reason}\r\n"),
    };
    let mut headers = reply.headers.clone();
    headers.extend(framing(frame, reply.body.len()));
    for (name, value) in headers {
        let line = match frame {
            Some(Frame::LowerCaseNames) => format!("{}: {value}\r\n", name.to_lowercase()),
            Some(Frame::UpperCaseNames) => format!("{}: {value}\r\n", name.to_uppercase()),
            Some(Frame::TightHeaders) => format!("{name}:{value}\r\n"),
            Some(Frame::LooseHeaders) => format!("{name}: \t {value} \t\r\n"),
            _ => format!("{name}: {value}\r\n"),
        };
        head.push_str(&line);
    }
    if frame == Some(Frame::GarbledHeader) {
        head.push_str("this is no header\r\n");
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// The headers that say where the body ends.
fn framing(frame: Option<Frame>, length: usize) -> Vec<(String, String)> {
    let header = |name: &str, value: String| (name.to_owned(), value);
    let length_of = |length: usize| header("Content-Length", length.to_string());
    let close = header("Connection", "close".to_owned());
    match frame {
        Some(Frame::LengthOff(by)) => {
            let by = isize::try_from(by).unwrap_or(0);
            vec![length_of(length.saturating_add_signed(by))]
        }
        Some(Frame::TwoLengths) => vec![length_of(length), length_of(length + 7)],
        Some(Frame::LengthOfLetters) => vec![header("Content-Length", "all".to_owned())],
        Some(
            Frame::ChunksWithoutEnd
            | Frame::GarbledChunk
            | Frame::Chunks(_)
            | Frame::ChunkExtensions,
        ) => vec![header("Transfer-Encoding", "chunked".to_owned())],
        Some(Frame::UntilClose | Frame::Http10) => vec![close],
        Some(Frame::Close) => vec![length_of(length), close],
        _ => vec![length_of(length)],
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use std::sync::Arc;

    use crate::check::Family;
    use crate::client::{Client, Repeat, Request, Token};
    use crate::portal::change::{Act, Head, Scope};
    use crate::portal::tests_support::{contract, settings};
    use crate::portal::wire::wants_close;
    use crate::portal::{Change, Portal, Settings};
    use crate::proof::{faults, variations};
    use crate::secret::Secret;
    use crate::target::Target;

    /// The body that a client gets, or what it says went wrong.
    async fn fetch(change: Option<Change>) -> Result<String, String> {
        let settings = Settings {
            change,
            ..settings(None)
        };
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let portal = Portal::start(settings, listen).await.unwrap();
        let mut target = Target::new(url::Url::parse(&portal.url()).unwrap());
        target.credentials.token = Some(Secret::new("token"));
        target.limits.request_timeout = std::time::Duration::from_millis(800);
        let client = Client::new(Arc::new(target)).unwrap();
        let request = Request {
            method: "GET".to_owned(),
            path: "api/2.0/crm/contact/1234".to_owned(),
            accept: "application/json".to_owned(),
            token: Token::Valid,
            body: None,
        };
        // The second answer comes over the same connection, where it may.
        let first = client.ask(request.clone(), Repeat::Allowed).await.outcome;
        let second = client.ask(request, Repeat::Allowed).await.outcome;
        let response = first.and(second).map_err(|failure| failure.message)?;
        Ok(String::from_utf8_lossy(&response.body).into_owned())
    }

    #[test]
    fn a_request_may_say_in_any_way_that_it_is_the_last() {
        for (value, expected) in [
            ("close", true),
            ("keep-alive, Close", true),
            ("closed", false),
        ] {
            let request = http::Request::builder()
                .header("Connection", value)
                .body(());
            let (parts, ()) = request.unwrap().into_parts();
            assert_eq!(wants_close(&parts), expected, "{value}");
        }
    }

    #[tokio::test]
    async fn lawful_frames_hold_the_same_answer() {
        let plain = fetch(None).await.unwrap();
        for variation in variations(&contract(), &settings(None).profile) {
            let is_transport = variation.family == Family::Transport;
            let acts = &variation.change.acts;
            let is_same = |act: &Act| !matches!(act, Act::Head(Head::Status(_)));
            if is_transport && acts.iter().all(is_same) {
                let answer = fetch(Some(variation.change)).await;
                assert_eq!(answer.as_ref(), Ok(&plain), "{}", variation.id);
            }
        }
    }

    #[tokio::test]
    async fn unlawful_frames_do_not() {
        let plain = fetch(None).await.unwrap();
        for mut fault in faults(&contract(), &settings(None).profile) {
            if fault.change.is_framed() {
                fault.change.scope = Scope::default();
                let answer = fetch(Some(fault.change)).await;
                assert_ne!(answer.as_ref(), Ok(&plain), "{}", fault.id);
            }
        }
    }
}
